//! What a program relies on that knows `std::net`, beside the behaviours of sockets that the examples' sentences say.
//!
//! Natively the standard library answers for it, and as a guest the crate: `cargo xtask guest-crate` runs both.
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

use std::fmt::Debug;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::time::{Duration, Instant};

use iwasm_socket::{
    Interest, IpAddr, Ipv4Addr, Ipv6Addr, PollFd, SocketAddr, SocketAddrV4, TcpListener, TcpStream,
    ToSocketAddrs, UdpSocket, poll,
};

const HERE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);
const LONG: Duration = Duration::from_secs(10);

#[test]
fn addresses_are_written_in_every_way_that_std_reads() {
    let expected = SocketAddr::from(([127, 3, 2, 1], 80));
    let ip = Ipv4Addr::new(127, 3, 2, 1);
    same(expected, expected);
    same(SocketAddrV4::new(ip, 80), expected);
    same((ip, 80), expected);
    same((IpAddr::from(ip), 80), expected);
    same("127.3.2.1:80", expected);
    same(String::from("127.3.2.1:80"), expected);
    same(("127.3.2.1", 80), expected);
    same((String::from("127.3.2.1"), 80), expected);
    same(&[expected][..], expected);
    same("[::1]:80", (Ipv6Addr::LOCALHOST, 80).into());
    same(("::1", 80), (Ipv6Addr::LOCALHOST, 80).into());
}

fn same(written: impl ToSocketAddrs, expected: SocketAddr) {
    let read: Vec<_> = written.to_socket_addrs().unwrap().collect();
    assert_eq!(read, [expected]);
}

#[test]
fn what_is_no_address_is_invalid_input() {
    for text in [
        "",
        "127.0.0.1",
        "localhost",
        "localhost:",
        "localhost:http",
        "localhost:65536",
        "localhost:-1",
        "local\0host:80",
    ] {
        let kind = text.to_socket_addrs().map(drop).unwrap_err().kind();
        assert_eq!(kind, ErrorKind::InvalidInput, "{text:?}");
    }
}

#[test]
fn the_first_address_that_can_be_had_is_taken() {
    let (taken, free) = (TcpListener::bind(HERE).unwrap(), SocketAddr::from(HERE));
    let taken_at = taken.local_addr().unwrap();
    let second = TcpListener::bind(&[taken_at, free][..]).unwrap();
    assert_ne!(second.local_addr().unwrap(), taken_at);

    let stream = TcpStream::connect(taken_at).unwrap();
    let nobody = stream.local_addr().unwrap();
    let stream = TcpStream::connect(&[nobody, taken_at][..]).unwrap();
    assert_eq!(stream.peer_addr().unwrap(), taken_at);
}

#[test]
fn where_no_address_can_be_had_the_last_error_is_told() {
    let taken = TcpListener::bind(HERE).unwrap();
    let elsewhere = SocketAddr::from(([192, 0, 2, 1], 0));
    let both = [elsewhere, taken.local_addr().unwrap()];
    kind_is(ErrorKind::AddrInUse, TcpListener::bind(&both[..]));
}

#[test]
fn no_address_at_all_is_invalid_input() {
    let none: &[SocketAddr] = &[];
    kind_is(ErrorKind::InvalidInput, TcpListener::bind(none));
    kind_is(ErrorKind::InvalidInput, TcpStream::connect(none));
    kind_is(ErrorKind::InvalidInput, UdpSocket::bind(none));
    let socket = UdpSocket::bind(HERE).unwrap();
    kind_is(ErrorKind::InvalidInput, socket.connect(none));
    kind_is(ErrorKind::InvalidInput, socket.send_to(b"x", none));
}

#[test]
fn a_connect_ends_with_its_time() {
    const SHORT: Duration = Duration::from_millis(100);
    let listener = TcpListener::bind(HERE).unwrap();
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    // Nobody accepts: when the backlog is full, a connect stays pending.
    let (began, error) = loop {
        let began = Instant::now();
        match TcpStream::connect_timeout(&at, SHORT) {
            Ok(stream) => waiting.push(stream),
            Err(error) => break (began, error),
        }
        assert!(waiting.len() < 300, "the backlog is never full");
    };
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    let lasted = began.elapsed();
    assert!((SHORT..LONG).contains(&lasted), "{lasted:?}");
}

#[test]
fn a_stream_that_was_connected_in_time_waits_again() {
    let listener = TcpListener::bind(HERE).unwrap();
    let at = listener.local_addr().unwrap();
    let mut client = TcpStream::connect_timeout(&at, Duration::MAX).unwrap();
    client
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let began = Instant::now();
    kind_is(ErrorKind::WouldBlock, client.read(&mut [0]));
    assert!(began.elapsed() >= Duration::from_millis(40));
}

#[test]
fn no_time_at_all_is_no_timeout() {
    let none = Some(Duration::ZERO);
    let listener = TcpListener::bind(HERE).unwrap();
    let at = listener.local_addr().unwrap();
    kind_is(
        ErrorKind::InvalidInput,
        TcpStream::connect_timeout(&at, Duration::ZERO),
    );
    let stream = TcpStream::connect(at).unwrap();
    let socket = UdpSocket::bind(HERE).unwrap();
    kind_is(ErrorKind::InvalidInput, stream.set_read_timeout(none));
    kind_is(ErrorKind::InvalidInput, stream.set_write_timeout(none));
    kind_is(ErrorKind::InvalidInput, socket.set_read_timeout(none));
    kind_is(ErrorKind::InvalidInput, socket.set_write_timeout(none));
}

#[test]
fn a_timeout_of_any_length_can_be_set() {
    let socket = UdpSocket::bind(HERE).unwrap();
    socket.set_read_timeout(Some(Duration::MAX)).unwrap();
    socket.send_to(b"x", socket.local_addr().unwrap()).unwrap();
    assert_eq!(socket.recv(&mut [0]).unwrap(), 1);
    // Rounded up: nothing would be for ever.
    socket
        .set_read_timeout(Some(Duration::from_nanos(1)))
        .unwrap();
    assert!(socket.read_timeout().unwrap().is_some());
    kind_is(ErrorKind::WouldBlock, socket.recv(&mut [0]));
}

#[test]
fn clones_are_one_socket_that_ends_with_the_last_of_them() {
    let (client, mut server) = pair();
    let clone = client.try_clone().unwrap();
    clone.set_nonblocking(true).unwrap();
    kind_is(ErrorKind::WouldBlock, (&client).read(&mut [0]));
    drop(client);
    (&clone).write_all(b"still here").unwrap();
    let mut heard = [0; 10];
    server.read_exact(&mut heard).unwrap();
    assert_eq!(&heard, b"still here");
    drop(clone);
    assert_eq!(server.read(&mut heard).unwrap(), 0);
}

#[test]
fn parts_beyond_what_one_call_takes_are_left_for_the_next() {
    let (client, mut server) = pair();
    let all: Vec<u8> = (0..=255).collect();
    let mut sent = 0;
    while sent < all.len() {
        let parts: Vec<_> = all[sent..].chunks(1).map(IoSlice::new).collect();
        let size = (&client).write_vectored(&parts).unwrap();
        assert!(size > 0);
        sent += size;
    }
    let mut heard = vec![0; all.len()];
    server.read_exact(&mut heard).unwrap();
    assert_eq!(heard, all);
}

#[test]
fn a_socket_shows_its_addresses() {
    let (client, _server) = pair();
    let (at, peer) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
    let shown = format!("{client:?}");
    let expected = format!("TcpStream {{ addr: {at}, peer: {peer}, fd: ");
    assert!(shown.starts_with(&expected), "{shown}");
    let socket = UdpSocket::bind(HERE).unwrap();
    let shown = format!("{socket:?}");
    let expected = format!("UdpSocket {{ addr: {}, fd: ", socket.local_addr().unwrap());
    assert!(shown.starts_with(&expected), "{shown}");
}

#[test]
fn an_error_that_waits_shows_in_a_poll_and_is_taken_off_once() {
    // Of an address where no other test binds meanwhile.
    let gone = UdpSocket::bind("127.0.0.2:0").unwrap().local_addr();
    let gone = gone.unwrap();
    let socket = UdpSocket::bind(HERE).unwrap();
    assert!(socket.take_error().unwrap().is_none());
    socket.connect(gone).unwrap();
    socket.send(b"is anybody there?").unwrap();
    let mut polled = [PollFd::new(&socket, Interest::Both)];
    assert_eq!(poll(&mut polled, Some(LONG)).unwrap(), 1);
    assert!(polled[0].is_failed() && !polled[0].is_hung_up());
    assert!(polled[0].is_readable() && polled[0].is_writable());
    let error = socket.take_error().unwrap().unwrap();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(socket.take_error().unwrap().is_none());
}

#[test]
fn sockets_go_from_thread_to_thread() {
    fn goes<T: Send + Sync + 'static>() {}
    goes::<TcpListener>();
    goes::<TcpStream>();
    goes::<UdpSocket>();
}

fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind(HERE).unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let server = listener.incoming().next().unwrap().unwrap();
    (client, server)
}

#[track_caller]
fn kind_is<T: Debug>(expected: ErrorKind, call: io::Result<T>) {
    assert_eq!(call.unwrap_err().kind(), expected);
}
