//! What a lookup should find.

use iwasm_abi::wasmedge::{LookupErrno, addrinfo, ai_flags, family, protocol, sock_type};
use iwasm_net::{Family, Kind};
use iwasm_wasi::Numbers;

use crate::wasmedge::numbers;

/// The hints of a lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hints {
    /// [`ai_flags`]. `ADDRCONFIG` has no effect: what this host's addresses are is no guest's business.
    pub(super) flags: u16,
    /// Only addresses of this family.
    pub(super) family: Option<Family>,
    /// Only endpoints of this kind.
    pub(super) kind: Option<Kind>,
}

impl Hints {
    /// What the guest wrote. Every set of known flags is taken, also those that make little sense together: a library
    /// numbers them wrongly.
    ///
    /// In the old numbers there is none that leaves a family or kind open.
    pub(super) fn parse(
        wire: &[u8; addrinfo::SIZE],
        numbers: Numbers,
    ) -> Result<Self, LookupErrno> {
        let flags = wire[addrinfo::FLAGS].try_into();
        let flags = u16::from_le_bytes(flags.expect("the range has two bytes"));
        if flags & !ai_flags::KNOWN != 0 {
            return Err(LookupErrno::Badflag);
        }
        let of = wire[addrinfo::TYPE.start];
        let protocol = wire[addrinfo::PROTOCOL.start];
        Ok(Self {
            flags,
            family: family_of(wire[addrinfo::FAMILY.start], numbers)?,
            kind: match numbers {
                Numbers::New => carried(kind_of(of, numbers)?, protocol)?,
                // The protocol says no more than the kind does, and zero is one of them.
                Numbers::Old => kind_of(of, numbers)?,
            },
        })
    }

    /// Is the canonical name wanted?
    pub(super) fn names(&self) -> bool {
        self.flags & ai_flags::CANONNAME != 0
    }
}

fn family_of(number: u8, numbers: Numbers) -> Result<Option<Family>, LookupErrno> {
    if (number, numbers) == (family::UNSPEC, Numbers::New) {
        return Ok(None);
    }
    match numbers::family(numbers, number) {
        // What has a path has no name to look up.
        None | Some(Family::Unix) => Err(LookupErrno::Family),
        family => Ok(family),
    }
}

fn kind_of(number: u8, numbers: Numbers) -> Result<Option<Kind>, LookupErrno> {
    if (number, numbers) == (sock_type::ANY, Numbers::New) {
        return Ok(None);
    }
    let kind = numbers::kind(numbers, number).ok_or(LookupErrno::Socktype)?;
    Ok(Some(kind))
}

/// The kind that a type and a protocol agree on.
fn carried(of: Option<Kind>, protocol: u8) -> Result<Option<Kind>, LookupErrno> {
    let carried = match protocol {
        protocol::IP => return Ok(of),
        protocol::TCP => Kind::Stream,
        protocol::UDP => Kind::Datagram,
        _ => return Err(LookupErrno::Socktype),
    };
    if of.is_some_and(|of| of != carried) {
        return Err(LookupErrno::Socktype);
    }
    Ok(Some(carried))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(flags: u16, family: u8, of: u8, protocol: u8) -> Result<Hints, LookupErrno> {
        // What else a node has is not looked at.
        let mut wire = [0xff; addrinfo::SIZE];
        wire[addrinfo::FLAGS].copy_from_slice(&flags.to_le_bytes());
        wire[addrinfo::FAMILY].copy_from_slice(&[family]);
        wire[addrinfo::TYPE].copy_from_slice(&[of]);
        wire[addrinfo::PROTOCOL].copy_from_slice(&[protocol]);
        Hints::parse(&wire, Numbers::New)
    }

    #[test]
    fn old_numbers_leave_nothing_open() {
        for (family, kind, read) in [
            (0, 0, Ok((Family::V4, Kind::Datagram))),
            (0, 1, Ok((Family::V4, Kind::Stream))),
            (1, 1, Ok((Family::V6, Kind::Stream))),
            (2, 1, Err(LookupErrno::Family)),
            (0, 2, Err(LookupErrno::Socktype)),
        ] {
            let mut wire = [0; addrinfo::SIZE];
            wire[addrinfo::FAMILY].copy_from_slice(&[family]);
            wire[addrinfo::TYPE].copy_from_slice(&[kind]);
            let hints = Hints::parse(&wire, Numbers::Old);
            let hints = hints.map(|hints| (hints.family, hints.kind));
            let read = read.map(|(family, kind)| (Some(family), Some(kind)));
            assert_eq!(hints, read, "{family} {kind}");
        }
    }

    #[test]
    fn hints_narrow_what_is_found() {
        let (stream, datagram) = (Some(Kind::Stream), Some(Kind::Datagram));
        for (numbers, family, kind) in [
            ((0, 0, 0), None, None),
            ((1, 2, 0), Some(Family::V4), stream),
            ((2, 1, 0), Some(Family::V6), datagram),
            ((0, 0, 1), None, stream),
            ((0, 0, 2), None, datagram),
            ((0, 2, 1), None, stream),
        ] {
            let hints = parse(0x7f, numbers.0, numbers.1, numbers.2);
            let flags = 0x7f;
            assert_eq!(
                hints,
                Ok(Hints {
                    flags,
                    family,
                    kind
                }),
                "{numbers:?}"
            );
        }
    }

    #[test]
    fn each_number_without_a_meaning_has_its_error() {
        for (flags, family, of, protocol, errno) in [
            (0x80, 0, 0, 0, LookupErrno::Badflag),
            (0x8000, 0, 0, 0, LookupErrno::Badflag),
            (0, 3, 0, 0, LookupErrno::Family),
            (0, 4, 0, 0, LookupErrno::Family),
            (0, 0, 3, 0, LookupErrno::Socktype),
            (0, 0, 0, 3, LookupErrno::Socktype),
            (0, 0, 1, 1, LookupErrno::Socktype),
            (0, 0, 2, 2, LookupErrno::Socktype),
        ] {
            assert_eq!(parse(flags, family, of, protocol), Err(errno));
        }
    }
}
