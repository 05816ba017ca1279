//! The socket functions that several dialects have with one type and one meaning.
//!
//! Their rights are WAMR's: bits 28 and 29, which WASIp1 gives to shutdown and accept, mean connect and listen there,
//! and a descriptor cannot tell by which contract it was asked for.

use iwasm_abi::p1::fdflags;
use iwasm_abi::{Errno, wamr::rights};
use iwasm_net::{Fail, Receive, Sending, Socket};
use iwasm_wasi::{Descriptor, Files};

use crate::Call;
use crate::transfer::{
    counted, receive_flags, receive_report, wasix_receive_flags, wasix_send_flags,
};

/// `sock_listen(fd, backlog)`.
pub(crate) fn sock_listen<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    backlog: u32,
) -> Result<(), Errno> {
    let descriptor = call.socket(fd, rights::SOCK_LISTEN)?;
    call.net().listen(descriptor.as_socket()?, backlog)
}

/// `sock_accept(fd, fdflags, accepted)`. The new socket has what rights the listener hands down.
pub(crate) fn sock_accept<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    flags: u32,
    accepted: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_ACCEPT)?;
    let listener = descriptor.as_socket()?;
    let nonblocking = flags_in(flags, fdflags::NONBLOCK)? != 0;
    let slot = call.memory.reserve::<4>(accepted)?;
    let socket = call.net().accept(listener, nonblocking)?;
    let number = admit(call, &descriptor, socket)?;
    slot.fill(number.to_le_bytes());
    Ok(())
}

/// Give a new connection its number, and what rights the listener hands down.
pub(crate) fn admit<F: Files>(
    call: &Call<'_, F>,
    listener: &Descriptor<F>,
    socket: Socket<F::Kernel>,
) -> Result<u32, Errno> {
    let accepted = Descriptor::socket(socket);
    let handed_down = listener.inheriting();
    accepted.reduce(
        accepted.rights() & handed_down,
        accepted.inheriting() & handed_down,
    )?;
    call.process.table.insert(accepted)
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
        false => flags_in(siflags, 0).map(|_| Sending::default())?,
    };
    let size = call.memory.reserve::<4>(size)?;
    let net = call.net();
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let sent = net.send_as(socket, from, None, how)?;
    size.fill(counted(sent, from)?);
    Ok(())
}

/// Flags, of which only those in `all` have a meaning.
pub(crate) fn flags_in(value: u32, all: u16) -> Result<u32, Errno> {
    if value & !u32::from(all) != 0 {
        return Err(Errno::Inval);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_without_a_meaning_is_refused() {
        for (value, all, read) in [
            (0, 4, Ok(0)),
            (4, 4, Ok(4)),
            (5, 4, Err(Errno::Inval)),
            (1, 0, Err(Errno::Inval)),
            (0x1_0004, 4, Err(Errno::Inval)),
        ] {
            assert_eq!(flags_in(value, all), read, "{value:#x}");
        }
    }
}
