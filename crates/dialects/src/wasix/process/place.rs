//! Where the guest is: its working directory, and a clock that it may not set.

use iwasm_abi::Errno;
use iwasm_abi::wasix::process as abi;
use iwasm_net::Fail;
use iwasm_wasi::Files;

use crate::registry::{Rows, Visitor};
use crate::{Call, decode};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::GETCWD, getcwd::<F>);
    rows.bind(&abi::CHDIR, chdir::<F>);
    rows.bind(&abi::CLOCK_TIME_SET, clock_time_set::<F>);
}

/// `getcwd(path, length)`: with a NUL behind it, which `length` does not count.
///
/// Too little room is ERANGE, and `length` then says how much it takes, NUL included: WASIX's C library allocates that
/// and asks again.
fn getcwd<F: Files>(call: &mut Call<'_, F>, path: u32, length: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(length)?;
    let room = call.memory.read_u32(length)?;
    let mut text = call.process.working_directory().into_bytes();
    let used = u32::try_from(text.len()).map_err(|_| Errno::Overflow)?;
    if room <= used {
        slot.fill((used + 1).to_le_bytes());
        return Err(Errno::Range);
    }
    text.push(0);
    call.memory.span(path, used + 1)?.copy_from(&text);
    slot.fill(used.to_le_bytes());
    Ok(())
}

/// `chdir(path, length)`.
fn chdir<F: Files>(call: &mut Call<'_, F>, path: u32, length: u32) -> Result<(), Fail> {
    let path = decode::path(call.memory, path, length)?;
    call.process.change_directory(&path)
}

/// `clock_time_set(clock, nanoseconds)`: EPERM, as for everybody on Linux who is not the machine's owner.
fn clock_time_set<F: Files>(
    _call: &mut Call<'_, F>,
    _clock: u32,
    _nanoseconds: u64,
) -> Result<(), Errno> {
    Err(Errno::Perm)
}
