//! Ctrl-C and SIGTERM, taken by a thread that waits for them. A handler would need a pipe, and so a descriptor that every
//! thread shares.

#![allow(unsafe_code, reason = "sets of signals have no safe interface")]

use std::io;
use std::mem::MaybeUninit;
use std::ptr;

/// The signals that ask a process to end: SIGINT and SIGTERM.
pub struct Termination(libc::sigset_t);

impl Termination {
    /// From now on, no thread that the calling one starts is hit by the signals, nor is it itself: they wait until
    /// [`next`](Self::next) takes them. Call this before there are other threads.
    pub fn take() -> io::Result<Self> {
        let mut set = MaybeUninit::uninit();
        // SAFETY: `sigemptyset` initialises the set, which the others then read and write.
        let (set, failed) = unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), libc::SIGINT);
            libc::sigaddset(set.as_mut_ptr(), libc::SIGTERM);
            let failed = libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), ptr::null_mut());
            (set.assume_init(), failed)
        };
        if failed != 0 {
            return Err(io::Error::from_raw_os_error(failed));
        }
        Ok(Self(set))
    }

    /// Wait for the next of the signals: its number.
    pub fn next(&self) -> i32 {
        let mut signal = 0;
        // SAFETY: an initialised set, and room for a number. It fails only for a set without signals.
        while unsafe { libc::sigwait(&raw const self.0, &raw mut signal) } != 0 {}
        signal
    }
}
