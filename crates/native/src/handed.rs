//! Sockets that the host makes, or has from whoever started it, to hand them in to a guest.
//!
//! They are made by the host's own authority: no policy is asked, since the user named each of them.

use core::net::SocketAddr;
use std::io;
use std::net::ToSocketAddrs;
use std::os::fd::{AsFd, OwnedFd, RawFd};

use iwasm_net::{Family, Kind, Socket, Stage};
use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_protocol, socket_type};
use rustix::net::{AddressFamily, SocketType, ipproto};

use crate::{Handle, Linux, inherit, sys};

/// A socket of the host, and what it is.
#[derive(Debug)]
pub struct HostSocket {
    handle: Handle,
    family: Family,
    kind: Kind,
    stage: Stage,
}

impl HostSocket {
    /// A socket at this address: a stream takes connections there, a datagram socket messages. With port 0 the system
    /// chooses one, which [`local`](Self::local) tells.
    ///
    /// On `[::]` it takes what comes over IPv4 as well, unless the system is set up otherwise.
    pub fn listening(kind: Kind, at: SocketAddr) -> io::Result<Self> {
        Self::from_owned(sys::listening(kind, at)?)
    }

    /// A socket with one peer: the first address of the host that lets itself be connected to.
    ///
    /// The host is an address, IPv6 ones without brackets, or a name, which is looked up here.
    pub fn connected(kind: Kind, host: &str, port: u16) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for to in (host, port).to_socket_addrs()? {
            match sys::connected(kind, to) {
                Ok(socket) => return Self::from_owned(socket),
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }

    /// The socket that the process which started this one left open under this number, as service managers do.
    ///
    /// It can be taken once. Numbers below 3 are refused, and so is what this process opened itself, which is known by
    /// `FD_CLOEXEC`: std opens nothing without it. A program that does must take the inherited sockets before.
    pub fn inherited(number: RawFd) -> io::Result<Self> {
        Self::from_owned(inherit::take(number)?)
    }

    /// Any socket of TCP or UDP, in whatever stage of its life it is.
    ///
    /// Others may hold the same open file description: whether it waits (`O_NONBLOCK`) is one setting for all of them,
    /// and the guest can change it.
    pub fn from_owned(fd: OwnedFd) -> io::Result<Self> {
        let family = family(&fd)?;
        let kind = kind(&fd)?;
        let stage = stage(&fd, kind)?;
        Ok(Self {
            handle: fd.into(),
            family,
            kind,
            stage,
        })
    }

    /// How it carries data.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How far its life has come.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Its own address.
    pub fn local(&self) -> io::Result<SocketAddr> {
        sys::local(self.handle.as_fd()).map_err(io::Error::other)
    }

    /// Its peer's address, if it is connected.
    pub fn remote(&self) -> io::Result<SocketAddr> {
        sys::remote(self.handle.as_fd()).map_err(io::Error::other)
    }
}

impl From<HostSocket> for Socket<Linux> {
    fn from(socket: HostSocket) -> Self {
        Self::handed_in(socket.handle, socket.family, socket.kind, socket.stage)
    }
}

fn family(socket: &OwnedFd) -> io::Result<Family> {
    match socket_domain(socket)? {
        AddressFamily::INET => Ok(Family::V4),
        AddressFamily::INET6 => Ok(Family::V6),
        AddressFamily::UNIX => Err(unsupported("it is a UNIX socket, and neither TCP nor UDP")),
        _ => Err(unsupported("it is neither a TCP nor a UDP socket")),
    }
}

/// Raw and ICMP sockets have families and types that TCP and UDP have, too: the protocol tells.
fn kind(socket: &OwnedFd) -> io::Result<Kind> {
    match (socket_type(socket)?, socket_protocol(socket)?) {
        (SocketType::STREAM, Some(ipproto::TCP | ipproto::MPTCP)) => Ok(Kind::Stream),
        (SocketType::DGRAM, Some(ipproto::UDP)) => Ok(Kind::Datagram),
        _ => Err(unsupported("it is neither a TCP nor a UDP socket")),
    }
}

fn stage(socket: &OwnedFd, kind: Kind) -> io::Result<Stage> {
    if kind == Kind::Stream && socket_acceptconn(socket)? {
        return Ok(Stage::Listening);
    }
    if sys::remote(socket.as_fd()).is_ok() {
        return Ok(Stage::Connected);
    }
    // Without a port it has no address that anybody chose.
    match sys::local(socket.as_fd()).map_err(io::Error::other)?.port() {
        0 => Ok(Stage::Fresh),
        _ => Ok(Stage::Bound),
    }
}

fn unsupported(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}
