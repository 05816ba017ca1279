//! Waiting at an address, and waking who waits there.

use iwasm_abi::Errno;
use iwasm_abi::wasix::process as abi;
use iwasm_net::Fail;
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::wasix::timestamp;

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
    let timeout = timestamp::read(call.memory, timeout)?;
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
