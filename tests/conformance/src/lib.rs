//! One list of socket behaviours, in C under `c/`, and what it takes to run one of them.
//!
//! The list is the only place that names behaviours: the harness reads the names from the
//! sources, and runs each once per provider: natively, where the kernel is the judge, and as a guest.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![forbid(unsafe_code)]

mod child;
mod lacks;
mod list;
mod native;
mod need;
mod place;
mod provider;

pub use child::{Outcome, run};
pub use lacks::{Lack, Lacks};
pub use list::{Behaviour, list};
pub use native::compile;
pub use need::Need;
pub use place::{package, runtime, target};
pub use provider::{GRANTS, PROVIDERS, Provider};
