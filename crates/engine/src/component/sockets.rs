//! Sockets of WASIp3: `wasmtime-wasi` has them, our core judges what they do.
//!
//! It asks before each use of an address, which [`judged`] answers. What that question does not tell is judged in the
//! call itself, which `p3` puts before the one of `wasmtime-wasi`: a bind that the guest asked for looks there like the
//! port that the system gives to whoever has none.

pub(super) mod p3;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_policy::{TcpAccept, TcpBind, TcpConnect, TcpListen, UdpBind, UdpReceive, UdpSend};
use iwasm_wasi::{Files, Process};
use wasmtime_wasi::sockets::SocketAddrUse;
use wasmtime_wasi::{TrappableError, WasiCtx};

use crate::group::Group;

/// A context in which every use of an address is judged. Names are looked up elsewhere: here that stays off.
pub(super) fn granted<F: Files>(group: &Arc<Group<F>>) -> WasiCtx {
    let process = Arc::clone(&group.process);
    WasiCtx::builder()
        .allow_tcp(true)
        .allow_udp(true)
        .socket_addr_check(move |addr, used| {
            let answer = judged(&process, addr, used).is_ok();
            Box::pin(std::future::ready(answer))
        })
        .build()
}

/// May the guest make this use of the address?
fn judged<F: Files>(
    process: &Process<F>,
    addr: SocketAddr,
    used: SocketAddrUse,
) -> Result<(), Errno> {
    let call = |name| process.net.caller(name);
    match used {
        // The port that the system gives to one who connects, sends or listens. That is judged by itself; where the
        // guest asked for this very address, its call was.
        SocketAddrUse::TcpBind | SocketAddrUse::UdpBind if is_nowhere(addr) => Ok(()),
        SocketAddrUse::TcpBind => call("bind").judge::<TcpBind>(addr),
        SocketAddrUse::UdpBind => call("bind").judge::<UdpBind>(addr),
        SocketAddrUse::TcpListen => call("listen").judge::<TcpListen>(addr),
        SocketAddrUse::TcpAccept => call("listen").judge::<TcpAccept>(addr),
        SocketAddrUse::TcpConnect => call("connect").judge::<TcpConnect>(addr),
        SocketAddrUse::UdpSend => call("send").judge::<UdpSend>(addr),
        SocketAddrUse::UdpReceive => call("receive").judge::<UdpReceive>(addr),
    }
}

/// Any address and any port: what a socket has that was not bound.
fn is_nowhere(addr: SocketAddr) -> bool {
    addr == SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))
        || addr == SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))
}

/// What a call comes to: a result for the guest, or an error that ends it.
type Answer<T, E> = wasmtime::Result<(Result<T, E>,)>;

fn answer<T, E>(done: Result<T, TrappableError<E>>) -> Answer<T, E>
where
    E: std::error::Error + Send + Sync + 'static,
{
    match done {
        Ok(value) => Ok((Ok(value),)),
        Err(error) => Ok((Err(error.downcast()?),)),
    }
}
