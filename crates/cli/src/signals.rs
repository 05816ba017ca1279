//! Ctrl-C and SIGTERM: the first ends the guest, a second ends iwasm at once.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    thread,
};

use iwasm::{Termination, apart};

use crate::report;

/// Which signal came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caught(Arc<AtomicU8>);

impl Caught {
    /// The exit code that tells of the signal, as a shell does.
    pub(crate) fn exit_code(&self) -> u8 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Calls `stop` when a signal comes, from a thread of its own.
pub(crate) fn stop_at_signal(
    signals: Termination,
    stop: impl Fn() + Send + 'static,
) -> io::Result<Caught> {
    let caught = Caught::default();
    let told = caught.clone();
    let wait = move || {
        told.0.store(code(signals.next()), Ordering::SeqCst);
        stop();
        report::exit_at_once(code(signals.next()));
    };
    apart(|| thread::Builder::new().name("signals".into()).spawn(wait))??;
    Ok(caught)
}

/// 128 and the signal's number.
fn code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(u8::MAX)
}
