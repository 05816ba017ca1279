//! The clocks of one call: how long to wait, and which of them have struck.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Clock, Kernel};

use super::Events;
use super::subscription::{Subscription, What};

/// A settable clock can be set while one sleeps, so a sleep until a moment of it looks again this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The deadlines of one call.
pub(super) struct Clocks {
    /// The earliest moment of each clock that is waited for.
    monotonic: Option<u64>,
    realtime: Option<u64>,
    /// When the call began, which times "from now on" count from.
    began: u64,
}

impl Clocks {
    pub(super) fn new<K: Kernel>(
        kernel: &K,
        subscriptions: &[Subscription],
    ) -> Result<Self, Errno> {
        let mut clocks = Self {
            monotonic: None,
            realtime: None,
            began: 0,
        };
        if !subscriptions.is_empty() {
            clocks.began = kernel.now(Clock::Monotonic)?;
            for subscription in subscriptions {
                clocks.add(subscription);
            }
        }
        Ok(clocks)
    }

    fn add(&mut self, subscription: &Subscription) {
        let Some((clock, moment)) = self.moment(subscription) else {
            return;
        };
        let earliest = match clock {
            Clock::Realtime => &mut self.realtime,
            _ => &mut self.monotonic,
        };
        *earliest = Some(earliest.map_or(moment, |earliest| earliest.min(moment)));
    }

    /// The clock that a subscription waits on, and the moment. A time from now on is measured on the clock that
    /// nobody can set.
    fn moment(&self, subscription: &Subscription) -> Option<(Clock, u64)> {
        match subscription.what {
            What::Clock {
                clock,
                at,
                absolute: true,
            } => Some((clock, at)),
            What::Clock { at, .. } => Some((Clock::Monotonic, self.began.saturating_add(at))),
            _ => None,
        }
    }

    /// How long to wait from now on; none is for ever.
    pub(super) fn left<K: Kernel>(&self, kernel: &K) -> Result<Option<Duration>, Errno> {
        let mut least = None;
        if let Some(moment) = self.monotonic {
            least = Some(until(moment, kernel.now(Clock::Monotonic)?));
        }
        if let Some(moment) = self.realtime {
            let left = until(moment, kernel.now(Clock::Realtime)?).min(LOOK_AGAIN);
            least = Some(least.map_or(left, |least: Duration| least.min(left)));
        }
        Ok(least)
    }

    /// Write an event for each subscription whose moment has come.
    pub(super) fn events<K: Kernel>(
        &self,
        kernel: &K,
        subscriptions: &[Subscription],
        out: &mut Events<'_>,
    ) -> Result<(), Errno> {
        if self.monotonic.is_none() && self.realtime.is_none() {
            return Ok(());
        }
        let monotonic = kernel.now(Clock::Monotonic)?;
        let realtime = kernel.now(Clock::Realtime)?;
        for subscription in subscriptions {
            match self.moment(subscription) {
                Some((Clock::Realtime, moment)) if moment <= realtime => {
                    out.ready(subscription, 0, false)
                }
                Some((Clock::Monotonic, moment)) if moment <= monotonic => {
                    out.ready(subscription, 0, false)
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn until(moment: u64, now: u64) -> Duration {
    Duration::from_nanos(moment.saturating_sub(now))
}
