;; What nothing provides, in each way, and names that would steer a terminal.
(module
  (import "wasi_snapshot_preview1" "sock_opem" (func (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_bind" (func (param i64) (result i32)))
  (import "env" "\1b[2J\c2\9b31m\e2\80\ae" (func))
  (import "env" "memory" (memory 1 4 shared))
  (memory 1 2 shared)
  (func (export "ad\0ad") (param i32))
)
