//! One guest program: what all of its threads share.

use std::sync::OnceLock;

use iwasm_abi::Errno;
use iwasm_net::{Journal, Net};
use iwasm_policy::Policy;

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
}
