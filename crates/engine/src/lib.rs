//! The Wasm engine: compiling, linking, threads, interruption and limits.
//!
//! The only crate that names the engine, which is wasmtime. What a guest imports comes from the registry of the
//! dialects; what the system does comes through the traits of the core.

#![allow(
    clippy::disallowed_types,
    reason = "the engine stands above the seam: it makes threads and reads modules"
)]

mod compile;
#[cfg(feature = "components")]
mod component;
mod error;
mod foreign;
mod form;
mod group;
mod guest;
mod imports;
mod inspect;
mod link;
mod outcome;
mod scan;
mod sweep;
mod values;

pub use compile::{Engine, Program, Settings};
#[cfg(feature = "components")]
pub use component::{Component, Preopen};
pub use error::{Error, ErrorKind};
pub use group::Handle;
pub use guest::{Guest, Limits};
pub use inspect::{Binding, Inspection, Quirk, Reach, inspect, inspect_file};
pub use link::{Host, add_to_linker};
pub use outcome::Outcome;
pub use scan::{Memory, Producer};
