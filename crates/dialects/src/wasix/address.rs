//! Endpoints as this dialect passes them: one structure of which IP addresses take the first bytes.
//!
//! No more than those is ever read or written: guests of an older C library have room for no more.

use core::net::SocketAddr;

use iwasm_abi::Errno;
use iwasm_abi::wasix::addr_port::{self as layout, Named};
use iwasm_net::{Memory, Slot};
use iwasm_wasi::{PortOrder, Quirks};

/// An endpoint that the guest gives. A path is EAFNOSUPPORT: no socket of this dialect has one yet.
pub(super) fn read(memory: Memory<'_>, at: u32) -> Result<SocketAddr, Errno> {
    match layout::parse(&memory.read(at)?) {
        Some(Named::Inet(addr)) => Ok(addr),
        Some(Named::Unix) => Err(Errno::Afnosupport),
        None => Err(Errno::Inval),
    }
}

/// Room for an endpoint.
pub(super) struct Room<'a> {
    slot: Slot<'a, { layout::INET_SIZE }>,
    order: PortOrder,
}

/// Room for an endpoint, checked before anything is done that could not be reported.
pub(super) fn reserve<'a>(memory: Memory<'a>, quirks: &Quirks, at: u32) -> Result<Room<'a>, Errno> {
    Ok(Room {
        slot: memory.reserve(at)?,
        order: quirks.wasix_port,
    })
}

impl Room<'_> {
    /// Write the endpoint. What is behind it stays as the guest had it.
    pub(super) fn fill(self, addr: &SocketAddr) {
        let mut bytes = layout::emit(addr);
        // Wasmer writes ports this way, and reads them as any other number: so the guest chooses.
        if self.order == PortOrder::Network {
            bytes[layout::PORT].reverse();
        }
        self.slot.fill(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_endpoint_has_its_error() {
        for (kind, errno) in [
            (0, Errno::Inval),
            (3, Errno::Afnosupport),
            (4, Errno::Inval),
        ] {
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
            room.unwrap().fill(&"10.0.0.1:8080".parse().unwrap());
            assert_eq!(memory[..3], [b'?', 1, 0]);
            assert_eq!(memory[3..5], port);
            assert_eq!(memory[5..10], [10, 0, 0, 1, 0]);
            assert_eq!(memory[21..], [b'?'; 3]);
        }
    }
}
