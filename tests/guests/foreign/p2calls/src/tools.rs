//! What sentences are made of: sockets in each of their states, and waits that have an end.

use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};

use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::filesystem::preopens::get_directories;
use wasip2::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasip2::io::poll::{Pollable, poll};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::network::{
    ErrorCode, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress,
};
use wasip2::sockets::tcp::TcpSocket;
use wasip2::sockets::tcp_create_socket::create_tcp_socket;

/// A sentence, and how it is held.
pub type Sentence = (&'static str, fn());

/// The sentences of a module, each a function of that name.
macro_rules! sentences {
    ($($name:ident,)*) => {
        pub const ALL: &[$crate::tools::Sentence] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use sentences;

/// Loopback in both families, and any port.
pub const HERE: [&str; 2] = ["127.0.0.1:0", "[::1]:0"];

pub const SECOND: u64 = 1_000_000_000;

/// The guest is told this error.
pub fn told<T: Debug>(result: Result<T, ErrorCode>, code: ErrorCode) {
    match result {
        Err(told) if told == code => {}
        other => panic!("{other:?} in the place of {code:?}"),
    }
}

/// The stream is at its end.
pub fn closed<T: Debug>(result: Result<T, StreamError>) {
    assert!(matches!(result, Err(StreamError::Closed)), "{result:?}");
}

/// The stream broke just now.
pub fn broken<T: Debug>(result: Result<T, StreamError>) {
    match result {
        Err(StreamError::LastOperationFailed(error)) => {
            assert!(!error.to_debug_string().is_empty());
        }
        other => panic!("{other:?}"),
    }
}

/// It is ready soon, and not before the host says so.
pub fn soon(pollable: &Pollable) {
    let end = subscribe_duration(10 * SECOND);
    let ready = poll(&[pollable, &end]);
    assert!(ready.contains(&0), "nothing came in ten seconds");
    assert!(pollable.ready());
}

/// Loopback needs a moment, too.
pub fn a_moment() {
    subscribe_duration(SECOND / 50).block();
}

pub fn tcp(like: &str) -> TcpSocket {
    create_tcp_socket(family(like)).unwrap()
}

pub fn bind(socket: &TcpSocket, at: &str) -> Result<(), ErrorCode> {
    socket.start_bind(&instance_network(), address(at))
}

pub fn connect(socket: &TcpSocket, to: &str) -> Result<(), ErrorCode> {
    socket.start_connect(&instance_network(), address(to))
}

pub fn bound(at: &str) -> TcpSocket {
    let socket = tcp(at);
    bind(&socket, at).unwrap();
    socket.finish_bind().unwrap();
    socket
}

pub fn listening(at: &str) -> TcpSocket {
    let socket = bound(at);
    socket.start_listen().unwrap();
    socket.finish_listen().unwrap();
    socket
}

/// Where a socket is bound.
pub fn own(socket: &TcpSocket) -> String {
    shown(socket.local_address().unwrap())
}

/// A connection's end. The streams are dropped before the socket that they belong to.
#[derive(Debug)]
pub struct End {
    pub input: InputStream,
    pub output: OutputStream,
    pub socket: TcpSocket,
}

/// What was begun comes to a connection.
pub fn connected(socket: TcpSocket) -> End {
    soon(&socket.subscribe());
    let (input, output) = socket.finish_connect().unwrap();
    End {
        input,
        output,
        socket,
    }
}

pub fn accepted(listener: &TcpSocket) -> End {
    soon(&listener.subscribe());
    let (socket, input, output) = listener.accept().unwrap();
    End {
        input,
        output,
        socket,
    }
}

/// Both ends of a connection.
pub fn pair(at: &str) -> (End, End) {
    let listener = listening(at);
    let socket = tcp(at);
    connect(&socket, &own(&listener)).unwrap();
    let client = connected(socket);
    (client, accepted(&listener))
}

impl End {
    /// Write what the host takes without more ado.
    pub fn write(&self, bytes: &[u8]) {
        let permitted = self.output.check_write().unwrap();
        assert!(permitted >= bytes.len() as u64, "{permitted}");
        self.output.write(bytes).unwrap();
    }

    /// Write until no more is permitted: how much that was.
    pub fn fill(&self) -> u64 {
        let mut written = 0;
        loop {
            match self.output.check_write().unwrap() {
                0 => return written,
                most => {
                    self.output.write(&vec![7; most as usize]).unwrap();
                    written += most;
                }
            }
        }
    }

    /// Read so much, and not one byte more.
    pub fn read(&self, len: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < len {
            soon(&self.input.subscribe());
            all.extend(self.input.read((len - all.len()) as u64).unwrap());
        }
        all
    }

    /// Read to the end: how much there was.
    pub fn drain(&self) -> u64 {
        let mut len = 0;
        loop {
            soon(&self.input.subscribe());
            match self.input.read(1 << 16) {
                Ok(bytes) => len += bytes.len() as u64,
                Err(StreamError::Closed) => return len,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

/// A new file in the directory that the guest has.
pub fn file(name: &str) -> Descriptor {
    let (directory, _) = get_directories().pop().expect("a directory");
    let how = OpenFlags::CREATE | OpenFlags::TRUNCATE;
    let rights = DescriptorFlags::READ | DescriptorFlags::WRITE;
    directory
        .open_at(PathFlags::empty(), name, how, rights)
        .unwrap()
}

pub fn family(like: &str) -> IpAddressFamily {
    match like.parse().expect("an address") {
        SocketAddr::V4(_) => IpAddressFamily::Ipv4,
        SocketAddr::V6(_) => IpAddressFamily::Ipv6,
    }
}

pub fn address(text: &str) -> IpSocketAddress {
    let at: SocketAddr = text.parse().expect("an address");
    let port = at.port();
    match at.ip() {
        IpAddr::V4(ip) => IpSocketAddress::Ipv4(Ipv4SocketAddress {
            port,
            address: ip.octets().into(),
        }),
        IpAddr::V6(ip) => IpSocketAddress::Ipv6(Ipv6SocketAddress {
            port,
            flow_info: 0,
            address: ip.segments().into(),
            scope_id: 0,
        }),
    }
}

pub fn shown(at: IpSocketAddress) -> String {
    let at: SocketAddr = match at {
        IpSocketAddress::Ipv4(at) => (<[u8; 4]>::from(at.address), at.port).into(),
        IpSocketAddress::Ipv6(at) => (<[u16; 8]>::from(at.address), at.port).into(),
    };
    at.to_string()
}

/// The same address with another port.
pub fn with_port(at: &str, port: u16) -> String {
    let mut at: SocketAddr = at.parse().expect("an address");
    at.set_port(port);
    at.to_string()
}
