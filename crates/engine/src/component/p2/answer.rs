//! What the calls of `wasi:sockets@0.2` answer: errors as it spells them, and which addresses it takes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use iwasm_abi::Errno;
use iwasm_net::{Fail, Family};
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily};

use super::wait::ended;

/// What a call comes to: a result for the guest, or an error that ends it.
pub(super) type Answer<T> = wasmtime::Result<(Result<T, ErrorCode>,)>;

/// Why a call did nothing.
pub(super) enum Refusal {
    /// The guest is told.
    Told(ErrorCode),
    /// The guest ends.
    Ended(wasmtime::Error),
}

pub(super) fn answer<T>(done: Result<T, Refusal>) -> Answer<T> {
    match done {
        Ok(value) => Ok((Ok(value),)),
        Err(Refusal::Told(code)) => Ok((Err(code),)),
        Err(Refusal::Ended(error)) => Err(error),
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self::Told(code)
    }
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Self {
        Self::Told(code(errno))
    }
}

impl From<Fail> for Refusal {
    fn from(fail: Fail) -> Self {
        match fail {
            Fail::Errno(errno) => errno.into(),
            fail => Self::Ended(ended(fail)),
        }
    }
}

/// Give the guest what was made.
pub(super) fn handed<T: Send + 'static>(
    table: &mut ResourceTable,
    made: Result<T, Refusal>,
) -> Answer<Resource<T>> {
    match made {
        Ok(made) => Ok((Ok(table.push(made)?),)),
        Err(refusal) => answer(Err(refusal)),
    }
}

fn code(errno: Errno) -> ErrorCode {
    match errno {
        Errno::Acces | Errno::Perm => ErrorCode::AccessDenied,
        // Addresses of another family are refused before the system sees them: of a new socket it is told that there is
        // no such family.
        Errno::Notsup | Errno::Noprotoopt | Errno::Protonosupport | Errno::Afnosupport => {
            ErrorCode::NotSupported
        }
        Errno::Inval => ErrorCode::InvalidArgument,
        Errno::Already => ErrorCode::ConcurrencyConflict,
        Errno::Nomem | Errno::Nobufs => ErrorCode::OutOfMemory,
        Errno::Timedout => ErrorCode::Timeout,
        Errno::Again => ErrorCode::WouldBlock,
        Errno::Isconn | Errno::Notconn | Errno::Destaddrreq => ErrorCode::InvalidState,
        Errno::Mfile | Errno::Nfile => ErrorCode::NewSocketLimit,
        Errno::Addrnotavail => ErrorCode::AddressNotBindable,
        Errno::Addrinuse => ErrorCode::AddressInUse,
        Errno::Hostunreach | Errno::Netunreach | Errno::Netdown | Errno::Netreset => {
            ErrorCode::RemoteUnreachable
        }
        Errno::Connrefused => ErrorCode::ConnectionRefused,
        Errno::Connreset | Errno::Pipe => ErrorCode::ConnectionReset,
        Errno::Connaborted => ErrorCode::ConnectionAborted,
        Errno::Msgsize => ErrorCode::DatagramTooLarge,
        _ => ErrorCode::Unknown,
    }
}

/// What Linux says of a connect that found no port of its own to go out by.
pub(super) fn of_connect(fail: Fail) -> Fail {
    match fail {
        Fail::Errno(Errno::Addrnotavail) => Errno::Addrinuse.into(),
        fail => fail,
    }
}

/// Linux tells of a new connection's errors in the accept, as if they were the listener's (accept(2)).
pub(super) fn of_accept(fail: Fail) -> Fail {
    match fail {
        Fail::Errno(
            Errno::Connreset
            | Errno::Netreset
            | Errno::Hostunreach
            | Errno::Netdown
            | Errno::Netunreach
            | Errno::Proto
            | Errno::Noprotoopt
            | Errno::Notsup,
        ) => Errno::Connaborted.into(),
        fail => fail,
    }
}

pub(super) fn family(family: IpAddressFamily) -> Family {
    match family {
        IpAddressFamily::Ipv4 => Family::V4,
        IpAddressFamily::Ipv6 => Family::V6,
    }
}

/// The address must be of the socket's family. IPv4 has no place in an IPv6 one, however it is written.
pub(super) fn in_family(addr: SocketAddr, family: Family) -> Result<(), ErrorCode> {
    let fits = match addr.ip() {
        IpAddr::V4(_) => family == Family::V4,
        // The deprecated form of an embedded IPv4 address is `::a.b.c.d`, which has no more than 32 bits.
        IpAddr::V6(ip) => {
            family == Family::V6
                && (ip.to_bits() >> 32 != 0 || ip.to_bits() < 2)
                && ip.to_ipv4_mapped().is_none()
        }
    };
    if fits {
        Ok(())
    } else {
        Err(ErrorCode::InvalidArgument)
    }
}

/// TCP has one host at each end.
pub(super) fn of_one_host(addr: SocketAddr) -> Result<(), ErrorCode> {
    if addr.ip().is_multicast() || addr.ip() == IpAddr::V4(Ipv4Addr::BROADCAST) {
        return Err(ErrorCode::InvalidArgument);
    }
    Ok(())
}

/// A peer has an address and a port.
pub(super) fn of_a_peer(addr: SocketAddr) -> Result<(), ErrorCode> {
    if addr.ip().is_unspecified() || addr.port() == 0 {
        return Err(ErrorCode::InvalidArgument);
    }
    Ok(())
}
