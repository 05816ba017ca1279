//! WASIX's functions for all that is no socket.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::Fail;

use crate::guest::{DATA, DIR, FILE, MORE, NEXT, NONE, ROOM, SIZE, TCP4, TEXT, UDP4};
use crate::row::Pointer::{Path, Takes};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [
        numbers(),
        files(),
        places(),
        sets(),
        threads(),
        waits(),
        processes(),
        missing(),
    ]
    .concat()
}

fn numbers() -> Vec<Row> {
    let next = &NEXT.to_le_bytes()[..4];
    vec![
        row("wasix_32v1.fd_dup", &[FILE, SIZE])
            .fd(0)
            .writes(1, 4)
            .wrote(SIZE, next),
        row("wasix_32v1.fd_dup2", &[TCP4, 20, 1, SIZE])
            .fd(0)
            .writes(3, 4)
            .wrote(SIZE, &[20, 0, 0, 0]),
        row("wasix_32v1.fd_fdflags_get", &[FILE, SIZE])
            .fd(0)
            .writes(1, 2)
            .wrote(SIZE, &[0, 0]),
        row("wasix_32v1.fd_fdflags_set", &[FILE, 1]).fd(0),
    ]
}

fn files() -> Vec<Row> {
    let next = &NEXT.to_le_bytes()[..4];
    let open = [DIR, 1, TEXT, 3, 0, rights::FD_READ, 0, 0, 1, SIZE];
    vec![
        row("wasix_32v1.fd_pipe", &[SIZE, MORE])
            .writes(0, 4)
            .writes(1, 4)
            .wrote(SIZE, next)
            .wrote(MORE, &(NEXT + 1).to_le_bytes()[..4])
            .asked(&["pipe"])
            .waits("pipe"),
        row("wasix_32v1.fd_event", &[3, 5, SIZE])
            .writes(2, 4)
            .wrote(SIZE, next)
            .asked(&["counter 3 one at a time", "set_flags counter"])
            .waits("counter"),
        row("wasix_32v1.fd_event", &[0, 0, SIZE])
            .writes(2, 4)
            .wrote(SIZE, next)
            .asked(&["counter 0"]),
        row("wasix_32v1.path_open2", &open)
            .fd(0)
            .wrong(FILE, Errno::Notdir)
            .wrong(UDP4, Errno::Notdir)
            .rights(rights::PATH_OPEN)
            .given(TEXT, b"a/b")
            .points(Takes(2, 3))
            .writes(9, 4)
            .wrote(SIZE, next)
            .asked(&["open_at dir `a/b` follow read"])
            .waits("open_at"),
    ]
}

fn places() -> Vec<Row> {
    let chdir = |path: &'static str| {
        row("wasix_32v1.chdir", &[TEXT, path.len() as u64])
            .given(TEXT, path.as_bytes())
            .points(Takes(0, 1))
    };
    let mut terminal = [0; 24];
    (terminal[0], terminal[4]) = (80, 25);
    terminal[19..22].fill(1);
    let asked = &["terminal stdin", "terminal stdout", "terminal file"];
    vec![
        row("wasix_32v1.getcwd", &[ROOM, SIZE])
            .given(SIZE, &[2, 0, 0, 0])
            .points(Path(0))
            .writes(1, 4)
            .wrote(ROOM, b"/\0")
            .wrote(SIZE, &[1, 0, 0, 0]),
        chdir("data"),
        chdir("/data/x")
            .answers(Ok(Errno::Notdir.number().into()))
            .asked(&["stat_at dir `x` follow"])
            .waits("stat_at"),
        row("wasix_32v1.tty_get", &[ROOM])
            .writes(0, 24)
            .wrote(ROOM, &terminal)
            .asked(asked),
        row("wasix_32v1.tty_set", &[ROOM])
            .reads(0, 24)
            .given(ROOM, &terminal)
            .asked(asked),
        row("wasix_32v1.clock_time_set", &[0, 5]).answers(Ok(Errno::Perm.number().into())),
    ]
}

/// What needs a set is tested where there is one.
fn sets() -> Vec<Row> {
    let no_set = Ok(Errno::Inval.number().into());
    vec![
        row("wasix_32v1.epoll_create", &[SIZE])
            .writes(0, 4)
            .wrote(SIZE, &NEXT.to_le_bytes()[..4])
            .asked(&["poller"]),
        row("wasix_32v1.epoll_ctl", &[TCP4, 0, UDP4, ROOM])
            .fd(0)
            .answers(no_set),
        row("wasix_32v1.epoll_wait", &[TCP4, ROOM, 1, 0, SIZE])
            .fd(0)
            .answers(no_set),
    ]
}

fn threads() -> Vec<Row> {
    let nobody = Ok(Errno::Notsup.number().into());
    let spawn = |name| {
        row(name, &[ROOM, SIZE])
            .reads(0, 64)
            .writes(1, 4)
            .answers(nobody)
    };
    vec![
        spawn("wasix_32v1.thread_spawn"),
        spawn("wasix_32v1.thread_spawn_v2"),
        row("wasix_32v1.thread_sleep", &[5])
            .asked(&[
                "now Monotonic",
                "now Monotonic",
                "poll [] Some(5ns)",
                "now Monotonic",
            ])
            .waits("poll"),
        row("wasix_32v1.thread_sleep", &[0]).asked(&["yield_now"]),
        row("wasix_32v1.thread_id", &[SIZE])
            .writes(0, 4)
            .wrote(SIZE, &[1, 0, 0, 0]),
        row("wasix_32v1.thread_join", &[7]),
        row("wasix_32v1.thread_join", &[1]).answers(Ok(Errno::Deadlk.number().into())),
        row("wasix_32v1.thread_parallelism", &[SIZE])
            .writes(0, 4)
            .wrote(SIZE, &[1, 0, 0, 0]),
        row("wasix_32v1.thread_signal", &[1, 0]),
        row("wasix_32v1.thread_signal", &[1, 10]).answers(nobody),
        row("wasix_32v1.thread_signal", &[2, 0]).answers(Ok(Errno::Srch.number().into())),
        row("wasix_32v1.thread_exit", &[3]).answers(Err(Fail::Leave)),
    ]
}

fn waits() -> Vec<Row> {
    let mut hour = [0; 16];
    hour[0] = 1;
    hour[8..].copy_from_slice(&3_600_000_000_000_u64.to_le_bytes());
    let wake = |name| {
        row(name, &[DATA, SIZE])
            .reads(0, 4)
            .writes(1, 1)
            .wrote(SIZE, &[0])
    };
    vec![
        // The word is `????` already.
        row("wasix_32v1.futex_wait", &[DATA, 5, ROOM, SIZE])
            .given(ROOM, &hour)
            .reads(0, 4)
            .reads(2, 16)
            .writes(3, 1)
            .wrote(SIZE, &[1])
            .asked(&["now Monotonic"]),
        wake("wasix_32v1.futex_wake"),
        wake("wasix_32v1.futex_wake_all"),
    ]
}

fn processes() -> Vec<Row> {
    let zero = [0; 4];
    vec![
        row("wasix_32v1.callback_signal", &[TEXT, 13]),
        row("wasix_32v1.proc_exit2", &[3]).answers(Err(Fail::Exit(3))),
        row("wasix_32v1.proc_id", &[SIZE])
            .writes(0, 4)
            .wrote(SIZE, &[1, 0, 0, 0]),
        row("wasix_32v1.proc_parent", &[1, SIZE])
            .writes(1, 4)
            .wrote(SIZE, &zero),
        row("wasix_32v1.proc_parent", &[NONE, SIZE])
            .writes(1, 4)
            .answers(Ok(Errno::Badf.number().into())),
        row("wasix_32v1.proc_signals_sizes_get", &[SIZE])
            .writes(0, 4)
            .wrote(SIZE, &zero),
        row("wasix_32v1.proc_signals_get", &[ROOM]),
    ]
}

/// What can be linked and is not served: its name, and how much it takes.
const MISSING: [(&str, usize); 23] = [
    ("wasix_32v1.proc_join", 3),
    ("wasix_32v1.proc_signal", 2),
    ("wasix_32v1.proc_raise_interval", 3),
    ("wasix_32v1.proc_snapshot", 0),
    ("wasix_32v1.proc_fork", 2),
    ("wasix_32v1.proc_fork_env", 1),
    ("wasix_32v1.stack_checkpoint", 2),
    ("wasix_32v1.proc_exec3", 9),
    ("wasix_32v1.proc_exec4", 9),
    ("wasix_32v1.proc_spawn", 13),
    ("wasix_32v1.proc_spawn2", 14),
    ("wasix_32v1.proc_spawn3", 14),
    ("wasix_32v1.dl_invalid_handle", 1),
    ("wasix_32v1.dlopen", 8),
    ("wasix_32v1.dlsym", 6),
    ("wasix_32v1.call_dynamic", 6),
    ("wasix_32v1.closure_prepare", 7),
    ("wasix_32v1.closure_allocate", 1),
    ("wasix_32v1.closure_free", 1),
    ("wasix_32v1.reflect_signature", 6),
    ("wasix_32v1.context_create", 2),
    ("wasix_32v1.context_switch", 1),
    ("wasix_32v1.context_destroy", 1),
];

fn missing() -> Vec<Row> {
    let no = Errno::Notsup.number().into();
    let answering = MISSING
        .iter()
        .map(|&(name, params)| row(name, &vec![0; params]).answers(Ok(no)));
    let for_good = [
        ("wasix_32v1.proc_exec", 4, "`proc_exec` is not supported"),
        ("wasix_32v1.proc_exec2", 6, "`proc_exec2` is not supported"),
        (
            "wasix_32v1.stack_restore",
            2,
            "`stack_restore` is not supported",
        ),
    ];
    let ending = for_good
        .iter()
        .map(|&(name, params, cause)| row(name, &vec![0; params]).answers(Err(Fail::Abort(cause))));
    answering.chain(ending).collect()
}
