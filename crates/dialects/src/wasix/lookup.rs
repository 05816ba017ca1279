//! WASIX's name lookup: addresses without ports, as many as the guest has room for.

use iwasm_abi::Errno;
use iwasm_abi::wasix::{addr_ip, sockets as abi};
use iwasm_net::{Fail, Kind, Query};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::RESOLVE, resolve::<F>);
}

/// Names are not longer than this: NI_MAXHOST of the C libraries.
const MAX_NAME: u32 = 1025;

/// `resolve(host, length, port, addrs, most, count)`: the port is a hint that no answer depends on.
fn resolve<F: Files>(
    call: &mut Call<'_, F>,
    host: u32,
    length: u32,
    _port: u32,
    addrs: u32,
    most: u32,
    count: u32,
) -> Result<(), Fail> {
    let count = call.memory.reserve::<4>(count)?;
    let bytes = u64::from(most) * addr_ip::SIZE as u64;
    let bytes = u32::try_from(bytes).map_err(|_| Errno::Fault)?;
    let room = call.memory.span(addrs, bytes)?;
    let host = call.memory.read_bytes(host, length, MAX_NAME)?;
    let found = call.net().resolve(&Query {
        host: str::from_utf8(&host).map_err(|_| Errno::Ilseq)?,
        service: "",
        family: None,
        // One answer for each address, not one for each kind of sockets.
        kind: Some(Kind::Stream),
    })?;
    let mut written = 0_u32;
    for (at, endpoint) in found.iter().take(most as usize).enumerate() {
        let entry = room.part(at * addr_ip::SIZE, addr_ip::SIZE);
        entry.copy_from(&addr_ip::emit(&endpoint.addr.ip()));
        written += 1;
    }
    count.fill(written.to_le_bytes());
    Ok(())
}
