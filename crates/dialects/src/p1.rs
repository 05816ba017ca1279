//! WASI preview 1: 46 functions on descriptors of every kind, paths, clocks and the process itself.
//!
//! A descriptor's kind is judged before its rights where POSIX has an error of its own for the wrong kind (ENOTSOCK,
//! ENOTDIR, EISDIR, ESPIPE). Elsewhere the lack of a right, ENOTCAPABLE, says it, and guests' libraries count on that.

mod args;
mod clocks;
mod encode;
mod fds;
mod filestats;
mod io;
mod open;
mod paths;
mod preopens;
mod process;
mod random;
mod readdir;
mod sockets;
mod storage;

use iwasm_wasi::Files;

use crate::decode;
use crate::files::{ask, directory};
use crate::poll::poll_oneoff;
use crate::registry::{Rows, Visitor};

pub(crate) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    args::register(rows);
    clocks::register(rows);
    fds::register(rows);
    filestats::register(rows);
    io::register(rows);
    open::register(rows);
    paths::register(rows);
    rows.bind(&iwasm_abi::p1::POLL_ONEOFF, poll_oneoff::<F>);
    preopens::register(rows);
    process::register(rows);
    random::register(rows);
    readdir::register(rows);
    sockets::register(rows);
    storage::register(rows);
}
