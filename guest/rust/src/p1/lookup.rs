//! Addresses from what programs write for them: [`ToSocketAddrs`], with lookups that the host makes.

use std::ffi::CString;
use std::io;
use std::iter::Cloned;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::{option, slice, vec};

use iwasm_abi::Errno;

use crate::ffi::{self, Info};

/// What addresses can be had of, as [`std::net::ToSocketAddrs`]: names are looked up by the host.
///
/// ```
/// use iwasm_socket::ToSocketAddrs;
///
/// # fn main() -> std::io::Result<()> {
/// let found: Vec<_> = "127.0.0.1:80".to_socket_addrs()?.collect();
/// assert_eq!(found, [([127, 0, 0, 1], 80).into()]);
/// # Ok(())
/// # }
/// ```
pub trait ToSocketAddrs {
    /// The addresses, one by one.
    type Iter: Iterator<Item = SocketAddr>;

    /// The addresses.
    ///
    /// # Errors
    ///
    /// That what was written is no address, or that the host finds none, or does not let the guest look.
    fn to_socket_addrs(&self) -> io::Result<Self::Iter>;
}

/// What becomes an address without asking anyone.
macro_rules! addresses {
    ($($address:ty),*) => {$(
        impl ToSocketAddrs for $address {
            type Iter = option::IntoIter<SocketAddr>;

            fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
                Ok(Some(SocketAddr::from(*self)).into_iter())
            }
        }
    )*};
}

addresses!(
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16)
);

impl ToSocketAddrs for (&str, u16) {
    type Iter = vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        let (host, port) = *self;
        let found = match host.parse() {
            Ok(ip) => vec![ip],
            Err(_) => lookup(host)?,
        };
        let found: Vec<_> = found
            .into_iter()
            .map(|ip| SocketAddr::new(ip, port))
            .collect();
        Ok(found.into_iter())
    }
}

impl ToSocketAddrs for (String, u16) {
    type Iter = vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        (self.0.as_str(), self.1).to_socket_addrs()
    }
}

impl ToSocketAddrs for str {
    type Iter = vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        if let Ok(addr) = self.parse() {
            return Ok(vec![addr].into_iter());
        }
        let Some((host, port)) = self.rsplit_once(':') else {
            return Err(invalid("an address is `HOST:PORT`"));
        };
        let Ok(port) = port.parse() else {
            return Err(invalid("a port is a number up to 65535"));
        };
        (host, port).to_socket_addrs()
    }
}

impl ToSocketAddrs for String {
    type Iter = vec::IntoIter<SocketAddr>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        self.as_str().to_socket_addrs()
    }
}

impl<'a> ToSocketAddrs for &'a [SocketAddr] {
    type Iter = Cloned<slice::Iter<'a, SocketAddr>>;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        Ok(self.iter().cloned())
    }
}

impl<T: ToSocketAddrs + ?Sized> ToSocketAddrs for &T {
    type Iter = T::Iter;

    fn to_socket_addrs(&self) -> io::Result<Self::Iter> {
        (**self).to_socket_addrs()
    }
}

/// What the first of the addresses that does it makes; the last one's error if none does.
pub(super) fn first<T>(
    addrs: impl ToSocketAddrs,
    mut make: impl FnMut(&SocketAddr) -> io::Result<T>,
) -> io::Result<T> {
    let mut last = None;
    for addr in addrs.to_socket_addrs()? {
        match make(&addr) {
            Ok(made) => return Ok(made),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(none))
}

/// That there is no address where one is needed.
pub(super) fn none() -> io::Error {
    invalid("no address to take")
}

fn invalid(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

/// How many results there is room for at first, and at most: the host tells how many there are.
const ROOM: usize = 16;
const ROOM_AT_MOST: usize = 1024;

fn lookup(host: &str) -> io::Result<Vec<IpAddr>> {
    let host = CString::new(host).map_err(|_| invalid("a name has no NUL in it"))?;
    let mut found = vec![Info::EMPTY; ROOM];
    let mut total = ffi::resolve(&host, &mut found).map_err(unknown)?;
    if total > found.len() {
        found.resize(total.min(ROOM_AT_MOST), Info::EMPTY);
        total = ffi::resolve(&host, &mut found).map_err(unknown)?;
    }
    found.iter().take(total).map(Info::ip).collect()
}

/// WAMR's number for a name that nobody knows is that of a bad argument, and the arguments are good.
fn unknown(error: io::Error) -> io::Error {
    if error.raw_os_error() == Some(i32::from(Errno::Inval.number())) {
        return io::Error::other("the host finds no address of that name");
    }
    error
}
