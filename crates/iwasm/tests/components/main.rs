//! Components of WASIp2 and p3: what they are handed, what they reach, and how they end.

#![cfg(feature = "components")]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod calls;
#[path = "../common/mod.rs"]
mod common;
mod imports;
mod network;
mod policed;
mod versions;

use std::io::Write;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::{
    Lines, Running, contents, engine, fifo, folder, lines, loopback, program, run, start, text,
    until_no_guest_thread_is_left,
};
use iwasm::{
    Engine, ErrorKind, File, Guest, GuestBuilder, HostSocket, Kind, Outcome, Program, SocketName,
};

const P2: &str = "rust/component";
const P3: &str = "foreign/wasip3";

/// The end of a component whose main function does nothing.
const RUN: &str = r#"
    (core module $m (func (export "run") (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $exports (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $exports)))"#;

/// A guest that does one thing.
fn guest(name: &str, words: &[&str]) -> GuestBuilder {
    Guest::new(compiled(name)).args([&["guest"], words].concat())
}

fn compiled(name: &str) -> &'static Program {
    static EACH: LazyLock<[Program; 2]> = LazyLock::new(|| [P2, P3].map(program));
    &EACH[usize::from(name == P3)]
}

/// Run it, and say what it wrote.
fn tell(guest: GuestBuilder) -> (Outcome, String) {
    let (stdout, output) = File::pipe().unwrap();
    let outcome = run(guest.stdout(stdout));
    (outcome, contents(output))
}

fn began(guest: GuestBuilder) -> (Running, Lines) {
    let (stdout, lines) = lines();
    (start(guest.stdout(stdout)), lines)
}

fn done(text: &str) -> (Outcome, String) {
    (Outcome::Exited(0), text.to_owned())
}

#[test]
fn a_component_has_the_words_that_it_is_handed_and_no_others() {
    for name in [P2, P3] {
        let guest = guest(name, &["words", "a b", "ü"]);
        let guest = guest.env("NAME", "a=b").env("EMPTY", "");
        let told = "words|a b|ü\nEMPTY=\nNAME=a=b\n";
        assert_eq!(tell(guest), done(told), "{name}");
    }
}

#[test]
fn words_that_are_no_text_are_refused_before_the_start() {
    let guest = Guest::new(compiled(P2)).args([&b"guest"[..], b"a\xff"]);
    let error = guest.build().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::BadArgument);
    assert_eq!(
        error.to_string(),
        "the argument `a\\xff` is not UTF-8, as a component's has to be"
    );
}

#[test]
fn its_exit_code_is_the_guest_s_own() {
    for code in ["0", "7", "255"] {
        let outcome = run(guest(P3, &["exit", code]));
        assert_eq!(outcome, Outcome::Exited(code.parse().unwrap()));
        // The C library below Rust's for WASIp2 knows no other code than 0 and 1.
        let outcome = run(guest(P2, &["exit", code]));
        assert_eq!(outcome, Outcome::Exited((code != "0").into()));
    }
    for name in [P2, P3] {
        let (outcome, _) = tell(guest(name, &["no", "such"]));
        assert_eq!(outcome, Outcome::Exited(1), "{name}");
    }
}

#[test]
fn a_trap_ends_it_and_is_told() {
    let outcome = run(guest(P2, &["trap"]).stderr(File::null().unwrap()));
    let Outcome::Trapped(told) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(
        told.contains("`unreachable` instruction executed"),
        "{told}"
    );
}

#[test]
fn endless_recursion_is_a_trap() {
    let component = r#"(component
        (core module $m
            (func $deeper (export "run") (result i32) (i32.add (call $deeper) (i32.const 1))))
        (core instance $i (instantiate $m))
        (func $run (result (result)) (canon lift (core func $i "run")))
        (instance $exports (export "run" (func $run)))
        (export "wasi:cli/run@0.2.0" (instance $exports)))"#;
    let outcome = run(Guest::new(&text(component)));
    let Outcome::Trapped(told) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(told.contains("call stack exhausted"), "{told}");
}

#[test]
fn what_comes_in_goes_out() {
    // More than a pipe holds, and not all at once.
    let text = "0123456789abcdef".repeat(40_000);
    for name in [P2, P3] {
        let (stdin, mut feed) = File::feed().unwrap();
        let (stdout, output) = File::pipe().unwrap();
        let running = start(guest(name, &["copy"]).stdin(stdin).stdout(stdout));
        let sent = text.clone();
        let feeding = std::thread::spawn(move || {
            let (first, rest) = sent.as_bytes().split_at(10);
            feed.write_all(first).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            feed.write_all(rest).unwrap();
        });
        assert!(contents(output) == text, "{name}");
        assert_eq!(running.end(), Outcome::Exited(0), "{name}");
        feeding.join().unwrap();
    }
}

#[test]
fn a_directory_is_its_own_and_has_no_way_out() {
    let folder = folder("components-files");
    let inside = folder.join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("there"), "").unwrap();
    std::fs::write(folder.join("outside"), "").unwrap();
    let guest = guest(P2, &["files", "/d"]).dir(&inside, "/d").unwrap();
    let told = "by the guest\nmade there\nPermissionDenied\n";
    assert_eq!(tell(guest), done(told));
}

#[test]
fn it_ends_at_once_whatever_it_does() {
    let folder = folder("components-ending");
    fifo(&folder.join("pipe"));
    for (name, words) in [
        (P2, &["spin"][..]),
        (P2, &["sleep"]),
        (P2, &["copy"]),
        (P2, &["flood"]),
        (P2, &["accept", "127.0.0.1:0"]),
        (P2, &["receive", "127.0.0.1:0"]),
        (P2, &["open", "/d/pipe"]),
        (P3, &["spin"]),
        (P3, &["copy"]),
        (P3, &["serve", "127.0.0.1:0"]),
        (P3, &["receive", "127.0.0.1:0"]),
    ] {
        for timeout in [None, Some(Duration::from_millis(300))] {
            let (stdin, _feed) = File::feed().unwrap();
            let (stdout, _output) = File::pipe().unwrap();
            let mut guest = guest(name, words)
                .policy(loopback())
                .stdin(stdin)
                .stdout(stdout)
                .dir(&folder, "/d")
                .unwrap();
            if let Some(timeout) = timeout {
                guest = guest.timeout(timeout);
            }
            let running = start(guest);
            let began = Instant::now();
            if timeout.is_none() {
                std::thread::sleep(Duration::from_millis(300));
                running.handle.stop();
            }
            let outcome = if timeout.is_none() {
                Outcome::Stopped
            } else {
                Outcome::TimedOut
            };
            assert_eq!(running.end(), outcome, "{words:?}");
            let took = began.elapsed();
            assert!(took < Duration::from_secs(5), "{words:?} took {took:?}");
        }
    }
    // Whoever opens the pipe lets the threads go that were left with it.
    let _other_side = std::fs::File::options()
        .read(true)
        .write(true)
        .open(folder.join("pipe"))
        .unwrap();
    until_no_guest_thread_is_left();
}

#[test]
fn its_memory_is_bounded() {
    for (bytes, outcome) in [("1000", true), ("30000000", false)] {
        let stderr = File::null().unwrap();
        let guest = guest(P2, &["remember", bytes]).stderr(stderr);
        let ended = tell(guest.max_memory(16 << 20));
        assert_eq!(ended == done(&format!("{bytes}\n")), outcome, "{ended:?}");
    }
    let error = guest(P2, &["exit", "0"]).max_memory(1000).build().err();
    let error = error.unwrap().to_string();
    assert_eq!(
        error,
        "the guest does not start with as little memory as it may have"
    );
}

#[test]
fn what_does_not_apply_to_a_component_is_refused() {
    let library = text("(component)");
    let error = Guest::new(&library).build().err().unwrap();
    assert_eq!(error.kind(), ErrorKind::MissingExport);
    assert_eq!(error.to_string(), "`the module` has no main function");

    let built = guest(P2, &["exit", "0"]).build().unwrap();
    let error = built.call("add", &[]).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::MissingExport);

    let socket = HostSocket::listening(Kind::Stream, "127.0.0.1:0".parse().unwrap()).unwrap();
    let name: SocketName = "web".parse().unwrap();
    let at = "127.0.0.1:0".parse().unwrap();
    let handed = guest(P2, &["exit", "0"]).hand_in(name.clone(), socket);
    let listening = guest(P2, &["exit", "0"]).listen(name, Kind::Stream, at);
    for error in [handed.build().err(), listening.err()] {
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Socket);
        assert_eq!(error.to_string(), "a component cannot be handed a socket");
    }
}

#[test]
fn a_component_is_compiled_once() {
    let cache = folder("components-cache");
    let files = || walk(&cache);
    for _ in 0..2 {
        let engine = Engine::builder()
            .cache_dir(Some(cache.clone()))
            .build()
            .unwrap();
        let program = engine
            .compile(format!("(component {RUN}").as_bytes())
            .unwrap();
        assert!(program.is_component());
        assert!(program.module().is_none());
        assert_eq!(run(Guest::new(&program)), Outcome::Exited(0));
        assert_eq!(files(), 1);
    }
    assert!(engine().compile(b"(module)").unwrap().module().is_some());
}

/// How many files of compiled code there are; the cache keeps notes on their use beside them.
fn walk(folder: &std::path::Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += walk(&path);
        } else if path.extension().is_none() {
            count += 1;
        }
    }
    count
}
