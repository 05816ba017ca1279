//! The socket functions that several dialects have with one type and one meaning.
//!
//! Their rights are WAMR's: bits 28 and 29, which WASIp1 gives to shutdown and accept, mean connect and listen there,
//! and a descriptor cannot tell by which contract it was asked for.

use iwasm_abi::p1::fdflags;
use iwasm_abi::{Errno, wamr::rights};
use iwasm_net::{Address, Fail, Receive, Sending};
use iwasm_wasi::{Descriptor, Files};

use crate::transfer::{
    counted, receive_flags, receive_report, wasix_receive_flags, wasix_send_flags,
};
use crate::{Call, decode};

/// `sock_listen(fd, backlog)`.
pub(crate) fn sock_listen<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    backlog: u32,
) -> Result<(), Errno> {
    let descriptor = call.socket(fd, rights::SOCK_LISTEN)?;
    call.net().listen(descriptor.as_socket()?, backlog)
}

/// `sock_accept(fd, fdflags, accepted)`.
pub(crate) fn sock_accept<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    flags: u32,
    accepted: u32,
) -> Result<(), Fail> {
    let slot = call.memory.reserve::<4>(accepted)?;
    let (number, _) = accept(call, fd, flags)?;
    slot.fill(number.to_le_bytes());
    Ok(())
}

/// Accept a connection: its number, and its peer. It has what rights the listener hands down.
///
/// A connection that is taken and gets no number is lost, so a guest without a free one takes none: EMFILE.
pub(crate) fn accept<F: Files>(
    call: &Call<'_, F>,
    fd: u32,
    flags: u32,
) -> Result<(u32, Address), Fail> {
    let listener = call.socket(fd, rights::SOCK_ACCEPT)?;
    let nonblocking = decode::flags(flags, fdflags::NONBLOCK)? != 0;
    let table = &call.process.table;
    table.has_room()?;
    let (socket, peer) = call.net().accept(listener.as_socket()?, nonblocking)?;
    let accepted = Descriptor::socket(socket);
    let handed_down = listener.inheriting();
    accepted.reduce(
        accepted.rights() & handed_down,
        accepted.inheriting() & handed_down,
    )?;
    Ok((table.insert(accepted)?, peer))
}

/// `sock_recv(fd, iovs, count, riflags, size, roflags)`. A guest of WASIX takes this from WASIp1's module, and has flags
/// for it that WASIp1 has not.
pub(crate) fn sock_recv<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    riflags: u32,
    size: u32,
    roflags: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_RECV)?;
    let socket = descriptor.as_socket()?;
    let flags = match call.process.quirks.wasix {
        true => wasix_receive_flags(riflags)?,
        false => receive_flags(riflags)?,
    };
    let how = Receive {
        truncation: true,
        ..flags
    };
    let size = call.memory.reserve::<4>(size)?;
    let flags = call.memory.reserve::<2>(roflags)?;
    let net = call.net();
    let into = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let received = net.receive(socket, into, how)?;
    size.fill(counted(received.len, into)?);
    flags.fill(receive_report(received));
    Ok(())
}

/// `sock_send(fd, iovs, count, siflags, size)`, with the same difference.
pub(crate) fn sock_send<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    siflags: u32,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_SEND)?;
    let socket = descriptor.as_socket()?;
    let how = match call.process.quirks.wasix {
        true => wasix_send_flags(siflags)?,
        false => decode::flags(siflags, 0).map(|_| Sending::default())?,
    };
    let size = call.memory.reserve::<4>(size)?;
    let net = call.net();
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let sent = net.send_as(socket, from, None, how)?;
    size.fill(counted(sent, from)?);
    Ok(())
}
