//! Descriptors as such: their end, their numbers, their flags and their rights.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, fdstat, rights};
use iwasm_net::{Fail, Kernel};
use iwasm_wasi::{FileFlags, FileKind, Files, Object};

use super::{ask, decode, encode};
use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_CLOSE, fd_close::<F>);
    rows.bind(&abi::FD_RENUMBER, fd_renumber::<F>);
    rows.bind(&abi::FD_FDSTAT_GET, fd_fdstat_get::<F>);
    rows.bind(&abi::FD_FDSTAT_SET_FLAGS, fd_fdstat_set_flags::<F>);
    rows.bind(&abi::FD_FDSTAT_SET_RIGHTS, fd_fdstat_set_rights::<F>);
}

/// `fd_close(fd)`.
fn fd_close<F: Files>(call: &mut Call<'_, F>, fd: u32) -> Result<(), Errno> {
    call.process.table.close(fd)
}

/// `fd_renumber(from, to)`.
///
/// WASIX's C library makes `dup2` of it, whichever module it takes it from: `from` stays open, and `to` need not be.
fn fd_renumber<F: Files>(call: &mut Call<'_, F>, from: u32, to: u32) -> Result<(), Errno> {
    let table = &call.process.table;
    match call.process.quirks.wasix {
        true => table.duplicate_to(from, to),
        false => table.renumber(from, to),
    }
}

/// `fd_fdstat_get(fd, fdstat)`.
fn fd_fdstat_get<F: Files>(call: &mut Call<'_, F>, fd: u32, fdstat: u32) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let slot = call.memory.reserve::<{ fdstat::SIZE }>(fdstat)?;
    let (kind, flags) = match &descriptor.object {
        Object::Socket(socket) => {
            let flags = FileFlags {
                nonblock: call.process.net.kernel.nonblocking(socket.handle())?,
                ..FileFlags::default()
            };
            (encode::socket(socket.kind()), flags)
        }
        Object::File(file) => ask(call.process, |files| {
            Ok((files.stat(file)?.kind, files.flags(file)?))
        })?,
        Object::Directory(_) => (FileKind::Directory, FileFlags::default()),
        Object::Epoll(_) => (FileKind::Unknown, FileFlags::default()),
    };
    slot.fill(encode::fdstat(
        kind,
        flags,
        descriptor.rights(),
        descriptor.inheriting(),
    ));
    Ok(())
}

/// `fd_fdstat_set_flags(fd, fdflags)`.
///
/// A socket has NONBLOCK alone. The others speak of a file's end and of disks: they are taken, as Linux takes them, and
/// have no effect. A directory has none, and takes all likewise.
fn fd_fdstat_set_flags<F: Files>(call: &mut Call<'_, F>, fd: u32, flags: u32) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_FDSTAT_SET_FLAGS)?;
    let flags = decode::file_flags(flags)?;
    match &descriptor.object {
        Object::Socket(socket) => {
            let kernel = &call.process.net.kernel;
            Ok(kernel.set_nonblocking(socket.handle(), flags.nonblock)?)
        }
        Object::File(file) => ask(call.process, |files| files.set_flags(file, flags)),
        Object::Directory(_) | Object::Epoll(_) => Ok(()),
    }
}

/// `fd_fdstat_set_rights(fd, base, inheriting)`.
fn fd_fdstat_set_rights<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    base: u64,
    inheriting: u64,
) -> Result<(), Errno> {
    call.process.table.reduce(fd, base, inheriting)
}
