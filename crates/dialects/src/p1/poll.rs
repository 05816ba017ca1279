//! `poll_oneoff`: the waiting itself is the process's.

use iwasm_abi::p1 as abi;
use iwasm_net::Fail;
use iwasm_wasi::{Files, Poll};

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::POLL_ONEOFF, poll_oneoff::<F>);
}

/// `poll_oneoff(subscriptions, events, count, size)`.
fn poll_oneoff<F: Files>(
    call: &mut Call<'_, F>,
    subscriptions: u32,
    events: u32,
    count: u32,
    size: u32,
) -> Result<(), Fail> {
    let size = call.memory.reserve::<4>(size)?;
    let mut poll = Poll {
        process: call.process,
        cache: &mut call.thread.poll,
        memory: call.memory,
    };
    let written = poll.run(subscriptions, events, count)?;
    size.fill(written.to_le_bytes());
    Ok(())
}
