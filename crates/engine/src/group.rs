//! The threads of one guest: how they start, and how one's end becomes everyone's.
//!
//! The first to end the group says how it ended. From then on a supervisor interrupts every thread that is left, again
//! and again, until all are gone: signals end system calls, the epoch ends computation, and waits inside the engine
//! are woken at every address.

#[cfg(feature = "components")]
mod helpers;

use std::collections::HashMap;
#[cfg(feature = "components")]
use std::sync::OnceLock;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use iwasm_abi::{Errno, threads};
use iwasm_net::{Fail, Kernel};
use iwasm_wasi::{Files, MAIN_THREAD, Process, Spawn};
use wasmtime::{SharedMemory, Store, StoreLimitsBuilder, UpdateDeadline};

use crate::compile::HOST_STACK;
use crate::imports::Imports;
use crate::link::Host;
use crate::outcome::End;
use crate::sweep::Sweep;
use crate::{Engine, Limits, Outcome};

/// How long the end of a guest waits for its last threads. A thread that waits at an address in a large memory can take
/// longer to find; it is still woken and ended, but nobody waits for that.
const PATIENCE: Duration = Duration::from_millis(40);

/// A table lives in the host's memory, in each thread anew: it may not grow as a guest likes. Programs have a table entry
/// for each function whose address they take.
const MOST_ELEMENTS: usize = 1 << 20;

/// Compilers make one table, or a few.
const MOST_TABLES: usize = 8;

/// The threads of one guest, and what they share.
pub(crate) struct Group<F: Files> {
    pub(crate) process: Arc<Process<F>>,
    pub(crate) engine: Engine,
    pub(crate) memory: Option<SharedMemory>,
    /// What threads are made of. The last thread takes it with it, for it can hold descriptors.
    imports: Mutex<Option<Arc<Imports<F>>>>,
    limits: Limits,
    /// The number of the first thread that the guest starts.
    first_tid: u32,
    state: Mutex<State<F>>,
    changed: Condvar,
    /// What hears of the guest's end beside its threads.
    #[cfg(feature = "components")]
    waker: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

struct State<F: Files> {
    /// The threads by number, 0 the first one. A thread that has not begun yet cannot be interrupted.
    threads: HashMap<u32, Option<<F::Kernel as Kernel>::Thread>>,
    /// How many of them are past their last call, and about to be taken off the list.
    leaving: usize,
    last_tid: u32,
    #[cfg(feature = "components")]
    last_helper: u32,
    outcome: Option<Outcome>,
}

impl<F: Files> Group<F> {
    pub(crate) fn new(
        engine: Engine,
        process: Arc<Process<F>>,
        memory: Option<SharedMemory>,
        limits: Limits,
    ) -> Arc<Self> {
        // WASIX tells the first thread its number, too, so that one is taken.
        let first_tid = MAIN_THREAD + u32::from(process.quirks.wasix);
        Arc::new(Self {
            process,
            engine,
            memory,
            imports: Mutex::new(None),
            limits,
            first_tid,
            state: Mutex::new(State {
                threads: HashMap::new(),
                leaving: 0,
                last_tid: first_tid - 1,
                #[cfg(feature = "components")]
                last_helper: threads::MAX_TID.cast_unsigned(),
                outcome: None,
            }),
            changed: Condvar::new(),
            #[cfg(feature = "components")]
            waker: OnceLock::new(),
        })
    }

    /// Make threads of this module from now on, where it is one that has threads.
    pub(crate) fn spawn_from(self: &Arc<Self>, imports: Arc<Imports<F>>) {
        let has_entry = imports.module().get_export(threads::START_NAME).is_some();
        if self.memory.is_some() && has_entry {
            *self.imports() = Some(imports);
            let spawner = Spawner(Arc::downgrade(self));
            self.process.spawn_with(Box::new(spawner));
        }
    }

    /// A store for the thread of this number.
    pub(crate) fn store(self: &Arc<Self>, tid: u32) -> Store<Host<F>> {
        let mut limits = StoreLimitsBuilder::new()
            .table_elements(MOST_ELEMENTS)
            .tables(MOST_TABLES);
        if let Some(bytes) = self.limits.max_memory {
            limits = limits.memory_size(usize::try_from(bytes).unwrap_or(usize::MAX));
        }
        let host = Host::within(
            Arc::clone(&self.process),
            tid,
            self.memory.clone(),
            limits.build(),
        );
        let mut store = Store::new(self.engine.wasmtime(), host);
        store.limiter(|host| host.limits());
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|context| {
            if context.data().process().net.stop.is_raised() {
                return Err(End::Stopped.into());
            }
            Ok(UpdateDeadline::Continue(1))
        });
        store
    }

    /// Run the guest's first thread and wait until all of its threads are gone, or until `deadline`, when it is ended.
    pub(crate) fn supervise(
        self: &Arc<Self>,
        deadline: Option<Instant>,
        main: impl FnOnce() -> wasmtime::Result<Outcome> + Send + 'static,
    ) -> std::io::Result<Outcome> {
        self.lock().threads.insert(0, None);
        let group = Arc::clone(self);
        let first = self.thread(0).spawn(move || {
            let present = Present::enter(&group, 0);
            let outcome = if group.process.net.stop.is_raised() {
                Err(End::Stopped.into())
            } else {
                main()
            };
            present.leave(Some(outcome));
        });
        if let Err(error) = first {
            self.lock().threads.clear();
            return Err(error);
        }
        if self.limits.whole_process {
            self.process.net.kernel.part_ways();
        }
        let outcome = self.wait(deadline);
        if !self.reap(Some(Instant::now() + PATIENCE)) {
            let group = Arc::clone(self);
            std::thread::Builder::new()
                .name("guest-reaper".to_owned())
                .spawn(move || group.reap(None))?;
        }
        Ok(outcome)
    }

    fn thread(&self, tid: u32) -> std::thread::Builder {
        std::thread::Builder::new()
            .name(format!("guest-{tid}"))
            .stack_size(self.engine.stack_size() + HOST_STACK)
    }

    /// Wait for the outcome.
    fn wait(&self, deadline: Option<Instant>) -> Outcome {
        let mut state = self.lock();
        loop {
            if let Some(outcome) = &state.outcome {
                return outcome.clone();
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                drop(state);
                self.decide(Outcome::TimedOut);
                state = self.lock();
                continue;
            }
            state = match left {
                Some(left) => {
                    self.changed
                        .wait_timeout(state, left)
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Say how the guest ended, and begin to end it. Only the first word counts.
    pub(crate) fn decide(&self, outcome: Outcome) {
        let mut state = self.lock();
        if state.outcome.is_none() {
            state.outcome = Some(outcome);
            self.process.end();
            self.changed.notify_all();
            #[cfg(feature = "components")]
            if let Some(wake) = self.waker.get() {
                wake();
            }
        }
    }

    /// Interrupt what is left until nothing is, or until the time is over. True if nothing is.
    fn reap(&self, until: Option<Instant>) -> bool {
        let mut pause = Duration::from_micros(50);
        let mut sweep = self.memory.as_ref().map(Sweep::new);
        loop {
            self.engine.increment_epoch();
            let state = self.lock();
            if state.threads.is_empty() {
                return true;
            }
            if until.is_some_and(|until| until <= Instant::now()) {
                return false;
            }
            for thread in state.threads.values().flatten() {
                // A listed thread has not ended: it takes itself off the list, under this lock, before it does.
                self.process.net.kernel.interrupt(thread);
            }
            let waited = self.changed.wait_timeout(state, pause);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            pause = (pause * 2).min(Duration::from_millis(5));
            if let Some(sweep) = &mut sweep {
                let until = Instant::now() + Duration::from_millis(5);
                sweep.wake_while(|| Instant::now() < until && !self.lock().threads.is_empty());
            }
        }
    }

    fn imports(&self) -> MutexGuard<'_, Option<Arc<Imports<F>>>> {
        self.imports.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, State<F>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread's presence in its group. However it ends, it leaves, and the last to leave closes what the guest had open:
/// what a guest's threads have made, only they drop.
struct Present<'a, F: Files> {
    group: &'a Group<F>,
    tid: u32,
}

impl<'a, F: Files> Present<'a, F> {
    fn enter(group: &'a Group<F>, tid: u32) -> Self {
        let this = group.process.net.kernel.this_thread();
        group.lock().threads.insert(tid, Some(this));
        Self { group, tid }
    }

    /// Leave with what the thread came to; none is a thread whose end is its own affair.
    fn leave(self, outcome: Option<wasmtime::Result<Outcome>>) {
        match outcome {
            Some(Ok(outcome)) => self.group.decide(outcome),
            Some(Err(error)) => {
                if let Some(outcome) = Outcome::of(&error) {
                    self.group.decide(outcome);
                }
            }
            None => {}
        }
    }
}

impl<F: Files> Drop for Present<'_, F> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let outcome =
                Outcome::Trapped("the runtime itself failed: this is a defect of iwasm".to_owned());
            self.group.decide(outcome);
        }
        // Only a thread that is not leaving starts another, so the last to leave stays the last.
        let last = {
            let mut state = self.group.lock();
            state.leaving += 1;
            state.leaving == state.threads.len()
        };
        if last {
            // Threads can leave one by one, and then nobody has said how the guest ended.
            self.group.decide(Outcome::Exited(0));
            self.group.process.table.clear();
            drop(self.group.imports().take());
        }
        let mut state = self.group.lock();
        state.leaving -= 1;
        state.threads.remove(&self.tid);
        self.group.changed.notify_all();
    }
}

/// Makes threads of a guest.
struct Spawner<F: Files>(Weak<Group<F>>);

impl<F: Files> Spawn for Spawner<F> {
    fn spawn(&self, argument: u32) -> Result<u32, Errno> {
        let group = self.0.upgrade().ok_or(Errno::Again)?;
        let tid = group.claim_tid()?;
        let started = Arc::clone(&group);
        let thread = group.thread(tid).spawn(move || started.run(tid, argument));
        if thread.is_err() {
            group.lock().threads.remove(&tid);
            group.changed.notify_all();
            return Err(Errno::Again);
        }
        Ok(tid)
    }

    fn join(&self, tid: u32) -> Result<(), Fail> {
        let group = self.0.upgrade().ok_or(Fail::Stopped)?;
        let mut state = group.lock();
        while state.has(tid) {
            if state.outcome.is_some() {
                return Err(Fail::Stopped);
            }
            let waited = group.changed.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        group.process.net.stop.check()
    }

    fn is_alive(&self, tid: u32) -> bool {
        self.0.upgrade().is_some_and(|group| group.lock().has(tid))
    }
}

impl<F: Files> State<F> {
    /// Is there a thread that the guest knows by this number?
    fn has(&self, tid: u32) -> bool {
        let key = if tid == MAIN_THREAD { 0 } else { tid };
        self.threads.contains_key(&key)
    }
}

impl<F: Files> Group<F> {
    /// A number for one more thread: the next that none has, so that a number comes back as late as can be.
    fn claim_tid(&self) -> Result<u32, Errno> {
        // A guest can know of a thread's end a moment before we do: it joins one, starts another, and is at no limit.
        let full = |state: &mut State<F>| state.outcome.is_none() && !self.has_seat(state);
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.lock(), Duration::from_millis(20), full)
            .unwrap_or_else(PoisonError::into_inner);
        if state.outcome.is_some() || !self.has_seat(&state) {
            return Err(Errno::Again);
        }
        let mut tid = state.last_tid;
        loop {
            tid = if tid >= threads::MAX_TID.cast_unsigned() {
                self.first_tid
            } else {
                tid + 1
            };
            if !state.threads.contains_key(&tid) {
                break;
            }
        }
        state.last_tid = tid;
        state.threads.insert(tid, None);
        Ok(tid)
    }

    /// May there be one more thread? The first one is not counted.
    fn has_seat(&self, state: &State<F>) -> bool {
        let spawned = state.threads.keys().filter(|tid| **tid != 0).count();
        spawned < self.limits.max_threads as usize
    }

    fn run(self: Arc<Self>, tid: u32, argument: u32) {
        let present = Present::enter(&self, tid);
        let done = self.enter_thread(tid, argument);
        present.leave(done.err().map(Err));
    }

    fn enter_thread(self: &Arc<Self>, tid: u32, argument: u32) -> wasmtime::Result<()> {
        let Some(imports) = self.imports().clone() else {
            return Ok(());
        };
        if self.process.net.stop.is_raised() {
            return Err(End::Stopped.into());
        }
        let mut store = self.store(tid);
        let instance = imports.instantiate(&mut store)?;
        drop(imports);
        let entry = instance.get_typed_func::<(u32, u32), ()>(&mut store, threads::START_NAME)?;
        entry.call(&mut store, (tid, argument))
    }
}

/// Ends a guest from outside. Cheap to clone, and any thread may have one.
#[derive(Clone)]
pub struct Handle(Arc<dyn Fn() + Send + Sync>);

impl Handle {
    pub(crate) fn new<F: Files>(group: &Arc<Group<F>>) -> Self {
        let group = Arc::downgrade(group);
        Self(Arc::new(move || {
            if let Some(group) = group.upgrade() {
                group.decide(Outcome::Stopped);
            }
        }))
    }

    /// End the guest: all of its threads, whatever they are blocked in. Nothing happens if it has ended.
    pub fn stop(&self) {
        (self.0)();
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handle")
    }
}
