//! Virtual network interfaces: there are none, a guest has the host's network as far as it is granted. ENOTSUP, as Wasmer
//! answers in that case.

use iwasm_abi::Errno;
use iwasm_abi::wasix::sockets as abi;
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::PORT_UNBRIDGE, none::<F>);
    rows.bind(&abi::PORT_DHCP_ACQUIRE, none::<F>);
    rows.bind(&abi::PORT_ADDR_CLEAR, none::<F>);
    rows.bind(&abi::PORT_ROUTE_CLEAR, none::<F>);
    rows.bind(&abi::PORT_ADDR_ADD, one::<F>);
    rows.bind(&abi::PORT_ADDR_REMOVE, one::<F>);
    rows.bind(&abi::PORT_MAC, one::<F>);
    rows.bind(&abi::PORT_GATEWAY_SET, one::<F>);
    rows.bind(&abi::PORT_ROUTE_REMOVE, one::<F>);
    rows.bind(&abi::PORT_ADDR_LIST, two::<F>);
    rows.bind(&abi::PORT_ROUTE_LIST, two::<F>);
    rows.bind(&abi::PORT_ROUTE_ADD, four::<F>);
    rows.bind(&abi::PORT_BRIDGE, five::<F>);
}

fn none<F: Files>(_: &mut Call<'_, F>) -> Result<(), Errno> {
    Err(Errno::Notsup)
}

fn one<F: Files>(_: &mut Call<'_, F>, _: u32) -> Result<(), Errno> {
    Err(Errno::Notsup)
}

fn two<F: Files>(_: &mut Call<'_, F>, _: u32, _: u32) -> Result<(), Errno> {
    Err(Errno::Notsup)
}

fn four<F: Files>(_: &mut Call<'_, F>, _: u32, _: u32, _: u32, _: u32) -> Result<(), Errno> {
    Err(Errno::Notsup)
}

fn five<F: Files>(
    _: &mut Call<'_, F>,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
) -> Result<(), Errno> {
    Err(Errno::Notsup)
}
