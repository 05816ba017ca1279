;; Prints its arguments, or with `env` its environment, a line each.
(module
  (type $read (func (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (type $read)))
  (import "wasi_snapshot_preview1" "args_get" (func $args_get (type $read)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (type $read)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (type $read)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; 0: count, 4: bytes of all words, 8: an iovec of the words, 16: bytes written, 1024: pointers, 4096: words.
  (func (export "_start")
    (drop (call $args_sizes_get (i32.const 0) (i32.const 4)))
    (drop (call $args_get (i32.const 1024) (i32.const 4096)))
    (call $print))
  (func (export "env")
    (drop (call $environ_sizes_get (i32.const 0) (i32.const 4)))
    (drop (call $environ_get (i32.const 1024) (i32.const 4096)))
    (call $print))
  ;; Turns the NUL after each word into a line feed.
  (func $print (local $at i32) (local $end i32)
    (local.set $at (i32.const 4096))
    (local.set $end (i32.add (local.get $at) (i32.load (i32.const 4))))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end)) (then
        (if (i32.eqz (i32.load8_u (local.get $at)))
          (then (i32.store8 (local.get $at) (i32.const 10))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
    (i32.store (i32.const 8) (i32.const 4096))
    (i32.store (i32.const 12) (i32.load (i32.const 4)))
    (drop (call $fd_write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))))
