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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_spelled_as_the_contract_names_them() {
        for (errno, told) in [
            (Errno::Acces, ErrorCode::AccessDenied),
            (Errno::Perm, ErrorCode::AccessDenied),
            (Errno::Notsup, ErrorCode::NotSupported),
            (Errno::Afnosupport, ErrorCode::NotSupported),
            (Errno::Inval, ErrorCode::InvalidArgument),
            (Errno::Nomem, ErrorCode::OutOfMemory),
            (Errno::Nobufs, ErrorCode::OutOfMemory),
            (Errno::Timedout, ErrorCode::Timeout),
            (Errno::Already, ErrorCode::ConcurrencyConflict),
            (Errno::Again, ErrorCode::WouldBlock),
            (Errno::Isconn, ErrorCode::InvalidState),
            (Errno::Notconn, ErrorCode::InvalidState),
            (Errno::Mfile, ErrorCode::NewSocketLimit),
            (Errno::Nfile, ErrorCode::NewSocketLimit),
            (Errno::Addrnotavail, ErrorCode::AddressNotBindable),
            (Errno::Addrinuse, ErrorCode::AddressInUse),
            (Errno::Hostunreach, ErrorCode::RemoteUnreachable),
            (Errno::Netunreach, ErrorCode::RemoteUnreachable),
            (Errno::Netreset, ErrorCode::RemoteUnreachable),
            (Errno::Connrefused, ErrorCode::ConnectionRefused),
            (Errno::Connreset, ErrorCode::ConnectionReset),
            (Errno::Connaborted, ErrorCode::ConnectionAborted),
            (Errno::Msgsize, ErrorCode::DatagramTooLarge),
            (Errno::Io, ErrorCode::Unknown),
        ] {
            assert_eq!(code(errno), told, "{errno:?}");
        }
    }

    #[test]
    fn an_accept_and_a_connect_have_errors_of_their_own() {
        let errno = |fail| match fail {
            Fail::Errno(errno) => code(errno),
            _ => ErrorCode::Unknown,
        };
        for (told, by_accept, by_connect) in [
            (
                Errno::Netunreach,
                ErrorCode::ConnectionAborted,
                ErrorCode::RemoteUnreachable,
            ),
            (
                Errno::Proto,
                ErrorCode::ConnectionAborted,
                ErrorCode::Unknown,
            ),
            (
                Errno::Mfile,
                ErrorCode::NewSocketLimit,
                ErrorCode::NewSocketLimit,
            ),
            (Errno::Again, ErrorCode::WouldBlock, ErrorCode::WouldBlock),
            (
                Errno::Addrnotavail,
                ErrorCode::AddressNotBindable,
                ErrorCode::AddressInUse,
            ),
        ] {
            assert_eq!(errno(of_accept(told.into())), by_accept, "{told:?}");
            assert_eq!(errno(of_connect(told.into())), by_connect, "{told:?}");
        }
        assert_eq!(of_accept(Fail::Stopped), Fail::Stopped);
        assert_eq!(of_connect(Fail::Stopped), Fail::Stopped);
    }

    #[test]
    fn the_end_of_the_guest_is_no_answer() {
        assert!(matches!(Refusal::from(Fail::Stopped), Refusal::Ended(_)));
        let told: Answer<()> = answer(Err(Errno::Acces.into()));
        assert_eq!(told.unwrap(), (Err(ErrorCode::AccessDenied),));
        let ended: Answer<()> = answer(Err(Fail::Stopped.into()));
        assert!(ended.is_err());
    }

    #[test]
    fn an_address_is_of_the_socket_s_family_and_has_no_other_in_it() {
        for (at, v4, v6) in [
            ("127.0.0.1:1", true, false),
            ("0.0.0.0:0", true, false),
            ("[::]:0", false, true),
            ("[::1]:1", false, true),
            ("[2001:db8::1]:1", false, true),
            ("[::1:0:0]:1", false, true),
            ("[::ffff:127.0.0.1]:1", false, false),
            ("[::ffff:0.0.0.0]:1", false, false),
            ("[::127.0.0.1]:1", false, false),
            ("[::2]:1", false, false),
            ("[::255.255.255.255]:1", false, false),
        ] {
            let at = at.parse().unwrap();
            assert_eq!(in_family(at, Family::V4).is_ok(), v4, "{at}");
            assert_eq!(in_family(at, Family::V6).is_ok(), v6, "{at}");
        }
    }

    #[test]
    fn a_host_is_one_and_a_peer_can_be_reached() {
        for (at, one_host, a_peer) in [
            ("127.0.0.1:1", true, true),
            ("[::1]:1", true, true),
            ("127.0.0.1:0", true, false),
            ("0.0.0.0:1", true, false),
            ("[::]:1", true, false),
            ("224.0.0.1:1", false, true),
            ("255.255.255.255:1", false, true),
            ("[ff02::1]:1", false, true),
        ] {
            let at = at.parse().unwrap();
            assert_eq!(of_one_host(at).is_ok(), one_host, "{at}");
            assert_eq!(of_a_peer(at).is_ok(), a_peer, "{at}");
        }
    }
}
