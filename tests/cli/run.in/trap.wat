;; Traps two functions deep.
(module
  (func $inner (unreachable))
  (func $outer (export "_start") (call $inner)))
