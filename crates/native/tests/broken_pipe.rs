//! A pipe that a guest breaks is its own affair.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(unsafe_code, reason = "a disposition has no safe interface")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::thread;

use common::linux;
use iwasm_abi::Errno;
use iwasm_net::{Kernel, Span};
use iwasm_wasi::Files;

/// As in a program that is not Rust's: there SIGPIPE is deadly unless somebody says otherwise.
#[test]
fn a_broken_pipe_is_an_error_and_no_signal_to_a_guest_s_thread() {
    // SAFETY: this test is alone in its process, and writes to no pipe besides.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let linux = linux();
    let written = thread::spawn(move || {
        linux.this_thread();
        let (reader, writer) = linux.pipe().unwrap();
        drop(reader);
        linux.write(&writer, &[Span::of(&mut [0; 8])])
    });
    assert_eq!(written.join().unwrap(), Err(Errno::Pipe));
}
