//! A datagram socket that got its port from the system: whoever finds the port can write to it, so senders are judged.

use std::net::SocketAddr;
use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_net::Span;

use crate::guest::{ADDR, DATA, Guest, IOVS, MORE, ROOM, SIZE, UDP4, UDP6, addr, pool, vector};
use crate::traffic::Message;

const GRANTED: &str = "10.0.0.2:53";
const STRANGER: &str = "192.0.2.1:53";

/// A guest that may reach 10.0.0.0/8 and has buffers.
fn guest() -> Guest {
    let mut guest = Guest::new(pool("10.0.0.0/8"));
    guest.put(IOVS, &vector(DATA, 4));
    guest.put(IOVS + 8, &vector(MORE, 8));
    guest
}

fn from(source: &str, bytes: &[u8]) -> Result<Message, Errno> {
    Ok(Message {
        bytes: bytes.to_vec(),
        told: bytes.len(),
        truncated: false,
        source: Some(source.parse().expect("an address")),
    })
}

fn send(guest: &mut Guest, to: &str) -> Result<u32, iwasm_net::Fail> {
    guest.put(ADDR, &addr(to));
    guest.call("sock_send_to", &[UDP4, IOVS, 1, 0, ADDR, SIZE])
}

/// Two messages come, the first of a stranger: the guest gets the second, and nothing of the first.
#[track_caller]
fn gets_nothing_of_the_stranger(guest: &mut Guest) {
    let came = [from(STRANGER, b"secrets!"), from(GRANTED, b"ok")];
    guest.script.answer("receive", came);
    guest.does("sock_recv", &[UDP4, IOVS, 2, 0, SIZE, ROOM]);
    assert_eq!(&guest.bytes(DATA), b"ok\0\0?");
    assert_eq!(&guest.bytes(MORE), b"\0\0\0\0?");
    assert_eq!(guest.word(SIZE), 2);
}

#[test]
fn messages_of_strangers_are_dropped_and_their_bytes_overwritten() {
    let mut guest = guest();
    assert_eq!(send(&mut guest, GRANTED), Ok(0));
    guest.script.transcript();
    gets_nothing_of_the_stranger(&mut guest);
    let asked = ["receive udp4 12 source truncation"; 2];
    assert_eq!(guest.script.transcript(), asked);
}

#[test]
fn a_message_without_a_sender_is_a_strangers() {
    let mut guest = guest();
    assert_eq!(send(&mut guest, GRANTED), Ok(0));
    let nobodys = from(STRANGER, b"secrets!").map(|came| Message {
        source: None,
        ..came
    });
    guest.script.answer("receive", [nobodys]);
    gets_nothing_of_the_stranger(&mut guest);
}

#[test]
fn a_strangers_message_that_was_only_looked_at_is_taken_off_the_queue() {
    let mut guest = guest();
    assert_eq!(send(&mut guest, GRANTED), Ok(0));
    guest.script.transcript();
    let came = [
        from(STRANGER, b"secrets!"),
        from(STRANGER, b""),
        from(GRANTED, b"ok"),
    ];
    guest.script.answer("receive", came);
    guest.does("sock_recv", &[UDP4, IOVS, 2, 1, SIZE, ROOM]);
    assert_eq!(&guest.bytes(DATA), b"ok\0\0?");
    let peeked = "receive udp4 12 peek source truncation";
    assert_eq!(
        guest.script.transcript(),
        [peeked, "receive udp4 0 at once", peeked]
    );
}

#[test]
fn a_strangers_message_that_another_thread_took_off_the_queue_is_not_waited_for() {
    let mut guest = guest();
    assert_eq!(send(&mut guest, GRANTED), Ok(0));
    let came = [
        from(STRANGER, b"secrets!"),
        Err(Errno::Again),
        from(GRANTED, b"ok"),
    ];
    guest.script.answer("receive", came);
    guest.does("sock_recv", &[UDP4, IOVS, 2, 1, SIZE, ROOM]);
    assert_eq!(&guest.bytes(DATA), b"ok\0\0?");
}

#[test]
fn a_send_that_fails_can_have_given_a_port_all_the_same() {
    // Linux gives the port before it looks for a route, and at a message that is too long.
    for errno in [Errno::Netunreach, Errno::Msgsize, Errno::Again] {
        let mut guest = guest();
        guest.script.answer("send", [Err::<usize, _>(errno)]);
        assert_eq!(send(&mut guest, GRANTED), Ok(errno.number().into()));
        gets_nothing_of_the_stranger(&mut guest);
    }
}

#[test]
fn a_connect_that_fails_can_have_given_a_port_all_the_same() {
    let mut guest = guest();
    guest
        .script
        .answer("connect", [Err::<(), _>(Errno::Netunreach)]);
    guest.put(ADDR, &addr(GRANTED));
    guest.refuses("sock_connect", &[UDP4, ADDR], Errno::Netunreach);
    gets_nothing_of_the_stranger(&mut guest);
}

#[test]
fn a_receive_that_began_before_the_socket_had_a_port_judges_the_sender() {
    let mut guest = guest();
    let process = Arc::clone(&guest.process);
    guest.script.once("receive", move || {
        let descriptor = process.table.get(5).expect("it is open");
        let socket = descriptor.as_socket().expect("it is a socket");
        let to: SocketAddr = GRANTED.parse().expect("an address");
        let mut bytes = *b"x";
        let sent = process
            .net
            .caller("test")
            .send(socket, &[Span::of(&mut bytes)], Some(to));
        assert_eq!(sent, Ok(1));
    });
    gets_nothing_of_the_stranger(&mut guest);
}

#[test]
fn a_socket_that_was_bound_takes_what_comes() {
    let mut guest = guest();
    guest.put(ADDR, &addr("10.0.0.1:53"));
    guest.does("sock_bind", &[UDP4, ADDR]);
    assert_eq!(send(&mut guest, GRANTED), Ok(0));
    guest.script.transcript();
    guest.script.answer("receive", [from(STRANGER, b"hi")]);
    guest.does("sock_recv", &[UDP4, IOVS, 2, 0, SIZE, ROOM]);
    assert_eq!(&guest.bytes(DATA), b"hi??");
    assert_eq!(guest.script.transcript(), ["receive udp4 12 truncation"]);
}

#[test]
fn a_bind_after_a_send_that_gave_no_port_is_a_bind() {
    let mut guest = guest();
    guest
        .script
        .answer("send", [Err::<usize, _>(Errno::Destaddrreq)]);
    let _ = guest.call("sock_send", &[UDP4, IOVS, 1, 0, SIZE]);
    guest.put(ADDR, &addr("10.0.0.1:53"));
    guest.does("sock_bind", &[UDP4, ADDR]);
    guest.script.answer("receive", [from(STRANGER, b"hi")]);
    guest.does("sock_recv", &[UDP4, IOVS, 2, 0, SIZE, ROOM]);
    assert_eq!(&guest.bytes(DATA), b"hi??");
}

#[test]
fn a_mapped_sender_is_judged_as_ipv4() {
    let mut guest = guest();
    guest.put(ADDR, &addr("[::ffff:10.0.0.2]:53"));
    guest.does("sock_send_to", &[UDP6, IOVS, 1, 0, ADDR, SIZE]);
    let came = [
        from("[::ffff:192.0.2.1]:53", b"secrets!"),
        from("[::ffff:10.0.0.2]:53", b"ok"),
    ];
    guest.script.answer("receive", came);
    guest.does("sock_recv_from", &[UDP6, IOVS, 2, 0, ROOM, SIZE]);
    assert_eq!(&guest.bytes(DATA), b"ok\0\0?");
    assert_eq!(guest.memory[0x100..0x116], addr("[::ffff:10.0.0.2]:53"));
}
