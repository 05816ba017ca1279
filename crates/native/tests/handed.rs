//! Sockets to hand in: what the host makes of them, and what it refuses.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};

use iwasm_native::HostSocket;
use iwasm_net::{Family, Kind, Stage};
use rustix::net::{AddressFamily, SocketType, ipproto, socket};

#[test]
fn a_socket_tells_how_far_its_life_has_come() {
    let listener = TcpListener::bind(any_port()).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    // Or the connection is broken off when the listener is closed below.
    let _peer = listener.accept().unwrap();
    let bound = UdpSocket::bind(any_port()).unwrap();
    let connected = UdpSocket::bind(any_port()).unwrap();
    connected.connect(bound.local_addr().unwrap()).unwrap();
    let fresh = |kind| socket(AddressFamily::INET, kind, None).unwrap();
    for (socket, kind, stage) in [
        (listener.into(), Kind::Stream, Stage::Listening),
        (stream.into(), Kind::Stream, Stage::Connected),
        (bound.into(), Kind::Datagram, Stage::Bound),
        (connected.into(), Kind::Datagram, Stage::Connected),
        (fresh(SocketType::STREAM), Kind::Stream, Stage::Fresh),
        (fresh(SocketType::DGRAM), Kind::Datagram, Stage::Fresh),
    ] {
        let socket = HostSocket::from_owned(socket).unwrap();
        assert_eq!((socket.kind(), socket.stage()), (kind, stage));
    }
}

#[test]
fn a_unix_stream_tells_it_too() {
    let folder = common::Folder::new();
    let at = folder.path().join("a.sock");
    let listener = UnixListener::bind(&at).unwrap();
    let client = UnixStream::connect(&at).unwrap();
    let (paired, _other) = UnixStream::pair().unwrap();
    let fresh = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    for (socket, stage) in [
        (listener.into(), Stage::Listening),
        (client.into(), Stage::Connected),
        (paired.into(), Stage::Connected),
        (fresh, Stage::Fresh),
    ] {
        let socket = HostSocket::from_owned(socket).unwrap();
        let is = (socket.family(), socket.kind(), socket.stage());
        assert_eq!(is, (Family::Unix, Kind::Stream, stage));
    }
}

#[test]
fn what_is_made_here_is_what_it_says() {
    for (kind, stage) in [
        (Kind::Stream, Stage::Listening),
        (Kind::Datagram, Stage::Bound),
    ] {
        let server = HostSocket::listening(kind, any_port()).unwrap();
        let at = server.local().unwrap();
        assert_eq!((server.kind(), server.stage()), (kind, stage));
        let port = at.clone().inet().unwrap().port();
        assert_ne!(port, 0);
        let client = HostSocket::connected(kind, "127.0.0.1", port).unwrap();
        assert_eq!((client.kind(), client.stage()), (kind, Stage::Connected));
        assert_eq!(client.remote().unwrap(), at);
    }
}

#[test]
fn an_address_has_one_listener() {
    let first = HostSocket::listening(Kind::Stream, any_port()).unwrap();
    let second = HostSocket::listening(Kind::Stream, first.local().unwrap().inet().unwrap());
    assert_eq!(second.unwrap_err().kind(), ErrorKind::AddrInUse);
}

#[test]
fn a_name_without_an_address_is_an_error_and_no_connection() {
    let listener = TcpListener::bind(any_port()).unwrap();
    let port = listener.local_addr().unwrap().port();
    assert!(HostSocket::connected(Kind::Stream, "a..b", port).is_err());
}

#[test]
fn what_is_neither_tcp_nor_udp_nor_a_unix_stream_is_refused() {
    let file = std::fs::File::open("/dev/null").unwrap();
    let (unix, _) = UnixDatagram::pair().unwrap();
    for (other, text) in [
        (OwnedFd::from(file), "Socket operation on non-socket"),
        (
            OwnedFd::from(unix),
            "it is neither a TCP nor a UDP socket nor a UNIX stream",
        ),
    ] {
        let error = HostSocket::from_owned(other).unwrap_err().to_string();
        assert!(error.starts_with(text), "{error}");
    }
    // Not every system lets everybody make one.
    if let Ok(ping) = socket(AddressFamily::INET, SocketType::DGRAM, Some(ipproto::ICMP)) {
        assert!(HostSocket::from_owned(ping).is_err());
    }
}

#[test]
fn what_this_process_opened_was_not_inherited() {
    let own = TcpListener::bind(any_port()).unwrap();
    for number in [own.as_raw_fd(), 0, 2, -1, i32::MAX] {
        assert!(HostSocket::inherited(number).is_err(), "{number}");
    }
    own.local_addr().unwrap();
}

#[test]
fn an_inherited_socket_is_taken_once() {
    let own = TcpListener::bind(any_port()).unwrap();
    let at = own.local_addr().unwrap();
    // As one that came through an exec: without FD_CLOEXEC, and nobody's.
    let left = rustix::io::dup(&own).unwrap();
    let number = left.as_raw_fd();
    std::mem::forget(left);
    let taken = HostSocket::inherited(number).unwrap();
    assert_eq!(taken.local().unwrap(), at.into());
    assert!(HostSocket::inherited(number).is_err());
}

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}
