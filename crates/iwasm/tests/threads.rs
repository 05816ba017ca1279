//! The threads of one guest: how many there may be, and what they share.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use common::{call, lines, loopback, program, run, start, text};
use iwasm::{Guest, Outcome};

#[test]
fn at_the_thread_limit_the_guest_gets_an_error_and_goes_on() {
    for (most, told) in [(3, "3 threads"), (1, "1 threads"), (40, "40 threads")] {
        let (stdout, output) = lines();
        let guest = Guest::new(&program("rust/thread_limit"));
        let guest = guest.args(["thread_limit"]).max_threads(most);
        assert_eq!(run(guest.stdout(stdout)), Outcome::Exited(0));
        let output = output.rest();
        assert_eq!(output[0], told);
        assert!(output[1].starts_with("then: "), "{output:?}");
        assert_eq!(output[2], "one more");
    }
}

#[test]
fn a_guest_that_may_have_no_threads_gets_the_error_at_the_first() {
    let guest = text(&format!("(module {SPAWN} {IDLE})"));
    let again = Outcome::Returned(vec!["0xfffffffa:i32".to_owned()]);
    assert_eq!(
        call(Guest::new(&guest).max_threads(0), "spawn", &[0]),
        again
    );
}

#[test]
fn thread_numbers_begin_at_one_and_are_positive() {
    let guest = text(&format!("(module {SPAWN} {IDLE})"));
    let first = Outcome::Returned(vec!["0x1:i32".to_owned()]);
    assert_eq!(call(Guest::new(&guest), "spawn", &[0]), first);
}

#[test]
fn a_module_that_no_thread_can_start_in_gets_an_error() {
    let refused = Outcome::Returned(vec!["0xffffffc6:i32".to_owned()]);
    for module in [
        format!("(module {SPAWN})"),
        format!("(module {} {IDLE})", SPAWN.replace("1 1 shared", "1")),
    ] {
        let guest = text(&module);
        assert_eq!(call(Guest::new(&guest), "spawn", &[0]), refused, "{module}");
    }
}

const SPAWN: &str = r#"
    (import "env" "memory" (memory 1 1 shared))
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (func (export "spawn") (param i32) (result i32) (call $spawn (local.get 0)))"#;

const IDLE: &str = r#"
    (func (export "wasi_thread_start") (param i32 i32))"#;

#[test]
fn threads_share_one_memory_and_one_descriptor_table() {
    let guest = text(
        r#"(module
            (import "env" "memory" (memory 1 1 shared))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "sock_open" (func $open (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_renumber" (func $renumber (param i32 i32) (result i32)))
            (func (export "wasi_thread_start") (param i32 i32)
                ;; Descriptor 3, which the first thread made, is here too; the next is 4.
                (i32.store (i32.const 8) (call $renumber (i32.const 3) (i32.const 0)))
                (drop (call $open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 12)))
                (drop (call $open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 16)))
                (i32.atomic.store (i32.const 0) (i32.const 1))
                (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
            (func (export "share") (result i32 i32 i32 i32 i32)
                (drop (call $open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 4)))
                (drop (call $spawn (i32.const 0)))
                (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
                (i32.load (i32.const 8)) (i32.load (i32.const 12)) (i32.load (i32.const 16))
                (call $close (i32.const 4)) (call $close (i32.const 4))))"#,
    );
    let results = ["0x0:i32", "0x3:i32", "0x4:i32", "0x0:i32", "0x8:i32"];
    let results = results.map(str::to_owned).to_vec();
    assert_eq!(
        call(Guest::new(&guest), "share", &[]),
        Outcome::Returned(results)
    );
}

#[test]
fn a_server_serves_each_connection_on_a_thread_of_its_own() {
    let (stdout, output) = lines();
    let guest = Guest::new(&program("rust/threaded_echo_server"))
        .policy(loopback())
        .args(["threaded_echo_server", "127.0.0.1", "0", "3"])
        .stdout(stdout);
    let guest = start(guest);
    let line = output.next();
    let addr: SocketAddr = line.strip_prefix("listening on ").unwrap().parse().unwrap();
    let mut peers: Vec<_> = (0..3).map(|_| TcpStream::connect(addr).unwrap()).collect();
    // The last to come is served while the others are silent.
    for peer in peers.iter_mut().rev() {
        peer.set_read_timeout(Some(common::LONG)).unwrap();
        peer.write_all(b"echo").unwrap();
        let mut echo = [0; 4];
        peer.read_exact(&mut echo).unwrap();
        assert_eq!(&echo, b"echo");
    }
    drop(peers);
    assert_eq!(guest.end(), Outcome::Exited(0));
}
