//! What components reach, and what is denied to them.

use std::io::Write;
use std::net::{TcpListener, UdpSocket};

use iwasm::{Outcome, Policy, parse_pool};

use crate::common::{Heard, LONG, loopback};
use crate::{P2, P3, began, done, guest, tell};

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
fn what_a_guest_wrote_arrives_though_the_system_took_only_a_part_at_once() {
    for (words, answers) in [("fill", false), ("fill-and-end", true)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap().to_string();
        let (writing, lines) = began(guest(P2, &[words, &to]).policy(loopback()));
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        // Nothing is read before the guest has had enough.
        let written: u64 = lines.next().parse().unwrap();
        let read = std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
        assert_eq!(read, written, "{words}");
        if answers {
            stream.write_all(b"that was all").unwrap();
            drop(stream);
            assert_eq!(lines.next(), "that was all");
        }
        assert_eq!(writing.end(), Outcome::Exited(0), "{words}");
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
