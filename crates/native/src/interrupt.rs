//! Ending a call in which another thread is blocked: a signal whose handler does nothing.
//!
//! Nothing is paid for it where data is ready, unlike with a descriptor that every call would have to watch as well.
//! What the signal does not do is decide: whoever is interrupted asks the core whether to go on.

#![allow(
    unsafe_code,
    reason = "dispositions and masks of signals have no safe interface"
)]

use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Mutex, PoisonError};

use thiserror::Error;

/// Why the signal that interrupts threads could not be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignalError {
    /// The process already does something at this signal.
    #[error(
        "signal `{0}` already has a handler in this process: choose another with `Linux::with_signal`"
    )]
    Taken(i32),
    /// The signal has a meaning of its own.
    #[error(
        "signal `{0}` means something else: `Linux::with_signal` takes SIGUSR1, SIGUSR2 and \
         SIGRTMIN to SIGRTMAX"
    )]
    Unfit(i32),
    /// The system said no.
    #[error("no handler could be set for signal `{0}`")]
    System(i32, #[source] io::Error),
}

/// A signal with our handler.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signal(i32);

/// A thread that can be interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread(libc::pid_t);

impl Signal {
    /// The signal that is taken when nobody chose one.
    pub(crate) fn usual() -> i32 {
        libc::SIGRTMIN() + 5
    }

    /// Make the signal ours, unless it is.
    pub(crate) fn own(signal: i32) -> Result<Self, SignalError> {
        // Looking at the present handler and setting ours must not be torn apart by a second thread here.
        static LOOK_THEN_SET: Mutex<()> = Mutex::new(());
        let _alone = LOOK_THEN_SET.lock().unwrap_or_else(PoisonError::into_inner);

        if !fit(signal) {
            return Err(SignalError::Unfit(signal));
        }
        let failed = |error| SignalError::System(signal, error);
        let handler = present(signal).map_err(failed)?;
        if handler == address() {
            return Ok(Self(signal));
        }
        if handler != libc::SIG_DFL && handler != libc::SIG_IGN {
            return Err(SignalError::Taken(signal));
        }
        install(signal).map_err(failed)?;
        Ok(Self(signal))
    }

    /// The calling thread, from now on open to the signal, and closed to SIGPIPE.
    pub(crate) fn this_thread(self) -> Thread {
        let mut set = MaybeUninit::uninit();
        // An embedder may start its threads with every signal blocked, and then no call would ever be interrupted.
        // SAFETY: `sigemptyset` initialises the set, and the others read it. None of them can fail: the number was
        // accepted by `sigaction`.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), self.0);
            libc::pthread_sigmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
        }
        // A guest can make a pipe and break it: that must not be the end of a program that has not thought of it. What
        // is pending at the thread's end is gone with it.
        // SAFETY: as above.
        unsafe {
            libc::sigemptyset(set.as_mut_ptr());
            libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
            libc::pthread_sigmask(libc::SIG_BLOCK, set.as_ptr(), ptr::null_mut());
        }
        Thread(rustix::thread::gettid().as_raw_nonzero().get())
    }

    /// Interrupt the call in which the thread is blocked.
    pub(crate) fn send(self, thread: &Thread) {
        let process = rustix::process::getpid().as_raw_nonzero().get();
        // By the system's number, not by `pthread_kill`: should the thread have ended after all, that is an error
        // here and undefined behaviour there.
        // SAFETY: three numbers; the handler in our own process does nothing.
        unsafe { libc::syscall(libc::SYS_tgkill, process, thread.0, self.0) };
    }
}

/// May a library make something of this signal?
fn fit(signal: i32) -> bool {
    let real_time = libc::SIGRTMIN()..=libc::SIGRTMAX();
    signal == libc::SIGUSR1 || signal == libc::SIGUSR2 || real_time.contains(&signal)
}

/// The address of what is done at the signal now.
fn present(signal: i32) -> io::Result<libc::sighandler_t> {
    let mut action = MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: asks only, and writes the whole action if it succeeds.
    if unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: it succeeded.
    Ok(unsafe { action.assume_init() }.sa_sigaction)
}

fn install(signal: i32) -> io::Result<()> {
    // SAFETY: numbers and an optional function; all zeros is a valid one.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = address();
    // No SA_RESTART, or the call would go on. The alternate stack, because a guest's thread may be at its stack's end.
    action.sa_flags = libc::SA_ONSTACK;
    // SAFETY: the handler is a function that does nothing, which is safe at any moment.
    if unsafe { libc::sigaction(signal, &raw const action, ptr::null_mut()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

fn address() -> libc::sighandler_t {
    nothing as *const () as libc::sighandler_t
}

extern "C" fn nothing(_: libc::c_int) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_with_a_meaning_is_refused() {
        for signal in [libc::SIGINT, libc::SIGSEGV, libc::SIGKILL, 0, -1, 32, 65] {
            let refused = Signal::own(signal);
            assert!(
                matches!(refused, Err(SignalError::Unfit(_))),
                "{signal}: {refused:?}"
            );
        }
    }

    #[test]
    fn a_signal_is_ours_as_often_as_it_is_asked_for() {
        let signal = libc::SIGRTMIN() + 6;
        for _ in 0..3 {
            Signal::own(signal).unwrap();
        }
        assert_eq!(present(signal).unwrap(), address());
    }

    #[test]
    fn a_thread_that_blocked_the_signal_is_open_to_it_again() {
        let signal = Signal::own(libc::SIGRTMIN() + 8).unwrap();
        let mut set = MaybeUninit::uninit();
        // SAFETY: a set of its own, filled and given to this thread alone, then read back.
        let blocked = unsafe {
            libc::sigfillset(set.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, set.as_ptr(), ptr::null_mut());
            signal.this_thread();
            libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), set.as_mut_ptr());
            libc::sigismember(set.as_ptr(), signal.0)
        };
        assert_eq!(blocked, 0);
    }

    #[test]
    fn somebody_else_s_handler_is_left_alone() {
        extern "C" fn theirs(_: libc::c_int) {}
        let signal = libc::SIGRTMIN() + 7;
        // SAFETY: the handler does nothing, and no other test uses this signal.
        unsafe { libc::signal(signal, theirs as *const () as libc::sighandler_t) };
        let refused = Signal::own(signal).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "signal `{signal}` already has a handler in this process: choose another with `Linux::with_signal`"
            )
        );
        assert_eq!(
            present(signal).unwrap(),
            theirs as *const () as libc::sighandler_t
        );
    }
}
