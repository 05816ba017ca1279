//! WasmEdge's socket options: two functions for all, with values laid out as on 64-bit Linux.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wasmedge::{self as abi, level, linger, option, timeval};
use iwasm_net::{Caller, Flag, Kernel, Limit, Memory, Size, Slot, Socket, Span};
use iwasm_wasi::{Files, Numbers};

use super::numbers;
use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_GETSOCKOPT, sock_getsockopt::<F>);
    rows.bind(&abi::SOCK_SETSOCKOPT, sock_setsockopt::<F>);
}

/// An option, by the form of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Flag(Flag),
    Size(Size),
    Limit(Limit),
    Linger,
    Type,
    Error,
    Accepting,
    Device,
}

/// The option of this number. There is one level, so none of TCP's can be named.
fn named(at: u32, number: u32) -> Result<Name, Errno> {
    if at != level::SOCKET {
        return Err(Errno::Inval);
    }
    Ok(match number {
        option::REUSEADDR => Name::Flag(Flag::ReuseAddr),
        option::TYPE => Name::Type,
        option::ERROR => Name::Error,
        option::DONTROUTE => Name::Flag(Flag::DontRoute),
        option::BROADCAST => Name::Flag(Flag::Broadcast),
        option::SNDBUF => Name::Size(Size::SendBuffer),
        option::RCVBUF => Name::Size(Size::ReceiveBuffer),
        option::KEEPALIVE => Name::Flag(Flag::KeepAlive),
        option::OOBINLINE => Name::Flag(Flag::OobInline),
        option::LINGER => Name::Linger,
        option::RCVLOWAT => Name::Size(Size::ReceiveLowWater),
        option::RCVTIMEO => Name::Limit(Limit::Receive),
        option::SNDTIMEO => Name::Limit(Limit::Send),
        option::ACCEPTCONN => Name::Accepting,
        option::BINDTODEVICE => Name::Device,
        _ => return Err(Errno::Inval),
    })
}

impl Name {
    /// How long its value is, in bytes. No socket is bound to a device: the name of that has none.
    fn len(self) -> u32 {
        match self {
            Self::Limit(_) => 16,
            Self::Linger => 8,
            Self::Device => 0,
            _ => 4,
        }
    }
}

/// `sock_getsockopt(fd, level, name, value, size)`. As Linux does, a value that is longer than its room is cut off.
fn sock_getsockopt<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    level: u32,
    name: u32,
    value: u32,
    size: u32,
) -> Result<(), Errno> {
    let name = named(level, name)?;
    let room = Room::of(call.memory, name, value, size)?;
    let descriptor = call.socket(fd, 0)?;
    let numbers = numbers::of(call.process);
    let value = get(&call.net(), descriptor.as_socket()?, name, numbers)?;
    room.fill(&value);
    Ok(())
}

/// `sock_setsockopt(fd, level, name, value, size)`.
fn sock_setsockopt<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    level: u32,
    name: u32,
    value: u32,
    size: u32,
) -> Result<(), Errno> {
    let name = named(level, name)?;
    if size < name.len() {
        return Err(Errno::Inval);
    }
    let memory = call.memory;
    let descriptor = call.socket(fd, 0)?;
    let (net, socket) = (call.net(), descriptor.as_socket()?);
    match name {
        Name::Flag(flag) => net.set_flag(socket, flag, memory.read_u32(value)? != 0),
        Name::Size(size) => net.set_size(socket, size, memory.read_u32(value)?),
        Name::Limit(limit) => net.set_limit(socket, limit, wait(&memory.read(value)?)?),
        Name::Linger => net.set_linger(socket, lingering(&memory.read(value)?)),
        // They can only be read: Linux answers the same.
        Name::Type | Name::Error | Name::Accepting => Err(Errno::Noprotoopt),
        // It would choose the road that data takes, which no grant speaks of.
        Name::Device => Err(Errno::Acces),
    }
}

/// The value of an option: as much of it as the option has.
fn get<K: Kernel>(
    net: &Caller<'_, K>,
    socket: &Socket<K>,
    name: Name,
    numbers: Numbers,
) -> Result<[u8; 16], Errno> {
    let int = |value: u32| wide(&value.to_le_bytes());
    Ok(match name {
        Name::Flag(flag) => int(net.flag(socket, flag)?.into()),
        Name::Size(size) => int(net.size(socket, size)?),
        Name::Limit(limit) => time(net.limit(socket, limit)?),
        Name::Linger => wide(&linger_of(net.linger(socket)?)),
        Name::Type => int(numbers::of_kind(numbers, socket.kind()).into()),
        Name::Error => int(net
            .take_error(socket)?
            .map_or(0, |errno| errno.number().into())),
        Name::Accepting => int(net.accepting(socket)?.into()),
        Name::Device => [0; 16],
    })
}

/// A word below this is a size and no pointer to one: Go's programs on another library pass it so, and nothing of a
/// linker's lies there.
const FIRST_POINTER: u32 = 1024;

/// Where the value of an option goes, and where its size is told.
struct Room<'a> {
    value: Span<'a>,
    size: Option<Slot<'a, 4>>,
}

impl<'a> Room<'a> {
    fn of(memory: Memory<'a>, name: Name, value: u32, size: u32) -> Result<Self, Errno> {
        let (given, size) = if size < FIRST_POINTER {
            (size, None)
        } else {
            (memory.read_u32(size)?, Some(memory.reserve(size)?))
        };
        // C's `socklen_t` has a sign on Linux, which refuses one below zero.
        if given.cast_signed() < 0 {
            return Err(Errno::Inval);
        }
        let value = memory.span(value, given.min(name.len()))?;
        Ok(Self { value, size })
    }

    fn fill(self, value: &[u8; 16]) {
        self.value.copy_from(value);
        if let Some(size) = self.size {
            let written = u32::try_from(self.value.len()).expect("a value has 16 bytes at most");
            size.fill(written.to_le_bytes());
        }
    }
}

fn wide(bytes: &[u8]) -> [u8; 16] {
    let mut wide = [0; 16];
    wide[..bytes.len()].copy_from_slice(bytes);
    wide
}

/// How long a call waits, as a `timeval`; zero is for ever.
fn time(wait: Option<Duration>) -> [u8; timeval::SIZE] {
    let wait = wait.unwrap_or_default();
    let mut bytes = [0; timeval::SIZE];
    let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
    bytes[timeval::SECONDS].copy_from_slice(&seconds.to_le_bytes());
    let micros = i64::from(wait.subsec_micros());
    bytes[timeval::MICROSECONDS].copy_from_slice(&micros.to_le_bytes());
    bytes
}

/// The other way. What is no time is EDOM, as on Linux; a time below zero as well, which Linux takes for none at all.
fn wait(bytes: &[u8; timeval::SIZE]) -> Result<Option<Duration>, Errno> {
    let number = |at: core::ops::Range<usize>| {
        i64::from_le_bytes(bytes[at].try_into().expect("the range has eight bytes"))
    };
    let seconds = u64::try_from(number(timeval::SECONDS)).map_err(|_| Errno::Dom)?;
    let micros = u32::try_from(number(timeval::MICROSECONDS)).map_err(|_| Errno::Dom)?;
    if micros >= 1_000_000 {
        return Err(Errno::Dom);
    }
    let wait = Duration::new(seconds, micros * 1000);
    Ok((!wait.is_zero()).then_some(wait))
}

/// How long a close waits, as a `linger`.
fn linger_of(seconds: Option<u32>) -> [u8; linger::SIZE] {
    let mut bytes = [0; linger::SIZE];
    bytes[linger::ON].copy_from_slice(&u32::from(seconds.is_some()).to_le_bytes());
    bytes[linger::SECONDS].copy_from_slice(&seconds.unwrap_or(0).to_le_bytes());
    bytes
}

/// The other way.
fn lingering(bytes: &[u8; linger::SIZE]) -> Option<u32> {
    let word = |at: core::ops::Range<usize>| {
        u32::from_le_bytes(bytes[at].try_into().expect("the range is a word"))
    };
    (word(linger::ON) != 0).then(|| word(linger::SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fifteen_options_and_one_level() {
        for number in 0..15 {
            assert!(named(0, number).is_ok(), "{number}");
            assert_eq!(named(1, number), Err(Errno::Inval));
            assert_eq!(named(6, number), Err(Errno::Inval));
        }
        assert_eq!(named(0, 15), Err(Errno::Inval));
        assert_eq!(named(0, u32::MAX), Err(Errno::Inval));
    }

    #[test]
    fn a_wait_is_seconds_and_microseconds_and_zero_is_for_ever() {
        let golden = [2, 0, 0, 0, 0, 0, 0, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0];
        let waits = Duration::from_micros(2_001_000);
        assert_eq!(time(Some(waits)), golden);
        assert_eq!(wait(&golden), Ok(Some(waits)));
        assert_eq!(time(None), [0; 16]);
        assert_eq!(wait(&[0; 16]), Ok(None));
        assert_eq!(time(Some(Duration::MAX))[..8], i64::MAX.to_le_bytes());
    }

    #[test]
    fn what_is_no_time_is_edom() {
        for (seconds, micros) in [
            (0, 1_000_000),
            (0, -1),
            (-1, 0),
            (i64::MIN, 0),
            (0, i64::MAX),
        ] {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&i64::to_le_bytes(seconds));
            bytes[8..].copy_from_slice(&i64::to_le_bytes(micros));
            assert_eq!(wait(&bytes), Err(Errno::Dom), "{seconds} {micros}");
        }
    }

    #[test]
    fn lingering_is_on_and_seconds() {
        for (seconds, golden) in [
            (Some(7), [1, 0, 0, 0, 7, 0, 0, 0]),
            (Some(0), [1, 0, 0, 0, 0, 0, 0, 0]),
            (None, [0; 8]),
        ] {
            assert_eq!(linger_of(seconds), golden);
            assert_eq!(lingering(&golden), seconds);
        }
        assert_eq!(lingering(&[0, 0, 0, 0, 7, 0, 0, 0]), None);
    }

    #[test]
    fn a_small_word_is_the_size_itself_and_any_other_points_to_it() {
        let flag = Name::Flag(Flag::KeepAlive);
        let mut bytes = vec![0; 2048];
        bytes[1024] = 3;
        let memory = Memory::exclusive(&mut bytes);
        for (name, size, room) in [
            (flag, 4, Ok((4, false))),
            (flag, 2, Ok((2, false))),
            (flag, 1023, Ok((4, false))),
            (Name::Linger, 1023, Ok((8, false))),
            (flag, 1024, Ok((3, true))),
            (flag, 2044, Ok((0, true))),
            (flag, 2045, Err(Errno::Fault)),
        ] {
            let found = Room::of(memory, name, 0, size);
            let found = found.map(|room| (room.value.len(), room.size.is_some()));
            assert_eq!(found, room, "{size}");
        }
        memory.span(1024, 4).unwrap().copy_from(&[0xff; 4]);
        let found = Room::of(memory, flag, 0, 1024);
        assert_eq!(found.err(), Some(Errno::Inval), "below zero");
    }
}
