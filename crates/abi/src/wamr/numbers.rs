//! The numbers of WAMR's socket extension.

/// What kind of socket: `i32`.
pub mod sock_type {
    /// Either, in the hints of a lookup only.
    pub const ANY: i32 = -1;
    /// Datagrams: UDP.
    pub const DGRAM: i32 = 0;
    /// A stream: TCP.
    pub const STREAM: i32 = 1;
}

/// Of which family an address or socket is: `i32`.
pub mod family {
    /// IPv4.
    pub const INET4: i32 = 0;
    /// IPv6.
    pub const INET6: i32 = 1;
    /// Either, in the hints of a lookup only.
    pub const UNSPEC: i32 = 2;
}

/// What may be done with a descriptor: `u64`.
///
/// Bits 0 to 27 are [`crate::p1::rights`]; from 28 on the two differ: what is `SOCK_SHUTDOWN` there is
/// [`SOCK_CONNECT`](rights::SOCK_CONNECT) here, and `SOCK_ACCEPT` is [`SOCK_LISTEN`](rights::SOCK_LISTEN).
pub mod rights {
    use crate::p1::rights as p1;

    /// `sock_connect`.
    pub const SOCK_CONNECT: u64 = 1 << 28;
    /// `sock_listen`.
    pub const SOCK_LISTEN: u64 = 1 << 29;
    /// `sock_bind`.
    pub const SOCK_BIND: u64 = 1 << 30;
    /// `sock_accept`.
    pub const SOCK_ACCEPT: u64 = 1 << 31;
    /// `sock_recv`.
    pub const SOCK_RECV: u64 = 1 << 32;
    /// `sock_send`.
    pub const SOCK_SEND: u64 = 1 << 33;
    /// `sock_addr_local`.
    pub const SOCK_ADDR_LOCAL: u64 = 1 << 34;
    /// `sock_addr_remote`.
    pub const SOCK_ADDR_REMOTE: u64 = 1 << 35;
    /// `sock_recv_from`.
    pub const SOCK_RECV_FROM: u64 = 1 << 36;
    /// `sock_send_to`.
    pub const SOCK_SEND_TO: u64 = 1 << 37;

    /// What a new or accepted socket may do.
    pub const SOCKET_RIGHTS: u64 = p1::FD_READ
        | p1::FD_WRITE
        | p1::FD_FDSTAT_SET_FLAGS
        | p1::FD_FILESTAT_GET
        | p1::POLL_FD_READWRITE
        | SOCK_CONNECT
        | SOCK_LISTEN
        | SOCK_BIND
        | SOCK_ACCEPT
        | SOCK_RECV
        | SOCK_SEND
        | SOCK_ADDR_LOCAL
        | SOCK_ADDR_REMOTE
        | SOCK_RECV_FROM
        | SOCK_SEND_TO;

    /// What a socket passes on: every right there is.
    pub const SOCKET_RIGHTS_INHERITING: u64 = (1 << 38) - 1;
}

#[cfg(test)]
mod tests {
    use super::rights;

    // Reported by WAMR 2.4.3 for its own sockets.
    #[test]
    fn a_socket_has_the_rights_that_wamr_reports() {
        assert_eq!(rights::SOCKET_RIGHTS, 0x3f_f820_004a);
        assert_eq!(rights::SOCKET_RIGHTS_INHERITING, 0x3f_ffff_ffff);
    }
}
