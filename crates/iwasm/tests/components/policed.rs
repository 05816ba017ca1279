//! Sockets of WASIp2: what the policy makes of them, what becomes of what was written, and how waits end. The guest is
//! `foreign/p2calls`, and the other ends are here.

use std::io::{ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use iwasm::{File, Guest, GuestBuilder, Outcome, Policy, parse_pool};

use crate::calls::compiled;
use crate::common::{Heard, LONG, fifo, folder, guest_threads, loopback};
use crate::{began, tell};

fn guest(words: &[&str]) -> GuestBuilder {
    Guest::new(compiled()).args([&["guest"], words].concat())
}

/// A policy that grants one address of this machine, and not to bind to any.
fn one() -> Policy {
    let mut one = Policy::nothing();
    one.allow_pool(parse_pool("127.0.0.1/32").unwrap());
    one
}

fn datagrams(at: &str) -> UdpSocket {
    let socket = UdpSocket::bind((at, 0)).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    socket
}

/// What comes to the peer, and the port that it came from.
fn heard(peer: &UdpSocket) -> (String, u16) {
    let mut room = [0; 64];
    let (len, from) = peer.recv_from(&mut room).unwrap();
    let text = String::from_utf8_lossy(&room[..len]).into_owned();
    (text, from.port())
}

const DENIED: &str = "start-bind: udp bind to `0.0.0.0:0`; --addr-pool=0.0.0.0/32";

/// A stranger writes to the port, and then the peer: only the peer comes through.
fn hears_the_peer_alone(peer: &UdpSocket, port: u16) {
    let stranger = datagrams("127.0.0.2");
    for (from, text) in [
        (&stranger, "strange"),
        (peer, "known"),
        (&stranger, "strange"),
        (peer, "end"),
    ] {
        from.send_to(text.as_bytes(), ("127.0.0.1", port)).unwrap();
    }
}

#[test]
fn a_port_that_nobody_granted_hears_only_whom_the_guest_may_send_to() {
    let (peer, journal) = (datagrams("127.0.0.1"), Heard::default());
    let to = peer.local_addr().unwrap().to_string();
    let words = ["ask-and-hear", "0.0.0.0:0", &to];
    let (asking, lines) = began(guest(&words).policy(one()).journal(journal.clone()));
    let (text, port) = heard(&peer);
    assert_eq!(text, "hello");
    hears_the_peer_alone(&peer, port);
    assert_eq!(lines.rest(), ["heard known", "heard end"]);
    assert_eq!(asking.end(), Outcome::Exited(0));
    // The bind that nobody needed is nobody's to hear of.
    assert_eq!(journal.lines(), [""; 0]);
}

#[test]
fn a_port_that_nobody_granted_goes_with_the_peer_that_it_was_for() {
    let (peer, journal) = (datagrams("127.0.0.1"), Heard::default());
    let to = peer.local_addr().unwrap().to_string();
    let words = ["ask-and-let-go", "0.0.0.0:0", &to];
    let (asking, lines) = began(guest(&words).policy(one()).journal(journal.clone()));
    assert_eq!(heard(&peer).0, "with a peer");
    // It has no port now, and to receive at any is denied.
    assert_eq!([lines.next(), lines.next()], ["access-denied"; 2]);
    let (text, port) = heard(&peer);
    assert_eq!(text, "without");
    hears_the_peer_alone(&peer, port);
    assert_eq!(lines.rest(), ["heard known", "heard end"]);
    assert_eq!(asking.end(), Outcome::Exited(0));
    assert_eq!(journal.lines(), [DENIED]);
}

#[test]
fn a_message_that_could_not_be_sent_leaves_a_port_that_is_judged() {
    let (peer, journal) = (datagrams("127.0.0.1"), Heard::default());
    let to = peer.local_addr().unwrap().to_string();
    let words = ["fail-and-hear", "0.0.0.0:0", &to];
    let (asking, lines) = began(guest(&words).policy(one()).journal(journal.clone()));
    assert_eq!([lines.next(), lines.next()], ["datagram-too-large", "0"]);
    let line = lines.next();
    let port = line.strip_prefix("at 0.0.0.0:").unwrap().parse().unwrap();
    hears_the_peer_alone(&peer, port);
    assert_eq!(lines.rest(), ["heard known", "heard end"]);
    assert_eq!(asking.end(), Outcome::Exited(0));
    assert_eq!(journal.lines(), [""; 0]);
}

#[test]
fn each_peer_of_a_udp_socket_is_judged() {
    let journal = Heard::default();
    let peers = [datagrams("127.0.0.1"), datagrams("127.0.0.1")];
    let [first, second] = [&peers[0], &peers[1]].map(|peer| peer.local_addr().unwrap().to_string());
    for at in ["0.0.0.0:0", "127.0.0.1:0"] {
        let words = ["take-peers", at, &first, "10.0.0.1:53", &second, &first];
        let (outcome, told) = tell(guest(&words).policy(one()).journal(journal.clone()));
        assert_eq!(outcome, Outcome::Exited(0));
        assert_eq!(told, format!("{first}\naccess-denied\n{second}\n{first}\n"));
    }
    let denied = "stream: udp connect to `10.0.0.1:53`; --addr-pool=10.0.0.1/32";
    assert_eq!(journal.lines(), [denied; 2]);
}

#[test]
fn who_comes_to_a_listener_is_judged_and_others_are_closed_unseen() {
    let mut policy = loopback();
    policy.allow_pool(parse_pool("0.0.0.0/32").unwrap());
    policy.allow("tcp-accept://127.0.0.2".parse().unwrap());
    let (accepting, lines) = began(guest(&["accept", "0.0.0.0:0"]).policy(policy));
    let line = lines.next();
    let port: u16 = line.strip_prefix("at 0.0.0.0:").unwrap().parse().unwrap();
    let mut stranger = from("127.0.0.1", port);
    stranger.set_read_timeout(Some(LONG)).unwrap();
    assert!(matches!(stranger.read(&mut [0]), Ok(0) | Err(_)));
    let known = from("127.0.0.2", port);
    let from = known.local_addr().unwrap();
    assert_eq!(lines.rest(), [format!("peer {from}")]);
    assert_eq!(accepting.end(), Outcome::Exited(0));
}

/// A connection to the port from one address of this machine.
fn from(ip: &str, port: u16) -> TcpStream {
    use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&socket, &SocketAddrV4::new(ip.parse().unwrap(), 0)).unwrap();
    connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, port)).unwrap();
    socket.into()
}

/// A listener whose connections have small buffers, and those that came to it, in their order.
fn slow(count: usize) -> (String, std::thread::JoinHandle<Vec<TcpStream>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::sockopt::set_socket_recv_buffer_size(&listener, 50_000).unwrap();
    let to = listener.local_addr().unwrap().to_string();
    let accept = move || {
        let stream = listener.accept().unwrap().0;
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    };
    let all = std::thread::spawn(move || (0..count).map(|_| accept()).collect());
    (to, all)
}

/// How much the guest says that it wrote to each.
fn amounts(line: &str) -> Vec<u64> {
    line.split(' ').map(|word| word.parse().unwrap()).collect()
}

/// How much comes of each; none of one that breaks off.
fn read_all(streams: Vec<TcpStream>) -> Vec<Option<u64>> {
    let read = |mut stream| match std::io::copy(&mut stream, &mut std::io::sink()) {
        Ok(len) => Some(len),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            None
        }
    };
    streams.into_iter().map(read).collect()
}

#[test]
fn what_a_guest_wrote_and_left_arrives_while_it_does_something_else_and_at_its_end() {
    for (word, ends) in [
        ("leave-and-compute", false),
        ("leave-and-wait", false),
        ("leave-full", true),
    ] {
        let (to, streams) = slow(20);
        let (leaving, lines) = began(guest(&[word, &to, "20"]).policy(loopback()));
        let written: Vec<_> = amounts(&lines.next()).into_iter().map(Some).collect();
        assert_eq!(read_all(streams.join().unwrap()), written, "{word}");
        if ends {
            assert_eq!(leaving.end(), Outcome::Exited(0));
        } else {
            leaving.handle.stop();
            assert_eq!(leaving.end(), Outcome::Stopped);
        }
    }
}

#[test]
fn connections_that_a_guest_leaves_full_take_no_thread_each_and_are_not_kept_without_bound() {
    const MANY: usize = 300;
    const KEPT: usize = 256;
    let (to, streams) = slow(MANY);
    let words = ["leave-and-wait", &to, &MANY.to_string()];
    let (leaving, lines) = began(guest(&words).policy(loopback()));
    let written = amounts(&lines.next());
    // Those of other tests are counted as well.
    assert!(guest_threads().len() < MANY / 2);
    let read = read_all(streams.join().unwrap());
    let (lost, kept) = (0..MANY).partition::<Vec<_>, _>(|&place| place < MANY - KEPT);
    for place in lost {
        assert_eq!(read[place], None, "{place}");
    }
    for place in kept {
        assert_eq!(read[place], Some(written[place]), "{place}");
    }
    leaving.handle.stop();
    assert_eq!(leaving.end(), Outcome::Stopped);
}

#[test]
fn a_guest_that_leaves_what_nobody_reads_ends_all_the_same() {
    let (to, streams) = slow(5);
    let (leaving, _lines) = began(guest(&["leave-full", &to, "5"]).policy(loopback()));
    let unread = streams.join().unwrap();
    let began = Instant::now();
    assert_eq!(leaving.end(), Outcome::Exited(0));
    assert!(began.elapsed() < Duration::from_secs(10));
    // What is left of them does not look like all.
    assert_eq!(read_all(unread), [None; 5]);
}

#[test]
fn every_wait_ends_at_once_with_the_guest() {
    let folder = folder("components-waits");
    fifo(&folder.join("pipe"));
    let mut both_ends = std::fs::File::options();
    let both_ends = both_ends.read(true).write(true);
    let _held = both_ends.open(folder.join("pipe")).unwrap();
    for what in [
        "read",
        "skip",
        "write",
        "zeroes",
        "flush",
        "splice",
        "pollable",
        "shut",
        "poll",
        "questions",
    ] {
        for timeout in [None, Some(Duration::from_millis(500))] {
            let (stdin, _feed) = File::feed().unwrap();
            let mut guest = guest(&["block", what]).policy(loopback()).stdin(stdin);
            guest = guest.dir(&folder, "/d").unwrap();
            if let Some(timeout) = timeout {
                guest = guest.timeout(timeout);
            }
            let (running, lines) = began(guest);
            assert_eq!(lines.next(), "waiting", "{what}");
            // That its thread is inside the call then, nothing outside can see.
            std::thread::sleep(Duration::from_millis(50));
            let began = Instant::now();
            let outcome = match timeout {
                Some(_) => Outcome::TimedOut,
                None => {
                    running.handle.stop();
                    Outcome::Stopped
                }
            };
            assert_eq!(running.end(), outcome, "{what}");
            let took = began.elapsed();
            assert!(took < Duration::from_secs(5), "{what} took {took:?}");
            assert_eq!(lines.rest(), [""; 0], "{what}");
        }
    }
}
