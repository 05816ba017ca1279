//! Datagrams: boundaries, senders, emptiness, connected ones.

use std::fs::File;
use std::io::{Read, Write};

use iwasm_socket::{Interest, Ipv4Addr, UdpSocket};
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    a_datagram_names_its_sender {
        let [one, other] = [(); 2].map(|()| datagrams(V4));
        tell(&one, &other, "hello");
        assert_eq!(expect_datagram(&other, "hello"), one.local_addr().unwrap());
    }
    datagrams_keep_their_boundaries_and_order {
        let [one, other] = [(); 2].map(|()| datagrams(V4));
        tell(&one, &other, "one");
        tell(&one, &other, "three");
        expect_datagram(&other, "one");
        expect_datagram(&other, "three");
    }
    an_empty_datagram_arrives_and_names_its_sender {
        let [one, other] = [(); 2].map(|()| datagrams(V4));
        tell(&one, &other, "");
        tell(&one, &other, "after");
        assert!(look(&other, Interest::Readable, LONG).readable);
        assert_eq!(expect_datagram(&other, ""), one.local_addr().unwrap());
        expect_datagram(&other, "after");
    }
    receiving_into_nothing_takes_one_datagram {
        let [one, other] = datagram_pair(V4);
        one.send(b"dropped").unwrap();
        one.send(b"next").unwrap();
        assert_eq!(other.recv(&mut []).unwrap(), 0);
        expect_datagram(&other, "next");
    }
    a_short_read_drops_the_rest_of_a_datagram {
        let [one, other] = datagram_pair(V4);
        one.send(b"abcdef").unwrap();
        one.send(b"ghijkl").unwrap();
        one.send(b"next").unwrap();
        let mut two = [0; 2];
        assert_eq!(other.recv(&mut two).unwrap(), 2);
        assert_eq!(&two, b"ab");
        let mut other: File = retyped(other);
        assert_eq!(other.read(&mut two).unwrap(), 2);
        assert_eq!(&two, b"gh");
        expect_datagram(&retyped(other), "next");
    }
    a_connected_socket_hears_its_peer_only {
        let [one, other, stranger] = [(); 3].map(|()| datagrams(V4));
        one.connect(other.local_addr().unwrap()).unwrap();
        tell(&stranger, &one, "unheard");
        tell(&other, &one, "heard");
        expect_datagram(&one, "heard");
        assert_eq!(look(&one, Interest::Readable, ms(20)), NOTHING);
    }
    connecting_a_datagram_socket_again_changes_its_peer {
        let one = datagrams(V4);
        let peers = [(); 2].map(|()| datagrams(V4));
        for (peer, said) in peers.iter().zip(["first", "second"]) {
            let at = peer.local_addr().unwrap();
            one.connect(at).unwrap();
            assert_eq!(one.peer_addr().unwrap(), at);
            assert_eq!(one.send(said.as_bytes()).unwrap(), said.len());
        }
        expect_datagram(&peers[0], "first");
        expect_datagram(&peers[1], "second");
    }
    sendto_on_a_connected_datagram_socket_goes_where_it_says {
        let [one, peer] = datagram_pair(V4);
        let other = datagrams(V4);
        tell(&one, &other, "elsewhere");
        expect_datagram(&other, "elsewhere");
        assert_eq!(look(&peer, Interest::Readable, NOW), NOTHING);
    }
    sending_without_a_peer_is_edestaddrreq {
        fails(Errno::DESTADDRREQ, datagrams(V4).send(b"x"));
    }
    read_and_write_work_on_connected_datagram_sockets {
        let [mut one, mut other] = datagram_pair(V4).map(retyped::<File>);
        let mut heard = [0; 8];
        assert_eq!(one.write(b"hello").unwrap(), 5);
        assert_eq!(other.read(&mut heard).unwrap(), 5);
        assert_eq!(&heard, b"hello\0\0\0");
    }
    a_connected_socket_hears_that_its_peer_is_gone {
        let [one, other] = datagram_pair(V4);
        drop(other);
        assert_eq!(one.send(b"anybody?").unwrap(), 8);
        fails(Errno::CONNREFUSED, one.recv(&mut [0]));
    }
    the_largest_datagram_is_65507_bytes {
        const LARGEST: usize = 65507;
        let [one, other] = datagram_pair(V4);
        let big = vec![b'z'; LARGEST + 1];
        fails(Errno::MSGSIZE, one.send(&big));
        assert_eq!(one.send(&big[..LARGEST]).unwrap(), LARGEST);
        let mut heard = vec![0; LARGEST + 1];
        assert_eq!(other.recv(&mut heard).unwrap(), LARGEST);
        assert_eq!(heard[..LARGEST], big[..LARGEST]);
        assert_eq!(heard[LARGEST], 0);
    }
    a_burst_of_datagrams_arrives_whole {
        let [one, other] = datagram_pair(V4);
        for number in 0..32 {
            assert_eq!(one.send(&[number]).unwrap(), 1);
        }
        for number in 0..32 {
            let mut heard = [0; 1];
            assert_eq!(other.recv(&mut heard).unwrap(), 1);
            assert_eq!(heard, [number]);
        }
    }
    closing_a_datagram_socket_frees_its_port {
        let one = datagrams(V4);
        let at = one.local_addr().unwrap();
        fails(Errno::ADDRINUSE, UdpSocket::bind(at));
        drop(one);
        UdpSocket::bind(at).unwrap();
    }
    a_stream_and_a_datagram_socket_share_a_port_number {
        let stream = listener(V4);
        let at = stream.local_addr().unwrap();
        // Another program may hold the number; any other error is a failure.
        match UdpSocket::bind(at) {
            Ok(socket) => assert_eq!(socket.local_addr().unwrap(), at),
            refused => fails(Errno::ADDRINUSE, refused),
        }
    }
    a_broadcast_needs_its_option {
        let from = datagrams(V4);
        let to = datagrams(Ipv4Addr::UNSPECIFIED.into());
        let all = ([127, 255, 255, 255], to.local_addr().unwrap().port());
        let all = iwasm_socket::SocketAddr::from(all);
        fails(Errno::ACCESS, from.send_to(b"all", all));
        from.set_broadcast(true).unwrap();
        assert_eq!(from.send_to(b"all", all).unwrap(), 3);
        assert_eq!(expect_datagram(&to, "all"), from.local_addr().unwrap());
    }
}
