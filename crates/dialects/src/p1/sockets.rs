//! The four functions that WASIp1 has for sockets. On what is no socket they are ENOTSOCK, whatever its rights.
//!
//! Their rights are WAMR's: bits 28 and 29, which the standard gives to shutdown and accept, mean connect and listen
//! there, and a descriptor cannot tell by which contract it was asked for.

use iwasm_abi::p1::{self as abi, fdflags, roflags, sdflags};
use iwasm_abi::{Errno, wamr::rights};
use iwasm_net::{Fail, Receive, Shutdown};
use iwasm_wasi::{Descriptor, Files};

use super::decode;
use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::transfer::{counted, receive_flags};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_ACCEPT, sock_accept::<F>);
    rows.bind(&abi::SOCK_RECV, sock_recv::<F>);
    rows.bind(&abi::SOCK_SEND, sock_send::<F>);
    rows.bind(&abi::SOCK_SHUTDOWN, sock_shutdown::<F>);
}

/// `sock_accept(fd, fdflags, accepted)`. The new socket has what rights the listener hands down.
fn sock_accept<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    flags: u32,
    accepted: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_ACCEPT)?;
    let listener = descriptor.as_socket()?;
    let nonblocking = decode::flags(flags, fdflags::NONBLOCK)? != 0;
    let slot = call.memory.reserve::<4>(accepted)?;
    let accepted = Descriptor::socket(call.net().accept(listener, nonblocking)?);
    let handed_down = descriptor.inheriting();
    accepted.reduce(
        accepted.rights() & handed_down,
        accepted.inheriting() & handed_down,
    )?;
    let number = call.process.table.insert(accepted)?;
    slot.fill(number.to_le_bytes());
    Ok(())
}

/// `sock_recv(fd, iovs, count, riflags, size, roflags)`.
fn sock_recv<F: Files>(
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
    let how = Receive {
        truncation: true,
        ..receive_flags(riflags)?
    };
    let size = call.memory.reserve::<4>(size)?;
    let flags = call.memory.reserve::<2>(roflags)?;
    let net = call.net();
    let into = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let received = net.receive(socket, into, how)?;
    size.fill(counted(received.len, into)?);
    let truncated = if received.truncated {
        roflags::RECV_DATA_TRUNCATED
    } else {
        0
    };
    flags.fill(truncated.to_le_bytes());
    Ok(())
}

/// `sock_send(fd, iovs, count, siflags, size)`.
fn sock_send<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    siflags: u32,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.socket(fd, rights::SOCK_SEND)?;
    let socket = descriptor.as_socket()?;
    decode::flags(siflags, 0)?;
    let size = call.memory.reserve::<4>(size)?;
    let net = call.net();
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let sent = net.send(socket, from, None)?;
    size.fill(counted(sent, from)?);
    Ok(())
}

/// `sock_shutdown(fd, sdflags)`: needs no right, for WAMR knows none for it.
fn sock_shutdown<F: Files>(call: &mut Call<'_, F>, fd: u32, flags: u32) -> Result<(), Errno> {
    let descriptor = call.socket(fd, 0)?;
    call.net()
        .shutdown(descriptor.as_socket()?, directions(flags)?)
}

fn directions(flags: u32) -> Result<Shutdown, Errno> {
    const BOTH: u8 = sdflags::RD | sdflags::WR;
    match u8::try_from(flags) {
        Ok(sdflags::RD) => Ok(Shutdown::Read),
        Ok(sdflags::WR) => Ok(Shutdown::Write),
        Ok(BOTH) => Ok(Shutdown::Both),
        _ => Err(Errno::Inval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shutdown_names_one_direction_or_both() {
        for (flags, how) in [
            (0, Err(Errno::Inval)),
            (1, Ok(Shutdown::Read)),
            (2, Ok(Shutdown::Write)),
            (3, Ok(Shutdown::Both)),
            (4, Err(Errno::Inval)),
            (0x101, Err(Errno::Inval)),
        ] {
            assert_eq!(directions(flags), how, "{flags:#x}");
        }
    }
}
