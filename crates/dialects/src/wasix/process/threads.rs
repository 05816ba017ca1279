//! Threads: as wasi-threads starts them, and what WASIX can say to and about them.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wasix::{process as abi, thread_start};
use iwasm_net::{Fail, Kernel};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::THREAD_SPAWN, thread_spawn_v2::<F>);
    rows.bind(&abi::THREAD_SPAWN_V2, thread_spawn_v2::<F>);
    rows.bind(&abi::THREAD_SLEEP, thread_sleep::<F>);
    rows.bind(&abi::THREAD_ID, thread_id::<F>);
    rows.bind(&abi::THREAD_JOIN, thread_join::<F>);
    rows.bind(&abi::THREAD_PARALLELISM, thread_parallelism::<F>);
    rows.bind(&abi::THREAD_SIGNAL, thread_signal::<F>);
    rows.bind(&abi::THREAD_EXIT, thread_exit::<F>);
}

/// `thread_spawn_v2(thread_start, tid)`. What the structure says is the guest's own business: its export gets the pointer,
/// and takes its stack and its function from there.
fn thread_spawn_v2<F: Files>(call: &mut Call<'_, F>, start: u32, tid: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(tid)?;
    let size = u32::try_from(thread_start::SIZE).expect("64 bytes");
    call.memory.span(start, size)?;
    let tid = call.process.spawn(start)?;
    slot.fill(tid.to_le_bytes());
    Ok(())
}

/// `thread_sleep(nanoseconds)`.
fn thread_sleep<F: Files>(call: &mut Call<'_, F>, nanoseconds: u64) -> Result<(), Fail> {
    if nanoseconds == 0 {
        call.process.net.kernel.yield_now();
    }
    call.process.sleep(Duration::from_nanos(nanoseconds))
}

/// `thread_id(tid)`.
fn thread_id<F: Files>(call: &mut Call<'_, F>, tid: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(tid)?;
    slot.fill(call.thread.tid.to_le_bytes());
    Ok(())
}

/// `thread_join(tid)`. A number that no thread has is one whose thread has ended. EDEADLK: it is the caller's own.
fn thread_join<F: Files>(call: &mut Call<'_, F>, tid: u32) -> Result<(), Fail> {
    if tid == call.thread.tid {
        return Err(Errno::Deadlk.into());
    }
    call.process.join(tid)
}

/// `thread_parallelism(count)`.
fn thread_parallelism<F: Files>(call: &mut Call<'_, F>, count: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(count)?;
    slot.fill(call.process.net.kernel.parallelism().to_le_bytes());
    Ok(())
}

/// `thread_signal(tid, signal)`: nothing delivers signals, but 0 asks only whether there is such a thread, which ESRCH
/// denies.
fn thread_signal<F: Files>(call: &mut Call<'_, F>, tid: u32, signal: u32) -> Result<(), Errno> {
    if tid != call.thread.tid && !call.process.is_alive(tid) {
        return Err(Errno::Srch);
    }
    match signal {
        0 => Ok(()),
        _ => Err(call.net().unsupported()),
    }
}

/// `thread_exit(code)`: the code is nobody's, as with Wasmer. When the last thread has gone like this, the guest has
/// exited with code 0.
fn thread_exit<F: Files>(_call: &mut Call<'_, F>, _code: u32) -> Result<(), Fail> {
    Err(Fail::Leave)
}
