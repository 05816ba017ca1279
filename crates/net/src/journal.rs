//! The one door at which the core tells what it refused, and what it cannot do.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use iwasm_policy::Denial;

/// Who hears of refusals. Each distinct refusal is told once.
pub trait Journal: Send + Sync {
    /// `call`, a function of the guest's dialect, was refused by the policy.
    fn denied(&self, call: &'static str, denial: &Denial);
    /// The guest wants what is not served, and should not have to find out alone. Each distinct notice is told once.
    fn notice(&self, _text: &'static str) {}
    /// So many distinct refusals were told that no more will be.
    fn muted(&self) {}
    /// `call`, a function of the guest's dialect, was called, and there is no such thing here. Told once of each.
    fn unsupported(&self, _call: &'static str) {}
}

/// A journal that nobody reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Journal for Silent {
    fn denied(&self, _call: &'static str, _denial: &Denial) {}
}

/// A guest can think of ever new addresses: past this many distinct refusals, no more are kept or told.
const MOST: usize = 256;

/// Tells each distinct refusal once.
pub(crate) struct Once {
    journal: Box<dyn Journal>,
    told: Mutex<HashSet<(&'static str, Denial)>>,
    noticed: Mutex<HashSet<&'static str>>,
    unsupported: Mutex<HashSet<&'static str>>,
}

impl Once {
    pub(crate) fn new(journal: Box<dyn Journal>) -> Self {
        Self {
            journal,
            told: Mutex::default(),
            noticed: Mutex::default(),
            unsupported: Mutex::default(),
        }
    }

    pub(crate) fn notice(&self, text: &'static str) {
        let mut noticed = self.noticed.lock().unwrap_or_else(PoisonError::into_inner);
        let first = noticed.insert(text);
        drop(noticed);
        if first {
            self.journal.notice(text);
        }
    }

    pub(crate) fn denied(&self, call: &'static str, denial: &Denial) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() > MOST || !told.insert((call, denial.clone())) {
            return;
        }
        let muted = told.len() > MOST;
        drop(told);
        if muted {
            self.journal.muted();
        } else {
            self.journal.denied(call, denial);
        }
    }

    /// A dialect has so many functions and no more, so this needs no bound.
    pub(crate) fn unsupported(&self, call: &'static str) {
        let told = self.unsupported.lock();
        let first = told.unwrap_or_else(PoisonError::into_inner).insert(call);
        if first {
            self.journal.unsupported(call);
        }
    }
}
