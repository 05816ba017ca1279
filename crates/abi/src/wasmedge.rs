//! WasmEdge's socket extension: functions beside WASIp1's four, in the same module, and their structures.
//!
//! It came in two versions, and the version is a property of one import, not of a guest: real guests mix them. Where a
//! name has two types, a constant of the plain name is the second version's and `_V1` the first's. The second version
//! can also be imported by a name of its own, which ends in `_v2`.

mod errno;
mod layouts;
mod numbers;

pub use errno::LookupErrno;
pub use layouts::*;
pub use numbers::*;

use crate::import::imports;
use crate::{Import, p1, wamr};

/// The module that guests import these functions from.
pub const MODULE: &str = p1::MODULE;

imports! {
    module: MODULE,
    shared: [p1::SOCK_ACCEPT, p1::SOCK_RECV, p1::SOCK_SEND, p1::SOCK_SHUTDOWN, wamr::SOCK_LISTEN];

    /// `sock_open(family, type, fd*)`: makes a socket.
    SOCK_OPEN = "sock_open", [I32, I32, I32] => [I32];
    /// `sock_bind(fd, addr, port)`: gives a socket its address.
    SOCK_BIND = "sock_bind", [I32, I32, I32] => [I32];
    /// `sock_connect(fd, addr, port)`: connects a socket.
    SOCK_CONNECT = "sock_connect", [I32, I32, I32] => [I32];
    /// `sock_accept(fd, fd*)`: the next connection.
    SOCK_ACCEPT_V1 = "sock_accept", [I32, I32] => [I32];
    /// `sock_recv_from(fd, iovs, count, addr, riflags, size*, roflags*)`: receives, and tells from which host.
    SOCK_RECV_FROM_V1 = "sock_recv_from", [I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_recv_from(fd, iovs, count, addr, riflags, port*, size*, roflags*)`: receives, and tells from whom.
    ///
    /// WasmEdge writes two bytes of the port, most significant first; guests of this name expect a little-endian `u32`.
    SOCK_RECV_FROM = "sock_recv_from", [I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_send_to(fd, iovs, count, addr, port, siflags, size*)`: sends to an address.
    SOCK_SEND_TO = "sock_send_to", [I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_getlocaladdr(fd, addr, kind*, port*)`: the socket's own address; the kind is an [`addr_kind`].
    SOCK_GETLOCALADDR_V1 = "sock_getlocaladdr", [I32, I32, I32, I32] => [I32];
    /// `sock_getlocaladdr(fd, addr, port*)`.
    SOCK_GETLOCALADDR = "sock_getlocaladdr", [I32, I32, I32] => [I32];
    /// `sock_getpeeraddr(fd, addr, kind*, port*)`: the peer's address.
    SOCK_GETPEERADDR_V1 = "sock_getpeeraddr", [I32, I32, I32, I32] => [I32];
    /// `sock_getpeeraddr(fd, addr, port*)`.
    SOCK_GETPEERADDR = "sock_getpeeraddr", [I32, I32, I32] => [I32];
    /// `sock_getsockopt(fd, level, name, value, size*)`: an option. Some guests pass the size itself.
    SOCK_GETSOCKOPT = "sock_getsockopt", [I32, I32, I32, I32, I32] => [I32];
    /// `sock_setsockopt(fd, level, name, value, size)`: sets an option.
    SOCK_SETSOCKOPT = "sock_setsockopt", [I32, I32, I32, I32, I32] => [I32];
    /// `sock_getaddrinfo(node, node_len, service, service_len, hints, head*, capacity, total*)`: looks a name up.
    ///
    /// `head*` holds where a chain of at least `capacity` nodes begins, which the guest has made.
    SOCK_GETADDRINFO = "sock_getaddrinfo", [I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `epoll_oneoff(subscriptions, events, count, size*)`: as `poll_oneoff`, told of changes only.
    EPOLL_ONEOFF = "epoll_oneoff", [I32, I32, I32, I32] => [I32];

    /// [`SOCK_OPEN`] by its second name.
    SOCK_OPEN_V2 = "sock_open_v2", [I32, I32, I32] => [I32];
    /// [`SOCK_BIND`] by its second name.
    SOCK_BIND_V2 = "sock_bind_v2", [I32, I32, I32] => [I32];
    /// [`SOCK_CONNECT`] by its second name.
    SOCK_CONNECT_V2 = "sock_connect_v2", [I32, I32, I32] => [I32];
    /// `sock_listen_v2(fd, backlog)`: makes a socket a listener.
    SOCK_LISTEN_V2 = "sock_listen_v2", [I32, I32] => [I32];
    /// `sock_accept_v2(fd, fdflags, fd*)`: WASIp1's function by another name.
    SOCK_ACCEPT_V2 = "sock_accept_v2", [I32, I32, I32] => [I32];
    /// `sock_recv_v2(fd, iovs, count, riflags, size*, roflags*)`: WASIp1's function by another name.
    SOCK_RECV_V2 = "sock_recv_v2", [I32, I32, I32, I32, I32, I32] => [I32];
    /// [`SOCK_RECV_FROM`] by its second name, under which guests expect the port as WasmEdge writes it.
    SOCK_RECV_FROM_V2 = "sock_recv_from_v2", [I32, I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_send_v2(fd, iovs, count, siflags, size*)`: WASIp1's function by another name.
    SOCK_SEND_V2 = "sock_send_v2", [I32, I32, I32, I32, I32] => [I32];
    /// [`SOCK_SEND_TO`] by its second name.
    SOCK_SEND_TO_V2 = "sock_send_to_v2", [I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// [`SOCK_GETLOCALADDR`] by its second name.
    SOCK_GETLOCALADDR_V2 = "sock_getlocaladdr_v2", [I32, I32, I32] => [I32];
    /// [`SOCK_GETPEERADDR`] by its second name.
    SOCK_GETPEERADDR_V2 = "sock_getpeeraddr_v2", [I32, I32, I32] => [I32];
}

/// Which version an import is of, counted from 1; none if both have it as it is.
#[must_use]
pub fn version(import: &Import) -> Option<u8> {
    let first = |name| FIRST.iter().find(|first| first.name == name);
    match first(import.name) {
        Some(first) if *first == import => Some(1),
        Some(_) => Some(2),
        None if import.name.ends_with("_v2") => Some(2),
        None => None,
    }
}

/// What the first version has with other types than the second.
static FIRST: &[&Import] = &[
    &SOCK_ACCEPT_V1,
    &SOCK_RECV_FROM_V1,
    &SOCK_GETLOCALADDR_V1,
    &SOCK_GETPEERADDR_V1,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::types_are;

    // The first five are other contracts' too, and the order is this table's; names and types were read off WasmEdge.
    #[test]
    fn every_function_has_its_type() {
        types_are(
            MODULE,
            IMPORTS,
            &[
                ("sock_accept", "(i32, i32, i32) -> i32"),
                ("sock_recv", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_send", "(i32, i32, i32, i32, i32) -> i32"),
                ("sock_shutdown", "(i32, i32) -> i32"),
                ("sock_listen", "(i32, i32) -> i32"),
                ("sock_open", "(i32, i32, i32) -> i32"),
                ("sock_bind", "(i32, i32, i32) -> i32"),
                ("sock_connect", "(i32, i32, i32) -> i32"),
                ("sock_accept", "(i32, i32) -> i32"),
                (
                    "sock_recv_from",
                    "(i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                (
                    "sock_recv_from",
                    "(i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("sock_send_to", "(i32, i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_getlocaladdr", "(i32, i32, i32, i32) -> i32"),
                ("sock_getlocaladdr", "(i32, i32, i32) -> i32"),
                ("sock_getpeeraddr", "(i32, i32, i32, i32) -> i32"),
                ("sock_getpeeraddr", "(i32, i32, i32) -> i32"),
                ("sock_getsockopt", "(i32, i32, i32, i32, i32) -> i32"),
                ("sock_setsockopt", "(i32, i32, i32, i32, i32) -> i32"),
                (
                    "sock_getaddrinfo",
                    "(i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("epoll_oneoff", "(i32, i32, i32, i32) -> i32"),
                ("sock_open_v2", "(i32, i32, i32) -> i32"),
                ("sock_bind_v2", "(i32, i32, i32) -> i32"),
                ("sock_connect_v2", "(i32, i32, i32) -> i32"),
                ("sock_listen_v2", "(i32, i32) -> i32"),
                ("sock_accept_v2", "(i32, i32, i32) -> i32"),
                ("sock_recv_v2", "(i32, i32, i32, i32, i32, i32) -> i32"),
                (
                    "sock_recv_from_v2",
                    "(i32, i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("sock_send_v2", "(i32, i32, i32, i32, i32) -> i32"),
                (
                    "sock_send_to_v2",
                    "(i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("sock_getlocaladdr_v2", "(i32, i32, i32) -> i32"),
                ("sock_getpeeraddr_v2", "(i32, i32, i32) -> i32"),
            ],
        );
        assert_eq!(IMPORTS.len(), 31);
    }

    #[test]
    fn an_import_is_of_a_version_where_the_two_differ() {
        for (import, of) in [
            (&SOCK_ACCEPT_V1, Some(1)),
            (&p1::SOCK_ACCEPT, Some(2)),
            (&SOCK_ACCEPT_V2, Some(2)),
            (&SOCK_RECV_FROM_V1, Some(1)),
            (&SOCK_RECV_FROM, Some(2)),
            (&SOCK_RECV_FROM_V2, Some(2)),
            (&SOCK_GETLOCALADDR_V1, Some(1)),
            (&SOCK_GETLOCALADDR, Some(2)),
            (&SOCK_OPEN, None),
            (&SOCK_OPEN_V2, Some(2)),
            (&SOCK_SEND_TO, None),
            (&SOCK_GETADDRINFO, None),
        ] {
            assert_eq!(version(import), of, "{}: {import}", import.name);
        }
    }

    #[test]
    fn no_function_of_its_own_has_the_name_and_type_of_another_contract_s() {
        let others = || p1::IMPORTS.iter().chain(wamr::IMPORTS);
        for own in &IMPORTS[5..] {
            assert!(!others().any(|other| other == own), "{}", own.name);
        }
    }
}
