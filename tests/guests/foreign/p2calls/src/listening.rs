//! Listeners: how they come to be, and what they give.

use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::tcp::ShutdownType;

use crate::tools::{
    HERE, a_moment, accepted, bind, bound, connect, connected, listening, own, sentences, soon,
    tcp, told, with_port,
};

sentences! {
    a_listener_is_bound_first,
    listening_is_begun_once_and_ended_once,
    while_listening_is_begun_nothing_else_is,
    a_listener_goes_no_other_way,
    a_listener_gives_each_connection_once_and_then_would_block,
    what_is_accepted_has_the_options_of_its_listener,
    a_listener_of_ipv6_takes_no_ipv4,
    a_port_is_free_again_though_its_last_connection_is_remembered,
    two_do_not_listen_at_one_port,
    a_backlog_is_set_at_any_time_before_and_while_listening,
    a_client_that_is_gone_is_accepted_all_the_same,
}

fn a_listener_is_bound_first() {
    for here in HERE {
        let socket = tcp(here);
        told(socket.start_listen(), ErrorCode::InvalidState);
        told(socket.finish_listen(), ErrorCode::NotInProgress);
        told(socket.accept(), ErrorCode::InvalidState);
        let socket = bound(here);
        told(socket.accept(), ErrorCode::InvalidState);
        told(socket.finish_listen(), ErrorCode::NotInProgress);
    }
}

fn listening_is_begun_once_and_ended_once() {
    for here in HERE {
        let socket = bound(here);
        assert!(!socket.is_listening());
        socket.start_listen().unwrap();
        socket.finish_listen().unwrap();
        assert!(socket.is_listening());
        told(socket.finish_listen(), ErrorCode::NotInProgress);
        told(socket.start_listen(), ErrorCode::InvalidState);
    }
}

fn while_listening_is_begun_nothing_else_is() {
    for here in HERE {
        let socket = bound(here);
        socket.start_listen().unwrap();
        assert!(!socket.is_listening());
        told(socket.start_listen(), ErrorCode::ConcurrencyConflict);
        told(bind(&socket, here), ErrorCode::ConcurrencyConflict);
        let to = with_port(here, 9);
        told(connect(&socket, &to), ErrorCode::ConcurrencyConflict);
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        told(socket.finish_connect(), ErrorCode::NotInProgress);
        told(socket.accept(), ErrorCode::InvalidState);
        assert!(socket.subscribe().ready());
        socket.finish_listen().unwrap();
    }
}

fn a_listener_goes_no_other_way() {
    for here in HERE {
        let socket = listening(here);
        told(bind(&socket, here), ErrorCode::InvalidState);
        let to = with_port(here, 9);
        told(connect(&socket, &to), ErrorCode::InvalidState);
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        told(socket.finish_connect(), ErrorCode::NotInProgress);
        told(socket.remote_address(), ErrorCode::InvalidState);
        for how in [
            ShutdownType::Receive,
            ShutdownType::Send,
            ShutdownType::Both,
        ] {
            told(socket.shutdown(how), ErrorCode::InvalidState);
        }
    }
}

fn a_listener_gives_each_connection_once_and_then_would_block() {
    for here in HERE {
        let listener = listening(here);
        told(listener.accept(), ErrorCode::WouldBlock);
        assert!(!listener.subscribe().ready());
        let clients = [tcp(here), tcp(here)];
        for client in &clients {
            connect(client, &own(&listener)).unwrap();
        }
        let clients = clients.map(connected);
        let servers = [accepted(&listener), accepted(&listener)];
        told(listener.accept(), ErrorCode::WouldBlock);
        // Each has a peer of its own.
        for (byte, client) in (0..).zip(&clients) {
            client.write(&[byte]);
        }
        let mut heard = servers.map(|server| server.read(1)[0]);
        heard.sort_unstable();
        assert_eq!(heard, [0, 1]);
    }
}

fn what_is_accepted_has_the_options_of_its_listener() {
    for here in HERE {
        let listener = listening(here);
        listener.set_keep_alive_enabled(true).unwrap();
        listener.set_keep_alive_idle_time(40_000_000_000).unwrap();
        listener.set_keep_alive_interval(7_000_000_000).unwrap();
        listener.set_keep_alive_count(3).unwrap();
        listener.set_hop_limit(33).unwrap();
        listener.set_receive_buffer_size(10_000).unwrap();
        listener.set_send_buffer_size(11_000).unwrap();
        let socket = tcp(here);
        connect(&socket, &own(&listener)).unwrap();
        let _client = connected(socket);
        let server = accepted(&listener).socket;
        assert!(server.keep_alive_enabled().unwrap());
        assert_eq!(server.keep_alive_idle_time(), Ok(40_000_000_000));
        assert_eq!(server.keep_alive_interval(), Ok(7_000_000_000));
        assert_eq!(server.keep_alive_count(), Ok(3));
        assert_eq!(server.hop_limit(), Ok(33));
        let (received, sent) = (listener.receive_buffer_size(), listener.send_buffer_size());
        assert_eq!(server.receive_buffer_size(), received);
        assert_eq!(server.send_buffer_size(), sent);
    }
}

fn a_listener_of_ipv6_takes_no_ipv4() {
    let listener = listening("[::]:0");
    let port = own(&listener).rsplit_once(':').unwrap().1.to_owned();
    let socket = tcp("127.0.0.1:0");
    connect(&socket, &format!("127.0.0.1:{port}")).unwrap();
    soon(&socket.subscribe());
    told(socket.finish_connect(), ErrorCode::ConnectionRefused);
    let socket = tcp("[::1]:0");
    connect(&socket, &format!("[::1]:{port}")).unwrap();
    connected(socket);
}

fn a_port_is_free_again_though_its_last_connection_is_remembered() {
    for here in HERE {
        let listener = listening(here);
        let at = own(&listener);
        let socket = tcp(here);
        connect(&socket, &at).unwrap();
        let client = connected(socket);
        // It is the side that ends it first where it is remembered.
        drop(accepted(&listener));
        drop(listener);
        assert_eq!(client.drain(), 0);
        drop(client);
        a_moment();
        listening(&at);
    }
}

fn two_do_not_listen_at_one_port() {
    for here in HERE {
        let first = listening(here);
        told(bind(&tcp(here), &own(&first)), ErrorCode::AddressInUse);
    }
}

fn a_backlog_is_set_at_any_time_before_and_while_listening() {
    for here in HERE {
        let socket = tcp(here);
        told(
            socket.set_listen_backlog_size(0),
            ErrorCode::InvalidArgument,
        );
        for size in [1, 5, 1 << 33, u64::MAX] {
            socket.set_listen_backlog_size(size).unwrap();
        }
        bind(&socket, here).unwrap();
        socket.set_listen_backlog_size(2).unwrap();
        socket.finish_bind().unwrap();
        socket.set_listen_backlog_size(3).unwrap();
        socket.start_listen().unwrap();
        socket.finish_listen().unwrap();
        told(
            socket.set_listen_backlog_size(0),
            ErrorCode::InvalidArgument,
        );
        socket.set_listen_backlog_size(u64::MAX).unwrap();
        let client = tcp(here);
        connect(&client, &own(&socket)).unwrap();
        connected(client);
        accepted(&socket);
    }
}

fn a_client_that_is_gone_is_accepted_all_the_same() {
    for here in HERE {
        let listener = listening(here);
        let socket = tcp(here);
        connect(&socket, &own(&listener)).unwrap();
        let client = connected(socket);
        client.write(b"last words");
        drop(client);
        let server = accepted(&listener);
        assert_eq!(server.read(10), b"last words");
        assert_eq!(server.drain(), 0);
    }
}
