//! `poll_oneoff` on few descriptors and on clocks.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::Readiness;

use crate::guest::{Guest, NONE, SIZE, TCP4, UDP4};

pub(crate) const READ: Readiness = Readiness {
    read: true,
    write: false,
    ending: false,
    urgent: false,
    error: false,
    hangup: false,
    invalid: false,
};
pub(crate) const WRITE: Readiness = Readiness {
    read: false,
    write: true,
    ..READ
};

/// Where the subscriptions are, and where the events go.
pub(crate) const SUBSCRIPTIONS: u64 = 0x100;
pub(crate) const EVENTS: u64 = 0x300;

pub(crate) type Subscription = [u8; 48];

/// Wait for a read (1) or a write (2) of a descriptor.
pub(crate) fn on(userdata: u64, tag: u8, fd: u64) -> Subscription {
    let mut bytes = [0; 48];
    bytes[..8].copy_from_slice(&userdata.to_le_bytes());
    bytes[8] = tag;
    bytes[16..20].copy_from_slice(&fd.to_le_bytes()[..4]);
    bytes
}

/// Wait for a clock.
pub(crate) fn clock(userdata: u64, id: u8, timeout: u64, absolute: bool) -> Subscription {
    let mut bytes = on(userdata, 0, id.into());
    bytes[24..32].copy_from_slice(&timeout.to_le_bytes());
    bytes[40] = absolute.into();
    bytes
}

/// An event: the userdata, the error, the tag, how many bytes, and the flags.
pub(crate) type Event = (u64, u16, u8, u64, u16);

/// Poll, and take the events. Beside them and their count nothing is written.
#[track_caller]
pub(crate) fn poll(guest: &mut Guest, subscriptions: &[Subscription]) -> Vec<Event> {
    for (at, subscription) in (0..).zip(subscriptions) {
        guest.put(SUBSCRIPTIONS + 48 * at, subscription);
    }
    let before = guest.memory.clone();
    let room = subscriptions.len();
    let args = [SUBSCRIPTIONS, EVENTS, room as u64, SIZE];
    guest.does("poll_oneoff", &args);
    let count = guest.word(SIZE) as usize;
    assert!(count <= room, "{count} events for {room} subscriptions");
    let end = 0x300 + 32 * count;
    assert!(guest.memory[..0x80] == before[..0x80]);
    assert!(guest.memory[0x84..0x300] == before[0x84..0x300]);
    assert!(guest.memory[end..] == before[end..]);
    (0..count as u64).map(|at| event(guest, at)).collect()
}

fn event(guest: &Guest, at: u64) -> Event {
    let at = EVENTS + 32 * at;
    let [tag] = guest.bytes(at + 10);
    (
        u64::from_le_bytes(guest.bytes(at)),
        u16::from_le_bytes(guest.bytes(at + 8)),
        tag,
        u64::from_le_bytes(guest.bytes(at + 16)),
        u16::from_le_bytes(guest.bytes(at + 24)),
    )
}

/// What the system was asked, without the questions for the time.
pub(crate) fn asked(guest: &Guest) -> Vec<String> {
    let mut asked = guest.script.transcript();
    asked.retain(|words| !words.starts_with("now "));
    asked
}

#[test]
fn to_poll_nothing_or_too_much_is_einval() {
    for count in [0, 131_137, u32::MAX] {
        let mut guest = Guest::default();
        let before = guest.memory.clone();
        let args = [SUBSCRIPTIONS, EVENTS, count.into(), SIZE];
        guest.refuses("poll_oneoff", &args, Errno::Inval);
        assert!(guest.memory == before);
        assert_eq!(guest.script.transcript(), [""; 0]);
    }
}

#[test]
fn two_subscriptions_of_one_descriptor_are_one_question_and_two_events() {
    let mut guest = Guest::default();
    let both = Readiness {
        write: true,
        ..READ
    };
    guest.script.make_ready("tcp4", both);
    let events = poll(&mut guest, &[on(7, 1, TCP4), on(8, 2, TCP4)]);
    assert_eq!(events, [(7, 0, 1, 5, 0), (8, 0, 2, 1, 0)]);
    assert_eq!(asked(&guest), ["poll [tcp4 rw] None", "readable tcp4"]);
}

#[test]
fn readiness_that_nobody_asked_for_is_no_event() {
    let mut guest = Guest::default();
    guest.script.answer("poll", [Ok(vec![WRITE; 9])]);
    let events = poll(&mut guest, &[on(7, 1, TCP4), clock(9, 1, 500, false)]);
    assert_eq!(events, [(9, 0, 0, 0, 0)]);
    let again = "poll [tcp4 r] Some(500ns)";
    assert_eq!(asked(&guest), [again, again]);
}

#[test]
fn errors_and_hangups_concern_every_subscription() {
    let error = Readiness {
        error: true,
        ..Readiness::default()
    };
    let hangup = Readiness {
        hangup: true,
        ..READ
    };
    for (readiness, wanted) in [
        (error, [(7, 29, 1, 0, 0), (8, 29, 2, 0, 0)]),
        (hangup, [(7, 0, 1, 5, 1), (8, 0, 2, 1, 1)]),
    ] {
        let mut guest = Guest::default();
        guest.script.make_ready("tcp4", readiness);
        let events = poll(&mut guest, &[on(7, 1, TCP4), on(8, 2, TCP4)]);
        assert_eq!(events, wanted);
    }
}

#[test]
fn what_is_wrong_with_one_subscription_is_the_error_of_its_event() {
    for (wrong, event) in [
        (on(7, 1, NONE), (7, Errno::Badf.number(), 1, 0, 0)),
        (on(7, 3, TCP4), (7, Errno::Inval.number(), 3, 0, 0)),
        (on(7, 255, TCP4), (7, Errno::Inval.number(), 255, 0, 0)),
        (clock(7, 2, 0, false), (7, Errno::Notsup.number(), 0, 0, 0)),
        (clock(7, 3, 0, true), (7, Errno::Notsup.number(), 0, 0, 0)),
        (clock(7, 4, 0, false), (7, Errno::Inval.number(), 0, 0, 0)),
    ] {
        let mut guest = Guest::default();
        let events = poll(&mut guest, &[wrong, on(8, 1, UDP4)]);
        assert_eq!(events, [event]);
        guest.script.make_ready("udp4", READ);
        let events = poll(&mut guest, &[wrong, on(8, 1, UDP4)]);
        assert_eq!(events, [event, (8, 0, 1, 5, 0)]);
    }
}

#[test]
fn a_descriptor_that_gave_up_the_right_to_be_polled_is_enotcapable_also_when_it_was_polled_before()
{
    for polled_before in [false, true] {
        let mut guest = Guest::default();
        guest.script.make_ready("udp4", READ);
        if polled_before {
            poll(&mut guest, &[on(7, 1, UDP4)]);
        }
        let left = iwasm_abi::wamr::rights::SOCKET_RIGHTS & !rights::POLL_FD_READWRITE;
        guest.does("fd_fdstat_set_rights", &[UDP4, left, 0]);
        let events = poll(&mut guest, &[on(7, 1, UDP4)]);
        assert_eq!(events, [(7, Errno::Notcapable.number(), 1, 0, 0)]);
    }
}

#[test]
fn a_clock_is_waited_for_from_now_on_or_until_a_moment_of_it() {
    const NOW: u64 = 1_700_000_000_000_000_000;
    let (mono, real) = (1, 0);
    for (subscription, waits) in [
        (clock(7, mono, 500, false), vec!["Some(500ns)"]),
        (clock(7, mono, 1_500, true), vec!["Some(500ns)"]),
        (clock(7, mono, 900, true), vec!["Some(0ns)"]),
        (clock(7, mono, 0, false), vec!["Some(0ns)"]),
        (clock(7, real, 500, false), vec!["Some(500ns)"]),
        (clock(7, real, NOW + 500, true), vec!["Some(500ns)"]),
        (clock(7, real, 0, true), vec!["Some(0ns)"]),
        // A clock that can be set is looked at once a second.
        (
            clock(7, real, NOW + 2_500_000_000, true),
            vec!["Some(1s)", "Some(1s)", "Some(500ms)"],
        ),
    ] {
        let mut guest = Guest::default();
        assert_eq!(poll(&mut guest, &[subscription]), [(7, 0, 0, 0, 0)]);
        let waits: Vec<_> = waits.iter().map(|wait| format!("poll [] {wait}")).collect();
        assert_eq!(asked(&guest), waits);
    }
}

#[test]
fn a_clock_that_is_set_while_one_sleeps_strikes_then_and_a_time_from_now_on_does_not_care() {
    const HOUR: u64 = 3_600_000_000_000;
    const NOW: u64 = 1_700_000_000_000_000_000;
    for (subscription, strikes) in [
        (clock(7, 0, NOW + HOUR, true), true),
        (clock(7, 0, HOUR, false), false),
    ] {
        let mut guest = Guest::default();
        let set = std::sync::Arc::clone(&guest.script);
        guest
            .script
            .once("poll", move || set.clocks().realtime += HOUR);
        let events = poll(&mut guest, &[subscription, clock(8, 1, 2 * HOUR, false)]);
        assert_eq!(events, [(7, 0, 0, 0, 0)]);
        let slept = guest.script.clocks().monotonic - 1_000;
        assert_eq!(slept < HOUR, strikes, "{slept}");
    }
}

#[test]
fn of_several_clocks_those_that_have_struck_are_told() {
    let mut guest = Guest::default();
    let subscriptions = [
        clock(1, 1, 900, false),
        clock(2, 0, 500, false),
        clock(3, 1, 1_500, true),
        clock(4, 1, u64::MAX, false),
    ];
    let events = poll(&mut guest, &subscriptions);
    assert_eq!(events, [(2, 0, 0, 0, 0), (3, 0, 0, 0, 0)]);
    assert_eq!(asked(&guest), ["poll [] Some(500ns)"]);
}

#[test]
fn a_descriptor_that_is_ready_comes_before_any_clock() {
    let mut guest = Guest::default();
    guest.script.make_ready("udp4", READ);
    let events = poll(&mut guest, &[clock(7, 1, 500, false), on(8, 1, UDP4)]);
    assert_eq!(events, [(8, 0, 1, 5, 0)]);
    assert_eq!(guest.script.clocks().monotonic, 1_000);
}

#[test]
fn a_clock_that_goes_back_makes_nobody_wait_less_or_panic() {
    let mut guest = Guest::default();
    let answers = [1_000_000, 5, 0, 2_000_000_u64];
    guest.script.answer("now", answers.map(Ok));
    let events = poll(&mut guest, &[clock(7, 1, 500, false)]);
    assert_eq!(events, [(7, 0, 0, 0, 0)]);
}

#[test]
fn a_poll_of_the_same_is_not_misled_by_a_descriptor_that_was_replaced() {
    let mut guest = Guest::default();
    guest.script.make_ready("udp4", READ);
    let subscription = [on(7, 1, UDP4), clock(8, 1, 500, false)];
    assert_eq!(poll(&mut guest, &subscription), [(7, 0, 1, 5, 0)]);
    guest.does("fd_renumber", &[TCP4, UDP4]);
    asked(&guest);
    assert_eq!(poll(&mut guest, &subscription), [(8, 0, 0, 0, 0)]);
    assert_eq!(asked(&guest), ["poll [tcp4 r] Some(500ns)"]);
    guest.does("fd_close", &[UDP4]);
    assert_eq!(poll(&mut guest, &subscription), [(7, 8, 1, 0, 0)]);
}
