//! A system that lies about lengths, addresses and names: the guest gets no more than it asked for, and no panic.

use std::net::{IpAddr, SocketAddr};

use iwasm_abi::Errno;
use iwasm_net::Address;
use iwasm_wasi::{Entry, FileKind};

use crate::guest::{
    DATA, DIR, Guest, MORE, ROOM, SIZE, TCP4, TCP6, TEXT, UDP4, UDP6, addr, vector,
};
use crate::row::{Pointer, Row};
use crate::rows;
use crate::traffic::Message;

/// A message of 600 bytes, of which so many are told to have come.
fn message(told: usize) -> Message {
    Message {
        bytes: vec![b'x'; 600],
        told,
        truncated: true,
        source: None,
    }
}

/// The guest binds its datagram socket, which then takes messages of anybody.
fn bound(guest: &mut Guest) {
    guest.put(0, &addr("10.0.0.1:53"));
    guest.does("sock_bind", &[UDP4, 0]);
}

/// All rows that wait for one of these calls.
fn waiting_for(calls: &[&str]) -> Vec<Row> {
    let mut rows = rows::all();
    rows.retain(|row| row.waits.is_some_and(|call| calls.contains(&call)));
    assert!(!rows.is_empty());
    rows
}

#[track_caller]
fn nothing_beside_its_buffers_is_written(row: &Row, guest: &Guest) {
    let before = row.memory_before();
    let buffers: Vec<_> = row
        .pointers
        .iter()
        .filter(|pointer| matches!(pointer, Pointer::Scatters(..)))
        .flat_map(|pointer| pointer.may_write(&row.args, &before))
        .collect();
    for (at, (was, is)) in before.iter().zip(&guest.memory).enumerate() {
        let inside = buffers.iter().any(|buffer| buffer.contains(&at));
        assert!(inside || was == is, "{} wrote at {at:#x}", row.name);
    }
}

#[test]
fn a_count_of_more_bytes_than_there_was_room_for_is_eio() {
    for row in waiting_for(&["receive", "read", "read_at"]) {
        for told in [11, 1 << 32, usize::MAX] {
            let mut guest = row.guest();
            let call = row.waits.expect("it waits");
            guest.script.answer(call, [Ok(message(told))]);
            guest.refuses(row.name, &row.args, Errno::Io);
            nothing_beside_its_buffers_is_written(&row, &guest);
        }
    }
}

#[test]
fn a_count_of_more_bytes_than_were_given_is_eio() {
    for row in waiting_for(&["send", "write", "write_at"]) {
        for told in [6_usize, 1 << 32, usize::MAX] {
            let mut guest = row.guest();
            guest
                .script
                .answer(row.waits.expect("it waits"), [Ok(told)]);
            guest.refuses(row.name, &row.args, Errno::Io);
            assert!(guest.memory == row.memory_before(), "{}", row.name);
        }
    }
}

#[test]
fn a_short_count_is_told_as_it_is() {
    for row in waiting_for(&["send", "write", "write_at"]) {
        for told in [0_usize, 1] {
            let mut guest = row.guest();
            guest
                .script
                .answer(row.waits.expect("it waits"), [Ok(told)]);
            guest.does(row.name, &row.args);
            assert_eq!(guest.word(SIZE) as usize, told, "{}", row.name);
        }
    }
    for row in waiting_for(&["read", "read_at"]) {
        for told in [0, 1] {
            let mut guest = row.guest();
            guest
                .script
                .answer(row.waits.expect("it waits"), [Ok(message(told))]);
            guest.does(row.name, &row.args);
            assert_eq!(guest.word(SIZE) as usize, told, "{}", row.name);
        }
    }
}

#[test]
fn a_message_that_was_cut_off_is_told_to_be_so() {
    let mut guest = Guest::default();
    bound(&mut guest);
    guest.put(0, &vector(DATA, 2));
    guest.script.answer("receive", [Ok(message(2))]);
    guest.does("sock_recv", &[UDP4, 0, 1, 0, SIZE, MORE]);
    assert_eq!(&guest.bytes(DATA), b"xx?");
    assert_eq!((guest.word(SIZE), guest.bytes(MORE)), (2, [1, 0, b'?']));
}

#[test]
fn an_address_in_a_family_that_the_socket_cannot_have_is_eio() {
    let v4 = SocketAddr::from(([10, 0, 0, 9], 80));
    let v6 = SocketAddr::from(([0, 0, 0, 0, 0, 0xffff, 0x0a00, 9], 80));
    for (call, name, fd, answer) in [
        ("local", "sock_addr_local", TCP4, v6),
        ("local", "sock_addr_local", UDP6, v4),
        ("remote", "sock_addr_remote", TCP6, v4),
        ("remote", "sock_addr_remote", UDP4, v6),
    ] {
        let mut guest = Guest::default();
        let before = guest.memory.clone();
        guest.script.answer(call, [Ok(Address::Inet(answer))]);
        guest.refuses(name, &[fd, ROOM], Errno::Io);
        assert!(guest.memory == before, "{name}");
    }
}

#[test]
fn a_peer_in_a_family_that_the_listener_cannot_have_is_closed() {
    for (fd, peer) in [
        (TCP4, "[2001:db8::1]:80"),
        (TCP4, "[::ffff:10.0.0.1]:80"),
        (TCP6, "10.0.0.1:80"),
    ] {
        let mut guest = Guest::default();
        let before = guest.memory.clone();
        let peer: SocketAddr = peer.parse().expect("an address");
        guest.script.answer("accept", [Ok(Address::Inet(peer))]);
        guest.refuses("sock_accept", &[fd, 0, SIZE], Errno::Io);
        assert!(guest.memory == before);
        let asked = guest.script.transcript();
        assert_eq!(asked.last().map(String::as_str), Some("close accepted"));
        assert!(guest.process.table.get(9).is_err());
    }
}

#[test]
fn a_sender_that_is_missing_or_in_another_family_is_eio() {
    let v6 = "[2001:db8::1]:80".parse().expect("an address");
    for (fd, source) in [(UDP4, None), (UDP4, Some(v6)), (TCP4, Some(v6))] {
        let mut guest = Guest::default();
        bound(&mut guest);
        guest.put(0, &vector(DATA, 2));
        let before = guest.memory.clone();
        let came = Message {
            source,
            ..message(2)
        };
        guest.script.answer("receive", [Ok(came)]);
        guest.refuses("sock_recv_from", &[fd, 0, 1, 0, ROOM, SIZE], Errno::Io);
        assert_eq!(guest.memory[0x42..], before[0x42..]);
    }
}

#[test]
fn an_address_that_is_not_in_the_family_asked_for_is_left_out_of_a_lookup() {
    let found: Vec<IpAddr> = ["10.0.0.1", "::1", "::ffff:10.0.0.1", "10.0.0.2"]
        .map(|ip| ip.parse().expect("an address"))
        .into();
    for (family, total) in [(0, 2), (1, 2), (2, 4)] {
        let mut guest = Guest::default();
        guest.script.answer("resolve", [Ok(found.clone())]);
        let hints = [1, 0, 0, 0, family, 0, 0, 0, 1];
        look_up(&mut guest, &hints, 3);
        assert_eq!(guest.word(SIZE), total, "family {family}");
        let kinds = (0..total.min(3)).map(|at| guest.word(ROOM + 28 * u64::from(at)));
        let wanted = u32::from(family);
        assert!(wanted == 2 || kinds.into_iter().all(|kind| kind == wanted));
    }
}

#[test]
fn a_lookup_that_finds_thousands_writes_no_more_than_there_is_room_for() {
    let found = vec![IpAddr::from([10, 0, 0, 1]); 5000];
    for capacity in [0, 1, 3] {
        let mut guest = Guest::default();
        guest.script.answer("resolve", [Ok(found.clone())]);
        look_up(&mut guest, &[0; 9], capacity);
        assert_eq!(guest.word(SIZE), 2 * 1024);
        let end = usize::try_from(ROOM + 28 * capacity).expect("a place");
        assert!(guest.memory[end..].iter().all(|&byte| byte == b'?'));
    }
}

/// Look a name up, with so much room.
fn look_up(guest: &mut Guest, hints: &[u8], capacity: u64) {
    guest.put(TEXT, b"a.example\0");
    guest.put(0, hints);
    let empty = TEXT + 9;
    guest.does("sock_addr_resolve", &[TEXT, empty, 0, ROOM, capacity, SIZE]);
}

#[test]
fn no_address_at_all_is_enoent() {
    let mut guest = Guest::default();
    guest.put(TEXT, b"a.example\0");
    guest.put(0, &[0; 12]);
    guest.script.answer("resolve", [Ok(Vec::<IpAddr>::new())]);
    let args = [TEXT, TEXT + 9, 0, ROOM, 1, SIZE];
    guest.refuses("sock_addr_resolve", &args, Errno::Noent);
}

#[test]
fn a_number_of_hops_that_no_byte_holds_is_eoverflow() {
    for name in ["sock_get_ip_ttl", "sock_get_ip_multicast_ttl"] {
        let mut guest = Guest::default();
        let before = guest.memory.clone();
        guest.script.answer("size", [Ok(256_u32)]);
        guest.refuses(name, &[UDP4, SIZE], Errno::Overflow);
        assert!(guest.memory == before, "{name}");
    }
}

#[test]
fn entries_and_links_of_any_length_are_cut_off_where_the_buffer_ends() {
    let entry = Entry {
        name: vec![b'x'; 100_000],
        inode: 1,
        kind: FileKind::Regular,
    };
    let mut guest = Guest::default();
    guest.script.answer("list", [Ok(vec![entry; 100])]);
    guest.does("fd_readdir", &[DIR, ROOM, 30, 0, SIZE]);
    assert_eq!(guest.word(SIZE), 30);
    assert_eq!(&guest.bytes(ROOM + 24), b"xxxxxx??");

    guest.put(TEXT, b"a");
    guest.script.answer("read_link", [Ok(vec![b'y'; 100_000])]);
    guest.does("path_readlink", &[DIR, TEXT, 1, ROOM, 8, SIZE]);
    assert_eq!(guest.word(SIZE), 8);
    assert_eq!(&guest.bytes(ROOM), b"yyyyyyyy\x01");
}

#[test]
fn a_directory_that_is_read_on_is_the_one_that_was_read_first() {
    let mut guest = Guest::default();
    guest.does("fd_readdir", &[DIR, ROOM, 25, 0, SIZE]);
    guest.script.answer("list", [Ok(Vec::<Entry>::new())]);
    guest.does("fd_readdir", &[DIR, ROOM, 64, 1, SIZE]);
    assert_eq!(&guest.bytes(ROOM + 24), b"file");
    guest.does("fd_readdir", &[DIR, ROOM, 64, u64::MAX, SIZE]);
    assert_eq!(guest.word(SIZE), 0);
    assert_eq!(guest.script.transcript(), ["list dir"]);
}

#[test]
fn a_connect_that_was_interrupted_and_went_on_in_the_system_is_done() {
    for (answers, wanted) in [
        (vec![Err::<(), _>(Errno::Intr), Err(Errno::Isconn)], 0),
        (vec![Err(Errno::Isconn)], Errno::Isconn.number()),
        (
            vec![Err(Errno::Intr), Err(Errno::Connrefused)],
            Errno::Connrefused.number(),
        ),
    ] {
        let mut guest = Guest::default();
        guest.put(ROOM, &addr("10.0.0.1:80"));
        guest.script.answer("connect", answers);
        let answer = guest.call("sock_connect", &[TCP4, ROOM]);
        assert_eq!(answer, Ok(wanted.into()));
    }
}
