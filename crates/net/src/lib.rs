//! The socket core: every operation on sockets that a guest can ask for, checked against the policy, then carried out.
//!
//! It makes no system call: it acts through one trait, [`Kernel`], on opaque handles and straight on lent guest memory.
//! What comes back through that trait is checked against what was asked, as if the other side were hostile.

mod address;
mod fail;
mod handed;
mod ip;
mod journal;
mod judge;
mod kernel;
mod life;
mod lookup;
pub mod memory;
mod options;
mod pair;
mod patience;
mod promise;
mod ready;
mod room;
mod socket;
mod transfer;
mod unix;

pub use address::Address;
pub use fail::{Fail, Stop};
pub use handed::Stage;
pub use journal::{Journal, Silent};
pub use kernel::{
    Clock, Family, Flag, Group, Kernel, Kind, Limit, Receive, Received, Sending, Shutdown, Size,
};
pub use lookup::{Endpoint, Host, Query};
pub use memory::{Memory, Scratch, Slot, Span};
pub use patience::Waiting;
pub use ready::{Interest, Readiness, Ready};
pub use room::Room;
pub use socket::{Caller, Net, Socket};
