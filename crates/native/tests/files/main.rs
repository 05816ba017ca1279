//! Files on Linux, through the trait as the core uses them: what a guest can do below its directory, and what it
//! cannot do beyond.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod data;
mod dirs;
mod escapes;
mod open;
mod place;
mod streams;
