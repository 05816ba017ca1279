//! What guests of one dialect expect differently, though their imports are the same. It is told by the file, or by whoever
//! runs it; a dialect reads here what it is to do.

/// How a guest wants to be served where its imports do not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// How WasmEdge's `sock_recv_from` writes a sender's port; none is as the import's name has it.
    pub wasmedge_udp_port: Option<PortOrder>,
    /// The guest was made by Go's compiler, with the library that has WasmEdge's calls there: it has IPv6 addresses of a
    /// lookup right after the port.
    pub wasmedge_go: bool,
    /// Sockets that are handed in answer EAGAIN instead of waiting. Go has one thread for all its goroutines, which a call
    /// that waits stops, and takes a socket for one to poll only if it does not wait already.
    pub handed_nonblocking: bool,
    /// The guest is of WASIX, and does not only borrow a function or two: what it takes from WASIp1's module is WASIX's, where
    /// that has more of it. The engine sees it in the guest's imports.
    pub wasix: bool,
    /// The guest numbers families and kinds of sockets as those of WasmEdge 0.9 and before. Without this, its first
    /// `sock_open` tells, unless it can be read both ways.
    pub wasmedge_v0: bool,
    /// How WASIX's calls write ports that they return.
    pub wasix_port: PortOrder,
}

/// How a guest of WasmEdge numbers families and kinds of sockets: the imports are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// From 0, as guests of WasmEdge 0.9 and before do.
    Old,
    /// From 1.
    New,
}

/// How a port is written for a guest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortOrder {
    /// As any other number of the guest.
    #[default]
    Host,
    /// Most significant byte first, as on the wire.
    Network,
}
