//! The system's sockets and files on Linux: `iwasm_net`'s and `iwasm_wasi`'s traits, carried by [`Linux`].
//!
//! The only crate that makes system calls, and it decides nothing: the policy has spoken before. Data moves straight
//! between the system and lent guest memory. A blocked call is ended by one signal, which the crate owns in the
//! process that uses it: see [`Linux::new`].

#![allow(
    clippy::disallowed_types,
    reason = "this crate is what stands behind the seam"
)]

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
compile_error!(
    "this crate speaks to Linux on 64-bit machines: implement the two traits for another system"
);

mod clock;
mod descriptors;
mod dirs;
mod errno;
mod files;
mod handed;
mod inherit;
mod interrupt;
mod kernel;
mod limits;
mod names;
mod options;
mod poll;
mod socket_file;
mod streams;
mod sys;
mod termination;
mod unix;

pub use descriptors::apart;
pub use dirs::Dir;
pub use files::File;
pub use handed::HostSocket;
pub use interrupt::{SignalError, Thread};
pub use kernel::{Handle, Linux};
pub use limits::raise_descriptor_limit;
pub use poll::Poller;
pub use socket_file::SocketFile;
pub use termination::Termination;
