//! Bounds on accept and connect, which WASIX's guests can set and systems do not have.

use std::sync::Arc;
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Readiness};

use crate::guest::{ADDR, DATA, Guest, ROOM, SIZE, TCP4, UNIX};
use crate::poll::{READ, WRITE};
use crate::rows::wasix::addr;

const CONNECT: &str = "wasix_32v1.sock_connect";
const ACCEPT: &str = "wasix_32v1.sock_accept_v2";
const STATUS: &str = "wasix_32v1.sock_status";
const SET_TIME: &str = "wasix_32v1.sock_set_opt_time";

/// A guest that waits for no more than 5 milliseconds, on a socket that waits.
fn patient(option: u64) -> Guest {
    let mut guest = patient_on(TCP4, option);
    guest.put(ADDR, &addr("10.0.0.2:80"));
    guest
}

fn patient_on(fd: u64, option: u64) -> Guest {
    let mut guest = Guest::default();
    guest.put(ROOM, &[1, 0, 0, 0, 0, 0, 0, 0]);
    guest.put(ROOM + 8, &5_000_000_u64.to_le_bytes());
    guest.does(SET_TIME, &[fd, option, ROOM]);
    guest.script.answer("nonblocking", [Ok(false)]);
    guest
}

const CONNECTING: u64 = 21;
const ACCEPTING: u64 = 22;

#[test]
fn an_accept_ends_when_its_time_is_over() {
    let mut guest = patient(ACCEPTING);
    let before = guest.memory.clone();
    guest.refuses(ACCEPT, &[TCP4, 0, SIZE, ROOM], Errno::Timedout);
    assert!(guest.memory == before);
    let asked = [
        "nonblocking tcp4",
        "now Monotonic",
        "now Monotonic",
        "poll [tcp4 r] Some(5ms)",
        "now Monotonic",
        "poll [tcp4 r] Some(0ns)",
    ];
    assert_eq!(guest.script.transcript(), asked);
}

#[test]
fn an_accept_that_another_thread_was_quicker_for_waits_on() {
    let mut guest = patient(ACCEPTING);
    let nothing = || Ok(vec![Readiness::default()]);
    guest.script.answer("poll", [Ok(vec![READ]), nothing()]);
    guest.script.make_ready("tcp4", READ);
    guest.does(ACCEPT, &[TCP4, 0, SIZE, ROOM]);
    let asked = guest.script.transcript();
    let polls = asked.iter().filter(|words| words.starts_with("poll"));
    assert_eq!(polls.count(), 4, "{asked:?}");
    assert_eq!(asked.last().expect("a call"), "accept tcp4");
}

#[test]
fn a_connect_ends_when_its_time_is_over_and_leaves_nothing_behind() {
    let mut guest = patient(CONNECTING);
    guest
        .script
        .answer("connect", [Err::<(), _>(Errno::Inprogress)]);
    guest.refuses(CONNECT, &[TCP4, ADDR], Errno::Timedout);
    let asked = [
        "nonblocking tcp4",
        "now Monotonic",
        "set_nonblocking tcp4 true",
        "connect tcp4 10.0.0.2:80",
        "now Monotonic",
        "poll [tcp4 w] Some(5ms)",
        "now Monotonic",
        "poll [tcp4 w] Some(0ns)",
        "shutdown tcp4 Both",
        "take_error tcp4",
        "set_nonblocking tcp4 false",
    ];
    assert_eq!(guest.script.transcript(), asked);
    guest.does(STATUS, &[TCP4, ROOM]);
    assert_eq!(guest.bytes(ROOM), [0], "it can connect anew");
}

#[test]
fn a_connect_within_its_time_ends_as_the_system_says() {
    for (error, answer) in [(None, 0), (Some(Errno::Connrefused), 14)] {
        let mut guest = patient(CONNECTING);
        guest
            .script
            .answer("connect", [Err::<(), _>(Errno::Inprogress)]);
        guest.script.answer("take_error", [Ok(error)]);
        guest.script.make_ready("tcp4", WRITE);
        assert_eq!(guest.call(CONNECT, &[TCP4, ADDR]), Ok(answer));
        let asked = guest.script.transcript();
        assert_eq!(asked.last().expect("a call"), "set_nonblocking tcp4 false");
        guest.does(STATUS, &[TCP4, ROOM]);
        assert_eq!(guest.bytes(ROOM), [u8::from(error.is_none())]);
    }
}

/// A guest that connects to a path within 5 milliseconds, on a socket whose sends may take so long.
fn queueing(limit: Option<Duration>) -> Guest {
    let mut guest = patient_on(UNIX, CONNECTING);
    guest.put(ADDR, b"\x03\0/run/a\0");
    guest.script.answer("limit", [Ok(limit)]);
    guest
}

#[test]
fn a_connect_to_a_path_without_room_ends_when_its_time_is_over() {
    let mut guest = queueing(None);
    guest
        .script
        .answer("connect_path", [Err::<(), _>(Errno::Again)]);
    guest.refuses(CONNECT, &[UNIX, ADDR], Errno::Timedout);
    let asked = [
        "nonblocking unix",
        "now Monotonic",
        "limit unix Send",
        "now Monotonic",
        "set_limit unix Send Some(5ms)",
        "connect_path unix /run/a",
        "set_limit unix Send None",
    ];
    assert_eq!(guest.script.transcript(), asked);
    guest.does(STATUS, &[UNIX, ROOM]);
    assert_eq!(guest.bytes(ROOM), [0], "it can connect anew");
}

#[test]
fn a_connect_to_a_path_waits_no_longer_than_its_sends() {
    let mut guest = queueing(Some(Duration::from_millis(2)));
    guest
        .script
        .answer("connect_path", [Err::<(), _>(Errno::Again)]);
    guest.refuses(CONNECT, &[UNIX, ADDR], Errno::Again);
    let asked = guest.script.transcript();
    let bounds: Vec<_> = asked
        .iter()
        .filter(|it| it.starts_with("set_limit"))
        .collect();
    assert_eq!(bounds, ["set_limit unix Send Some(2ms)"; 2]);
}

#[test]
fn an_interrupted_connect_to_a_path_waits_for_what_is_left() {
    let mut guest = queueing(None);
    guest
        .script
        .answer("connect_path", [Err::<(), _>(Errno::Intr)]);
    let script = Arc::clone(&guest.script);
    guest.script.once("connect_path", move || {
        script.clocks().monotonic += 2_000_000;
    });
    guest.does(CONNECT, &[UNIX, ADDR]);
    let asked = guest.script.transcript();
    let bounds: Vec<_> = asked
        .iter()
        .filter(|it| it.starts_with("set_limit"))
        .collect();
    let expected = [
        "set_limit unix Send Some(5ms)",
        "set_limit unix Send Some(3ms)",
        "set_limit unix Send None",
    ];
    assert_eq!(bounds, expected);
    guest.does(STATUS, &[UNIX, ROOM]);
    assert_eq!(guest.bytes(ROOM), [1]);
}

#[test]
fn a_connect_to_a_path_ends_with_the_guest_and_gives_the_limit_back() {
    let mut guest = queueing(None);
    let process = Arc::clone(&guest.process);
    guest
        .script
        .answer("connect_path", [Err::<(), _>(Errno::Intr)]);
    guest.script.once("connect_path", move || {
        process.net.stop.raise();
    });
    let end = guest.call(CONNECT, &[UNIX, ADDR]);
    assert_eq!(end, Err(Fail::Stopped));
    let asked = guest.script.transcript();
    assert_eq!(asked.last().expect("a call"), "set_limit unix Send None");
}

#[test]
fn a_guest_that_is_ended_waits_for_neither() {
    for (option, name, args) in [
        (ACCEPTING, ACCEPT, &[TCP4, 0, SIZE, ROOM][..]),
        (CONNECTING, CONNECT, &[TCP4, ADDR]),
    ] {
        let mut guest = patient(option);
        let process = Arc::clone(&guest.process);
        guest
            .script
            .answer("connect", [Err::<(), _>(Errno::Inprogress)]);
        guest.script.answer("poll", [Err::<(), _>(Errno::Intr)]);
        guest.script.once("poll", move || {
            process.net.stop.raise();
        });
        assert_eq!(guest.call(name, args), Err(Fail::Stopped), "{name}");
    }
}

#[test]
fn a_socket_that_does_not_wait_has_no_use_for_a_bound() {
    for (option, name, args, asks) in [
        (ACCEPTING, ACCEPT, &[TCP4, 0, SIZE, ROOM][..], "accept tcp4"),
        (
            CONNECTING,
            CONNECT,
            &[TCP4, ADDR],
            "connect tcp4 10.0.0.2:80",
        ),
    ] {
        let mut guest = patient(option);
        guest.script.answer("nonblocking", [Ok(true)]);
        // The first answer is the one that a patient guest's socket has.
        let net = guest.process.net.caller("test");
        let first = guest.process.table.get(4).expect("a socket");
        let handle = first.as_socket().expect("a socket").handle();
        assert_eq!(
            iwasm_net::Kernel::nonblocking(net.kernel(), handle),
            Ok(false)
        );
        guest.script.transcript();
        guest.does(name, args);
        assert_eq!(guest.script.transcript(), ["nonblocking tcp4", asks]);
    }
}

#[test]
fn bounds_are_told_as_they_were_set() {
    let mut guest = patient(ACCEPTING);
    let set: [u8; 16] = guest.bytes(ROOM);
    guest.does("wasix_32v1.sock_get_opt_time", &[TCP4, ACCEPTING, DATA]);
    assert_eq!(guest.bytes(DATA), set);
    guest.put(ROOM, &[0]);
    guest.does(SET_TIME, &[TCP4, ACCEPTING, ROOM]);
    guest.does("wasix_32v1.sock_get_opt_time", &[TCP4, ACCEPTING, DATA]);
    assert_eq!(guest.bytes(DATA), [0; 16]);
    guest.put(ROOM, &[2]);
    guest.refuses(SET_TIME, &[TCP4, ACCEPTING, ROOM], Errno::Inval);
}

#[test]
fn the_time_that_is_left_shrinks_with_each_interruption() {
    let mut guest = patient(ACCEPTING);
    let script = Arc::clone(&guest.script);
    guest.script.answer("poll", [Err::<(), _>(Errno::Intr)]);
    guest
        .script
        .once("poll", move || script.sleep(Some(Duration::from_millis(2))));
    guest.refuses(ACCEPT, &[TCP4, 0, SIZE, ROOM], Errno::Timedout);
    let asked = guest.script.transcript();
    let polls: Vec<_> = asked
        .iter()
        .filter(|words| words.starts_with("poll"))
        .collect();
    let left = [
        "poll [tcp4 r] Some(5ms)",
        "poll [tcp4 r] Some(3ms)",
        "poll [tcp4 r] Some(0ns)",
    ];
    assert_eq!(polls, left);
}
