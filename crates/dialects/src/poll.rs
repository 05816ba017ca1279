//! `poll_oneoff`, which dialects have under several names: the waiting itself is the process's.

use iwasm_net::Fail;
use iwasm_wasi::{Files, Poll};

use crate::Call;

/// `poll_oneoff(subscriptions, events, count, size)`.
pub(crate) fn poll_oneoff<F: Files>(
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
