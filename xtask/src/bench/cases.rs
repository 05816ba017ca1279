//! What is compared, and what is to be reached.

/// How two numbers become one ratio.
#[derive(Clone, Copy)]
pub(crate) enum Compare {
    /// Times: guest by native, and less is better.
    Time,
    /// Work a second: guest by native, and more is better.
    Rate,
    /// Times: native by guest, so "times as fast", and more is better.
    Speedup,
}

/// One case of the program `bench`.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// Whether the other end is a process of its own.
    pub(crate) has_peer: bool,
    pub(crate) compare: Compare,
    pub(crate) target: f64,
    pub(crate) says: &'static str,
}

use Compare::{Rate, Speedup, Time};

const fn case(
    name: &'static str,
    has_peer: bool,
    compare: Compare,
    target: f64,
    says: &'static str,
) -> Case {
    Case {
        name,
        has_peer,
        compare,
        target,
        says,
    }
}

#[rustfmt::skip]
pub(crate) const CASES: [Case; 14] = [
    case("self-1", false, Time, 1.04, "TCP round trip of 1 byte, both ends in one process"),
    case("self-1k", false, Time, 1.04, "TCP round trip of 1 KiB, both ends in one process"),
    case("echo-1", true, Time, 1.04, "TCP round trip of 1 byte with a native peer"),
    case("echo-1k", true, Time, 1.04, "TCP round trip of 1 KiB with a native peer"),
    case("up-4k", true, Rate, 0.95, "bulk to a native peer, 4 KiB a call"),
    case("up-64k", true, Rate, 0.98, "bulk to a native peer, 64 KiB a call"),
    case("down-4k", true, Rate, 0.95, "bulk from a native peer, 4 KiB a call"),
    case("down-64k", true, Rate, 0.98, "bulk from a native peer, 64 KiB a call"),
    case("connect", false, Rate, 0.97, "connections a second"),
    case("udp-1", false, Rate, 0.85, "datagrams a second, one by one"),
    case("udp-32", false, Rate, 0.85, "datagrams a second, in bursts of 32"),
    case("poll-100", true, Speedup, 1.0, "one active among 100 idle under poll()"),
    case("poll-1000", true, Speedup, 5.0, "one active among 1000 idle under poll()"),
    case("poll-5000", true, Speedup, 15.0, "one active among 5000 idle under poll()"),
];

impl Compare {
    pub(crate) fn ratio(self, native: f64, guest: f64) -> f64 {
        match self {
            Time | Rate => guest / native,
            Speedup => native / guest,
        }
    }

    /// What one unit of the work costs, of a number that may be a rate.
    pub(crate) fn cost(self, number: f64) -> f64 {
        match self {
            Time | Speedup => number,
            Rate => 1.0 / number,
        }
    }

    pub(crate) fn reached(self, ratio: f64, target: f64) -> bool {
        match self {
            Time => ratio <= target,
            Rate | Speedup => ratio >= target,
        }
    }

    pub(crate) fn bound(self) -> &'static str {
        match self {
            Time => "at most",
            Rate | Speedup => "at least",
        }
    }
}

impl Case {
    /// How many descriptors a process has to be allowed: one an idle connection, and some.
    pub(crate) fn descriptors(&self) -> usize {
        let idle = self
            .name
            .strip_prefix("poll-")
            .and_then(|idle| idle.parse::<usize>().ok());
        idle.map_or(0, |idle| idle + 64)
    }
}
