//! What is no socket: descriptors beyond WASIp1's, epoll objects, threads, and the program as a process among others,
//! of which there are none.

mod descriptors;
mod epoll;
mod futex;
mod open;
mod place;
mod processes;
mod terminal;
mod threads;

use iwasm_wasi::Files;

use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    descriptors::register(rows);
    epoll::register(rows);
    futex::register(rows);
    open::register(rows);
    place::register(rows);
    processes::register(rows);
    terminal::register(rows);
    threads::register(rows);
}
