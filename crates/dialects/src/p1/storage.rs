//! What a guest asks of the disk below a file: its data brought there, room on it, and what will be wanted from it.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, advice, rights};
use iwasm_net::Fail;
use iwasm_wasi::{Advice, Descriptor, Files, Object};

use super::ask;
use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_ADVISE, fd_advise::<F>);
    rows.bind(&abi::FD_ALLOCATE, fd_allocate::<F>);
    rows.bind(&abi::FD_DATASYNC, fd_datasync::<F>);
    rows.bind(&abi::FD_SYNC, fd_sync::<F>);
}

/// `fd_advise(fd, offset, length, advice)`.
fn fd_advise<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    offset: u64,
    length: u64,
    advice: u32,
) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_ADVISE)?;
    let file = file(&descriptor)?;
    let advice = advised(advice)?;
    ask(call.process, |files| {
        files.advise(file, offset, length, advice)
    })
}

/// `fd_allocate(fd, offset, length)`.
fn fd_allocate<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    offset: u64,
    length: u64,
) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_ALLOCATE)?;
    let file = file(&descriptor)?;
    ask(call.process, |files| files.allocate(file, offset, length))
}

/// `fd_datasync(fd)`: a directory is its own metadata, so all of it is brought to the disk.
fn fd_datasync<F: Files>(call: &mut Call<'_, F>, fd: u32) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_DATASYNC)?;
    match &descriptor.object {
        Object::File(file) => ask(call.process, |files| files.sync_data(file)),
        Object::Directory(directory) => ask(call.process, |files| files.sync_dir(&directory.dir)),
        Object::Socket(_) | Object::Epoll(_) => Err(Errno::Inval.into()),
    }
}

/// `fd_sync(fd)`.
fn fd_sync<F: Files>(call: &mut Call<'_, F>, fd: u32) -> Result<(), Fail> {
    let descriptor = call.descriptor(fd, rights::FD_SYNC)?;
    match &descriptor.object {
        Object::File(file) => ask(call.process, |files| files.sync(file)),
        Object::Directory(directory) => ask(call.process, |files| files.sync_dir(&directory.dir)),
        Object::Socket(_) | Object::Epoll(_) => Err(Errno::Inval.into()),
    }
}

/// A file; nothing else lies on a disk as a range of bytes.
fn file<F: Files>(descriptor: &Descriptor<F>) -> Result<&F::File, Errno> {
    match &descriptor.object {
        Object::File(file) => Ok(file),
        Object::Socket(_) | Object::Epoll(_) => Err(Errno::Spipe),
        Object::Directory(_) => Err(Errno::Isdir),
    }
}

fn advised(advice: u32) -> Result<Advice, Errno> {
    match u8::try_from(advice) {
        Ok(advice::NORMAL) => Ok(Advice::Normal),
        Ok(advice::SEQUENTIAL) => Ok(Advice::Sequential),
        Ok(advice::RANDOM) => Ok(Advice::Random),
        Ok(advice::WILLNEED) => Ok(Advice::WillNeed),
        Ok(advice::DONTNEED) => Ok(Advice::DontNeed),
        Ok(advice::NOREUSE) => Ok(Advice::NoReuse),
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_one_of_six() {
        for (number, advice) in [
            (0, Ok(Advice::Normal)),
            (1, Ok(Advice::Sequential)),
            (2, Ok(Advice::Random)),
            (3, Ok(Advice::WillNeed)),
            (4, Ok(Advice::DontNeed)),
            (5, Ok(Advice::NoReuse)),
            (6, Err(Errno::Inval)),
            (256, Err(Errno::Inval)),
        ] {
            assert_eq!(advised(number), advice, "{number}");
        }
    }
}
