//! Epoll objects: sets of descriptors that the threads of a guest change and wait on together.
//!
//! The object keeps what the guest asked, the system what it watches; neither keeps anything open. A question is about a
//! number and what it stands for: when the number ceases to stand for that, it is forgotten. (Linux forgets when the last
//! number goes, and until then reports under one that may be another thing's.)

mod item;

use core::time::Duration;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::{Fail, Interest, Kernel, Readiness, Ready};

use crate::deadline::Deadline;
use crate::{Descriptor, Files, Object, Process};
pub(crate) use item::Count;
use item::{Item, System};

/// At most this many events are told in one wait; the next one tells what is left.
pub const MAX_EVENTS: u32 = 1024;

/// A set of descriptors that is waited on.
pub struct Epoll<F: Files> {
    poller: <F::Kernel as Kernel>::Poller,
    items: Mutex<Items<F>>,
}

/// What the guest says of a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What it waits for.
    pub interest: Interest,
    /// What each event shall carry.
    pub data: [u8; 24],
}

/// One change of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Put the descriptor in. EEXIST: it is.
    Add(Asked),
    /// Ask something else of it, or the same anew. ENOENT: it is not in the set.
    Modify(Asked),
    /// Take it out. ENOENT: it is not in the set.
    Remove,
}

/// An event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// What came, of that which was asked.
    pub readiness: Readiness,
    /// What it carries.
    pub data: [u8; 24],
}

/// What a thread keeps between its waits, so that they allocate nothing.
#[derive(Debug, Default)]
pub struct EpollRoom {
    ready: Vec<Ready>,
    told: Vec<Told>,
}

/// The open things of a set by their ids, and at how many of them one looks next for those that are gone.
struct Items<F: Files> {
    by_id: HashMap<u64, Item<F>>,
    sweep_at: usize,
}

/// A set is not looked through before it has so many open things.
const SWEEP_AT: usize = 64;

impl<F: Files> Epoll<F> {
    /// A new, empty set.
    pub fn new(kernel: &F::Kernel) -> Result<Self, Errno> {
        let items = Items {
            by_id: HashMap::new(),
            sweep_at: SWEEP_AT,
        };
        Ok(Self {
            poller: kernel.poller()?,
            items: Mutex::new(items),
        })
    }

    /// Change the set. EPERM: what the number stands for is always ready. EINVAL: it is a set itself. ENOSPC: the guest
    /// watches too much.
    pub fn change(&self, process: &Process<F>, fd: u32, change: Change) -> Result<(), Errno> {
        let descriptor = watchable(process, fd)?;
        let system = self.system(process);
        let mut items = self.items();
        if matches!(change, Change::Add(_)) {
            items.sweep(&system);
        }
        let id = descriptor.id;
        let item = items.by_id.entry(id);
        let item = item.or_insert_with(|| Item::new(&descriptor));
        let done = item.change(&system, fd, change);
        if item.is_idle() {
            items.by_id.remove(&id);
        }
        done
    }

    /// Wait until something comes of what was asked, or until the time is over: what came, at most `most` events.
    pub fn wait<'r>(
        &self,
        process: &Process<F>,
        room: &'r mut EpollRoom,
        most: u32,
        timeout: Option<Duration>,
    ) -> Result<&'r [Told], Fail> {
        let kernel = &process.net.kernel;
        let deadline = Deadline::after(kernel, timeout)?;
        room.told.clear();
        room.ready
            .resize(most.min(MAX_EVENTS) as usize, Ready::default());
        loop {
            process.net.stop.check()?;
            let left = deadline.left(kernel)?;
            let came = match kernel.wait(&self.poller, &mut room.ready, left) {
                Err(Errno::Intr) => 0,
                came => came?.min(room.ready.len()),
            };
            self.tell(process, room, came);
            if !room.told.is_empty() || left == Some(Duration::ZERO) {
                return Ok(&room.told);
            }
        }
    }

    /// Turn what the system said into events.
    fn tell(&self, process: &Process<F>, room: &mut EpollRoom, came: usize) {
        let mut items = self.items();
        for ready in &room.ready[..came] {
            // What nobody asks any more, or never did.
            let Entry::Occupied(mut item) = items.by_id.entry(ready.token) else {
                continue;
            };
            let most = room.ready.len();
            item.get_mut()
                .tell(&self.system(process), ready.readiness, most, &mut room.told);
            if item.get().is_idle() {
                item.remove();
            }
        }
    }

    fn system<'a>(&'a self, process: &'a Process<F>) -> System<'a, F> {
        System {
            process,
            poller: &self.poller,
        }
    }

    fn items(&self) -> MutexGuard<'_, Items<F>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Files> Items<F> {
    /// Forget what is gone, if the set has twice as much as it had after the last time, or the guest cannot ask for more.
    fn sweep(&mut self, system: &System<'_, F>) {
        if self.by_id.len() < self.sweep_at && !system.process.watches.is_full() {
            return;
        }
        let forgetful: Vec<_> = system.process.table.with(|slots| {
            let items = self.by_id.iter_mut();
            let forgetful = items.filter_map(|(id, item)| item.forget(slots).then_some(*id));
            forgetful.collect()
        });
        for id in forgetful {
            if let Entry::Occupied(mut item) = self.by_id.entry(id) {
                // What is open by another number would be told of for ever. Where that fails, it is, and to nobody.
                let _ = item.get_mut().watch(system);
                if item.get().is_idle() {
                    item.remove();
                }
            }
        }
        self.sweep_at = (self.by_id.len() * 2).max(SWEEP_AT);
    }
}

/// What the number stands for, if it can be in a set.
fn watchable<F: Files>(process: &Process<F>, fd: u32) -> Result<Arc<Descriptor<F>>, Errno> {
    let descriptor = process.table.get(fd)?;
    if matches!(descriptor.object, Object::Epoll(_)) {
        return Err(Errno::Inval);
    }
    if descriptor.handle(&process.files).is_none() {
        return Err(Errno::Perm);
    }
    descriptor.demand(rights::POLL_FD_READWRITE)?;
    Ok(descriptor)
}
