//! The calls of `wasi:sockets@0.2` that are judged before they are made.

use std::net::SocketAddr;

use iwasm_policy::{TcpBind, UdpBind, UdpConnect};
use iwasm_wasi::Files;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpSocketAddress, Network};
use wasmtime_wasi::p2::bindings::sockets::tcp::{HostTcpSocket, TcpSocket};
use wasmtime_wasi::p2::bindings::sockets::udp::{HostUdpSocket, UdpSocket};
use wasmtime_wasi::sockets::WasiSocketsView as _;

use super::super::state::State;
use super::{Answer, answer};

/// The interfaces as `wasmtime-wasi` names them: to be replaced, a call must be in the very same one.
const TCP: &str = "wasi:sockets/tcp@0.2.12";
const UDP: &str = "wasi:sockets/udp@0.2.12";

/// Put the judged calls before those that are linked.
pub(in super::super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    type Bind<S> = (Resource<S>, Resource<Network>, IpSocketAddress);
    type Stream = (Resource<UdpSocket>, Option<IpSocketAddress>);

    linker.instance(TCP)?.func_wrap_async(
        "[method]tcp-socket.start-bind",
        |mut store, (socket, network, at): Bind<TcpSocket>| {
            Box::new(async move {
                let state = store.data_mut();
                let caller = state.group.process.net.caller("start-bind");
                if caller.judge::<TcpBind>(at.into()).is_err() {
                    return denied();
                }
                let sockets = &mut state.sockets();
                answer(HostTcpSocket::start_bind(sockets, socket, network, at).await)
            })
        },
    )?;
    let mut udp = linker.instance(UDP)?;
    udp.func_wrap_async(
        "[method]udp-socket.start-bind",
        |mut store, (socket, network, at): Bind<UdpSocket>| {
            Box::new(async move {
                let state = store.data_mut();
                let caller = state.group.process.net.caller("start-bind");
                if caller.judge::<UdpBind>(at.into()).is_err() {
                    return denied();
                }
                let sockets = &mut state.sockets();
                answer(HostUdpSocket::start_bind(sockets, socket, network, at).await)
            })
        },
    )?;
    udp.func_wrap_async(
        "[method]udp-socket.stream",
        |mut store, (socket, to): Stream| {
            Box::new(async move {
                let state = store.data_mut();
                let caller = state.group.process.net.caller("stream");
                let judged = to.map(|to| caller.judge::<UdpConnect>(SocketAddr::from(to)));
                if judged.is_some_and(|judged| judged.is_err()) {
                    return denied();
                }
                answer(state.sockets().stream(socket, to).await)
            })
        },
    )
}

fn denied<T>() -> Answer<T, ErrorCode> {
    Ok((Err(ErrorCode::AccessDenied),))
}
