;; Connects twice to 10.0.0.1:80, once to 10.0.0.2:80, and exits with the last errno.
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (import "wasi_snapshot_preview1" "sock_open" (func $sock_open (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_connect" (func $sock_connect (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; 0: the descriptor. The address at 16: kind 0 (IPv4), four octets, the port 80.
  (data (i32.const 16) "\00\00\00\00\0a\00\00\01\50\00")
  (func $connect (result i32)
    (call $sock_connect (i32.load (i32.const 0)) (i32.const 16)))
  (func (export "_start")
    (drop (call $sock_open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 0)))
    (drop (call $connect))
    (drop (call $connect))
    (i32.store8 (i32.const 23) (i32.const 2))
    (call $proc_exit (call $connect))))
