//! The names of the contract, and how a call of it sees the component.

use iwasm_abi::Errno;
use iwasm_net::{Caller, Family, Flag, Kernel, Kind, Net, Socket};
use iwasm_wasi::Files;
use wasmtime::StoreContextMut;
use wasmtime::component::{LinkerInstance, Resource};
use wasmtime_wasi::p2::bindings::sockets::network::IpAddressFamily;

use super::answer::{Answer, Refusal, answer};
use crate::component::state::State;

/// The interfaces as `wasmtime-wasi` names them: to be replaced, a call must be in the very same one.
pub(super) const POLL: &str = "wasi:io/poll@0.2.12";
pub(super) const STREAMS: &str = "wasi:io/streams@0.2.12";
pub(super) const CLOCK: &str = "wasi:clocks/monotonic-clock@0.2.12";
pub(super) const STDIN: &str = "wasi:cli/stdin@0.2.12";
pub(super) const STDOUT: &str = "wasi:cli/stdout@0.2.12";
pub(super) const STDERR: &str = "wasi:cli/stderr@0.2.12";
pub(super) const TCP: &str = "wasi:sockets/tcp@0.2.12";
pub(super) const TCP_CREATE: &str = "wasi:sockets/tcp-create-socket@0.2.12";
pub(super) const UDP: &str = "wasi:sockets/udp@0.2.12";
pub(super) const UDP_CREATE: &str = "wasi:sockets/udp-create-socket@0.2.12";

/// The store, as a call sees it.
pub(super) type Store<'a, F> = StoreContextMut<'a, State<F>>;

/// The calls of one interface.
pub(super) type Calls<'a, F> = LinkerInstance<'a, State<F>>;

/// Do something with what the guest holds.
pub(super) fn with<F: Files, S: 'static, T>(
    store: &mut Store<'_, F>,
    this: &Resource<S>,
    act: impl FnOnce(&mut S, &Net<F::Kernel>) -> Result<T, Refusal>,
) -> Answer<T> {
    let State { table, group, .. } = store.data_mut();
    answer(act(table.get_mut(this)?, &group.process.net))
}

/// The guest holds it no more.
pub(super) fn gone<F: Files, S: 'static>(
    mut store: Store<'_, F>,
    place: u32,
) -> wasmtime::Result<()> {
    let this = Resource::<S>::new_own(place);
    store.data_mut().table.delete(this)?;
    Ok(())
}

/// A new socket. It never waits, and of the IPv6 family it takes no IPv4.
pub(super) fn open<K: Kernel>(
    caller: Caller<'_, K>,
    family: Family,
    kind: Kind,
) -> Result<Socket<K>, Errno> {
    let socket = caller.open(family, kind)?;
    caller.kernel().set_nonblocking(socket.handle(), true)?;
    if family == Family::V6 {
        caller.set_flag(&socket, Flag::OnlyV6, true)?;
    }
    Ok(socket)
}

/// The family of a socket, as the contract says it.
pub(super) fn family_of<K: Kernel>(socket: &Socket<K>) -> IpAddressFamily {
    match socket.family() {
        Family::V6 => IpAddressFamily::Ipv6,
        _ => IpAddressFamily::Ipv4,
    }
}
