//! What the system watches for a thread, kept from one poll to the next.

use core::time::Duration;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::{Interest, Kernel, Readiness, Ready};

use super::subscription::{Subscription, What};
use crate::{Descriptor, Files, Object, Process};

/// Up to this many descriptors, asking anew each time is as fast as keeping a set, and costs nothing when they change.
const FEW: usize = 4;

/// The descriptors of a poll, and the system's set of them.
pub(super) struct Watched<F: Files> {
    /// The table's generation, and what each subscription named, when this was last brought up to date.
    generation: u64,
    named: Vec<What>,
    items: Vec<Item<F>>,
    by_id: HashMap<u64, usize>,
    /// Subscriptions with an error, by index.
    pub(super) refused: Vec<(u32, Errno)>,
    /// Subscriptions on descriptors that cannot be waited for, by index.
    always: Vec<(u32, Weak<Descriptor<F>>)>,
    set: Option<Set<F>>,
    ready: Vec<Ready>,
}

/// One descriptor of the poll. It is held weakly: what the guest closes must close, whoever polled it last.
struct Item<F: Files> {
    id: u64,
    descriptor: Weak<Descriptor<F>>,
    interest: Interest,
    subscriptions: Vec<u32>,
}

/// The system's set, and what is in it. What closes leaves the set by itself.
struct Set<F: Files> {
    poller: <F::Kernel as Kernel>::Poller,
    held: HashMap<u64, (Interest, Weak<Descriptor<F>>)>,
}

/// A descriptor that is ready.
pub(super) struct Found<'a, F: Files> {
    pub(super) subscriptions: &'a [u32],
    pub(super) readiness: Readiness,
    descriptor: Option<Arc<Descriptor<F>>>,
}

impl<F: Files> Found<'_, F> {
    /// How many bytes a read would give; a listening socket has none to tell.
    pub(super) fn readable(&self, process: &Process<F>) -> u64 {
        let descriptor = self.descriptor.as_deref();
        let handle = descriptor.and_then(|descriptor| descriptor.handle(&process.files));
        handle.map_or(0, |handle| process.net.kernel.readable(handle).unwrap_or(1))
    }
}

impl<F: Files> Default for Watched<F> {
    fn default() -> Self {
        Self {
            // No generation of a table is this one.
            generation: u64::MAX,
            named: Vec::new(),
            items: Vec::new(),
            by_id: HashMap::new(),
            refused: Vec::new(),
            always: Vec::new(),
            set: None,
            ready: Vec::new(),
        }
    }
}

impl<F: Files> Watched<F> {
    /// Do the numbers still stand for what they did? What was refused may have been opened since.
    pub(super) fn is_current(&self, generation: u64) -> bool {
        self.generation == generation && self.refused.is_empty()
    }

    /// Watch what these subscriptions name: where that is what was watched before, nothing is done.
    pub(super) fn follow(
        &mut self,
        process: &Process<F>,
        subscriptions: &[Subscription],
        generation: u64,
    ) -> Result<(), Errno> {
        let named = subscriptions.iter().map(Subscription::named);
        let same =
            self.named.len() == subscriptions.len() && self.named.iter().copied().eq(named.clone());
        if same && self.is_current(generation) {
            return Ok(());
        }
        self.named.clear();
        self.named.extend(named);
        self.look_up(process, subscriptions);
        self.generation = generation;
        if self.items.len() > FEW {
            self.bring_up_to_date(process)?;
        }
        Ok(())
    }

    /// Find what the subscriptions name. No system call is made while the table is held.
    fn look_up(&mut self, process: &Process<F>, subscriptions: &[Subscription]) {
        self.items.clear();
        self.by_id.clear();
        self.refused.clear();
        self.always.clear();
        process.table.with(|slots| {
            for (index, subscription) in (0..).zip(subscriptions) {
                let fd = match subscription.what {
                    What::Read(fd) | What::Write(fd) => fd,
                    What::Clock { .. } => continue,
                    What::Invalid(_, errno) => {
                        self.refused.push((index, errno));
                        continue;
                    }
                };
                match slots.at(fd) {
                    None => self.refused.push((index, Errno::Badf)),
                    Some(found) if matches!(found.object, Object::Epoll(_)) => {
                        self.refused.push((index, Errno::Notsup));
                    }
                    Some(found) if found.handle(&process.files).is_none() => {
                        self.always.push((index, Arc::downgrade(found)));
                    }
                    Some(found) if found.demand(rights::POLL_FD_READWRITE).is_err() => {
                        self.refused.push((index, Errno::Notcapable));
                    }
                    Some(found) => self.add(index, subscription.interest(), found),
                }
            }
        });
    }

    fn add(&mut self, index: u32, interest: Interest, descriptor: &Arc<Descriptor<F>>) {
        let next = self.items.len();
        let at = *self.by_id.entry(descriptor.id).or_insert(next);
        if at == next {
            self.items.push(Item {
                id: descriptor.id,
                descriptor: Arc::downgrade(descriptor),
                interest: Interest::default(),
                subscriptions: Vec::new(),
            });
        }
        let item = &mut self.items[at];
        item.interest = item.interest.and(interest);
        item.subscriptions.push(index);
    }

    /// Hand the system what its set lacks, and take out what nobody waits for now.
    fn bring_up_to_date(&mut self, process: &Process<F>) -> Result<(), Errno> {
        let kernel = &process.net.kernel;
        let set = match &mut self.set {
            Some(set) => set,
            none => none.insert(Set {
                poller: kernel.poller()?,
                held: HashMap::new(),
            }),
        };
        for item in &self.items {
            match set.hold(process, item) {
                // It cannot be waited for: a file of a kind that is always ready.
                Err(Errno::Perm) => {
                    let of = |&index| (index, item.descriptor.clone());
                    self.always.extend(item.subscriptions.iter().map(of));
                }
                done => done?,
            }
        }
        if set.held.len() > self.items.len() {
            set.retain(kernel, &process.files, &self.by_id);
        }
        self.ready.resize(self.items.len(), Ready::default());
        Ok(())
    }

    /// Subscriptions that need no waiting, with what they name.
    pub(super) fn always_ready(&self) -> impl Iterator<Item = (u32, Arc<Descriptor<F>>)> {
        self.always
            .iter()
            .filter_map(|(index, descriptor)| Some((*index, descriptor.upgrade()?)))
    }

    /// Wait once: how many descriptors are ready.
    pub(super) fn wait(
        &mut self,
        process: &Process<F>,
        timeout: Option<Duration>,
    ) -> Result<usize, Errno> {
        if self.items.len() <= FEW {
            return self.ask_few(process, timeout);
        }
        let Some(set) = &self.set else {
            return Err(Errno::Io);
        };
        let came = process
            .net
            .kernel
            .wait(&set.poller, &mut self.ready, timeout)?;
        Ok(came.min(self.ready.len()))
    }

    fn ask_few(&mut self, process: &Process<F>, timeout: Option<Duration>) -> Result<usize, Errno> {
        let held: Vec<_> = self
            .items
            .iter()
            .filter_map(|item| Some((item, item.descriptor.upgrade()?)))
            .collect();
        let handles: Vec<_> = held
            .iter()
            .filter_map(|(item, descriptor)| {
                Some((descriptor.handle(&process.files)?, item.interest))
            })
            .collect();
        let mut readiness = [Readiness::default(); FEW];
        process
            .net
            .kernel
            .poll(&handles, &mut readiness[..handles.len()], timeout)?;
        self.ready.clear();
        let found = held
            .iter()
            .zip(readiness)
            .filter(|(_, readiness)| readiness.any());
        self.ready.extend(found.map(|((item, _), readiness)| Ready {
            token: item.id,
            readiness,
        }));
        Ok(self.ready.len())
    }

    /// What the system said of one descriptor; none if it names what nobody asked for, or says nothing that was asked.
    pub(super) fn ready(&self, at: usize) -> Option<Found<'_, F>> {
        let ready = self.ready.get(at)?;
        let item = &self.items[*self.by_id.get(&ready.token)?];
        let readiness = ready.readiness.masked(item.interest);
        readiness.any().then(|| Found {
            subscriptions: &item.subscriptions,
            readiness,
            descriptor: item.descriptor.upgrade(),
        })
    }
}

impl<F: Files> Set<F> {
    /// Let the system watch the descriptor for what is asked of it, unless it does.
    fn hold(&mut self, process: &Process<F>, item: &Item<F>) -> Result<(), Errno> {
        let held = self.held.get(&item.id);
        if held.is_some_and(|(interest, _)| *interest == item.interest) {
            return Ok(());
        }
        let Some(descriptor) = item.descriptor.upgrade() else {
            return Ok(());
        };
        let Some(handle) = descriptor.handle(&process.files) else {
            return Ok(());
        };
        let kernel = &process.net.kernel;
        kernel.watch(&self.poller, handle, item.id, item.interest)?;
        let held = (item.interest, item.descriptor.clone());
        self.held.insert(item.id, held);
        Ok(())
    }

    /// Take out what `by_id` does not name.
    fn retain(&mut self, kernel: &F::Kernel, files: &F, by_id: &HashMap<u64, usize>) {
        let poller = &self.poller;
        self.held.retain(|id, (_, descriptor)| {
            if by_id.contains_key(id) {
                return true;
            }
            if let Some(descriptor) = descriptor.upgrade()
                && let Some(handle) = descriptor.handle(files)
            {
                // Where that fails, the system has forgotten the handle already.
                let _ = kernel.unwatch(poller, handle);
            }
            false
        });
    }
}
