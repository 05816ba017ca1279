//! Sockets that the host makes, or has from whoever started it, to hand them in to a guest.
//!
//! They are made by the host's own authority: no policy is asked, since the user named each of them.

use core::net::SocketAddr;
use std::io;
use std::net::ToSocketAddrs;
use std::os::fd::{AsFd, OwnedFd, RawFd};

use iwasm_net::{Address, Family, Kind, Socket, Stage};
use iwasm_policy::UnixPath;
use rustix::net::sockopt::{socket_acceptconn, socket_domain, socket_protocol, socket_type};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, ipproto};

use crate::{Handle, Linux, SocketFile, inherit, options, sys};

/// A socket of the host, and what it is.
#[derive(Debug)]
pub struct HostSocket {
    handle: Handle,
    family: Family,
    kind: Kind,
    stage: Stage,
    file: Option<SocketFile>,
}

impl HostSocket {
    /// A socket at this address: a stream takes connections there, a datagram socket messages. With port 0 the system
    /// chooses one, which [`local`](Self::local) tells.
    ///
    /// On `[::]` it takes what comes over IPv4 as well, unless the system is set up otherwise.
    pub fn listening(kind: Kind, at: SocketAddr) -> io::Result<Self> {
        let family = Family::of(at.ip());
        Self::from_owned(sys::listening(family, kind, &at)?)
    }

    /// A UNIX stream that takes connections at this path, where it makes a socket file: see [`take_file`](Self::take_file).
    ///
    /// Links in the path are followed, as the one who names it may mean them. A file that is there already is an error: it
    /// may be the socket of somebody who listens.
    pub fn listening_at_path(path: &UnixPath) -> io::Result<Self> {
        let at = SocketAddrUnix::new(path.as_str())?;
        let socket = sys::listening(Family::Unix, Kind::Stream, &at).map_err(in_the_way)?;
        let file = Some(SocketFile::made(path.clone())?);
        Ok(Self {
            file,
            ..Self::from_owned(socket)?
        })
    }

    /// A socket with one peer: the first address of the host that lets itself be connected to.
    ///
    /// The host is an address, IPv6 ones without brackets, or a name, which is looked up here.
    pub fn connected(kind: Kind, host: &str, port: u16) -> io::Result<Self> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for to in (host, port).to_socket_addrs()? {
            match sys::connected(Family::of(to.ip()), kind, &to) {
                Ok(socket) => return Self::from_owned(socket),
                Err(error) => last = error.into(),
            }
        }
        Err(last)
    }

    /// A UNIX stream that is connected to the one at this path. Links in the path are followed.
    pub fn connected_to_path(path: &UnixPath) -> io::Result<Self> {
        let to = SocketAddrUnix::new(path.as_str())?;
        Self::from_owned(sys::connected(Family::Unix, Kind::Stream, &to)?)
    }

    /// The socket that the process which started this one left open under this number, as service managers do.
    ///
    /// It can be taken once. Numbers below 3 are refused, and so is what this process opened itself, which is known by
    /// `FD_CLOEXEC`: std opens nothing without it. A program that does must take the inherited sockets before.
    pub fn inherited(number: RawFd) -> io::Result<Self> {
        Self::from_owned(inherit::take(number)?)
    }

    /// Any socket of TCP or UDP, or stream of the UNIX family, in whatever stage of its life it is.
    ///
    /// Others may hold the same open file description: whether it waits (`O_NONBLOCK`) is one setting for all of them,
    /// and the guest can change it.
    pub fn from_owned(fd: OwnedFd) -> io::Result<Self> {
        let family = family(&fd)?;
        let kind = kind(&fd, family)?;
        let stage = stage(&fd, kind)?;
        Ok(Self {
            handle: fd.into(),
            family,
            kind,
            stage,
            file: None,
        })
    }

    /// The family of its addresses.
    pub fn family(&self) -> Family {
        self.family
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
    pub fn local(&self) -> io::Result<Address> {
        sys::local(self.handle.as_fd()).map_err(io::Error::other)
    }

    /// Its peer's address, if it is connected.
    pub fn remote(&self) -> io::Result<Address> {
        sys::remote(self.handle.as_fd()).map_err(io::Error::other)
    }

    /// Whether calls on it answer EAGAIN instead of waiting, for all who hold the same open file description.
    pub fn set_nonblocking(&self, on: bool) -> io::Result<()> {
        options::set_nonblocking(self.handle.as_fd(), on).map_err(io::Error::other)
    }

    /// The file that was made for it, if one was. It is removed when what is returned is dropped, so keep that for as long
    /// as somebody shall find the socket. Until it is taken it goes with the socket, unless a guest gets that.
    pub fn take_file(&mut self) -> Option<SocketFile> {
        self.file.take()
    }
}

/// For a guest. A file that was not taken stays.
impl From<HostSocket> for Socket<Linux> {
    fn from(socket: HostSocket) -> Self {
        if let Some(file) = socket.file {
            file.leave();
        }
        Self::handed_in(socket.handle, socket.family, socket.kind, socket.stage)
    }
}

fn family(socket: &OwnedFd) -> io::Result<Family> {
    match socket_domain(socket)? {
        AddressFamily::INET => Ok(Family::V4),
        AddressFamily::INET6 => Ok(Family::V6),
        AddressFamily::UNIX => Ok(Family::Unix),
        _ => Err(unsupported(UNSUPPORTED)),
    }
}

/// Raw and ICMP sockets have families and types that TCP and UDP have, too: the protocol tells.
fn kind(socket: &OwnedFd, family: Family) -> io::Result<Kind> {
    match (socket_type(socket)?, socket_protocol(socket)?) {
        (SocketType::STREAM, _) if family == Family::Unix => Ok(Kind::Stream),
        (SocketType::STREAM, Some(ipproto::TCP | ipproto::MPTCP)) => Ok(Kind::Stream),
        (SocketType::DGRAM, Some(ipproto::UDP)) => Ok(Kind::Datagram),
        _ => Err(unsupported(UNSUPPORTED)),
    }
}

fn stage(socket: &OwnedFd, kind: Kind) -> io::Result<Stage> {
    if kind == Kind::Stream && socket_acceptconn(socket)? {
        return Ok(Stage::Listening);
    }
    if sys::remote(socket.as_fd()).is_ok() {
        return Ok(Stage::Connected);
    }
    // Without a port or a path it has no address that anybody chose.
    match sys::local(socket.as_fd()).map_err(io::Error::other)? {
        Address::Inet(at) if at.port() == 0 => Ok(Stage::Fresh),
        Address::Unnamed => Ok(Stage::Fresh),
        Address::Inet(_) | Address::Unix(_) => Ok(Stage::Bound),
    }
}

/// The system says "Address already in use" of any file.
fn in_the_way(error: rustix::io::Errno) -> io::Error {
    if error != rustix::io::Errno::ADDRINUSE {
        return error.into();
    }
    let why =
        "there is a file already: if it is a socket that nobody listens at any more, remove it";
    io::Error::new(io::ErrorKind::AddrInUse, why)
}

const UNSUPPORTED: &str = "it is neither a TCP nor a UDP socket nor a UNIX stream";

fn unsupported(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, why)
}
