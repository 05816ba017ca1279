//! The crate's functions, which never block, as ones that do: each waits for its socket's pollable.

use std::net::{IpAddr, SocketAddr};

use wasip2::io::streams::{InputStream, OutputStream, StreamError};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;
use wasip2::sockets::network::{
    ErrorCode, IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress,
};
use wasip2::sockets::tcp::{ShutdownType, TcpSocket};
use wasip2::sockets::tcp_create_socket::create_tcp_socket;
use wasip2::sockets::udp::{
    IncomingDatagram, IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream, UdpSocket,
};
use wasip2::sockets::udp_create_socket::create_udp_socket;

pub type Result<T> = std::result::Result<T, ErrorCode>;

const MOST: u64 = 4096;

pub struct Listener(TcpSocket);

impl Listener {
    pub fn bind(at: SocketAddr) -> Result<Self> {
        let socket = tcp(at)?;
        let waiting = socket.subscribe();
        socket.start_bind(&instance_network(), wire(at))?;
        retried(&waiting, || socket.finish_bind())?;
        socket.start_listen()?;
        retried(&waiting, || socket.finish_listen())?;
        drop(waiting);
        Ok(Self(socket))
    }

    pub fn local(&self) -> Result<IpSocketAddress> {
        self.0.local_address()
    }

    pub fn accept(&self) -> Result<Stream> {
        let (socket, input, output) = retried(&self.0.subscribe(), || self.0.accept())?;
        Ok(Stream {
            input,
            output,
            socket,
        })
    }
}

/// The streams are dropped before the socket that they belong to.
pub struct Stream {
    input: InputStream,
    output: OutputStream,
    socket: TcpSocket,
}

impl Stream {
    pub fn connect(to: SocketAddr) -> Result<Self> {
        let socket = tcp(to)?;
        socket.start_connect(&instance_network(), wire(to))?;
        let (input, output) = retried(&socket.subscribe(), || socket.finish_connect())?;
        Ok(Self {
            input,
            output,
            socket,
        })
    }

    pub fn local(&self) -> Result<IpSocketAddress> {
        self.socket.local_address()
    }

    pub fn peer(&self) -> Result<IpSocketAddress> {
        self.socket.remote_address()
    }

    /// What there is, once. Nothing: the peer has ended it.
    pub fn read(&self) -> Result<Vec<u8>> {
        match self.input.blocking_read(MOST) {
            Ok(bytes) => Ok(bytes),
            Err(StreamError::Closed) => Ok(Vec::new()),
            Err(StreamError::LastOperationFailed(_)) => Err(ErrorCode::Unknown),
        }
    }

    pub fn write(&self, bytes: &[u8]) -> Result<()> {
        for part in bytes.chunks(MOST as usize) {
            let written = self.output.blocking_write_and_flush(part);
            written.map_err(|_| ErrorCode::Unknown)?;
        }
        Ok(())
    }

    pub fn end_of_writing(&self) -> Result<()> {
        self.socket.shutdown(ShutdownType::Send)
    }
}

/// The streams are dropped before the socket that they belong to.
pub struct Datagrams {
    incoming: IncomingDatagramStream,
    outgoing: OutgoingDatagramStream,
    socket: UdpSocket,
}

impl Datagrams {
    pub fn bind(at: SocketAddr) -> Result<Self> {
        let socket = create_udp_socket(family(at))?;
        socket.start_bind(&instance_network(), wire(at))?;
        retried(&socket.subscribe(), || socket.finish_bind())?;
        let (incoming, outgoing) = socket.stream(None)?;
        Ok(Self {
            incoming,
            outgoing,
            socket,
        })
    }

    pub fn local(&self) -> Result<IpSocketAddress> {
        self.socket.local_address()
    }

    /// One datagram, or none although the socket was ready: that happens.
    pub fn receive(&self) -> Result<Vec<IncomingDatagram>> {
        let waiting = self.incoming.subscribe();
        loop {
            let datagrams = self.incoming.receive(1)?;
            if !datagrams.is_empty() {
                return Ok(datagrams);
            }
            waiting.block();
        }
    }

    pub fn send(&self, data: Vec<u8>, to: Option<IpSocketAddress>) -> Result<()> {
        let waiting = self.outgoing.subscribe();
        while self.outgoing.check_send()? == 0 {
            waiting.block();
        }
        let datagram = OutgoingDatagram {
            data,
            remote_address: to,
        };
        self.outgoing.send(&[datagram]).map(drop)
    }
}

pub fn tcp(like: SocketAddr) -> Result<TcpSocket> {
    create_tcp_socket(family(like))
}

pub fn resolve(name: &str) -> Result<Vec<IpAddr>> {
    let stream = resolve_addresses(&instance_network(), name)?;
    let waiting = stream.subscribe();
    let mut found = Vec::new();
    while let Some(ip) = retried(&waiting, || stream.resolve_next_address())? {
        found.push(match ip {
            IpAddress::Ipv4((a, b, c, d)) => [a, b, c, d].into(),
            IpAddress::Ipv6((a, b, c, d, e, f, g, h)) => [a, b, c, d, e, f, g, h].into(),
        });
    }
    Ok(found)
}

/// Waits while the answer is that it would block.
fn retried<T>(waiting: &wasip2::io::poll::Pollable, call: impl Fn() -> Result<T>) -> Result<T> {
    loop {
        match call() {
            Err(ErrorCode::WouldBlock) => waiting.block(),
            done => return done,
        }
    }
}

fn family(like: SocketAddr) -> IpAddressFamily {
    match like {
        SocketAddr::V4(_) => IpAddressFamily::Ipv4,
        SocketAddr::V6(_) => IpAddressFamily::Ipv6,
    }
}

pub fn wire(at: SocketAddr) -> IpSocketAddress {
    let port = at.port();
    match at.ip() {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            IpSocketAddress::Ipv4(Ipv4SocketAddress {
                port,
                address: (a, b, c, d),
            })
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, e, f, g, h] = ip.segments();
            let address = (a, b, c, d, e, f, g, h);
            IpSocketAddress::Ipv6(Ipv6SocketAddress {
                port,
                flow_info: 0,
                address,
                scope_id: 0,
            })
        }
    }
}

pub fn told(at: IpSocketAddress) -> SocketAddr {
    match at {
        IpSocketAddress::Ipv4(at) => {
            let (a, b, c, d) = at.address;
            ([a, b, c, d], at.port).into()
        }
        IpSocketAddress::Ipv6(at) => {
            let (a, b, c, d, e, f, g, h) = at.address;
            ([a, b, c, d, e, f, g, h], at.port).into()
        }
    }
}
