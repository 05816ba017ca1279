//! More numbers for a thing, the flag that a number has for itself, and pipes and counters.

use iwasm_abi::Errno;
use iwasm_abi::wasix::{eventfdflags, fdflagsext, process as abi};
use iwasm_net::Fail;
use iwasm_wasi::{Descriptor, FileFlags, Files};

use crate::files::ask;
use crate::registry::{Rows, Visitor};
use crate::{Call, decode};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_DUP, fd_dup::<F>);
    rows.bind(&abi::FD_DUP2, fd_dup2::<F>);
    rows.bind(&abi::FD_FDFLAGS_GET, fd_fdflags_get::<F>);
    rows.bind(&abi::FD_FDFLAGS_SET, fd_fdflags_set::<F>);
    rows.bind(&abi::FD_PIPE, fd_pipe::<F>);
    rows.bind(&abi::FD_EVENT, fd_event::<F>);
}

/// `fd_dup(fd, copy)`.
fn fd_dup<F: Files>(call: &mut Call<'_, F>, fd: u32, copy: u32) -> Result<(), Errno> {
    fd_dup2(call, fd, 0, 0, copy)
}

/// `fd_dup2(fd, least, cloexec, copy)`: POSIX's `fcntl` with `F_DUPFD`, whatever the name says.
fn fd_dup2<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    least: u32,
    cloexec: u32,
    copy: u32,
) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(copy)?;
    let number = call.process.table.duplicate(fd, least, cloexec != 0)?;
    slot.fill(number.to_le_bytes());
    Ok(())
}

/// `fd_fdflags_get(fd, fdflagsext)`.
fn fd_fdflags_get<F: Files>(call: &mut Call<'_, F>, fd: u32, flags: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<2>(flags)?;
    let flags = match call.process.table.close_on_exec(fd)? {
        true => fdflagsext::CLOEXEC,
        false => 0,
    };
    slot.fill(flags.to_le_bytes());
    Ok(())
}

/// `fd_fdflags_set(fd, fdflagsext)`. Nothing is ever executed, so it is only remembered.
fn fd_fdflags_set<F: Files>(call: &mut Call<'_, F>, fd: u32, flags: u32) -> Result<(), Errno> {
    let flags = decode::flags(flags, fdflagsext::CLOEXEC)?;
    call.process.table.set_close_on_exec(fd, flags != 0)
}

/// `fd_pipe(reader, writer)`.
fn fd_pipe<F: Files>(call: &mut Call<'_, F>, reader: u32, writer: u32) -> Result<(), Fail> {
    let slots = [
        call.memory.reserve::<4>(reader)?,
        call.memory.reserve::<4>(writer)?,
    ];
    let (reader, writer) = ask(call.process, F::pipe)?;
    let ends = (Descriptor::input(reader), Descriptor::output(writer));
    let numbers = call.process.table.insert_two(ends.0, ends.1)?;
    for (slot, number) in slots.into_iter().zip(numbers) {
        slot.fill(number.to_le_bytes());
    }
    Ok(())
}

/// `fd_event(initial, eventfdflags, event)`. Flags without a meaning are let pass: a C library says CLOEXEC here, too.
fn fd_event<F: Files>(
    call: &mut Call<'_, F>,
    initial: u64,
    flags: u32,
    event: u32,
) -> Result<(), Fail> {
    let flagged = |flag: u16| flags & u32::from(flag) != 0;
    let slot = call.memory.reserve::<4>(event)?;
    let counter = ask(call.process, |files| {
        files.counter(initial, flagged(eventfdflags::SEMAPHORE))
    })?;
    if flagged(eventfdflags::NONBLOCK) {
        let nonblocking = FileFlags {
            nonblock: true,
            ..FileFlags::default()
        };
        ask(call.process, |files| files.set_flags(&counter, nonblocking))?;
    }
    let number = call.process.table.insert(Descriptor::counter(counter))?;
    slot.fill(number.to_le_bytes());
    Ok(())
}
