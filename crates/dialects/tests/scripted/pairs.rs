//! Pairs of sockets, under a policy that grants nothing: they reach each other, and never anybody else.

use std::net::SocketAddr;

use iwasm_abi::Errno;
use iwasm_net::{Address, Family, Flag, Group, Kind, Size};
use iwasm_policy::Policy;
use iwasm_wasi::Descriptor;

use crate::guest::{ADDR, DATA, Guest, IOVS, NEXT, ROOM, SIZE, addr, pool, vector};
use crate::traffic::Message;

/// A guest under this policy, and two sockets that were made together.
fn guest(policy: Policy, family: Family, kind: Kind) -> (Guest, u64) {
    let mut guest = Guest::new(policy);
    guest.put(IOVS, &vector(DATA, 4));
    let pair = guest.process.net.caller("test").pair(family, kind);
    let (one, other) = pair.expect("the system makes pairs");
    for socket in [one, other] {
        let number = guest.process.table.insert(Descriptor::socket(socket));
        number.expect("the table has room");
    }
    guest.script.transcript();
    (guest, NEXT)
}

const KINDS: [Kind; 2] = [Kind::Stream, Kind::Datagram];

#[test]
fn a_pair_needs_no_grant_to_be_made_written_to_and_read_from() {
    for kind in KINDS {
        let (mut guest, socket) = guest(Policy::nothing(), Family::V4, kind);
        guest.does("sock_send", &[socket, IOVS, 1, 0, SIZE]);
        guest.does("sock_recv", &[socket, IOVS, 1, 0, SIZE, ROOM]);
        assert_eq!(&guest.bytes(DATA), b"hell?");
        guest.does("sock_shutdown", &[socket, 3]);
        guest.does("fd_close", &[socket]);
        guest.does("fd_close", &[socket + 1]);
        let asked = guest.script.transcript();
        let closed: Vec<_> = asked.iter().filter(|one| one.contains("close")).collect();
        assert_eq!(closed, ["close paired", "close paired.2"]);
    }
}

#[test]
fn no_call_gives_one_of_a_pair_an_address_or_another_peer() {
    for kind in KINDS {
        // Nothing is left to the policy or to the system.
        let (mut guest, socket) = guest(pool("0.0.0.0/0"), Family::V4, kind);
        guest.put(ADDR, &addr("10.0.0.1:53"));
        guest.refuses("sock_bind", &[socket, ADDR], Errno::Inval);
        guest.refuses("sock_connect", &[socket, ADDR], Errno::Isconn);
        let send = [socket, IOVS, 1, 0, ADDR, SIZE];
        guest.refuses("sock_send_to", &send, Errno::Isconn);
        let no_stream = match kind {
            Kind::Stream => Errno::Inval,
            Kind::Datagram => Errno::Notsup,
        };
        guest.refuses("sock_listen", &[socket, 1], no_stream);
        guest.refuses("sock_accept", &[socket, 0, SIZE], no_stream);
        assert_eq!(guest.script.transcript(), [""; 0]);
    }
}

#[test]
fn the_address_of_either_end_is_the_unspecified_one_of_the_family() {
    let (v4, v6) = (([0; 4], 0), ([0; 16], 0));
    for (family, shown) in [
        (Family::V4, SocketAddr::from(v4).into()),
        (Family::V6, SocketAddr::from(v6).into()),
        (Family::Unix, Address::Unnamed),
    ] {
        for kind in KINDS {
            let (guest, socket) = guest(Policy::nothing(), family, kind);
            let number = u32::try_from(socket).expect("a number");
            let descriptor = guest.process.table.get(number).expect("it is open");
            let socket = descriptor.as_socket().expect("it is a socket");
            let caller = guest.process.net.caller("test");
            assert_eq!(caller.local(socket).as_ref(), Ok(&shown));
            assert_eq!(caller.remote(socket).as_ref(), Ok(&shown));
            assert_eq!(guest.script.transcript(), [""; 0]);
        }
    }
}

#[test]
fn the_sender_to_one_of_a_pair_is_the_other_whatever_the_system_says() {
    let sources = [None, Some(([192, 0, 2, 1], 53).into())];
    for (kind, source) in KINDS
        .into_iter()
        .flat_map(|kind| sources.map(|source| (kind, source)))
    {
        let (mut guest, socket) = guest(Policy::nothing(), Family::V4, kind);
        let came = Message {
            bytes: b"hi".to_vec(),
            told: 2,
            truncated: false,
            source,
        };
        guest.script.answer("receive", [Ok(came)]);
        guest.does("sock_recv_from", &[socket, IOVS, 1, 0, ROOM, SIZE]);
        assert_eq!(&guest.bytes(DATA), b"hi??");
        let unspecified = addr("0.0.0.0:0");
        assert!(guest.bytes::<24>(ROOM).starts_with(&unspecified));
        let asked = guest.script.transcript();
        assert!(asked.iter().all(|one| !one.contains("source")), "{asked:?}");
    }
}

#[test]
fn options_of_tcp_and_ip_are_enoprotoopt_on_a_pair_save_for_nodelay() {
    let (guest, socket) = guest(Policy::nothing(), Family::V6, Kind::Stream);
    let number = u32::try_from(socket).expect("a number");
    let descriptor = guest.process.table.get(number).expect("it is open");
    let socket = descriptor.as_socket().expect("it is a socket");
    let caller = guest.process.net.caller("test");
    for flag in [
        Flag::QuickAck,
        Flag::FastOpenConnect,
        Flag::OnlyV6,
        Flag::MulticastLoopV4,
        Flag::MulticastLoopV6,
    ] {
        assert_eq!(
            caller.flag(socket, flag),
            Err(Errno::Noprotoopt),
            "{flag:?}"
        );
        assert_eq!(
            caller.set_flag(socket, flag, true),
            Err(Errno::Noprotoopt),
            "{flag:?}"
        );
    }
    for size in [
        Size::KeepIdle,
        Size::KeepInterval,
        Size::Ttl,
        Size::MulticastTtl,
    ] {
        assert_eq!(
            caller.size(socket, size),
            Err(Errno::Noprotoopt),
            "{size:?}"
        );
        assert_eq!(
            caller.set_size(socket, size, 1),
            Err(Errno::Noprotoopt),
            "{size:?}"
        );
    }
    let group = Group::V4 {
        group: [224, 0, 0, 1].into(),
        interface: [0; 4].into(),
    };
    assert_eq!(caller.join(socket, group), Err(Errno::Noprotoopt));
    assert_eq!(caller.leave(socket, group), Err(Errno::Noprotoopt));
    assert_eq!(caller.set_flag(socket, Flag::NoDelay, false), Ok(()));
    assert_eq!(caller.flag(socket, Flag::NoDelay), Ok(true));
    assert_eq!(guest.script.transcript(), [""; 0]);
    assert_eq!(caller.set_size(socket, Size::SendBuffer, 1), Ok(()));
    assert_eq!(guest.script.transcript(), ["set_size paired SendBuffer 1"]);
}

#[test]
fn a_pair_that_the_system_does_not_make_is_its_error() {
    let guest = Guest::default();
    guest.script.answer::<()>("pair", [Err(Errno::Mfile)]);
    let pair = guest
        .process
        .net
        .caller("test")
        .pair(Family::V4, Kind::Stream);
    assert_eq!(pair.err(), Some(Errno::Mfile));
}
