//! The states of a socket's life, and where each can go next.

use std::sync::atomic::{AtomicU8, Ordering};

/// Where a socket is in its life, as far as the policy must know it; the system knows the rest.
///
/// A socket of the guest begins as `Fresh`, an accepted one as `Connected`, one of a pair as `Paired`, and one that is
/// handed in as what its maker made of it: any of these but `Implicit` and `Paired`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    /// Made. Next: `Bound` by bind, `Promised` by a bind that is none, `Listening` by listen, `Connected` by connect,
    /// `Implicit` by a send or a connect that failed.
    Fresh,
    /// Holds an address that the policy granted, or that it was handed in with. Stays so: what comes in was granted with
    /// it. Next: `Listening` by listen.
    Bound,
    /// A datagram socket with a port that nobody asked for: whoever finds that port can write to it, so senders are judged.
    /// Stays so, for a later connect leaves in the queue what came before it. Next: `Bound`, where the system binds it
    /// all the same, and so had given it no port.
    Implicit,
    /// Takes connections. Stays so.
    Listening,
    /// Has one peer, which the policy granted, or which it was handed in with. Next: `Implicit`, where a datagram socket
    /// gives its peer up.
    Connected,
    /// Has one peer, which the guest has as well, and no address. Stays so.
    Paired,
    /// Told the guest that it has an address, which the policy denies: to the system it is fresh. Next: `Bound`, where
    /// another address is granted.
    Promised,
}

/// A [`State`] that several threads look at.
pub(crate) struct Life(AtomicU8);

impl Life {
    pub(crate) fn begin(state: State) -> Self {
        Self(AtomicU8::new(state as u8))
    }

    #[inline]
    pub(crate) fn get(&self) -> State {
        match self.0.load(Ordering::Acquire) {
            0 => State::Fresh,
            1 => State::Bound,
            2 => State::Implicit,
            3 => State::Listening,
            5 => State::Paired,
            6 => State::Promised,
            _ => State::Connected,
        }
    }

    /// Go from one state to another; where another thread was first, its step stands.
    pub(crate) fn step(&self, from: State, to: State) {
        let _ = self
            .0
            .compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire);
    }

    pub(crate) fn set(&self, to: State) {
        self.0.store(to as u8, Ordering::Release);
    }
}
