//! Threads that do a call of the host's which may block, for a guest whose own thread has to go on.
//!
//! They are of the group like the guest's threads: its end interrupts them, and the last to leave clears up.

use std::io;
use std::sync::Arc;

use iwasm_wasi::Files;

use super::{Group, Present};

impl<F: Files> Group<F> {
    /// Call this when the guest is ended, once: for what waits where no signal is heard. The first word stands.
    pub(crate) fn wake_with(&self, waker: Box<dyn Fn() + Send + Sync>) {
        let _ = self.waker.set(waker);
    }

    /// Do the work on a thread of its own. It must not outlast an interruption, once the stop flag is up.
    pub(crate) fn help(self: &Arc<Self>, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let number = self.claim_number()?;
        let group = Arc::clone(self);
        let thread = self.thread(number).spawn(move || {
            let present = Present::enter(&group, number);
            if !group.process.net.stop.is_raised() {
                work();
            }
            present.leave(None);
        });
        if let Err(error) = thread {
            self.lock().threads.remove(&number);
            self.changed.notify_all();
            return Err(error);
        }
        Ok(())
    }

    /// A number that no thread of the guest can have. Four thousand million helpers are not had at once.
    fn claim_number(&self) -> io::Result<u32> {
        let mut state = self.lock();
        if state.outcome.is_some() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let number = state.last_helper.checked_add(1);
        let number = number.ok_or(io::ErrorKind::OutOfMemory)?;
        state.last_helper = number;
        state.threads.insert(number, None);
        Ok(number)
    }
}
