;; Exports nothing that could be run.
(component)
