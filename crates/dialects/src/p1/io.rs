//! Bytes in and out, on descriptors of every kind, and positions in files.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, rights, whence};
use iwasm_net::{Fail, Receive};
use iwasm_wasi::{Descriptor, Files, Object, Seek};

use super::ask;
use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::transfer::counted;

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_READ, fd_read::<F>);
    rows.bind(&abi::FD_WRITE, fd_write::<F>);
    rows.bind(&abi::FD_PREAD, fd_pread::<F>);
    rows.bind(&abi::FD_PWRITE, fd_pwrite::<F>);
    rows.bind(&abi::FD_SEEK, fd_seek::<F>);
    rows.bind(&abi::FD_TELL, fd_tell::<F>);
}

/// `fd_read(fd, iovs, count, size)`.
fn fd_read<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let from = stream(&descriptor, rights::FD_READ, Errno::Isdir)?;
    let size = call.memory.reserve::<4>(size)?;
    let net = call.net();
    let into = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let read = match from {
        Stream::Socket(socket) => net.receive(socket, into, Receive::default())?.len,
        Stream::File(file) => ask(call.process, |files| files.read(file, into))?,
    };
    size.fill(counted(read, into)?);
    Ok(())
}

/// `fd_write(fd, iovs, count, size)`.
fn fd_write<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let to = stream(&descriptor, rights::FD_WRITE, Errno::Badf)?;
    let size = call.memory.reserve::<4>(size)?;
    let net = call.net();
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let written = match to {
        Stream::Socket(socket) => net.send(socket, from, None)?,
        Stream::File(file) => ask(call.process, |files| files.write(file, from))?,
    };
    size.fill(counted(written, from)?);
    Ok(())
}

/// `fd_pread(fd, iovs, count, offset, size)`.
fn fd_pread<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    offset: u64,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let file = positioned(&descriptor, Errno::Isdir)?;
    descriptor.demand(rights::FD_READ | rights::FD_SEEK)?;
    let size = call.memory.reserve::<4>(size)?;
    let into = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let read = ask(call.process, |files| files.read_at(file, into, offset))?;
    size.fill(counted(read, into)?);
    Ok(())
}

/// `fd_pwrite(fd, iovs, count, offset, size)`.
fn fd_pwrite<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    offset: u64,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let file = positioned(&descriptor, Errno::Badf)?;
    descriptor.demand(rights::FD_WRITE | rights::FD_SEEK)?;
    let size = call.memory.reserve::<4>(size)?;
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let written = ask(call.process, |files| files.write_at(file, from, offset))?;
    size.fill(counted(written, from)?);
    Ok(())
}

/// `fd_seek(fd, offset, whence, position)`.
fn fd_seek<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    offset: i64,
    whence: u32,
    position: u32,
) -> Result<(), Fail> {
    let to = seek(offset, whence)?;
    seek_to(call, fd, to, position)
}

/// `fd_tell(fd, position)`.
fn fd_tell<F: Files>(call: &mut Call<'_, F>, fd: u32, position: u32) -> Result<(), Fail> {
    seek_to(call, fd, STAY, position)
}

/// A seek that only asks where the position is.
const STAY: Seek = Seek::Current(0);

/// Move the position and write where it is. FD_SEEK includes FD_TELL, which is enough to stay.
fn seek_to<F: Files>(call: &mut Call<'_, F>, fd: u32, to: Seek, position: u32) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let file = positioned(&descriptor, Errno::Badf)?;
    if to != STAY || descriptor.demand(rights::FD_TELL).is_err() {
        descriptor.demand(rights::FD_SEEK)?;
    }
    let slot = call.memory.reserve::<8>(position)?;
    let at = ask(call.process, |files| files.seek(file, to))?;
    slot.fill(at.to_le_bytes());
    Ok(())
}

fn seek(offset: i64, whence: u32) -> Result<Seek, Errno> {
    match u8::try_from(whence) {
        Ok(whence::SET) => u64::try_from(offset)
            .map(Seek::Start)
            .map_err(|_| Errno::Inval),
        Ok(whence::CUR) => Ok(Seek::Current(offset)),
        Ok(whence::END) => Ok(Seek::End(offset)),
        _ => Err(Errno::Inval),
    }
}

/// What bytes come from and go to.
enum Stream<'a, F: Files> {
    Socket(&'a iwasm_net::Socket<F::Kernel>),
    File(&'a F::File),
}

/// A socket or file with these rights; for a directory the error is `directory`, whatever its rights.
fn stream<F: Files>(
    descriptor: &Descriptor<F>,
    rights: u64,
    directory: Errno,
) -> Result<Stream<'_, F>, Errno> {
    let stream = match &descriptor.object {
        Object::Socket(socket) => Stream::Socket(socket),
        Object::File(file) => Stream::File(file),
        Object::Directory(_) => return Err(directory),
        Object::Epoll(_) => return Err(Errno::Inval),
    };
    descriptor.demand(rights)?;
    Ok(stream)
}

/// A file, which may have positions. A socket or set has none (ESPIPE); for a directory the error is `directory`.
fn positioned<F: Files>(descriptor: &Descriptor<F>, directory: Errno) -> Result<&F::File, Errno> {
    match &descriptor.object {
        Object::File(file) => Ok(file),
        Object::Socket(_) | Object::Epoll(_) => Err(Errno::Spipe),
        Object::Directory(_) => Err(directory),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seek_counts_from_the_begin_the_position_or_the_end() {
        for (offset, whence, to) in [
            (7, 0, Ok(Seek::Start(7))),
            (-7, 0, Err(Errno::Inval)),
            (-7, 1, Ok(Seek::Current(-7))),
            (0, 1, Ok(STAY)),
            (-7, 2, Ok(Seek::End(-7))),
            (0, 3, Err(Errno::Inval)),
            (0, 256, Err(Errno::Inval)),
        ] {
            assert_eq!(seek(offset, whence), to, "{offset} {whence}");
        }
    }
}
