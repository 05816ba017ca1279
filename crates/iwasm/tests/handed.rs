//! Sockets that are handed in, used by programs of plain Rust std, and what the guest cannot do with them.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};

use common::{LONG, folder, lines, program, run, start};
use iwasm::{
    Address, ErrorKind, Guest, GuestBuilder, HostSocket, Kind, Outcome, SocketName, UnixPath,
};

#[test]
fn a_program_of_plain_std_serves_on_a_listener_and_finds_its_directory() {
    for at in loopbacks() {
        let data = folder("handed_data");
        std::fs::write(data.join("a.txt"), "").unwrap();
        let (stdout, said) = lines();
        let guest = Guest::new(&program("rust/handed_echo_server"))
            .args(["server", "2"])
            .listen(name("http"), Kind::Stream, at)
            .unwrap()
            .dir(&data, "/data")
            .unwrap()
            .stdout(stdout);
        let at = address(&guest);
        let running = start(guest);
        let told: Vec<_> = (0..4).map(|_| said.next()).collect();
        assert_eq!(
            told,
            [
                "LISTEN_FDS=1",
                "LISTEN_FDNAMES=http",
                "/data/a.txt",
                "ready"
            ]
        );
        for message in ["first", "second"] {
            assert_eq!(echo(at, message), message);
        }
        assert_eq!(running.end(), Outcome::Exited(0));
    }
}

#[test]
fn a_nonblocking_listener_is_polled_together_with_its_connections() {
    const CLIENTS: usize = 3;
    let (stdout, said) = lines();
    let guest = Guest::new(&program("rust/handed_poll_server"))
        .args(["server", &CLIENTS.to_string()])
        .listen(SocketName::default(), Kind::Stream, any_port())
        .unwrap()
        .stdout(stdout);
    let at = address(&guest);
    let running = start(guest);
    assert_eq!(said.next(), "nobody yet");
    // All are open before the first of them says something.
    let mut clients: Vec<_> = (0..CLIENTS).map(|_| client(at)).collect();
    for (number, client) in clients.iter_mut().enumerate().rev() {
        let message = format!("client {number}");
        client.write_all(message.as_bytes()).unwrap();
        let mut answer = vec![0; message.len()];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(answer, message.as_bytes());
    }
    drop(clients);
    assert_eq!(running.end(), Outcome::Exited(0));
}

#[test]
fn a_connection_is_used_without_a_grant() {
    let server = TcpListener::bind(any_port()).unwrap();
    let port = server.local_addr().unwrap().port();
    // The name is looked up by the host: the guest may look up nothing.
    let guest = client_guest().connect(name("db"), Kind::Stream, "localhost", port);
    let (stdout, said) = lines();
    let running = start(guest.unwrap().stdout(stdout));
    let (mut peer, _) = server.accept().unwrap();
    for message in ["one", "two"] {
        let mut heard = [0; 3];
        peer.read_exact(&mut heard).unwrap();
        assert_eq!(heard, message.as_bytes());
        peer.write_all(format!("{message}!").as_bytes()).unwrap();
        assert_eq!(said.next(), format!("{message}!"));
    }
    assert_eq!(running.end(), Outcome::Exited(0));
}

#[test]
fn a_program_of_plain_std_serves_at_a_path_whose_file_goes_with_it() {
    let at = folder("handed_at_path").join("echo.sock");
    let path: UnixPath = at.to_str().unwrap().parse().unwrap();
    let (stdout, said) = lines();
    let guest = Guest::new(&program("rust/handed_echo_server"))
        .args(["server", "2"])
        .listen_at_path(name("echo"), &path)
        .unwrap();
    let (_, socket) = guest.sockets().next().unwrap();
    assert_eq!(socket.local().unwrap(), Address::Unix(path.clone()));
    let running = start(guest.stdout(stdout));
    assert_eq!(said.next(), "LISTEN_FDS=1");
    for message in ["first", "second"] {
        let mut stream = UnixStream::connect(&at).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream.write_all(message.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, message);
    }
    assert_eq!(running.end(), Outcome::Exited(0));
    assert!(!at.exists());
}

#[test]
fn a_connection_to_a_path_is_used_without_a_grant() {
    let at = folder("handed_to_path").join("db.sock");
    let server = UnixListener::bind(&at).unwrap();
    let path = at.to_str().unwrap().parse().unwrap();
    let guest = client_guest().connect_to_path(name("db"), &path);
    let (stdout, said) = lines();
    let running = start(guest.unwrap().stdout(stdout));
    let (mut peer, _) = server.accept().unwrap();
    for message in ["one", "two"] {
        let mut heard = [0; 3];
        peer.read_exact(&mut heard).unwrap();
        assert_eq!(heard, message.as_bytes());
        peer.write_all(format!("{message}!").as_bytes()).unwrap();
        assert_eq!(said.next(), format!("{message}!"));
    }
    assert_eq!(running.end(), Outcome::Exited(0));
}

#[test]
fn a_socket_file_that_is_there_already_is_an_error_and_stays() {
    let at = folder("handed_stale").join("stale.sock");
    drop(UnixListener::bind(&at).unwrap());
    let path: UnixPath = at.to_str().unwrap().parse().unwrap();
    let error = client_guest().listen_at_path(SocketName::default(), &path);
    let error = error.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Socket);
    assert_eq!(
        error.to_string(),
        format!("cannot listen at `unix://{path}`")
    );
    assert!(at.exists());
    let error = client_guest().connect_to_path(SocketName::default(), &path);
    assert_eq!(
        error.err().unwrap().to_string(),
        format!("cannot connect to `unix://{path}`")
    );
}

#[test]
fn a_datagram_socket_with_a_peer_is_used_without_a_grant() {
    let server = UdpSocket::bind(any_port()).unwrap();
    server.set_read_timeout(Some(LONG)).unwrap();
    let port = server.local_addr().unwrap().port();
    let guest = client_guest().connect(name("dns"), Kind::Datagram, "127.0.0.1", port);
    let (stdout, said) = lines();
    let running = start(guest.unwrap().stdout(stdout));
    for message in ["one", "two"] {
        let mut heard = [0; 16];
        let (len, from) = server.recv_from(&mut heard).unwrap();
        assert_eq!(&heard[..len], message.as_bytes());
        server.send_to(b"heard", from).unwrap();
        assert_eq!(said.next(), "heard");
    }
    assert_eq!(running.end(), Outcome::Exited(0));
}

#[test]
fn the_environment_tells_of_all_sockets_unless_the_embedder_does() {
    for (own, told) in [
        (None, ["LISTEN_FDS=2", "LISTEN_FDNAMES=a:unknown"]),
        (Some("x"), ["LISTEN_FDS=2", "LISTEN_FDNAMES=x"]),
    ] {
        let (stdout, said) = lines();
        let mut guest = Guest::new(&program("rust/handed_echo_server"))
            .args(["server", "0"])
            .hand_in(name("a"), listener())
            .hand_in(SocketName::default(), listener())
            .stdout(stdout);
        if let Some(own) = own {
            guest = guest.env("LISTEN_FDNAMES", own);
        }
        assert_eq!(run(guest), Outcome::Exited(0));
        assert_eq!(said.rest()[..2], told);
    }
}

#[test]
fn an_address_in_use_and_a_peer_that_refuses_are_errors_with_a_cause() {
    let taken = TcpListener::bind(any_port()).unwrap();
    let at = taken.local_addr().unwrap();
    let error = client_guest().listen(SocketName::default(), Kind::Stream, at);
    let error = error.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Socket);
    assert_eq!(error.to_string(), format!("cannot listen at `tcp://{at}`"));
    drop(taken);
    let error = client_guest().connect(SocketName::default(), Kind::Stream, "::1", at.port());
    let text = error.err().unwrap().to_string();
    assert_eq!(
        text,
        format!("cannot connect to `tcp://[::1]:{}`", at.port())
    );
}

fn client_guest() -> GuestBuilder {
    Guest::new(&program("rust/handed_client")).args(["client", "one", "two"])
}

fn name(text: &str) -> SocketName {
    text.parse().unwrap()
}

fn listener() -> HostSocket {
    HostSocket::listening(Kind::Stream, any_port()).unwrap()
}

fn any_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

/// Any port on loopback, in each family that the machine has there.
fn loopbacks() -> impl Iterator<Item = SocketAddr> {
    let all = [any_port(), "[::1]:0".parse().unwrap()];
    all.into_iter().filter(|at| TcpListener::bind(at).is_ok())
}

/// Where the first socket is.
fn address(guest: &GuestBuilder) -> SocketAddr {
    let (_, socket) = guest.sockets().next().unwrap();
    socket.local().unwrap().inet().unwrap()
}

fn client(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// What comes back until the server closes.
fn echo(at: SocketAddr, message: &str) -> String {
    let mut stream = client(at);
    stream.write_all(message.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
