//! Runs WebAssembly programs that use Berkeley sockets, each reaching exactly what you grant.
//!
//! A guest is a core module for WASIp1, with WAMR's socket extension and wasi-threads as it needs them: what it imports
//! decides, no flag does. Or it is a component of WASIp2 or p3 (feature `components`, on by default). It gets the
//! directories, streams, sockets and addresses that the [`GuestBuilder`] names, and no others.
//!
//! ```
//! use iwasm::{Engine, Guest, Outcome, Policy};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::new()?;
//! let program = engine.compile(br#"(module (func (export "_start")))"#)?;
//! let mut policy = Policy::nothing();
//! policy.allow_pool(iwasm::parse_pool("127.0.0.0/8")?);
//! let outcome = Guest::new(&program).policy(policy).args(["app"]).build()?.run()?;
//! assert_eq!(outcome, Outcome::Exited(0));
//! # Ok(())
//! # }
//! ```
//!
//! Programs that link a module themselves take [`add_to_linker`] and a [`Host`] for each of their stores.

mod engine;
mod guest;
mod handed;
mod inspect;

pub use engine::{Engine, EngineBuilder};
pub use guest::{Guest, GuestBuilder};
pub use handed::{SocketName, SocketNameError};
pub use inspect::{bindings, inspect, inspect_file};
pub use iwasm_engine::{
    Binding, Error, ErrorKind, Handle, Host, Inspection, Memory, Outcome, Producer, Program, Quirk,
    Reach, add_to_linker,
};
pub use iwasm_native::{
    Dir, File, HostSocket, Linux, SocketFile, Termination, apart, raise_descriptor_limit,
};
pub use iwasm_net::{Address, Family as SocketFamily, Journal, Kind, Silent, Stage};
pub use iwasm_policy::{
    Cidr, CidrError, Denial, Name, NameError, NamePattern, PathError, PathPattern, PatternError,
    Policy, Rule, RuleError, Target, UnixPath, UseKind, parse_pool,
};
pub use iwasm_wasi::{PortOrder, Process, Quirks};
pub use wasmtime;
