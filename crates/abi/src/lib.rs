//! The guest contracts as data: what a guest's bytes, numbers and imports mean, one file a dialect.
//!
//! Nothing here acts: no I/O, no allocation, no dependency. Numbers that a guest reads or writes
//! are little-endian, and a pointer is an `i32` offset into its memory, where 0 is an offset like any other.

#![no_std]
#![forbid(unsafe_code)]

mod errno;
#[cfg(test)]
mod golden;
mod import;

pub mod p1;
pub mod threads;
pub mod wamr;
pub mod wasix;
pub mod wasmedge;

pub use errno::Errno;
pub use import::{Import, ValType};
