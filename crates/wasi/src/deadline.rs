//! Until when a call waits, on the clock that nobody can set.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Clock, Kernel};

/// Until when a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// It does not wait. No clock is asked.
    Passed,
    /// Until this moment.
    At(u64),
    /// For ever.
    Never,
}

impl Deadline {
    /// After this time from now on; none is never.
    pub(crate) fn after(kernel: &impl Kernel, time: Option<Duration>) -> Result<Self, Errno> {
        Ok(match time {
            None => Self::Never,
            Some(Duration::ZERO) => Self::Passed,
            Some(time) => {
                let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
                Self::At(kernel.now(Clock::Monotonic)?.saturating_add(time))
            }
        })
    }

    /// How long it still is; none is for ever.
    pub(crate) fn left(self, kernel: &impl Kernel) -> Result<Option<Duration>, Errno> {
        Ok(match self {
            Self::Passed => Some(Duration::ZERO),
            Self::Never => None,
            Self::At(moment) => {
                let left = moment.saturating_sub(kernel.now(Clock::Monotonic)?);
                Some(Duration::from_nanos(left))
            }
        })
    }
}
