//! Sockets on loopback, ready made, and what is asked of them again and again.

use std::fmt::Debug;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use iwasm_socket::{
    Interest, IpAddr, Ipv4Addr, Ipv6Addr, PollFd, Shutdown, SocketAddr, TcpListener, TcpStream,
    UdpSocket, poll,
};
use rustix::io::Errno;

pub(crate) const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
pub(crate) const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

/// What waits for nothing.
pub(crate) const NOW: Duration = Duration::ZERO;

/// What is sure to come, comes before.
pub(crate) const LONG: Duration = Duration::from_secs(10);

/// More than a socket takes at once, if nobody receives.
pub(crate) static CHUNK: [u8; 65536] = [0; 65536];

pub(crate) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The call has to fail, with this error of the system.
#[track_caller]
pub(crate) fn fails<T: Debug>(expected: Errno, call: Result<T, impl Into<io::Error>>) {
    let error = call.map_err(Into::into).unwrap_err();
    assert_eq!(Errno::from_io_error(&error), Some(expected), "{error}");
}

/// A stream: the client connected, the server accepted, the listener still open.
pub(crate) struct Pair {
    pub(crate) listener: TcpListener,
    pub(crate) client: TcpStream,
    pub(crate) server: TcpStream,
}

pub(crate) fn listener(at: IpAddr) -> TcpListener {
    TcpListener::bind((at, 0)).unwrap()
}

pub(crate) fn connected_to(listener: &TcpListener) -> TcpStream {
    TcpStream::connect(listener.local_addr().unwrap()).unwrap()
}

pub(crate) fn accepted(listener: &TcpListener) -> TcpStream {
    listener.accept().unwrap().0
}

pub(crate) fn pair(at: IpAddr) -> Pair {
    let listener = listener(at);
    let client = connected_to(&listener);
    let server = accepted(&listener);
    Pair {
        listener,
        client,
        server,
    }
}

pub(crate) fn datagrams(at: IpAddr) -> UdpSocket {
    UdpSocket::bind((at, 0)).unwrap()
}

/// Two datagram sockets, each connected to the other.
pub(crate) fn datagram_pair(at: IpAddr) -> [UdpSocket; 2] {
    let [one, other] = [(); 2].map(|()| datagrams(at));
    one.connect(other.local_addr().unwrap()).unwrap();
    other.connect(one.local_addr().unwrap()).unwrap();
    [one, other]
}

/// Where nobody listens, and the connection whose own end that is: nobody else can take the port meanwhile.
pub(crate) fn nobody(at: IpAddr) -> (SocketAddr, Pair) {
    let pair = pair(at);
    (pair.client.local_addr().unwrap(), pair)
}

/// The descriptor as another type has it, to call what that one calls.
pub(crate) fn retyped<T: From<OwnedFd>>(socket: impl Into<OwnedFd>) -> T {
    T::from(socket.into())
}

/// A stream that is not connected, in a type that can connect it. None is made so, but a listener that was shut down is
/// one.
pub(crate) fn unconnected() -> UdpSocket {
    let stream: TcpStream = retyped(listener(V4));
    stream.shutdown(Shutdown::Both).unwrap();
    retyped(stream)
}

/// A listener whose backlog is full, and what filled it: a connect to it stays pending.
pub(crate) fn full_listener() -> (TcpListener, Vec<TcpStream>) {
    const MORE_THAN_A_BACKLOG: usize = 300;
    // Long enough for a busy machine, and shorter than the second after which the system asks a full listener again.
    const PENDING: Duration = Duration::from_millis(300);
    let listener = listener(V4);
    let at = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    while waiting.len() < MORE_THAN_A_BACKLOG {
        match TcpStream::connect_timeout(&at, PENDING) {
            Ok(stream) => waiting.push(stream),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                return (listener, waiting);
            }
        }
    }
    panic!("expected a full backlog, got {} connections", waiting.len());
}

/// An empty file in the directory that the sentence may write into.
pub(crate) fn scratch_file(name: &str) -> File {
    let directory = std::env::args()
        .nth(2)
        .map_or_else(PathBuf::new, PathBuf::from);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true);
    options.open(directory.join(name)).unwrap()
}

/// Writes everything in one call.
#[track_caller]
pub(crate) fn say(mut stream: &TcpStream, text: &str) {
    assert_eq!(stream.write(text.as_bytes()).unwrap(), text.len());
}

/// Receives exactly this text, however many calls it takes.
#[track_caller]
pub(crate) fn expect(mut stream: &TcpStream, text: &str) {
    let mut heard = vec![0; text.len()];
    stream.read_exact(&mut heard).unwrap();
    assert_eq!(String::from_utf8_lossy(&heard), text);
}

#[track_caller]
pub(crate) fn expect_end(mut stream: &TcpStream) {
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

/// Sends one datagram of this text to the other's address.
#[track_caller]
pub(crate) fn tell(socket: &UdpSocket, other: &UdpSocket, text: &str) {
    let sent = socket.send_to(text.as_bytes(), other.local_addr().unwrap());
    assert_eq!(sent.unwrap(), text.len());
}

/// Receives one datagram of exactly this text; gives its sender.
#[track_caller]
pub(crate) fn expect_datagram(socket: &UdpSocket, text: &str) -> SocketAddr {
    let mut heard = [0; 64];
    let (size, from) = socket.recv_from(&mut heard).unwrap();
    assert_eq!(String::from_utf8_lossy(&heard[..size]), text);
    from
}

/// Sends until nothing more is taken, and leaves the stream waiting.
pub(crate) fn fill(mut stream: &TcpStream) {
    stream.set_nonblocking(true).unwrap();
    // The kernel makes room late: by an acknowledgement that it delays, and again by sending once more what was not
    // acknowledged. Seen on Linux 6.18: 45 ms after the last send, and 215 ms after that. Full is what stays full longer.
    let mut quiet = 0;
    while quiet < 30 {
        match stream.write(&CHUNK) {
            Ok(size) => {
                assert!(size > 0);
                quiet = 0;
            }
            refused => {
                fails(Errno::AGAIN, refused);
                quiet += 1;
                sleep(ms(10));
            }
        }
    }
    stream.set_nonblocking(false).unwrap();
}

/// Receives until nothing more is there, and leaves the stream waiting.
pub(crate) fn drain(mut stream: &TcpStream) {
    let mut heard = vec![0; CHUNK.len()];
    stream.set_nonblocking(true).unwrap();
    while look(stream, Interest::Readable, ms(20)).readable {
        assert!(stream.read(&mut heard).unwrap() > 0);
    }
    stream.set_nonblocking(false).unwrap();
}

/// What a poll found, and nothing else.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    pub(crate) hung_up: bool,
    pub(crate) failed: bool,
}

pub(crate) const NOTHING: Found = Found {
    readable: false,
    writable: false,
    hung_up: false,
    failed: false,
};

pub(crate) const READABLE: Found = Found {
    readable: true,
    ..NOTHING
};

pub(crate) const WRITABLE: Found = Found {
    writable: true,
    ..NOTHING
};

pub(crate) const BOTH: Found = Found {
    writable: true,
    ..READABLE
};

/// What is found of one socket, at the latest when the time has passed.
pub(crate) fn look(socket: &impl AsFd, interest: Interest, at_most: Duration) -> Found {
    let mut polled = [PollFd::new(socket, interest)];
    let found = poll(&mut polled, Some(at_most)).unwrap();
    assert_eq!(found, usize::from(polled[0].is_ready()));
    Found::from(&polled[0])
}

impl From<&PollFd<'_>> for Found {
    fn from(polled: &PollFd<'_>) -> Self {
        Self {
            readable: polled.is_readable(),
            writable: polled.is_writable(),
            hung_up: polled.is_hung_up(),
            failed: polled.is_failed(),
        }
    }
}

/// It took as long as it should. Clocks tick coarsely: a little early is on time.
#[track_caller]
pub(crate) fn expect_lasted(time: Duration, began: Instant) {
    let lasted = began.elapsed();
    assert!(lasted >= time - ms(10), "{lasted:?}");
    assert!(lasted < time + ms(3000), "{lasted:?}");
}
