//! A time that may be missing, as options of sockets and waits at addresses have it.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wasix::option_timestamp as layout;
use iwasm_abi::wasix::some;
use iwasm_net::Memory;

/// A time that the guest gives, or none. A tag without a meaning is EINVAL.
pub(super) fn read(memory: Memory<'_>, at: u32) -> Result<Option<Duration>, Errno> {
    let wire = memory.read::<{ layout::SIZE }>(at)?;
    match wire[layout::TAG.start] {
        some::NONE => Ok(None),
        some::SOME => {
            let nanoseconds = wire[layout::NANOSECONDS].try_into();
            let nanoseconds = u64::from_le_bytes(nanoseconds.expect("the range has eight bytes"));
            Ok(Some(Duration::from_nanos(nanoseconds)))
        }
        _ => Err(Errno::Inval),
    }
}

/// The other way.
pub(super) fn emit(time: Option<Duration>) -> [u8; layout::SIZE] {
    let mut wire = [0; layout::SIZE];
    if let Some(time) = time {
        wire[layout::TAG.start] = some::SOME;
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        wire[layout::NANOSECONDS].copy_from_slice(&nanoseconds.to_le_bytes());
    }
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_there_or_not() {
        let milli = [1, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x42, 0x0f, 0, 0, 0, 0, 0];
        for (mut golden, time) in [(milli, Some(Duration::from_millis(1))), ([0; 16], None)] {
            assert_eq!(emit(time), golden);
            assert_eq!(read(Memory::exclusive(&mut golden), 0), Ok(time));
            assert_eq!(read(Memory::exclusive(&mut golden), 1), Err(Errno::Fault));
        }
        let no_tag = read(Memory::exclusive(&mut [2; 16]), 0);
        assert_eq!(no_tag, Err(Errno::Inval));
        assert_eq!(emit(Some(Duration::MAX))[8..], [0xff; 8]);
    }
}
