//! The descriptor table: numbers to open things, one for all threads of a guest.
//!
//! A call holds what it works on, never the table, so a close cannot pull a thing from under a call in another thread.
//! Two numbers can stand for one thing: its rights, flags and position are the thing's, and it closes with the last of
//! them. A number has one flag of its own, which says whether it outlives an exec.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use iwasm_abi::Errno;

use crate::{Descriptor, Files};

/// A guest can hold this many descriptors; the system's own limit usually comes first.
pub const MAX_DESCRIPTORS: usize = 1 << 16;

/// Numbers to open things.
pub struct Table<F: Files> {
    slots: RwLock<Slots<F>>,
    generation: AtomicU64,
}

/// The numbers while nobody changes them.
pub(crate) struct Slots<F: Files> {
    taken: Vec<Option<Slot<F>>>,
    /// No number below this one is free.
    full_below: usize,
}

/// What a number stands for.
struct Slot<F: Files> {
    descriptor: Arc<Descriptor<F>>,
    close_on_exec: bool,
}

impl<F: Files> Slot<F> {
    fn new(descriptor: Descriptor<F>) -> Self {
        Self {
            descriptor: Arc::new(descriptor),
            close_on_exec: false,
        }
    }
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
        self.read().at(fd).cloned().ok_or(Errno::Badf)
    }

    /// Is a number free? EMFILE: none is. Another thread can take the last one at any time.
    pub fn has_room(&self) -> Result<(), Errno> {
        self.read().free_from(0).map(drop)
    }

    /// Give the descriptor the lowest free number.
    pub fn insert(&self, descriptor: Descriptor<F>) -> Result<u32, Errno> {
        let slot = Slot::new(descriptor);
        let mut slots = self.write();
        let at = slots.free_from(0)?;
        Ok(slots.fill(0, at, slot))
    }

    /// Give the two descriptors the two lowest free numbers, or none of them any.
    pub fn insert_two(
        &self,
        first: Descriptor<F>,
        second: Descriptor<F>,
    ) -> Result<[u32; 2], Errno> {
        let (first, second) = (Slot::new(first), Slot::new(second));
        let mut slots = self.write();
        let low = slots.free_from(0)?;
        let high = slots.free_from(low + 1)?;
        Ok([slots.fill(0, low, first), slots.fill(0, high, second)])
    }

    /// Give what the number stands for another number, too: the lowest free one that is not below `least`. EINVAL:
    /// `least` is no number that a descriptor can have.
    pub fn duplicate(&self, fd: u32, least: u32, close_on_exec: bool) -> Result<u32, Errno> {
        let mut slots = self.write();
        let descriptor = Arc::clone(slots.at(fd).ok_or(Errno::Badf)?);
        if least as usize >= MAX_DESCRIPTORS {
            return Err(Errno::Inval);
        }
        let at = slots.free_from(least as usize)?;
        let slot = Slot {
            descriptor,
            close_on_exec,
        };
        Ok(slots.fill(least as usize, at, slot))
    }

    /// Let `to` stand for what `from` does, too, and close what it stood for. Where they are the same, nothing happens.
    pub fn duplicate_to(&self, from: u32, to: u32) -> Result<(), Errno> {
        let replaced = {
            let mut slots = self.write();
            let descriptor = Arc::clone(slots.at(from).ok_or(Errno::Badf)?);
            if to as usize >= MAX_DESCRIPTORS {
                return Err(Errno::Badf);
            }
            if from == to {
                return Ok(());
            }
            self.change();
            let slot = Slot {
                descriptor,
                close_on_exec: false,
            };
            slots.replace(to as usize, slot)
        };
        drop(replaced);
        Ok(())
    }

    /// Free the number. What it stood for closes when no call works on it any more, and no other number stands for it.
    pub fn close(&self, fd: u32) -> Result<(), Errno> {
        let gone = self.take(fd)?;
        // Closing can take its time (SO_LINGER): not under the lock.
        drop(gone);
        Ok(())
    }

    fn take(&self, fd: u32) -> Result<Slot<F>, Errno> {
        let mut slots = self.write();
        let gone = slots.slot(fd)?.take().ok_or(Errno::Badf)?;
        slots.full_below = slots.full_below.min(fd as usize);
        self.change();
        Ok(gone)
    }

    /// Let `to` stand for what `from` does, close what it stood for, and free `from`. Both must be open; where they
    /// are the same, nothing happens.
    pub fn renumber(&self, from: u32, to: u32) -> Result<(), Errno> {
        let replaced = {
            let mut slots = self.write();
            if slots.at(to).is_none() || slots.at(from).is_none() {
                return Err(Errno::Badf);
            }
            if from == to {
                return Ok(());
            }
            let moved = slots.slot(from)?.take();
            slots.full_below = slots.full_below.min(from as usize);
            self.change();
            std::mem::replace(slots.slot(to)?, moved)
        };
        drop(replaced);
        Ok(())
    }

    /// Is the number freed when another program takes the guest's place?
    pub fn close_on_exec(&self, fd: u32) -> Result<bool, Errno> {
        let slots = self.read();
        let slot = slots.taken.get(fd as usize).and_then(Option::as_ref);
        slot.map(|slot| slot.close_on_exec).ok_or(Errno::Badf)
    }

    /// Set that.
    pub fn set_close_on_exec(&self, fd: u32, on: bool) -> Result<(), Errno> {
        let mut slots = self.write();
        let slot = slots.slot(fd)?.as_mut().ok_or(Errno::Badf)?;
        slot.close_on_exec = on;
        Ok(())
    }

    /// Let what the number stands for give up rights, as [`Descriptor::reduce`] says.
    pub fn reduce(&self, fd: u32, rights: u64, inheriting: u64) -> Result<(), Errno> {
        self.get(fd)?.reduce(rights, inheriting)?;
        self.change();
        Ok(())
    }

    /// A number that changes whenever a descriptor number ceases to stand for what it did, or loses rights.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    fn change(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// Look several numbers up at once. `look` makes no system call.
    pub(crate) fn with<R>(&self, look: impl FnOnce(&Slots<F>) -> R) -> R {
        look(&self.read())
    }

    /// Close everything, lowest number first.
    pub fn clear(&self) {
        let mut slots = self.write();
        let taken = std::mem::take(&mut slots.taken);
        slots.full_below = 0;
        self.change();
        drop(slots);
        drop(taken);
    }

    #[inline]
    fn read(&self) -> RwLockReadGuard<'_, Slots<F>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Slots<F>> {
        self.slots.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Files> Slots<F> {
    #[inline]
    pub(crate) fn at(&self, fd: u32) -> Option<&Arc<Descriptor<F>>> {
        let slot = self.taken.get(fd as usize)?.as_ref()?;
        Some(&slot.descriptor)
    }

    /// What is open, lowest number first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Descriptor<F>>> {
        self.taken.iter().flatten().map(|slot| &slot.descriptor)
    }

    fn slot(&mut self, fd: u32) -> Result<&mut Option<Slot<F>>, Errno> {
        self.taken.get_mut(fd as usize).ok_or(Errno::Badf)
    }

    /// The lowest free number from `least` on, or EMFILE.
    fn free_from(&self, least: usize) -> Result<usize, Errno> {
        let from = least.max(self.full_below);
        let known = self.taken.get(from..).unwrap_or_default();
        let free = known.iter().position(Option::is_none);
        let at = from + free.unwrap_or(known.len());
        if at >= MAX_DESCRIPTORS {
            return Err(Errno::Mfile);
        }
        Ok(at)
    }

    /// Give away the lowest free number from `least` on.
    fn fill(&mut self, least: usize, at: usize, slot: Slot<F>) -> u32 {
        self.replace(at, slot);
        if least <= self.full_below {
            self.full_below = at + 1;
        }
        u32::try_from(at).expect("a descriptor's number is below 65536")
    }

    fn replace(&mut self, at: usize, slot: Slot<F>) -> Option<Slot<F>> {
        if self.taken.len() <= at {
            self.taken.resize_with(at + 1, || None);
        }
        self.taken[at].replace(slot)
    }
}
