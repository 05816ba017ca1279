//! WAMR's socket options: one function for each, results of exactly the size that the option has.

use core::net::IpAddr;
use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::wamr as abi;
use iwasm_net::{Flag, Group, Limit, Size};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    flags(rows);
    sizes(rows);
    rows.bind(
        &abi::SOCK_GET_RECV_TIMEOUT,
        |call: &mut Call<'_, F>, fd: u32, result: u32| limit(call, fd, Limit::Receive, result),
    );
    rows.bind(
        &abi::SOCK_SET_RECV_TIMEOUT,
        |call: &mut Call<'_, F>, fd: u32, to: u64| set_limit(call, fd, Limit::Receive, to),
    );
    rows.bind(
        &abi::SOCK_GET_SEND_TIMEOUT,
        |call: &mut Call<'_, F>, fd: u32, result: u32| limit(call, fd, Limit::Send, result),
    );
    rows.bind(
        &abi::SOCK_SET_SEND_TIMEOUT,
        |call: &mut Call<'_, F>, fd: u32, to: u64| set_limit(call, fd, Limit::Send, to),
    );
    rows.bind(&abi::SOCK_GET_LINGER, sock_get_linger::<F>);
    rows.bind(&abi::SOCK_SET_LINGER, sock_set_linger::<F>);
    rows.bind(
        &abi::SOCK_GET_IP_MULTICAST_LOOP,
        sock_get_ip_multicast_loop::<F>,
    );
    rows.bind(
        &abi::SOCK_SET_IP_MULTICAST_LOOP,
        sock_set_ip_multicast_loop::<F>,
    );
    rows.bind(
        &abi::SOCK_SET_IP_ADD_MEMBERSHIP,
        sock_set_ip_add_membership::<F>,
    );
    rows.bind(
        &abi::SOCK_SET_IP_DROP_MEMBERSHIP,
        sock_set_ip_drop_membership::<F>,
    );
}

/// The options that are on or off: `get(fd, result)` writes one byte, `set(fd, on)` takes a C `bool`.
fn flags<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    macro_rules! flags {
        ($($get:ident, $set:ident: $flag:ident;)*) => {$(
            rows.bind(&abi::$get, |call: &mut Call<'_, F>, fd: u32, result: u32| {
                flag(call, fd, Flag::$flag, result)
            });
            rows.bind(&abi::$set, |call: &mut Call<'_, F>, fd: u32, on: u32| {
                set_flag(call, fd, Flag::$flag, on)
            });
        )*};
    }
    flags! {
        SOCK_GET_REUSE_ADDR, SOCK_SET_REUSE_ADDR: ReuseAddr;
        SOCK_GET_REUSE_PORT, SOCK_SET_REUSE_PORT: ReusePort;
        SOCK_GET_KEEP_ALIVE, SOCK_SET_KEEP_ALIVE: KeepAlive;
        SOCK_GET_BROADCAST, SOCK_SET_BROADCAST: Broadcast;
        SOCK_GET_TCP_NO_DELAY, SOCK_SET_TCP_NO_DELAY: NoDelay;
        SOCK_GET_TCP_QUICK_ACK, SOCK_SET_TCP_QUICK_ACK: QuickAck;
        SOCK_GET_TCP_FASTOPEN_CONNECT, SOCK_SET_TCP_FASTOPEN_CONNECT: FastOpenConnect;
        SOCK_GET_IPV6_ONLY, SOCK_SET_IPV6_ONLY: OnlyV6;
    }
}

/// The options that are numbers: `get(fd, result)` and `set(fd, value)`, of 4 bytes, or of 1 for hops.
fn sizes<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    macro_rules! sizes {
        ($($get:ident, $set:ident: $read:ident, $write:ident, $size:ident;)*) => {$(
            rows.bind(&abi::$get, |call: &mut Call<'_, F>, fd: u32, result: u32| {
                $read(call, fd, Size::$size, result)
            });
            rows.bind(&abi::$set, |call: &mut Call<'_, F>, fd: u32, to: u32| {
                $write(call, fd, Size::$size, to)
            });
        )*};
    }
    sizes! {
        SOCK_GET_RECV_BUF_SIZE, SOCK_SET_RECV_BUF_SIZE: size, set_size, ReceiveBuffer;
        SOCK_GET_SEND_BUF_SIZE, SOCK_SET_SEND_BUF_SIZE: size, set_size, SendBuffer;
        SOCK_GET_TCP_KEEP_IDLE, SOCK_SET_TCP_KEEP_IDLE: size, set_size, KeepIdle;
        SOCK_GET_TCP_KEEP_INTVL, SOCK_SET_TCP_KEEP_INTVL: size, set_size, KeepInterval;
        SOCK_GET_IP_TTL, SOCK_SET_IP_TTL: hops, set_hops, Ttl;
        SOCK_GET_IP_MULTICAST_TTL, SOCK_SET_IP_MULTICAST_TTL: hops, set_hops, MulticastTtl;
    }
}

fn flag<F: Files>(call: &mut Call<'_, F>, fd: u32, flag: Flag, result: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<1>(result)?;
    let descriptor = call.socket(fd, 0)?;
    let on = call.net().flag(descriptor.as_socket()?, flag)?;
    slot.fill([on.into()]);
    Ok(())
}

fn set_flag<F: Files>(call: &mut Call<'_, F>, fd: u32, flag: Flag, on: u32) -> Result<(), Errno> {
    let descriptor = call.socket(fd, 0)?;
    call.net()
        .set_flag(descriptor.as_socket()?, flag, truth(on))
}

fn size<F: Files>(call: &mut Call<'_, F>, fd: u32, size: Size, result: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(result)?;
    let descriptor = call.socket(fd, 0)?;
    let value = call.net().size(descriptor.as_socket()?, size)?;
    slot.fill(value.to_le_bytes());
    Ok(())
}

fn set_size<F: Files>(call: &mut Call<'_, F>, fd: u32, size: Size, to: u32) -> Result<(), Errno> {
    let descriptor = call.socket(fd, 0)?;
    call.net().set_size(descriptor.as_socket()?, size, to)
}

fn hops<F: Files>(call: &mut Call<'_, F>, fd: u32, size: Size, result: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<1>(result)?;
    let descriptor = call.socket(fd, 0)?;
    let value = call.net().size(descriptor.as_socket()?, size)?;
    slot.fill([u8::try_from(value).map_err(|_| Errno::Overflow)?]);
    Ok(())
}

/// A number of hops fits a byte: what does not is EINVAL, and never cut down to another number.
fn set_hops<F: Files>(call: &mut Call<'_, F>, fd: u32, size: Size, to: u32) -> Result<(), Errno> {
    if to > u8::MAX.into() {
        return Err(Errno::Inval);
    }
    set_size(call, fd, size, to)
}

/// Timeouts are `u64` microseconds, and 0 is none.
fn limit<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    limit: Limit,
    result: u32,
) -> Result<(), Errno> {
    let slot = call.memory.reserve::<8>(result)?;
    let descriptor = call.socket(fd, 0)?;
    let wait = call.net().limit(descriptor.as_socket()?, limit)?;
    let micros = wait.map_or(0, |wait| {
        u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)
    });
    slot.fill(micros.to_le_bytes());
    Ok(())
}

fn set_limit<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    limit: Limit,
    to: u64,
) -> Result<(), Errno> {
    let descriptor = call.socket(fd, 0)?;
    let wait = (to != 0).then(|| Duration::from_micros(to));
    call.net().set_limit(descriptor.as_socket()?, limit, wait)
}

/// `sock_get_linger(fd, on, seconds)`: one byte and a word.
fn sock_get_linger<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    on: u32,
    seconds: u32,
) -> Result<(), Errno> {
    let on_slot = call.memory.reserve::<1>(on)?;
    let seconds_slot = call.memory.reserve::<4>(seconds)?;
    let descriptor = call.socket(fd, 0)?;
    let linger = call.net().linger(descriptor.as_socket()?)?;
    on_slot.fill([linger.is_some().into()]);
    seconds_slot.fill(linger.unwrap_or(0).to_le_bytes());
    Ok(())
}

/// `sock_set_linger(fd, on, seconds)`.
fn sock_set_linger<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    on: u32,
    seconds: u32,
) -> Result<(), Errno> {
    let descriptor = call.socket(fd, 0)?;
    let linger = truth(on).then_some(seconds);
    call.net().set_linger(descriptor.as_socket()?, linger)
}

/// `sock_get_ip_multicast_loop(fd, ipv6, result)`.
fn sock_get_ip_multicast_loop<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    ipv6: u32,
    result: u32,
) -> Result<(), Errno> {
    flag(call, fd, multicast_loop(ipv6), result)
}

/// `sock_set_ip_multicast_loop(fd, ipv6, on)`.
fn sock_set_ip_multicast_loop<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    ipv6: u32,
    on: u32,
) -> Result<(), Errno> {
    set_flag(call, fd, multicast_loop(ipv6), on)
}

fn multicast_loop(ipv6: u32) -> Flag {
    if truth(ipv6) {
        Flag::MulticastLoopV6
    } else {
        Flag::MulticastLoopV4
    }
}

/// `sock_set_ip_add_membership(fd, group, interface)`.
fn sock_set_ip_add_membership<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    at: u32,
    interface: u32,
) -> Result<(), Errno> {
    let group = read_group(call, at, interface)?;
    let descriptor = call.socket(fd, 0)?;
    call.net().join(descriptor.as_socket()?, group)
}

/// `sock_set_ip_drop_membership(fd, group, interface)`.
fn sock_set_ip_drop_membership<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    at: u32,
    interface: u32,
) -> Result<(), Errno> {
    let group = read_group(call, at, interface)?;
    let descriptor = call.socket(fd, 0)?;
    call.net().leave(descriptor.as_socket()?, group)
}

/// The interface of an IPv4 group is an address, its octets in the order they have in guest memory; that of an IPv6
/// group is an index.
fn read_group<F: Files>(call: &Call<'_, F>, at: u32, interface: u32) -> Result<Group, Errno> {
    let ip = abi::addr_ip::parse(&call.memory.read(at)?).ok_or(Errno::Protonosupport)?;
    Ok(match ip {
        IpAddr::V4(group) => Group::V4 {
            group,
            interface: interface.to_le_bytes().into(),
        },
        IpAddr::V6(group) => Group::V6 { group, interface },
    })
}

/// A C `bool` travels in a word, and only its low byte counts.
fn truth(word: u32) -> bool {
    word & 0xff != 0
}
