//! Sockets that are handed in, under a policy that grants nothing: what they are needs no grant, addresses do.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::{Family, Kind, Socket, Stage};
use iwasm_policy::Policy;
use iwasm_wasi::Descriptor;

use crate::guest::{ADDR, DATA, Guest, IOVS, NEXT, ROOM, SIZE, addr, vector};
use crate::script::socket_name;
use crate::traffic::Message;

/// A guest that may reach nothing, and its one socket that was handed in.
fn guest(kind: Kind, stage: Stage) -> (Guest, u64) {
    let mut guest = Guest::new(Policy::nothing());
    guest.put(IOVS, &vector(DATA, 4));
    guest.put(ADDR, &addr("192.0.2.1:53"));
    let name = socket_name(Family::V4, kind);
    let handle = guest.script.handle(name, Family::V4);
    let socket = Socket::handed_in(handle, Family::V4, kind, stage);
    let number = guest.process.table.insert(Descriptor::handed_in(socket));
    (guest, number.expect("the table has room").into())
}

fn comes_from_a_stranger(guest: &Guest) {
    let message = Message {
        bytes: b"hi".to_vec(),
        told: 2,
        truncated: false,
        source: Some("192.0.2.1:53".parse().expect("an address")),
    };
    guest.script.answer("receive", [Ok(message)]);
}

#[test]
fn a_socket_is_a_preopen_of_a_kind_that_libraries_pass_over() {
    let (mut guest, socket) = guest(Kind::Stream, Stage::Listening);
    guest.does("fd_prestat_get", &[socket, ROOM]);
    assert_eq!(&guest.bytes(ROOM), b"\x01\0\0\0\0\0\0\0?");
    guest.refuses("fd_prestat_dir_name", &[socket, ROOM, 7], Errno::Notdir);
}

#[test]
fn a_socket_says_its_kind_and_may_be_read_written_and_polled() {
    for (kind, stage, filetype) in [
        (Kind::Stream, Stage::Listening, 6),
        (Kind::Stream, Stage::Connected, 6),
        (Kind::Datagram, Stage::Bound, 5),
    ] {
        let (mut guest, socket) = guest(kind, stage);
        guest.does("fd_fdstat_get", &[socket, ROOM]);
        assert_eq!(guest.bytes::<1>(ROOM), [filetype]);
        let used = rights::FD_READ | rights::FD_WRITE | rights::POLL_FD_READWRITE;
        let used = used | rights::FD_FDSTAT_SET_FLAGS | rights::FD_FILESTAT_GET;
        let all = u64::from_le_bytes(guest.bytes(ROOM + 8));
        assert_eq!(all & used, used);
    }
}

#[test]
fn an_accepted_connection_is_no_preopen() {
    let (mut guest, listener) = guest(Kind::Stream, Stage::Listening);
    guest.does("sock_accept", &[listener, 0, SIZE]);
    let accepted = guest.word(SIZE).into();
    assert_eq!(accepted, NEXT + 1);
    guest.refuses("fd_prestat_get", &[accepted, ROOM], Errno::Badf);
    guest.does("fd_read", &[accepted, IOVS, 1, SIZE]);
    guest.does("fd_write", &[accepted, IOVS, 1, SIZE]);
    guest.does("sock_shutdown", &[accepted, 3]);
}

#[test]
fn a_listener_accepts_without_a_grant_and_nothing_else() {
    let (mut guest, listener) = guest(Kind::Stream, Stage::Listening);
    guest.does("sock_accept", &[listener, 0, SIZE]);
    guest.refuses("sock_bind", &[listener, ADDR], Errno::Acces);
    guest.refuses("sock_connect", &[listener, ADDR], Errno::Acces);
    guest.refuses("sock_listen", &[listener, 1], Errno::Acces);
}

#[test]
fn a_peer_is_written_to_and_read_from_without_a_grant_and_nobody_else() {
    for kind in [Kind::Stream, Kind::Datagram] {
        let (mut guest, socket) = guest(kind, Stage::Connected);
        guest.does("fd_write", &[socket, IOVS, 1, SIZE]);
        guest.does("sock_send", &[socket, IOVS, 1, 0, SIZE]);
        comes_from_a_stranger(&guest);
        guest.does("sock_recv", &[socket, IOVS, 1, 0, SIZE, ROOM]);
        assert_eq!(&guest.bytes(DATA), b"hi??");
        guest.refuses("sock_connect", &[socket, ADDR], Errno::Acces);
        guest.refuses(
            "sock_send_to",
            &[socket, IOVS, 1, 0, ADDR, SIZE],
            Errno::Acces,
        );
    }
}

#[test]
fn a_bound_datagram_socket_hears_everybody_and_needs_a_grant_to_answer() {
    let (mut guest, socket) = guest(Kind::Datagram, Stage::Bound);
    comes_from_a_stranger(&guest);
    guest.does("sock_recv", &[socket, IOVS, 1, 0, SIZE, ROOM]);
    assert_eq!(&guest.bytes(DATA), b"hi??");
    guest.refuses(
        "sock_send_to",
        &[socket, IOVS, 1, 0, ADDR, SIZE],
        Errno::Acces,
    );
}

#[test]
fn the_senders_to_a_datagram_socket_without_an_address_are_judged() {
    let (mut guest, socket) = guest(Kind::Datagram, Stage::Fresh);
    comes_from_a_stranger(&guest);
    guest
        .script
        .answer::<Message>("receive", [Err(Errno::Again)]);
    guest.refuses("sock_recv", &[socket, IOVS, 1, 0, SIZE, ROOM], Errno::Again);
}
