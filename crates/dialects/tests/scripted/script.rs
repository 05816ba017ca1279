//! A system that does what a test tells it: it answers from a script, or honestly, or with lies.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Address, Family, Kind, Readiness};

use crate::lies::{Liar, Lie};

type Answers = VecDeque<Result<Box<dyn Any + Send>, Errno>>;
type Hook = Box<dyn FnOnce() + Send>;

/// What the system was asked, and what it shall answer.
#[derive(Default)]
pub(crate) struct Script {
    asked: Mutex<Vec<String>>,
    answers: Mutex<HashMap<&'static str, Answers>>,
    hooks: Mutex<HashMap<&'static str, Hook>>,
    liar: Mutex<Option<Liar>>,
    names: Mutex<HashMap<String, u32>>,
    ready: Mutex<HashMap<String, Readiness>>,
    clocks: Mutex<Clocks>,
    reached: Mutex<Vec<Address>>,
}

/// The clocks stand still but for the waits that they are told of.
#[derive(Clone, Copy)]
pub(crate) struct Clocks {
    pub(crate) realtime: u64,
    pub(crate) monotonic: u64,
}

impl Default for Clocks {
    fn default() -> Self {
        Self {
            realtime: 1_700_000_000_000_000_000,
            monotonic: 1_000,
        }
    }
}

impl Script {
    /// The one door: note the question, then answer from the script, with a lie if there is a liar, or honestly.
    pub(crate) fn ask<T: Lie>(
        &self,
        call: &'static str,
        words: fmt::Arguments<'_>,
        honest: impl FnOnce() -> T,
    ) -> Result<T, Errno> {
        self.note(format!("{call}{words}"));
        let hook = lock(&self.hooks).remove(call);
        if let Some(hook) = hook {
            hook();
        }
        let scripted = lock(&self.answers)
            .get_mut(call)
            .and_then(VecDeque::pop_front);
        if let Some(scripted) = scripted {
            let answer = scripted?;
            return Ok(*answer
                .downcast()
                .expect("the script has answers of the call's type"));
        }
        let lie = match &mut *lock(&self.liar) {
            Some(liar) => liar.answer()?,
            None => None,
        };
        Ok(lie.unwrap_or_else(honest))
    }

    pub(crate) fn note(&self, words: String) {
        lock(&self.asked).push(words);
    }

    /// An address that a call of the guest reaches.
    pub(crate) fn reach(&self, address: impl Into<Address>) {
        lock(&self.reached).push(address.into());
    }

    /// The next answers to a call.
    pub(crate) fn answer<T: Any + Send>(
        &self,
        call: &'static str,
        answers: impl IntoIterator<Item = Result<T, Errno>>,
    ) {
        let boxed = answers
            .into_iter()
            .map(|answer| answer.map(|answer| Box::new(answer) as Box<dyn Any + Send>));
        lock(&self.answers).entry(call).or_default().extend(boxed);
    }

    /// Do this when the call is made next, before it is answered.
    pub(crate) fn once(&self, call: &'static str, hook: impl FnOnce() + Send + 'static) {
        lock(&self.hooks).insert(call, Box::new(hook));
    }

    /// Lie from now on.
    pub(crate) fn lie(&self, liar: Liar) {
        *lock(&self.liar) = Some(liar);
    }

    /// What the system was asked since this was last called.
    pub(crate) fn transcript(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.asked))
    }

    /// The addresses that were reached.
    pub(crate) fn reached(&self) -> Vec<Address> {
        lock(&self.reached).clone()
    }

    /// Let this be what the handle is ready for.
    pub(crate) fn make_ready(&self, handle: &str, readiness: Readiness) {
        lock(&self.ready).insert(handle.to_owned(), readiness);
    }

    pub(crate) fn readiness(&self, handle: &str) -> Readiness {
        lock(&self.ready).get(handle).copied().unwrap_or_default()
    }

    pub(crate) fn clocks(&self) -> MutexGuard<'_, Clocks> {
        lock(&self.clocks)
    }

    /// Nothing is ready: let the time pass. Only who is lied to may wait for ever, and is ended then.
    pub(crate) fn sleep(&self, timeout: Option<Duration>) {
        let Some(timeout) = timeout else {
            assert!(lock(&self.liar).is_some(), "the guest waits for ever");
            return;
        };
        let nanos = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
        let mut clocks = self.clocks();
        clocks.monotonic = clocks.monotonic.saturating_add(nanos);
        clocks.realtime = clocks.realtime.saturating_add(nanos);
    }

    /// A new open thing. The second of a name is told from the first by a number.
    pub(crate) fn handle(self: &Arc<Self>, name: &str, family: Family) -> Handle {
        let mut names = lock(&self.names);
        let count = names.entry(name.to_owned()).or_default();
        *count += 1;
        let name = match *count {
            1 => name.to_owned(),
            count => format!("{name}.{count}"),
        };
        Handle(Arc::new(Thing {
            name,
            family,
            script: Arc::clone(self),
        }))
    }
}

/// A handle of the system: it notes when it is closed.
pub(crate) struct Handle(pub(crate) Arc<Thing>);

pub(crate) struct Thing {
    pub(crate) name: String,
    pub(crate) family: Family,
    script: Arc<Script>,
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}

impl Drop for Thing {
    fn drop(&mut self) {
        self.script.note(format!("close {}", self.name));
    }
}

/// What the system calls a socket.
pub(crate) fn socket_name(family: Family, kind: Kind) -> &'static str {
    match (kind, family) {
        (Kind::Stream, Family::V4) => "tcp4",
        (Kind::Stream, Family::V6) => "tcp6",
        (Kind::Datagram, Family::V4) => "udp4",
        (Kind::Datagram, Family::V6) => "udp6",
        (_, Family::Unix) => "unix",
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
