//! The rest of a WASIp1 process, and of its kin: the descriptor table, arguments, environment, threads, `poll_oneoff`
//! and epoll objects.
//!
//! It makes no system call: sockets come from the core, files through the trait [`Files`].

mod cwd;
mod deadline;
mod descriptor;
mod epoll;
mod files;
mod futex;
mod poll;
mod process;
mod quirks;
mod table;

pub use descriptor::{
    DIRECTORY as DIRECTORY_RIGHTS, Descriptor, Directory, FILE as FILE_RIGHTS, Object,
};
pub use epoll::{Asked, Change, Epoll, EpollRoom, MAX_EVENTS, Told};
pub use files::{
    Advice, Entry, FileFlags, FileKind, Files, Open, Opened, Seek, Stat, Terminal, Time, Times,
};
pub use poll::{MAX_SUBSCRIPTIONS, Poll, PollCache};
pub use process::{MAIN_THREAD, Process, Setup, Spawn};
pub use quirks::{Numbers, PortOrder, Quirks};
pub use table::{MAX_DESCRIPTORS, Table};
