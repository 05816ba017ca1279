//! The crate's raw functions as a socket that owns its descriptor.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use wasix::x::{self, AddrPort, Errno, Fd, SockOption};

pub type Result<T> = std::result::Result<T, Errno>;

#[derive(Clone, Copy)]
pub enum Kind {
    Stream,
    Datagram,
}

pub enum Way {
    Write,
    Both,
}

pub struct Socket(Fd);

impl Socket {
    pub fn open(like: SocketAddr, kind: Kind) -> Result<Self> {
        let family = match like {
            SocketAddr::V4(_) => x::ADDRESS_FAMILY_INET4,
            SocketAddr::V6(_) => x::ADDRESS_FAMILY_INET6,
        };
        let (kind, protocol) = match kind {
            Kind::Stream => (x::SOCK_TYPE_SOCKET_STREAM, x::SOCK_PROTO_TCP),
            Kind::Datagram => (x::SOCK_TYPE_SOCKET_DGRAM, x::SOCK_PROTO_UDP),
        };
        // SAFETY: it takes numbers only.
        unsafe { x::sock_open(family, kind, protocol) }.map(Self)
    }

    /// A descriptor that nothing is at.
    pub fn nowhere() -> Self {
        Self(1 << 20)
    }

    pub fn stdout() -> Self {
        Self(x::FD_STDOUT)
    }

    pub fn bind(&self, at: SocketAddr) -> Result<()> {
        // SAFETY: the address is as long as the function reads.
        unsafe { x::sock_bind(self.0, &wire(at)) }
    }

    pub fn connect(&self, to: SocketAddr) -> Result<()> {
        // SAFETY: as in `bind`.
        unsafe { x::sock_connect(self.0, &wire(to)) }
    }

    pub fn listen(&self, backlog: usize) -> Result<()> {
        // SAFETY: it takes numbers only.
        unsafe { x::sock_listen(self.0, backlog) }
    }

    pub fn accept(&self) -> Result<(Self, SocketAddr)> {
        // SAFETY: it takes numbers only.
        let (fd, peer) = unsafe { x::sock_accept_v2(self.0, 0) }?;
        Ok((Self(fd), parse(&peer)))
    }

    pub fn local(&self) -> Result<SocketAddr> {
        // SAFETY: it takes a number only.
        unsafe { x::sock_addr_local(self.0) }.map(|at| parse(&at))
    }

    pub fn peer(&self) -> Result<SocketAddr> {
        // SAFETY: it takes a number only.
        unsafe { x::sock_addr_peer(self.0) }.map(|at| parse(&at))
    }

    pub fn send_all(&self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let part = [x::Ciovec {
                buf: bytes.as_ptr(),
                buf_len: bytes.len(),
            }];
            // SAFETY: the part is the bytes that are left.
            let sent = unsafe { x::sock_send(self.0, &part, 0) }?;
            bytes = &bytes[sent..];
        }
        Ok(())
    }

    pub fn recv(&self, buffer: &mut [u8]) -> Result<usize> {
        let part = [x::Iovec {
            buf: buffer.as_mut_ptr(),
            buf_len: buffer.len(),
        }];
        // SAFETY: the part is the buffer.
        let (len, _) = unsafe { x::sock_recv(self.0, &part, 0) }?;
        Ok(len)
    }

    pub fn send_to(&self, bytes: &[u8], to: SocketAddr) -> Result<usize> {
        let part = [x::Ciovec {
            buf: bytes.as_ptr(),
            buf_len: bytes.len(),
        }];
        // SAFETY: the part is the bytes, and the address is as long as the function reads.
        unsafe { x::sock_send_to(self.0, &part, 0, &wire(to)) }
    }

    pub fn recv_from(&self, buffer: &mut [u8]) -> Result<(usize, SocketAddr)> {
        let part = [x::Iovec {
            buf: buffer.as_mut_ptr(),
            buf_len: buffer.len(),
        }];
        // SAFETY: the part is the buffer.
        let (len, _, from) = unsafe { x::sock_recv_from(self.0, &part, 0) }?;
        Ok((len, parse(&from)))
    }

    pub fn shutdown(&self, way: Way) -> Result<()> {
        let how = match way {
            Way::Write => x::SDFLAGS_WR,
            Way::Both => x::SDFLAGS_RD | x::SDFLAGS_WR,
        };
        // SAFETY: it takes numbers only.
        unsafe { x::sock_shutdown(self.0, how) }?;
        Ok(())
    }

    pub fn set_flag(&self, option: SockOption, to: bool) -> Result<()> {
        let to = if to { x::BOOL_TRUE } else { x::BOOL_FALSE };
        // SAFETY: it takes numbers only.
        unsafe { x::sock_set_opt_flag(self.0, option, to) }
    }

    pub fn flag(&self, option: SockOption) -> Result<bool> {
        // SAFETY: it takes numbers only.
        unsafe { x::sock_get_opt_flag(self.0, option) }.map(|flag| flag.raw() != 0)
    }

    pub fn set_time(&self, option: SockOption, nanos: Option<u64>) -> Result<()> {
        let time = match nanos {
            Some(some) => x::OptionTimestamp {
                tag: 1,
                u: x::OptionTimestampU { some },
            },
            None => x::OptionTimestamp {
                tag: 0,
                u: x::OptionTimestampU { none: 0 },
            },
        };
        // SAFETY: the pointer is to what the function reads.
        unsafe { x::sock_set_opt_time(self.0, option, &time) }
    }

    pub fn time(&self, option: SockOption) -> Result<Option<u64>> {
        // SAFETY: it takes numbers only, and the tag says which of the two is there.
        unsafe {
            let time = x::sock_get_opt_time(self.0, option)?;
            Ok((time.tag != 0).then_some(time.u.some))
        }
    }

    pub fn set_size(&self, option: SockOption, size: u64) -> Result<()> {
        // SAFETY: it takes numbers only.
        unsafe { x::sock_set_opt_size(self.0, option, size) }
    }

    pub fn size(&self, option: SockOption) -> Result<u64> {
        // SAFETY: it takes numbers only.
        unsafe { x::sock_get_opt_size(self.0, option) }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.0 > x::FD_STDERR {
            // SAFETY: nothing else in here has the descriptor. A failure leaves nothing to be done.
            let _ = unsafe { x::fd_close(self.0) };
        }
    }
}

pub fn pair() -> Result<(Socket, Socket)> {
    let (kind, protocol) = (x::SOCK_TYPE_SOCKET_STREAM, x::SOCK_PROTO_TCP);
    // SAFETY: it takes numbers only.
    let (a, b) = unsafe { x::sock_pair(x::ADDRESS_FAMILY_INET4, kind, protocol) }?;
    Ok((Socket(a), Socket(b)))
}

/// A kind of socket that the protocol does not have.
pub fn mismatched() -> Result<Socket> {
    let (kind, protocol) = (x::SOCK_TYPE_SOCKET_STREAM, x::SOCK_PROTO_UDP);
    // SAFETY: it takes numbers only.
    unsafe { x::sock_open(x::ADDRESS_FAMILY_INET4, kind, protocol) }.map(Socket)
}

pub fn resolve(name: &str) -> Result<Vec<IpAddr>> {
    const MOST: usize = 8;
    let none = x::AddrIp {
        tag: 0,
        u: x::AddrIpU {
            unspec: x::AddrUnspec { n0: 0 },
        },
    };
    let mut found = [none; MOST];
    // SAFETY: there is room for MOST addresses.
    let count = unsafe { x::resolve(name, 0, found.as_mut_ptr(), MOST) }?;
    let ips = found.iter().take(count).filter_map(|ip| {
        // SAFETY: the tag says which of the two is there.
        unsafe {
            match ip.tag {
                1 => Some(v4(ip.u.inet4).into()),
                2 => Some(Ipv6Addr::from(octets(&ip.u.inet6)).into()),
                _ => None,
            }
        }
    });
    Ok(ips.collect())
}

fn wire(at: SocketAddr) -> AddrPort {
    let port = at.port();
    match at.ip() {
        IpAddr::V4(ip) => {
            let [n0, n1, h0, h1] = ip.octets();
            let inet4 = x::AddrIp4Port {
                port,
                addr: x::AddrIp4 { n0, n1, h0, h1 },
            };
            AddrPort {
                tag: x::ADDRESS_FAMILY_INET4.raw(),
                u: x::AddrPortU { inet4 },
            }
        }
        IpAddr::V6(ip) => {
            // Octets in the order of the network, whatever the fields' type says.
            let [n0, n1, n2, n3, h0, h1, h2, h3] = ip.segments().map(u16::to_be);
            let addr = x::AddrIp6 {
                n0,
                n1,
                n2,
                n3,
                h0,
                h1,
                h2,
                h3,
                flow_info1: 0,
                flow_info0: 0,
                scope_id1: 0,
                scope_id0: 0,
            };
            let inet6 = x::AddrIp6Port { port, addr };
            AddrPort {
                tag: x::ADDRESS_FAMILY_INET6.raw(),
                u: x::AddrPortU { inet6 },
            }
        }
    }
}

/// `PORTS=swapped` in the environment: the host tells ports with their octets swapped, as Wasmer does.
fn parse(at: &AddrPort) -> SocketAddr {
    let order = if std::env::var("PORTS").is_ok_and(|order| order == "swapped") {
        u16::swap_bytes
    } else {
        u16::from_le
    };
    // SAFETY: the tag says which of the two is there.
    unsafe {
        if at.tag == x::ADDRESS_FAMILY_INET6.raw() {
            let inet6 = at.u.inet6;
            (Ipv6Addr::from(octets(&inet6.addr)), order(inet6.port)).into()
        } else {
            (v4(at.u.inet4.addr), order(at.u.inet4.port)).into()
        }
    }
}

fn v4(ip: x::AddrIp4) -> Ipv4Addr {
    [ip.n0, ip.n1, ip.h0, ip.h1].into()
}

/// The octets that an IPv6 address of the crate begins with.
fn octets<T>(ip: &T) -> [u8; 16] {
    assert!(size_of::<T>() >= 16);
    // SAFETY: it is at least that long, and all of it is numbers.
    unsafe { std::ptr::from_ref(ip).cast::<[u8; 16]>().read() }
}
