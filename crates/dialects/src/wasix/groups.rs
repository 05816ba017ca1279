//! Multicast: four functions, of two families.

use core::net::{Ipv4Addr, Ipv6Addr};

use iwasm_abi::Errno;
use iwasm_abi::wasix::{ip4, ip6, sockets as abi};
use iwasm_net::{Family, Group};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    macro_rules! groups {
        ($($import:ident: $group:ident, $change:expr;)*) => {$(
            rows.bind(&abi::$import, |call: &mut Call<'_, F>, fd: u32, group: u32, interface: u32| {
                let group = $group(call, group, interface)?;
                change(call, fd, group, $change)
            });
        )*};
    }
    groups! {
        SOCK_JOIN_MULTICAST_V4: v4, Change::Join;
        SOCK_LEAVE_MULTICAST_V4: v4, Change::Leave;
        SOCK_JOIN_MULTICAST_V6: v6, Change::Join;
        SOCK_LEAVE_MULTICAST_V6: v6, Change::Leave;
    }
}

/// What becomes of the membership.
#[derive(Clone, Copy)]
enum Change {
    Join,
    Leave,
}

/// Both are pointers to octets.
fn v4<F: Files>(call: &Call<'_, F>, group: u32, interface: u32) -> Result<Group, Errno> {
    let octets = |at| call.memory.read::<{ ip4::SIZE }>(at);
    Ok(Group::V4 {
        group: Ipv4Addr::from(octets(group)?),
        interface: Ipv4Addr::from(octets(interface)?),
    })
}

/// The group is a pointer to octets, the interface its index itself.
fn v6<F: Files>(call: &Call<'_, F>, group: u32, interface: u32) -> Result<Group, Errno> {
    let octets = call.memory.read::<{ ip6::SIZE }>(group)?;
    Ok(Group::V6 {
        group: Ipv6Addr::from(octets),
        interface,
    })
}

fn change<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    group: Group,
    change: Change,
) -> Result<(), Errno> {
    let descriptor = call.socket(fd, 0)?;
    let socket = descriptor.as_socket()?;
    let family = match group {
        Group::V4 { .. } => Family::V4,
        Group::V6 { .. } => Family::V6,
    };
    if socket.family() != family {
        return Err(Errno::Afnosupport);
    }
    match change {
        Change::Join => call.net().join(socket, group),
        Change::Leave => call.net().leave(socket, group),
    }
}
