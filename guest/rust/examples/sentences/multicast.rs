//! Multicast: groups joined and left, loop, time to live. All on the loopback interface.

use std::time::SystemTime;

use iwasm_socket::{Interest, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use rustix::io::Errno;

use crate::loopback::*;

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;

sentences! {
    a_group_is_heard_between_joining_and_leaving {
        let receiver = receiver();
        // Bound to loopback, so that the kernel sends on that interface.
        let sender = datagrams(V4);
        let group = some_group();
        let at = SocketAddr::from((group, receiver.local_addr().unwrap().port()));
        assert_eq!(sender.send_to(b"one", at).unwrap(), 3);
        assert_eq!(look(&receiver, Interest::Readable, ms(50)), NOTHING);
        receiver.join_multicast_v4(&group, &HERE).unwrap();
        assert_eq!(sender.send_to(b"two", at).unwrap(), 3);
        assert_eq!(look(&receiver, Interest::Readable, LONG), READABLE);
        assert_eq!(expect_datagram(&receiver, "two"), sender.local_addr().unwrap());
        receiver.leave_multicast_v4(&group, &HERE).unwrap();
        assert_eq!(sender.send_to(b"end", at).unwrap(), 3);
        assert_eq!(look(&receiver, Interest::Readable, ms(50)), NOTHING);
    }
    joining_a_group_twice_is_eaddrinuse {
        let (receiver, group) = (receiver(), some_group());
        receiver.join_multicast_v4(&group, &HERE).unwrap();
        fails(Errno::ADDRINUSE, receiver.join_multicast_v4(&group, &HERE));
    }
    leaving_a_group_that_was_not_joined_is_eaddrnotavail {
        fails(Errno::ADDRNOTAVAIL, receiver().leave_multicast_v4(&some_group(), &HERE));
    }
    an_address_that_is_no_group_cannot_be_joined {
        fails(Errno::INVAL, receiver().join_multicast_v4(&HERE, &HERE));
    }
    multicast_loops_at_first_and_reads_back {
        let socket = datagrams(V4);
        assert!(socket.multicast_loop_v4().unwrap());
        for on in [false, true] {
            socket.set_multicast_loop_v4(on).unwrap();
            assert_eq!(socket.multicast_loop_v4().unwrap(), on);
        }
    }
    the_multicast_time_to_live_is_one_at_first_and_reads_back {
        let socket = datagrams(V4);
        assert_eq!(socket.multicast_ttl_v4().unwrap(), 1);
        for ttl in [0, 42, 255] {
            socket.set_multicast_ttl_v4(ttl).unwrap();
            assert_eq!(socket.multicast_ttl_v4().unwrap(), ttl);
        }
        assert_ne!(socket.ttl().unwrap(), 255);
    }
    multicast_over_ipv6_loops_at_first_and_reads_back {
        let socket = datagrams(V6);
        assert!(socket.multicast_loop_v6().unwrap());
        socket.set_multicast_loop_v6(false).unwrap();
        assert!(!socket.multicast_loop_v6().unwrap());
    }
    an_ipv6_group_is_joined_once_and_left_once {
        // 1 is the loopback interface on Linux.
        const LOOPBACK: u32 = 1;
        let socket = datagrams(V6);
        let group = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x4242);
        socket.join_multicast_v6(&group, LOOPBACK).unwrap();
        fails(Errno::ADDRINUSE, socket.join_multicast_v6(&group, LOOPBACK));
        socket.leave_multicast_v6(&group, LOOPBACK).unwrap();
        fails(Errno::ADDRNOTAVAIL, socket.leave_multicast_v6(&group, LOOPBACK));
    }
}

/// A group that no other run uses at the moment.
fn some_group() -> Ipv4Addr {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let [_, b, c, d] = now.subsec_nanos().to_be_bytes();
    Ipv4Addr::new(239, b & 0x7f, c, d)
}

fn receiver() -> UdpSocket {
    datagrams(Ipv4Addr::UNSPECIFIED.into())
}
