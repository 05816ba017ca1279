//! What a file is, how long it is and when it was used, by descriptor and by path.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, filestat, rights};
use iwasm_net::Fail;
use iwasm_wasi::{Files, Object, Stat};

use super::{ask, decode, directory, encode};
use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_FILESTAT_GET, fd_filestat_get::<F>);
    rows.bind(&abi::FD_FILESTAT_SET_SIZE, fd_filestat_set_size::<F>);
    rows.bind(&abi::FD_FILESTAT_SET_TIMES, fd_filestat_set_times::<F>);
    rows.bind(&abi::PATH_FILESTAT_GET, path_filestat_get::<F>);
    rows.bind(&abi::PATH_FILESTAT_SET_TIMES, path_filestat_set_times::<F>);
}

/// `fd_filestat_get(fd, filestat)`: of a socket the type alone, for its numbers on the host are nothing to the guest.
fn fd_filestat_get<F: Files>(call: &mut Call<'_, F>, fd: u32, filestat: u32) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_FILESTAT_GET)?;
    let slot = call.memory.reserve::<{ filestat::SIZE }>(filestat)?;
    let stat = match &descriptor.object {
        Object::Socket(socket) => Stat {
            kind: encode::socket(socket.kind()),
            ..Stat::default()
        },
        Object::File(file) => ask(call.process, |files| files.stat(file))?,
        Object::Epoll(_) => Stat::default(),
        Object::Directory(directory) => ask(call.process, |files| files.stat_dir(&directory.dir))?,
    };
    slot.fill(encode::filestat(&stat));
    Ok(())
}

/// `fd_filestat_set_size(fd, size)`.
fn fd_filestat_set_size<F: Files>(call: &mut Call<'_, F>, fd: u32, size: u64) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_FILESTAT_SET_SIZE)?;
    match &descriptor.object {
        Object::File(file) => ask(call.process, |files| files.set_size(file, size)),
        Object::Socket(_) | Object::Directory(_) | Object::Epoll(_) => Err(Errno::Inval.into()),
    }
}

/// `fd_filestat_set_times(fd, atim, mtim, fstflags)`.
fn fd_filestat_set_times<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    atim: u64,
    mtim: u64,
    fstflags: u32,
) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_FILESTAT_SET_TIMES)?;
    let times = decode::times(atim, mtim, fstflags)?;
    match &descriptor.object {
        Object::File(file) => ask(call.process, |files| files.set_times(file, times)),
        Object::Directory(directory) => ask(call.process, |files| {
            files.set_dir_times(&directory.dir, times)
        }),
        Object::Socket(_) | Object::Epoll(_) => Err(Errno::Inval.into()),
    }
}

/// `path_filestat_get(fd, lookupflags, path, length, filestat)`.
fn path_filestat_get<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    lookupflags: u32,
    path: u32,
    length: u32,
    filestat: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_FILESTAT_GET)?.dir;
    let follow = decode::follow(lookupflags)?;
    let path = decode::path(call.memory, path, length)?;
    let slot = call.memory.reserve::<{ filestat::SIZE }>(filestat)?;
    let stat = ask(call.process, |files| files.stat_at(dir, &path, follow))?;
    slot.fill(encode::filestat(&stat));
    Ok(())
}

/// `path_filestat_set_times(fd, lookupflags, path, length, atim, mtim, fstflags)`.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn path_filestat_set_times<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    lookupflags: u32,
    path: u32,
    length: u32,
    atim: u64,
    mtim: u64,
    fstflags: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_FILESTAT_SET_TIMES)?.dir;
    let follow = decode::follow(lookupflags)?;
    let times = decode::times(atim, mtim, fstflags)?;
    let path = decode::path(call.memory, path, length)?;
    ask(call.process, |files| {
        files.set_times_at(dir, &path, follow, times)
    })
}
