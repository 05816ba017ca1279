//! A socket's life on loopback, as the trait promises it.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use std::fs;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};
use std::thread;
use std::time::Duration;

use common::{datagrams, here, linux, listener, pair, read, receive, send};
use iwasm_abi::Errno;
use iwasm_native::{Handle, Linux};
use iwasm_net::{Address, Family, Flag, Kernel, Kind, Receive, Received, Sending, Shutdown, Span};

#[test]
fn a_stream_carries_bytes_through_one_span_and_through_several() {
    let linux = linux();
    let (near, far) = pair(&linux);
    let (mut one, mut two) = (*b"abc", *b"defg");
    let sent = linux.send(
        &near,
        &[Span::of(&mut one), Span::of(&mut two)],
        None,
        Sending::default(),
    );
    assert_eq!(sent, Ok(7));
    assert_eq!(read(&linux, &far, 2), Ok(b"ab".to_vec()));

    let (mut one, mut two, mut three) = (*b"?", *b"??", *b"????");
    let into = [Span::of(&mut one), Span::of(&mut two), Span::of(&mut three)];
    let received = linux.receive(&far, &into, Receive::default()).unwrap();
    assert_eq!(received.len, 5);
    assert_eq!((&one, &two, &three), (b"c", b"de", b"fg??"));
}

#[test]
fn a_datagram_socket_without_its_peer_hears_everybody_again() {
    let linux = linux();
    // An address of this test's own: the port stays free in between.
    let socket = linux.open(Family::V4, Kind::Datagram).unwrap();
    linux.bind(&socket, "127.0.0.9:0".parse().unwrap()).unwrap();
    let at = linux.local(&socket).unwrap().inet().unwrap();
    let (_peer, peer) = datagrams(&linux, Family::V4);
    let (other, _) = datagrams(&linux, Family::V4);
    linux.connect(&socket, peer).unwrap();
    assert_eq!(send(&linux, &other, b"lost", Some(at)), Ok(4));
    linux.disconnect(&socket).unwrap();
    assert_eq!(linux.remote(&socket), Err(Errno::Notconn));
    // The port, which Linux chose, it has taken back.
    assert_eq!(linux.local(&socket).unwrap().inet().unwrap().port(), 0);
    linux.bind(&socket, at).unwrap();
    assert_eq!(send(&linux, &other, b"heard", Some(at)), Ok(5));
    assert_eq!(read(&linux, &socket, 16), Ok(b"heard".to_vec()));
}

#[test]
fn an_opened_socket_waits_and_has_no_option_that_nobody_asked_for() {
    let linux = linux();
    for family in [Family::V4, Family::V6] {
        for kind in [Kind::Stream, Kind::Datagram] {
            let socket = linux.open(family, kind).unwrap();
            assert_eq!(linux.nonblocking(&socket), Ok(false));
            assert!(closes_on_exec(&socket), "{family:?} {kind:?}");
            assert_eq!(linux.linger(&socket), Ok(None));
            for flag in [
                Flag::ReuseAddr,
                Flag::ReusePort,
                Flag::KeepAlive,
                Flag::Broadcast,
            ] {
                assert_eq!(
                    linux.flag(&socket, flag),
                    Ok(false),
                    "{family:?} {kind:?} {flag:?}"
                );
            }
        }
    }
}

#[test]
fn accept_says_who_came_and_makes_the_socket_as_it_was_told_to() {
    let linux = linux();
    for family in [Family::V4, Family::V6] {
        let (listener, at) = listener(&linux, family);
        for nonblocking in [false, true] {
            let near = linux.open(family, Kind::Stream).unwrap();
            linux.connect(&near, at).unwrap();
            let (far, peer) = linux.accept(&listener, nonblocking).unwrap();
            assert_eq!(Ok(peer.clone()), linux.local(&near));
            assert_eq!(Ok(peer), linux.remote(&far));
            assert_eq!(Ok(at.into()), linux.remote(&near));
            assert_eq!(linux.nonblocking(&far), Ok(nonblocking));
            assert!(closes_on_exec(&far));
        }
    }
}

#[test]
fn bytes_that_were_only_looked_at_stay() {
    let linux = linux();
    let (near, far) = pair(&linux);
    send(&linux, &near, b"abc", None).unwrap();
    let peek = Receive {
        peek: true,
        ..Receive::default()
    };
    for _ in 0..2 {
        assert_eq!(receive(&linux, &far, 8, peek).unwrap().0, b"abc");
    }
    assert_eq!(read(&linux, &far, 8), Ok(b"abc".to_vec()));
}

#[test]
fn a_receive_that_waits_for_all_gets_all() {
    let linux = linux();
    let (near, far) = pair(&linux);
    let sending = thread::spawn({
        let linux = linux.clone();
        move || {
            for part in [b"ab", b"cd", b"ef"] {
                send(&linux, &near, part, None).unwrap();
                thread::sleep(Duration::from_millis(10));
            }
        }
    });
    let all = Receive {
        wait_all: true,
        ..Receive::default()
    };
    assert_eq!(receive(&linux, &far, 6, all).unwrap().0, b"abcdef");
    sending.join().unwrap();
}

#[test]
fn a_stream_names_no_source_and_cuts_nothing_off() {
    let linux = linux();
    let (near, far) = pair(&linux);
    send(&linux, &near, b"abc", None).unwrap();
    let how = Receive {
        truncation: false,
        ..ALL_TOLD
    };
    let (bytes, received) = receive(&linux, &far, 2, how).unwrap();
    assert_eq!(bytes, b"ab");
    assert_eq!(
        received,
        Received {
            len: 2,
            truncated: false,
            source: None
        }
    );
    assert_eq!(read(&linux, &far, 2), Ok(b"c".to_vec()));
}

#[test]
fn a_message_names_its_source_and_says_when_it_was_cut_off() {
    let linux = linux();
    for family in [Family::V4, Family::V6] {
        let ((near, source), (far, to)) = (datagrams(&linux, family), datagrams(&linux, family));
        for (room, kept, truncated) in [(4, &b"abcd"[..], false), (3, b"abc", true), (0, b"", true)]
        {
            assert_eq!(send(&linux, &near, b"abcd", Some(to)), Ok(4));
            let (bytes, received) = receive(&linux, &far, room, ALL_TOLD).unwrap();
            assert_eq!((&*bytes, received.truncated), (kept, truncated), "{room}");
            assert_eq!(received.source, Some(source));
        }
        assert_eq!(send(&linux, &near, b"abcd", Some(to)), Ok(4));
        let (bytes, received) = receive(&linux, &far, 8, Receive::default()).unwrap();
        assert_eq!(
            (&*bytes, received.source),
            (&b"abcd"[..], None),
            "nobody asked"
        );
    }
}

#[test]
fn a_message_of_nothing_is_a_message() {
    let linux = linux();
    let ((near, _), (far, to)) = (datagrams(&linux, Family::V4), datagrams(&linux, Family::V4));
    assert_eq!(linux.send(&near, &[], Some(to), Sending::default()), Ok(0));
    assert_eq!(send(&linux, &near, b"", Some(to)), Ok(0));
    assert_eq!(send(&linux, &near, b"abc", Some(to)), Ok(3));
    for _ in 0..2 {
        let (_, received) = receive(&linux, &far, 8, ALL_TOLD).unwrap();
        assert_eq!((received.len, received.truncated), (0, false));
    }
    let dropped = linux.receive(&far, &[], Receive::default()).unwrap();
    assert_eq!(
        (dropped.len, dropped.truncated),
        (0, true),
        "taken off the queue"
    );
    linux.set_nonblocking(&far, true).unwrap();
    assert_eq!(read(&linux, &far, 8), Err(Errno::Again));
}

#[test]
fn messages_travel_in_several_spans() {
    let linux = linux();
    let ((near, _), (far, to)) = (datagrams(&linux, Family::V6), datagrams(&linux, Family::V6));
    let (mut one, mut two) = (*b"ab", *b"cd");
    assert_eq!(
        linux.send(
            &near,
            &[Span::of(&mut one), Span::of(&mut two)],
            Some(to),
            Sending::default()
        ),
        Ok(4)
    );
    let (mut one, mut two) = (*b"???", *b"??");
    let into = [Span::of(&mut one), Span::of(&mut two)];
    assert_eq!(linux.receive(&far, &into, ALL_TOLD).unwrap().len, 4);
    assert_eq!((&one, &two), (b"abc", b"d?"));
}

#[test]
fn a_connected_datagram_socket_hears_its_peer_only() {
    let linux = linux();
    let ((near, source), (far, to)) =
        (datagrams(&linux, Family::V4), datagrams(&linux, Family::V4));
    let (stranger, _) = datagrams(&linux, Family::V4);
    assert_eq!(send(&linux, &near, b"a", None), Err(Errno::Destaddrreq));
    linux.connect(&near, to).unwrap();
    assert_eq!(linux.remote(&near), Ok(to.into()));
    assert_eq!(send(&linux, &near, b"a", None), Ok(1));
    send(&linux, &stranger, b"x", Some(source)).unwrap();
    send(&linux, &far, b"b", Some(source)).unwrap();
    assert_eq!(read(&linux, &near, 8), Ok(b"b".to_vec()));
}

#[test]
fn a_peer_that_is_gone_is_an_error_and_no_signal() {
    let linux = linux();
    let (near, far) = pair(&linux);
    drop(far);
    let mut bytes = [0; 2];
    let (one, two) = bytes.split_at_mut(1);
    let spans = [Span::of(one), Span::of(two)];
    // The first one makes the peer say that it is gone.
    linux.send(&near, &spans, None, Sending::default()).unwrap();
    let refused = loop {
        match linux.send(&near, &spans, None, Sending::default()) {
            Ok(_) => thread::yield_now(),
            // It may be told of the reset once before.
            Err(Errno::Connreset) => {}
            Err(errno) => break errno,
        }
    };
    assert_eq!(refused, Errno::Pipe);
    assert_eq!(send(&linux, &near, b"a", None), Err(Errno::Pipe));
}

#[test]
fn each_direction_is_closed_by_itself() {
    let linux = linux();
    let (near, far) = pair(&linux);
    linux.shutdown(&near, Shutdown::Write).unwrap();
    assert_eq!(read(&linux, &far, 8), Ok(vec![]), "an end");
    send(&linux, &far, b"late", None).unwrap();
    assert_eq!(read(&linux, &near, 8), Ok(b"late".to_vec()));
    assert_eq!(send(&linux, &near, b"a", None), Err(Errno::Pipe));

    let (near, _far) = pair(&linux);
    linux.shutdown(&near, Shutdown::Read).unwrap();
    assert_eq!(read(&linux, &near, 8), Ok(vec![]));
    assert_eq!(send(&linux, &near, b"a", None), Ok(1));
    linux.shutdown(&near, Shutdown::Both).unwrap();
    assert_eq!(send(&linux, &near, b"a", None), Err(Errno::Pipe));
}

#[test]
fn an_ipv6_socket_reaches_ipv4_in_mapped_form() {
    let linux = linux();
    let (listener, at) = listener(&linux, Family::V4);
    let near = linux.open(Family::V6, Kind::Stream).unwrap();
    let mapped: SocketAddr = format!("[::ffff:127.0.0.1]:{}", at.port()).parse().unwrap();
    linux.connect(&near, mapped).unwrap();
    let (_far, peer) = linux.accept(&listener, false).unwrap();
    assert!(peer.inet().unwrap().is_ipv4());
    assert_eq!(linux.remote(&near), Ok(mapped.into()));
}

#[test]
fn each_refusal_of_the_system_has_its_errno() {
    let linux = linux();
    let (listener, at) = listener(&linux, Family::V4);
    let fresh = |kind| linux.open(Family::V4, kind).unwrap();

    assert_eq!(linux.bind(&fresh(Kind::Stream), at), Err(Errno::Addrinuse));
    let documentation = "192.0.2.1:0".parse().unwrap();
    assert_eq!(
        linux.bind(&fresh(Kind::Stream), documentation),
        Err(Errno::Addrnotavail)
    );
    assert_eq!(
        linux.bind(&fresh(Kind::Stream), here(Family::V6)),
        Err(Errno::Afnosupport)
    );
    assert_eq!(linux.listen(&fresh(Kind::Datagram), 1), Err(Errno::Notsup));
    assert_eq!(linux.remote(&fresh(Kind::Stream)), Err(Errno::Notconn));
    assert_eq!(read(&linux, &fresh(Kind::Stream), 1), Err(Errno::Notconn));
    assert_eq!(
        linux.accept(&fresh(Kind::Stream), false).err(),
        Some(Errno::Inval)
    );
    assert_eq!(
        linux.shutdown(&fresh(Kind::Stream), Shutdown::Both),
        Err(Errno::Notconn)
    );

    let (near, _far) = pair(&linux);
    assert_eq!(linux.connect(&near, at), Err(Errno::Isconn));
    linux.set_nonblocking(&listener, true).unwrap();
    assert_eq!(linux.accept(&listener, false).err(), Some(Errno::Again));
    drop(listener);
    assert_eq!(
        linux.connect(&fresh(Kind::Stream), at),
        Err(Errno::Connrefused)
    );
    let too_large = vec![0; 70_000];
    assert_eq!(
        send(&linux, &fresh(Kind::Datagram), &too_large, Some(at)),
        Err(Errno::Msgsize)
    );
}

#[test]
fn what_came_before_both_sides_ended_is_read_from_a_socket_without_a_peer() {
    let linux = linux();
    let (near, far) = pair(&linux);
    linux.shutdown(&near, Shutdown::Write).unwrap();
    send(&linux, &far, b"late", None).unwrap();
    assert_eq!(read(&linux, &far, 1), Ok(Vec::new()));
    drop(far);
    let without_peer = (0..1000).any(|_| {
        thread::sleep(Duration::from_millis(1));
        linux.remote(&near) == Err(Errno::Notconn)
    });
    assert!(without_peer);
    assert_eq!(read(&linux, &near, 9), Ok(b"late".to_vec()));
    assert_eq!(read(&linux, &near, 9), Ok(Vec::new()));
}

#[test]
fn a_backlog_beyond_all_bounds_is_no_error() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    linux.bind(&socket, here(Family::V4)).unwrap();
    assert_eq!(linux.listen(&socket, u32::MAX), Ok(()));
}

#[test]
fn what_is_no_socket_of_the_internet_is_told_apart() {
    let linux = linux();
    let file = Handle::from(std::os::fd::OwnedFd::from(
        fs::File::open("/dev/null").unwrap(),
    ));
    assert_eq!(linux.local(&file), Err(Errno::Notsock));
    assert_eq!(send(&linux, &file, b"a", None), Err(Errno::Notsock));

    let (unix, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    let unix = Handle::from(std::os::fd::OwnedFd::from(unix));
    assert_eq!(linux.local(&unix), Ok(Address::Unnamed));
}

const ALL_TOLD: Receive = Receive {
    peek: false,
    wait_all: false,
    source: true,
    truncation: true,
    dont_wait: false,
};

fn closes_on_exec(handle: &impl AsFd) -> bool {
    let info =
        fs::read_to_string(format!("/proc/self/fdinfo/{}", handle.as_fd().as_raw_fd())).unwrap();
    let flags = info
        .lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .unwrap();
    i32::from_str_radix(flags.trim(), 8).unwrap() & libc::O_CLOEXEC != 0
}

#[test]
fn a_call_that_must_not_wait_does_not_though_the_socket_does() {
    let linux = linux();
    let (near, _far) = pair(&linux);
    let at_once = Receive {
        dont_wait: true,
        ..Receive::default()
    };
    let mut byte = [0];
    let into = [Span::of(&mut byte)];
    let received = linux.receive(&near, &into, at_once);
    assert_eq!(received, Err(Errno::Again));
    let several = [into[0], into[0]];
    assert_eq!(linux.receive(&near, &several, at_once), Err(Errno::Again));

    let mut many = vec![0; 1 << 16];
    let from = [Span::of(&mut many)];
    let at_once = Sending { dont_wait: true };
    // Nobody reads: the buffers of both ends fill up.
    let full = (0..10_000).find_map(|_| linux.send(&near, &from, None, at_once).err());
    assert_eq!(full, Some(Errno::Again));
    assert_eq!(linux.nonblocking(&near), Ok(false));
}

#[test]
fn a_connect_that_is_given_up_can_be_made_anew() {
    let linux = linux();
    let (deaf, at) = listener_of(&linux, 0);
    let mut queue = Vec::new();
    let waiting = loop {
        assert!(queue.len() < 10_000, "the queue does not fill up");
        let near = linux.open(Family::V4, Kind::Stream).unwrap();
        linux.set_nonblocking(&near, true).unwrap();
        assert_eq!(linux.connect(&near, at), Err(Errno::Inprogress));
        thread::sleep(Duration::from_millis(5));
        if linux.remote(&near).is_err() {
            break near;
        }
        queue.push(near);
    };
    linux.shutdown(&waiting, Shutdown::Both).unwrap();
    assert_eq!(linux.take_error(&waiting), Ok(Some(Errno::Connreset)));
    assert_eq!(linux.take_error(&waiting), Ok(None));
    linux.set_nonblocking(&waiting, false).unwrap();
    let (_listener, at) = listener(&linux, Family::V4);
    assert_eq!(linux.connect(&waiting, at), Ok(()));
    assert_eq!(linux.remote(&waiting), Ok(at.into()));
    drop(deaf);
}

/// A listener for which so many may wait.
fn listener_of(linux: &Linux, backlog: u32) -> (Handle, SocketAddr) {
    let listener = linux.open(Family::V4, Kind::Stream).unwrap();
    linux.bind(&listener, here(Family::V4)).unwrap();
    linux.listen(&listener, backlog).unwrap();
    let at = linux.local(&listener).unwrap().inet().unwrap();
    (listener, at)
}
