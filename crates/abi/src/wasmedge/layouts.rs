//! The structures of WasmEdge's socket extension in guest memory: byte ranges, one module each, and their parse/emit pairs.
//!
//! Padding is neither read nor written.

/// Where the bytes of an address lie, aligned to 4. Every address of this dialect is passed by a pointer to one.
///
/// It is only read: the length is not changed to that of an address which is written.
pub mod address {
    use core::ops::Range;

    /// Size in guest memory.
    pub const SIZE: usize = 8;
    /// `u32`: where the [bytes](super::address_bytes) begin.
    pub const POINTER: Range<usize> = 0..4;
    /// `u32`: how many there are, which says what form they have.
    pub const LENGTH: Range<usize> = 4..8;
}

/// The bytes of an address, without its port: the octets alone in one of two lengths, or a longer form with the family.
pub mod address_bytes {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use core::ops::Range;

    use crate::wasmedge::family;

    /// The length of four octets, most significant first.
    pub const IP4: usize = 4;
    /// The length of sixteen octets, most significant first.
    pub const IP6: usize = 16;
    /// The length of the long form.
    pub const LONG: usize = 128;

    /// In the long form, `u16`: a [`family`].
    pub const LONG_FAMILY: Range<usize> = 0..2;
    /// In the long form: four octets.
    pub const LONG_IP4: Range<usize> = 2..6;
    /// In the long form: sixteen octets.
    pub const LONG_IP6: Range<usize> = 2..18;
    /// In the long form: a path, with a NUL behind it.
    pub const LONG_PATH: Range<usize> = 2..128;

    /// What the bytes name.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Named<'a> {
        /// A host, or an interface of this one.
        Ip(IpAddr),
        /// A path of the file system, without its NUL.
        Unix(&'a [u8]),
    }

    /// What a guest wrote; none if it has no such length, or no such family.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Named<'_>> {
        match bytes.len() {
            IP4 => Some(Named::Ip(ip4(bytes).into())),
            IP6 => Some(Named::Ip(ip6(bytes).into())),
            LONG => long(bytes),
            _ => None,
        }
    }

    /// The bytes of an address for a buffer of this length, and how many of them to write; none if it does not fit.
    #[must_use]
    pub fn emit(ip: &IpAddr, len: usize) -> Option<([u8; LONG_IP6.end], usize)> {
        let mut bytes = [0; LONG_IP6.end];
        let at = match len {
            LONG => LONG_FAMILY.end,
            IP4 if ip.is_ipv6() => return None,
            IP4 | IP6 => 0,
            _ => return None,
        };
        let (number, end) = match ip {
            IpAddr::V4(ip) => {
                bytes[at..at + IP4].copy_from_slice(&ip.octets());
                (family::INET4, at + IP4)
            }
            IpAddr::V6(ip) => {
                bytes[at..at + IP6].copy_from_slice(&ip.octets());
                (family::INET6, at + IP6)
            }
        };
        if len == LONG {
            bytes[LONG_FAMILY].copy_from_slice(&u16::from(number).to_le_bytes());
        }
        Some((bytes, end))
    }

    /// The long form of a path, and how many of its bytes to write; none if it does not fit. A socket without a path has
    /// an empty one.
    #[must_use]
    pub fn emit_path(path: &[u8]) -> Option<([u8; LONG], usize)> {
        let mut bytes = [0; LONG];
        let end = LONG_PATH.start + path.len();
        if end >= LONG_PATH.end {
            return None;
        }
        bytes[LONG_FAMILY].copy_from_slice(&u16::from(family::UNIX).to_le_bytes());
        bytes[LONG_PATH.start..end].copy_from_slice(path);
        Some((bytes, end + 1))
    }

    fn long(bytes: &[u8]) -> Option<Named<'_>> {
        const INET4: u16 = family::INET4 as u16;
        const INET6: u16 = family::INET6 as u16;
        const UNIX: u16 = family::UNIX as u16;
        let number = bytes[LONG_FAMILY].try_into();
        match u16::from_le_bytes(number.expect("the range has two bytes")) {
            INET4 => Some(Named::Ip(ip4(&bytes[LONG_IP4]).into())),
            INET6 => Some(Named::Ip(ip6(&bytes[LONG_IP6]).into())),
            UNIX => Some(Named::Unix(path(&bytes[LONG_PATH]))),
            _ => None,
        }
    }

    /// As far as its NUL, which a guest can leave out.
    fn path(bytes: &[u8]) -> &[u8] {
        bytes.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    fn ip4(octets: &[u8]) -> Ipv4Addr {
        let octets: [u8; 4] = octets.try_into().expect("four octets");
        octets.into()
    }

    fn ip6(octets: &[u8]) -> Ipv6Addr {
        let octets: [u8; 16] = octets.try_into().expect("sixteen octets");
        octets.into()
    }
}

/// One node of a chain of results, or the hints of a lookup; aligned to 4.
///
/// The guest makes the chain with all that it points to, and the host overwrites what is in it: no pointer is changed.
pub mod addrinfo {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 28;
    /// `u16`: [`ai_flags`](crate::wasmedge::ai_flags).
    pub const FLAGS: Range<usize> = 0..2;
    /// `u8`: a [`family`](crate::wasmedge::family).
    pub const FAMILY: Range<usize> = 2..3;
    /// `u8`: a [`sock_type`](crate::wasmedge::sock_type).
    pub const TYPE: Range<usize> = 3..4;
    /// `u8`: a [`protocol`](crate::wasmedge::protocol). Some guests read the padding that follows with it.
    pub const PROTOCOL: Range<usize> = 4..5;
    /// `u32`: how long the address is natively: [`ADDR_LENGTH_IP4`] or [`ADDR_LENGTH_IP6`].
    pub const ADDR_LENGTH: Range<usize> = 8..12;
    /// `u32`: where the [`sockaddr`](super::sockaddr) is.
    pub const ADDR: Range<usize> = 12..16;
    /// `u32`: where the canonical name is.
    pub const CANONNAME: Range<usize> = 16..20;
    /// `u32`: how much room it has; in a result, how long it is without its NUL.
    pub const CANONNAME_LENGTH: Range<usize> = 20..24;
    /// `u32`: where the next node is.
    pub const NEXT: Range<usize> = 24..28;

    /// [`ADDR_LENGTH`] of an IPv4 address.
    pub const ADDR_LENGTH_IP4: u32 = 16;
    /// [`ADDR_LENGTH`] of an IPv6 address.
    pub const ADDR_LENGTH_IP6: u32 = 28;
}

/// The address of a result, aligned to 4.
pub mod sockaddr {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 12;
    /// `u8`: a [`family`](crate::wasmedge::family).
    pub const FAMILY: Range<usize> = 0..1;
    /// `u32`: how many bytes the [data](super::sockaddr_data) has.
    pub const DATA_LENGTH: Range<usize> = 4..8;
    /// `u32`: where they are.
    pub const DATA: Range<usize> = 8..12;
}

/// The data of a [`sockaddr`]: a native address without its family.
pub mod sockaddr_data {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use core::ops::Range;

    /// How much is written for an IPv4 address, padding included.
    pub const SIZE_IP4: usize = 14;
    /// How much is written for an IPv6 address.
    pub const SIZE_IP6: usize = 26;
    /// `u16`: the port, big-endian.
    pub const PORT: Range<usize> = 0..2;
    /// Four octets.
    pub const IP4: Range<usize> = 2..6;
    /// Sixteen octets, after four bytes of flow information.
    pub const IP6: Range<usize> = 6..22;
    /// Sixteen octets where programs of Go's compiler look for them.
    pub const IP6_GO: Range<usize> = 2..18;

    /// The endpoint in data of one of the two sizes.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<SocketAddr> {
        let ip: IpAddr = match bytes.len() {
            SIZE_IP4 => Ipv4Addr::from(copy::<4>(bytes, IP4)).into(),
            SIZE_IP6 => Ipv6Addr::from(copy::<16>(bytes, IP6)).into(),
            _ => return None,
        };
        Some(SocketAddr::new(ip, u16::from_be_bytes(copy(bytes, PORT))))
    }

    /// The data of an endpoint, and how much of it to write: 14 bytes for IPv4, 26 for IPv6.
    #[must_use]
    pub fn emit(addr: &SocketAddr) -> ([u8; SIZE_IP6], usize) {
        emit_at(addr, IP6)
    }

    /// The same for a program of Go's compiler: an IPv6 address is at [`IP6_GO`].
    #[must_use]
    pub fn emit_go(addr: &SocketAddr) -> ([u8; SIZE_IP6], usize) {
        emit_at(addr, IP6_GO)
    }

    fn emit_at(addr: &SocketAddr, ip6: Range<usize>) -> ([u8; SIZE_IP6], usize) {
        let mut bytes = [0; SIZE_IP6];
        bytes[PORT].copy_from_slice(&addr.port().to_be_bytes());
        match addr.ip() {
            IpAddr::V4(ip) => {
                bytes[IP4].copy_from_slice(&ip.octets());
                (bytes, SIZE_IP4)
            }
            IpAddr::V6(ip) => {
                bytes[ip6].copy_from_slice(&ip.octets());
                (bytes, SIZE_IP6)
            }
        }
    }

    fn copy<const N: usize>(bytes: &[u8], range: Range<usize>) -> [u8; N] {
        bytes[range].try_into().expect("the range has N bytes")
    }
}

/// The value of [`LINGER`](crate::wasmedge::option::LINGER).
pub mod linger {
    use core::ops::Range;

    /// Size in guest memory.
    pub const SIZE: usize = 8;
    /// `i32`: 0 if closing does not wait.
    pub const ON: Range<usize> = 0..4;
    /// `i32`: for how many seconds it does.
    pub const SECONDS: Range<usize> = 4..8;
}

/// The value of [`RCVTIMEO`](crate::wasmedge::option::RCVTIMEO) and [`SNDTIMEO`](crate::wasmedge::option::SNDTIMEO).
pub mod timeval {
    use core::ops::Range;

    /// Size in guest memory.
    pub const SIZE: usize = 16;
    /// `i64`: whole seconds.
    pub const SECONDS: Range<usize> = 0..8;
    /// `i64`: microseconds beside them, below a million.
    pub const MICROSECONDS: Range<usize> = 8..16;
}

#[cfg(test)]
mod tests {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

    use super::address_bytes::Named;
    use super::*;
    use crate::golden::agree;
    use crate::wasmedge::{ai_flags, family, protocol, sock_type};

    const V4: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
    const V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 3, 4, 5, 6, 7, 0xff08);

    #[rustfmt::skip]
    const OCTETS: [u8; 16] = [
        0x20, 0x01, 0x0d, 0xb8, 0x00, 0x03, 0x00, 0x04, // 2001:db8:3:4:
        0x00, 0x05, 0x00, 0x06, 0x00, 0x07, 0xff, 0x08, // 5:6:7:ff08
    ];

    #[rustfmt::skip]
    const LONG4: [u8; 18] = [
        0x01, 0x00,             // family: IPv4
        0x7f, 0x00, 0x00, 0x01, // 127.0.0.1
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    #[rustfmt::skip]
    const LONG6: [u8; 18] = [
        0x02, 0x00,                                     // family: IPv6
        0x20, 0x01, 0x0d, 0xb8, 0x00, 0x03, 0x00, 0x04, // 2001:db8:3:4:
        0x00, 0x05, 0x00, 0x06, 0x00, 0x07, 0xff, 0x08, // 5:6:7:ff08
    ];

    /// The long form, with bytes after the address that nobody looks at.
    fn long(start: [u8; 18]) -> [u8; address_bytes::LONG] {
        let mut bytes = [0xaa; address_bytes::LONG];
        bytes[..18].copy_from_slice(&start);
        bytes
    }

    #[test]
    fn an_address_is_where_its_bytes_are_and_how_many() {
        agree::<{ address::SIZE }>(
            [
                0x00, 0x10, 0x00, 0x00, // at 0x1000
                0x80, 0x00, 0x00, 0x00, // 128 bytes
            ],
            &[(address::POINTER, 0x1000), (address::LENGTH, 128)],
        );
    }

    #[test]
    fn octets_alone_are_read_and_written_in_network_order() {
        for (octets, ip) in [(&V4.octets()[..], IpAddr::V4(V4)), (&OCTETS, V6.into())] {
            assert_eq!(address_bytes::parse(octets), Some(Named::Ip(ip)));
            let (bytes, used) = address_bytes::emit(&ip, octets.len()).expect("it fits");
            assert_eq!(&bytes[..used], octets);
        }
    }

    #[test]
    fn the_long_form_begins_with_the_family() {
        for (golden, ip, end) in [(LONG4, IpAddr::V4(V4), 6), (LONG6, V6.into(), 18)] {
            assert_eq!(address_bytes::parse(&long(golden)), Some(Named::Ip(ip)));
            let emitted = address_bytes::emit(&ip, address_bytes::LONG);
            assert_eq!(emitted, Some((golden, end)));
        }
    }

    #[test]
    fn a_path_stands_in_the_long_form_and_ends_at_a_nul_or_with_it() {
        for path in [&b"/a"[..], b""] {
            let golden = [b"\x03\x00", path, b"\0"].concat();
            let (bytes, used) = address_bytes::emit_path(path).expect("it fits");
            assert_eq!(bytes[..used], golden);
            assert_eq!(address_bytes::parse(&bytes), Some(Named::Unix(path)));
        }
        let mut full = [b'a'; address_bytes::LONG];
        full[..2].copy_from_slice(b"\x03\x00");
        assert_eq!(address_bytes::parse(&full), Some(Named::Unix(&[b'a'; 126])));
        assert_eq!(address_bytes::emit_path(&[b'a'; 126]), None);
        assert!(address_bytes::emit_path(&[b'a'; 125]).is_some());
    }

    #[test]
    fn another_length_or_family_is_no_address() {
        for len in [0, 3, 5, 15, 17, 127] {
            assert_eq!(address_bytes::parse(&[1; 128][..len]), None, "{len}");
            assert_eq!(address_bytes::emit(&V4.into(), len), None, "{len}");
        }
        // 0x101 shows that both bytes are read.
        for number in [0_u16, 4, 0x101] {
            let mut bytes = long(LONG4);
            bytes[..2].copy_from_slice(&number.to_le_bytes());
            assert_eq!(address_bytes::parse(&bytes), None, "{number}");
        }
    }

    #[test]
    fn an_ipv4_address_fits_where_an_ipv6_one_does_and_not_the_other_way() {
        let (bytes, used) = address_bytes::emit(&V4.into(), 16).expect("it fits");
        assert_eq!(bytes[..used], V4.octets());
        assert_eq!(address_bytes::emit(&V6.into(), 4), None);
    }

    #[test]
    fn an_addrinfo_is_its_golden_bytes() {
        #[rustfmt::skip]
        let golden = [
            0x02, 0x00,             // flags: canonical name
            0x01,                   // family: IPv4
            0x02,                   // type: stream
            0x01, 0x00, 0x00, 0x00, // protocol: TCP, and padding
            0x10, 0x00, 0x00, 0x00, // 16 bytes natively
            0x00, 0x20, 0x00, 0x00, // address at 0x2000
            0x00, 0x30, 0x00, 0x00, // name at 0x3000
            0x1e, 0x00, 0x00, 0x00, // with room for 30 bytes
            0x00, 0x40, 0x00, 0x00, // next at 0x4000
        ];
        agree::<{ addrinfo::SIZE }>(
            golden,
            &[
                (addrinfo::FLAGS, ai_flags::CANONNAME.into()),
                (addrinfo::FAMILY, family::INET4.into()),
                (addrinfo::TYPE, sock_type::STREAM.into()),
                (addrinfo::PROTOCOL, protocol::TCP.into()),
                (addrinfo::ADDR_LENGTH, addrinfo::ADDR_LENGTH_IP4.into()),
                (addrinfo::ADDR, 0x2000),
                (addrinfo::CANONNAME, 0x3000),
                (addrinfo::CANONNAME_LENGTH, 30),
                (addrinfo::NEXT, 0x4000),
            ],
        );
    }

    #[test]
    fn a_sockaddr_is_its_golden_bytes() {
        agree::<{ sockaddr::SIZE }>(
            [
                0x02, 0x00, 0x00, 0x00, // family: IPv6, and padding
                0x1a, 0x00, 0x00, 0x00, // 26 bytes
                0x00, 0x50, 0x00, 0x00, // at 0x5000
            ],
            &[
                (sockaddr::FAMILY, family::INET6.into()),
                (sockaddr::DATA_LENGTH, 26),
                (sockaddr::DATA, 0x5000),
            ],
        );
    }

    #[test]
    fn the_data_of_a_sockaddr_is_its_golden_bytes() {
        #[rustfmt::skip]
        let four = [
            0x1f, 0x90,             // port 8080
            0x7f, 0x00, 0x00, 0x01, // 127.0.0.1
            0, 0, 0, 0, 0, 0, 0, 0, // padding
        ];
        #[rustfmt::skip]
        let six = [
            0x1f, 0x90,                                     // port 8080
            0x00, 0x00, 0x00, 0x00,                         // no flow information
            0x20, 0x01, 0x0d, 0xb8, 0x00, 0x03, 0x00, 0x04, // 2001:db8:3:4:
            0x00, 0x05, 0x00, 0x06, 0x00, 0x07, 0xff, 0x08, // 5:6:7:ff08
            0x00, 0x00, 0x00, 0x00,                         // no scope
        ];
        for (golden, ip) in [(&four[..], IpAddr::V4(V4)), (&six, V6.into())] {
            let addr = SocketAddr::new(ip, 8080);
            let (bytes, used) = sockaddr_data::emit(&addr);
            assert_eq!(&bytes[..used], golden);
            assert_eq!(sockaddr_data::parse(golden), Some(addr));
        }
        assert_eq!(sockaddr_data::parse(&six[..16]), None);
    }

    #[test]
    fn an_ipv6_address_is_right_behind_the_port_for_programs_of_go() {
        #[rustfmt::skip]
        let six = [
            0x1f, 0x90,                                     // port 8080
            0x20, 0x01, 0x0d, 0xb8, 0x00, 0x03, 0x00, 0x04, // 2001:db8:3:4:
            0x00, 0x05, 0x00, 0x06, 0x00, 0x07, 0xff, 0x08, // 5:6:7:ff08
            0, 0, 0, 0, 0, 0, 0, 0,                         // nothing
        ];
        let addr = SocketAddr::new(V6.into(), 8080);
        assert_eq!(sockaddr_data::emit_go(&addr), (six, 26));
        let addr = SocketAddr::new(V4.into(), 8080);
        assert_eq!(sockaddr_data::emit_go(&addr), sockaddr_data::emit(&addr));
    }

    #[test]
    fn the_values_of_options_are_laid_out_as_on_64_bit_linux() {
        agree::<{ linger::SIZE }>(
            [0x01, 0, 0, 0, 0x07, 0, 0, 0],
            &[(linger::ON, 1), (linger::SECONDS, 7)],
        );
        agree::<{ timeval::SIZE }>(
            [0x02, 0, 0, 0, 0, 0, 0, 0, 0xe8, 0x03, 0, 0, 0, 0, 0, 0],
            &[(timeval::SECONDS, 2), (timeval::MICROSECONDS, 1000)],
        );
    }
}
