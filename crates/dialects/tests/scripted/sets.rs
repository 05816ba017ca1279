//! WASIX's epoll objects on a scripted system: what the system is asked, and what a guest cannot do to it.

use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::{Fail, Family, Interest, Kind, Readiness, Ready};
use iwasm_wasi::{Asked, Change};

use crate::guest::{DIR, FILE, Guest, LEN, NEXT, NONE, SIZE, TCP4, UDP4};
use crate::poll::{READ, WRITE, asked};
use crate::traffic::{PLACE, Woken};

/// What a set is asked for, and what it tells: WASIX's bits.
const IN: u32 = 1;
const OUT: u32 = 2;
const ERR: u32 = 16;
const EDGE: u32 = 64;
const ONCE: u32 = 128;

/// What is done to a set.
const ADD: u64 = 0;
const MODIFY: u64 = 1;
const REMOVE: u64 = 2;

/// Where the event is that a set is given, and where those go that it tells.
const EVENT: u64 = 0x100;
const EVENTS: u64 = 0x200;

/// The set.
const SET: u64 = NEXT;

/// A guest with a set.
fn guest() -> Guest {
    let mut guest = Guest::default();
    guest.does("wasix_32v1.epoll_create", &[SIZE]);
    assert_eq!(u64::from(guest.word(SIZE)), SET);
    guest.script.transcript();
    guest
}

/// Change what is asked of a descriptor; its events carry the byte everywhere.
fn change(guest: &mut Guest, how: u64, fd: u64, events: u32, carried: u8) -> Result<u32, Fail> {
    let mut event = [carried; 32];
    event[..4].copy_from_slice(&events.to_le_bytes());
    guest.put(EVENT, &event);
    guest.call("wasix_32v1.epoll_ctl", &[SET, how, fd, EVENT])
}

#[track_caller]
fn changed(guest: &mut Guest, how: u64, fd: u64, events: u32, carried: u8) {
    assert_eq!(change(guest, how, fd, events, carried), Ok(0), "{fd}");
}

/// Wait so long: the events, and the byte that each carries. Nothing else is written.
#[track_caller]
fn wait(guest: &mut Guest, most: usize, nanoseconds: u64) -> Vec<(u32, u8)> {
    let before = guest.memory.clone();
    let args = [SET, EVENTS, most as u64, nanoseconds, SIZE];
    guest.does("wasix_32v1.epoll_wait", &args);
    let count = guest.word(SIZE) as usize;
    assert!(count <= most, "{count} of {most}");
    let end = 0x200 + 32 * count;
    assert!(guest.memory[0x84..0x200] == before[0x84..0x200]);
    assert!(guest.memory[end..] == before[end..]);
    let events = (0..count as u64).map(|at| {
        let at = EVENTS + 32 * at;
        let data: [u8; 24] = guest.bytes(at + 8);
        assert_eq!(guest.word(at + 4), 0, "padding");
        assert!(data.iter().all(|&byte| byte == data[0]));
        (guest.word(at), data[0])
    });
    events.collect()
}

fn told(place: u64, readiness: Readiness) -> Ready {
    Ready {
        token: PLACE + place,
        readiness,
    }
}

#[test]
fn the_system_is_asked_what_the_guest_asks_and_its_events_carry_what_the_guest_said() {
    let mut guest = guest();
    changed(&mut guest, ADD, UDP4, IN | EDGE, 7);
    changed(&mut guest, ADD, TCP4, IN | OUT | ONCE, 8);
    assert_eq!(asked(&guest), ["watch udp4 r edge", "watch tcp4 rw once"]);
    guest.script.make_ready("udp4", READ);
    guest.script.make_ready("tcp4", WRITE);
    assert_eq!(wait(&mut guest, 4, u64::MAX), [(IN, 7), (OUT, 8)]);
    assert_eq!(asked(&guest), ["wait None"]);
    changed(&mut guest, MODIFY, UDP4, OUT, 9);
    changed(&mut guest, REMOVE, UDP4, 0, 0);
    assert_eq!(asked(&guest), ["watch udp4 w", "unwatch udp4"]);
}

#[test]
fn bad_arguments_are_refused_before_anything_is_asked() {
    let mut guest = guest();
    let ctl = "wasix_32v1.epoll_ctl";
    for (args, errno) in [
        ([NONE, ADD, UDP4, EVENT], Errno::Badf),
        ([UDP4, ADD, TCP4, EVENT], Errno::Inval),
        ([SET, 3, UDP4, EVENT], Errno::Inval),
        ([SET, ADD, UDP4, 0], Errno::Inval),
        ([SET, ADD, UDP4, LEN as u64 - 31], Errno::Fault),
        ([SET, ADD, NONE, EVENT], Errno::Badf),
        ([SET, ADD, SET, EVENT], Errno::Inval),
        ([SET, ADD, FILE, EVENT], Errno::Perm),
        ([SET, ADD, DIR, EVENT], Errno::Perm),
        ([SET, MODIFY, UDP4, EVENT], Errno::Noent),
        ([SET, REMOVE, UDP4, EVENT], Errno::Noent),
    ] {
        guest.refuses(ctl, &args, errno);
    }
    let wait = "wasix_32v1.epoll_wait";
    for (args, errno) in [
        ([NONE, EVENTS, 1, 0, SIZE], Errno::Badf),
        ([UDP4, EVENTS, 1, 0, SIZE], Errno::Inval),
        ([SET, EVENTS, 0, 0, SIZE], Errno::Inval),
        ([SET, EVENTS, 1 << 31, 0, SIZE], Errno::Inval),
        ([SET, LEN as u64 - 31, 1, 0, SIZE], Errno::Fault),
        ([SET, EVENTS, 1024, 0, SIZE], Errno::Fault),
        ([SET, EVENTS, 1, 0, LEN as u64 - 3], Errno::Fault),
    ] {
        guest.refuses(wait, &args, errno);
    }
    assert_eq!(asked(&guest), [""; 0]);
}

#[test]
fn a_descriptor_without_the_right_to_be_polled_is_refused() {
    let mut guest = guest();
    let descriptor = guest.process.table.get(4).unwrap();
    let left = descriptor.rights() & !rights::POLL_FD_READWRITE;
    guest.does("fd_fdstat_set_rights", &[TCP4, left, 0]);
    let refused = Ok(Errno::Notcapable.number().into());
    assert_eq!(change(&mut guest, ADD, TCP4, IN, 7), refused);
    assert_eq!(asked(&guest), [""; 0]);
}

#[test]
fn a_set_in_a_poll_is_an_event_with_an_error() {
    use crate::poll::{on, poll};
    let mut guest = guest();
    let enotsup = Errno::Notsup.number();
    assert_eq!(poll(&mut guest, &[on(7, 1, SET)]), [(7, enotsup, 1, 0, 0)]);
}

#[test]
fn events_that_nobody_asked_for_are_not_believed() {
    let mut guest = guest();
    changed(&mut guest, ADD, UDP4, IN, 7);
    let unknown = Ready {
        token: 12345,
        readiness: READ,
    };
    let lies = Woken {
        ready: vec![unknown, told(0, WRITE)],
        told: usize::MAX,
    };
    guest.script.answer("wait", [Ok(lies)]);
    assert_eq!(wait(&mut guest, 4, 500), []);
    let error = Readiness {
        error: true,
        ..Readiness::default()
    };
    let again = Woken {
        ready: vec![told(0, error); 4],
        told: 9,
    };
    guest.script.answer("wait", [Ok(again)]);
    assert_eq!(wait(&mut guest, 4, 500), [(ERR, 7); 4]);
}

#[test]
fn what_is_for_one_time_is_told_to_one_of_those_who_hear_of_it() {
    let mut guest = guest();
    changed(&mut guest, ADD, UDP4, IN | ONCE, 7);
    // As two threads hear it that wait at once.
    let twice = Woken {
        ready: vec![told(0, READ), told(0, READ)],
        told: 2,
    };
    guest.script.answer("wait", [Ok(twice)]);
    assert_eq!(wait(&mut guest, 4, u64::MAX), [(IN, 7)]);
    assert_eq!(
        asked(&guest),
        ["watch udp4 r once", "wait None"],
        "the system is silent by itself"
    );
    changed(&mut guest, MODIFY, UDP4, IN | ONCE, 8);
    assert_eq!(asked(&guest), ["watch udp4 r once"]);
    changed(&mut guest, REMOVE, UDP4, 0, 0);
    assert_eq!(asked(&guest), ["unwatch udp4"]);
}

#[test]
fn two_numbers_of_one_thing_are_one_question_to_the_system_and_two_events() {
    let mut guest = guest();
    guest.does("wasix_32v1.fd_dup2", &[UDP4, 20, 0, SIZE]);
    changed(&mut guest, ADD, UDP4, IN | ONCE, 7);
    changed(&mut guest, ADD, 20, OUT | EDGE, 8);
    assert_eq!(asked(&guest), ["watch udp4 r once", "watch udp4 rw"]);
    let both = Readiness {
        write: true,
        ..READ
    };
    guest.script.make_ready("udp4", both);
    assert_eq!(wait(&mut guest, 4, u64::MAX), [(IN, 7), (OUT, 8)]);
    assert_eq!(asked(&guest), ["wait None", "watch udp4 w edge"]);
    changed(&mut guest, REMOVE, 20, 0, 0);
    assert_eq!(asked(&guest), ["unwatch udp4"]);
}

#[test]
fn what_has_no_room_is_told_the_next_time() {
    let mut guest = guest();
    guest.does("wasix_32v1.fd_dup2", &[UDP4, 20, 0, SIZE]);
    changed(&mut guest, ADD, UDP4, IN | EDGE, 7);
    changed(&mut guest, ADD, 20, IN | EDGE, 8);
    guest.script.transcript();
    guest.script.make_ready("udp4", READ);
    assert_eq!(wait(&mut guest, 1, u64::MAX), [(IN, 7)]);
    assert_eq!(asked(&guest), ["wait None", "watch udp4 r edge"], "anew");
}

#[test]
fn a_number_that_stands_for_something_else_is_forgotten() {
    let mut guest = guest();
    guest.does("wasix_32v1.fd_dup2", &[UDP4, 20, 0, SIZE]);
    changed(&mut guest, ADD, UDP4, IN, 7);
    changed(&mut guest, ADD, 20, OUT, 8);
    guest.does("fd_close", &[20]);
    guest.script.transcript();
    let both = Readiness {
        write: true,
        ..READ
    };
    guest.script.make_ready("udp4", both);
    assert_eq!(wait(&mut guest, 4, u64::MAX), [(IN, 7)]);
    assert_eq!(asked(&guest), ["wait None", "watch udp4 r"]);
    guest.does("fd_renumber", &[TCP4, UDP4]);
    assert_eq!(asked(&guest), ["close udp4"], "a set holds nothing open");
    assert_eq!(wait(&mut guest, 4, 500), []);
}

#[test]
fn a_thing_that_is_open_by_another_number_is_not_watched_for_what_is_forgotten() {
    for (beside, left) in [(None, "unwatch udp4"), (Some(IN), "watch udp4 r")] {
        let mut guest = guest();
        guest.does("wasix_32v1.fd_dup2", &[UDP4, 20, 0, SIZE]);
        changed(&mut guest, ADD, 20, OUT, 8);
        if let Some(events) = beside {
            changed(&mut guest, ADD, UDP4, events, 7);
        }
        guest.does("fd_close", &[20]);
        guest.script.transcript();
        // So many that the set looks for what is gone.
        for number in 0..64 {
            let socket = guest.socket(Family::V4, Kind::Datagram);
            changed(&mut guest, ADD, socket, IN, number);
        }
        let asked = asked(&guest);
        let of_it = asked
            .iter()
            .filter(|it| it.contains(" udp4") && !it.contains("udp4."));
        assert_eq!(of_it.collect::<Vec<_>>(), [left]);
    }
}

#[test]
fn an_interrupted_wait_is_taken_up_again_for_the_time_that_is_left() {
    let mut guest = guest();
    changed(&mut guest, ADD, UDP4, IN, 7);
    let script = Arc::clone(&guest.script);
    guest.script.once("wait", move || {
        script.clocks().monotonic += 200;
    });
    guest.script.answer("wait", [Err::<Woken, _>(Errno::Intr)]);
    guest.script.transcript();
    assert_eq!(wait(&mut guest, 4, 500), []);
    let waits = ["wait Some(500ns)", "wait Some(300ns)", "wait Some(0ns)"];
    assert_eq!(asked(&guest), waits);
}

#[test]
fn a_wait_ends_with_the_guest_and_writes_nothing() {
    let mut guest = guest();
    changed(&mut guest, ADD, UDP4, IN, 7);
    let process = Arc::clone(&guest.process);
    guest.script.once("wait", move || process.end());
    guest.script.answer("wait", [Err::<Woken, _>(Errno::Intr)]);
    let before = guest.memory.clone();
    let args = [SET, EVENTS, 4, u64::MAX, SIZE];
    let answer = guest.call("wasix_32v1.epoll_wait", &args);
    assert_eq!(answer, Err(Fail::Stopped));
    assert!(guest.memory == before);
}

#[test]
fn what_the_system_does_not_take_is_not_in_the_set() {
    let mut guest = guest();
    guest.script.answer("watch", [Err::<(), _>(Errno::Nomem)]);
    let refused = Ok(Errno::Nomem.number().into());
    assert_eq!(change(&mut guest, ADD, UDP4, IN, 7), refused);
    guest.refuses(
        "wasix_32v1.epoll_ctl",
        &[SET, REMOVE, UDP4, EVENT],
        Errno::Noent,
    );
}

/// Put a descriptor into a set, past the dialect: that is quicker.
fn add(guest: &Guest, set: u64, fd: u64) -> Result<(), Errno> {
    let number = |number: u64| u32::try_from(number).expect("a descriptor");
    let set = guest.process.table.get(number(set))?;
    let asked = Asked {
        interest: Interest::READ,
        data: [7; 24],
    };
    let done = set
        .as_epoll()?
        .change(&guest.process, number(fd), Change::Add(asked));
    guest.script.transcript();
    done
}

#[test]
fn a_guest_can_watch_131072_numbers_in_all_of_its_sets_and_what_is_closed_does_not_count() {
    let mut guest = guest();
    let sockets: Vec<_> = (0..125)
        .map(|_| guest.socket(Family::V4, Kind::Datagram))
        .collect();
    for _ in 0..1048 {
        guest.does("wasix_32v1.epoll_create", &[SIZE]);
        let set = guest.word(SIZE).into();
        for &socket in &sockets {
            assert_eq!(add(&guest, set, socket), Ok(()));
        }
    }
    for &socket in &sockets[..72] {
        assert_eq!(add(&guest, SET, socket), Ok(()));
    }
    assert_eq!(add(&guest, SET, UDP4), Err(Errno::Nospc));
    guest.does("wasix_32v1.epoll_ctl", &[SET, REMOVE, sockets[0], EVENT]);
    assert_eq!(add(&guest, SET, UDP4), Ok(()));
    assert_eq!(add(&guest, SET, TCP4), Err(Errno::Nospc));
    for socket in sockets {
        let number = u32::try_from(socket).expect("a descriptor");
        assert_eq!(guest.process.table.close(number), Ok(()));
    }
    assert_eq!(add(&guest, SET, TCP4), Ok(()));
}
