//! Threads that wait at addresses of the guest's memory, all on one scripted system.

#![allow(
    clippy::disallowed_methods,
    reason = "nothing tells that a thread waits by now"
)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Memory};

use crate::disk::Disk;
use crate::guest::Guest;

type Process = iwasm_wasi::Process<Disk>;

/// Wait in a memory of zeros. Each thread has its own here, for a wait is known by its address.
fn wait(process: &Process, at: u32, expected: u32, time: Option<Duration>) -> Result<bool, Fail> {
    let mut zeros = [0; 64];
    process.wait_at(Memory::exclusive(&mut zeros), at, expected, time)
}

/// Wake, at most so many at once, until so many were woken.
fn wake_until(process: &Process, at: u32, most: usize, woken: usize) {
    let mut left = woken;
    while left > 0 {
        left -= process.wake_at(at, most.min(left));
        thread::yield_now();
    }
}

#[test]
fn so_many_wake_as_were_woken_and_only_at_that_address() {
    let guest = Guest::default();
    let process = &*guest.process;
    let woken = AtomicU32::new(0);
    thread::scope(|scope| {
        for at in [8, 8, 8, 12] {
            let woken = &woken;
            scope.spawn(move || {
                assert_eq!(wait(process, at, 0, None), Ok(true));
                woken.fetch_add(1, Ordering::SeqCst);
            });
        }
        wake_until(process, 8, 1, 2);
        while woken.load(Ordering::SeqCst) < 2 {
            thread::yield_now();
        }
        thread::sleep(Duration::from_millis(5));
        assert_eq!(woken.load(Ordering::SeqCst), 2);
        wake_until(process, 8, usize::MAX, 1);
        wake_until(process, 12, usize::MAX, 1);
    });
    assert_eq!(process.wake_at(8, usize::MAX), 0);
}

#[test]
fn a_wake_is_never_lost_on_one_whose_time_is_over() {
    let guest = Guest::default();
    let process = &*guest.process;
    for round in 0..300 {
        let time = Duration::from_micros(round);
        let (given, taken) = thread::scope(|scope| {
            let waiting = scope.spawn(|| wait(process, 8, 0, Some(time)));
            thread::sleep(Duration::from_micros(150));
            (process.wake_at(8, 1), waiting.join().unwrap())
        });
        assert_eq!(taken, Ok(given == 1), "{round}");
    }
}

#[test]
fn the_end_of_the_guest_wakes_everybody_and_nobody_waits_after_it() {
    let guest = Guest::default();
    let process = &*guest.process;
    thread::scope(|scope| {
        for timeout in [None, Some(Duration::from_secs(3600)), None] {
            scope.spawn(move || {
                let end = wait(process, 8, 0, timeout);
                assert_eq!(end, Err(Fail::Stopped));
            });
        }
        thread::sleep(Duration::from_millis(5));
        process.end();
    });
    let end = wait(process, 8, 0, None);
    assert_eq!(end, Err(Fail::Stopped));
    assert_eq!(process.wake_at(8, usize::MAX), 0, "nobody is left");
}

#[test]
fn there_is_a_word_at_every_fourth_address_of_the_memory() {
    let guest = Guest::default();
    for (at, answer) in [
        (60, Ok(true)),
        (61, Err(Fail::Errno(Errno::Fault))),
        (64, Err(Fail::Errno(Errno::Fault))),
        (u32::MAX, Err(Fail::Errno(Errno::Fault))),
        (58, Err(Fail::Errno(Errno::Inval))),
    ] {
        let waited = wait(&guest.process, at, 1, None);
        assert_eq!(waited, answer, "{at}");
    }
}
