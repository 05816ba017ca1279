//! The program as a process among others: it is the only one, and nobody sends it a signal.
//!
//! Every function of WASIX can be linked, for its C library pulls them into programs that never call them. What there is
//! not here answers ENOTSUP when it is called, and the journal is told.

use iwasm_abi::Errno;
use iwasm_abi::wasix::process as abi;
use iwasm_net::Fail;
use iwasm_wasi::{Files, MAIN_THREAD};

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::CALLBACK_SIGNAL, callback_signal::<F>);
    rows.bind(&abi::PROC_EXIT2, proc_exit2::<F>);
    rows.bind(&abi::PROC_ID, proc_id::<F>);
    rows.bind(&abi::PROC_PARENT, proc_parent::<F>);
    rows.bind(&abi::PROC_SIGNALS_SIZES_GET, proc_signals_sizes_get::<F>);
    rows.bind(&abi::PROC_SIGNALS_GET, proc_signals_get::<F>);
    for import in UNSUPPORTED {
        rows.refuse(import);
    }
    rows.refuse_for_good(&abi::PROC_EXEC, "`proc_exec` is not supported");
    rows.refuse_for_good(&abi::PROC_EXEC2, "`proc_exec2` is not supported");
    rows.refuse_for_good(&abi::STACK_RESTORE, "`stack_restore` is not supported");
}

/// Other processes, other stacks, other modules.
const UNSUPPORTED: [&iwasm_abi::Import; 23] = [
    &abi::PROC_JOIN,
    &abi::PROC_SIGNAL,
    &abi::PROC_RAISE_INTERVAL,
    &abi::PROC_SNAPSHOT,
    &abi::PROC_FORK,
    &abi::PROC_FORK_ENV,
    &abi::STACK_CHECKPOINT,
    &abi::PROC_EXEC3,
    &abi::PROC_EXEC4,
    &abi::PROC_SPAWN,
    &abi::PROC_SPAWN2,
    &abi::PROC_SPAWN3,
    &abi::DL_INVALID_HANDLE,
    &abi::DLOPEN,
    &abi::DLSYM,
    &abi::CALL_DYNAMIC,
    &abi::CLOSURE_PREPARE,
    &abi::CLOSURE_ALLOCATE,
    &abi::CLOSURE_FREE,
    &abi::REFLECT_SIGNATURE,
    &abi::CONTEXT_CREATE,
    &abi::CONTEXT_SWITCH,
    &abi::CONTEXT_DESTROY,
];

/// `callback_signal(export, length)`: nobody sends signals, so nobody needs to know.
fn callback_signal<F: Files>(
    _call: &mut Call<'_, F>,
    _export: u32,
    _length: u32,
) -> Result<(), Errno> {
    Ok(())
}

/// `proc_exit2(code)`.
fn proc_exit2<F: Files>(_call: &mut Call<'_, F>, code: u32) -> Result<(), Fail> {
    Err(Fail::Exit(code))
}

/// `proc_id(pid)`.
fn proc_id<F: Files>(call: &mut Call<'_, F>, pid: u32) -> Result<(), Errno> {
    call.memory.reserve::<4>(pid)?.fill(PID.to_le_bytes());
    Ok(())
}

/// `proc_parent(pid, parent)`: nobody, whose number is 0. There is no process but this: EBADF, as Wasmer has it.
fn proc_parent<F: Files>(call: &mut Call<'_, F>, pid: u32, parent: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(parent)?;
    if pid != PID {
        return Err(Errno::Badf);
    }
    slot.fill([0; 4]);
    Ok(())
}

/// `proc_signals_sizes_get(count)`: no signal has another disposition than the usual one.
fn proc_signals_sizes_get<F: Files>(call: &mut Call<'_, F>, count: u32) -> Result<(), Errno> {
    call.memory.reserve::<4>(count)?.fill([0; 4]);
    Ok(())
}

/// `proc_signals_get(dispositions)`: so there is nothing to write.
fn proc_signals_get<F: Files>(_call: &mut Call<'_, F>, _dispositions: u32) -> Result<(), Errno> {
    Ok(())
}

/// A program has the number of its first thread.
const PID: u32 = MAIN_THREAD;
