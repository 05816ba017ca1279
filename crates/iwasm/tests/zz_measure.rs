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

/// What threads are blocked in: each alone, then together.
const CALLS: [&str; 16] = [
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
];


fn ms(d: Duration) -> f64 { d.as_secs_f64() * 1e3 }
#[test]
fn measure() {
    let n: usize = std::env::var("N").map_or(50, |n| n.parse().unwrap());
    for calls in CALLS {
        let calls = calls.to_owned();
        print!("{:<40}", &calls[..calls.len().min(40)]);
        for end in ["return", "exit 7", "trap", "thread-exit 7", "timeout", "stop"] {
            let mut all = Vec::new();
            for _ in 0..n {
                let words = if end == "timeout" || end == "stop" { "nothing" } else { end };
                let limit = Duration::from_millis(120);
                let began = std::time::Instant::now();
                let guest = Blocked::new(&calls, words, |guest| if end == "timeout" { guest.timeout(limit) } else { guest });
                let mut zero = began + limit;
                if end != "timeout" {
                    guest.until_blocked();
                    zero = std::time::Instant::now();
                    if end == "stop" { guest.running.handle.stop(); } else { zero += Duration::from_millis(30); }
                }
                guest.running.end();
                all.push(ms(zero.elapsed()));
            }
            all.sort_by(f64::total_cmp);
            print!(" {end}: {:.2}/{:.2}", all[n / 2], all[n - 1]);
        }
        println!();
    }
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
        let args = ["blocked", calls].into_iter().chain(end.split(' '));
        let guest = Guest::new(&GUEST)
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
