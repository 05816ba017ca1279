//! What a guest is refused, and what its operator hears of it.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use common::{Heard, call, lines, program, run, text};
use iwasm::{Guest, Outcome, Policy, parse_pool};

/// EACCES as WASI numbers it.
const ACCES: &str = "0x2:i32";

#[test]
fn a_guest_without_grants_reaches_nothing() {
    for (function, call_name, told) in [
        (
            "bind",
            "sock_bind",
            "tcp bind to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            "listen",
            "sock_listen",
            "tcp listen on `0.0.0.0:0`; --addr-pool=0.0.0.0/32",
        ),
        (
            "connect",
            "sock_connect",
            "tcp connect to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            "bind_datagrams",
            "sock_bind",
            "udp bind to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            "connect_datagrams",
            "sock_connect",
            "udp connect to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            "send_to",
            "sock_send_to",
            "udp send to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            "join",
            "sock_set_ip_add_membership",
            "multicast join of `224.0.0.251`; --addr-pool=224.0.0.251/32",
        ),
        (
            "resolve",
            "sock_addr_resolve",
            "name lookup of `api.example.com`; --allow-resolve=api.example.com",
        ),
    ] {
        let heard = Heard::default();
        let guest = Guest::new(&text(REACHING)).journal(heard.clone());
        let refused = Outcome::Returned(vec![ACCES.to_owned()]);
        assert_eq!(call(guest, function, &[]), refused, "{function}");
        assert_eq!(heard.lines(), [format!("{call_name}: {told}")]);
    }
}

/// A function for each way to reach something; each makes its own socket.
const REACHING: &str = r#"(module
    (import "wasi_snapshot_preview1" "sock_open" (func $open (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_bind" (func $bind (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_listen" (func $listen (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_connect" (func $connect (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_send_to" (func $send_to (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_set_ip_add_membership" (func $join (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_addr_resolve"
        (func $resolve (param i32 i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0x04) "\0a\00\00\01\50\00") ;; 10.0.0.1:80
    (data (i32.const 0x24) "\e0\00\00\fb") ;; 224.0.0.251
    (data (i32.const 0x40) "api.example.com\00")
    (func $stream (result i32)
        (drop (call $open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 0x60)))
        (i32.load (i32.const 0x60)))
    (func $datagrams (result i32)
        (drop (call $open (i32.const -1) (i32.const 0) (i32.const 0) (i32.const 0x60)))
        (i32.load (i32.const 0x60)))
    (func (export "bind") (result i32) (call $bind (call $stream) (i32.const 0)))
    (func (export "listen") (result i32) (call $listen (call $stream) (i32.const 1)))
    (func (export "connect") (result i32) (call $connect (call $stream) (i32.const 0)))
    (func (export "bind_datagrams") (result i32) (call $bind (call $datagrams) (i32.const 0)))
    (func (export "connect_datagrams") (result i32) (call $connect (call $datagrams) (i32.const 0)))
    (func (export "send_to") (result i32)
        (call $send_to (call $datagrams) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0x64)))
    (func (export "join") (result i32) (call $join (call $datagrams) (i32.const 0x20) (i32.const 0)))
    (func (export "resolve") (result i32)
        (call $resolve (i32.const 0x40) (i32.const 0x50) (i32.const 0x68)
            (i32.const 0x100) (i32.const 4) (i32.const 0x64)))
    ;; Tries ports 1 to `most`, each so many times, and ends with the last answer.
    (func (export "scan") (param $most i32) (param $times i32) (result i32)
        (local $port i32) (local $time i32) (local $fd i32) (local $answer i32)
        (local.set $fd (call $stream))
        (loop $again
            (local.set $port (i32.const 0))
            (loop $next
                (local.set $port (i32.add (local.get $port) (i32.const 1)))
                (i32.store16 (i32.const 0x08) (local.get $port))
                (local.set $answer (call $connect (local.get $fd) (i32.const 0)))
                (br_if $next (i32.lt_u (local.get $port) (local.get $most))))
            (local.set $time (i32.add (local.get $time) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $time) (local.get $times))))
        (local.get $answer)))"#;

#[test]
fn each_distinct_denial_is_told_once() {
    let heard = Heard::default();
    let guest = Guest::new(&text(REACHING)).journal(heard.clone());
    let refused = Outcome::Returned(vec![ACCES.to_owned()]);
    assert_eq!(call(guest, "scan", &[3, 5]), refused);
    let told = [1, 2, 3].map(|port| {
        format!("sock_connect: tcp connect to `10.0.0.1:{port}`; --addr-pool=10.0.0.1/32")
    });
    assert_eq!(heard.lines(), told);
}

#[test]
fn a_guest_that_is_refused_ever_new_things_is_told_of_only_so_often() {
    let heard = Heard::default();
    let guest = Guest::new(&text(REACHING)).journal(heard.clone());
    let refused = Outcome::Returned(vec![ACCES.to_owned()]);
    assert_eq!(call(guest, "scan", &[10_000, 2]), refused);
    let heard = heard.lines();
    let (last, told) = heard.split_last().unwrap();
    assert_eq!(last, "muted");
    assert!((64..=1024).contains(&told.len()), "{}", told.len());
    assert!(told.iter().all(|line| line.starts_with("sock_connect: ")));
}

#[test]
fn a_denied_guest_goes_on_and_ends_as_it_likes() {
    let heard = Heard::default();
    let (stdout, output) = lines();
    let guest = Guest::new(&program("c/denied"))
        .journal(heard.clone())
        .args(["denied", "192.0.2.1", "80"])
        .stdout(stdout);
    assert_eq!(run(guest), Outcome::Exited(0));
    assert!(!output.rest().is_empty());
    let told = "sock_connect: tcp connect to `192.0.2.1:80`; --addr-pool=192.0.2.1/32";
    assert_eq!(heard.lines(), [told]);
}

#[test]
fn one_guest_s_grants_are_not_another_s() {
    let mut policy = Policy::nothing();
    policy.allow_pool(parse_pool("0.0.0.0/32").unwrap());
    let program = text(REACHING);
    let granted = Guest::new(&program).policy(policy);
    let listening = Outcome::Returned(vec!["0x0:i32".to_owned()]);
    assert_eq!(call(granted, "listen", &[]), listening);
    let refused = Outcome::Returned(vec![ACCES.to_owned()]);
    assert_eq!(call(Guest::new(&program), "listen", &[]), refused);
}
