;; A memory of one page, and a function that makes it larger: how many pages it had, or -1.
(module
  (memory (export "memory") 1)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))
