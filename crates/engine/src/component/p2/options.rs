//! Options of sockets, as `wasi:sockets@0.2` has them: a call to read each and one to set it, in units of its own.

use iwasm_net::{Family, Flag, Kernel, Net, Size, Socket};
use iwasm_wasi::Files;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::network::ErrorCode;

use super::answer::Refusal;
use super::contract::{Calls, Store, with};
use super::tcp::Tcp;
use super::udp::Udp;

type Done<T> = Result<T, Refusal>;

/// Link how an option is read, and how it is set.
macro_rules! option {
    ($calls:expr, $of:ty, $socket:literal, $name:literal, $read:expr, $set:expr) => {
        $calls.func_wrap(
            concat!("[method]", $socket, ".", $name),
            |mut store: Store<'_, F>, (this,): (Resource<$of>,)| {
                with(&mut store, &this, |it, net| $read(net, it.socket()))
            },
        )?;
        $calls.func_wrap(
            concat!("[method]", $socket, ".set-", $name),
            |mut store: Store<'_, F>, (this, value): (Resource<$of>, _)| {
                with(&mut store, &this, |it, net| $set(net, it.socket(), value))
            },
        )?;
    };
}

pub(super) fn link_tcp<F: Files>(calls: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    calls.func_wrap(
        "[method]tcp-socket.set-listen-backlog-size",
        |mut store: Store<'_, F>, (this, size): (Resource<Tcp<F>>, u64)| {
            with(&mut store, &this, |tcp, net| tcp.set_backlog(net, size))
        },
    )?;
    option!(
        calls,
        Tcp<F>,
        "tcp-socket",
        "keep-alive-enabled",
        keep_alive,
        set_keep_alive
    );
    option!(
        calls,
        Tcp<F>,
        "tcp-socket",
        "keep-alive-idle-time",
        |net, socket| time(net, socket, Size::KeepIdle),
        |net, socket, value| set_time(net, socket, Size::KeepIdle, value)
    );
    option!(
        calls,
        Tcp<F>,
        "tcp-socket",
        "keep-alive-interval",
        |net, socket| time(net, socket, Size::KeepInterval),
        |net, socket, value| set_time(net, socket, Size::KeepInterval, value)
    );
    option!(
        calls,
        Tcp<F>,
        "tcp-socket",
        "keep-alive-count",
        keep_count,
        set_keep_count
    );
    option!(calls, Tcp<F>, "tcp-socket", "hop-limit", hops, set_hops);
    option!(
        calls,
        Tcp<F>,
        "tcp-socket",
        "receive-buffer-size",
        |net, socket| buffer(net, socket, Size::ReceiveBuffer),
        |net, socket, value| set_buffer(net, socket, Size::ReceiveBuffer, value)
    );
    option!(
        calls,
        Tcp<F>,
        "tcp-socket",
        "send-buffer-size",
        |net, socket| buffer(net, socket, Size::SendBuffer),
        |net, socket, value| set_buffer(net, socket, Size::SendBuffer, value)
    );
    Ok(())
}

pub(super) fn link_udp<F: Files>(calls: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    option!(
        calls,
        Udp<F>,
        "udp-socket",
        "unicast-hop-limit",
        hops,
        set_hops
    );
    option!(
        calls,
        Udp<F>,
        "udp-socket",
        "receive-buffer-size",
        |net, socket| buffer(net, socket, Size::ReceiveBuffer),
        |net, socket, value| set_buffer(net, socket, Size::ReceiveBuffer, value)
    );
    option!(
        calls,
        Udp<F>,
        "udp-socket",
        "send-buffer-size",
        |net, socket| buffer(net, socket, Size::SendBuffer),
        |net, socket, value| set_buffer(net, socket, Size::SendBuffer, value)
    );
    Ok(())
}

fn keep_alive<K: Kernel>(net: &Net<K>, socket: &Socket<K>) -> Done<bool> {
    Ok(net.caller(CALL).flag(socket, Flag::KeepAlive)?)
}

fn set_keep_alive<K: Kernel>(net: &Net<K>, socket: &Socket<K>, on: bool) -> Done<()> {
    Ok(net.caller(CALL).set_flag(socket, Flag::KeepAlive, on)?)
}

/// In nanoseconds, which the system has as seconds.
fn time<K: Kernel>(net: &Net<K>, socket: &Socket<K>, of: Size) -> Done<u64> {
    let seconds = net.caller(CALL).size(socket, of)?;
    Ok(u64::from(seconds) * SECOND)
}

/// As near as the system comes to it. It is never sooner, but where that would be later than the system can count.
fn set_time<K: Kernel>(net: &Net<K>, socket: &Socket<K>, of: Size, time: u64) -> Done<()> {
    let seconds = given(time)?.div_ceil(SECOND).min(MOST_SECONDS);
    Ok(net.caller(CALL).set_size(socket, of, small(seconds))?)
}

fn keep_count<K: Kernel>(net: &Net<K>, socket: &Socket<K>) -> Done<u32> {
    Ok(net.caller(CALL).size(socket, Size::KeepCount)?)
}

fn set_keep_count<K: Kernel>(net: &Net<K>, socket: &Socket<K>, count: u32) -> Done<()> {
    let count = small(given(count.into())?.min(MOST_PROBES));
    Ok(net.caller(CALL).set_size(socket, Size::KeepCount, count)?)
}

fn hops<K: Kernel>(net: &Net<K>, socket: &Socket<K>) -> Done<u8> {
    let hops = net.caller(CALL).size(socket, hop_option(socket))?;
    Ok(u8::try_from(hops).unwrap_or(u8::MAX))
}

fn set_hops<K: Kernel>(net: &Net<K>, socket: &Socket<K>, hops: u8) -> Done<()> {
    let hops = small(given(hops.into())?);
    Ok(net
        .caller(CALL)
        .set_size(socket, hop_option(socket), hops)?)
}

fn hop_option<K: Kernel>(socket: &Socket<K>) -> Size {
    match socket.family() {
        Family::V6 => Size::HopLimit,
        _ => Size::Ttl,
    }
}

fn buffer<K: Kernel>(net: &Net<K>, socket: &Socket<K>, of: Size) -> Done<u64> {
    Ok(net.caller(CALL).size(socket, of)?.into())
}

/// The system makes of it what it can.
fn set_buffer<K: Kernel>(net: &Net<K>, socket: &Socket<K>, of: Size, bytes: u64) -> Done<()> {
    let bytes = given(bytes)?.min(MOST_BYTES);
    Ok(net.caller(CALL).set_size(socket, of, small(bytes))?)
}

/// 0 is no value of any of them.
fn given(value: u64) -> Result<u64, ErrorCode> {
    if value == 0 {
        Err(ErrorCode::InvalidArgument)
    } else {
        Ok(value)
    }
}

fn small(value: u64) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Options reach nothing, so nobody is told of them by name.
const CALL: &str = "option";

const SECOND: u64 = 1_000_000_000;

/// What Linux counts to: `MAX_TCP_KEEPIDLE`, `MAX_TCP_KEEPINTVL`.
const MOST_SECONDS: u64 = 32767;

/// `MAX_TCP_KEEPCNT`.
const MOST_PROBES: u64 = 127;

/// Half of what the system's number holds, for it doubles it.
const MOST_BYTES: u64 = (i32::MAX / 2) as u64;
