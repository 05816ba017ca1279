//! `poll_oneoff` on many descriptors: the system keeps a set of them, and is told of differences alone.

use iwasm_abi::Errno;
use iwasm_net::{Family, Kind, Readiness, Ready};

use crate::guest::{Guest, NEXT};
use crate::poll::{READ, Subscription, WRITE, asked, clock, on, poll};
use crate::traffic::{PLACE, Woken};

/// A guest with six more datagram sockets, numbers 8 to 13: `udp4.2` to `udp4.7`.
fn guest() -> Guest {
    let guest = Guest::default();
    for number in NEXT..NEXT + 6 {
        assert_eq!(guest.socket(Family::V4, Kind::Datagram), number);
    }
    guest.script.make_ready("udp4.3", READ);
    guest.script.transcript();
    guest
}

/// Wait for a read of each of the six, with userdata from `userdata` on.
fn six(userdata: u64) -> Vec<Subscription> {
    (0..6).map(|at| on(userdata + at, 1, NEXT + at)).collect()
}

/// A guest that has polled the six.
fn polled() -> Guest {
    let mut guest = guest();
    assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
    guest.script.transcript();
    guest
}

#[test]
fn the_set_is_filled_once_and_then_only_waited_for() {
    let mut guest = guest();
    assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
    let first = [
        "poller",
        "watch udp4.2 r",
        "watch udp4.3 r",
        "watch udp4.4 r",
        "watch udp4.5 r",
        "watch udp4.6 r",
        "watch udp4.7 r",
        "wait None",
        "readable udp4.3",
    ];
    assert_eq!(asked(&guest), first);
    assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
    assert_eq!(asked(&guest), ["wait None", "readable udp4.3"]);
}

#[test]
fn other_userdata_or_clocks_are_nothing_to_the_system() {
    let mut guest = polled();
    assert_eq!(poll(&mut guest, &six(70)), [(71, 0, 1, 5, 0)]);
    assert_eq!(asked(&guest), ["wait None", "readable udp4.3"]);
    for timeout in [500, 600] {
        let mut with_clock = six(0);
        with_clock.push(clock(9, 1, timeout, false));
        assert_eq!(poll(&mut guest, &with_clock), [(1, 0, 1, 5, 0)]);
        let wait = format!("wait Some({timeout}ns)");
        assert_eq!(asked(&guest), [&wait, "readable udp4.3"]);
    }
}

#[test]
fn only_what_changed_is_told() {
    let mut guest = polled();
    let mut other = six(0);
    other[3] = on(3, 2, NEXT + 3);
    poll(&mut guest, &other);
    assert_eq!(
        asked(&guest),
        ["watch udp4.5 w", "wait None", "readable udp4.3"]
    );
    other.push(on(6, 1, NEXT + 3));
    poll(&mut guest, &other);
    assert_eq!(
        asked(&guest),
        ["watch udp4.5 rw", "wait None", "readable udp4.3"]
    );
    other.truncate(5);
    poll(&mut guest, &other);
    assert_eq!(
        asked(&guest),
        [
            "watch udp4.5 w",
            "unwatch udp4.7",
            "wait None",
            "readable udp4.3"
        ]
    );
}

#[test]
fn a_poll_of_few_in_between_leaves_the_set_as_it_is() {
    let mut guest = polled();
    poll(&mut guest, &six(0)[..2]);
    let few = ["poll [udp4.2 r, udp4.3 r] None", "readable udp4.3"];
    assert_eq!(asked(&guest), few);
    assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
    assert_eq!(asked(&guest), ["wait None", "readable udp4.3"]);
}

#[test]
fn a_number_that_was_closed_and_opened_again_is_watched_anew() {
    let mut guest = polled();
    guest.does("fd_close", &[NEXT + 1]);
    assert_eq!(guest.socket(Family::V6, Kind::Stream), NEXT + 1);
    guest.script.make_ready("tcp6.2", READ);
    guest.script.transcript();
    assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
    let asked = asked(&guest);
    assert_eq!(
        asked,
        ["watch tcp6.2 r", "wait None", "readable tcp6.2"],
        "what is closed leaves the set by itself"
    );
}

#[test]
fn a_number_that_was_closed_is_ebadf_until_it_is_opened_again() {
    let mut guest = polled();
    guest.does("fd_close", &[NEXT + 1]);
    assert_eq!(poll(&mut guest, &six(0)), [(1, 8, 1, 0, 0)]);
    guest.socket(Family::V6, Kind::Stream);
    guest.script.make_ready("udp4.2", READ);
    assert_eq!(poll(&mut guest, &six(0)), [(0, 0, 1, 5, 0)]);
}

#[test]
fn what_is_polled_does_not_stay_open_for_that() {
    let mut guest = polled();
    guest.does("fd_close", &[NEXT + 1]);
    assert_eq!(asked(&guest), ["close udp4.3"]);
}

fn ready(place: u64, readiness: Readiness) -> Ready {
    Ready {
        token: PLACE + place,
        readiness,
    }
}

#[test]
fn events_that_come_twice_do_not_overflow_the_guests_array() {
    for told in [6, 7, 50, usize::MAX] {
        let mut guest = polled();
        let twice = Woken {
            ready: vec![ready(2, READ); 50],
            told,
        };
        guest.script.answer("wait", [Ok(twice)]);
        let events = poll(&mut guest, &six(0));
        assert_eq!(events, [(2, 0, 1, 5, 0); 6], "told {told}");
    }
}

#[test]
fn a_handle_that_is_named_again_and_again_has_no_more_events_than_there_is_room_for() {
    let mut guest = polled();
    let mut seven = six(0);
    seven.push(on(6, 2, NEXT + 2));
    let both = Readiness {
        write: true,
        ..READ
    };
    let again = Woken {
        ready: vec![ready(2, both); 6],
        told: 6,
    };
    guest.script.answer("wait", [Ok(again)]);
    assert_eq!(poll(&mut guest, &seven).len(), 7);
}

#[test]
fn events_that_the_system_claims_and_does_not_write_are_none() {
    let mut guest = polled();
    let claims = Woken {
        ready: vec![],
        told: usize::MAX,
    };
    // What was there from the wait before is stale, but names what the guest asked for.
    guest.script.answer("wait", [Ok(claims)]);
    assert!(poll(&mut guest, &six(0)).len() <= 6);
}

#[test]
fn tokens_and_readiness_that_nobody_asked_for_are_no_events() {
    let mut guest = polled();
    let nothing = Readiness::default();
    let strange = vec![ready(99, READ), ready(0, WRITE), ready(1, nothing)];
    let told = strange.len();
    let woken = Woken {
        ready: strange,
        told,
    };
    guest.script.answer("wait", [Ok(woken)]);
    assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
    assert_eq!(asked(&guest), ["wait None", "wait None", "readable udp4.3"]);
}

#[test]
fn a_handle_that_was_taken_out_names_nobody_any_more() {
    let mut guest = polled();
    let mut five = six(0);
    five.remove(1);
    guest.script.make_ready("udp4.7", READ);
    guest.script.answer("unwatch", [Err::<(), _>(Errno::Noent)]);
    assert_eq!(poll(&mut guest, &five), [(5, 0, 1, 5, 0)]);
}

#[test]
fn what_cannot_be_waited_for_is_always_ready() {
    let mut guest = guest();
    guest.script.answer("watch", [Err::<(), _>(Errno::Perm)]);
    let events = poll(&mut guest, &six(0));
    assert_eq!(events, [(0, 0, 1, 1, 0), (1, 0, 1, 5, 0)]);
}

#[test]
fn a_set_that_could_not_be_filled_is_begun_anew() {
    for call in ["poller", "watch"] {
        let mut guest = guest();
        for (at, subscription) in (0..).zip(six(0)) {
            guest.put(0x100 + 48 * at, &subscription);
        }
        guest.script.answer(call, [Err::<(), _>(Errno::Nomem)]);
        let before = guest.memory.clone();
        guest.refuses("poll_oneoff", &[0x100, 0x300, 6, 0x80], Errno::Nomem);
        assert!(guest.memory == before);
        guest.script.transcript();
        assert_eq!(poll(&mut guest, &six(0)), [(1, 0, 1, 5, 0)]);
        let asked = asked(&guest);
        assert_eq!((asked.len(), asked[0].as_str()), (9, "poller"), "{call}");
    }
}
