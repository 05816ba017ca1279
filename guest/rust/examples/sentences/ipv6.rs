//! IPv6, and IPv4 on dual-stack sockets.

use iwasm_socket::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    streams_work_over_ipv6 {
        let p = pair(V6);
        say(&p.client, "question");
        expect(&p.server, "question");
        say(&p.server, "answer");
        expect(&p.client, "answer");
        assert_eq!(p.client.local_addr().unwrap(), p.server.peer_addr().unwrap());
        assert_eq!(p.client.peer_addr().unwrap(), p.listener.local_addr().unwrap());
        assert_eq!(p.server.peer_addr().unwrap().ip(), V6);
    }
    datagrams_work_over_ipv6 {
        let [one, other] = [(); 2].map(|()| datagrams(V6));
        tell(&one, &other, "ping");
        assert_eq!(expect_datagram(&other, "ping"), one.local_addr().unwrap());
    }
    a_refused_connect_over_ipv6_is_econnrefused {
        let (nobody, _held) = nobody(V6);
        fails(Errno::CONNREFUSED, TcpStream::connect(nobody));
    }
    a_dual_stack_listener_hears_ipv4_and_names_it_mapped {
        let (listener, at) = dual_listener();
        let client = TcpStream::connect(at).unwrap();
        let (server, peer) = listener.accept().unwrap();
        assert_eq!(peer, mapped(client.local_addr().unwrap()));
        assert_eq!(server.peer_addr().unwrap(), peer);
        assert_eq!(server.local_addr().unwrap(), mapped(at));
        say(&server, "hello");
        expect(&client, "hello");
    }
    a_dual_stack_listener_hears_ipv6_too {
        let (listener, at) = dual_listener();
        let client = TcpStream::connect((V6, at.port())).unwrap();
        let (_server, peer) = listener.accept().unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
        assert_eq!(peer.ip(), V6);
    }
    an_ipv6_socket_reaches_an_ipv4_listener_by_its_mapped_address {
        let listener = listener(V4);
        let to = mapped(listener.local_addr().unwrap());
        let client = TcpStream::connect(to).unwrap();
        assert_eq!(client.peer_addr().unwrap(), to);
        let server = accepted(&listener);
        assert!(server.peer_addr().unwrap().is_ipv4());
        say(&client, "hello");
        expect(&server, "hello");
    }
    an_ipv6_socket_can_be_bound_to_a_mapped_address {
        let ip = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        let listener = listener(ip.into());
        let at = listener.local_addr().unwrap();
        assert_eq!(at.ip(), ip);
        let client = TcpStream::connect((V4, at.port())).unwrap();
        assert_eq!(listener.accept().unwrap().1, mapped(client.local_addr().unwrap()));
    }
    datagrams_cross_between_the_families_by_mapped_addresses {
        let v4 = datagrams(V4);
        let v6 = datagrams(Ipv6Addr::UNSPECIFIED.into());
        let to = mapped(v4.local_addr().unwrap());
        assert_eq!(v6.send_to(b"ping", to).unwrap(), 4);
        let from = expect_datagram(&v4, "ping");
        assert_eq!(from, SocketAddr::new(V4, v6.local_addr().unwrap().port()));
        assert_eq!(v4.send_to(b"pong", from).unwrap(), 4);
        assert_eq!(expect_datagram(&v6, "pong"), to);
    }
    the_families_have_ports_of_their_own {
        let v4 = listener(V4);
        let at = SocketAddr::new(V6, v4.local_addr().unwrap().port());
        // Another program may hold the number; any other error is a failure.
        match TcpListener::bind(at) {
            Ok(v6) => assert_eq!(v6.local_addr().unwrap(), at),
            refused => fails(Errno::ADDRINUSE, refused),
        }
    }
    an_ipv4_socket_does_not_take_an_ipv6_address {
        // It cannot be asked to bind one: `std` makes the socket for the address that it binds.
        let to = listener(V6).local_addr().unwrap();
        fails(Errno::AFNOSUPPORT, unconnected().connect(to));
        fails(Errno::AFNOSUPPORT, datagrams(V4).connect(to));
        fails(Errno::AFNOSUPPORT, datagrams(V4).send_to(b"x", to));
    }
}

/// A listener of every address of both families, and its address seen from IPv4.
fn dual_listener() -> (TcpListener, SocketAddr) {
    let listener = listener(Ipv6Addr::UNSPECIFIED.into());
    let port = listener.local_addr().unwrap().port();
    (listener, SocketAddr::new(V4, port))
}

fn mapped(v4: SocketAddr) -> SocketAddr {
    SocketAddr::new(Ipv4Addr::LOCALHOST.to_ipv6_mapped().into(), v4.port())
}
