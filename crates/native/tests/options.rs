//! Options keep what they were set to, in the units that the trait names.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use common::linux;
use iwasm_abi::Errno;
use iwasm_net::{Family, Flag, Group, Kernel, Kind, Limit, Size};

#[test]
fn each_flag_is_switched_on_and_off() {
    let linux = linux();
    for (family, kind, flag) in [
        (Family::V4, Kind::Stream, Flag::ReuseAddr),
        (Family::V4, Kind::Stream, Flag::ReusePort),
        (Family::V4, Kind::Stream, Flag::KeepAlive),
        (Family::V4, Kind::Datagram, Flag::Broadcast),
        (Family::V4, Kind::Datagram, Flag::DontRoute),
        (Family::V4, Kind::Stream, Flag::OobInline),
        (Family::V4, Kind::Stream, Flag::NoDelay),
        (Family::V4, Kind::Stream, Flag::QuickAck),
        (Family::V4, Kind::Stream, Flag::FastOpenConnect),
        (Family::V6, Kind::Stream, Flag::OnlyV6),
        (Family::V4, Kind::Datagram, Flag::MulticastLoopV4),
        (Family::V6, Kind::Datagram, Flag::MulticastLoopV6),
    ] {
        let socket = linux.open(family, kind).unwrap();
        for on in [true, false, true] {
            linux.set_flag(&socket, flag, on).unwrap();
            assert_eq!(linux.flag(&socket, flag), Ok(on), "{flag:?}");
        }
    }
}

#[test]
fn each_number_reads_as_it_was_set() {
    let linux = linux();
    for (kind, size, to) in [
        (Kind::Stream, Size::ReceiveBuffer, 8192),
        (Kind::Stream, Size::SendBuffer, 16_384),
        (Kind::Stream, Size::ReceiveLowWater, 100),
        (Kind::Stream, Size::KeepIdle, 77),
        (Kind::Stream, Size::KeepCount, 7),
        (Kind::Stream, Size::KeepInterval, 11),
        (Kind::Stream, Size::Ttl, 64),
        (Kind::Datagram, Size::Ttl, 255),
        (Kind::Datagram, Size::MulticastTtl, 0),
        (Kind::Datagram, Size::MulticastTtl, 200),
    ] {
        let socket = linux.open(Family::V4, kind).unwrap();
        for _ in 0..2 {
            linux.set_size(&socket, size, to).unwrap();
            assert_eq!(linux.size(&socket, size), Ok(to), "{size:?}");
        }
    }
}

#[test]
fn a_number_that_makes_no_sense_is_refused() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    for (size, to) in [
        (Size::ReceiveBuffer, u32::MAX),
        (Size::SendBuffer, 1 << 31),
        (Size::ReceiveLowWater, 1 << 31),
        (Size::KeepIdle, 0),
        (Size::KeepCount, 0),
        (Size::KeepInterval, 40_000),
        (Size::Ttl, 0),
        (Size::Ttl, 256),
        (Size::Ttl, u32::MAX),
        (Size::MulticastTtl, u32::MAX),
    ] {
        assert_eq!(
            linux.set_size(&socket, size, to),
            Err(Errno::Inval),
            "{size:?} {to}"
        );
    }
}

#[test]
fn a_limit_is_kept_and_the_shortest_one_is_not_for_ever() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Datagram).unwrap();
    linux.bind(&socket, common::here(Family::V4)).unwrap();
    for limit in [Limit::Receive, Limit::Send] {
        assert_eq!(linux.limit(&socket, limit), Ok(None));
        linux
            .set_limit(&socket, limit, Some(Duration::from_secs(7)))
            .unwrap();
        assert_eq!(
            linux.limit(&socket, limit),
            Ok(Some(Duration::from_secs(7)))
        );
        for shortest in [Duration::ZERO, Duration::from_nanos(1)] {
            linux.set_limit(&socket, limit, Some(shortest)).unwrap();
            assert!(
                linux.limit(&socket, limit).unwrap().is_some(),
                "{shortest:?}"
            );
        }
        if limit == Limit::Receive {
            assert_eq!(common::read(&linux, &socket, 1), Err(Errno::Again));
        }
        linux.set_limit(&socket, limit, None).unwrap();
        assert_eq!(linux.limit(&socket, limit), Ok(None));
    }
    linux
        .set_limit(&socket, Limit::Receive, Some(Duration::MAX))
        .unwrap();
}

#[test]
fn lingering_is_in_seconds_or_not_at_all() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    for seconds in [Some(0), Some(30), None, Some(1)] {
        linux.set_linger(&socket, seconds).unwrap();
        assert_eq!(linux.linger(&socket), Ok(seconds));
    }
}

#[test]
fn an_error_that_waits_is_taken_off_the_socket() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Datagram).unwrap();
    assert_eq!(linux.take_error(&socket), Ok(None));
    // Nobody has the port of a socket that is gone: the system answers the message with a refusal.
    let (gone, to) = common::datagrams(&linux, Family::V4);
    drop(gone);
    linux.connect(&socket, to).unwrap();
    assert_eq!(common::send(&linux, &socket, b"x", None), Ok(1));
    let refused = (0..100).find_map(|_| {
        let waiting = linux.take_error(&socket).unwrap();
        if waiting.is_none() {
            linux.yield_now();
        }
        waiting
    });
    assert_eq!(refused, Some(Errno::Connrefused));
    assert_eq!(linux.take_error(&socket), Ok(None));
}

#[test]
fn a_listener_is_told_from_other_sockets() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    assert_eq!(linux.accepting(&socket), Ok(false));
    linux.bind(&socket, common::here(Family::V4)).unwrap();
    linux.listen(&socket, 1).unwrap();
    assert_eq!(linux.accepting(&socket), Ok(true));
}

#[test]
fn a_handle_is_made_to_wait_or_not() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    for on in [true, false] {
        linux.set_nonblocking(&socket, on).unwrap();
        assert_eq!(linux.nonblocking(&socket), Ok(on));
    }
}

#[test]
fn a_group_is_joined_once_and_left_once() {
    let linux = linux();
    let v4 = Group::V4 {
        group: Ipv4Addr::new(239, 1, 2, 3),
        interface: Ipv4Addr::LOCALHOST,
    };
    // Loopback's index is 1 in each network namespace.
    let v6 = Group::V6 {
        group: Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0x1234, 0x5678),
        interface: 1,
    };
    for (family, group) in [(Family::V4, v4), (Family::V6, v6)] {
        let (socket, _) = common::datagrams(&linux, family);
        linux.join(&socket, group).unwrap();
        assert_eq!(linux.join(&socket, group), Err(Errno::Addrinuse));
        linux.leave(&socket, group).unwrap();
        assert_eq!(linux.leave(&socket, group), Err(Errno::Addrnotavail));
    }
}

#[test]
fn an_option_that_the_socket_has_not_is_said_to_be_none() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    assert_eq!(
        linux.set_flag(&socket, Flag::MulticastLoopV6, true),
        Err(Errno::Noprotoopt)
    );
    assert_eq!(linux.flag(&socket, Flag::OnlyV6), Err(Errno::Notsup));
}

#[test]
fn the_hops_of_either_family_are_kept_and_an_impossible_number_is_refused() {
    let linux = linux();
    for (family, size) in [(Family::V4, Size::Ttl), (Family::V6, Size::HopLimit)] {
        let socket = linux.open(family, Kind::Stream).unwrap();
        linux.set_size(&socket, size, 7).unwrap();
        assert_eq!(linux.size(&socket, size), Ok(7));
        for hops in [256, u32::MAX] {
            let refused = linux.set_size(&socket, size, hops);
            assert_eq!(refused, Err(Errno::Inval), "{size:?} {hops}");
        }
    }
}

#[test]
fn linux_has_one_value_for_the_room_that_makes_a_socket_writable() {
    let linux = linux();
    let socket = linux.open(Family::V4, Kind::Stream).unwrap();
    assert_eq!(linux.size(&socket, Size::SendLowWater), Ok(1));
    let refused = linux.set_size(&socket, Size::SendLowWater, 2);
    assert_eq!(refused, Err(Errno::Noprotoopt));
}
