//! Directories that a guest starts with. It finds them by asking each number from 3 on until the answer is EBADF: that
//! is the answer for everything else, too, or guests' libraries give up.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, preopentype, prestat};
use iwasm_wasi::{Descriptor, Files, Object};

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_PRESTAT_GET, fd_prestat_get::<F>);
    rows.bind(&abi::FD_PRESTAT_DIR_NAME, fd_prestat_dir_name::<F>);
}

/// `fd_prestat_get(fd, prestat)`.
fn fd_prestat_get<F: Files>(call: &mut Call<'_, F>, fd: u32, prestat: u32) -> Result<(), Errno> {
    let descriptor = call.process.table.get(fd)?;
    let name = name(&descriptor)?;
    let slot = call.memory.reserve::<{ prestat::SIZE }>(prestat)?;
    let length = u32::try_from(name.len()).map_err(|_| Errno::Overflow)?;
    slot.fill(directory(length));
    Ok(())
}

/// `fd_prestat_dir_name(fd, path, length)`: the name without a NUL.
fn fd_prestat_dir_name<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Errno> {
    let descriptor = call.process.table.get(fd)?;
    let name = name(&descriptor)?;
    let room = call.memory.span(path, length)?;
    if room.len() < name.len() {
        return Err(Errno::Nametoolong);
    }
    room.copy_from(name.as_bytes());
    Ok(())
}

/// The name that a directory was handed in under.
fn name<F: Files>(descriptor: &Descriptor<F>) -> Result<&str, Errno> {
    match &descriptor.object {
        Object::Directory(directory) => directory.preopened.as_deref().ok_or(Errno::Badf),
        Object::Socket(_) | Object::File(_) => Err(Errno::Badf),
    }
}

fn directory(name_length: u32) -> [u8; prestat::SIZE] {
    let mut bytes = [0; prestat::SIZE];
    bytes[prestat::TAG].copy_from_slice(&[preopentype::DIR]);
    bytes[prestat::NAME_LENGTH].copy_from_slice(&name_length.to_le_bytes());
    bytes
}
