//! One subscription, as WASIp1 lays it out.

use iwasm_abi::Errno;
use iwasm_abi::p1::{clockid, eventtype, subclockflags, subscription as layout};
use iwasm_net::{Clock, Interest};

/// What a guest waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subscription {
    /// The guest's own word, which its event carries.
    pub(super) userdata: u64,
    pub(super) what: What,
}

/// The kinds of subscriptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A moment of a clock.
    Clock {
        clock: Clock,
        /// In nanoseconds.
        at: u64,
        /// A moment of the clock; or else a time from the call on.
        absolute: bool,
    },
    /// A read of the descriptor.
    Read(u32),
    /// A write to the descriptor.
    Write(u32),
    /// Nothing that can be waited for: its tag, and the error of its event.
    Invalid(u8, Errno),
}

impl Subscription {
    /// Read one; a guest of WASIX means something else by the two shortest times.
    pub(super) fn read(wire: &[u8; layout::SIZE], wasix: bool) -> Self {
        let descriptor = u32::from_le_bytes(field(wire, layout::fd::DESCRIPTOR));
        let what = match wire[layout::TAG.start] {
            eventtype::CLOCK if wasix => of_wasix(clock(wire)),
            eventtype::CLOCK => clock(wire),
            eventtype::FD_READ => What::Read(descriptor),
            eventtype::FD_WRITE => What::Write(descriptor),
            other => What::Invalid(other, Errno::Inval),
        };
        Self {
            userdata: u64::from_le_bytes(field(wire, layout::USERDATA)),
            what,
        }
    }

    /// What it names, without what the system need not know: a clock's moment is ours to keep.
    pub(super) fn named(&self) -> What {
        match self.what {
            What::Clock { .. } => What::Clock {
                clock: Clock::Monotonic,
                at: 0,
                absolute: false,
            },
            what => what,
        }
    }

    /// What it asks of a descriptor.
    pub(super) fn interest(&self) -> Interest {
        Interest {
            read: matches!(self.what, What::Read(_)),
            write: matches!(self.what, What::Write(_)),
            ..Interest::default()
        }
    }

    pub(super) fn is_clock(&self) -> bool {
        matches!(self.what, What::Clock { .. })
    }

    /// The tag that its event carries.
    pub(super) fn tag(&self) -> u8 {
        match self.what {
            What::Clock { .. } => eventtype::CLOCK,
            What::Read(_) => eventtype::FD_READ,
            What::Write(_) => eventtype::FD_WRITE,
            What::Invalid(tag, _) => tag,
        }
    }
}

fn clock(wire: &[u8; layout::SIZE]) -> What {
    let flags = u16::from_le_bytes(field(wire, layout::clock::FLAGS));
    let clock = match u32::from_le_bytes(field(wire, layout::clock::ID)) {
        clockid::REALTIME => Clock::Realtime,
        clockid::MONOTONIC => Clock::Monotonic,
        // Nothing can sleep on a clock that stands still while one sleeps.
        clockid::PROCESS_CPUTIME_ID | clockid::THREAD_CPUTIME_ID => {
            return What::Invalid(eventtype::CLOCK, Errno::Notsup);
        }
        _ => return What::Invalid(eventtype::CLOCK, Errno::Inval),
    };
    What::Clock {
        clock,
        at: u64::from_le_bytes(field(wire, layout::clock::TIMEOUT)),
        absolute: flags & subclockflags::ABSTIME != 0,
    }
}

/// What the times of a clock mean to a guest of WASIX: 0 is never, and 1 is now. (Its C library passes 1 where a program
/// says 0, and Wasmer knows no other zero.)
fn of_wasix(what: What) -> What {
    match what {
        What::Clock { at: 0, .. } => What::Clock {
            clock: Clock::Monotonic,
            at: u64::MAX,
            absolute: true,
        },
        What::Clock { clock, at: 1, .. } => What::Clock {
            clock,
            at: 0,
            absolute: false,
        },
        what => what,
    }
}

/// The bytes of one field.
fn field<const N: usize>(wire: &[u8; layout::SIZE], at: core::ops::Range<usize>) -> [u8; N] {
    wire[at]
        .try_into()
        .expect("the range is as long as the field")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_is_read_field_by_field() {
        let mut wire = [0xff; layout::SIZE];
        wire[..8].copy_from_slice(&7_u64.to_le_bytes()); // userdata
        wire[8] = 1; // fd_read
        wire[16..20].copy_from_slice(&5_u32.to_le_bytes());
        let read = Subscription::read(&wire, false);
        assert_eq!((read.userdata, read.what), (7, What::Read(5)));
        wire[8] = 2;
        assert_eq!(Subscription::read(&wire, false).what, What::Write(5));
        wire[8] = 3;
        assert_eq!(
            Subscription::read(&wire, false).what,
            What::Invalid(3, Errno::Inval)
        );
    }

    #[test]
    fn a_clock_is_named_by_its_id_and_bent_by_its_flags() {
        let mut wire = [0; layout::SIZE];
        wire[24..32].copy_from_slice(&9_u64.to_le_bytes()); // timeout
        for (id, flags, what) in [
            (
                0,
                0,
                What::Clock {
                    clock: Clock::Realtime,
                    at: 9,
                    absolute: false,
                },
            ),
            (
                1,
                1,
                What::Clock {
                    clock: Clock::Monotonic,
                    at: 9,
                    absolute: true,
                },
            ),
            (2, 0, What::Invalid(0, Errno::Notsup)),
            (4, 0, What::Invalid(0, Errno::Inval)),
        ] {
            wire[16] = id;
            wire[40] = flags;
            assert_eq!(Subscription::read(&wire, false).what, what, "clock {id}");
        }
    }

    #[test]
    fn to_a_guest_of_wasix_no_time_is_never_and_the_shortest_is_now() {
        let never = What::Clock {
            clock: Clock::Monotonic,
            at: u64::MAX,
            absolute: true,
        };
        let after = |at| What::Clock {
            clock: Clock::Realtime,
            at,
            absolute: false,
        };
        for (timeout, what) in [(0, never), (1, after(0)), (2, after(2))] {
            let mut wire = [0; layout::SIZE];
            wire[24..32].copy_from_slice(&u64::to_le_bytes(timeout));
            assert_eq!(Subscription::read(&wire, true).what, what, "{timeout}");
            let plain = Subscription::read(&wire, false).what;
            assert_eq!(plain, after(timeout), "{timeout}");
        }
        let mut wire = [0; layout::SIZE];
        wire[16] = 4; // no clock
        let what = Subscription::read(&wire, true).what;
        assert_eq!(what, What::Invalid(0, Errno::Inval));
    }
}
