//! Who waits at an address of the guest's memory, and who wakes them.
//!
//! A waiter looks at the word while it holds the list, and one who wakes takes the list after it has changed the word: so
//! no wake is lost. The end of the guest wakes everybody.

use core::time::Duration;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use iwasm_abi::Errno;
use iwasm_net::{Fail, Memory};

use crate::deadline::Deadline;
use crate::{Files, Process};

/// The threads of a guest that wait at addresses, those at one address in the order in which they came.
#[derive(Default)]
pub(crate) struct Futexes(Mutex<Waiters>);

type Waiters = HashMap<u32, VecDeque<Arc<Waiter>>>;

/// A thread that waits.
#[derive(Default)]
struct Waiter {
    signal: Condvar,
    woken: AtomicBool,
}

impl<F: Files> Process<F> {
    /// Wait until the address is woken, for so long at most: was it? A word there that is not the expected one counts as
    /// woken. EINVAL: no word is at such an address.
    pub fn wait_at(
        &self,
        memory: Memory<'_>,
        at: u32,
        expected: u32,
        timeout: Option<Duration>,
    ) -> Result<bool, Fail> {
        memory.span(at, 4)?;
        if !at.is_multiple_of(4) {
            return Err(Errno::Inval.into());
        }
        let deadline = Deadline::after(&self.net.kernel, timeout)?;
        let mut waiters = self.futexes.lock();
        if memory.read_u32(at)? != expected {
            return Ok(true);
        }
        let this = Arc::new(Waiter::default());
        let queue = waiters.entry(at).or_default();
        queue.push_back(Arc::clone(&this));
        let woken = self.sleep_at(&this, waiters, deadline);
        // Who was woken since its time was over has used a wake up.
        if woken == Ok(true) || !self.futexes.leave(at, &this) && woken == Ok(false) {
            return Ok(true);
        }
        woken
    }

    fn sleep_at(
        &self,
        this: &Waiter,
        mut waiters: MutexGuard<'_, Waiters>,
        deadline: Deadline,
    ) -> Result<bool, Fail> {
        loop {
            // Under the lock, which whoever ends the guest takes before it wakes: so that is not slept through either.
            self.net.stop.check()?;
            if this.woken.load(Ordering::Relaxed) {
                return Ok(true);
            }
            let mut over = false;
            waiters = match deadline.left(&self.net.kernel)? {
                Some(Duration::ZERO) => return Ok(false),
                None => this
                    .signal
                    .wait(waiters)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(left) => {
                    let waited = this.signal.wait_timeout(waiters, left);
                    let (waiters, waited) = waited.unwrap_or_else(PoisonError::into_inner);
                    over = waited.timed_out();
                    waiters
                }
            };
            if over && !this.woken.load(Ordering::Relaxed) {
                self.net.stop.check()?;
                return Ok(false);
            }
        }
    }

    /// Wake at most so many that wait at the address: how many did?
    pub fn wake_at(&self, at: u32, most: usize) -> usize {
        let mut waiters = self.futexes.lock();
        let Some(queue) = waiters.get_mut(&at) else {
            return 0;
        };
        let woken = most.min(queue.len());
        for waiter in queue.drain(..woken) {
            waiter.woken.store(true, Ordering::Relaxed);
            waiter.signal.notify_one();
        }
        if queue.is_empty() {
            waiters.remove(&at);
        }
        woken
    }
}

impl Futexes {
    /// Let all look whether they shall go on.
    pub(crate) fn alarm(&self) {
        for waiter in self.lock().values().flatten() {
            waiter.signal.notify_one();
        }
    }

    /// A thread waits no longer. False if it was woken.
    fn leave(&self, at: u32, this: &Arc<Waiter>) -> bool {
        let mut waiters = self.lock();
        let Some(queue) = waiters.get_mut(&at) else {
            return false;
        };
        let before = queue.len();
        queue.retain(|waiter| !Arc::ptr_eq(waiter, this));
        let left = queue.len() < before;
        if queue.is_empty() {
            waiters.remove(&at);
        }
        left
    }

    fn lock(&self) -> MutexGuard<'_, Waiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
