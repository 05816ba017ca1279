;; Imports a name that nearly exists.
(module
  (import "wasi_snapshot_preview1" "sock_conect" (func $sock_conect (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
  (func (export "connect") (drop (call $sock_conect (i32.const 3) (i32.const 0)))))
