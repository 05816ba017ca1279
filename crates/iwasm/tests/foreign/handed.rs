//! Guests of upstream tokio and of Go, which open no socket under WASIp1: they use the one at descriptor 3.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};

use iwasm::{Guest, GuestBuilder, Kind, Outcome, SocketName};

use crate::common::{Lines, Running, lines, start};
use crate::peers::{accept, client, compiled, echo, loopbacks, talk_to_the_last_first};

/// Each serves three connections, and tells of each how much it said.
const SERVERS: [(&str, &[&str]); 2] = [
    ("foreign/tokio", &["3"]),
    ("foreign/go_echo", &["server", "3"]),
];

#[test]
fn a_server_sends_back_what_each_client_says() {
    for (guest, words) in SERVERS {
        for ip in loopbacks() {
            let (running, said, at) = serve(guest, words, (ip, 0).into());
            for _ in 0..3 {
                // More than either of them reads at once.
                let message = "word ".repeat(10_000);
                assert_eq!(echo(client(at), &message), message, "{guest}");
            }
            assert_eq!(said.rest(), ["50000 bytes"; 3], "{guest}");
            assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
        }
    }
}

#[test]
fn a_server_of_coroutines_serves_all_its_clients_at_once() {
    for (guest, words) in SERVERS {
        let (running, said, at) = serve(guest, words, "127.0.0.1:0".parse().unwrap());
        talk_to_the_last_first(at, 3);
        assert_eq!(said.rest(), ["8 bytes"; 3], "{guest}");
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_client_in_go_uses_the_connection_that_was_made_for_it() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let (stdout, said) = lines();
    let guest = guest("foreign/go_echo", &["client", "one", "two"]);
    let guest = guest.connect(SocketName::default(), Kind::Stream, "localhost", port);
    let running = start(guest.unwrap().stdout(stdout));
    let mut stream = accept(&server);
    for message in ["one", "two"] {
        let mut heard = [0; 3];
        stream.read_exact(&mut heard).unwrap();
        assert_eq!(heard, message.as_bytes());
        stream.write_all(&heard).unwrap();
        assert_eq!(said.next(), message);
    }
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!(running.end(), Outcome::Exited(0));
}

fn serve(name: &'static str, words: &[&str], at: SocketAddr) -> (Running, Lines, SocketAddr) {
    let (stdout, said) = lines();
    let guest = guest(name, words)
        .listen(SocketName::default(), Kind::Stream, at)
        .unwrap()
        .stdout(stdout);
    let (_, socket) = guest.sockets().next().unwrap();
    let at = socket.local().unwrap().inet().unwrap();
    let running = start(guest);
    assert_eq!(said.next(), "ready", "{name}");
    (running, said, at)
}

fn guest(name: &'static str, words: &[&str]) -> GuestBuilder {
    let words = ["guest"].iter().chain(words).copied();
    Guest::new(compiled(name)).args(words)
}
