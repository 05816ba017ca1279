//! How a call of a guest can end other than well, and the flag that ends a whole guest.

use std::sync::atomic::{AtomicBool, Ordering};

use iwasm_abi::Errno;

/// Why a call did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fail {
    /// The guest is told this error and goes on.
    Errno(Errno),
    /// The guest is being ended: no result is written, the thread unwinds.
    Stopped,
    /// The guest ends its process with this code.
    Exit(u32),
    /// The guest ends the thread that calls, and the others go on.
    Leave,
    /// The guest raised a signal against itself that ends it: the name of the cause.
    Abort(&'static str),
}

impl From<Errno> for Fail {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

/// The flag that ends a guest: raised once, never lowered, looked at before each call that may block.
#[derive(Debug, Default)]
pub struct Stop(AtomicBool);

impl Stop {
    /// Raise the flag. True for the one who raised it first.
    pub fn raise(&self) -> bool {
        !self.0.swap(true, Ordering::SeqCst)
    }

    /// Is the flag up?
    #[inline]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Go on only while the flag is down.
    #[inline]
    pub fn check(&self) -> Result<(), Fail> {
        if self.is_raised() {
            return Err(Fail::Stopped);
        }
        Ok(())
    }

    /// Make a call that may block, again after each interruption, until it is done or the flag is up.
    ///
    /// Whoever raises the flag interrupts the threads again and again until all are gone: that closes the gap
    /// between the check and the call, and the ready path pays one load.
    #[inline]
    pub fn blocking<T>(&self, mut call: impl FnMut() -> Result<T, Errno>) -> Result<T, Fail> {
        loop {
            self.check()?;
            match call() {
                Err(Errno::Intr) => {}
                done => return Ok(done?),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_made_again_after_an_interruption() {
        let mut answers = vec![Ok(7), Err(Errno::Intr), Err(Errno::Intr)];
        let done = Stop::default().blocking(|| answers.pop().expect("three answers"));
        assert_eq!(done, Ok(7));
    }

    #[test]
    fn an_interrupted_call_is_not_made_again_once_the_flag_is_up() {
        let stop = Stop::default();
        let mut calls = 0;
        let done: Result<(), Fail> = stop.blocking(|| {
            calls += 1;
            stop.raise();
            Err(Errno::Intr)
        });
        assert_eq!((done, calls), (Err(Fail::Stopped), 1));
    }

    #[test]
    fn only_the_first_to_raise_the_flag_is_told_so() {
        let stop = Stop::default();
        assert!(stop.raise());
        assert!(!stop.raise());
    }
}
