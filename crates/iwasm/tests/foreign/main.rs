//! Guests that stand on other people's crates and compilers, against plain std at the other end: nothing in them knows of
//! `iwasm`. They are in `tests/guests/foreign`.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

#[path = "../common/mod.rs"]
mod common;
mod handed;
mod own;
mod peers;
