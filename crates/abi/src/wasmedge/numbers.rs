//! The numbers of WasmEdge's socket extension.

/// Of which family an address or socket is: `u8`; in the long form of an address `u16`.
pub mod family {
    /// Either, in the hints of a lookup only.
    pub const UNSPEC: u8 = 0;
    /// IPv4.
    pub const INET4: u8 = 1;
    /// IPv6.
    pub const INET6: u8 = 2;
    /// A path of the file system.
    pub const UNIX: u8 = 3;
}

/// What kind of socket: `u8`.
pub mod sock_type {
    /// Either, in the hints of a lookup only.
    pub const ANY: u8 = 0;
    /// Datagrams: UDP.
    pub const DGRAM: u8 = 1;
    /// A stream: TCP.
    pub const STREAM: u8 = 2;
}

/// Families and types as guests of WasmEdge 0.9 and before number them, in functions of the same types.
pub mod v0 {
    /// IPv4, where later ones have `UNSPEC`.
    pub const INET4: u8 = 0;
    /// IPv6, where later ones have `INET4`.
    pub const INET6: u8 = 1;
    /// Datagrams, where later ones have `ANY`.
    pub const DGRAM: u8 = 0;
    /// A stream, where later ones have `DGRAM`.
    pub const STREAM: u8 = 1;
    /// TCP, where later ones have `IP`.
    pub const TCP: u8 = 0;
    /// UDP, where later ones have `TCP`.
    pub const UDP: u8 = 1;
}

/// What carries a socket's data: `u8`, in lookups only.
pub mod protocol {
    /// Whichever the type says.
    pub const IP: u8 = 0;
    /// TCP.
    pub const TCP: u8 = 1;
    /// UDP.
    pub const UDP: u8 = 2;
}

/// What `sock_getlocaladdr` and `sock_getpeeraddr` of the first version call an address's family: `u32`.
pub mod addr_kind {
    /// IPv4.
    pub const IPV4: u32 = 4;
    /// IPv6.
    pub const IPV6: u32 = 6;
    /// A path, which WasmEdge itself never tells so: the family's number, which is neither of the others.
    pub const UNIX: u32 = 3;
}

/// Where an option belongs: `u32`. There is one level, so none of TCP's options can be named.
pub mod level {
    /// The socket itself.
    pub const SOCKET: u32 = 0;
}

/// Options of a socket: `u32`. Their values are laid out as Linux does on 64 bits.
pub mod option {
    /// `i32`: may it bind an address whose last user is gone.
    pub const REUSEADDR: u32 = 0;
    /// `i32`, only read: a [`sock_type`](super::sock_type).
    pub const TYPE: u32 = 1;
    /// `i32`, only read: the error that waits, by its WASI number, which is taken off.
    pub const ERROR: u32 = 2;
    /// `i32`: reach only hosts that need no router.
    pub const DONTROUTE: u32 = 3;
    /// `i32`: may it send to broadcast addresses.
    pub const BROADCAST: u32 = 4;
    /// `i32`: the send buffer's size in bytes.
    pub const SNDBUF: u32 = 5;
    /// `i32`: the receive buffer's size in bytes.
    pub const RCVBUF: u32 = 6;
    /// `i32`: are idle connections probed.
    pub const KEEPALIVE: u32 = 7;
    /// `i32`: does urgent data come with the other.
    pub const OOBINLINE: u32 = 8;
    /// A [`linger`](crate::wasmedge::linger): does closing wait for what was sent.
    pub const LINGER: u32 = 9;
    /// `i32`: how many bytes make the socket ready to be read.
    pub const RCVLOWAT: u32 = 10;
    /// A [`timeval`](crate::wasmedge::timeval): how long a receive waits; 0 is for ever.
    pub const RCVTIMEO: u32 = 11;
    /// A [`timeval`](crate::wasmedge::timeval): how long a send waits; 0 is for ever.
    pub const SNDTIMEO: u32 = 12;
    /// `i32`, only read: does it take connections.
    pub const ACCEPTCONN: u32 = 13;
    /// Text: the one interface that it uses.
    pub const BINDTODEVICE: u32 = 14;
}

/// How to look up: `u16`.
pub mod ai_flags {
    /// Without a host, find addresses to bind instead of those to connect to.
    pub const PASSIVE: u16 = 1 << 0;
    /// Tell the host's canonical name with the first result.
    pub const CANONNAME: u16 = 1 << 1;
    /// The host is an address: look nothing up.
    pub const NUMERICHOST: u16 = 1 << 2;
    /// The service is a number: look nothing up.
    pub const NUMERICSERV: u16 = 1 << 3;
    /// For IPv6: where there are no addresses, IPv4 ones in mapped form.
    pub const V4MAPPED: u16 = 1 << 4;
    /// With [`V4MAPPED`]: both.
    pub const ALL: u16 = 1 << 5;
    /// Only families that this host has an address of.
    pub const ADDRCONFIG: u16 = 1 << 6;
    /// Every flag that has a meaning.
    pub const KNOWN: u16 =
        PASSIVE | CANONNAME | NUMERICHOST | NUMERICSERV | V4MAPPED | ALL | ADDRCONFIG;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_below_128_is_a_flag_of_a_lookup_and_no_other_is() {
        assert_eq!(ai_flags::KNOWN, 0x7f);
    }

    #[test]
    fn the_options_are_numbered_without_a_gap() {
        let options = [
            option::REUSEADDR,
            option::TYPE,
            option::ERROR,
            option::DONTROUTE,
            option::BROADCAST,
            option::SNDBUF,
            option::RCVBUF,
            option::KEEPALIVE,
            option::OOBINLINE,
            option::LINGER,
            option::RCVLOWAT,
            option::RCVTIMEO,
            option::SNDTIMEO,
            option::ACCEPTCONN,
            option::BINDTODEVICE,
        ];
        assert!(options.into_iter().eq(0..15));
    }
}
