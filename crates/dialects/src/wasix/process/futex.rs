//! Waiting at an address, and waking who waits there.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wasix::{option_timestamp, process as abi, some};
use iwasm_net::{Fail, Memory};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FUTEX_WAIT, futex_wait::<F>);
    rows.bind(&abi::FUTEX_WAKE, futex_wake::<F>);
    rows.bind(&abi::FUTEX_WAKE_ALL, futex_wake_all::<F>);
}

/// `futex_wait(word, expected, timeout, woken)`. Only the end of the time is told as not woken.
fn futex_wait<F: Files>(
    call: &mut Call<'_, F>,
    word: u32,
    expected: u32,
    timeout: u32,
    woken: u32,
) -> Result<(), Fail> {
    let slot = call.memory.reserve::<1>(woken)?;
    let timeout = time(call.memory, timeout)?;
    let woken = call.process.wait_at(call.memory, word, expected, timeout)?;
    slot.fill([woken.into()]);
    Ok(())
}

/// `futex_wake(word, woken)`.
fn futex_wake<F: Files>(call: &mut Call<'_, F>, word: u32, woken: u32) -> Result<(), Errno> {
    wake(call, word, 1, woken)
}

/// `futex_wake_all(word, woken)`.
fn futex_wake_all<F: Files>(call: &mut Call<'_, F>, word: u32, woken: u32) -> Result<(), Errno> {
    wake(call, word, usize::MAX, woken)
}

fn wake<F: Files>(call: &mut Call<'_, F>, word: u32, most: usize, woken: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<1>(woken)?;
    call.memory.span(word, 4)?;
    let woken = call.process.wake_at(word, most);
    slot.fill([(woken > 0).into()]);
    Ok(())
}

/// A time that may be missing. A tag without a meaning is EINVAL.
fn time(memory: Memory<'_>, at: u32) -> Result<Option<Duration>, Errno> {
    let wire = memory.read::<{ option_timestamp::SIZE }>(at)?;
    let nanoseconds = wire[option_timestamp::NANOSECONDS].try_into();
    match wire[option_timestamp::TAG.start] {
        some::NONE => Ok(None),
        some::SOME => {
            let nanoseconds = u64::from_le_bytes(nanoseconds.expect("eight bytes"));
            Ok(Some(Duration::from_nanos(nanoseconds)))
        }
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_missing_or_so_many_nanoseconds() {
        for (tag, read) in [
            (0, Ok(None)),
            (1, Ok(Some(Duration::from_nanos(7)))),
            (2, Err(Errno::Inval)),
        ] {
            let mut wire = [0; 16];
            wire[0] = tag;
            wire[8] = 7;
            assert_eq!(time(Memory::exclusive(&mut wire), 0), read, "{tag}");
        }
    }
}
