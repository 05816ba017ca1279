//! `sentences --list`, or `sentences NAME`: sentences of tests/conformance that the shape of `std::net` can say.
//!
//! Natively the standard library answers for them, and as a guest the crate. One that does not hold panics.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test ends where it goes wrong"
)]

use std::io::{ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::time::{Duration, Instant};

use iwasm_socket::{
    Interest, Ipv4Addr, PollFd, Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs,
    UdpSocket, poll,
};

const HERE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);
const SHORT: Duration = Duration::from_millis(60);
const LONG: Duration = Duration::from_secs(10);

macro_rules! sentences {
    ($($name:ident $body:block)*) => {
        $(fn $name() $body)*

        const ALL: &[(&str, fn())] = &[$((stringify!($name), $name)),*];
    };
}

fn main() -> Result<(), String> {
    let Some(asked) = std::env::args().nth(1) else {
        return Err("usage: sentences --list, or sentences NAME".to_owned());
    };
    if asked == "--list" {
        for (name, _) in ALL {
            println!("{name}");
        }
        return Ok(());
    }
    match ALL.iter().find(|(name, _)| *name == asked) {
        Some((_, holds)) => holds(),
        None => return Err(format!("`{asked}` is no sentence")),
    }
    Ok(())
}

sentences! {
    binding_to_port_zero_picks_a_port {
        let at = listener().local_addr().unwrap();
        assert!(at.port() != 0 && at.ip().is_loopback());
    }
    binding_a_taken_address_is_eaddrinuse {
        let taken = listener();
        let error = TcpListener::bind(taken.local_addr().unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AddrInUse);
    }
    every_address_of_the_loopback_network_can_be_bound {
        let listener = TcpListener::bind("127.3.2.1:0").unwrap();
        assert_eq!(listener.local_addr().unwrap().ip(), Ipv4Addr::new(127, 3, 2, 1));
    }
    both_ends_agree_on_their_names {
        let (client, server) = pair();
        assert_eq!(client.local_addr().unwrap(), server.peer_addr().unwrap());
        assert_eq!(client.peer_addr().unwrap(), server.local_addr().unwrap());
    }
    accept_names_the_peer {
        let listener = listener();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(listener.accept().unwrap().1, client.local_addr().unwrap());
    }
    connecting_where_nobody_listens_is_econnrefused {
        let nobody = nobody();
        assert_eq!(TcpStream::connect(nobody).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        let error = TcpStream::connect_timeout(&nobody, LONG).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    }
    connections_wait_in_the_backlog_in_their_order {
        let listener = listener();
        let at = listener.local_addr().unwrap();
        let clients = [(); 3].map(|()| TcpStream::connect(at).unwrap());
        for (client, server) in clients.iter().zip(listener.incoming()) {
            assert_eq!(client.local_addr().unwrap(), server.unwrap().peer_addr().unwrap());
        }
    }
    what_was_sent_before_the_accept_is_kept {
        let listener = listener();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.write_all(b"early").unwrap();
        expect(&mut listener.accept().unwrap().0, b"early");
    }
    a_connection_outlives_its_listener {
        let (mut client, mut server) = pair();
        client.write_all(b"still here").unwrap();
        expect(&mut server, b"still here");
    }
    a_closed_listener_refuses_newcomers {
        let listener = listener();
        let at = listener.local_addr().unwrap();
        drop(listener);
        assert_eq!(TcpStream::connect(at).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }
    peek_leaves_the_bytes_of_a_stream {
        let (mut client, mut server) = pair();
        client.write_all(b"look").unwrap();
        let mut seen = [0; 8];
        assert_eq!(server.peek(&mut seen).unwrap(), 4);
        assert_eq!(&seen[..4], b"look");
        expect(&mut server, b"look");
    }
    peek_leaves_a_datagram_and_names_its_sender {
        let (one, other) = (datagrams(), datagrams());
        one.send_to(b"look", other.local_addr().unwrap()).unwrap();
        let mut seen = [0; 8];
        for _ in 0..2 {
            assert_eq!(other.peek_from(&mut seen).unwrap(), (4, one.local_addr().unwrap()));
        }
        assert_eq!(other.recv(&mut seen).unwrap(), 4);
    }
    a_send_gathers_its_parts_in_order {
        let (mut client, mut server) = pair();
        let parts = [&b"ga"[..], b"", b"ther"].map(IoSlice::new);
        assert_eq!(client.write_vectored(&parts).unwrap(), 6);
        expect(&mut server, b"gather");
    }
    a_receive_scatters_over_its_parts_in_order {
        let (mut client, mut server) = pair();
        client.write_all(b"scatter").unwrap();
        let (mut one, mut other) = ([0; 3], [0; 8]);
        let mut parts = [IoSliceMut::new(&mut one), IoSliceMut::new(&mut other)];
        assert_eq!(server.read_vectored(&mut parts).unwrap(), 7);
        assert_eq!((&one, &other[..4]), (b"sca", &b"tter"[..]));
    }
    receiving_nothing_from_a_stream_takes_nothing {
        let (mut client, mut server) = pair();
        client.write_all(b"all").unwrap();
        assert_eq!(server.read(&mut []).unwrap(), 0);
        expect(&mut server, b"all");
    }
    sending_nothing_on_a_stream_sends_nothing {
        let (mut client, mut server) = pair();
        assert_eq!(client.write(b"").unwrap(), 0);
        client.write_all(b"all").unwrap();
        expect(&mut server, b"all");
    }
    a_datagram_names_its_sender {
        let (one, other) = (datagrams(), datagrams());
        one.send_to(b"it is me", other.local_addr().unwrap()).unwrap();
        assert_eq!(other.recv_from(&mut [0; 16]).unwrap(), (8, one.local_addr().unwrap()));
    }
    an_empty_datagram_arrives_and_names_its_sender {
        let (one, other) = (datagrams(), datagrams());
        one.send_to(b"", other.local_addr().unwrap()).unwrap();
        assert_eq!(other.recv_from(&mut [0; 16]).unwrap(), (0, one.local_addr().unwrap()));
    }
    a_short_read_drops_the_rest_of_a_datagram {
        let (one, other) = (datagrams(), datagrams());
        for said in [&b"long"[..], b"next"] {
            one.send_to(said, other.local_addr().unwrap()).unwrap();
        }
        let mut heard = [0; 2];
        assert_eq!(other.recv(&mut heard).unwrap(), 2);
        other.recv(&mut heard).unwrap();
        assert_eq!(&heard, b"ne");
    }
    a_connected_socket_hears_its_peer_only {
        let (one, other, stranger) = (datagrams(), datagrams(), datagrams());
        one.connect(other.local_addr().unwrap()).unwrap();
        stranger.send_to(b"stranger", one.local_addr().unwrap()).unwrap();
        other.send_to(b"peer", one.local_addr().unwrap()).unwrap();
        assert_eq!(one.recv(&mut [0; 16]).unwrap(), 4);
    }
    the_largest_datagram_is_65507_bytes {
        let (one, other) = (datagrams(), datagrams());
        let at = other.local_addr().unwrap();
        assert!(one.send_to(&[0; 65508], at).is_err());
        assert_eq!(one.send_to(&[0; 65507], at).unwrap(), 65507);
        assert_eq!(other.recv(&mut vec![0; 70_000]).unwrap(), 65507);
    }
    hundreds_of_connections_come_and_go {
        let listener = listener();
        let at = listener.local_addr().unwrap();
        for _ in 0..300 {
            let mut client = TcpStream::connect(at).unwrap();
            client.write_all(b"x").unwrap();
            expect(&mut listener.accept().unwrap().0, b"x");
        }
    }
    a_send_to_a_gone_peer_is_epipe_and_the_process_lives {
        let (mut client, server) = pair();
        drop(server);
        let told = (0..100).find_map(|_| {
            std::thread::sleep(Duration::from_millis(2));
            client.write(b"anybody?").err()
        });
        let kind = told.unwrap().kind();
        assert!(matches!(kind, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset), "{kind:?}");
    }
    shutting_down_writing_lets_the_connected_end_hear_the_answer {
        let (mut client, mut server) = pair();
        client.write_all(b"question").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut heard = Vec::new();
        server.read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"question");
        server.write_all(b"answer").unwrap();
        expect(&mut client, b"answer");
    }
    a_send_after_shutting_down_writing_is_epipe {
        let (mut client, _server) = pair();
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
    }
    shutting_down_reading_ends_the_own_stream_only {
        let (mut client, mut server) = pair();
        client.shutdown(Shutdown::Read).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 0);
        client.write_all(b"on").unwrap();
        expect(&mut server, b"on");
    }
    multicast_loops_at_first_and_reads_back {
        let socket = datagrams();
        assert!(socket.multicast_loop_v4().unwrap());
        socket.set_multicast_loop_v4(false).unwrap();
        assert!(!socket.multicast_loop_v4().unwrap());
    }
    the_multicast_time_to_live_is_one_at_first_and_reads_back {
        let socket = datagrams();
        assert_eq!(socket.multicast_ttl_v4().unwrap(), 1);
        socket.set_multicast_ttl_v4(7).unwrap();
        assert_eq!(socket.multicast_ttl_v4().unwrap(), 7);
    }
    localhost_is_the_loopback_address {
        let mut found = ("localhost", 80).to_socket_addrs().unwrap();
        assert!(found.all(|at| at.ip().is_loopback() && at.port() == 80));
        assert!("localhost:80".to_socket_addrs().unwrap().next().is_some());
    }
    an_address_is_its_own_name {
        let found: Vec<_> = "127.3.2.1:80".to_socket_addrs().unwrap().collect();
        assert_eq!(found, [SocketAddr::from(([127, 3, 2, 1], 80))]);
    }
    a_nonblocking_receive_of_nothing_is_eagain {
        let (mut client, _server) = pair();
        client.set_nonblocking(true).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    a_nonblocking_accept_of_nobody_is_eagain {
        let listener = listener();
        listener.set_nonblocking(true).unwrap();
        assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    }
    a_nonblocking_send_fills_up_and_recovers {
        let (mut client, mut server) = pair();
        client.set_nonblocking(true).unwrap();
        let mut sent = 0;
        let kind = loop {
            match client.write(&[0; 65536]) {
                Ok(size) => sent += size,
                Err(error) => break error.kind(),
            }
        };
        assert_eq!(kind, ErrorKind::WouldBlock);
        server.read_exact(&mut vec![0; sent]).unwrap();
        let mut polled = [PollFd::new(&client, Interest::Writable)];
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
        assert!(client.write(b"x").is_ok());
    }
    broadcast_is_off_at_first_and_reads_back {
        let socket = datagrams();
        assert!(!socket.broadcast().unwrap());
        socket.set_broadcast(true).unwrap();
        assert!(socket.broadcast().unwrap());
    }
    no_delay_is_off_at_first_and_reads_back {
        let (client, _server) = pair();
        assert!(!client.nodelay().unwrap());
        client.set_nodelay(true).unwrap();
        assert!(client.nodelay().unwrap());
    }
    the_time_to_live_reads_back_to_its_limits {
        let (client, _server) = pair();
        for ttl in [1, 255] {
            client.set_ttl(ttl).unwrap();
            assert_eq!(client.ttl().unwrap(), ttl);
        }
        for ttl in [0, 256] {
            assert_eq!(client.set_ttl(ttl).unwrap_err().kind(), ErrorKind::InvalidInput);
        }
    }
    timeouts_are_none_at_first_and_read_back {
        let socket = UdpSocket::bind(HERE).unwrap();
        assert_eq!((socket.read_timeout().unwrap(), socket.write_timeout().unwrap()), (None, None));
        socket.set_read_timeout(Some(LONG)).unwrap();
        socket.set_write_timeout(Some(2 * LONG)).unwrap();
        assert_eq!(socket.read_timeout().unwrap(), Some(LONG));
        assert_eq!(socket.write_timeout().unwrap(), Some(2 * LONG));
        socket.set_read_timeout(None).unwrap();
        assert_eq!(socket.read_timeout().unwrap(), None);
    }
    poll_is_level_triggered {
        let (mut client, server) = pair();
        client.write_all(b"x").unwrap();
        for _ in 0..2 {
            let mut polled = [PollFd::new(&server, Interest::Readable)];
            assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
        }
    }
    the_end_of_a_stream_is_readable {
        let (client, server) = pair();
        drop(client);
        let mut polled = [PollFd::new(&server, Interest::Readable)];
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
        assert!(polled[0].is_readable());
    }
    poll_finds_the_one_that_is_ready_among_many {
        let sockets = [(); 40].map(|()| datagrams());
        sockets[0].send_to(b"x", sockets[23].local_addr().unwrap()).unwrap();
        let mut polled: Vec<_> = sockets.iter().map(|it| PollFd::new(it, Interest::Readable)).collect();
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
        assert_eq!(polled.iter().position(PollFd::is_readable), Some(23));
    }
    a_receive_timeout_expires_on_a_stream {
        let (mut client, _server) = pair();
        client.set_read_timeout(Some(SHORT)).unwrap();
        let began = Instant::now();
        assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(began.elapsed() >= SHORT / 2);
    }
    a_socket_works_on_after_a_timeout {
        let (mut client, mut server) = pair();
        client.set_read_timeout(Some(SHORT)).unwrap();
        client.read(&mut [0]).unwrap_err();
        server.write_all(b"late").unwrap();
        client.set_read_timeout(Some(LONG)).unwrap();
        expect(&mut client, b"late");
    }
    streams_work_over_ipv6 {
        let listener = TcpListener::bind("[::1]:0").unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (mut server, peer) = listener.accept().unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
        assert_eq!(client.peer_addr().unwrap(), listener.local_addr().unwrap());
        client.write_all(b"question").unwrap();
        expect(&mut server, b"question");
        server.write_all(b"answer").unwrap();
        expect(&mut client, b"answer");
    }
    datagrams_work_over_ipv6 {
        let [one, other] = [(); 2].map(|()| UdpSocket::bind("[::1]:0").unwrap());
        one.send_to(b"ping", other.local_addr().unwrap()).unwrap();
        assert_eq!(other.recv_from(&mut [0; 8]).unwrap(), (4, one.local_addr().unwrap()));
    }
    multicast_over_ipv6_loops_at_first_and_reads_back {
        let socket = UdpSocket::bind("[::1]:0").unwrap();
        assert!(socket.multicast_loop_v6().unwrap());
        socket.set_multicast_loop_v6(false).unwrap();
        assert!(!socket.multicast_loop_v6().unwrap());
    }
    datagrams_keep_their_boundaries_and_order {
        let (one, other) = (datagrams(), datagrams());
        for said in [&b"one"[..], b"three"] {
            one.send_to(said, other.local_addr().unwrap()).unwrap();
        }
        for length in [3, 5] {
            assert_eq!(other.recv(&mut [0; 16]).unwrap(), length);
        }
    }
    connecting_a_datagram_socket_again_changes_its_peer {
        let one = datagrams();
        for said in [&b"first"[..], b"other"] {
            let peer = datagrams();
            one.connect(peer.local_addr().unwrap()).unwrap();
            assert_eq!(one.peer_addr().unwrap(), peer.local_addr().unwrap());
            one.send(said).unwrap();
            let mut heard = [0; 5];
            assert_eq!(peer.recv(&mut heard).unwrap(), 5);
            assert_eq!(heard, said);
        }
    }
    a_connected_socket_hears_that_its_peer_is_gone {
        let (one, other) = (datagrams(), datagrams());
        one.connect(other.local_addr().unwrap()).unwrap();
        drop(other);
        one.send(b"anybody?").unwrap();
        assert_eq!(one.recv(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }
    closing_a_datagram_socket_frees_its_port {
        let one = datagrams();
        let at = one.local_addr().unwrap();
        assert_eq!(UdpSocket::bind(at).unwrap_err().kind(), ErrorKind::AddrInUse);
        drop(one);
        UdpSocket::bind(at).unwrap();
    }
    closing_with_unread_data_resets_the_peer {
        let (mut client, server) = pair();
        client.write_all(b"nobody reads this").unwrap();
        assert_eq!(server.peek(&mut [0]).unwrap(), 1);
        drop(server);
        assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    a_closed_peer_is_the_end_of_the_stream_again_and_again {
        let (client, mut server) = pair();
        drop(client);
        for _ in 0..2 {
            assert_eq!(server.read(&mut [0]).unwrap(), 0);
        }
    }
    shutting_down_both_ends_both_directions {
        let (mut client, mut server) = pair();
        client.shutdown(Shutdown::Both).unwrap();
        assert_eq!(client.write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
        assert_eq!((client.read(&mut [0]).unwrap(), server.read(&mut [0]).unwrap()), (0, 0));
    }
    bytes_pass_both_ways_at_once {
        let (mut client, mut server) = pair();
        client.write_all(b"to the server").unwrap();
        server.write_all(b"to the client").unwrap();
        expect(&mut client, b"to the client");
        expect(&mut server, b"to the server");
    }
    poll_waits_for_its_timeout_and_reports_nobody {
        let (_client, server) = pair();
        let began = Instant::now();
        let mut polled = [PollFd::new(&server, Interest::Readable)];
        assert_eq!(poll(&mut polled, Some(SHORT)).unwrap(), 0);
        assert!(began.elapsed() >= SHORT / 2);
    }
    poll_without_a_timeout_returns_when_something_is_ready {
        let (mut client, server) = pair();
        client.write_all(b"x").unwrap();
        assert_eq!(poll(&mut [PollFd::new(&server, Interest::Readable)], None).unwrap(), 1);
    }
    an_empty_datagram_is_readable {
        let (one, other) = (datagrams(), datagrams());
        let mut polled = [PollFd::new(&other, Interest::Readable)];
        assert_eq!(poll(&mut polled, Some(Duration::ZERO)).unwrap(), 0);
        one.send_to(b"", other.local_addr().unwrap()).unwrap();
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
    }
    a_receive_timeout_expires_on_a_datagram_socket {
        let socket = datagrams();
        socket.set_read_timeout(Some(SHORT)).unwrap();
        let began = Instant::now();
        assert_eq!(socket.recv_from(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(began.elapsed() >= SHORT / 2);
    }
    a_nonblocking_socket_does_not_wait_for_its_timeout {
        let (mut client, _server) = pair();
        client.set_nonblocking(true).unwrap();
        let began = Instant::now();
        assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(began.elapsed() < LONG / 2);
    }
    an_ipv6_address_is_its_own_name {
        let found: Vec<_> = "[2001:db8::7]:7".to_socket_addrs().unwrap().collect();
        assert_eq!(found, ["[2001:db8::7]:7".parse().unwrap()]);
    }
    a_refused_connect_over_ipv6_is_econnrefused {
        let nobody = TcpListener::bind("[::1]:0").unwrap().local_addr().unwrap();
        assert_eq!(TcpStream::connect(nobody).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    }
    connecting_picks_a_local_port {
        let at = pair().0.local_addr().unwrap();
        assert!(at.port() != 0 && at.ip().is_loopback());
    }
    a_burst_of_datagrams_arrives_whole {
        let (one, other) = (datagrams(), datagrams());
        for number in 0..32 {
            one.send_to(&[number], other.local_addr().unwrap()).unwrap();
        }
        for number in 0..32 {
            let mut heard = [0; 2];
            assert_eq!(other.recv(&mut heard).unwrap(), 1);
            assert_eq!(heard[0], number);
        }
    }
    a_nonblocking_receive_takes_what_is_there {
        let (mut client, mut server) = pair();
        server.set_nonblocking(true).unwrap();
        client.write_all(b"there").unwrap();
        poll(&mut [PollFd::new(&server, Interest::Readable)], Some(LONG)).unwrap();
        expect(&mut server, b"there");
    }
    a_listener_is_readable_while_somebody_waits {
        let listener = listener();
        let mut polled = [PollFd::new(&listener, Interest::Readable)];
        assert_eq!(poll(&mut polled, Some(Duration::ZERO)).unwrap(), 0);
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
        listener.accept().unwrap();
        assert_eq!(poll(&mut polled, Some(Duration::ZERO)).unwrap(), 0);
    }
    poll_reports_each_descriptor_for_itself {
        let mut pairs = [(); 3].map(|()| pair());
        for said in [0, 2] {
            pairs[said].0.write_all(b"x").unwrap();
            pairs[said].1.peek(&mut [0]).unwrap();
        }
        let mut polled: Vec<_> = pairs.iter().map(|it| PollFd::new(&it.1, Interest::Readable)).collect();
        assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 2);
        assert!(polled[0].is_readable() && !polled[1].is_ready() && polled[2].is_readable());
    }
    a_send_timeout_expires_on_a_full_stream {
        let (mut client, _server) = pair();
        client.set_nonblocking(true).unwrap();
        while client.write(&[0; 65536]).is_ok() {}
        client.set_nonblocking(false).unwrap();
        client.set_write_timeout(Some(SHORT)).unwrap();
        let began = Instant::now();
        assert_eq!(client.write(&[0; 65536]).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(began.elapsed() >= SHORT / 2);
    }
}

fn listener() -> TcpListener {
    TcpListener::bind(HERE).unwrap()
}

/// Both ends of a connection, whose listener is gone.
fn pair() -> (TcpStream, TcpStream) {
    let listener = listener();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for end in [&client, &server] {
        end.set_read_timeout(Some(LONG)).unwrap();
    }
    (client, server)
}

fn datagrams() -> UdpSocket {
    let socket = UdpSocket::bind(HERE).unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    socket
}

/// Where nobody listens any more.
fn nobody() -> SocketAddr {
    listener().local_addr().unwrap()
}

fn expect(stream: &mut TcpStream, said: &[u8]) {
    let mut heard = vec![0; said.len()];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(heard, said);
}
