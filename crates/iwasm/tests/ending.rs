//! However a guest ends, all of its threads do, whatever they are blocked in.
//!
//! One test at a time: they count the threads of this process.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use common::{
    Running, call, contents, fifo, folder, lines, loopback, program, start, text, until,
    until_no_guest_thread_is_left,
};
use iwasm::{File, Guest, GuestBuilder, Outcome, Policy, Program};
use rustix::fs::{Mode, OFlags};

/// What threads are blocked in: each alone, then together. With `wasix:` it is in calls of WASIX.
const CALLS: [&str; 26] = [
    "accept",
    "connect",
    "send",
    "recv",
    "recv_from",
    "poll",
    "sleep",
    "stdin",
    "stderr",
    "file:/pipes/unopened",
    "file:/pipes/silent",
    "atomic_wait",
    "spin",
    "accept,accept,accept,accept,accept,accept,accept,accept",
    "atomic_wait,spin,atomic_wait,spin",
    "accept,connect,send,recv,recv_from,poll,sleep,stdin,file:/pipes/unopened,atomic_wait,spin",
    "wasix:futex_wait",
    "wasix:futex_wait_long",
    "wasix:epoll_wait",
    "wasix:epoll_wait_long",
    "wasix:thread_join",
    "wasix:thread_sleep",
    "wasix:pipe",
    "wasix:full_pipe",
    "wasix:event",
    "wasix:futex_wait,epoll_wait,thread_join,thread_sleep,pipe,full_pipe,event,futex_wait,epoll_wait",
];

#[test]
fn a_return_from_the_main_function_ends_every_blocked_thread() {
    each_call_ends_by("return", &Outcome::Exited(0));
}

#[test]
fn an_exit_of_the_first_thread_ends_every_blocked_thread() {
    each_call_ends_by("exit 7", &Outcome::Exited(7));
}

#[test]
fn an_exit_of_another_thread_ends_every_blocked_thread() {
    each_call_ends_by("thread-exit 8", &Outcome::Exited(8));
}

#[test]
fn a_trap_of_the_first_thread_ends_every_blocked_thread() {
    each_call_ends_by("trap", &Outcome::Trapped(String::new()));
}

#[test]
fn a_trap_of_another_thread_ends_every_blocked_thread() {
    each_call_ends_by("thread-trap", &Outcome::Trapped(String::new()));
}

#[test]
fn the_end_of_its_time_ends_every_blocked_thread() {
    let _alone = alone();
    for calls in CALLS {
        let limit = |guest: GuestBuilder| guest.timeout(Duration::from_millis(200));
        let guest = Blocked::new(calls, "nothing", limit);
        guest.ends_with(calls, &Outcome::TimedOut);
    }
}

#[test]
fn the_embedder_ends_every_blocked_thread() {
    let _alone = alone();
    for calls in CALLS {
        let guest = Blocked::new(calls, "nothing", |guest| guest);
        guest.until_blocked();
        guest.running.handle.stop();
        guest.ends_with(calls, &Outcome::Stopped);
    }
}

fn each_call_ends_by(end: &str, outcome: &Outcome) {
    let _alone = alone();
    for calls in CALLS {
        Blocked::new(calls, end, |guest| guest).ends_with(calls, outcome);
    }
}

/// glibc reads the file that `HOSTALIASES` names in each lookup of a name without a dot (hostname(7)). If that is a pipe
/// which nobody writes to, the lookup hangs; no network has to.
#[test]
fn a_name_lookup_that_hangs_ends_with_the_guest() {
    let Some(aliases) = std::env::var_os("HOSTALIASES") else {
        return a_name_lookup_that_hangs_in_a_process_of_its_own();
    };
    let _alone = alone();
    let ends = [
        ("return", Outcome::Exited(0)),
        ("exit 7", Outcome::Exited(7)),
        ("thread-exit 8", Outcome::Exited(8)),
        ("trap", Outcome::Trapped(String::new())),
        ("thread-trap", Outcome::Trapped(String::new())),
        ("nothing", Outcome::TimedOut),
        ("nothing", Outcome::Stopped),
    ];
    for (end, outcome) in ends {
        for calls in ["lookup:silent", "lookup:silent,accept,atomic_wait,spin"] {
            let guest = Blocked::new(calls, end, |guest| match outcome {
                Outcome::TimedOut => guest.timeout(Duration::from_millis(200)),
                _ => guest,
            });
            if outcome == Outcome::Stopped {
                guest.until_blocked();
                guest.running.handle.stop();
            }
            guest.ends_with(calls, &outcome);
            // Only a reader lets a writer open a pipe without waiting: so the lookup has hung there until now.
            let released = OFlags::WRONLY | OFlags::NONBLOCK;
            until("the resolver reads `HOSTALIASES`", || {
                rustix::fs::open(&aliases, released, Mode::empty()).is_ok()
            });
        }
    }
}

fn a_name_lookup_that_hangs_in_a_process_of_its_own() {
    let aliases = folder("hanging-lookup").join("aliases");
    fifo(&aliases);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_name_lookup_that_hangs_ends_with_the_guest"])
        .env("HOSTALIASES", aliases)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let output = child.stdout.take().unwrap();
    thread::spawn(move || tell.send(contents(output)));
    let said = told.recv_timeout(common::LONG);
    // It has ended, or it never will.
    let _ = child.kill();
    child.wait().unwrap();
    let said = said.expect("the process ends");
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn an_exit_of_another_thread_ends_the_guest_when_the_first_has_left() {
    let _alone = alone();
    let calls = "wasix:futex_wait,epoll_wait,thread_sleep,pipe";
    Blocked::new(calls, "leave 9", |guest| guest).ends_with(calls, &Outcome::Exited(9));
}

#[test]
fn a_guest_whose_threads_all_leave_has_exited() {
    let _alone = alone();
    for calls in ["wasix:leave", "wasix:leave,leave,leave,leave"] {
        let guest = Blocked::new(calls, "all-leave", |guest| guest);
        guest.ends_with(calls, &Outcome::Exited(0));
    }
}

#[test]
fn threads_that_are_just_entering_their_calls_end_with_the_guest() {
    let _alone = alone();
    let guest = text(ENTERING);
    for round in 0..120 {
        let (stdin, _held) = File::feed().unwrap();
        let guest = Guest::new(&guest)
            .policy(loopback())
            .stdin(stdin)
            .max_threads(16);
        let how = round % 3;
        let outcome = call(guest, "run", &[how, round / 3]);
        match how {
            0 => assert_eq!(outcome, Outcome::Returned(vec![])),
            1 => assert_eq!(outcome, Outcome::Exited(5)),
            _ => assert!(matches!(outcome, Outcome::Trapped(_)), "{outcome:?}"),
        }
    }
    until_no_guest_thread_is_left();
}

/// `run(how, yields)`: begins eight threads, gives way so often, and ends. A thread's argument says what it does.
const ENTERING: &str = r#"(module
    (import "env" "memory" (memory 1 1 shared))
    (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_open" (func $open (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_bind" (func $bind (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_listen" (func $listen (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
    (data (i32.const 4) "\7f\00\00\01")
    (data (i32.const 0x100) "\00\02\00\00\01\00\00\00")
    ;; A subscription to the monotonic clock: an hour.
    (data (i32.const 0x210) "\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\a0\b8\30\46\03\00\00")
    (func (export "wasi_thread_start") (param $tid i32) (param $what i32)
        (local $own i32)
        (local.set $own (i32.add (i32.const 0x1000) (i32.mul (local.get $tid) (i32.const 256))))
        (loop $again
            (block $next (block (block (block (block (block (block (block
                (br_table 0 1 2 3 4 5 6 $next (local.get $what)))
                ;; 0
                (drop (memory.atomic.wait32 (local.get $own) (i32.const 0) (i64.const -1)))
                (br $next))
                ;; 1
                (drop (call $poll (i32.const 0x200) (local.get $own) (i32.const 1) (i32.const 0x80)))
                (br $next))
                ;; 2
                (drop (call $read (i32.const 0) (i32.const 0x100) (i32.const 1) (i32.const 0x84)))
                (br $next))
                ;; 3
                (drop (call $accept (i32.load (i32.const 0x40)) (i32.const 0) (local.get $own)))
                (br $next))
                ;; 4
                (drop (call $spawn (i32.const 6)))
                (br $next))
                ;; 5
                (drop (call $open (i32.const -1) (i32.const 0) (i32.const 1) (local.get $own)))
                (drop (call $close (i32.load (local.get $own))))
                (br $next))
                ;; 6
                (drop (call $yield))
                (return))
            (br $again)))
    (func (export "run") (param $how i32) (param $yields i32)
        (local $i i32)
        (drop (call $open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 0x40)))
        (drop (call $bind (i32.load (i32.const 0x40)) (i32.const 0)))
        (drop (call $listen (i32.load (i32.const 0x40)) (i32.const 1)))
        (loop $more
            (drop (call $spawn (local.get $i)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 8))))
        (block $done (loop $more
            (br_if $done (i32.eqz (local.get $yields)))
            (drop (call $yield))
            (local.set $yields (i32.sub (local.get $yields) (i32.const 1)))
            (br $more)))
        (if (i32.eq (local.get $how) (i32.const 1)) (then (call $exit (i32.const 5))))
        (if (i32.eq (local.get $how) (i32.const 2)) (then unreachable))))"#;

#[test]
fn a_guest_can_be_stopped_at_any_moment_of_its_life() {
    let _alone = alone();
    let calls = "accept,send,recv,poll,sleep,stdin,atomic_wait,spin";
    for round in 0..100 {
        let guest = Blocked::new(calls, "nothing", |guest| guest);
        thread::sleep(Duration::from_micros(100 * round));
        guest.running.handle.stop();
        guest.ends_with(calls, &Outcome::Stopped);
    }
}

#[test]
fn a_guest_that_was_stopped_before_it_ran_does_not_run() {
    let _alone = alone();
    let (stdout, output) = File::pipe().unwrap();
    let guest = Guest::new(&program("c/hello")).stdout(stdout);
    let guest = guest.build().unwrap();
    guest.handle().stop();
    assert_eq!(guest.run().unwrap(), Outcome::Stopped);
    assert_eq!(contents(output), "");
}

#[test]
fn a_stop_after_the_end_changes_nothing() {
    let _alone = alone();
    let guest = Guest::new(&text(r#"(module (func (export "_start")))"#));
    let guest = guest.build().unwrap();
    let handle = guest.handle();
    assert_eq!(guest.run().unwrap(), Outcome::Exited(0));
    handle.stop();
    handle.stop();
}

#[test]
fn a_time_of_nothing_ends_a_guest_and_a_time_beyond_all_clocks_does_not() {
    let _alone = alone();
    let spin = text(r#"(module (func (export "_start") (loop (br 0))))"#);
    let guest = Guest::new(&spin).timeout(Duration::ZERO);
    assert_eq!(common::run(guest), Outcome::TimedOut);
    let hello = Guest::new(&program("c/hello"));
    let hello = hello.stdout(File::null().unwrap()).timeout(Duration::MAX);
    assert_eq!(common::run(hello), Outcome::Exited(0));
}

#[test]
fn a_wait_on_an_address_far_up_in_a_large_memory_ends() {
    let _alone = alone();
    let guest = text(
        r#"(module
            (import "env" "memory" (memory 1024 1024 shared))
            (func (export "_start")
                (drop (memory.atomic.wait64 (i32.const 0x3fffff8) (i64.const 0) (i64.const -1)))))"#,
    );
    let guest = Guest::new(&guest).timeout(Duration::from_millis(50));
    assert_eq!(common::run(guest), Outcome::TimedOut);
}

#[test]
fn what_a_guest_held_open_is_closed_when_it_has_ended() {
    let _alone = alone();
    let (stdin, mut feeding) = File::feed().unwrap();
    let guest = Guest::new(&program("c/hello")).stdin(stdin);
    let guest = guest.stdout(File::null().unwrap());
    assert_eq!(common::run(guest), Outcome::Exited(0));
    let refused = std::io::Write::write(&mut feeding, b"too late").unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::BrokenPipe);
}

/// A guest whose threads block.
struct Blocked {
    running: Running,
    output: common::Lines,
    errors: fs::File,
    /// A pipe with a writer has no end.
    _writers: [fs::File; 2],
}

impl Blocked {
    fn new(calls: &str, end: &str, set: impl FnOnce(GuestBuilder) -> GuestBuilder) -> Self {
        static GUEST: LazyLock<Program> = LazyLock::new(|| program("rust/blocked"));
        static WASIX: LazyLock<Program> = LazyLock::new(|| program("rust/wasix_blocked"));
        static PIPES: LazyLock<PathBuf> = LazyLock::new(|| {
            let pipes = folder(&format!("pipes-{}", std::process::id()));
            fifo(&pipes.join("unopened"));
            fifo(&pipes.join("silent"));
            pipes
        });
        let (stdin, feeding) = File::feed().unwrap();
        let (stdout, output) = lines();
        let (stderr, errors) = File::pipe().unwrap();
        let mut silent = fs::File::options();
        let silent = silent.read(true).write(true).open(PIPES.join("silent"));
        let mut policy: Policy = loopback();
        policy.allow_resolve("*".parse().unwrap());
        let (program, calls) = match calls.strip_prefix("wasix:") {
            Some(calls) => (&WASIX, calls),
            None => (&GUEST, calls),
        };
        let args = ["blocked", calls].into_iter().chain(end.split(' '));
        let guest = Guest::new(program)
            .policy(policy)
            .args(args)
            .dir(&*PIPES, "/pipes")
            .unwrap()
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr);
        Self {
            running: start(set(guest)),
            output,
            errors,
            _writers: [feeding, silent.unwrap()],
        }
    }

    fn until_blocked(&self) {
        assert_eq!(self.output.next(), "blocked");
        // What comes is a call each, and nothing tells from outside that it was entered.
        thread::sleep(Duration::from_millis(20));
    }

    /// Wait for the end: no thread may be left, and no call may have come back.
    fn ends_with(self, calls: &str, outcome: &Outcome) {
        let ended = self.running.end();
        match (outcome, &ended) {
            (Outcome::Trapped(_), Outcome::Trapped(_)) => {}
            _ => assert_eq!(&ended, outcome, "{calls}"),
        }
        until_no_guest_thread_is_left();
        let errors = contents(self.errors);
        assert_eq!(errors.trim_start_matches('.'), "", "{calls}");
    }
}

fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
