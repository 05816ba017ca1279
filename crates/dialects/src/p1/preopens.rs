//! What a guest starts with. It finds the directories by asking each number from 3 on until the answer is EBADF: that is
//! the answer for everything else, too, or guests' libraries give up.
//!
//! Sockets that are handed in have the numbers before the directories, so they must not end that search. wasi-libc goes
//! on after a success of another kind than a directory, and ends the program at every error but EBADF; Go goes on after
//! such a success as well. So that is the answer for a socket. Neither then asks for its name.

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
    let (kind, name_length) = match descriptor.handed_in {
        true => (preopentype::SOCKET, 0),
        false => (preopentype::DIR, name(&descriptor)?.len()),
    };
    let slot = call.memory.reserve::<{ prestat::SIZE }>(prestat)?;
    let name_length = u32::try_from(name_length).map_err(|_| Errno::Overflow)?;
    slot.fill(encoded(kind, name_length));
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

/// The name that a directory was handed in under. A socket that was handed in has none: ENOTDIR.
fn name<F: Files>(descriptor: &Descriptor<F>) -> Result<&str, Errno> {
    match &descriptor.object {
        Object::Directory(directory) => directory.preopened.as_deref().ok_or(Errno::Badf),
        Object::Socket(_) if descriptor.handed_in => Err(Errno::Notdir),
        Object::Socket(_) | Object::File(_) | Object::Epoll(_) => Err(Errno::Badf),
    }
}

fn encoded(kind: u8, name_length: u32) -> [u8; prestat::SIZE] {
    let mut bytes = [0; prestat::SIZE];
    bytes[prestat::TAG].copy_from_slice(&[kind]);
    bytes[prestat::NAME_LENGTH].copy_from_slice(&name_length.to_le_bytes());
    bytes
}
