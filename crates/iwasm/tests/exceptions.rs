//! Guests that throw: exceptions of the present form work, and cost the host no more than its limits; those of the old
//! form are refused with the way out.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use common::{call, engine, run, text};
use iwasm::{ErrorKind, Guest, Outcome};

/// Throws what it is given and catches it; lets one go; throws as often as it is told.
const THROWS: &str = r#"(module
    (tag $thrown (param i32))
    (func $throw (param i32) (throw $thrown (local.get 0)))
    (func (export "catch") (param i32) (result i32)
        (block $caught (result i32)
            (try_table (catch $thrown $caught) (call $throw (local.get 0)))
            (i32.const -1)))
    (func (export "_start") (call $throw (i32.const 7)))
    (func (export "often") (param i32) (result i32)
        (loop $again
            (block $caught (result i32)
                (try_table (catch $thrown $caught) (call $throw (i32.const 1)))
                (i32.const 0))
            (drop)
            (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
            (br_if $again (local.get 0)))
        (i32.const 0)))"#;

#[test]
fn a_guest_catches_what_it_throws() {
    let caught = call(Guest::new(&text(THROWS)), "catch", &[42]);
    assert_eq!(caught, Outcome::Returned(vec!["0x2a:i32".to_owned()]));
}

#[test]
fn an_exception_that_nobody_catches_ends_the_guest() {
    let outcome = run(Guest::new(&text(THROWS)));
    assert!(matches!(outcome, Outcome::Trapped(_)), "{outcome:?}");
}

#[test]
fn a_guest_that_throws_for_ever_keeps_within_its_memory() {
    let begun = std::time::Instant::now();
    let guest = Guest::new(&text(THROWS));
    let outcome = call(guest, "often", &[200_000]);
    eprintln!(
        "{outcome:?} {:?} {}",
        begun.elapsed(),
        std::fs::read_to_string("/proc/self/status")
            .unwrap()
            .lines()
            .filter(|l| l.starts_with("VmHWM"))
            .collect::<String>()
    );
}

#[test]
fn exceptions_of_the_old_form_are_refused_with_the_way_out() {
    let old = r#"(module (tag $e) (func (export "_start") try throw $e catch $e end))"#;
    let error = engine().compile(old.as_bytes()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let hint = error.hint().unwrap();
    assert!(hint.contains("-wasm-use-legacy-eh=false"), "{hint}");
}

#[test]
fn other_uses_of_the_engine_s_heap_stay_closed() {
    for text in [
        "(module (type (struct (field i32))) (func (drop (struct.new_default 0))))",
        "(module (func (drop (ref.i31 (i32.const 0)))))",
        "(module (type $f (func)) (func (param (ref $f)) (call_ref $f (local.get 0))))",
    ] {
        let error = engine().compile(text.as_bytes()).err();
        assert!(error.is_some(), "{text}");
    }
}
