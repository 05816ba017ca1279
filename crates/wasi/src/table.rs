//! The descriptor table: numbers to open things, one for all threads of a guest.
//!
//! A call holds what it works on, never the table, so a close cannot pull a thing from under a call in another thread.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use iwasm_abi::Errno;

use crate::{Descriptor, Files};

/// A guest can hold this many descriptors; the system's own limit usually comes first.
pub const MAX_DESCRIPTORS: usize = 1 << 16;

/// Numbers to open things.
pub struct Table<F: Files> {
    slots: RwLock<Slots<F>>,
    generation: AtomicU64,
}

struct Slots<F: Files> {
    taken: Vec<Option<Arc<Descriptor<F>>>>,
    /// No number below this one is free.
    full_below: usize,
}

impl<F: Files> Default for Table<F> {
    fn default() -> Self {
        let slots = Slots {
            taken: Vec::new(),
            full_below: 0,
        };
        Self {
            slots: RwLock::new(slots),
            generation: AtomicU64::new(0),
        }
    }
}

impl<F: Files> Table<F> {
    /// What the number stands for, or EBADF.
    #[inline]
    pub fn get(&self, fd: u32) -> Result<Arc<Descriptor<F>>, Errno> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.at(fd).cloned().ok_or(Errno::Badf)
    }

    /// Give the descriptor the lowest free number.
    pub fn insert(&self, descriptor: Descriptor<F>) -> Result<u32, Errno> {
        let descriptor = Arc::new(descriptor);
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let from = slots.full_below;
        let free = slots.taken[from..].iter().position(Option::is_none);
        let at = free.map_or(slots.taken.len(), |free| from + free);
        if at >= MAX_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        if at == slots.taken.len() {
            slots.taken.push(None);
        }
        slots.taken[at] = Some(descriptor);
        slots.full_below = at + 1;
        u32::try_from(at).map_err(|_| Errno::Mfile)
    }

    /// Free the number. What it stood for closes when no call works on it any more.
    pub fn close(&self, fd: u32) -> Result<(), Errno> {
        let gone = self.take(fd)?;
        // Closing can take its time (SO_LINGER): not under the lock.
        drop(gone);
        Ok(())
    }

    fn take(&self, fd: u32) -> Result<Arc<Descriptor<F>>, Errno> {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let gone = slots.slot(fd)?.take().ok_or(Errno::Badf)?;
        slots.full_below = slots.full_below.min(fd as usize);
        self.generation.fetch_add(1, Ordering::Release);
        Ok(gone)
    }

    /// Let `to` stand for what `from` does, close what it stood for, and free `from`. Both must be open; where they
    /// are the same, nothing happens.
    pub fn renumber(&self, from: u32, to: u32) -> Result<(), Errno> {
        let replaced = {
            let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
            if slots.at(to).is_none() || slots.at(from).is_none() {
                return Err(Errno::Badf);
            }
            if from == to {
                return Ok(());
            }
            let moved = slots.slot(from)?.take();
            slots.full_below = slots.full_below.min(from as usize);
            self.generation.fetch_add(1, Ordering::Release);
            std::mem::replace(slots.slot(to)?, moved)
        };
        drop(replaced);
        Ok(())
    }

    /// Let what the number stands for give up rights, as [`Descriptor::reduce`] says.
    pub fn reduce(&self, fd: u32, rights: u64, inheriting: u64) -> Result<(), Errno> {
        self.get(fd)?.reduce(rights, inheriting)?;
        self.generation.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// A number that changes whenever a descriptor number ceases to stand for what it did, or loses rights.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// Look several numbers up at once. `look` makes no system call.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&[Option<Arc<Descriptor<F>>>]) -> R) -> R {
        look(
            &self
                .slots
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .taken,
        )
    }

    /// Close everything, lowest number first.
    pub fn clear(&self) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let taken = std::mem::take(&mut slots.taken);
        slots.full_below = 0;
        self.generation.fetch_add(1, Ordering::Release);
        drop(slots);
        drop(taken);
    }
}

impl<F: Files> Slots<F> {
    fn at(&self, fd: u32) -> Option<&Arc<Descriptor<F>>> {
        self.taken.get(fd as usize)?.as_ref()
    }

    fn slot(&mut self, fd: u32) -> Result<&mut Option<Arc<Descriptor<F>>>, Errno> {
        self.taken.get_mut(fd as usize).ok_or(Errno::Badf)
    }
}
