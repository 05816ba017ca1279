//! The examples of the guest's Rust crate as guests, against each other and plain std. `cargo xtask guest-crate` holds
//! them against what they say natively; here is what they import, and that they run.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, UdpSocket};

use iwasm::{Guest, Outcome, Program, inspect_file};
use iwasm_abi::{Import, p1, threads, wamr, wasmedge};

use common::{LONG, Lines, Running, file, lines, loopback, program, start};

const ECHO_CLIENT: &str = "rust/crate_echo_client";
const POLL_SERVER: &str = "rust/crate_poll_server";
const SENTENCES: &str = "rust/crate_sentences";
const TAKE_ERROR: &str = "rust/crate_take_error";
const TIMEOUTS: &str = "rust/crate_timeouts";
const UDP: &str = "rust/crate_udp";

/// Those that run on WAMR's own runtime as well: they ask for nothing that it lacks.
const OF_WAMR: [&str; 5] = [ECHO_CLIENT, POLL_SERVER, SENTENCES, TIMEOUTS, UDP];

#[test]
fn programs_import_only_what_wamr_has_with_its_types() {
    for guest in OF_WAMR {
        let known = [p1::IMPORTS, wamr::IMPORTS, threads::IMPORTS].concat();
        assert_eq!(others(guest, &known), [""; 0], "{guest}");
    }
}

#[test]
fn only_taking_errors_imports_more() {
    let mut known = [p1::IMPORTS, wamr::IMPORTS].concat();
    assert_eq!(others(TAKE_ERROR, &known), ["sock_getsockopt"]);
    known.push(&wasmedge::SOCK_GETSOCKOPT);
    assert_eq!(others(TAKE_ERROR, &known), [""; 0]);
}

#[test]
fn a_server_that_polls_serves_all_its_clients_at_once() {
    let (server, said) = begin(POLL_SERVER, &["127.0.0.1:0", "3"]);
    let at = at(&said.next());
    let streams = [(); 3].map(|()| connected(at));
    // The last client first: whoever served one after the other would wait for the first.
    for mut stream in streams.into_iter().rev() {
        stream.write_all(b"hello").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "hello");
    }
    assert_eq!(said.next(), "every client was served");
    assert_eq!(server.end(), Outcome::Exited(0));
}

#[test]
fn a_client_with_a_reading_and_a_writing_half_talks_to_the_server_that_polls() {
    let (server, told) = begin(POLL_SERVER, &["127.0.0.1:0", "1"]);
    let at = at(&told.next()).to_string();
    let (client, said) = begin(ECHO_CLIENT, &[&at, "hello"]);
    assert_eq!(said.next(), "heard `hello`");
    assert_eq!(client.end(), Outcome::Exited(0));
    assert_eq!(server.end(), Outcome::Exited(0));
}

#[test]
fn a_datagram_comes_back_to_whoever_sent_it() {
    let (server, told) = begin(UDP, &["serve", "127.0.0.1:0", "2"]);
    let at = at(&told.next());
    let native = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    native.set_read_timeout(Some(LONG)).unwrap();
    native.send_to(b"native", at).unwrap();
    let mut heard = [0; 16];
    assert_eq!(native.recv_from(&mut heard).unwrap(), (6, at));
    assert_eq!(&heard[..6], b"native");

    let (client, said) = begin(UDP, &["send", &at.to_string(), "guest"]);
    assert_eq!(said.next(), "heard `guest`, after a look at 5 bytes");
    assert_eq!(client.end(), Outcome::Exited(0));
    assert_eq!(server.end(), Outcome::Exited(0));
}

#[test]
fn waits_end_as_those_of_std_do() {
    let (guest, said) = begin(TIMEOUTS, &[]);
    assert_eq!(guest.end(), Outcome::Exited(0));
    assert_eq!(
        said.rest(),
        [
            "connected in time",
            "reads wait for Some(40ms)",
            "a read: WouldBlock",
            "a read that does not wait: WouldBlock",
            "an accept that does not wait: WouldBlock",
            "a receive: WouldBlock",
            "a poll finds 0",
            "and waits: true",
            "a timeout of 0: InvalidInput",
            "connecting to nobody: ConnectionRefused",
        ]
    );
}

#[test]
fn an_error_that_waits_is_taken_off_once() {
    let (guest, said) = begin(TAKE_ERROR, &[]);
    assert_eq!(guest.end(), Outcome::Exited(0));
    assert_eq!(
        said.rest(),
        [
            "at first: None",
            "refused: Some(ConnectionRefused)",
            "taken off: None",
        ]
    );
}

/// The functions that a guest imports, but for those known with their types.
fn others(guest: &str, known: &[&Import]) -> Vec<String> {
    let told = inspect_file(&file(guest)).unwrap();
    let functions = told.imports.iter().filter(|it| it.ty.contains("->"));
    functions
        .filter(|it| !known.iter().any(|known| is(known, it)))
        .map(|it| it.name.clone())
        .collect()
}

fn is(known: &Import, told: &iwasm::Binding) -> bool {
    told.module.as_deref() == Some(known.module)
        && told.name == known.name
        && told.ty == known.to_string()
}

fn begin(guest: &str, words: &[&str]) -> (Running, Lines) {
    run(&program(guest), words)
}

fn run(program: &Program, words: &[&str]) -> (Running, Lines) {
    let mut policy = loopback();
    policy.allow_resolve("localhost".parse().unwrap());
    let (stdout, said) = lines();
    let words = ["guest"].iter().chain(words).copied();
    let guest = Guest::new(program).args(words).policy(policy);
    (start(guest.stdout(stdout)), said)
}

/// Where a server says that it listens.
fn at(line: &str) -> SocketAddr {
    let at = line.strip_prefix("listening on ");
    at.unwrap_or_else(|| panic!("`{line}` tells no address"))
        .parse()
        .unwrap()
}

fn connected(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}
