//! WASIX, Wasmer's extension of WASIp1: its sockets, and what is no socket in [`process`].
//!
//! WASIp1's functions are served under WASIX's module too, by the same handlers; [`Answers`] alone knows that WASIX
//! numbers one error otherwise.

mod answer;
mod ports;
mod process;

pub(crate) use answer::Answers;

use iwasm_wasi::Files;

use crate::registry::{Rows, Visitor};

pub(crate) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    ports::register(rows);
    process::register(rows);
}
