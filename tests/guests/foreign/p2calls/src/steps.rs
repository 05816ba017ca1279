//! The steps of a TCP socket's life up to its connection, in their order and out of it.

use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::tcp::{ShutdownType, TcpSocket};

use crate::tools::{
    HERE, accepted, address, bind, bound, connect, connected, family, listening, own, pair,
    sentences, shown, soon, tcp, told, with_port,
};

sentences! {
    a_bind_is_begun_once_and_ended_once,
    while_a_bind_is_under_way_nothing_else_is_begun,
    a_bind_that_failed_can_be_tried_again,
    an_address_that_is_not_of_one_host_is_no_address_of_tcp,
    an_address_of_another_family_is_invalid,
    a_peer_has_an_address_and_a_port,
    a_socket_is_of_the_family_that_it_was_made_of,
    a_connection_is_begun_once_and_ended_once,
    while_a_connection_is_made_nothing_else_is_begun,
    a_connected_socket_goes_no_other_way,
    a_connection_that_was_refused_closes_the_socket,
    a_bound_socket_connects_from_its_address,
    both_ends_tell_the_same_two_addresses,
    a_socket_without_an_address_tells_none,
    one_pollable_serves_a_socket_s_whole_life,
}

fn a_bind_is_begun_once_and_ended_once() {
    for here in HERE {
        let socket = tcp(here);
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        bind(&socket, here).unwrap();
        socket.finish_bind().unwrap();
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        told(bind(&socket, here), ErrorCode::InvalidState);
        let port = socket.local_address().map(shown).unwrap();
        assert_ne!(port, here);
        assert_eq!(own(&socket), port);
    }
}

fn while_a_bind_is_under_way_nothing_else_is_begun() {
    for here in HERE {
        let socket = tcp(here);
        bind(&socket, here).unwrap();
        told(bind(&socket, here), ErrorCode::ConcurrencyConflict);
        let to = with_port(here, 9);
        told(connect(&socket, &to), ErrorCode::ConcurrencyConflict);
        told(socket.start_listen(), ErrorCode::ConcurrencyConflict);
        told(socket.finish_listen(), ErrorCode::NotInProgress);
        told(socket.finish_connect(), ErrorCode::NotInProgress);
        told(socket.accept(), ErrorCode::InvalidState);
        assert!(socket.subscribe().ready());
        socket.finish_bind().unwrap();
    }
}

fn a_bind_that_failed_can_be_tried_again() {
    let holder = listening("127.0.0.1:0");
    let socket = tcp("127.0.0.1:0");
    told(bind(&socket, &own(&holder)), ErrorCode::AddressInUse);
    told(socket.finish_bind(), ErrorCode::NotInProgress);
    // An address for examples, which no machine has.
    told(bind(&socket, "192.0.2.1:0"), ErrorCode::AddressNotBindable);
    told(bind(&socket, "224.0.0.1:0"), ErrorCode::InvalidArgument);
    told(socket.local_address(), ErrorCode::InvalidState);
    bind(&socket, "127.0.0.1:0").unwrap();
    socket.finish_bind().unwrap();
}

fn an_address_that_is_not_of_one_host_is_no_address_of_tcp() {
    for ip in [
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "[ff02::1]",
        "[ff0e::1]",
    ] {
        let at = format!("{ip}:80");
        let socket = tcp(&at);
        told(bind(&socket, &at), ErrorCode::InvalidArgument);
        told(connect(&socket, &at), ErrorCode::InvalidArgument);
        // It is as good as new.
        told(socket.finish_connect(), ErrorCode::NotInProgress);
        told(socket.local_address(), ErrorCode::InvalidState);
    }
}

fn an_address_of_another_family_is_invalid() {
    for (here, other) in [
        (HERE[0], "[::1]:80"),
        (HERE[0], "[::ffff:127.0.0.1]:80"),
        (HERE[1], "127.0.0.1:80"),
        (HERE[1], "[::ffff:127.0.0.1]:80"),
        (HERE[1], "[::ffff:0.0.0.0]:80"),
        // The deprecated form of an embedded IPv4 address.
        (HERE[1], "[::127.0.0.1]:80"),
        (HERE[1], "[::2]:80"),
    ] {
        let socket = tcp(here);
        told(bind(&socket, other), ErrorCode::InvalidArgument);
        told(connect(&socket, other), ErrorCode::InvalidArgument);
    }
}

fn a_peer_has_an_address_and_a_port() {
    for to in ["0.0.0.0:80", "[::]:80", "127.0.0.1:0", "[::1]:0"] {
        told(connect(&tcp(to), to), ErrorCode::InvalidArgument);
    }
}

fn a_socket_is_of_the_family_that_it_was_made_of() {
    for here in HERE {
        assert_eq!(tcp(here).address_family(), family(here));
        let (client, server) = pair(here);
        assert_eq!(client.socket.address_family(), family(here));
        assert_eq!(server.socket.address_family(), family(here));
    }
}

fn a_connection_is_begun_once_and_ended_once() {
    for here in HERE {
        let listener = listening(here);
        let socket = tcp(here);
        told(socket.finish_connect(), ErrorCode::NotInProgress);
        connect(&socket, &own(&listener)).unwrap();
        let client = connected(socket);
        told(client.socket.finish_connect(), ErrorCode::NotInProgress);
        // The other side need not have accepted it.
        client.write(b"early");
        assert_eq!(accepted(&listener).read(5), b"early");
    }
}

fn while_a_connection_is_made_nothing_else_is_begun() {
    for here in HERE {
        let listener = listening(here);
        let to = own(&listener);
        let socket = tcp(here);
        connect(&socket, &to).unwrap();
        told(connect(&socket, &to), ErrorCode::ConcurrencyConflict);
        told(bind(&socket, here), ErrorCode::ConcurrencyConflict);
        told(socket.start_listen(), ErrorCode::ConcurrencyConflict);
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        told(socket.finish_listen(), ErrorCode::NotInProgress);
        told(socket.accept(), ErrorCode::InvalidState);
        told(socket.remote_address(), ErrorCode::InvalidState);
        let both = socket.shutdown(ShutdownType::Both);
        told(both, ErrorCode::InvalidState);
        told(socket.set_listen_backlog_size(1), ErrorCode::InvalidState);
        connected(socket);
    }
}

fn a_connected_socket_goes_no_other_way() {
    for here in HERE {
        let (client, server) = pair(here);
        for socket in [&client.socket, &server.socket] {
            goes_no_way(socket, here);
            assert!(socket.subscribe().ready());
            assert!(!socket.is_listening());
        }
    }
}

/// Whatever is begun is refused.
fn goes_no_way(socket: &TcpSocket, here: &str) {
    told(bind(socket, here), ErrorCode::InvalidState);
    let to = with_port(here, 9);
    told(connect(socket, &to), ErrorCode::InvalidState);
    told(socket.start_listen(), ErrorCode::InvalidState);
    told(socket.accept(), ErrorCode::InvalidState);
    told(socket.set_listen_backlog_size(1), ErrorCode::InvalidState);
    told(socket.finish_bind(), ErrorCode::NotInProgress);
    told(socket.finish_connect(), ErrorCode::NotInProgress);
    told(socket.finish_listen(), ErrorCode::NotInProgress);
}

fn a_connection_that_was_refused_closes_the_socket() {
    for here in HERE {
        // A port that is held, so that nobody else listens at it, by one who does not.
        let holder = bound(here);
        let socket = tcp(here);
        connect(&socket, &own(&holder)).unwrap();
        soon(&socket.subscribe());
        told(socket.finish_connect(), ErrorCode::ConnectionRefused);
        goes_no_way(&socket, here);
        told(socket.local_address(), ErrorCode::InvalidState);
        told(socket.remote_address(), ErrorCode::InvalidState);
        let both = socket.shutdown(ShutdownType::Both);
        told(both, ErrorCode::InvalidState);
        assert!(socket.subscribe().ready());
    }
}

fn a_bound_socket_connects_from_its_address() {
    for here in HERE {
        let listener = listening(here);
        let socket = bound(here);
        let from = own(&socket);
        connect(&socket, &own(&listener)).unwrap();
        assert_eq!(own(&socket), from);
        let client = connected(socket);
        assert_eq!(own(&client.socket), from);
        let peer = accepted(&listener).socket.remote_address().unwrap();
        assert_eq!(shown(peer), from);
    }
}

fn both_ends_tell_the_same_two_addresses() {
    for here in HERE {
        let (client, server) = pair(here);
        for (one, other) in [(&client, &server), (&server, &client)] {
            let peer = one.socket.remote_address().unwrap();
            assert_eq!(shown(peer), own(&other.socket));
        }
    }
}

fn a_socket_without_an_address_tells_none() {
    for here in HERE {
        let socket = tcp(here);
        told(socket.local_address(), ErrorCode::InvalidState);
        told(socket.remote_address(), ErrorCode::InvalidState);
        let socket = bound(here);
        told(socket.remote_address(), ErrorCode::InvalidState);
        assert_eq!(shown(address(&own(&socket))), own(&socket));
    }
}

fn one_pollable_serves_a_socket_s_whole_life() {
    for here in HERE {
        let listener = tcp(here);
        let waiting = listener.subscribe();
        bind(&listener, here).unwrap();
        soon(&waiting);
        listener.finish_bind().unwrap();
        listener.start_listen().unwrap();
        soon(&waiting);
        listener.finish_listen().unwrap();
        assert!(!waiting.ready());
        let socket = tcp(here);
        connect(&socket, &own(&listener)).unwrap();
        soon(&waiting);
        let (server, input, output) = listener.accept().unwrap();
        assert!(!waiting.ready());
        told(listener.accept(), ErrorCode::WouldBlock);
        drop((input, output, server));
    }
}
