//! Components of WASIp2 and p3: what they are handed, what they reach, and how they end.

#![cfg(feature = "components")]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::Write;
use std::net::UdpSocket;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use common::{
    Heard, LONG, Lines, Running, contents, engine, fifo, folder, lines, loopback, program, run,
    start, text, until_no_guest_thread_is_left,
};
use iwasm::{
    Engine, ErrorKind, File, Guest, GuestBuilder, HostSocket, Kind, Outcome, Policy, Program,
    SocketName, parse_pool,
};

const P2: &str = "rust/component";
const P3: &str = "foreign/wasip3";

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
fn both_versions_speak_to_each_other_over_tcp() {
    for server in [P2, P3] {
        for client in [P2, P3] {
            let serving = guest(server, &["serve", "127.0.0.1:0"]).policy(loopback());
            let (serving, lines) = began(serving);
            let line = lines.next();
            let at = line.strip_prefix("at ").unwrap();
            let client = guest(client, &["connect", at]).policy(loopback());
            assert_eq!(tell(client), done("over tcp\n"), "{server}");
            assert_eq!(serving.end(), Outcome::Exited(0), "{server}");
        }
    }
}

#[test]
fn messages_go_to_and_fro() {
    for (name, words) in [
        (P2, &["ask", "127.0.0.1:0"][..]),
        (P2, &["settle", "127.0.0.1:0"]),
        (P3, &["ask", "127.0.0.1:0"]),
        (P3, &["ask"]),
    ] {
        let answering = guest(P2, &["answer", "127.0.0.1:0"]).policy(loopback());
        let (answering, lines) = began(answering);
        let line = lines.next();
        let at = line.strip_prefix("at ").unwrap();
        let (outcome, told) = tell(guest(name, &[words, &[at]].concat()).policy(loopback()));
        assert_eq!(outcome, Outcome::Exited(0), "{name}: {told}");
        assert!(told.ends_with("over udp\n"), "{name}: {told}");
        assert_eq!(answering.end(), Outcome::Exited(0));
    }
}

#[test]
fn a_component_without_grants_reaches_nothing() {
    let lookup =
        "resolve-addresses: name lookup of `api.example.com`; --allow-resolve=api.example.com";
    for (name, words, told, heard) in [
        (
            P2,
            "serve 10.0.0.1:80",
            "PermissionDenied",
            "start-bind: tcp bind to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            P2,
            "serve 0.0.0.0:0",
            "PermissionDenied",
            "start-bind: tcp bind to `0.0.0.0:0`; --addr-pool=0.0.0.0/32",
        ),
        (
            P2,
            "connect 10.0.0.1:80",
            "PermissionDenied",
            "start-connect: tcp connect to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            P2,
            "connect [2001:db8::1]:80",
            "PermissionDenied",
            "start-connect: tcp connect to `[2001:db8::1]:80`; --addr-pool=2001:db8::1/128",
        ),
        (
            P2,
            "bind-udp 10.0.0.1:53",
            "PermissionDenied",
            "start-bind: udp bind to `10.0.0.1:53`; --addr-pool=10.0.0.1/32",
        ),
        (
            P2,
            "bind-udp 0.0.0.0:0",
            "PermissionDenied",
            "start-bind: udp bind to `0.0.0.0:0`; --addr-pool=0.0.0.0/32",
        ),
        (P2, "lookup api.example.com", "PermissionDenied", lookup),
        (
            P3,
            "serve 10.0.0.1:80",
            "AccessDenied",
            "bind: tcp bind to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            P3,
            "serve 0.0.0.0:0",
            "AccessDenied",
            "bind: tcp bind to `0.0.0.0:0`; --addr-pool=0.0.0.0/32",
        ),
        (
            P3,
            "listen",
            "AccessDenied",
            "listen: tcp listen on `0.0.0.0:0`; --addr-pool=0.0.0.0/32",
        ),
        (
            P3,
            "connect 10.0.0.1:80",
            "AccessDenied",
            "connect: tcp connect to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            P3,
            "bind-udp 0.0.0.0:0",
            "AccessDenied",
            "bind: udp bind to `0.0.0.0:0`; --addr-pool=0.0.0.0/32",
        ),
        (
            P3,
            "settle 10.0.0.1:53",
            "AccessDenied",
            "connect: udp connect to `10.0.0.1:53`; --addr-pool=10.0.0.1/32",
        ),
        (
            P3,
            "ask 10.0.0.1:53",
            "AccessDenied",
            "send: udp send to `10.0.0.1:53`; --addr-pool=10.0.0.1/32",
        ),
        (P3, "lookup api.example.com", "AccessDenied", lookup),
    ] {
        let journal = Heard::default();
        let words_of_it: Vec<_> = words.split(' ').collect();
        let guest = guest(name, &words_of_it).journal(journal.clone());
        let refused = (Outcome::Exited(1), format!("{words}: {told}\n"));
        assert_eq!(tell(guest), refused);
        assert_eq!(journal.lines(), [heard], "{name}: {words}");
    }
}

#[test]
fn a_bound_socket_sends_only_where_that_is_granted() {
    for (name, words, told, heard) in [
        (
            P2,
            "ask",
            "PermissionDenied",
            "send: udp send to `10.0.0.1:53`; --addr-pool=10.0.0.1/32",
        ),
        (
            P2,
            "settle",
            "PermissionDenied",
            "stream: udp connect to `10.0.0.1:53`; --addr-pool=10.0.0.1/32",
        ),
        (
            P3,
            "ask",
            "AccessDenied",
            "send: udp send to `10.0.0.1:53`; --addr-pool=10.0.0.1/32",
        ),
    ] {
        let journal = Heard::default();
        let words = [words, "127.0.0.1:0", "10.0.0.1:53"];
        let guest = guest(name, &words)
            .policy(loopback())
            .journal(journal.clone());
        let (outcome, line) = tell(guest);
        assert_eq!(outcome, Outcome::Exited(1), "{line}");
        assert_eq!(line, format!("{}: {told}\n", words.join(" ")));
        assert_eq!(journal.lines(), [heard], "{name}");
    }
}

#[test]
fn a_wildcard_is_no_destination_and_a_mapped_address_none_at_all() {
    let mut everything = Policy::nothing();
    everything.allow_pool(parse_pool("0.0.0.0/0,::/0").unwrap());
    for (name, to, told) in [
        (P2, "0.0.0.0:80", "InvalidInput"),
        (P3, "0.0.0.0:80", "InvalidArgument"),
        (P2, "[::ffff:127.0.0.1]:80", "InvalidInput"),
    ] {
        let words = ["connect", to];
        let (_, line) = tell(guest(name, &words).policy(everything.clone()));
        assert_eq!(line, format!("connect {to}: {told}\n"));
    }
}

#[test]
fn a_port_that_nobody_granted_hears_only_whom_the_guest_may_send_to() {
    let mut one = Policy::nothing();
    one.allow_pool(parse_pool("127.0.0.1/32").unwrap());
    for words in [&["ask"][..], &["again", "127.0.0.1:0"]] {
        let peer = UdpSocket::bind("127.0.0.1:0").unwrap();
        let stranger = UdpSocket::bind("127.0.0.2:0").unwrap();
        peer.set_read_timeout(Some(LONG)).unwrap();
        let to = peer.local_addr().unwrap().to_string();
        let (asking, lines) = began(guest(P3, &[words, &[&to]].concat()).policy(one.clone()));
        let (_, from) = peer.recv_from(&mut [0; 16]).unwrap();
        lines.next();
        let port = from.port();
        stranger.send_to(b"strange", ("127.0.0.1", port)).unwrap();
        peer.send_to(b"known", ("127.0.0.1", port)).unwrap();
        assert_eq!(lines.next(), "known", "{words:?}");
        assert_eq!(asking.end(), Outcome::Exited(0));
    }
}

#[test]
fn names_are_looked_up_where_that_is_granted_and_addresses_always() {
    for name in [P2, P3] {
        let mut policy = Policy::nothing();
        policy.allow_resolve("localhost".parse().unwrap());
        let (outcome, told) = tell(guest(name, &["lookup", "localhost"]).policy(policy));
        assert_eq!(outcome, Outcome::Exited(0), "{told}");
        assert!(told.lines().any(|line| line == "127.0.0.1"), "{told}");
        let literal = guest(name, &["lookup", "192.0.2.1"]);
        assert_eq!(tell(literal), done("192.0.2.1\n"), "{name}");
    }
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
fn every_release_of_a_version_is_provided() {
    for (interface, function) in [
        (
            "wasi:clocks/monotonic-clock@0.2.0",
            "(export \"now\" (func (result u64)))",
        ),
        (
            "wasi:clocks/monotonic-clock@0.2.99",
            "(export \"now\" (func (result u64)))",
        ),
        (
            "wasi:sockets/network@0.2.0",
            "(export \"network\" (type (sub resource)))",
        ),
        (
            "wasi:sockets/network@0.2.12",
            "(export \"network\" (type (sub resource)))",
        ),
        (
            "wasi:random/random@0.3.0",
            "(export \"get-random-u64\" (func (result u64)))",
        ),
        (
            "wasi:random/random@0.3.99",
            "(export \"get-random-u64\" (func (result u64)))",
        ),
    ] {
        let import = format!("(import \"{interface}\" (instance {function}))");
        let outcome = run(Guest::new(&text(&format!("(component {import} {RUN}"))));
        assert_eq!(outcome, Outcome::Exited(0), "{interface}");
    }
}

/// The end of a component whose main function does nothing.
const RUN: &str = r#"
    (core module $m (func (export "run") (result i32) i32.const 0))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $exports (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $exports)))"#;

#[test]
fn an_import_that_nothing_provides_is_told_before_the_start() {
    for (import, cause) in [
        (
            "wasi:http/types@0.2.0",
            "iwasm provides `wasi:cli`, `wasi:clocks`, `wasi:filesystem`, `wasi:io`, `wasi:random` and `wasi:sockets`",
        ),
        (
            "wasi:sockets/tcp@0.1.0",
            "the versions of it that iwasm provides are 0.2.0 and later",
        ),
        (
            "wasi:sockets/types@0.3.0-rc-2025-09-16",
            "the versions of it that iwasm provides are 0.3.0 and later",
        ),
    ] {
        let component = text(&importing(import));
        let error = Guest::new(&component).build().err().unwrap();
        assert_eq!(error.kind(), ErrorKind::UnknownImport);
        assert_eq!(
            error.to_string(),
            format!("`the module` imports `{import}`, which nothing provides")
        );
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), cause);
        let guest = Guest::new(&component).trap_unknown_imports(true);
        let Outcome::Trapped(told) = run(guest) else {
            panic!("the guest calls what is missing");
        };
        let first = told.lines().next().unwrap();
        assert_eq!(
            first,
            format!("unknown import: `{import}#call` is provided by nothing")
        );
    }
}

/// A component that imports one function, and calls it.
fn importing(interface: &str) -> String {
    format!(
        r#"(component
            (import "{interface}" (instance $missing
                (export "thing" (type (sub resource)))
                (export "call" (func))))
            (core func $call (canon lower (func $missing "call")))
            (core module $m
                (import "" "call" (func $call))
                (func (export "run") (result i32) call $call i32.const 0))
            (core instance $i (instantiate $m (with "" (instance (export "call" (func $call))))))
            (func $run (result (result)) (canon lift (core func $i "run")))
            (instance $exports (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $exports)))"#
    )
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
