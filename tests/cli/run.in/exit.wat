;; Ends itself with code 3; `exit` ends it with the code that it is called with.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start") (call $proc_exit (i32.const 3)))
  (func (export "exit") (param i32) (call $proc_exit (local.get 0))))
