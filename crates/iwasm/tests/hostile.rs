//! Modules that mean harm or are broken: each gets an error, a trap or its end, and the program around it goes on.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::Write;
use std::time::Duration;

use common::{call, engine, folder, lines, loopback, run, start, text};
use iwasm::{Error, ErrorKind, File, Guest, GuestBuilder, Outcome};

#[test]
fn an_import_of_a_wrong_type_is_refused_before_the_guest_starts() {
    for (import, told) in [
        (
            r#""wasi_snapshot_preview1" "fd_write" (func (param i32) (result i32))"#,
            "imports `wasi_snapshot_preview1.fd_write` of type `(i32) -> i32`, which nothing provides",
        ),
        (
            r#""wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32))"#,
            "of type `(i32, i32, i32, i32) -> ()`",
        ),
        (
            r#""wasi_snapshot_preview1" "fd_write" (func (param f32 i32 i32 i32) (result i32))"#,
            "of type `(f32, i32, i32, i32) -> i32`",
        ),
        (
            r#""wasi_snapshot_preview1" "fd_write" (func (param v128) (result i32))"#,
            "which nothing provides",
        ),
        (
            r#""wasi_snapshot_preview1" "fd_write" (global i32)"#,
            "`wasi_snapshot_preview1.fd_write`, a global",
        ),
        (
            r#""env" "__indirect_function_table" (table 1 funcref)"#,
            "`env.__indirect_function_table`, a table",
        ),
        (
            r#""wasi" "thread-spawn" (func (param i64) (result i32))"#,
            "`wasi.thread-spawn`",
        ),
    ] {
        let module = format!(r#"(module (import {import}) (func (export "_start")))"#);
        let error = refused(Guest::new(&text(&module)));
        assert_eq!(error.kind(), ErrorKind::UnknownImport, "{import}");
        assert!(error.to_string().contains(told), "{import}: {error}");
    }
}

#[test]
fn a_missing_function_traps_where_it_is_called_if_that_was_asked_for() {
    let guest = text(
        r#"(module
            (import "env" "missing" (func $missing))
            (func (export "_start"))
            (func (export "reach") (call $missing)))"#,
    );
    let guest = || Guest::new(&guest).trap_unknown_imports(true);
    assert_eq!(run(guest()), Outcome::Exited(0));
    let outcome = call(guest(), "reach", &[]);
    assert!(matches!(outcome, Outcome::Trapped(_)), "{outcome:?}");
}

#[test]
fn a_missing_table_is_refused_even_where_missing_functions_may_trap() {
    let guest = text(r#"(module (import "env" "table" (table 1 funcref)))"#);
    let error = refused(Guest::new(&guest).trap_unknown_imports(true));
    assert!(
        matches!(error.kind(), ErrorKind::UnknownImport | ErrorKind::Invalid),
        "{error:?}"
    );
}

#[test]
fn a_module_without_a_main_function_is_told_what_to_do() {
    for module in [
        "(module)",
        r#"(module (func (export "_start") (param i32)))"#,
        r#"(module (global (export "_start") i32 (i32.const 0)))"#,
        r#"(module (memory (export "_start") 1))"#,
    ] {
        let error = Guest::new(&text(module)).build().unwrap().run();
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::MissingExport, "{module}");
        assert!(error.hint().is_some_and(|hint| hint.contains("-f")));
    }
}

#[test]
fn damaged_modules_are_errors() {
    for (bytes, kind) in [
        (&b"\0asm"[..], ErrorKind::Invalid),
        (b"\0asm\x01\0\0\0\x01", ErrorKind::Invalid),
        (
            b"\0asm\x01\0\0\0\x05\x05\xff\xff\xff\xff\x0f",
            ErrorKind::Invalid,
        ),
        (b"(module (func (unknown)))", ErrorKind::Invalid),
        (b"", ErrorKind::NotWasm),
        (b"\x7fELF", ErrorKind::NotWasm),
    ] {
        let error = engine().compile(bytes).err().unwrap();
        assert_eq!(error.kind(), kind, "{bytes:?}");
    }
}

#[test]
fn without_a_memory_every_pointer_is_out_of_bounds() {
    for memory in ["", "(memory 1)", r#"(func (export "memory"))"#] {
        let guest = text(&writing("", memory));
        assert_eq!(write(&guest, [0, 1, 0]), FAULT, "{memory}");
        assert_eq!(write(&guest, [0, 0, 8]), FAULT, "{memory}");
    }
}

#[test]
fn pointers_past_the_end_of_the_memory_are_out_of_bounds() {
    let private = text(&writing("", r#"(memory (export "memory") 1 1)"#));
    let shared = text(&writing(
        r#"(import "env" "memory" (memory 1 1 shared))"#,
        "",
    ));
    for guest in [private, shared] {
        for (args, errno) in [
            ([0, 0, 0x1_0000 - 4], "0x0:i32"),
            ([0, 0, 0x1_0000 - 3], FAULT),
            ([0, 0, -4], FAULT),
            ([0x1_0000 - 8, 1, 0], "0x0:i32"),
            ([0x1_0000 - 4, 1, 0], FAULT),
            ([-8, 1, 0], FAULT),
            ([-8, 2, 0], FAULT),
            ([0, 1024, 0xf000], "0x0:i32"),
            ([0, 1025, 0xf000], "0x1c:i32"),
            ([0, -1, 0xf000], "0x1c:i32"),
        ] {
            assert_eq!(write(&guest, args), errno, "{args:?}");
        }
    }
}

const FAULT: &str = "0x15:i32";

/// `write(iovs, count, written)` to the standard output.
fn writing(import: &str, memory: &str) -> String {
    format!(
        r#"(module {import}
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            {memory}
            (func (export "write") (param i32 i32 i32) (result i32)
                (call $write (i32.const 1) (local.get 0) (local.get 1) (local.get 2))))"#
    )
}

fn write(guest: &iwasm::Program, args: [i32; 3]) -> String {
    let guest = Guest::new(guest).stdout(File::null().unwrap());
    match call(guest, "write", &args) {
        Outcome::Returned(results) => results.concat(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_start_function_may_call_and_is_bound_by_the_same_limits() {
    let import = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;
    for (body, outcome) in [
        ("(call $exit (i32.const 9))", Outcome::Exited(9)),
        ("(loop (br 0))", Outcome::TimedOut),
        ("unreachable", Outcome::Trapped(String::new())),
        ("", Outcome::Exited(0)),
    ] {
        let guest = text(&format!(
            r#"(module {import} (func $begin {body}) (start $begin) (func (export "_start")))"#
        ));
        let ended = run(Guest::new(&guest).timeout(Duration::from_millis(200)));
        match (&ended, &outcome) {
            (Outcome::Trapped(_), Outcome::Trapped(_)) => {}
            _ => assert_eq!(ended, outcome, "{body}"),
        }
    }
}

#[test]
fn a_start_function_that_begins_threads_in_each_thread_stays_within_the_limit() {
    let guest = text(
        r#"(module
            (import "env" "memory" (memory 1 1 shared))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (func $begin (drop (call $spawn (i32.const 0))) (drop (call $spawn (i32.const 0))))
            (start $begin)
            (func (export "wasi_thread_start") (param i32 i32) (loop (br 0)))
            (func (export "_start") (loop (br 0))))"#,
    );
    let guest = Guest::new(&guest).max_threads(8);
    let guest = guest.timeout(Duration::from_millis(300));
    assert_eq!(run(guest), Outcome::TimedOut);
}

#[test]
fn a_module_that_does_not_fit_its_own_memory_traps() {
    for module in [
        r#"(module (memory 1) (data (i32.const 65536) "x") (func (export "_start")))"#,
        r#"(module (table 1 funcref) (elem (i32.const 1) $f) (func $f (export "_start")))"#,
    ] {
        let outcome = run(Guest::new(&text(module)));
        assert!(matches!(outcome, Outcome::Trapped(_)), "{outcome:?}");
    }
}

#[test]
fn a_thread_entry_of_a_wrong_type_ends_the_guest_and_not_the_program() {
    let guest = text(
        r#"(module
            (import "env" "memory" (memory 1 1 shared))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (func (export "wasi_thread_start") (param i64))
            (func (export "_start") (drop (call $spawn (i32.const 0))) (loop (br 0))))"#,
    );
    let outcome = run(Guest::new(&guest).timeout(common::LONG / 2));
    assert!(matches!(outcome, Outcome::Trapped(_)), "{outcome:?}");
}

#[test]
fn endless_recursion_is_a_trap_in_the_first_thread() {
    let outcome = run(Guest::new(&text(&recursing("", "(call $deeper)"))));
    assert_overflow(&outcome);
}

#[test]
fn endless_recursion_is_a_trap_in_another_thread() {
    let guest = text(&recursing(
        r#"(func (export "wasi_thread_start") (param i32 i32) (call $deeper))"#,
        "(drop (call $spawn (i32.const 0))) (loop (br 0))",
    ));
    assert_overflow(&run(Guest::new(&guest)));
}

#[test]
fn endless_recursion_through_our_calls_is_a_trap_too() {
    let opens = "(drop (call $open (i32.const 3) (i32.const 0) (i32.const 16) (i32.const 3)
        (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 8)))";
    let resolves = "(drop (call $resolve (i32.const 32) (i32.const 48) (i32.const 64)
        (i32.const 128) (i32.const 4) (i32.const 8)))";
    let polls = "(drop (call $poll (i32.const 256) (i32.const 512) (i32.const 2) (i32.const 8)))";
    for calls in [opens, resolves, polls] {
        let module = recursing("", "(call $deeper)");
        // At every depth a call, so also at the last one.
        let module = module.replace(";; call", calls);
        let folder = folder("recursion");
        let mut policy = loopback();
        policy.allow_resolve("localhost".parse().unwrap());
        let guest = Guest::new(&text(&module)).policy(policy);
        assert_overflow(&run(guest.dir(folder, "/").unwrap()));
    }
}

fn recursing(entry: &str, main: &str) -> String {
    format!(
        r#"(module
            (import "env" "memory" (memory 1 1 shared))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "path_open"
                (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "sock_addr_resolve"
                (func $resolve (param i32 i32 i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
            (data (i32.const 16) "a/b")
            (data (i32.const 32) "localhost")
            (func $deeper (local i64 i64 i64 i64 i64 i64 i64 i64)
                (local.set 0 (i64.load (i32.const 1024))) (local.set 1 (i64.load (i32.const 1032)))
                ;; call
                (call $deeper)
                (i64.store (i32.const 1024) (local.get 0)) (i64.store (i32.const 1032) (local.get 1)))
            {entry}
            (func (export "_start") {main}))"#
    )
}

fn assert_overflow(outcome: &Outcome) {
    match outcome {
        Outcome::Trapped(text) => assert!(text.contains("stack"), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_grows_no_further_than_a_program_needs() {
    let guest = text(
        r#"(module (table 0 funcref)
            (func (export "grow") (param $by i32) (result i32)
                (block $full (loop $more
                    (br_if $full (i32.eq (table.grow 0 (ref.null func) (local.get $by)) (i32.const -1)))
                    (br $more)))
                (table.size 0)))"#,
    );
    for by in [0xffff, 0x0fff_ffff] {
        let Outcome::Returned(size) = call(Guest::new(&guest), "grow", &[by]) else {
            panic!("the guest goes on");
        };
        let size = size[0].strip_suffix(":i32").unwrap().strip_prefix("0x");
        let size = u32::from_str_radix(size.unwrap(), 16).unwrap();
        assert!(size <= 1 << 20, "{size}");
    }
}

#[test]
fn a_memory_grows_to_its_limit_and_then_answers_no() {
    let limited = text(GROWING);
    let grown = call(Guest::new(&limited).max_memory(10 << 16), "grow", &[]);
    assert_eq!(grown, Outcome::Returned(vec!["0xa:i32".to_owned()]));
    // Untouched pages cost nothing: all of them may be had.
    let grown = call(Guest::new(&limited), "grow", &[]);
    assert_eq!(grown, Outcome::Returned(vec!["0x10000:i32".to_owned()]));
}

/// `grow()` takes all the memory that it is given, and says how much it has.
const GROWING: &str = r#"(module (memory (export "memory") 0)
    (func (export "grow") (result i32)
        (block $full (loop $more
            (br_if $full (i32.eq (memory.grow (i32.const 1)) (i32.const -1)))
            (br $more)))
        (memory.size)))"#;

/// Whoever waits in such a memory could be woken by nobody, not even to be ended.
#[test]
fn a_module_with_a_memory_that_nobody_else_knows_is_refused() {
    for (memories, told) in [
        (r#"(memory (export "memory") 1 1 shared)"#, "of its own"),
        ("(memory 1 1 shared)", "of its own"),
        (
            r#"(import "env" "one" (memory 1 1 shared)) (import "env" "two" (memory 1 2 shared))"#,
            "is not a module that can run",
        ),
        (
            r#"(import "env" "memory" (memory i64 0x10001 0x10001 shared))"#,
            "is not a module that can run",
        ),
    ] {
        let module = format!(r#"(module {memories} (func (export "_start")))"#);
        let error = engine().compile(module.as_bytes()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{memories}");
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn a_guest_that_is_stopped_does_not_disturb_another() {
    let (stdin, mut feeding) = File::feed().unwrap();
    let (stdout, output) = lines();
    let talking = start(Guest::new(&text(ECHOING)).stdin(stdin).stdout(stdout));
    for _ in 0..20 {
        let spinning = start(Guest::new(&text(
            r#"(module (func (export "_start") (loop (br 0))))"#,
        )));
        let (waiting, _held) = File::feed().unwrap();
        let (ignored, _) = lines();
        let reading = start(Guest::new(&text(ECHOING)).stdin(waiting).stdout(ignored));
        writeln!(feeding, "still there").unwrap();
        assert_eq!(output.next(), "still there");
        for guest in [spinning, reading] {
            guest.handle.stop();
            assert_eq!(guest.end(), Outcome::Stopped);
        }
        writeln!(feeding, "and still").unwrap();
        assert_eq!(output.next(), "and still");
    }
    drop(feeding);
    assert_eq!(talking.end(), Outcome::Exited(0));
}

/// Writes what it reads, until the end.
const ECHOING: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (loop $more
            (i32.store (i32.const 0) (i32.const 64))
            (i32.store (i32.const 4) (i32.const 1024))
            (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
            (i32.store (i32.const 4) (i32.load (i32.const 8)))
            (if (i32.eqz (i32.load (i32.const 8))) (then (return)))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
            (br $more))))"#;

fn refused(guest: GuestBuilder) -> Error {
    guest.build().err().unwrap()
}
