//! Names below directories: made, given away, taken away.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, rights};
use iwasm_net::Fail;
use iwasm_wasi::Files;

use super::{ask, decode, directory};
use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::PATH_CREATE_DIRECTORY, path_create_directory::<F>);
    rows.bind(&abi::PATH_LINK, path_link::<F>);
    rows.bind(&abi::PATH_READLINK, path_readlink::<F>);
    rows.bind(&abi::PATH_REMOVE_DIRECTORY, path_remove_directory::<F>);
    rows.bind(&abi::PATH_RENAME, path_rename::<F>);
    rows.bind(&abi::PATH_SYMLINK, path_symlink::<F>);
    rows.bind(&abi::PATH_UNLINK_FILE, path_unlink_file::<F>);
}

/// `path_create_directory(fd, path, length)`.
fn path_create_directory<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_CREATE_DIRECTORY)?.dir;
    let path = decode::path(call.memory, path, length)?;
    ask(call.process, |files| files.make_dir(dir, &path))
}

/// `path_link(old_fd, lookupflags, old, old_length, new_fd, new, new_length)`: a link is linked to, never followed.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn path_link<F: Files>(
    call: &mut Call<'_, F>,
    old_fd: u32,
    lookupflags: u32,
    old: u32,
    old_length: u32,
    new_fd: u32,
    new: u32,
    new_length: u32,
) -> Result<(), Fail> {
    let old_dir = call.process.table.get(old_fd)?;
    let new_dir = call.process.table.get(new_fd)?;
    let from = &directory(&old_dir, rights::PATH_LINK_SOURCE)?.dir;
    let to = &directory(&new_dir, rights::PATH_LINK_TARGET)?.dir;
    if decode::follow(lookupflags)? {
        return Err(Errno::Inval.into());
    }
    let old = decode::path(call.memory, old, old_length)?;
    let new = decode::path(call.memory, new, new_length)?;
    ask(call.process, |files| files.link(from, &old, to, &new))
}

/// `path_readlink(fd, path, length, buffer, room, size)`: what does not fit into the buffer is left out.
fn path_readlink<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    path: u32,
    length: u32,
    buffer: u32,
    room: u32,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_READLINK)?.dir;
    let path = decode::path(call.memory, path, length)?;
    let buffer = call.memory.span(buffer, room)?;
    let size = call.memory.reserve::<4>(size)?;
    let target = ask(call.process, |files| files.read_link(dir, &path))?;
    buffer.copy_from(&target);
    // A target whose length does not fit its type did not fit the buffer either.
    let written = u32::try_from(target.len()).map_or(room, |len| len.min(room));
    size.fill(written.to_le_bytes());
    Ok(())
}

/// `path_remove_directory(fd, path, length)`.
fn path_remove_directory<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_REMOVE_DIRECTORY)?.dir;
    let path = decode::path(call.memory, path, length)?;
    ask(call.process, |files| files.remove_dir(dir, &path))
}

/// `path_rename(old_fd, old, old_length, new_fd, new, new_length)`.
fn path_rename<F: Files>(
    call: &mut Call<'_, F>,
    old_fd: u32,
    old: u32,
    old_length: u32,
    new_fd: u32,
    new: u32,
    new_length: u32,
) -> Result<(), Fail> {
    let old_dir = call.process.table.get(old_fd)?;
    let new_dir = call.process.table.get(new_fd)?;
    let from = &directory(&old_dir, rights::PATH_RENAME_SOURCE)?.dir;
    let to = &directory(&new_dir, rights::PATH_RENAME_TARGET)?.dir;
    let old = decode::path(call.memory, old, old_length)?;
    let new = decode::path(call.memory, new, new_length)?;
    ask(call.process, |files| files.rename(from, &old, to, &new))
}

/// `path_symlink(target, target_length, fd, path, length)`.
fn path_symlink<F: Files>(
    call: &mut Call<'_, F>,
    target: u32,
    target_length: u32,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_SYMLINK)?.dir;
    let target = decode::path(call.memory, target, target_length)?;
    let path = decode::path(call.memory, path, length)?;
    ask(call.process, |files| files.symlink(&target, dir, &path))
}

/// `path_unlink_file(fd, path, length)`.
fn path_unlink_file<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    path: u32,
    length: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let dir = &directory(&descriptor, rights::PATH_UNLINK_FILE)?.dir;
    let path = decode::path(call.memory, path, length)?;
    ask(call.process, |files| files.remove_file(dir, &path))
}
