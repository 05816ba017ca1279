//! WAMR's name lookup.

use iwasm_abi::Errno;
use iwasm_abi::wamr::{self as abi, addr_info, addr_info_hints as hints, family, sock_type};
use iwasm_net::{Endpoint, Fail, Family, Kind, Query, Span};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_ADDR_RESOLVE, sock_addr_resolve::<F>);
}

/// Names and services are not longer than this: NI_MAXHOST of the C libraries.
const MAX_TEXT: u32 = 1025;

/// `sock_addr_resolve(host, service, hints, infos, capacity, total)`.
///
/// `infos` has room for `capacity` entries, and that many are written at most; `total` is how many there are.
fn sock_addr_resolve<F: Files>(
    call: &mut Call<'_, F>,
    host: u32,
    service: u32,
    hints: u32,
    infos: u32,
    capacity: u32,
    total: u32,
) -> Result<(), Fail> {
    let total_slot = call.memory.reserve::<4>(total)?;
    let bytes = u64::from(capacity) * addr_info::SIZE as u64;
    let bytes = u32::try_from(bytes).map_err(|_| Errno::Fault)?;
    let room = call.memory.span(infos, bytes)?;
    let (kind, family) = read_hints(&call.memory.read(hints)?)?;
    let host = call.memory.read_text(host, MAX_TEXT)?;
    let service = call.memory.read_text(service, MAX_TEXT)?;
    let found = call.net().resolve(&Query {
        host: str::from_utf8(&host).map_err(|_| Errno::Ilseq)?,
        service: str::from_utf8(&service).map_err(|_| Errno::Ilseq)?,
        family,
        kind,
    })?;
    for (at, endpoint) in found.iter().take(capacity as usize).enumerate() {
        let entry = room.part(at * addr_info::SIZE, addr_info::SIZE);
        fill_info(entry, endpoint);
    }
    let found = u32::try_from(found.len()).map_err(|_| Errno::Overflow)?;
    total_slot.fill(found.to_le_bytes());
    Ok(())
}

/// The hints, unless they are switched off.
fn read_hints(wire: &[u8; hints::SIZE]) -> Result<(Option<Kind>, Option<Family>), Errno> {
    if wire[hints::ENABLED.start] == 0 {
        return Ok((None, None));
    }
    let word = |at: core::ops::Range<usize>| {
        i32::from_le_bytes(wire[at].try_into().expect("the range is a word"))
    };
    let kind = match word(hints::TYPE) {
        sock_type::ANY => None,
        sock_type::STREAM => Some(Kind::Stream),
        sock_type::DGRAM => Some(Kind::Datagram),
        _ => return Err(Errno::Inval),
    };
    let family = match word(hints::FAMILY) {
        family::UNSPEC => None,
        family::INET4 => Some(Family::V4),
        family::INET6 => Some(Family::V6),
        _ => return Err(Errno::Afnosupport),
    };
    Ok((kind, family))
}

fn fill_info(entry: Span<'_>, endpoint: &Endpoint) {
    let kind = match endpoint.kind {
        Kind::Stream => sock_type::STREAM,
        Kind::Datagram => sock_type::DGRAM,
    };
    let (bytes, used) = addr_info::emit(&endpoint.addr, kind);
    entry.part(0, used).copy_from(&bytes);
    let at = addr_info::TYPE;
    entry.part(at.start, at.len()).copy_from(&bytes[at]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(kind: i32, family: i32, enabled: u8) -> [u8; hints::SIZE] {
        let mut wire = [0xff; hints::SIZE];
        wire[hints::TYPE].copy_from_slice(&kind.to_le_bytes());
        wire[hints::FAMILY].copy_from_slice(&family.to_le_bytes());
        wire[hints::ENABLED.start] = enabled;
        wire
    }

    #[test]
    fn hints_that_are_off_or_any_ask_for_everything() {
        assert_eq!(read_hints(&wire(9, 9, 0)), Ok((None, None)));
        assert_eq!(read_hints(&wire(-1, 2, 1)), Ok((None, None)));
        let both = (Some(Kind::Stream), Some(Family::V6));
        assert_eq!(read_hints(&wire(1, 1, 1)), Ok(both));
    }

    #[test]
    fn hints_with_unknown_numbers_are_refused() {
        assert_eq!(read_hints(&wire(2, 2, 1)), Err(Errno::Inval));
        assert_eq!(read_hints(&wire(-1, 3, 1)), Err(Errno::Afnosupport));
    }
}
