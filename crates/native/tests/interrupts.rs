//! Whatever a thread is blocked in, another can end it.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use std::time::Duration;

use common::{apart, datagrams, interrupt, linux, listener, pair, read};
use iwasm_abi::Errno;
use iwasm_native::{Linux, SignalError};
use iwasm_net::{Family, Interest, Kernel, Kind, Readiness, Ready, Receive, Sending, Span};

#[test]
fn a_blocked_call_of_every_sort_is_interrupted() {
    type Call = Box<dyn FnOnce(&Linux) -> Result<(), Errno> + Send>;

    let linux = linux();
    let calls: [(&str, Call); 7] = [
        ("receive a message", {
            let (socket, _) = datagrams(&linux, Family::V4);
            Box::new(move |linux| read(linux, &socket, 8).map(drop))
        }),
        ("receive from a stream", {
            let (near, far) = pair(&linux);
            Box::new(move |linux| {
                let _far = far;
                read(linux, &near, 8).map(drop)
            })
        }),
        ("receive in several spans", {
            let (near, far) = pair(&linux);
            Box::new(move |linux| {
                let _far = far;
                let (mut one, mut two) = ([0], [0]);
                let into = [Span::of(&mut one), Span::of(&mut two)];
                linux.receive(&near, &into, Receive::default()).map(drop)
            })
        }),
        ("send to a peer that does not read", {
            let (near, far) = pair(&linux);
            Box::new(move |linux| {
                let _far = far;
                let mut bytes = vec![0; 1 << 16];
                loop {
                    linux.send(&near, &[Span::of(&mut bytes)], None, Sending::default())?;
                }
            })
        }),
        ("accept", {
            let (listener, _) = listener(&linux, Family::V4);
            Box::new(move |linux| linux.accept(&listener, false).map(drop))
        }),
        ("poll", {
            let (socket, _) = datagrams(&linux, Family::V4);
            Box::new(move |linux| linux.poll(&[(&socket, READ)], &mut [Readiness::default()], None))
        }),
        ("wait", {
            let (socket, _) = datagrams(&linux, Family::V4);
            Box::new(move |linux| {
                let poller = linux.poller()?;
                linux.watch(&poller, &socket, 1, READ)?;
                linux.wait(&poller, &mut [Ready::default()], LONG).map(drop)
            })
        }),
    ];
    for (name, call) in calls {
        let (thread, working) = apart(&linux, call);
        assert_eq!(
            interrupt(&linux, thread, working),
            Err(Errno::Intr),
            "{name}"
        );
    }
}

#[test]
fn a_connect_goes_on_where_it_was_interrupted() {
    let linux = linux();
    // Its queue is full with one connection more than its backlog: the next one is not answered yet.
    let full = linux.open(Family::V4, Kind::Stream).unwrap();
    linux.bind(&full, common::here(Family::V4)).unwrap();
    linux.listen(&full, 0).unwrap();
    let at = linux.local(&full).unwrap().inet().unwrap();
    let queued = linux.open(Family::V4, Kind::Stream).unwrap();
    linux.connect(&queued, at).unwrap();

    let late = linux.open(Family::V4, Kind::Stream).unwrap();
    let (thread, working) = apart(&linux, move |linux| {
        let mut interruptions = 0;
        loop {
            match linux.connect(&late, at) {
                Err(Errno::Intr) => interruptions += 1,
                done => return (done, interruptions, linux.remote(&late)),
            }
        }
    });
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(5));
        linux.interrupt(&thread);
    }
    linux.accept(&full, false).unwrap();
    let (done, interruptions, remote) = working.join().unwrap();
    assert_eq!((done, remote), (Ok(()), Ok(at.into())));
    assert!(interruptions > 0);
}

#[test]
fn another_signal_can_be_chosen_and_an_unfit_one_cannot() {
    let linux = Linux::with_signal(libc::SIGUSR2).unwrap();
    let (socket, _) = datagrams(&linux, Family::V4);
    let (thread, working) = apart(&linux, move |linux| read(linux, &socket, 8));
    assert_eq!(interrupt(&linux, thread, working), Err(Errno::Intr));

    let unfit = Linux::with_signal(libc::SIGTERM).unwrap_err();
    assert!(matches!(unfit, SignalError::Unfit(libc::SIGTERM)));
}

const READ: Interest = Interest::READ;

/// Not a whole number of milliseconds.
const LONG: Option<Duration> = Some(Duration::from_nanos(60_000_000_001));
