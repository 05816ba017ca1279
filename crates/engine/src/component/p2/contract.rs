//! The names of the contract, and how a call of it sees the component.

use iwasm_net::{Family, Kernel, Socket};
use wasmtime::StoreContextMut;
use wasmtime::component::LinkerInstance;
use wasmtime_wasi::p2::bindings::sockets::network::IpAddressFamily;

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

/// The family of a socket, as the contract says it.
pub(super) fn family_of<K: Kernel>(socket: &Socket<K>) -> IpAddressFamily {
    match socket.family() {
        Family::V6 => IpAddressFamily::Ipv6,
        _ => IpAddressFamily::Ipv4,
    }
}
