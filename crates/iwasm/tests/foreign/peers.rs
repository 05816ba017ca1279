//! The native end of a conversation with a guest, and what the guests' lines say. Every wait is bounded.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use iwasm::Program;

use crate::common::{LONG, program};

/// A guest, compiled once for all tests.
pub(crate) fn compiled(name: &'static str) -> &'static Program {
    static ALL: Mutex<BTreeMap<&str, &Program>> = Mutex::new(BTreeMap::new());
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    all.entry(name)
        .or_insert_with(|| Box::leak(Box::new(program(name))))
}

/// The addresses of this machine's own that it has.
pub(crate) fn loopbacks() -> impl Iterator<Item = IpAddr> {
    let all = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    all.into_iter()
        .filter(|ip| TcpListener::bind((*ip, 0)).is_ok())
}

/// A connection whose reads end.
pub(crate) fn client(at: SocketAddr) -> TcpStream {
    bounded(TcpStream::connect(at).unwrap())
}

/// The next connection of a listener.
pub(crate) fn accept(server: &TcpListener) -> TcpStream {
    server.set_nonblocking(true).unwrap();
    let began = Instant::now();
    loop {
        match server.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                return bounded(stream);
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                assert!(began.elapsed() < LONG, "nobody connects");
                thread::sleep(Duration::from_millis(1));
            }
            Err(e) => panic!("{e}"),
        }
    }
}

fn bounded(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream.set_write_timeout(Some(LONG)).unwrap();
    stream
}

/// What comes back until the server closes.
pub(crate) fn echo(mut stream: TcpStream, message: &str) -> String {
    stream.write_all(message.as_bytes()).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// All clients are connected before one of them says something, and the last to come is the first to speak.
pub(crate) fn talk_to_the_last_first(at: SocketAddr, clients: usize) {
    let mut clients: Vec<_> = (0..clients).map(|_| client(at)).collect();
    for (number, client) in clients.iter_mut().enumerate().rev() {
        let message = format!("client {number}");
        client.write_all(message.as_bytes()).unwrap();
        let mut answer = vec![0; message.len()];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(answer, message.as_bytes());
    }
}

/// The port in a guest's line `WORDS PORT`, or `WORDS ADDRESS:PORT` with an address of this machine's own.
pub(crate) fn port(line: &str, words: &str) -> u16 {
    let rest = line
        .strip_prefix(words)
        .and_then(|rest| rest.strip_prefix(' '));
    let rest = rest.unwrap_or_else(|| panic!("`{line}` does not begin with `{words}`"));
    match rest.parse::<SocketAddr>() {
        Ok(at) => {
            assert!(at.ip().is_loopback(), "{line}");
            at.port()
        }
        Err(_) => rest.parse().unwrap(),
    }
}
