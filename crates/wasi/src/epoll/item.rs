//! One open thing of a set: what is asked of it under each of its numbers, and what the system watches for all together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use iwasm_abi::Errno;
use iwasm_net::{Interest, Kernel, Readiness};

use super::{Asked, Change, Told};
use crate::table::Slots;
use crate::{Descriptor, Files, Process};

/// A guest can ask so much in all of its sets together, for the system counts it for the whole user.
const MOST_QUESTIONS: usize = 2 * crate::MAX_DESCRIPTORS;

/// What a set acts on.
pub(super) struct System<'a, F: Files> {
    pub(super) process: &'a Process<F>,
    pub(super) poller: &'a <F::Kernel as Kernel>::Poller,
}

/// One open thing. It is held weakly: what the guest closes must close.
pub(super) struct Item<F: Files> {
    id: u64,
    descriptor: Weak<Descriptor<F>>,
    /// Under each number one at most.
    questions: Vec<Question>,
    /// What the system watches.
    watched: Option<Interest>,
}

/// What is asked of it under one number.
struct Question {
    fd: u32,
    asked: Asked,
    /// It was for one time, and that is over.
    answered: bool,
    _counted: Counted,
}

impl<F: Files> Item<F> {
    pub(super) fn new(descriptor: &Arc<Descriptor<F>>) -> Self {
        Self {
            id: descriptor.id,
            descriptor: Arc::downgrade(descriptor),
            questions: Vec::new(),
            watched: None,
        }
    }

    /// Is nothing asked of it?
    pub(super) fn is_idle(&self) -> bool {
        self.questions.is_empty()
    }

    pub(super) fn change(
        &mut self,
        system: &System<'_, F>,
        fd: u32,
        change: Change,
    ) -> Result<(), Errno> {
        let known = self.questions.iter().position(|one| one.fd == fd);
        match (change, known) {
            (Change::Add(_), Some(_)) => Err(Errno::Exist),
            (Change::Modify(_) | Change::Remove, None) => Err(Errno::Noent),
            (Change::Add(asked), None) => self.add(system, fd, asked),
            (Change::Modify(asked), Some(at)) => {
                self.questions[at].asked = asked;
                self.questions[at].answered = false;
                self.watch(system)
            }
            (Change::Remove, Some(at)) => {
                self.questions.remove(at);
                self.watch(system)
            }
        }
    }

    fn add(&mut self, system: &System<'_, F>, fd: u32, asked: Asked) -> Result<(), Errno> {
        self.questions.push(Question {
            fd,
            asked,
            answered: false,
            _counted: system.process.watches.one_more()?,
        });
        self.watch(system).inspect_err(|_| {
            self.questions.pop();
        })
    }

    /// Let the system watch for what is asked now. To ask the same again is not idle: it tells a state anew that lasts.
    pub(super) fn watch(&mut self, system: &System<'_, F>) -> Result<(), Errno> {
        // What is closed has left the set by itself.
        let Some(descriptor) = self.descriptor.upgrade() else {
            return Ok(());
        };
        let Some(handle) = descriptor.handle(&system.process.files) else {
            return Ok(());
        };
        let kernel = &system.process.net.kernel;
        let open = self.questions.iter().filter(|one| !one.answered);
        let wanted = open
            .map(|one| one.asked.interest)
            .reduce(|all, one| all.and(one));
        let silent = self.watched.is_none_or(|watched| watched.once);
        match wanted {
            Some(interest) => kernel.watch(system.poller, handle, self.id, interest)?,
            // The system has told what was for one time, and is silent until it is asked anew.
            None if silent && !self.is_idle() => return Ok(()),
            None => kernel.unwatch(system.poller, handle)?,
        }
        self.watched = wanted;
        Ok(())
    }

    /// Tell those who asked, in at most `most` events altogether.
    pub(super) fn tell(
        &mut self,
        system: &System<'_, F>,
        readiness: Readiness,
        most: usize,
        told: &mut Vec<Told>,
    ) {
        let mut changed = system.process.table.with(|slots| self.forget(slots));
        for one in self.questions.iter_mut().filter(|one| !one.answered) {
            let readiness = readiness.masked(one.asked.interest);
            if !readiness.any() {
                continue;
            }
            if told.len() >= most {
                // The others did not hear of it, so it must be told anew.
                changed = true;
                break;
            }
            told.push(Told {
                readiness,
                data: one.asked.data,
            });
            one.answered = one.asked.interest.once;
            changed |= one.answered;
        }
        if changed {
            // Where that fails, something is told that nobody asks any more, and is not passed on.
            let _ = self.watch(system);
        }
    }

    /// Forget what was asked under numbers that stand for it no longer. Was anything?
    pub(super) fn forget(&mut self, slots: &Slots<F>) -> bool {
        let before = self.questions.len();
        let stands = |fd| slots.at(fd).is_some_and(|found| found.id == self.id);
        self.questions.retain(|one| stands(one.fd));
        self.questions.len() < before
    }
}

/// How much is asked in all sets of a guest.
#[derive(Default)]
pub(crate) struct Count(Arc<AtomicUsize>);

/// One of them, until it is dropped.
struct Counted(Arc<AtomicUsize>);

impl Count {
    pub(super) fn is_full(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MOST_QUESTIONS
    }

    fn one_more(&self) -> Result<Counted, Errno> {
        let counted = Counted(Arc::clone(&self.0));
        if self.0.fetch_add(1, Ordering::Relaxed) >= MOST_QUESTIONS {
            return Err(Errno::Nospc);
        }
        Ok(counted)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
