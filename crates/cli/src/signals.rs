//! Ctrl-C and SIGTERM: the first ends the guest, a second ends iwasm at once.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
    iterator::Signals,
};

/// Which signal came.
#[derive(Debug)]
pub(crate) struct Caught {
    terminated: Arc<AtomicBool>,
}

impl Caught {
    /// The exit code that tells of the signal, as a shell does.
    pub(crate) fn exit_code(&self) -> u8 {
        if self.terminated.load(Ordering::SeqCst) {
            143
        } else {
            130
        }
    }
}

/// Calls `stop` when a signal comes, from a thread of its own.
pub(crate) fn stop_at_signal(stop: impl Fn() + Send + 'static) -> io::Result<Caught> {
    let armed = Arc::new(AtomicBool::new(false));
    let terminated = Arc::new(AtomicBool::new(false));
    flag::register(SIGTERM, Arc::clone(&terminated))?;
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag down and raises it, the second finds it up.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&armed))?;
        flag::register(signal, Arc::clone(&armed))?;
    }
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::Builder::new()
        .name("signals".into())
        .spawn(move || signals.forever().for_each(|_| stop()))?;
    Ok(Caught { terminated })
}
