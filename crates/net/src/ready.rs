//! What one can wait for on a handle, and what came.

/// What is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Data to read, a connection to accept, or the end of the stream.
    pub read: bool,
    /// Room to write, or the end of a connection's making.
    pub write: bool,
    /// The peer has closed its sending half.
    pub ending: bool,
    /// Urgent data.
    pub urgent: bool,
    /// Of a set: tell each change once, not for as long as it lasts.
    pub edge: bool,
    /// Of a set: tell once, then nothing until the handle is watched anew.
    pub once: bool,
}

impl Interest {
    /// Nothing but errors and hangups, which are always told.
    pub const NOTHING: Self = Self {
        read: false,
        write: false,
        ending: false,
        urgent: false,
        edge: false,
        once: false,
    };
    /// Reading alone, for as long as it lasts.
    pub const READ: Self = Self {
        read: true,
        ..Self::NOTHING
    };
    /// Writing alone, for as long as it lasts.
    pub const WRITE: Self = Self {
        write: true,
        ..Self::NOTHING
    };

    /// Both together. What one of them wants told again is told again.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            read: self.read || other.read,
            write: self.write || other.write,
            ending: self.ending || other.ending,
            urgent: self.urgent || other.urgent,
            edge: self.edge && other.edge,
            once: self.once && other.once,
        }
    }
}

/// What a handle is ready for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// A read will not wait.
    pub read: bool,
    /// A write will not wait.
    pub write: bool,
    /// The peer has closed its sending half.
    pub ending: bool,
    /// Urgent data waits.
    pub urgent: bool,
    /// An error is pending.
    pub error: bool,
    /// The other side is gone.
    pub hangup: bool,
    /// The handle is no longer open.
    pub invalid: bool,
}

impl Readiness {
    /// Of what came, that which was asked for: errors and hangups always are.
    #[must_use]
    pub fn masked(self, asked: Interest) -> Self {
        Self {
            read: self.read && asked.read,
            write: self.write && asked.write,
            ending: self.ending && asked.ending,
            urgent: self.urgent && asked.urgent,
            ..self
        }
    }

    /// Did anything come?
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// A handle of a set that is ready.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ready {
    /// The token that it was put in with.
    pub token: u64,
    /// For what it is ready.
    pub readiness: Readiness,
}
