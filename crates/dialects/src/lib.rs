//! Guest bytes to calls and back: one file a dialect, one registry of all imports.
//!
//! A dialect never sees a host descriptor and never names another dialect.

mod call;
mod decode;
mod dialect;
mod files;
mod handler;
mod open;
mod p1;
mod poll;
mod registry;
mod sockets;
mod threads;
mod transfer;
mod wamr;
mod wasix;
mod wasmedge;

pub use call::{Call, Thread};
pub use handler::{Answer, Args, Function, Handler, Value};
pub use registry::{Binding, Nearest, Registry, Row, Visitor, visit};

/// The contract that an import was bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// WASI preview 1.
    P1,
    /// WAMR's socket extension of it.
    Wamr,
    /// WasmEdge's socket extension of it, in both versions.
    WasmEdge,
    /// WASIX, and WASIp1's functions under its module.
    Wasix,
    /// wasi-threads.
    Threads,
}
