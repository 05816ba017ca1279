//! Guests that throw: exceptions of the present form work, and cost the host no more than its limits; those of the old
//! form are refused with the way out.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use common::{call, engine, run, text};
use iwasm::{ErrorKind, Guest, Outcome, Program};

/// Throws what it is given and catches it, or lets it go.
const THROWS: &str = r#"(module
    (tag $thrown (param i32))
    (func $throw (param i32) (throw $thrown (local.get 0)))
    (func (export "catch") (param i32) (result i32)
        (block $caught (result i32)
            (try_table (catch $thrown $caught) (call $throw (local.get 0)))
            (i32.const -1)))
    (func (export "_start") (call $throw (i32.const 7))))"#;

/// Throws so many exceptions of 200 numbers each, and drops them or keeps them in a table: those of this many rounds take
/// twice the room that a thread has for them.
const LARGE: &str = r#"(module
    (tag $thrown (param NUMBERS))
    (table $kept 20000 exnref)
    (func $throw VALUES (throw $thrown))
    (func (export "often") (param $left i32) (param $keep i32) (result i32)
        (local $caught exnref)
        (loop $again
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (local.set $caught
                (block $catch (result exnref)
                    (try_table (catch_all_ref $catch) (call $throw))
                    (unreachable)))
            (if (local.get $keep)
                (then (table.set $kept (local.get $left) (local.get $caught))))
            (br_if $again (local.get $left)))
        (i32.const 0)))"#;

const ROUNDS: i32 = 20_000;

fn large() -> Program {
    let numbers = LARGE.replace("NUMBERS", &"i64 ".repeat(200));
    text(&numbers.replace("VALUES", &"(i64.const 1)".repeat(200)))
}

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
fn a_guest_throws_as_often_as_it_likes_and_what_it_drops_is_not_kept() {
    let outcome = call(Guest::new(&large()), "often", &[ROUNDS, 0]);
    assert_eq!(outcome, Outcome::Returned(vec!["0x0:i32".to_owned()]));
}

#[test]
fn exceptions_that_a_guest_keeps_fill_their_room_and_no_more() {
    let outcome = call(Guest::new(&large()), "often", &[ROUNDS, 1]);
    let Outcome::Trapped(cause) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(cause.starts_with("GC heap out of memory"), "{cause}");
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
