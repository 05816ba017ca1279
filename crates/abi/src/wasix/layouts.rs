//! The structures of WASIX in guest memory: byte ranges, one module each, and parse/emit pairs of what holds an address.
//!
//! Padding is not read; where a structure is written it is zero, as Wasmer leaves it.

/// An address and its port: a tagged union, aligned to 2.
///
/// Guests have room for more or less of it, by the age of their C library: 20, 28 or 110 bytes. So an IP address is read
/// and written in the first [`INET_SIZE`](addr_port::INET_SIZE) bytes, which all of them have.
pub mod addr_port {
    use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use core::ops::Range;

    use crate::wasix::family;

    /// Size in guest memory, of guests that know the longest of its forms.
    pub const SIZE: usize = 110;
    /// How much of it an IP address takes.
    pub const INET_SIZE: usize = 20;

    /// `u8`: a [`family`].
    pub const KIND: Range<usize> = 0..1;
    /// `u16`: the port.
    pub const PORT: Range<usize> = 2..4;
    /// Four octets, most significant first.
    pub const IP4: Range<usize> = 4..8;
    /// Sixteen octets, most significant first. The flow and the scope that follow them are neither read nor written.
    pub const IP6: Range<usize> = 4..20;
    /// A path, up to its first NUL.
    pub const PATH: Range<usize> = 2..110;

    /// What the bytes name.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Named {
        /// An endpoint.
        Inet(SocketAddr),
        /// A path of the file system, in [`PATH`].
        Unix,
    }

    /// What a guest wrote; none if it is of no such family.
    #[must_use]
    pub fn parse(bytes: &[u8; INET_SIZE]) -> Option<Named> {
        let ip: IpAddr = match bytes[KIND.start] {
            family::INET4 => {
                let octets: [u8; 4] = bytes[IP4].try_into().expect("the range has four bytes");
                Ipv4Addr::from(octets).into()
            }
            family::INET6 => {
                let octets: [u8; 16] = bytes[IP6].try_into().expect("the range has sixteen bytes");
                Ipv6Addr::from(octets).into()
            }
            family::UNIX => return Some(Named::Unix),
            _ => return None,
        };
        let port = bytes[PORT].try_into().expect("the range has two bytes");
        Some(Named::Inet(SocketAddr::new(ip, u16::from_le_bytes(port))))
    }

    /// The bytes of a path, and how many of them to write: no fewer than an IP address takes; none if it does not fit. A
    /// socket without a path has an empty one.
    #[must_use]
    pub fn emit_path(path: &[u8]) -> Option<([u8; SIZE], usize)> {
        let mut bytes = [0; SIZE];
        let end = PATH.start + path.len();
        if end >= PATH.end {
            return None;
        }
        bytes[KIND.start] = family::UNIX;
        bytes[PATH.start..end].copy_from_slice(path);
        Some((bytes, INET_SIZE.max(end + 1)))
    }

    /// The bytes of an endpoint.
    #[must_use]
    pub fn emit(addr: &SocketAddr) -> [u8; INET_SIZE] {
        let mut bytes = [0; INET_SIZE];
        bytes[PORT].copy_from_slice(&addr.port().to_le_bytes());
        match addr.ip() {
            IpAddr::V4(ip) => {
                bytes[KIND.start] = family::INET4;
                bytes[IP4].copy_from_slice(&ip.octets());
            }
            IpAddr::V6(ip) => {
                bytes[KIND.start] = family::INET6;
                bytes[IP6].copy_from_slice(&ip.octets());
            }
        }
        bytes
    }
}

/// An address without a port, as a lookup answers: a tagged union, aligned to 1. An answer is an array of these.
pub mod addr_ip {
    use core::net::IpAddr;
    use core::ops::Range;

    use crate::wasix::family;

    /// Size in guest memory.
    pub const SIZE: usize = 18;
    /// `u8`: a [`family`].
    pub const KIND: Range<usize> = 0..1;
    /// Four octets, most significant first.
    pub const IP4: Range<usize> = 2..6;
    /// Sixteen octets, most significant first.
    pub const IP6: Range<usize> = 2..18;

    /// The bytes of an address.
    #[must_use]
    pub fn emit(ip: &IpAddr) -> [u8; SIZE] {
        let mut bytes = [0; SIZE];
        match ip {
            IpAddr::V4(ip) => {
                bytes[KIND.start] = family::INET4;
                bytes[IP4].copy_from_slice(&ip.octets());
            }
            IpAddr::V6(ip) => {
                bytes[KIND.start] = family::INET6;
                bytes[IP6].copy_from_slice(&ip.octets());
            }
        }
        bytes
    }
}

/// An IPv4 group or interface: four octets, most significant first.
pub mod ip4 {
    /// Size in guest memory.
    pub const SIZE: usize = 4;
}

/// An IPv6 group: sixteen octets, most significant first.
pub mod ip6 {
    /// Size in guest memory.
    pub const SIZE: usize = 16;
}

/// A time that may be missing, aligned to 8.
pub mod option_timestamp {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 16;
    /// `u8`: is it there, [`some`](crate::wasix::some).
    pub const TAG: Range<usize> = 0..1;
    /// `u64`: in nanoseconds.
    pub const NANOSECONDS: Range<usize> = 8..16;
}

/// What `epoll_ctl` asks and `epoll_wait` answers, aligned to 8.
pub mod epoll_event {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 32;
    /// `u32`: [`epoll_type`](crate::wasix::epoll_type) bits.
    pub const EVENTS: Range<usize> = 0..4;
    /// What the guest wants to be told with the event: a pointer, a descriptor, and two numbers.
    pub const DATA: Range<usize> = 8..32;
}

/// Where a thread starts: passed to both functions that start one, and to the export that it starts in; aligned to 4.
pub mod thread_start {
    use core::ops::Range;

    /// Size in guest memory.
    pub const SIZE: usize = 64;
    /// `u32`: the top of its stack.
    pub const STACK: Range<usize> = 0..4;
    /// `u32`: its thread-local data.
    pub const TLS_BASE: Range<usize> = 4..8;
    /// `u32`: the guest's function.
    pub const FUNCTION: Range<usize> = 8..12;
    /// `u32`: that function's argument.
    pub const ARGUMENT: Range<usize> = 12..16;
    /// `u32`: how large its stack is.
    pub const STACK_SIZE: Range<usize> = 56..60;
    /// `u32`: how much room lies below it.
    pub const GUARD_SIZE: Range<usize> = 60..64;
}

/// What a terminal is like, aligned to 4.
pub mod tty {
    use core::ops::Range;

    /// Size in guest memory, padding included.
    pub const SIZE: usize = 24;
    /// `u32`: its width in characters.
    pub const COLUMNS: Range<usize> = 0..4;
    /// `u32`: its height in characters.
    pub const ROWS: Range<usize> = 4..8;
    /// `u32`: its width in dots.
    pub const WIDTH: Range<usize> = 8..12;
    /// `u32`: its height in dots.
    pub const HEIGHT: Range<usize> = 12..16;
    /// A flag: is standard input one.
    pub const STDIN: Range<usize> = 16..17;
    /// A flag: is standard output one.
    pub const STDOUT: Range<usize> = 17..18;
    /// A flag: is standard error one.
    pub const STDERR: Range<usize> = 18..19;
    /// A flag: does it show what is typed.
    pub const ECHO: Range<usize> = 19..20;
    /// A flag: does it give whole lines.
    pub const LINE_BUFFERED: Range<usize> = 20..21;
    /// A flag: does it turn line ends into line feeds.
    pub const LINE_FEEDS: Range<usize> = 21..22;
}

#[cfg(test)]
mod tests {
    use core::net::SocketAddr;

    use super::addr_port::Named;
    use super::*;
    use crate::golden::agree;

    #[test]
    fn an_endpoint_is_a_tag_a_port_and_octets() {
        let v4 = [
            1, 0, // kind, padding
            0x90, 0x1f, // port 8080
            10, 0, 0, 1, // octets
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        let v6 = [
            2, 0, // kind, padding
            0x90, 0x1f, // port 8080
            0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        ];
        for (text, golden) in [("10.0.0.1:8080", v4), ("[2001:db8::1]:8080", v6)] {
            let addr: SocketAddr = text.parse().unwrap();
            assert_eq!(addr_port::emit(&addr), golden);
            assert_eq!(addr_port::parse(&golden), Some(Named::Inet(addr)));
        }
    }

    #[test]
    fn a_path_is_a_tag_and_bytes_up_to_a_nul() {
        for (path, used) in [(&b""[..], 20), (b"/run/a", 20), (&[b'a'; 107], 110)] {
            let (bytes, written) = addr_port::emit_path(path).expect("it fits");
            assert_eq!(written, used);
            assert_eq!(bytes[..2], [3, 0]);
            assert_eq!(&bytes[2..2 + path.len()], path);
            assert!(bytes[2 + path.len()..].iter().all(|byte| *byte == 0));
        }
        assert_eq!(addr_port::emit_path(&[b'a'; 108]), None);
    }

    #[test]
    fn what_is_no_endpoint_is_a_path_or_nothing() {
        for (kind, named) in [(0, None), (3, Some(Named::Unix)), (4, None), (255, None)] {
            let mut bytes = [0; 20];
            bytes[0] = kind;
            assert_eq!(addr_port::parse(&bytes), named, "{kind}");
        }
    }

    #[test]
    fn an_answer_of_a_lookup_is_a_tag_and_octets() {
        let mut golden = [0; 18];
        golden[..6].copy_from_slice(&[1, 0, 10, 0, 0, 1]);
        assert_eq!(addr_ip::emit(&[10, 0, 0, 1].into()), golden);
        golden[..6].copy_from_slice(&[2, 0, 0x20, 0x01, 0x0d, 0xb8]);
        golden[17] = 1;
        assert_eq!(addr_ip::emit(&"2001:db8::1".parse().unwrap()), golden);
    }

    #[test]
    fn a_time_is_a_tag_and_nanoseconds() {
        use option_timestamp::{NANOSECONDS, TAG};
        agree(
            [1, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x42, 0x0f, 0, 0, 0, 0, 0],
            &[(TAG, 1), (NANOSECONDS, 1_000_000)],
        );
    }

    #[test]
    fn a_thread_starts_with_a_stack_and_a_function() {
        use thread_start::{ARGUMENT, FUNCTION, GUARD_SIZE, STACK, STACK_SIZE, TLS_BASE};
        let mut golden = [0; thread_start::SIZE];
        for (at, byte) in [(0, 1), (4, 2), (8, 3), (12, 4), (56, 5), (60, 6)] {
            golden[at] = byte;
        }
        agree(
            golden,
            &[
                (STACK, 1),
                (TLS_BASE, 2),
                (FUNCTION, 3),
                (ARGUMENT, 4),
                (STACK_SIZE, 5),
                (GUARD_SIZE, 6),
            ],
        );
    }

    #[test]
    fn a_terminal_is_four_words_and_six_flags() {
        use tty::{
            COLUMNS, ECHO, HEIGHT, LINE_BUFFERED, LINE_FEEDS, ROWS, STDERR, STDIN, STDOUT, WIDTH,
        };
        agree(
            [
                80, 0, 0, 0, 25, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, // four words
                1, 0, 1, 0, 1, 1, 0, 0, // flags, padding
            ],
            &[
                (COLUMNS, 80),
                (ROWS, 25),
                (WIDTH, 3),
                (HEIGHT, 4),
                (STDIN, 1),
                (STDOUT, 0),
                (STDERR, 1),
                (ECHO, 0),
                (LINE_BUFFERED, 1),
                (LINE_FEEDS, 1),
            ],
        );
    }
}
