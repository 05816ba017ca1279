//! Data from and to addresses that each call names, and from files.
//!
//! `sock_recv` and `sock_send` are WASIp1's, under either module: that they know more flags is a fact of the guest.

use iwasm_abi::Errno;
use iwasm_abi::p1;
use iwasm_abi::wamr::rights;
use iwasm_abi::wasix::sockets as abi;
use iwasm_net::{Address, Fail, Receive, Sending, Socket, Span};
use iwasm_wasi::{Descriptor, Files, Object};

use super::address;
use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::transfer::{counted, receive_report, wasix_receive_flags, wasix_send_flags};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_RECV_FROM, sock_recv_from::<F>);
    rows.bind(&abi::SOCK_SEND_TO, sock_send_to::<F>);
    rows.bind(&abi::SOCK_SEND_FILE, sock_send_file::<F>);
}

/// `sock_recv_from(fd, iovs, count, riflags, size, roflags, addr)`.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn sock_recv_from<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    riflags: u32,
    size: u32,
    roflags: u32,
    addr: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_RECV_FROM)?;
    let socket = descriptor.as_socket()?;
    let how = Receive {
        truncation: true,
        ..wasix_receive_flags(riflags)?
    };
    let size = call.memory.reserve::<4>(size)?;
    let flags = call.memory.reserve::<2>(roflags)?;
    let room = address::reserve(call.memory, &call.process.quirks, addr)?;
    let net = call.net();
    let into = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let (received, source) = net.receive_from(socket, into, how)?;
    size.fill(counted(received.len, into)?);
    flags.fill(receive_report(received));
    room.fill(&source);
    Ok(())
}

/// `sock_send_to(fd, iovs, count, siflags, addr, size)`.
fn sock_send_to<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    siflags: u32,
    addr: u32,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_SEND_TO)?;
    let socket = descriptor.as_socket()?;
    let how = wasix_send_flags(siflags)?;
    let to = address::read(call.memory, addr)?;
    let size = call.memory.reserve::<4>(size)?;
    let net = call.net();
    let to = match to {
        Address::Unix(path) => return Err(net.send_to_path(socket, &path).into()),
        to => to.inet()?,
    };
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let sent = net.send_as(socket, from, Some(to), how)?;
    size.fill(counted(sent, from)?);
    Ok(())
}

/// `sock_send_file(fd, file, offset, count, size)`: the file's position stays where it is.
fn sock_send_file<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    file: u32,
    offset: u64,
    count: u64,
    size: u32,
) -> Result<(), Fail> {
    let size = call.memory.reserve::<8>(size)?;
    let to = call.socket(fd, rights::SOCK_SEND)?;
    let from = call.process.table.get(file)?;
    let file = positioned(&from)?;
    let sent = Relay {
        call,
        file,
        socket: to.as_socket()?,
    }
    .run(offset, count)?;
    size.fill(sent.to_le_bytes());
    Ok(())
}

/// A file that may be read at any place: EINVAL for what is none.
fn positioned<F: Files>(descriptor: &Descriptor<F>) -> Result<&F::File, Errno> {
    let Object::File(file) = &descriptor.object else {
        return Err(Errno::Inval);
    };
    descriptor.demand(p1::rights::FD_READ | p1::rights::FD_SEEK)?;
    Ok(file)
}

/// A file on its way through a socket, piece by piece: what is read is kept in the host for no longer than it takes to
/// send it.
struct Relay<'a, 'c, F: Files> {
    call: &'a Call<'c, F>,
    file: &'a F::File,
    socket: &'a Socket<F::Kernel>,
}

impl<F: Files> Relay<'_, '_, F> {
    /// Send so many bytes from there on, or to the file's end: how many went out. An error after some have is kept for
    /// the next call, which meets it anew.
    fn run(&self, mut offset: u64, count: u64) -> Result<u64, Fail> {
        let mut piece = vec![0; PIECE];
        let mut sent = 0;
        while sent < count {
            let left = usize::try_from(count - sent).map_or(PIECE, |left| left.min(PIECE));
            let moved = match self.pass_on(&mut piece[..left], offset) {
                Ok(0) => break,
                Err(Fail::Errno(_)) if sent > 0 => break,
                moved => moved?,
            };
            sent += moved;
            offset = offset.saturating_add(moved);
        }
        Ok(sent)
    }

    /// Send one piece from there on, as much of it as the socket takes at once.
    fn pass_on(&self, piece: &mut [u8], offset: u64) -> Result<u64, Fail> {
        let process = self.call.process;
        let room = piece.len();
        let into = [Span::of(piece)];
        let read = process
            .net
            .stop
            .blocking(|| process.files.read_at(self.file, &into, offset))?;
        if read > room {
            return Err(Errno::Io.into());
        }
        if read == 0 {
            return Ok(0);
        }
        let from = [into[0].part(0, read)];
        let sent = self
            .call
            .net()
            .send_as(self.socket, &from, None, Sending::default())?;
        Ok(sent as u64)
    }
}

/// How much of a file is on its way at once: what a TCP socket's send buffer holds at first, and more.
const PIECE: usize = 64 << 10;
