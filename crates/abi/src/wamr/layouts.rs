//! The structures of WAMR's socket extension in guest memory: byte ranges, one module each, and their parse/emit pairs.
//!
//! Padding is neither read nor written: an emitter says how many of its bytes count.

/// `__wasi_addr_ip_t`: a tagged union of IPv4 and IPv6 addresses, aligned to 4.
pub mod addr_ip {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 20;
    /// `u32`: [`KIND_IPV4`] or [`KIND_IPV6`].
    pub const KIND: Range<usize> = 0..4;
    /// Four octets, most significant first.
    pub const IP4: Range<usize> = 4..8;
    /// Eight `u16`, the most significant first, but each of them little-endian.
    pub const IP6: Range<usize> = 4..20;

    /// [`KIND`] of an IPv4 address.
    pub const KIND_IPV4: u32 = 0;
    /// [`KIND`] of an IPv6 address.
    pub const KIND_IPV6: u32 = 1;

    /// The address that a guest wrote; none if its kind is unknown.
    #[must_use]
    #[inline]
    pub fn parse(bytes: &[u8; SIZE]) -> Option<IpAddr> {
        match u32::from_le_bytes(copy(bytes, KIND)) {
            KIND_IPV4 => Some(Ipv4Addr::from(copy::<4>(bytes, IP4)).into()),
            KIND_IPV6 => Some(ip6(copy(bytes, IP6)).into()),
            _ => None,
        }
    }

    /// The bytes of an address, and how many of them to write to the guest: 8 for IPv4, 20 for IPv6.
    #[must_use]
    pub fn emit(ip: &IpAddr) -> ([u8; SIZE], usize) {
        let mut bytes = [0; SIZE];
        match ip {
            IpAddr::V4(ip) => {
                bytes[KIND].copy_from_slice(&KIND_IPV4.to_le_bytes());
                bytes[IP4].copy_from_slice(&ip.octets());
                (bytes, IP4.end)
            }
            IpAddr::V6(ip) => {
                bytes[KIND].copy_from_slice(&KIND_IPV6.to_le_bytes());
                bytes[IP6].copy_from_slice(&swapped(ip.octets()));
                (bytes, IP6.end)
            }
        }
    }

    fn ip6(wire: [u8; 16]) -> Ipv6Addr {
        Ipv6Addr::from(swapped(wire))
    }

    /// Turns each of eight `u16` from one byte order to the other.
    fn swapped(mut bytes: [u8; 16]) -> [u8; 16] {
        for pair in bytes.as_chunks_mut::<2>().0 {
            pair.reverse();
        }
        bytes
    }

    fn copy<const N: usize>(bytes: &[u8; SIZE], range: Range<usize>) -> [u8; N] {
        bytes[range].try_into().expect("the range has N bytes")
    }
}

/// `__wasi_addr_t`: a tagged union of IPv4 and IPv6 endpoints, aligned to 4.
///
/// It begins as an [`addr_ip`]. A scope id and flow information have no place in it.
pub mod addr {
    use core::net::{IpAddr, SocketAddr};
    use core::ops::Range;

    use super::addr_ip;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 24;
    /// `u32`: [`KIND_IPV4`] or [`KIND_IPV6`].
    pub const KIND: Range<usize> = addr_ip::KIND;
    /// Four octets, most significant first.
    pub const IP4: Range<usize> = addr_ip::IP4;
    /// `u16`: the port of an IPv4 endpoint, little-endian.
    pub const IP4_PORT: Range<usize> = 8..10;
    /// Eight `u16`, the most significant first, but each of them little-endian.
    pub const IP6: Range<usize> = addr_ip::IP6;
    /// `u16`: the port of an IPv6 endpoint, little-endian.
    pub const IP6_PORT: Range<usize> = 20..22;

    pub use super::addr_ip::{KIND_IPV4, KIND_IPV6};

    /// The endpoint that a guest wrote; none if its kind is unknown.
    #[must_use]
    pub fn parse(bytes: &[u8; SIZE]) -> Option<SocketAddr> {
        let (ip, _) = bytes
            .split_first_chunk()
            .expect("an address begins an endpoint");
        let ip = addr_ip::parse(ip)?;
        let port = bytes[port_of(&ip)]
            .try_into()
            .expect("a port has two bytes");
        Some(SocketAddr::new(ip, u16::from_le_bytes(port)))
    }

    /// The bytes of an endpoint, and how many of them to write to the guest: 10 for IPv4, 22 for IPv6.
    #[must_use]
    pub fn emit(addr: &SocketAddr) -> ([u8; SIZE], usize) {
        let mut bytes = [0; SIZE];
        let (ip, _) = addr_ip::emit(&addr.ip());
        bytes[..addr_ip::SIZE].copy_from_slice(&ip);
        let port = port_of(&addr.ip());
        bytes[port.clone()].copy_from_slice(&addr.port().to_le_bytes());
        (bytes, port.end)
    }

    fn port_of(ip: &IpAddr) -> Range<usize> {
        match ip {
            IpAddr::V4(_) => IP4_PORT,
            IpAddr::V6(_) => IP6_PORT,
        }
    }
}

/// `__wasi_addr_info_t`: one result of a lookup, aligned to 4.
pub mod addr_info {
    use core::net::SocketAddr;
    use core::ops::Range;

    use super::addr;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 28;
    /// An [`addr`].
    pub const ADDR: Range<usize> = 0..addr::SIZE;
    /// `i32`: a [`sock_type`](crate::wamr::sock_type), never `ANY`.
    pub const TYPE: Range<usize> = 24..28;

    /// The bytes of a result, and how many of the first to write to the guest; [`TYPE`] is written as well,
    /// and what lies between is padding.
    #[must_use]
    pub fn emit(addr: &SocketAddr, sock_type: i32) -> ([u8; SIZE], usize) {
        let mut bytes = [0; SIZE];
        let (endpoint, used) = addr::emit(addr);
        bytes[ADDR].copy_from_slice(&endpoint);
        bytes[TYPE].copy_from_slice(&sock_type.to_le_bytes());
        (bytes, used)
    }
}

/// `__wasi_addr_info_hints_t`: what a lookup should find, aligned to 4.
pub mod addr_info_hints {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 12;
    /// `i32`: a [`sock_type`](crate::wamr::sock_type).
    pub const TYPE: Range<usize> = 0..4;
    /// `i32`: a [`family`](crate::wamr::family).
    pub const FAMILY: Range<usize> = 4..8;
    /// `u8`: 0 if the two above count for nothing.
    pub const ENABLED: Range<usize> = 8..9;
}

#[cfg(test)]
mod tests {
    use core::net::{IpAddr, Ipv4Addr, SocketAddr};

    use super::*;
    use crate::golden::agree;
    use crate::wamr::{family, sock_type};

    #[rustfmt::skip]
    const IP4: [u8; addr::SIZE] = [
        0x00, 0x00, 0x00, 0x00,                         // kind: IPv4
        0x7f, 0x00, 0x00, 0x01,                         // 127.0.0.1
        0x90, 0x1f,                                     // port 8080
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00,             // padding
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // padding
    ];

    #[rustfmt::skip]
    const IP6: [u8; addr::SIZE] = [
        0x01, 0x00, 0x00, 0x00,                         // kind: IPv6
        0x01, 0x20, 0xb8, 0x0d, 0x03, 0x00, 0x04, 0x00, // 2001:db8:3:4:
        0x05, 0x00, 0x06, 0x00, 0x07, 0x00, 0x08, 0xff, // 5:6:7:ff08
        0x90, 0x1f,                                     // port 8080
        0x00, 0x00,                                     // padding
    ];

    fn endpoints() -> [([u8; addr::SIZE], SocketAddr, usize); 2] {
        [
            (IP4, SocketAddr::from(([127, 0, 0, 1], 8080)), 10),
            (
                IP6,
                SocketAddr::from(([0x2001, 0xdb8, 3, 4, 5, 6, 7, 0xff08], 8080)),
                22,
            ),
        ]
    }

    fn start(bytes: &[u8; addr::SIZE]) -> &[u8; addr_ip::SIZE] {
        bytes.first_chunk().expect("an addr is longer")
    }

    #[test]
    fn an_addr_is_its_golden_bytes() {
        for (golden, addr, used) in endpoints() {
            assert_eq!(addr::parse(&golden), Some(addr));
            assert_eq!(addr::emit(&addr), (golden, used));
        }
    }

    #[test]
    fn an_addr_ip_is_the_begin_of_an_addr() {
        for ((golden, addr, _), used) in endpoints().into_iter().zip([8, 20]) {
            let mut golden: [u8; addr_ip::SIZE] = *start(&golden);
            golden[used..].fill(0); // the IPv4 port
            assert_eq!(addr_ip::parse(&golden), Some(addr.ip()));
            assert_eq!(addr_ip::emit(&addr.ip()), (golden, used));
        }
    }

    #[test]
    fn padding_is_not_looked_at() {
        for (mut golden, addr, used) in endpoints() {
            golden[used..].fill(0xaa);
            assert_eq!(addr::parse(&golden), Some(addr));
        }
    }

    #[test]
    fn an_unknown_kind_is_no_address() {
        // 0x100 and 1 << 31 show that all four bytes are read.
        for kind in [2, 0x100, 1 << 31, u32::MAX] {
            let mut bytes = IP4;
            bytes[addr::KIND].copy_from_slice(&u32::to_le_bytes(kind));
            assert_eq!(addr::parse(&bytes), None, "{kind}");
            assert_eq!(addr_ip::parse(start(&bytes)), None, "{kind}");
        }
    }

    #[test]
    fn a_mapped_address_stays_ipv6_on_the_wire() {
        let mapped = IpAddr::V6(Ipv4Addr::new(10, 0, 0, 1).to_ipv6_mapped());
        let (bytes, used) = addr_ip::emit(&mapped);
        #[rustfmt::skip]
        let golden = [
            0x01, 0x00, 0x00, 0x00,                         // kind: IPv6
            0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // ::
            0x00, 0x00, 0xff, 0xff, 0x00, 0x0a, 0x01, 0x00, // ffff:0a00:0001
        ];
        assert_eq!((bytes, used), (golden, 20));
        assert_eq!(addr_ip::parse(&bytes), Some(mapped));
    }

    #[test]
    fn an_addr_info_is_an_addr_and_a_type() {
        for (golden, addr, used) in endpoints() {
            let (bytes, written) = addr_info::emit(&addr, sock_type::STREAM);
            assert_eq!(bytes[..24], golden);
            assert_eq!(bytes[24..], [0x01, 0x00, 0x00, 0x00]); // type: stream
            assert_eq!(written, used);
        }
    }

    #[test]
    fn the_hints_of_a_lookup_are_their_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0xff, 0xff, 0xff, 0xff, // type: any
            0x02, 0x00, 0x00, 0x00, // family: either
            0x01,                   // enabled
            0x00, 0x00, 0x00,       // padding
        ];
        agree::<{ addr_info_hints::SIZE }>(
            golden,
            &[
                (addr_info_hints::TYPE, sock_type::ANY.cast_unsigned().into()),
                (
                    addr_info_hints::FAMILY,
                    family::UNSPEC.cast_unsigned().into(),
                ),
                (addr_info_hints::ENABLED, 1),
            ],
        );
    }
}
