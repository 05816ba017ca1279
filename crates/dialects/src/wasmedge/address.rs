//! Addresses as this dialect passes them: a pointer to where the octets are and how many, and the port apart.

use core::net::SocketAddr;

use iwasm_abi::Errno;
use iwasm_abi::wasmedge::address;
use iwasm_abi::wasmedge::address_bytes::{self as bytes, Named};
use iwasm_net::{Address, Family, Memory, Span};

/// An address that the guest gives, in any of its three forms. A path has no port: its number does not matter.
pub(super) fn read(memory: Memory<'_>, at: u32, port: u32) -> Result<Address, Errno> {
    let span = span(memory, at)?;
    let mut copy = [0; bytes::LONG];
    span.copy_to(&mut copy);
    match bytes::parse(&copy[..span.len()]) {
        Some(Named::Ip(ip)) => {
            // Never cut down to another port, which another grant may be for.
            let port = u16::try_from(port).map_err(|_| Errno::Inval)?;
            Ok(SocketAddr::new(ip, port).into())
        }
        Some(Named::Unix(path)) => Address::path(path),
        None => Err(Errno::Inval),
    }
}

/// Room for an address of this dialect.
pub(super) struct Room<'a>(Span<'a>);

/// Room for an address, checked before anything is done that could not be reported.
pub(super) fn reserve(memory: Memory<'_>, at: u32) -> Result<Room<'_>, Errno> {
    span(memory, at).map(Room)
}

impl Room<'_> {
    /// Go on only if addresses of the family fit.
    pub(super) fn holds(&self, family: Family) -> Result<(), Errno> {
        let fits = match family {
            Family::V4 => true,
            Family::V6 => self.0.len() >= bytes::IP6,
            Family::Unix => self.0.len() == bytes::LONG,
        };
        if fits { Ok(()) } else { Err(Errno::Inval) }
    }

    /// Write the address; what is behind it stays as the guest had it, and so does the length.
    pub(super) fn fill(&self, address: &Address) -> Result<(), Errno> {
        let path = match address {
            Address::Inet(addr) => {
                let (octets, used) = bytes::emit(&addr.ip(), self.0.len()).ok_or(Errno::Inval)?;
                self.0.copy_from(&octets[..used]);
                return Ok(());
            }
            Address::Unix(path) => path.as_str(),
            Address::Unnamed => "",
        };
        self.holds(Family::Unix)?;
        let (path, used) = bytes::emit_path(path.as_bytes()).ok_or(Errno::Inval)?;
        self.0.copy_from(&path[..used]);
        Ok(())
    }
}

/// The port of an address; a path has none, which is told as 0.
pub(super) fn port(address: &Address) -> u16 {
    match address {
        Address::Inet(addr) => addr.port(),
        Address::Unix(_) | Address::Unnamed => 0,
    }
}

/// Where the octets are: of one of three lengths, or EINVAL.
fn span(memory: Memory<'_>, at: u32) -> Result<Span<'_>, Errno> {
    let wire = memory.read::<{ address::SIZE }>(at)?;
    let word = |at: core::ops::Range<usize>| {
        u32::from_le_bytes(wire[at].try_into().expect("the range is a word"))
    };
    let span = memory.span(word(address::POINTER), word(address::LENGTH))?;
    match span.len() {
        bytes::IP4 | bytes::IP6 | bytes::LONG => Ok(span),
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A memory of 256 bytes that begins with the place and length of an address.
    fn holding(at: u32, len: u32, address: &[u8]) -> [u8; 256] {
        let mut memory = [b'?'; 256];
        memory[..4].copy_from_slice(&at.to_le_bytes());
        memory[4..8].copy_from_slice(&len.to_le_bytes());
        memory[16..16 + address.len()].copy_from_slice(address);
        memory
    }

    #[test]
    fn an_address_is_read_in_each_of_its_forms() {
        let v6 = "[2001:db8::1]:80".parse().unwrap();
        let mut octets = [0; 16];
        octets[..4].copy_from_slice(b"\x20\x01\x0d\xb8");
        octets[15] = 1;
        let long6 = [&[2, 0][..], &octets].concat();
        for (len, bytes, addr) in [
            (4, &[10, 0, 0, 1][..], SocketAddr::from(([10, 0, 0, 1], 80))),
            (16, &octets, v6),
            (128, &[1, 0, 10, 0, 0, 1], ([10, 0, 0, 1], 80).into()),
            (128, &long6, v6),
        ] {
            let mut memory = holding(16, len, bytes);
            assert_eq!(read(Memory::exclusive(&mut memory), 0, 80), Ok(addr.into()));
        }
        let mut memory = holding(16, 128, b"\x03\x00/a\0");
        let path = Address::path(b"/a");
        for port in [0, 0x1_0000] {
            assert_eq!(read(Memory::exclusive(&mut memory), 0, port), path);
        }
    }

    #[test]
    fn what_is_no_address_has_its_error() {
        for (at, len, bytes, port, errno) in [
            (16, 4, &[10, 0, 0, 1][..], 0x1_0000, Errno::Inval),
            (16, 8, &[10, 0, 0, 1], 80, Errno::Inval),
            (16, 128, &[0, 0], 80, Errno::Inval),
            (16, 128, b"\x03\x00a\0", 80, Errno::Inval),
            (253, 4, &[], 80, Errno::Fault),
            (16, u32::MAX, &[], 80, Errno::Fault),
        ] {
            let mut memory = holding(at, len, bytes);
            let read = read(Memory::exclusive(&mut memory), 0, port);
            assert_eq!(read, Err(errno), "{at}+{len}");
        }
    }

    #[test]
    fn room_is_filled_as_far_as_the_address_goes() {
        for (len, written) in [
            (4, &[10, 0, 0, 1][..]),
            (16, &[10, 0, 0, 1]),
            (128, &[1, 0, 10, 0, 0, 1]),
        ] {
            let mut memory = holding(16, len, &[]);
            let room = reserve(Memory::exclusive(&mut memory), 0).unwrap();
            let addr = SocketAddr::from(([10, 0, 0, 1], 80));
            room.fill(&addr.into()).unwrap();
            assert_eq!(&memory[16..16 + written.len()], written);
            assert!(memory[16 + written.len()..].iter().all(|&b| b == b'?'));
            assert_eq!(memory[4..8], len.to_le_bytes());
        }
    }

    #[test]
    fn four_bytes_do_not_hold_an_ipv6_address() {
        for (len, holds) in [(4, Err(Errno::Inval)), (16, Ok(())), (128, Ok(()))] {
            let mut memory = holding(16, len, &[]);
            let room = reserve(Memory::exclusive(&mut memory), 0).unwrap();
            assert_eq!(room.holds(Family::V4), Ok(()));
            assert_eq!(room.holds(Family::V6), holds);
            let addr: SocketAddr = "[::1]:80".parse().unwrap();
            assert_eq!(room.fill(&addr.into()), holds);
        }
    }

    #[test]
    fn the_long_form_alone_holds_a_path() {
        for (len, holds) in [
            (4, Err(Errno::Inval)),
            (16, Err(Errno::Inval)),
            (128, Ok(())),
        ] {
            for (address, written) in [
                (Address::path(b"/a").unwrap(), &b"\x03\0/a\0?"[..]),
                (Address::Unnamed, b"\x03\0\0?"),
            ] {
                let mut memory = holding(16, len, &[]);
                let room = reserve(Memory::exclusive(&mut memory), 0).unwrap();
                assert_eq!(room.holds(Family::Unix), holds);
                assert_eq!(room.fill(&address), holds);
                let written = if holds.is_ok() { written } else { b"??" };
                assert!(memory[16..].starts_with(written), "{address}");
            }
        }
    }
}
