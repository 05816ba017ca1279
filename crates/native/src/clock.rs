//! Clocks and spans of time as the system counts them.

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::Clock;
use rustix::time::{ClockId, Timespec, clock_getres, clock_gettime};

/// The time of a clock in nanoseconds.
pub(crate) fn now(clock: Clock) -> Result<u64, Errno> {
    nanoseconds(clock_gettime(id(clock)))
}

/// The clock's resolution in nanoseconds.
pub(crate) fn resolution(clock: Clock) -> Result<u64, Errno> {
    nanoseconds(clock_getres(id(clock)))
}

/// A wait as the system takes it; one that no clock can count to is for ever.
pub(crate) fn timespec(wait: Option<Duration>) -> Option<Timespec> {
    wait.and_then(|wait| Timespec::try_from(wait).ok())
}

fn id(clock: Clock) -> ClockId {
    match clock {
        Clock::Realtime => ClockId::Realtime,
        Clock::Monotonic => ClockId::Monotonic,
        Clock::Process => ClockId::ProcessCPUTime,
        Clock::Thread => ClockId::ThreadCPUTime,
    }
}

/// A clock that was set before 1970 or after 2554 has no such number.
fn nanoseconds(time: Timespec) -> Result<u64, Errno> {
    let time = Duration::try_from(time).map_err(|_| Errno::Overflow)?;
    u64::try_from(time.as_nanos()).map_err(|_| Errno::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_does_not_fit_is_an_error_and_no_other_time() {
        let at = |tv_sec, tv_nsec| nanoseconds(Timespec { tv_sec, tv_nsec });
        assert_eq!(at(0, 0), Ok(0));
        assert_eq!(at(1, 7), Ok(1_000_000_007));
        assert_eq!(at(18_446_744_073, 709_551_615), Ok(u64::MAX));
        assert_eq!(at(18_446_744_073, 709_551_616), Err(Errno::Overflow));
        assert_eq!(at(-1, 0), Err(Errno::Overflow));
    }

    #[test]
    fn a_wait_beyond_all_clocks_is_for_ever() {
        assert_eq!(timespec(Some(Duration::MAX)), None);
        let wait = timespec(Some(Duration::new(3, 1))).unwrap();
        assert_eq!((wait.tv_sec, wait.tv_nsec), (3, 1));
    }
}
