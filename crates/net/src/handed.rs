//! Sockets that a guest has from the start: whoever runs it made them, and so granted what they are.
//!
//! What they do by being what they are (accept, receive, send to their peer) needs no further grant. What names an
//! address does: the policy judges it as on any socket.

use crate::life::State;
use crate::{Family, Kernel, Kind, Socket};

/// How far the life of a socket has come, or had when it was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It has no address. Whoever writes to the port that a send may give it is judged, as on a socket that the guest
    /// made.
    Fresh,
    /// It has the address that its maker chose: what comes to it is let in.
    Bound,
    /// It takes connections.
    Listening,
    /// It has one peer, which its maker chose.
    Connected,
}

impl<K: Kernel> Socket<K> {
    /// A socket that the host made, and what it is.
    pub fn handed_in(handle: K::Handle, family: Family, kind: Kind, stage: Stage) -> Self {
        let state = match stage {
            Stage::Fresh => State::Fresh,
            Stage::Bound => State::Bound,
            Stage::Listening => State::Listening,
            Stage::Connected => State::Connected,
        };
        Self::new(handle, family, kind, state)
    }

    /// How far its life has come, as the guest knows it.
    pub fn stage(&self) -> Stage {
        match self.state.get() {
            State::Fresh => Stage::Fresh,
            State::Bound | State::Implicit | State::Promised => Stage::Bound,
            State::Listening => Stage::Listening,
            State::Connected | State::Paired => Stage::Connected,
        }
    }
}
