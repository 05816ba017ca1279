//! The rest of a WASIp1 process: the descriptor table, arguments, environment, threads and `poll_oneoff`.
//!
//! It makes no system call: sockets come from the core, files through the trait [`Files`].

mod descriptor;
mod files;
mod poll;
mod process;
mod quirks;
mod table;

pub use descriptor::{
    DIRECTORY as DIRECTORY_RIGHTS, Descriptor, Directory, FILE as FILE_RIGHTS, Object,
};
pub use files::{Advice, Entry, FileFlags, FileKind, Files, Open, Opened, Seek, Stat, Time, Times};
pub use poll::{MAX_SUBSCRIPTIONS, Poll, PollCache};
pub use process::{Process, Setup, Spawn};
pub use quirks::{Numbers, PortOrder, Quirks};
pub use table::{MAX_DESCRIPTORS, Table};
