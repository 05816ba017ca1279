//! Ctrl-C and SIGTERM: the first ends the guest, a second ends iwasm at once, and so does the first while there is no
//! guest yet.

use std::{
    io,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
    thread,
};

use iwasm::{Handle, Termination, apart};

use crate::report;

/// Waits for the signals, in a thread of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals {
    guest: Arc<OnceLock<Handle>>,
    code: Arc<AtomicU8>,
}

impl Signals {
    /// Begins to wait. This comes before any other thread is made.
    pub(crate) fn wait() -> io::Result<Self> {
        let signals = Self::default();
        let (waiting, coming) = (signals.clone(), Termination::take()?);
        apart(|| {
            let thread = thread::Builder::new().name("signals".into());
            thread.spawn(move || waiting.act(&coming))
        })??;
        Ok(signals)
    }

    /// The guest that the first signal ends from now on.
    pub(crate) fn end(&self, guest: Handle) {
        // There is one guest.
        let _ = self.guest.set(guest);
    }

    /// The exit code that tells of the signal that came, as a shell does.
    pub(crate) fn exit_code(&self) -> u8 {
        self.code.load(Ordering::SeqCst)
    }

    fn act(&self, coming: &Termination) {
        let first = code(coming.next());
        let Some(guest) = self.guest.get() else {
            report::exit_at_once(first);
        };
        self.code.store(first, Ordering::SeqCst);
        guest.stop();
        report::exit_at_once(code(coming.next()));
    }
}

/// 128 and the signal's number.
fn code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}
