//! The four functions that WASIp1 has for sockets. On what is no socket they are ENOTSOCK, whatever its rights.

use iwasm_abi::Errno;
use iwasm_abi::p1::{self as abi, sdflags};
use iwasm_net::Shutdown;
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::sockets::{sock_accept, sock_recv, sock_send};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_ACCEPT, sock_accept::<F>);
    rows.bind(&abi::SOCK_RECV, sock_recv::<F>);
    rows.bind(&abi::SOCK_SEND, sock_send::<F>);
    rows.bind(&abi::SOCK_SHUTDOWN, sock_shutdown::<F>);
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
