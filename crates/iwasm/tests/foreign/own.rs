//! Guests that open their own sockets through a crate of their runtime. What a crate gets wrong with any runtime is left
//! out where its guest is listed, with the reason.

use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, UdpSocket};

use iwasm::{Guest, GuestBuilder, Outcome, parse_pool};

use crate::common::{Heard, LONG, Lines, Running, lines, loopback, run, start};
use crate::peers::{self, accept, client, compiled, echo, loopbacks, port};

/// Guests that open their own sockets.
const OWN: [&str; 5] = [WASMEDGE, WASMEDGE04, WAMR, WASIX, WASIP2];

const WASMEDGE: &str = "foreign/wasmedge";
const WASMEDGE04: &str = "foreign/wasmedge04";
const WAMR: &str = "foreign/wamr";
const WASIX: &str = "foreign/wasix";
const WASIP2: &str = "foreign/wasip2";

/// These crates come with something to poll with.
const POLLING: [&str; 3] = [WASMEDGE, WASMEDGE04, WAMR];

/// Version 0.4 of WasmEdge's crate takes octets of a sender's address for the port: its guest cannot answer.
const ANSWERING: [&str; 4] = [WASMEDGE, WAMR, WASIX, WASIP2];

#[test]
fn a_server_tells_each_client_apart_and_sends_back_what_it_says() {
    for (guest, ip) in each(&OWN) {
        let (running, said) = begin(guest, &["tcp-server", &ip.to_string(), "2"]);
        let at = (ip, port(&said.next(), "at")).into();
        for message in ["first", "second"] {
            let stream = client(at);
            let own = stream.local_addr().unwrap().port();
            assert_eq!(echo(stream, message), message, "{guest}");
            assert_eq!(port(&said.next(), "peer"), own, "{guest}");
        }
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_server_that_polls_serves_all_its_clients_at_once() {
    for (guest, ip) in each(&POLLING) {
        let (running, said) = begin(guest, &["poll-server", &ip.to_string(), "3"]);
        let at = (ip, port(&said.next(), "at")).into();
        peers::talk_to_the_last_first(at, 3);
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_client_talks_to_a_native_server() {
    for (guest, ip) in connecting() {
        let server = TcpListener::bind((ip, 0)).unwrap();
        let to = server.local_addr().unwrap().port().to_string();
        let words = ["tcp-client", &ip.to_string(), &to, "one", "two"];
        let (running, said) = begin(guest, &words);
        let mut stream = accept(&server);
        let local = port(&said.next(), "local");
        assert_eq!(local, stream.peer_addr().unwrap().port(), "{guest}");
        for message in ["one", "two"] {
            let mut heard = [0; 3];
            stream.read_exact(&mut heard).unwrap();
            assert_eq!(heard, message.as_bytes());
            stream.write_all(&heard).unwrap();
            assert_eq!(said.next(), message, "{guest}");
        }
        assert_eq!(stream.read(&mut [0]).unwrap(), 0, "{guest}");
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_server_of_datagrams_answers_who_asked() {
    for (guest, ip) in each(&ANSWERING) {
        let (running, said) = begin(guest, &["udp-server", &ip.to_string(), "2"]);
        let at = (ip, port(&said.next(), "at"));
        // Two sockets, so that an answer to the wrong one is seen.
        for message in ["one", "second"] {
            let socket = datagrams(ip);
            socket.send_to(message.as_bytes(), at).unwrap();
            let mut answer = [0; 16];
            let (len, from) = socket.recv_from(&mut answer).unwrap();
            assert_eq!(&answer[..len], message.as_bytes(), "{guest}");
            assert_eq!((from.ip(), from.port()), at, "{guest}");
            let own = socket.local_addr().unwrap().port();
            assert_eq!(port(&said.next(), "peer"), own, "{guest}");
        }
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_client_with_datagrams_hears_who_answers() {
    for (guest, ip) in each(&OWN) {
        let server = datagrams(ip);
        let to = server.local_addr().unwrap().port();
        let words = ["udp-client", &ip.to_string(), &to.to_string(), "one", "two"];
        let (running, said) = begin(guest, &words);
        let local = port(&said.next(), "local");
        for message in ["one", "two"] {
            let mut heard = [0; 16];
            let (len, from) = server.recv_from(&mut heard).unwrap();
            assert_eq!(&heard[..len], message.as_bytes(), "{guest}");
            assert_eq!(from.port(), local, "{guest}");
            server.send_to(b"heard", from).unwrap();
            let line = said.next();
            if ANSWERING.contains(&guest) {
                assert_eq!(port(&line, "heard from"), to, "{guest}");
            } else {
                assert!(line.starts_with("heard from "), "{guest}: {line}");
            }
        }
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_name_is_looked_up_when_it_is_granted() {
    for guest in OWN {
        let mut policy = loopback();
        policy.allow_resolve("localhost".parse().unwrap());
        let (stdout, said) = lines();
        let looking = Guest::new(compiled(guest)).args(["guest", "lookup", "localhost"]);
        let outcome = run(looking.policy(policy).stdout(stdout));
        assert_eq!(outcome, Outcome::Exited(0), "{guest}");
        let said = said.rest();
        assert!(!said.is_empty(), "{guest} found nothing");
        for line in said {
            assert!(
                line.starts_with("127.0.0.1") || line == "::1",
                "{guest}: {line}"
            );
        }
    }
}

#[test]
fn what_is_not_granted_is_an_error_of_the_crate_and_a_line_for_the_operator() {
    const BIND: &str = "tcp bind to `127.0.0.1:0`; --addr-pool=127.0.0.1/32";
    const CONNECT: &str = "tcp connect to `10.0.0.1:80`; --addr-pool=10.0.0.1/32";
    for (guest, error, [bind, connect]) in [
        (WASMEDGE, "PermissionDenied", ["sock_bind", "sock_connect"]),
        (
            WASMEDGE04,
            "PermissionDenied",
            ["sock_bind", "sock_connect"],
        ),
        (WAMR, "PermissionDenied", ["sock_bind", "sock_connect"]),
        (WASIX, "error 2", ["sock_bind", "sock_connect"]),
        (
            WASIP2,
            "error access-denied",
            ["start-bind", "start-connect"],
        ),
    ] {
        for (words, told) in [
            (["tcp-server", "127.0.0.1", "1"], format!("{bind}: {BIND}")),
            (
                ["tcp-client", "10.0.0.1", "80"],
                format!("{connect}: {CONNECT}"),
            ),
        ] {
            let heard = Heard::default();
            let words = ["guest"].iter().chain(&words).copied();
            let denied = Guest::new(compiled(guest)).args(words);
            let (stderr, said) = lines();
            let outcome = run(denied.journal(heard.clone()).stderr(stderr));
            assert_eq!(outcome, Outcome::Exited(1), "{guest}");
            assert_eq!(heard.lines(), [told], "{guest}");
            let said = said.rest().join("\n");
            assert!(said.contains(error), "{guest}: {said}");
        }
    }
}

/// Options of [`WASMEDGE`].
const WASMEDGE_OPTIONS: &[&str] = &[
    "type Stream",
    "reuse_address true",
    "keepalive true",
    "broadcast false",
    "recv_timeout Some(1.5s)",
    "send_timeout Some(2s)",
    "recv_buffer_size true",
    "send_buffer_size true",
    "is_listener false",
    "is_listener true",
];

/// Options of [`WAMR`].
const WAMR_OPTIONS: &[&str] = &[
    "reuse_addr true",
    "reuse_port true",
    "keep_alive true",
    "linger Some(3s)",
    "read_timeout Some(1.5s)",
    "write_timeout Some(2s)",
    "tcp_no_delay true",
    "tcp_keep_idle 40s",
    "tcp_keep_intvl 7s",
    "ip_ttl 33",
    "recv_buf_size true",
    "send_buf_size true",
];

/// Options of [`WASIX`].
const WASIX_OPTIONS: &[&str] = &[
    "set reuse_addr: ()",
    "reuse_addr: true",
    "set reuse_port: ()",
    "reuse_port: true",
    "set no_delay: ()",
    "no_delay: true",
    "set recv_timeout: ()",
    "recv_timeout: Some(1500000000)",
    "set send_timeout: ()",
    "send_timeout: Some(1500000000)",
    "set broadcast: ()",
    "broadcast: true",
    "set ttl: ()",
    "ttl: 33",
    "set multicast_ttl: ()",
    "multicast_ttl: 7",
];

/// Options of [`WASIP2`].
const WASIP2_OPTIONS: &[&str] = &[
    "set keep_alive: ()",
    "keep_alive: true",
    "set keep_alive_idle: ()",
    "keep_alive_idle: 40000000000",
    "set keep_alive_interval: ()",
    "keep_alive_interval: 7000000000",
    "set keep_alive_count: ()",
    "keep_alive_count: 3",
    "set hop_limit: ()",
    "hop_limit: 33",
    "set hop_limit to nothing: error invalid-argument",
    "set backlog to nothing: error invalid-argument",
    "listening: false",
    "listen unbound: error invalid-state",
    "accept: error invalid-state",
];

#[test]
fn options_are_what_they_were_set_to() {
    for (guest, told) in [
        (WASMEDGE, WASMEDGE_OPTIONS),
        (WAMR, WAMR_OPTIONS),
        (WASIX, WASIX_OPTIONS),
        (WASIP2, WASIP2_OPTIONS),
    ] {
        let (running, said) = begin(guest, &["options", "127.0.0.1"]);
        assert_eq!(said.rest(), told, "{guest}");
        assert_eq!(running.end(), Outcome::Exited(0), "{guest}");
    }
}

#[test]
fn a_group_is_joined_and_left() {
    let mut policy = loopback();
    policy.allow_pool(parse_pool("0.0.0.0/32,239.1.2.3/32").unwrap());
    let (stdout, said) = lines();
    let guest = Guest::new(compiled(WAMR)).args(["guest", "multicast", "0.0.0.0"]);
    assert_eq!(run(guest.policy(policy).stdout(stdout)), Outcome::Exited(0));
    assert_eq!(
        said.rest(),
        ["multicast_loop_v4 true", "multicast_ttl_v4 1"]
    );
}

#[test]
fn the_ends_of_a_pair_hear_each_other_without_a_grant() {
    let (stdout, said) = lines();
    let guest = Guest::new(compiled(WASIX)).args(["guest", "pair"]);
    assert_eq!(run(guest.stdout(stdout)), Outcome::Exited(0));
    assert_eq!(said.rest(), ["there", "back"]);
}

/// Each guest with each address of this machine's own.
fn each(guests: &[&'static str]) -> impl Iterator<Item = (&'static str, IpAddr)> {
    let pairs = |guest: &&'static str| {
        let guest = *guest;
        loopbacks().map(move |ip| (guest, ip))
    };
    guests.iter().flat_map(pairs)
}

/// WasmEdge's crate connects to IPv4 only.
fn connecting() -> impl Iterator<Item = (&'static str, IpAddr)> {
    each(&OWN).filter(|(guest, ip)| ip.is_ipv4() || ![WASMEDGE, WASMEDGE04].contains(guest))
}

fn begin(guest: &'static str, words: &[&str]) -> (Running, Lines) {
    let (stdout, said) = lines();
    (start(granted(guest, words).stdout(stdout)), said)
}

fn granted(guest: &'static str, words: &[&str]) -> GuestBuilder {
    let words = ["guest"].iter().chain(words).copied();
    Guest::new(compiled(guest)).args(words).policy(loopback())
}

fn datagrams(ip: IpAddr) -> UdpSocket {
    let socket = UdpSocket::bind((ip, 0)).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    socket
}
