//! Datagram sockets.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::time::Duration;

use iwasm_abi::p1::riflags;
use iwasm_abi::wamr::sock_type;

use super::lookup::{ToSocketAddrs, first, none};
use super::socket::{Socket, descriptor, hops};
use crate::ffi;

/// A datagram socket, as [`std::net::UdpSocket`].
///
/// ```
/// use iwasm_socket::UdpSocket;
///
/// # fn main() -> std::io::Result<()> {
/// let socket = UdpSocket::bind("127.0.0.1:0")?;
/// # socket.send_to(b"ping", socket.local_addr()?)?;
/// let mut buffer = [0; 1500];
/// let (size, from) = socket.recv_from(&mut buffer)?;
/// socket.send_to(&buffer[..size], from)?;
/// # assert_eq!(socket.recv_from(&mut buffer)?, (4, from));
/// # Ok(())
/// # }
/// ```
pub struct UdpSocket(Socket);

descriptor!(UdpSocket);

/// What `std::net` documents.
#[expect(clippy::missing_errors_doc, reason = "they are those of `std::net`")]
impl UdpSocket {
    /// Takes the first of the addresses that can be had.
    pub fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<Self> {
        first(addr, |addr| {
            let socket = Socket::open(addr, sock_type::DGRAM)?;
            ffi::bind(socket.fd(), addr)?;
            Ok(Self(socket))
        })
    }

    /// Receives one datagram; what has no room is lost.
    pub fn recv_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        ffi::recv_from(self.0.fd(), buf, 0)
    }

    /// Receives one datagram, and leaves it to be received again. WAMR itself does not leave it.
    pub fn peek_from(&self, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        ffi::recv_from(self.0.fd(), buf, riflags::RECV_PEEK)
    }

    /// Sends one datagram to the first of the addresses.
    pub fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], addr: A) -> io::Result<usize> {
        let to = addr.to_socket_addrs()?.next().ok_or_else(none)?;
        ffi::send_to(self.0.fd(), buf, &to)
    }

    /// The address that it is connected to.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        ffi::peer_addr(self.0.fd())
    }

    /// Its own address.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ffi::local_addr(self.0.fd())
    }

    /// The same socket once more; it ends with the last of them.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self(self.0.clone()))
    }

    /// How long a receive waits before it fails with [`WouldBlock`](io::ErrorKind::WouldBlock); `None` is for ever.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.0.set_read_timeout(timeout)
    }

    /// How long a send waits before it fails with [`WouldBlock`](io::ErrorKind::WouldBlock); `None` is for ever.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.0.set_write_timeout(timeout)
    }

    /// How long a receive waits.
    pub fn read_timeout(&self) -> io::Result<Option<Duration>> {
        self.0.read_timeout()
    }

    /// How long a send waits.
    pub fn write_timeout(&self) -> io::Result<Option<Duration>> {
        self.0.write_timeout()
    }

    /// Whether it may send to broadcast addresses.
    pub fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        ffi::set_broadcast(self.0.fd(), broadcast.into())
    }

    /// Whether it may send to broadcast addresses.
    pub fn broadcast(&self) -> io::Result<bool> {
        ffi::broadcast(self.0.fd()).map(|on| on != 0)
    }

    /// Whether this host hears what it sends to IPv4 groups.
    pub fn set_multicast_loop_v4(&self, multicast_loop_v4: bool) -> io::Result<()> {
        ffi::set_multicast_loop(self.0.fd(), false, multicast_loop_v4)
    }

    /// Whether this host hears what it sends to IPv4 groups.
    pub fn multicast_loop_v4(&self) -> io::Result<bool> {
        ffi::multicast_loop(self.0.fd(), false).map(|on| on != 0)
    }

    /// How many hops packets to IPv4 groups live, at most 255.
    pub fn set_multicast_ttl_v4(&self, multicast_ttl_v4: u32) -> io::Result<()> {
        ffi::set_multicast_ttl(self.0.fd(), hops(multicast_ttl_v4)?)
    }

    /// How many hops packets to IPv4 groups live.
    pub fn multicast_ttl_v4(&self) -> io::Result<u32> {
        ffi::multicast_ttl(self.0.fd()).map(u32::from)
    }

    /// Whether this host hears what it sends to IPv6 groups.
    pub fn set_multicast_loop_v6(&self, multicast_loop_v6: bool) -> io::Result<()> {
        ffi::set_multicast_loop(self.0.fd(), true, multicast_loop_v6)
    }

    /// Whether this host hears what it sends to IPv6 groups.
    pub fn multicast_loop_v6(&self) -> io::Result<bool> {
        ffi::multicast_loop(self.0.fd(), true).map(|on| on != 0)
    }

    /// How many hops its packets live, at most 255.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.set_ttl(ttl)
    }

    /// How many hops its packets live.
    pub fn ttl(&self) -> io::Result<u32> {
        self.0.ttl()
    }

    /// Joins a group at the interface with an address; `0.0.0.0` leaves the choice to the host.
    pub fn join_multicast_v4(&self, multiaddr: &Ipv4Addr, interface: &Ipv4Addr) -> io::Result<()> {
        ffi::join(self.0.fd(), (*multiaddr).into(), in_memory(interface))
    }

    /// Joins a group at the interface with an index; 0 leaves the choice to the host.
    pub fn join_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        ffi::join(self.0.fd(), (*multiaddr).into(), interface)
    }

    /// Leaves a group that was joined with the same interface.
    pub fn leave_multicast_v4(&self, multiaddr: &Ipv4Addr, interface: &Ipv4Addr) -> io::Result<()> {
        ffi::leave(self.0.fd(), (*multiaddr).into(), in_memory(interface))
    }

    /// Leaves a group that was joined with the same interface.
    pub fn leave_multicast_v6(&self, multiaddr: &Ipv6Addr, interface: u32) -> io::Result<()> {
        ffi::leave(self.0.fd(), (*multiaddr).into(), interface)
    }

    /// Takes the error that waits off the socket. WAMR itself cannot: programs that call this do not run on it.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        ffi::take_error(self.0.fd())
    }

    /// Sends to the first of the addresses that can be reached, and hears nobody else, from now on.
    pub fn connect<A: ToSocketAddrs>(&self, addr: A) -> io::Result<()> {
        first(addr, |addr| ffi::connect(self.0.fd(), addr))
    }

    /// Sends one datagram to the address that it is connected to.
    pub fn send(&self, buf: &[u8]) -> io::Result<usize> {
        self.0.send(&[IoSlice::new(buf)])
    }

    /// Receives one datagram from the address that it is connected to.
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buf, 0)
    }

    /// Receives one datagram, and leaves it to be received again. WAMR itself does not leave it.
    pub fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buf, riflags::RECV_PEEK)
    }

    /// Whether calls that would wait fail with [`WouldBlock`](io::ErrorKind::WouldBlock) instead.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.0.set_nonblocking(nonblocking)
    }
}

/// An address as its bytes lie in memory.
fn in_memory(ip: &Ipv4Addr) -> u32 {
    u32::from_le_bytes(ip.octets())
}
