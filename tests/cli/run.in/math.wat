;; Functions to call by name, and no main function.
(module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "halves") (param i64) (result i64 f64)
    (i64.shr_s (local.get 0) (i64.const 1))
    (f64.div (f64.convert_i64_s (local.get 0)) (f64.const 2)))
  (func (export "nothing"))
  (func $quotient (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1))))
