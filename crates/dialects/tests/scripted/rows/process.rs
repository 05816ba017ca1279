//! Arguments, environment, clocks, randomness, threads and the guest's end.

use iwasm_abi::Errno;
use iwasm_net::Fail;

use crate::guest::{DATA, DIR, FILE, MORE, ROOM, SIZE, UDP4};
use crate::row::Pointer::{Fills, Reads};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [lists(), clocks(), ends(), polls()].concat()
}

fn lists() -> Vec<Row> {
    vec![
        row("args_get", &[MORE, DATA])
            .writes(0, 8)
            .writes(1, 7)
            .wrote(MORE, &[0x40, 0, 0, 0, 0x44, 0, 0, 0])
            .wrote(DATA, b"app\0-x\0"),
        row("args_sizes_get", &[MORE, SIZE])
            .writes(0, 4)
            .writes(1, 4)
            .wrote(MORE, &[2, 0, 0, 0])
            .wrote(SIZE, &[7, 0, 0, 0]),
        row("environ_get", &[MORE, DATA])
            .writes(0, 4)
            .writes(1, 4)
            .wrote(MORE, &[0x40, 0, 0, 0])
            .wrote(DATA, b"K=v\0"),
        row("environ_sizes_get", &[MORE, SIZE])
            .writes(0, 4)
            .writes(1, 4)
            .wrote(MORE, &[1, 0, 0, 0])
            .wrote(SIZE, &[4, 0, 0, 0]),
    ]
}

fn clocks() -> Vec<Row> {
    vec![
        row("clock_res_get", &[1, SIZE])
            .writes(1, 8)
            .wrote(SIZE, &[1, 0, 0, 0, 0, 0, 0, 0])
            .asked(&["resolution Monotonic"]),
        row("clock_time_get", &[0, u64::MAX, SIZE])
            .writes(2, 8)
            .wrote(SIZE, &1_700_000_000_000_000_000_u64.to_le_bytes())
            .asked(&["now Realtime"]),
        row("clock_time_get", &[3, 0, SIZE])
            .writes(2, 8)
            .wrote(SIZE, &[7, 0, 0, 0, 0, 0, 0, 0])
            .asked(&["now Thread"]),
        row("random_get", &[DATA, 5])
            .points(Fills(0, 1, 1))
            .wrote(DATA, b"RRRRR")
            .asked(&["random 5"])
            .waits("random"),
        row("random_get", &[DATA, 0]).points(Fills(0, 1, 1)),
    ]
}

fn ends() -> Vec<Row> {
    let no_threads = -i32::from(Errno::Notsup.number());
    vec![
        row("proc_exit", &[3]).answers(Err(Fail::Exit(3))),
        row("proc_raise", &[6]).answers(Err(Fail::Abort("SIGABRT"))),
        row("proc_raise", &[0]),
        row("sched_yield", &[]).asked(&["yield_now"]),
        row("thread-spawn", &[5]).answers(Ok(no_threads.cast_unsigned())),
    ]
}

fn polls() -> Vec<Row> {
    let subscription = |userdata: u8, tag: u8, fd: u64| {
        let mut bytes = [0; 48];
        bytes[0] = userdata;
        bytes[8] = tag;
        bytes[16] = fd.to_le_bytes()[0];
        bytes
    };
    let event = |userdata: u8, error: u8, tag: u8, bytes: u8| {
        let mut event = [0; 32];
        event[0] = userdata;
        event[8] = error;
        event[10] = tag;
        event[16] = bytes;
        event
    };
    let poll = |name: &'static str, count: u64, size: usize| {
        row(name, &[ROOM, DATA, count, SIZE])
            .points(Reads(0, 48 * size))
            .points(Fills(1, 2, 32))
            .writes(3, 4)
    };
    let one = |name| {
        poll(name, 1, 1)
            .given(ROOM, &subscription(9, 1, UDP4))
            .wrote(DATA, &event(9, 0, 1, 5))
            .wrote(SIZE, &[1, 0, 0, 0])
            .asked(&["poll [udp4 r] None", "readable udp4"])
            .waits("poll")
    };
    vec![
        one("poll_oneoff"),
        one("epoll_oneoff"),
        // A file is always ready, and 9 bytes stand between position 11 and size 20.
        poll("poll_oneoff", 2, 2)
            .given(ROOM, &subscription(9, 1, FILE))
            .given(ROOM + 48, &subscription(8, 2, DIR))
            .wrote(DATA, &event(9, 0, 1, 9))
            .wrote(DATA + 32, &event(8, 0, 2, 1))
            .wrote(SIZE, &[2, 0, 0, 0])
            .asked(&["stat file", "seek file Current(0)", "poll [] Some(0ns)"]),
        poll("poll_oneoff", 1, 1)
            .given(ROOM, &subscription(9, 1, 99))
            .wrote(DATA, &event(9, 8, 1, 0))
            .wrote(SIZE, &[1, 0, 0, 0])
            .asked(&["poll [] Some(0ns)"]),
    ]
}
