//! Guests that mix dialects: one name imported with two types, each bound to its own meaning.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

use iwasm::{Engine, ErrorKind, Guest, Outcome, Policy, parse_pool};

/// Opens a socket as WAMR's guests do and one as WasmEdge's do, and asks each dialect's accept: neither listens, so both
/// answer EINVAL (28). The bad descriptor 99 is EBADF (8) in both.
const BOTH: &str = r#"(module
    (import "wasi_snapshot_preview1" "sock_open" (func $wamr_open (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_open" (func $edge_open (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_accept" (func $edge_accept (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "open") (result i32 i32 i32 i32)
        (call $wamr_open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 0))
        (i32.load (i32.const 0))
        (call $edge_open (i32.const 1) (i32.const 2) (i32.const 4))
        (i32.load (i32.const 4)))
    (func (export "accept") (result i32 i32)
        (call $accept (i32.const 99) (i32.const 0) (i32.const 0))
        (call $edge_accept (i32.const 99) (i32.const 0))))"#;

fn call(text: &str, function: &str) -> Outcome {
    let program = Engine::new().unwrap().compile(text.as_bytes()).unwrap();
    let mut policy = Policy::nothing();
    policy.allow_pool(parse_pool("127.0.0.0/8").unwrap());
    let guest = Guest::new(&program).policy(policy).build().unwrap();
    guest.call(function, &[]).unwrap()
}

fn returned(values: &[&str]) -> Outcome {
    Outcome::Returned(values.iter().map(|value| (*value).to_owned()).collect())
}

#[test]
fn one_name_with_two_types_is_two_functions() {
    let opened = ["0x0:i32", "0x3:i32", "0x0:i32", "0x4:i32"];
    assert_eq!(call(BOTH, "open"), returned(&opened));
    assert_eq!(call(BOTH, "accept"), returned(&["0x8:i32", "0x8:i32"]));
}

#[test]
fn a_third_type_that_nothing_provides_is_an_error_before_the_start() {
    let text = BOTH.replace(
        "(memory",
        r#"(import "wasi_snapshot_preview1" "sock_open" (func (param i64))) (memory"#,
    );
    let program = Engine::new().unwrap().compile(text.as_bytes()).unwrap();
    let error = Guest::new(&program).build().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::UnknownImport);
    assert!(error.to_string().contains("`(i64) -> ()`"), "{error}");
}

/// Gives standard output the number 20, which is not open: EBADF (8) in a guest of WASIp1, and `dup2` in one of WASIX.
const BORROWS: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_renumber" (func $renumber (param i32 i32) (result i32)))
    (import "wasix_32v1" "sock_pair" (func (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasix_32v1" "sock_get_opt_size" (func (param i32 i32 i32) (result i32)))
    (import "wasix_32v1" "sock_set_opt_size" (func (param i32 i32 i64) (result i32)))
    (memory (export "memory") 1)
    (func (export "renumber") (result i32) (call $renumber (i32.const 1) (i32.const 20))))"#;

#[test]
fn who_borrows_a_pair_or_an_option_from_wasix_is_no_guest_of_it() {
    assert_eq!(call(BORROWS, "renumber"), returned(&["0x8:i32"]));
    let more = r#"(import "wasix_32v1" "sock_status" (func (param i32 i32) (result i32))) (memory"#;
    let guest_of_wasix = BORROWS.replace("(memory", more);
    assert_eq!(call(&guest_of_wasix, "renumber"), returned(&["0x0:i32"]));
}
