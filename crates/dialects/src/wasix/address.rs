//! Endpoints as this dialect passes them: one structure of which IP addresses take the first bytes, and paths more.
//!
//! No more than an address takes is ever read or written: guests of an older C library have room for no path.

use iwasm_abi::Errno;
use iwasm_abi::wasix::addr_port::{self as layout, Named};
use iwasm_net::{Address, Memory, Slot};
use iwasm_wasi::{PortOrder, Quirks};

/// An endpoint that the guest gives.
pub(super) fn read(memory: Memory<'_>, at: u32) -> Result<Address, Errno> {
    match layout::parse(&memory.read(at)?) {
        Some(Named::Inet(addr)) => Ok(addr.into()),
        Some(Named::Unix) => Address::path(&memory.read::<{ layout::SIZE }>(at)?[layout::PATH]),
        None => Err(Errno::Inval),
    }
}

/// Room for an endpoint.
pub(super) struct Room<'a> {
    memory: Memory<'a>,
    at: u32,
    slot: Slot<'a, { layout::INET_SIZE }>,
    order: PortOrder,
}

/// Room for an endpoint, checked before anything is done that could not be reported.
pub(super) fn reserve<'a>(memory: Memory<'a>, quirks: &Quirks, at: u32) -> Result<Room<'a>, Errno> {
    Ok(Room {
        memory,
        at,
        slot: memory.reserve(at)?,
        order: quirks.wasix_port,
    })
}

impl Room<'_> {
    /// Write the endpoint. What is behind it stays as the guest had it. A path for which the memory ends too early is left
    /// out.
    pub(super) fn fill(self, address: &Address) {
        let addr = match address {
            Address::Inet(addr) => addr,
            Address::Unix(path) => return self.fill_path(path.as_str()),
            Address::Unnamed => return self.fill_path(""),
        };
        let mut bytes = layout::emit(addr);
        // Wasmer writes ports this way, and reads them as any other number: so the guest chooses.
        if self.order == PortOrder::Network {
            bytes[layout::PORT].reverse();
        }
        self.slot.fill(bytes);
    }

    fn fill_path(self, path: &str) {
        let room = layout::emit_path(path.as_bytes()).and_then(|(bytes, used)| {
            let len = u32::try_from(used).ok()?;
            let span = self.memory.span(self.at, len).ok()?;
            Some((span, bytes))
        });
        match room {
            Some((span, bytes)) => span.copy_from(&bytes[..span.len()]),
            None => self.fill_path(""),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::net::SocketAddr;

    use super::*;

    #[test]
    fn what_is_no_endpoint_has_its_error() {
        for (kind, errno) in [(0, Errno::Inval), (4, Errno::Inval)] {
            let mut memory = [kind; 20];
            let memory = Memory::exclusive(&mut memory);
            assert_eq!(read(memory, 0), Err(errno), "{kind}");
            assert_eq!(read(memory, 1), Err(Errno::Fault));
        }
    }

    #[test]
    fn a_port_is_written_in_either_order_and_nothing_behind_the_endpoint() {
        for (wasix_port, port) in [
            (PortOrder::Host, [0x90, 0x1f]),
            (PortOrder::Network, [0x1f, 0x90]),
        ] {
            let mut memory = [b'?'; 24];
            let quirks = Quirks {
                wasix_port,
                ..Quirks::default()
            };
            let room = reserve(Memory::exclusive(&mut memory), &quirks, 1);
            let addr: SocketAddr = "10.0.0.1:8080".parse().unwrap();
            room.unwrap().fill(&addr.into());
            assert_eq!(memory[..3], [b'?', 1, 0]);
            assert_eq!(memory[3..5], port);
            assert_eq!(memory[5..10], [10, 0, 0, 1, 0]);
            assert_eq!(memory[21..], [b'?'; 3]);
        }
    }
    #[test]
    fn a_path_is_read_and_written_as_far_as_it_goes() {
        let quirks = Quirks::default();
        let mut memory = [b'?'; 128];
        let path = Address::path(b"/run/a-name-of-more-bytes").unwrap();
        let room = reserve(Memory::exclusive(&mut memory), &quirks, 1).unwrap();
        room.fill(&path);
        assert_eq!(memory[..3], [b'?', 3, 0]);
        assert_eq!(&memory[3..30], b"/run/a-name-of-more-bytes\0?");
        assert_eq!(read(Memory::exclusive(&mut memory), 1), Ok(path));

        let room = reserve(Memory::exclusive(&mut memory), &quirks, 1).unwrap();
        room.fill(&Address::Unnamed);
        assert_eq!(memory[..22], [&[b'?', 3][..], &[0; 19], b"e"].concat());
        assert_eq!(read(Memory::exclusive(&mut memory), 1), Err(Errno::Inval));
        let end = Memory::exclusive(&mut memory[..100]);
        assert_eq!(read(end, 1), Err(Errno::Fault));
    }

    #[test]
    fn a_path_for_which_there_is_no_room_is_an_empty_one() {
        let mut memory = [b'?'; 24];
        let path = Address::path(b"/run/a-name-of-more-bytes").unwrap();
        let room = reserve(Memory::exclusive(&mut memory), &Quirks::default(), 0).unwrap();
        room.fill(&path);
        assert_eq!(memory, *[&[3][..], &[0; 19], b"????"].concat());
    }
}
