;; Connects to /nowhere/a.sock by WasmEdge's imports, and exits with the errno.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "sock_open" (func $sock_open (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_connect" (func $sock_connect (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; 0: the descriptor. 8: where the address is, and its length. 16: family 3 (UNIX) and the path.
  (data (i32.const 8) "\10\00\00\00\80\00\00\00")
  (data (i32.const 16) "\03\00/nowhere/a.sock")
  (func (export "_start")
    (drop (call $sock_open (i32.const 3) (i32.const 2) (i32.const 0)))
    (call $proc_exit (call $sock_connect (i32.load (i32.const 0)) (i32.const 8) (i32.const 0)))))
