//! The address of a socket, in whichever family.

use core::fmt;
use core::net::SocketAddr;

use iwasm_abi::Errno;
use iwasm_policy::{PathError, UnixPath};

use crate::Family;

/// The address of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An IP address and a port.
    Inet(SocketAddr),
    /// The path of a UNIX socket, on the host.
    Unix(UnixPath),
    /// None: what a UNIX socket has that was bound to nothing, as most that connect are, or to what is no [`UnixPath`].
    Unnamed,
}

impl Address {
    /// A path that a guest gives, in bytes that end with it or with a NUL: ENAMETOOLONG where the system has no room for
    /// it, EILSEQ where it is no UTF-8, EINVAL where it is not absolute or else no [`UnixPath`].
    pub fn path(bytes: &[u8]) -> Result<Self, Errno> {
        let path = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        let path = str::from_utf8(path).map_err(|_| Errno::Ilseq)?;
        let path = path.parse().map_err(|error| match error {
            PathError::TooLong(_) => Errno::Nametoolong,
            _ => Errno::Inval,
        });
        path.map(Self::Unix)
    }

    /// The IP address, for who knows no other: EAFNOSUPPORT.
    pub fn inet(self) -> Result<SocketAddr, Errno> {
        match self {
            Self::Inet(addr) => Ok(addr),
            Self::Unix(_) | Self::Unnamed => Err(Errno::Afnosupport),
        }
    }

    /// Can a socket of this family have it?
    pub(crate) fn is_in(&self, family: Family) -> bool {
        match self {
            Self::Inet(addr) => Family::of(addr.ip()) == family,
            Self::Unix(_) | Self::Unnamed => family == Family::Unix,
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(addr: SocketAddr) -> Self {
        Self::Inet(addr)
    }
}

impl From<UnixPath> for Address {
    fn from(path: UnixPath) -> Self {
        Self::Unix(path)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(addr) => addr.fmt(f),
            Self::Unix(path) => path.fmt(f),
            Self::Unnamed => f.pad("unnamed"),
        }
    }
}

/// An address that the system gave, if a socket of this family can have it.
pub(crate) fn believed(family: Family, address: Address) -> Result<Address, Errno> {
    if address.is_in(family) {
        Ok(address)
    } else {
        Err(Errno::Io)
    }
}
