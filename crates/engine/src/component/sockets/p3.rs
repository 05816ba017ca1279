//! The calls of `wasi:sockets@0.3` that are judged, or counted, before they are made.

use std::net::SocketAddr;

use iwasm_policy::{TcpBind, UdpBind, UdpConnect};
use iwasm_wasi::Files;
use wasmtime::component::{Accessor, Linker, LinkerInstance, Resource};
use wasmtime_wasi::p3::bindings::sockets::types::{
    ErrorCode, HostTcpSocket, HostUdpSocket, HostUdpSocketWithStore, IpAddressFamily,
    IpSocketAddress, TcpSocket, UdpSocket,
};
use wasmtime_wasi::p3::sockets::SocketResult;
use wasmtime_wasi::sockets::WasiSockets;

use super::super::state::State;
use super::{Answer, answer};

/// The interface as `wasmtime-wasi` names it: to be replaced, a call must be in the very same one.
const TYPES: &str = "wasi:sockets/types@0.3.0";

/// Put the judged calls before those that are linked.
pub(in super::super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    let mut types = linker.instance(TYPES)?;
    tcp(&mut types)?;
    udp(&mut types)?;
    messages(&mut types)
}

fn tcp<F: Files>(types: &mut LinkerInstance<'_, State<F>>) -> wasmtime::Result<()> {
    types.func_wrap_async(
        "[method]tcp-socket.bind",
        |mut store, (socket, at): (Resource<TcpSocket>, IpSocketAddress)| {
            Box::new(async move {
                let state = store.data_mut();
                let caller = state.group.process.net.caller("bind");
                if caller.judge::<TcpBind>(at.into()).is_err() {
                    return denied();
                }
                let sockets = &mut state.p3_sockets();
                answer(HostTcpSocket::bind(sockets, socket, at).await)
            })
        },
    )
}

/// A socket is remembered as bound from its bind on. Its place in the table may have been another's before: a new one
/// begins as not bound.
fn udp<F: Files>(types: &mut LinkerInstance<'_, State<F>>) -> wasmtime::Result<()> {
    types.func_wrap_async(
        "[static]udp-socket.create",
        |mut store, (family,): (IpAddressFamily,)| {
            Box::new(async move {
                let state = store.data_mut();
                let made = HostUdpSocket::create(&mut state.p3_sockets(), family).await;
                if let Ok(socket) = &made {
                    state.bound.remove(&socket.rep());
                }
                answer(made)
            })
        },
    )?;
    types.func_wrap_async(
        "[method]udp-socket.bind",
        |mut store, (socket, at): (Resource<UdpSocket>, IpSocketAddress)| {
            Box::new(async move {
                let state = store.data_mut();
                let caller = state.group.process.net.caller("bind");
                if caller.judge::<UdpBind>(at.into()).is_err() {
                    return denied();
                }
                let place = socket.rep();
                let done = HostUdpSocket::bind(&mut state.p3_sockets(), socket, at).await;
                if done.is_ok() {
                    state.bound.insert(place);
                }
                answer(done)
            })
        },
    )?;
    types.func_wrap_async(
        "[method]udp-socket.connect",
        |mut store, (socket, to): (Resource<UdpSocket>, IpSocketAddress)| {
            Box::new(async move {
                let state = store.data_mut();
                let caller = state.group.process.net.caller("connect");
                if caller.judge::<UdpConnect>(to.into()).is_err() {
                    return denied();
                }
                answer(state.p3_sockets().connect(socket, to).await)
            })
        },
    )
}

/// Messages wait on the host, with a buffer each: there may be only so many.
fn messages<F: Files>(types: &mut LinkerInstance<'_, State<F>>) -> wasmtime::Result<()> {
    type Send = (Resource<UdpSocket>, Vec<u8>, Option<IpSocketAddress>);

    types.func_wrap_concurrent(
        "[method]udp-socket.send",
        |accessor: &Accessor<State<F>>, (socket, data, to): Send| {
            Box::pin(async move {
                let Some(_seat) = accessor.with(|mut store| store.get().datagrams.take()) else {
                    return Ok((Err(ErrorCode::OutOfMemory),));
                };
                let sockets = &accessor.with_getter::<WasiSockets>(State::p3_sockets);
                answer(WasiSockets::send(sockets, socket, data, to).await)
            })
        },
    )?;
    types.func_wrap_concurrent(
        "[method]udp-socket.receive",
        |accessor: &Accessor<State<F>>, (socket,): (Resource<UdpSocket>,)| {
            Box::pin(async move {
                let Some(_seat) = accessor.with(|mut store| store.get().datagrams.take()) else {
                    return Ok((Err(ErrorCode::OutOfMemory),));
                };
                answer(receive(accessor, socket.rep()).await)
            })
        },
    )
}

/// The next message. To a port that a send or a connect gave the socket, and no bind, whoever finds it can write: then
/// messages come through only from addresses that the guest may send to.
async fn receive<F: Files>(
    accessor: &Accessor<State<F>>,
    socket: u32,
) -> SocketResult<(Vec<u8>, IpSocketAddress)> {
    let sockets = &accessor.with_getter::<WasiSockets>(State::p3_sockets);
    loop {
        let bound = accessor.with(|mut store| store.get().bound.contains(&socket));
        let (data, from) = WasiSockets::receive(sockets, Resource::new_borrow(socket)).await?;
        let admitted = accessor.with(|mut store| {
            let caller = store.get().group.process.net.caller("receive");
            caller.admits_sender(SocketAddr::from(from))
        });
        if bound || admitted {
            return Ok((data, from));
        }
    }
}

fn denied<T>() -> Answer<T, ErrorCode> {
    Ok((Err(ErrorCode::AccessDenied),))
}
