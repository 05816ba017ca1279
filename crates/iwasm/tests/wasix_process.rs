//! Whole guests that use WASIX for all that is no socket: descriptors, events, threads and processes.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use common::{Heard, LONG, contents, folder, lines, loopback, program, start, text};
use iwasm::{File, Guest, Outcome};

/// What the guest says of itself: its source says what each is.
const BEHAVIOURS: [&str; 32] = [
    "a program is alone and its first thread has its number",
    "a copy is another number for the same thing",
    "a copy has the lowest number that is allowed",
    "a renumbered thing keeps its number and closes what was there",
    "a number remembers whether it outlives an exec",
    "a pipe carries bytes and has an end",
    "a pipe without a reader is broken",
    "a nonblocking pipe does not wait",
    "a counter gives all that it has",
    "a semaphore gives one at a time",
    "a nonblocking counter does not wait",
    "pipes and counters can be polled",
    "a set tells a state for as long as it lasts",
    "a set tells a change once",
    "a set tells once until it is asked anew",
    "a set knows what it holds",
    "what is closed leaves a set",
    "two numbers of a thing are told apart in a set",
    "what is no descriptor to wait for is refused by a set",
    "a set whose time is over has nothing to tell",
    "threads change a set and wait on it together",
    "a waiter at a word is woken",
    "all waiters at a word are woken",
    "a waiter at a word gives up when its time is over",
    "a word that has changed is not waited for",
    "a thread is waited for",
    "a thread sleeps as long as it asks",
    "a thread that exits leaves the others",
    "the working directory is one that the guest holds",
    "a file is opened with a flag of its number",
    "there is a terminal to look at",
    "what there is not says so",
];

#[test]
fn descriptors_events_threads_and_processes_are_as_wasix_has_them() {
    let data = folder("wasix-process");
    fs::create_dir(data.join("sub")).unwrap();
    fs::write(data.join("file"), "content").unwrap();
    let (stdin, _feeding) = File::feed().unwrap();
    let (stdout, output) = lines();
    let (stderr, errors) = File::pipe().unwrap();
    let heard = Heard::default();
    let guest = Guest::new(&program("rust/wasix_process"))
        .args(["wasix_process"])
        .dir(&data, "/data")
        .unwrap()
        .stdin(stdin)
        .stdout(stdout)
        .stderr(stderr)
        .journal(heard.clone());
    let guest = start(guest);
    let wanted = BEHAVIOURS.map(|name| format!("{name} ok"));
    assert_eq!(output.rest(), wanted);
    assert_eq!(guest.end(), Outcome::Exited(0));
    assert_eq!(contents(errors), "");
    let missed = [
        "no tty_set",
        "no proc_fork",
        "no proc_snapshot",
        "no thread_signal",
    ];
    assert_eq!(heard.lines(), missed, "each is told once");
}

#[test]
fn two_threads_serve_many_connections_from_one_set() {
    let (stdout, output) = lines();
    let guest = Guest::new(&program("rust/wasix_epoll_server"))
        .policy(loopback())
        .args(["wasix_epoll_server", "20"])
        .stdout(stdout);
    let guest = start(guest);
    let line = output.next();
    let port = line.strip_prefix("listening on ").unwrap().parse().unwrap();
    let mut peers: Vec<_> = (0..20)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap())
        .collect();
    for round in 0..5 {
        for peer in peers.iter_mut().rev() {
            peer.set_read_timeout(Some(LONG)).unwrap();
            peer.write_all(&[round; 300]).unwrap();
            let mut echo = [0xff; 300];
            peer.read_exact(&mut echo).unwrap();
            assert_eq!(echo, [round; 300]);
        }
    }
    drop(peers);
    assert_eq!(output.next(), "done");
    assert_eq!(guest.end(), Outcome::Exited(0));
}

/// What has no result to say that it is missing ends the guest.
#[test]
fn a_call_that_never_returns_ends_the_guest_where_there_is_no_such_thing() {
    let guest = text(
        r#"(module
            (import "wasix_32v1" "proc_exec" (func $exec (param i32 i32 i32 i32)))
            (memory (export "memory") 1)
            (func (export "_start")
                (call $exec (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))"#,
    );
    let heard = Heard::default();
    let outcome = common::run(Guest::new(&guest).journal(heard.clone()));
    let cause = "`proc_exec` is not supported".to_owned();
    assert_eq!(outcome, Outcome::Trapped(cause));
    assert_eq!(heard.lines(), ["no proc_exec"]);
}
