//! How a guest numbers families and kinds of sockets: from 1, or from 0 as those of WasmEdge 0.9 and before.
//!
//! The imports do not tell, so the first socket that can be read in one way only does, or a flag; until then the numbers
//! are the new ones.

use iwasm_abi::Errno;
use iwasm_abi::wasmedge::{family as new_family, sock_type as new_type, v0};
use iwasm_net::{Family, Kind};
use iwasm_wasi::{Files, Numbers, Process};

use crate::Call;

/// What socket a guest asks for.
pub(super) fn opened<F: Files>(
    call: &Call<'_, F>,
    family: u8,
    kind: u8,
) -> Result<(Family, Kind), Errno> {
    if FILE_TYPES.contains(&kind) {
        call.net().notice(NOT_OURS);
        return Err(Errno::Notsup);
    }
    let process = call.process;
    if let Some(told) = told(family, kind) {
        process.numbers.get_or_init(|| told);
    }
    let numbers = of(process);
    match (self::family(numbers, family), self::kind(numbers, kind)) {
        (Some(family), Some(kind)) => Ok((family, kind)),
        _ => Err(Errno::Inval),
    }
}

/// How the guest numbers, as far as is known.
pub(super) fn of<F: Files>(process: &Process<F>) -> Numbers {
    if process.quirks.wasmedge_v0 {
        return Numbers::Old;
    }
    process.numbers.get().copied().unwrap_or(Numbers::New)
}

/// The family of this number.
pub(super) fn family(numbers: Numbers, number: u8) -> Option<Family> {
    match (numbers, number) {
        (Numbers::New, new_family::INET4) | (Numbers::Old, v0::INET4) => Some(Family::V4),
        (Numbers::New, new_family::INET6) | (Numbers::Old, v0::INET6) => Some(Family::V6),
        (Numbers::New, new_family::UNIX) => Some(Family::Unix),
        _ => None,
    }
}

/// The kind of this number.
pub(super) fn kind(numbers: Numbers, number: u8) -> Option<Kind> {
    match (numbers, number) {
        (Numbers::New, new_type::DGRAM) | (Numbers::Old, v0::DGRAM) => Some(Kind::Datagram),
        (Numbers::New, new_type::STREAM) | (Numbers::Old, v0::STREAM) => Some(Kind::Stream),
        _ => None,
    }
}

/// The number of a family.
pub(super) fn of_family(numbers: Numbers, family: Family) -> u8 {
    match (numbers, family) {
        (Numbers::New, Family::V4) => new_family::INET4,
        (Numbers::New, Family::V6) => new_family::INET6,
        // The old numbers have none for it.
        (_, Family::Unix) => new_family::UNIX,
        (Numbers::Old, Family::V4) => v0::INET4,
        (Numbers::Old, Family::V6) => v0::INET6,
    }
}

/// The number of a kind.
pub(super) fn of_kind(numbers: Numbers, kind: Kind) -> u8 {
    match (numbers, kind) {
        (Numbers::New, Kind::Datagram) => new_type::DGRAM,
        (Numbers::New, Kind::Stream) => new_type::STREAM,
        (Numbers::Old, Kind::Datagram) => v0::DGRAM,
        (Numbers::Old, Kind::Stream) => v0::STREAM,
    }
}

/// Which of the two a socket's numbers tell. A stream over IPv6 in the old ones is a datagram socket over IPv4 in the new
/// ones, and tells nothing.
fn told(family: u8, kind: u8) -> Option<Numbers> {
    let fits = |numbers| {
        let family = self::family(numbers, family);
        family.is_some() && self::kind(numbers, kind).is_some()
    };
    match (fits(Numbers::Old), fits(Numbers::New)) {
        (true, false) => Some(Numbers::Old),
        (false, true) => Some(Numbers::New),
        _ => None,
    }
}

/// A datagram socket and a stream by the numbers of file types. WAVM's guests ask for sockets so, and all of their
/// functions have the types of WasmEdge's and other parameters: none may be read as what it is not.
const FILE_TYPES: [u8; 2] = [5, 6];

const NOT_OURS: &str = "`sock_open` is called with a file type, as WAVM's programs do: iwasm does not have WAVM's sockets, and \
    answers ENOTSUP; a build of the program for another runtime can run";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_their_age_where_only_one_reading_is_a_socket() {
        let (old, new) = (Some(Numbers::Old), Some(Numbers::New));
        for (family, kind, tells) in [
            (0, 0, old),
            (0, 1, old),
            (1, 0, old),
            (1, 1, None),
            (1, 2, new),
            (2, 1, new),
            (2, 2, new),
            (0, 2, None),
            (2, 0, None),
            (3, 0, None),
            (3, 2, new),
        ] {
            assert_eq!(told(family, kind), tells, "{family} {kind}");
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_written() {
        for numbers in [Numbers::Old, Numbers::New] {
            for of in [Family::V4, Family::V6] {
                assert_eq!(family(numbers, of_family(numbers, of)), Some(of));
            }
            for of in [Kind::Stream, Kind::Datagram] {
                assert_eq!(kind(numbers, of_kind(numbers, of)), Some(of));
            }
        }
    }
}
