//! UDP sockets with one peer, which they take and let go.

use wasip2::sockets::network::ErrorCode;

use crate::datagrams::{Both, message, udp_bound};
use crate::tools::{HERE, a_moment, address, sentences, shown, soon, told, with_port};

sentences! {
    a_peer_is_told_until_it_is_let_go,
    a_peer_is_an_address_and_a_port_of_the_family,
    a_peer_may_be_named_and_no_other_may,
    what_others_send_does_not_come,
    what_others_sent_before_does_not_come_either,
    who_lets_a_peer_go_hears_everybody_again_at_the_same_port,
    one_peer_follows_another,
    a_peer_that_is_nobody_refuses,
    a_socket_with_a_peer_sends_to_everybody_when_it_has_let_it_go,
}

fn a_peer_is_told_until_it_is_let_go() {
    for here in HERE {
        let other = Both::bound(here);
        let both = Both::bound(here);
        told(both.socket.remote_address(), ErrorCode::InvalidState);
        let both = both.again(Some(&other.own()));
        let peer = shown(both.socket.remote_address().unwrap());
        assert_eq!(peer, other.own());
        let both = both.again(None);
        told(both.socket.remote_address(), ErrorCode::InvalidState);
    }
}

fn a_peer_is_an_address_and_a_port_of_the_family() {
    for (here, others) in [
        (HERE[0], ["0.0.0.0:9", "[::1]:9", "[::ffff:127.0.0.1]:9"]),
        (HERE[1], ["[::]:9", "127.0.0.1:9", "[::127.0.0.1]:9"]),
    ] {
        let socket = udp_bound(here);
        for to in [here, "[::ffff:127.0.0.1]:9"].iter().chain(&others) {
            let streams = socket.stream(Some(address(to)));
            told(streams, ErrorCode::InvalidArgument);
            told(socket.remote_address(), ErrorCode::InvalidState);
        }
        Both::of(socket, None).unwrap();
    }
}

fn a_peer_may_be_named_and_no_other_may() {
    for here in HERE {
        let [peer, other] = [Both::bound(here), Both::bound(here)];
        let both = Both::of(udp_bound(here), Some(&peer.own())).unwrap();
        both.send(b"one", None).unwrap();
        both.send(b"two", Some(&peer.own())).unwrap();
        for to in [other.own(), here.to_owned(), "[::1]:0".to_owned()] {
            told(both.send(b"x", Some(&to)), ErrorCode::InvalidArgument);
        }
        peer.hears(b"one", &both.own());
        peer.hears(b"two", &both.own());
        other.hears_nothing();
    }
}

fn what_others_send_does_not_come() {
    for here in HERE {
        let [peer, other] = [Both::bound(here), Both::bound(here)];
        let both = Both::of(udp_bound(here), Some(&peer.own())).unwrap();
        other.send(b"strange", Some(&both.own())).unwrap();
        a_moment();
        both.hears_nothing();
        peer.send(b"known", Some(&both.own())).unwrap();
        both.hears(b"known", &peer.own());
    }
}

fn what_others_sent_before_does_not_come_either() {
    for here in HERE {
        let [peer, other] = [Both::bound(here), Both::bound(here)];
        let both = Both::bound(here);
        let to = both.own();
        other.send(b"strange", Some(&to)).unwrap();
        peer.send(b"known", Some(&to)).unwrap();
        other.send(b"strange", Some(&to)).unwrap();
        a_moment();
        let both = both.again(Some(&peer.own()));
        both.hears(b"known", &peer.own());
        both.hears_nothing();
    }
}

fn who_lets_a_peer_go_hears_everybody_again_at_the_same_port() {
    for at in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
        let here = HERE[usize::from(at.starts_with('['))];
        let [peer, other] = [Both::bound(here), Both::bound(here)];
        let both = Both::bound(at);
        let own = both.own();
        let port: u16 = own.rsplit_once(':').unwrap().1.parse().unwrap();
        let to = with_port(here, port);
        let both = both.again(Some(&peer.own()));
        assert_eq!(both.own(), to);
        let both = both.again(None);
        assert_eq!(both.own(), own);
        other.send(b"one", Some(&to)).unwrap();
        both.hears(b"one", &other.own());
        peer.send(b"two", Some(&to)).unwrap();
        both.hears(b"two", &peer.own());
    }
}

fn one_peer_follows_another() {
    for at in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0"] {
        let here = HERE[usize::from(at.starts_with('['))];
        let [first, second] = [Both::bound(here), Both::bound(here)];
        let both = Both::of(udp_bound(at), Some(&first.own())).unwrap();
        let to = both.own();
        let both = both.again(Some(&second.own()));
        assert_eq!(both.own(), to);
        let peer = shown(both.socket.remote_address().unwrap());
        assert_eq!(peer, second.own());
        both.send(b"to the second", None).unwrap();
        second.hears(b"to the second", &to);
        first.send(b"of the first", Some(&to)).unwrap();
        second.send(b"of the second", Some(&to)).unwrap();
        both.hears(b"of the second", &second.own());
        both.hears_nothing();
        first.hears_nothing();
    }
}

fn a_peer_that_is_nobody_refuses() {
    for here in HERE {
        let gone = Both::bound(here);
        let to = gone.own();
        drop(gone);
        let both = Both::of(udp_bound(here), Some(&to)).unwrap();
        both.send(b"x", None).unwrap();
        soon(&both.incoming.subscribe());
        told(both.incoming.receive(1), ErrorCode::ConnectionRefused);
        both.hears_nothing();
    }
}

fn a_socket_with_a_peer_sends_to_everybody_when_it_has_let_it_go() {
    for here in HERE {
        let [peer, other] = [Both::bound(here), Both::bound(here)];
        let both = Both::of(udp_bound(here), Some(&peer.own())).unwrap();
        let both = both.again(None);
        told(both.send(b"x", None), ErrorCode::InvalidArgument);
        assert!(both.outgoing.check_send().unwrap() >= 2);
        let all = [
            message(b"one", Some(&peer.own())),
            message(b"two", Some(&other.own())),
        ];
        assert_eq!(both.outgoing.send(&all), Ok(2));
        peer.hears(b"one", &both.own());
        other.hears(b"two", &both.own());
    }
}
