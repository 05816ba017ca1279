//! Pairs of sockets that are connected to each other.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use common::{linux, read, receive, send};
use iwasm_abi::Errno;
use iwasm_net::{Kernel, Kind, Receive, Shutdown};

#[test]
fn what_one_of_a_pair_sends_the_other_receives() {
    let linux = linux();
    for kind in [Kind::Stream, Kind::Datagram] {
        let (one, other) = linux.pair(kind).unwrap();
        for (from, to) in [(&one, &other), (&other, &one)] {
            assert_eq!(send(&linux, from, b"abc", None), Ok(3), "{kind:?}");
            assert_eq!(read(&linux, to, 8), Ok(b"abc".to_vec()), "{kind:?}");
            assert_eq!(linux.nonblocking(from), Ok(false));
        }
    }
}

#[test]
fn a_pair_keeps_messages_apart_or_does_not_as_its_kind_says() {
    let linux = linux();
    for (kind, whole) in [(Kind::Stream, &b"abcd"[..]), (Kind::Datagram, b"ab")] {
        let (one, other) = linux.pair(kind).unwrap();
        send(&linux, &one, b"ab", None).unwrap();
        send(&linux, &one, b"cd", None).unwrap();
        assert_eq!(read(&linux, &other, 8), Ok(whole.to_vec()), "{kind:?}");
    }
    let (one, other) = linux.pair(Kind::Datagram).unwrap();
    send(&linux, &one, b"abc", None).unwrap();
    let truncation = Receive {
        truncation: true,
        ..Receive::default()
    };
    let (bytes, received) = receive(&linux, &other, 2, truncation).unwrap();
    assert_eq!((bytes, received.truncated), (b"ab".to_vec(), true));
}

#[test]
fn the_end_of_one_of_a_pair_is_the_other_s_end() {
    let linux = linux();
    let (one, other) = linux.pair(Kind::Stream).unwrap();
    linux.shutdown(&one, Shutdown::Write).unwrap();
    assert_eq!(read(&linux, &other, 8), Ok(Vec::new()));
    drop(one);
    assert_eq!(send(&linux, &other, b"abc", None), Err(Errno::Pipe));
}
