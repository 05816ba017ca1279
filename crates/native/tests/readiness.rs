//! What a handle is ready for is the same by one question as in a kept set.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::{Duration, Instant};

use common::{datagrams, linux, listener, pair, send};
use iwasm_abi::Errno;
use iwasm_native::{Handle, Linux};
use iwasm_net::{Family, Interest, Kernel, Kind, Readiness, Ready, Shutdown};

const NEITHER: Interest = Interest::NOTHING;
const READ: Interest = Interest::READ;
const WRITE: Interest = Interest::WRITE;
const BOTH: Interest = Interest {
    read: true,
    ..WRITE
};

#[test]
fn a_question_and_a_set_say_the_same_of_every_state() {
    let linux = linux();
    for (name, state, expected) in states(&linux) {
        let expected = readiness(expected);
        for interest in [READ, WRITE, BOTH, NEITHER] {
            let asked = expected.masked(interest);
            assert_eq!(
                by_poll(&linux, &state.handle, interest),
                asked,
                "{name}, {interest:?}"
            );
            assert_eq!(
                by_set(&linux, &state.handle, interest),
                asked,
                "{name}, {interest:?}"
            );
        }
    }
}

#[test]
fn a_wait_lasts_as_long_as_was_asked_also_below_a_millisecond() {
    let linux = linux();
    let (socket, _) = datagrams(&linux, Family::V4);
    let poller = linux.poller().unwrap();
    linux.watch(&poller, &socket, 1, READ).unwrap();
    for wait in [Duration::from_micros(300), Duration::from_millis(20)] {
        let begun = Instant::now();
        let mut ready = [Readiness::default()];
        linux
            .poll(&[(&socket, READ)], &mut ready, Some(wait))
            .unwrap();
        assert!(begun.elapsed() >= wait && !ready[0].any(), "poll {wait:?}");

        let begun = Instant::now();
        let count = linux
            .wait(&poller, &mut [Ready::default(); 4], Some(wait))
            .unwrap();
        assert!(begun.elapsed() >= wait && count == 0, "wait {wait:?}");
    }
    linux
        .poll(&[], &mut [], Some(Duration::from_micros(1)))
        .unwrap();
}

#[test]
fn a_wait_ends_when_something_comes() {
    let linux = linux();
    let (near, far) = pair(&linux);
    let poller = linux.poller().unwrap();
    linux.watch(&poller, &far, 7, READ).unwrap();
    let sending = thread::spawn({
        let linux = linux.clone();
        move || {
            thread::sleep(Duration::from_millis(20));
            send(&linux, &near, b"a", None).unwrap();
            near
        }
    });
    let mut ready = [Ready::default(); 4];
    assert_eq!(linux.wait(&poller, &mut ready, None), Ok(1));
    assert_eq!((ready[0].token, ready[0].readiness), (7, readiness("r")));
    let _near = sending.join().unwrap();
}

#[test]
fn a_set_keeps_what_was_last_asked_of_a_handle() {
    let linux = linux();
    let (socket, _) = datagrams(&linux, Family::V4);
    let poller = linux.poller().unwrap();
    let now = Some(Duration::ZERO);
    let mut ready = [Ready::default(); 4];
    linux.watch(&poller, &socket, 1, READ).unwrap();
    assert_eq!(linux.wait(&poller, &mut ready, now), Ok(0));
    linux.watch(&poller, &socket, 2, BOTH).unwrap();
    for _ in 0..2 {
        assert_eq!(
            linux.wait(&poller, &mut ready, now),
            Ok(1),
            "as long as it is so"
        );
        assert_eq!((ready[0].token, ready[0].readiness), (2, readiness("w")));
    }
    for _ in 0..2 {
        linux.unwatch(&poller, &socket).unwrap();
    }
    assert_eq!(linux.wait(&poller, &mut ready, now), Ok(0));
    linux.watch(&poller, &socket, 3, WRITE).unwrap();
    assert_eq!(linux.wait(&poller, &mut ready, now), Ok(1));
    drop(socket);
    assert_eq!(
        linux.wait(&poller, &mut ready, now),
        Ok(0),
        "a closed handle has left"
    );
}

#[test]
fn a_closed_handle_has_left_also_where_others_hold_what_it_stood_for() {
    let linux = linux();
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"a").unwrap();
    let ours = Handle::from(OwnedFd::from(reader.try_clone().unwrap()));
    let sets = [linux.poller().unwrap(), linux.poller().unwrap()];
    for (set, interest) in [(0, READ), (1, READ), (0, BOTH)] {
        linux.watch(&sets[set], &ours, 7, interest).unwrap();
    }
    let told = |set| linux.wait(set, &mut [Ready::default(); 2], Some(Duration::ZERO));
    assert_eq!(sets.each_ref().map(told), [Ok(1); 2]);
    drop(ours);
    assert_eq!(sets.each_ref().map(told), [Ok(0); 2]);
}

#[test]
fn more_that_is_ready_than_there_is_room_for_comes_next_time() {
    let linux = linux();
    let sockets: Vec<_> = (0..5).map(|_| datagrams(&linux, Family::V4).0).collect();
    let poller = linux.poller().unwrap();
    for (token, socket) in (0..).zip(&sockets) {
        linux.watch(&poller, socket, token, WRITE).unwrap();
    }
    let mut seen = [false; 5];
    for _ in 0..4 {
        let mut ready = [Ready::default(); 2];
        assert_eq!(linux.wait(&poller, &mut ready, None), Ok(2));
        for ready in ready {
            seen[usize::try_from(ready.token).unwrap()] = true;
        }
    }
    assert_eq!(seen, [true; 5]);
    assert_eq!(
        linux.wait(&poller, &mut [], None),
        Err(Errno::Inval),
        "no room at all"
    );
}

#[test]
fn a_file_is_always_ready_and_not_to_be_watched() {
    let linux = linux();
    let file = Handle::from(OwnedFd::from(File::open("/proc/self/exe").unwrap()));
    let poller = linux.poller().unwrap();
    assert_eq!(linux.watch(&poller, &file, 1, READ), Err(Errno::Perm));
    assert_eq!(by_poll(&linux, &file, BOTH), readiness("rw"));
}

#[test]
fn what_is_readable_is_counted() {
    let linux = linux();
    let (near, far) = pair(&linux);
    assert_eq!(linux.readable(&far), Ok(0));
    send(&linux, &near, b"abc", None).unwrap();
    by_poll(&linux, &far, READ);
    assert_eq!(linux.readable(&far), Ok(3));

    let ((near, _), (far, to)) = (datagrams(&linux, Family::V4), datagrams(&linux, Family::V4));
    send(&linux, &near, b"abcd", Some(to)).unwrap();
    send(&linux, &near, b"ef", Some(to)).unwrap();
    assert_eq!(linux.readable(&far), Ok(4), "the first message");

    let (listening, _) = listener(&linux, Family::V4);
    assert_eq!(linux.readable(&listening), Ok(1));
}

/// A handle in some state, and what must live on for it to stay so.
struct State {
    handle: Handle,
    _others: Vec<Handle>,
}

/// States, and what they are ready for: `r`ead, `w`rite, `e`rror, `h`angup.
fn states(linux: &Linux) -> Vec<(&'static str, State, &'static str)> {
    let state = |handle, others| State {
        handle,
        _others: others,
    };
    let mut states = Vec::new();

    let (socket, _) = datagrams(linux, Family::V4);
    states.push(("an idle datagram socket", state(socket, vec![]), "w"));

    let ((near, _), (far, to)) = (datagrams(linux, Family::V4), datagrams(linux, Family::V4));
    send(linux, &near, b"", Some(to)).unwrap();
    states.push(("a message of nothing waits", state(far, vec![near]), "rw"));

    let (idle, _) = listener(linux, Family::V4);
    states.push(("a listener", state(idle, vec![]), ""));

    let (busy, at) = listener(linux, Family::V4);
    let near = linux.open(Family::V4, Kind::Stream).unwrap();
    linux.connect(&near, at).unwrap();
    states.push(("a listener with a connection", state(busy, vec![near]), "r"));

    let unconnected = linux.open(Family::V4, Kind::Stream).unwrap();
    states.push(("an unconnected stream", state(unconnected, vec![]), "wh"));

    let (near, far) = pair(linux);
    states.push(("a connection", state(near, vec![far]), "w"));

    let (near, far) = pair(linux);
    send(linux, &near, b"a", None).unwrap();
    states.push(("a connection with data", state(far, vec![near]), "rw"));

    let (near, far) = pair(linux);
    linux.shutdown(&near, Shutdown::Write).unwrap();
    states.push(("the peer sends no more", state(far, vec![near]), "rw"));

    let (near, far) = pair(linux);
    linux.shutdown(&near, Shutdown::Both).unwrap();
    linux.shutdown(&far, Shutdown::Both).unwrap();
    states.push(("both sides have ended", state(near, vec![far]), "rwh"));

    let (near, far) = pair(linux);
    linux.set_linger(&far, Some(0)).unwrap();
    drop(far);
    states.push(("the peer broke off", state(near, vec![]), "rweh"));

    let (reader, writer) = std::io::pipe().unwrap();
    let (reader, writer) = (Handle::from(OwnedFd::from(reader)), OwnedFd::from(writer));
    states.push(("an empty pipe", state(reader, vec![writer.into()]), ""));

    let (reader, writer) = std::io::pipe().unwrap();
    drop(writer);
    states.push((
        "a pipe without a writer",
        state(OwnedFd::from(reader).into(), vec![]),
        "h",
    ));

    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    states.push((
        "a pipe without a reader",
        state(OwnedFd::from(writer).into(), vec![]),
        "we",
    ));

    // What was sent over loopback is there by now, but the other end's answers may be on their way.
    thread::sleep(Duration::from_millis(20));
    states
}

fn readiness(letters: &str) -> Readiness {
    Readiness {
        read: letters.contains('r'),
        write: letters.contains('w'),
        error: letters.contains('e'),
        hangup: letters.contains('h'),
        ..Readiness::default()
    }
}

fn by_poll(linux: &Linux, handle: &Handle, interest: Interest) -> Readiness {
    let mut ready = [Readiness {
        invalid: true,
        ..Readiness::default()
    }];
    linux
        .poll(&[(handle, interest)], &mut ready, Some(Duration::ZERO))
        .unwrap();
    ready[0]
}

fn by_set(linux: &Linux, handle: &Handle, interest: Interest) -> Readiness {
    let poller = linux.poller().unwrap();
    let mut ready = [Ready::default(); 2];
    linux.watch(&poller, handle, 99, interest).unwrap();
    let count = linux
        .wait(&poller, &mut ready, Some(Duration::ZERO))
        .unwrap();
    let came: Vec<_> = ready[..count]
        .iter()
        .map(|ready| (ready.token, ready.readiness))
        .collect();
    match came[..] {
        [] => Readiness::default(),
        [(99, readiness)] => readiness,
        _ => panic!("one handle, but {came:?}"),
    }
}
