//! Descriptors that were left open for this process by whoever started it.
//!
//! The one room where a number becomes a descriptor: each at most once, and none that this process opened.

#![allow(
    unsafe_code,
    reason = "an inherited descriptor is known by its number alone"
)]

use std::io;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::sync::{Mutex, PoisonError};

use rustix::io::{FdFlags, fcntl_setfd};

/// Below are the standard streams.
const FIRST: RawFd = 3;

/// Take the descriptor of this number. It does not go on to what this process starts.
pub(crate) fn take(number: RawFd) -> io::Result<OwnedFd> {
    static TAKING: Mutex<()> = Mutex::new(());
    let _alone = TAKING.lock().unwrap_or_else(PoisonError::into_inner);
    // SAFETY: a question about a number; where nothing is open under it, the answer is an error.
    let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
    if flags < 0 {
        return Err(io::Error::last_os_error());
    }
    // What came through an exec has the flag off. What was opened since has it on, as std and this crate open, and so has
    // what was taken here before.
    if number < FIRST || flags & libc::FD_CLOEXEC != 0 {
        let why = "nobody left it open for this process";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    // SAFETY: it is open, and no part of this process opened it or took it: it has no owner yet.
    let taken = unsafe { OwnedFd::from_raw_fd(number) };
    fcntl_setfd(&taken, FdFlags::CLOEXEC)?;
    Ok(taken)
}
