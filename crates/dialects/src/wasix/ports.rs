//! Virtual network interfaces: there are none, a guest has the host's network as far as it is granted. ENOTSUP, as Wasmer
//! answers in that case, and the journal is told.

use iwasm_abi::wasix::sockets as abi;
use iwasm_wasi::Files;

use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    for import in [
        &abi::PORT_BRIDGE,
        &abi::PORT_UNBRIDGE,
        &abi::PORT_DHCP_ACQUIRE,
        &abi::PORT_ADDR_ADD,
        &abi::PORT_ADDR_REMOVE,
        &abi::PORT_ADDR_CLEAR,
        &abi::PORT_MAC,
        &abi::PORT_ADDR_LIST,
        &abi::PORT_GATEWAY_SET,
        &abi::PORT_ROUTE_ADD,
        &abi::PORT_ROUTE_REMOVE,
        &abi::PORT_ROUTE_CLEAR,
        &abi::PORT_ROUTE_LIST,
    ] {
        rows.refuse(import);
    }
}
