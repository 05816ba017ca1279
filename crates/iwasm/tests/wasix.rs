//! Guests of WASIX: sockets as its C library uses them, threads on its shared memory, and what of its world is refused.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use common::{Heard, call, engine, folder, lines, loopback, program, run, text};
use iwasm::{ErrorKind, Guest, GuestBuilder, Outcome, Policy, PortOrder, Quirks, parse_pool};

/// The guest whose chapters print what they find.
fn sockets() -> GuestBuilder {
    Guest::new(&program("c/wasix_sockets"))
}

/// What the guest prints with these arguments.
fn printed(guest: GuestBuilder, arguments: &[&str]) -> Vec<String> {
    let (output, lines) = lines();
    let arguments = ["wasix_sockets"].iter().chain(arguments);
    let outcome = run(guest.args(arguments.copied()).stdout(output));
    let lines = lines.rest();
    assert_eq!(outcome, Outcome::Exited(0), "{lines:#?}");
    lines
}

/// A policy that grants loopback and the lookup of every name.
fn names() -> Policy {
    let mut policy = loopback();
    policy.allow_resolve("*".parse().unwrap());
    policy
}

#[test]
fn a_stream_is_served_from_its_bind_to_its_end() {
    let facts = [
        "a new socket is 0",
        "a listener is 1",
        "a client is 1",
        "the peer is the client: 1",
        "the client's peer is the listener: 1",
        "receive what is not there: 6",
        "send: 0",
        "received `hello` cut 0",
        "receive: 0",
        "shutdown: 0",
        "received `` cut 0",
        "receive the end: 0",
        "accept on a client: 28",
    ];
    assert_eq!(printed(sockets().policy(loopback()), &["tcp"]), facts);
}

#[test]
fn datagrams_go_there_and_back_and_one_that_is_cut_is_told_to_be() {
    let facts = [
        "send to: 0",
        "receive from: 0",
        "`a da` cut 1 from the sender: 1",
        "send back: 0",
        "received `a datagram` cut 0",
        "receive: 0",
        "nothing more: 6",
    ];
    assert_eq!(printed(sockets().policy(loopback()), &["udp"]), facts);
}

#[test]
fn a_pair_needs_no_grant() {
    let facts = [
        "send: 0",
        "received `through a pair` cut 0",
        "receive: 0",
        "close: 0",
        "received `` cut 0",
        "receive the end: 0",
    ];
    assert_eq!(printed(sockets(), &["pair"]), facts);
}

#[test]
fn a_part_of_a_file_is_sent() {
    let folder = folder("wasix_send_file");
    std::fs::write(folder.join("data.txt"), "0123456789").unwrap();
    let guest = sockets().dir(&folder, "/").unwrap();
    let facts = [
        "send file: 0",
        "sent 6",
        "received `456789` cut 0",
        "receive: 0",
    ];
    assert_eq!(printed(guest, &["file", "data.txt"]), facts);
}

#[test]
fn options_of_each_form_are_set_and_told() {
    let facts = [
        "set no delay: 0",
        "get no delay: 0",
        "no delay 1",
        "set reuse: 0",
        "set only v6: 0",
        "get listening: 0",
        "set buffer: 0",
        "get buffer: 0",
        "buffer 8192",
        "set ttl: 0",
        "get ttl: 0",
        "ttl 7",
        "get type: 0",
        "type 2",
        "get protocol: 0",
        "protocol 17",
        "get error: 0",
        "error 0",
    ];
    let time = [
        "set time: 0",
        "get time: 0",
        "time 1 5000",
        "set none: 0",
        "get none: 0",
        "time 0",
    ];
    let mut facts: Vec<_> = facts.into_iter().collect();
    (0..4).for_each(|_| facts.extend(time));
    facts.extend(["no such option: 28", "a bad pointer: 78"]);
    assert_eq!(printed(sockets().policy(loopback()), &["options"]), facts);
}

#[test]
fn a_name_is_looked_up_and_no_more_answers_are_written_than_there_is_room_for() {
    let found = printed(sockets().policy(names()), &["names", "localhost"]);
    assert!(found.iter().any(|line| line == "127.0.0.1"), "{found:?}");
    let found = printed(sockets(), &["names", "127.0.0.1"]);
    let facts = [
        "resolve: 0",
        "127.0.0.1",
        "resolve into no room: 0",
        "count 0",
    ];
    assert_eq!(found, facts);
}

#[test]
fn a_group_is_joined_and_left() {
    let mut policy = Policy::nothing();
    policy.allow_pool(parse_pool("0.0.0.0/32,224.0.0.251/32").unwrap());
    let facts = [
        "join: 0",
        "join again: 3",
        "leave: 0",
        "leave again: 4",
        "join no group: 28",
        "join of the other family: 5",
    ];
    assert_eq!(printed(sockets().policy(policy), &["groups"]), facts);
}

/// A listener whose queue is full: whoever connects waits.
fn deaf() -> (TcpListener, Vec<TcpStream>, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    for _ in 0..10_000 {
        match TcpStream::connect_timeout(&at, Duration::from_millis(200)) {
            Ok(stream) => queue.push(stream),
            Err(_) => return (listener, queue, at),
        }
    }
    panic!("the queue does not fill up");
}

#[test]
fn an_accept_and_a_connect_end_when_their_time_is_over_and_the_socket_can_be_used_anew() {
    let (_listener, _queue, at) = deaf();
    let port = at.port().to_string();
    let began = Instant::now();
    let facts = [
        "accept: 73",
        "connect: 73",
        "a client that gave up is 0",
        "connect elsewhere: 0",
        "accept: 0",
    ];
    assert_eq!(
        printed(sockets().policy(loopback()), &["times", &port]),
        facts
    );
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[test]
fn what_is_denied_is_told_as_in_every_dialect_and_the_probe_is_not() {
    let heard = Heard::default();
    let facts = [
        "connect: 2",
        "bind: 2",
        "send to: 2",
        "join: 2",
        "probe: 0",
        "listen: 2",
        "mac: 58",
        "resolve: 2",
        "resolve into no room: 2",
        "count 99",
    ];
    assert_eq!(
        printed(sockets().journal(heard.clone()), &["denied"]),
        facts
    );
    let told = [
        "sock_connect: tcp connect to `192.0.2.1:80`; --addr-pool=192.0.2.1/32",
        "sock_bind: tcp bind to `192.0.2.1:80`; --addr-pool=192.0.2.1/32",
        "sock_send_to: udp send to `192.0.2.1:80`; --addr-pool=192.0.2.1/32",
        "sock_join_multicast_v4: multicast join of `224.0.0.251`; --addr-pool=224.0.0.251/32",
        "sock_listen: tcp bind to `0.0.0.0:10275`; --addr-pool=0.0.0.0/32",
        "no port_mac",
        "resolve: name lookup of `host.example`; --allow-resolve=host.example",
    ];
    assert_eq!(heard.lines(), told);
}

#[test]
fn a_guest_learns_the_order_of_ports_whatever_it_is_and_whatever_is_granted() {
    for (wasix_port, port) in [(PortOrder::Host, 10275_u16), (PortOrder::Network, 0x2328)] {
        let quirks = Quirks {
            wasix_port,
            ..Quirks::default()
        };
        let found = printed(sockets().quirks(quirks), &["probe"]);
        assert_eq!(found, ["probe: 0".to_owned(), format!("port {port}")]);
        let found = printed(sockets().policy(loopback()).quirks(quirks), &["tcp"]);
        assert_eq!(found[3], "the peer is the client: 1");
    }
}

/// Polls with a relative timeout and one listening descriptor that nobody comes to: how many events there were.
const POLLS: &str = r#"(module
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    IMPORT
    (memory (export "memory") 1)
    (func (export "poll") (param i32) (result i32 i32)
        (i32.store (i32.const 16) (i32.const 1))
        (i64.store (i32.const 24) (i64.extend_i32_u (local.get 0)))
        (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))
        (i32.load (i32.const 128))))"#;

#[test]
fn a_poll_without_time_is_for_ever_in_guests_of_wasix_and_at_once_in_others() {
    let wasix = r#"(import "wasix_32v1" "port_unbridge" (func (result i32)))"#;
    let told = Outcome::Returned(vec!["0x0:i32".to_owned(), "0x1:i32".to_owned()]);
    for (import, timeout, outcome) in [
        ("", 0, &told),
        (wasix, 1, &told),
        (wasix, 0, &Outcome::TimedOut),
    ] {
        let program = text(&POLLS.replace("IMPORT", import));
        let guest = Guest::new(&program).timeout(Duration::from_millis(300));
        assert_eq!(
            call(guest, "poll", &[timeout]),
            *outcome,
            "{import} {timeout}"
        );
    }
}

/// Shaped as WASIX's C library shapes a program with threads: one shared memory of the largest size, imported; a thread
/// by wasi-threads; the descriptor that the thread opens is the program's.
const THREADS: &str = r#"(module
    (import "env" "memory" (memory 2 65536 shared))
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasix_32v1" "sock_open" (func $open (param i32 i32 i32 i32) (result i32)))
    (import "wasix_32v1" "sock_status" (func $status (param i32 i32) (result i32)))
    (import "wasix_32v1" "proc_exit" (func $exit (param i32)))
    (func (export "wasi_thread_start") (param i32 i32)
        (drop (call $open (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 16)))
        (i32.atomic.store (i32.const 8) (i32.const 1))
        (drop (memory.atomic.notify (i32.const 8) (i32.const 1))))
    (func (export "_start")
        (drop (call $spawn (i32.const 0)))
        (drop (memory.atomic.wait32 (i32.const 8) (i32.const 0) (i64.const -1)))
        (call $exit (i32.add (i32.const 40)
            (call $status (i32.load (i32.const 16)) (i32.const 20))))))"#;

#[test]
fn threads_of_a_guest_share_an_imported_memory_and_its_sockets() {
    assert_eq!(run(Guest::new(&text(THREADS))), Outcome::Exited(40));
}

#[test]
fn what_is_wasmer_s_and_not_here_is_refused_before_the_start_with_the_way_out() {
    for (module, hint) in [
        ("wasix_64v1", "`wasix_32v1`"),
        ("wasix_http_client_v1", "uses sockets"),
        ("wasm_bus", "use sockets"),
    ] {
        let text = format!(r#"(module (import "{module}" "f" (func)) (func (export "_start")))"#);
        let error = engine().compile(text.as_bytes()).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::UnknownImport, "{module}");
        assert!(error.hint().unwrap().contains(hint), "{module}");
    }
    let library = r#"(module (@custom "dylink.0" (before first) "") (func (export "f")))"#;
    let error = engine().compile(library.as_bytes()).err().unwrap();
    assert!(error.hint().unwrap().contains("statically"), "{error}");
}
