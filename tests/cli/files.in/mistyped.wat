;; Imports a name that exists, with a type that it does not have; and two names that do not exist.
(module
  (import "wasi_snapshot_preview1" "sock_connect" (func (param i32 i64) (result i32)))
  (import "env" "first" (func))
  (import "env" "second" (global i32))
  (memory (export "memory") 1)
  (func (export "_start")))
