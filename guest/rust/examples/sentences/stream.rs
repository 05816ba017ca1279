//! A stream's life: bind, listen, connect, accept, who is who.

use std::io::{Read, Write};

use iwasm_socket::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    binding_to_port_zero_picks_a_port {
        let at = listener(V4).local_addr().unwrap();
        assert_eq!(at.ip(), V4);
        assert_ne!(at.port(), 0);
    }
    binding_a_taken_address_is_eaddrinuse {
        let taken = listener(V4);
        fails(Errno::ADDRINUSE, TcpListener::bind(taken.local_addr().unwrap()));
    }
    every_address_of_the_loopback_network_can_be_bound {
        let at = Ipv4Addr::new(127, 3, 2, 1);
        assert_eq!(listener(at.into()).local_addr().unwrap().ip(), at);
    }
    both_ends_agree_on_their_names {
        let p = pair(V4);
        assert_eq!(p.client.local_addr().unwrap(), p.server.peer_addr().unwrap());
        assert_eq!(p.client.peer_addr().unwrap(), p.server.local_addr().unwrap());
        assert_eq!(p.listener.local_addr().unwrap(), p.server.local_addr().unwrap());
    }
    accept_names_the_peer {
        let listener = listener(V4);
        let client = connected_to(&listener);
        assert_eq!(listener.accept().unwrap().1, client.local_addr().unwrap());
    }
    connecting_picks_a_local_port {
        let at = pair(V4).client.local_addr().unwrap();
        assert_eq!(at.ip(), V4);
        assert_ne!(at.port(), 0);
    }
    connecting_where_nobody_listens_is_econnrefused {
        let (nobody, _held) = nobody(V4);
        fails(Errno::CONNREFUSED, TcpStream::connect(nobody));
        fails(Errno::CONNREFUSED, TcpStream::connect_timeout(&nobody, LONG));
    }
    connecting_twice_is_eisconn {
        let p = pair(V4);
        let client: UdpSocket = retyped(p.client);
        fails(Errno::ISCONN, client.connect(p.listener.local_addr().unwrap()));
    }
    a_refused_socket_can_connect_elsewhere {
        let (nobody, _held) = nobody(V4);
        let listener = listener(V4);
        let socket = unconnected();
        fails(Errno::CONNREFUSED, socket.connect(nobody));
        socket.connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(accepted(&listener).peer_addr().unwrap(), socket.local_addr().unwrap());
    }
    connecting_to_the_wildcard_reaches_this_machine {
        let listener = listener(V4);
        let at = listener.local_addr().unwrap();
        let client = TcpStream::connect((Ipv4Addr::UNSPECIFIED, at.port())).unwrap();
        assert_eq!(client.peer_addr().unwrap(), at);
    }
    an_unconnected_socket_has_no_peer {
        fails(Errno::NOTCONN, retyped::<TcpStream>(unconnected()).peer_addr());
        fails(Errno::NOTCONN, datagrams(V4).peer_addr());
    }
    accepting_on_a_socket_that_does_not_listen_is_einval {
        fails(Errno::INVAL, retyped::<TcpListener>(unconnected()).accept());
        fails(Errno::INVAL, retyped::<TcpListener>(pair(V4).client).accept());
    }
    accepting_on_a_datagram_socket_is_eopnotsupp {
        fails(Errno::OPNOTSUPP, retyped::<TcpListener>(datagrams(V4)).accept());
    }
    connections_wait_in_the_backlog_in_their_order {
        let listener = listener(V4);
        let [first, second] = [(); 2].map(|()| connected_to(&listener));
        say(&second, "second");
        say(&first, "first");
        let mut incoming = listener.incoming();
        expect(&incoming.next().unwrap().unwrap(), "first");
        expect(&incoming.next().unwrap().unwrap(), "second");
    }
    what_was_sent_before_the_accept_is_kept {
        let listener = listener(V4);
        let client = connected_to(&listener);
        say(&client, "early");
        drop(client);
        let server = accepted(&listener);
        expect(&server, "early");
        expect_end(&server);
    }
    a_connection_outlives_its_listener {
        let p = pair(V4);
        drop(p.listener);
        say(&p.client, "still here");
        expect(&p.server, "still here");
    }
    a_closed_listener_refuses_newcomers {
        let p = pair(V4);
        let at = p.listener.local_addr().unwrap();
        drop(p.listener);
        fails(Errno::CONNREFUSED, TcpStream::connect(at));
    }
    a_server_with_reuse_addr_can_bind_its_port_again {
        // `bind` of a listener sets the option. Without it the second one is EADDRINUSE, as the namesake in C shows.
        let p = pair(V4);
        let at: SocketAddr = p.listener.local_addr().unwrap();
        drop(p.listener);
        // The server's end closes first, so its port is left in TIME_WAIT.
        drop(p.server);
        expect_end(&p.client);
        drop(p.client);
        assert_eq!(TcpListener::bind(at).unwrap().local_addr().unwrap(), at);
    }
    bytes_pass_both_ways_at_once {
        let p = pair(V4);
        say(&p.client, "to the server");
        say(&p.server, "to the client");
        expect(&p.client, "to the client");
        expect(&p.server, "to the server");
    }
    small_sends_join_into_one_stream {
        let p = pair(V4);
        let all: Vec<u8> = (b'a'..=b'z').cycle().take(100).collect();
        for byte in all.chunks(1) {
            assert_eq!((&p.client).write(byte).unwrap(), 1);
        }
        let mut heard = [0; 100];
        (&p.server).read_exact(&mut heard).unwrap();
        assert_eq!(heard[..], all);
    }
}
