//! WASIX, Wasmer's extension of WASIp1: its sockets, and what is no socket in [`process`].
//!
//! WASIp1's functions are served under WASIX's module too, by the same handlers; [`Answers`] alone knows that WASIX
//! numbers one error otherwise.

mod address;
mod answer;
mod groups;
mod life;
mod lookup;
mod options;
mod ports;
mod process;
mod timestamp;
mod transfers;

pub(crate) use answer::Answers;

use iwasm_wasi::Files;

use crate::registry::{Rows, Visitor};

pub(crate) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    groups::register(rows);
    life::register(rows);
    lookup::register(rows);
    options::register(rows);
    ports::register(rows);
    process::register(rows);
    transfers::register(rows);
}
