//! UDP sockets that hear everybody and send to anybody.

use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::io::poll::poll;
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::udp::{
    IncomingDatagram, IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream, UdpSocket,
};
use wasip2::sockets::udp_create_socket::create_udp_socket;

use crate::tools::{HERE, SECOND, address, family, sentences, shown, soon, told, with_port};

sentences! {
    a_udp_socket_is_bound_once,
    a_udp_socket_has_streams_once_it_is_bound,
    while_streams_are_there_no_others_are_given,
    streams_are_given_again_when_the_last_ones_are_gone,
    messages_go_to_and_fro,
    a_message_needs_a_destination_that_is_one,
    messages_come_one_by_one_and_several_at_once,
    a_message_of_nothing_is_a_message,
    the_longest_message_goes_through_and_a_longer_one_does_not,
    what_could_be_sent_is_sent_and_counted,
    a_socket_of_ipv6_has_no_ipv4,
    an_incoming_stream_is_ready_when_something_has_come,
    a_udp_socket_bound_to_the_wildcard_hears_loopback,
    a_list_of_nothing_needs_no_permit,
}

/// A UDP socket and its streams, which are dropped before it.
pub struct Both {
    pub incoming: IncomingDatagramStream,
    pub outgoing: OutgoingDatagramStream,
    pub socket: UdpSocket,
}

impl Both {
    pub fn bound(at: &str) -> Self {
        Self::of(udp_bound(at), None).unwrap()
    }

    pub fn of(socket: UdpSocket, peer: Option<&str>) -> Result<Self, ErrorCode> {
        let (incoming, outgoing) = socket.stream(peer.map(address))?;
        Ok(Self {
            incoming,
            outgoing,
            socket,
        })
    }

    /// The same socket with new streams.
    pub fn again(self, peer: Option<&str>) -> Self {
        drop((self.incoming, self.outgoing));
        Self::of(self.socket, peer).unwrap()
    }

    pub fn own(&self) -> String {
        shown(self.socket.local_address().unwrap())
    }

    /// Send one message.
    pub fn send(&self, bytes: &[u8], to: Option<&str>) -> Result<u64, ErrorCode> {
        assert!(self.outgoing.check_send().unwrap() > 0);
        self.outgoing.send(&[message(bytes, to)])
    }

    /// Wait for a message. What comes from whom the policy forbids wakes who waits, and is no message.
    pub fn hear(&self) -> IncomingDatagram {
        loop {
            let end = subscribe_duration(10 * SECOND);
            let ready = poll(&[&self.incoming.subscribe(), &end]);
            assert!(ready.contains(&0), "nothing came in ten seconds");
            if let Some(heard) = self.incoming.receive(1).unwrap().pop() {
                return heard;
            }
        }
    }

    pub fn hears(&self, bytes: &[u8], from: &str) {
        let heard = self.hear();
        assert_eq!(heard.data, bytes);
        assert_eq!(shown(heard.remote_address), from);
    }

    pub fn hears_nothing(&self) {
        assert!(self.incoming.receive(10).unwrap().is_empty());
    }
}

pub fn udp(like: &str) -> UdpSocket {
    create_udp_socket(family(like)).unwrap()
}

pub fn udp_bound(at: &str) -> UdpSocket {
    let socket = udp(at);
    bind(&socket, at).unwrap();
    socket.finish_bind().unwrap();
    socket
}

pub fn bind(socket: &UdpSocket, at: &str) -> Result<(), ErrorCode> {
    socket.start_bind(&instance_network(), address(at))
}

pub fn message(bytes: &[u8], to: Option<&str>) -> OutgoingDatagram {
    OutgoingDatagram {
        data: bytes.to_vec(),
        remote_address: to.map(address),
    }
}

fn a_udp_socket_is_bound_once() {
    for here in HERE {
        let socket = udp(here);
        assert_eq!(socket.address_family(), family(here));
        assert!(socket.subscribe().ready());
        told(socket.local_address(), ErrorCode::InvalidState);
        told(socket.remote_address(), ErrorCode::InvalidState);
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        bind(&socket, here).unwrap();
        told(bind(&socket, here), ErrorCode::ConcurrencyConflict);
        socket.finish_bind().unwrap();
        told(socket.finish_bind(), ErrorCode::NotInProgress);
        told(bind(&socket, here), ErrorCode::InvalidState);
        let at = shown(socket.local_address().unwrap());
        assert_ne!(at, here);
        // Another one does not get the same address, and can try again.
        let other = udp(here);
        told(bind(&other, &at), ErrorCode::AddressInUse);
        told(
            bind(&other, "192.0.2.1:0"),
            match here == HERE[0] {
                true => ErrorCode::AddressNotBindable,
                false => ErrorCode::InvalidArgument,
            },
        );
        bind(&other, here).unwrap();
    }
}

fn a_udp_socket_has_streams_once_it_is_bound() {
    for here in HERE {
        let socket = udp(here);
        let to = with_port(here, 9);
        told(socket.stream(None), ErrorCode::InvalidState);
        told(socket.stream(Some(address(&to))), ErrorCode::InvalidState);
        bind(&socket, here).unwrap();
        socket.finish_bind().unwrap();
        Both::of(socket, None).unwrap();
    }
}

fn while_streams_are_there_no_others_are_given() {
    for here in HERE {
        let to = address(&with_port(here, 9));
        let Both {
            incoming,
            outgoing,
            socket,
        } = Both::bound(here);
        told(socket.stream(None), ErrorCode::InvalidState);
        told(socket.stream(Some(to)), ErrorCode::InvalidState);
        told(socket.remote_address(), ErrorCode::InvalidState);
        drop(incoming);
        told(socket.stream(None), ErrorCode::InvalidState);
        drop(outgoing);
        Both::of(socket, None).unwrap();
    }
}

fn streams_are_given_again_when_the_last_ones_are_gone() {
    for here in HERE {
        let both = Both::bound(here);
        let at = both.own();
        let other = Both::bound(here);
        let both = both.again(None);
        other.send(b"one", Some(&at)).unwrap();
        both.hears(b"one", &other.own());
        other.send(b"two", Some(&at)).unwrap();
        // What has come is for whoever receives next.
        both.again(None).hears(b"two", &other.own());
    }
}

fn messages_go_to_and_fro() {
    for here in HERE {
        let [one, other] = [Both::bound(here), Both::bound(here)];
        one.send(b"question", Some(&other.own())).unwrap();
        other.hears(b"question", &one.own());
        other.send(b"answer", Some(&one.own())).unwrap();
        one.hears(b"answer", &other.own());
        one.hears_nothing();
    }
}

fn a_message_needs_a_destination_that_is_one() {
    for here in HERE {
        let both = Both::bound(here);
        let (wildcard, other) = match here == HERE[0] {
            true => ("0.0.0.0:9", "[::1]:9"),
            false => ("[::]:9", "127.0.0.1:9"),
        };
        for to in [
            None,
            Some(here),
            Some(wildcard),
            Some(other),
            Some("[::ffff:127.0.0.1]:9"),
            Some("[::127.0.0.1]:9"),
        ] {
            told(both.send(b"x", to), ErrorCode::InvalidArgument);
        }
    }
}

fn messages_come_one_by_one_and_several_at_once() {
    for here in HERE {
        let [one, other] = [Both::bound(here), Both::bound(here)];
        assert!(one.outgoing.check_send().unwrap() >= 3);
        let to = other.own();
        let all = [b"0", b"1", b"2"].map(|bytes| message(bytes, Some(&to)));
        assert_eq!(one.outgoing.send(&all), Ok(3));
        soon(&other.incoming.subscribe());
        assert!(other.incoming.receive(0).unwrap().is_empty());
        let mut heard = Vec::new();
        while heard.len() < 3 {
            soon(&other.incoming.subscribe());
            let part = other.incoming.receive(2).unwrap();
            assert!(part.len() <= 2);
            heard.extend(part.into_iter().map(|message| message.data));
        }
        assert_eq!(heard, [b"0", b"1", b"2"]);
        assert!(other.incoming.receive(u64::MAX).unwrap().is_empty());
    }
}

fn a_message_of_nothing_is_a_message() {
    for here in HERE {
        let [one, other] = [Both::bound(here), Both::bound(here)];
        assert_eq!(one.send(b"", Some(&other.own())), Ok(1));
        other.hears(b"", &one.own());
        other.hears_nothing();
    }
}

fn the_longest_message_goes_through_and_a_longer_one_does_not() {
    // The headers of IPv4 count as part of it, and those of IPv6 do not.
    for (here, most) in [(HERE[0], 65507), (HERE[1], 65527)] {
        let [one, other] = [Both::bound(here), Both::bound(here)];
        let to = other.own();
        for len in [most + 1, 65536, 200_000] {
            let longer = one.send(&vec![1; len], Some(&to));
            told(longer, ErrorCode::DatagramTooLarge);
        }
        let longest: Vec<u8> = (0..most).map(|at| at as u8).collect();
        assert_eq!(one.send(&longest, Some(&to)), Ok(1));
        other.hears(&longest, &one.own());
        other.hears_nothing();
    }
}

fn what_could_be_sent_is_sent_and_counted() {
    for here in HERE {
        let [one, other] = [Both::bound(here), Both::bound(here)];
        let to = other.own();
        let too_large = vec![0; 70_000];
        let all = [&b"0"[..], b"1", &too_large, b"2"].map(|bytes| message(bytes, Some(&to)));
        assert!(one.outgoing.check_send().unwrap() >= 4);
        assert_eq!(one.outgoing.send(&all), Ok(2));
        assert!(one.outgoing.check_send().unwrap() >= 2);
        told(one.outgoing.send(&all[2..]), ErrorCode::DatagramTooLarge);
        other.hears(b"0", &one.own());
        other.hears(b"1", &one.own());
        other.hears_nothing();
    }
}

fn a_socket_of_ipv6_has_no_ipv4() {
    let six = udp("[::]:0");
    for at in ["127.0.0.1:0", "[::ffff:127.0.0.1]:0", "[::127.0.0.1]:0"] {
        told(bind(&six, at), ErrorCode::InvalidArgument);
    }
    bind(&six, "[::]:0").unwrap();
    six.finish_bind().unwrap();
    let six = Both::of(six, None).unwrap();
    let own = six.own();
    let port = own.rsplit_once(':').unwrap().1;
    let four = Both::bound(HERE[0]);
    // Nobody is there.
    four.send(b"x", Some(&format!("127.0.0.1:{port}"))).unwrap();
    let other = Both::bound(HERE[1]);
    other.send(b"y", Some(&format!("[::1]:{port}"))).unwrap();
    six.hears(b"y", &other.own());
    six.hears_nothing();
}

fn an_incoming_stream_is_ready_when_something_has_come() {
    for here in HERE {
        let [one, other] = [Both::bound(here), Both::bound(here)];
        let waiting = other.incoming.subscribe();
        assert!(!waiting.ready());
        assert!(one.outgoing.subscribe().ready());
        one.send(b"x", Some(&other.own())).unwrap();
        soon(&waiting);
        other.hears(b"x", &one.own());
        assert!(!waiting.ready());
        drop(waiting);
    }
}

fn a_udp_socket_bound_to_the_wildcard_hears_loopback() {
    for (here, wildcard) in [(HERE[0], "0.0.0.0:0"), (HERE[1], "[::]:0")] {
        let one = Both::bound(wildcard);
        let port: u16 = one.own().rsplit_once(':').unwrap().1.parse().unwrap();
        assert_eq!(one.own(), with_port(wildcard, port));
        let other = Both::bound(here);
        other.send(b"x", Some(&with_port(here, port))).unwrap();
        one.hears(b"x", &other.own());
        one.send(b"y", Some(&other.own())).unwrap();
        other.hears(b"y", &with_port(here, port));
    }
}

fn a_list_of_nothing_needs_no_permit() {
    let both = Both::bound(HERE[0]);
    assert_eq!(both.outgoing.send(&[]), Ok(0));
    let other = Both::bound(HERE[0]);
    assert!(both.outgoing.check_send().unwrap() > 0);
    assert_eq!(both.outgoing.send(&[]), Ok(0));
    let sent = both.outgoing.send(&[message(b"x", Some(&other.own()))]);
    assert_eq!(sent, Ok(1));
    other.hears(b"x", &both.own());
}
