//! One guest program: what all of its threads share.

use core::time::Duration;
use std::sync::OnceLock;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Journal, Kernel, Net};
use iwasm_policy::Policy;

use crate::cwd::Cwd;
use crate::deadline::Deadline;
use crate::epoll::Count;
use crate::futex::Futexes;
use crate::{Descriptor, Files, Numbers, Quirks, Table};

/// One guest program.
pub struct Process<F: Files> {
    /// The socket core, with the policy and the flag that ends the guest.
    pub net: Net<F::Kernel>,
    /// The system's files.
    pub files: F,
    /// Its descriptors.
    pub table: Table<F>,
    /// Its arguments, the program's name first.
    pub args: Vec<Vec<u8>>,
    /// Its environment, each entry `NAME=value`.
    pub environ: Vec<Vec<u8>>,
    /// How it wants to be served where its imports do not say.
    pub quirks: Quirks,
    /// How it numbers families and kinds of sockets in WasmEdge's calls, once one of them told.
    pub numbers: OnceLock<Numbers>,
    pub(crate) cwd: Cwd,
    pub(crate) futexes: Futexes,
    /// What it watches with epoll objects.
    pub(crate) watches: Count,
    spawner: OnceLock<Box<dyn Spawn>>,
}

/// What a guest program starts with.
pub struct Setup<F: Files> {
    /// What it may reach.
    pub policy: Policy,
    /// Who hears of refusals.
    pub journal: Box<dyn Journal>,
    /// Its arguments, the program's name first.
    pub args: Vec<Vec<u8>>,
    /// Its environment, each entry `NAME=value`.
    pub environ: Vec<Vec<u8>>,
    /// How it wants to be served where its imports do not say.
    pub quirks: Quirks,
    /// Its descriptors from 0 on: the standard streams, then what is handed in.
    pub descriptors: Vec<Descriptor<F>>,
}

/// Who can make threads of a guest.
pub trait Spawn: Send + Sync {
    /// Start a thread with this argument, and say its number. EAGAIN: the guest has as many as it may.
    fn spawn(&self, argument: u32) -> Result<u32, Errno>;
    /// Wait until no thread has this number. [`Fail::Stopped`]: the guest ends before.
    fn join(&self, tid: u32) -> Result<(), Fail>;
    /// Has a thread this number?
    fn is_alive(&self, tid: u32) -> bool;
}

impl<F: Files> Process<F> {
    /// A program on this system. ENFILE: more is handed in than it can hold.
    pub fn new(kernel: F::Kernel, files: F, setup: Setup<F>) -> Result<Self, Errno> {
        let table = Table::default();
        for descriptor in setup.descriptors {
            table.insert(descriptor)?;
        }
        Ok(Self {
            net: Net::new(kernel, setup.policy, setup.journal),
            files,
            table,
            args: setup.args,
            environ: setup.environ,
            quirks: setup.quirks,
            numbers: OnceLock::new(),
            cwd: Cwd::default(),
            futexes: Futexes::default(),
            watches: Count::default(),
            spawner: OnceLock::new(),
        })
    }

    /// Say who makes threads. The first word stands.
    pub fn spawn_with(&self, spawner: Box<dyn Spawn>) {
        let _ = self.spawner.set(spawner);
    }

    /// Start a thread. ENOTSUP: nobody makes threads for this program.
    pub fn spawn(&self, argument: u32) -> Result<u32, Errno> {
        match self.spawner.get() {
            Some(spawner) => spawner.spawn(argument),
            None => Err(Errno::Notsup),
        }
    }

    /// Wait until no thread has this number. Where nobody makes threads, none but the caller has one.
    pub fn join(&self, tid: u32) -> Result<(), Fail> {
        self.spawner
            .get()
            .map_or(Ok(()), |spawner| spawner.join(tid))
    }

    /// Has a thread this number?
    pub fn is_alive(&self, tid: u32) -> bool {
        let spawner = self.spawner.get();
        spawner.map_or(tid == MAIN_THREAD, |spawner| spawner.is_alive(tid))
    }

    /// Let the calling thread sleep.
    pub fn sleep(&self, time: Duration) -> Result<(), Fail> {
        let kernel = &self.net.kernel;
        let deadline = Deadline::after(kernel, Some(time))?;
        loop {
            self.net.stop.check()?;
            let left = deadline.left(kernel)?;
            if left == Some(Duration::ZERO) {
                return Ok(());
            }
            match kernel.poll(&[], &mut [], left) {
                Ok(()) | Err(Errno::Intr) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Begin to end the program: no call that may block begins from now on, and none of those goes on that wait in here.
    /// What blocks in the system is for the caller to interrupt.
    pub fn end(&self) {
        self.net.stop.raise();
        self.futexes.alarm();
    }
}

/// The number of a program's first thread, where threads are told their numbers; it is the program's as well.
pub const MAIN_THREAD: u32 = 1;
