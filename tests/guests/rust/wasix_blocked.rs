//! `wasix_blocked WHAT[,WHAT...] END [CODE]`: as `blocked`, in calls of WASIX.
//!
//! WHAT is futex_wait, futex_wait_long, epoll_wait, epoll_wait_long, thread_join, thread_sleep, pipe, full_pipe or event;
//! what is `long` has a time limit that is never reached. END is as for `blocked`, or
//!
//! * `leave`: the main thread calls `thread_exit`, and 50 ms later a thread of its own calls `proc_exit` with CODE;
//! * `all-leave`: every thread calls `thread_exit`, and WHAT is `leave`.

mod wasix;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use std::{env, process, thread};

use wasix::*;

/// How many threads have come to the call that blocks them.
static ARRIVED: AtomicU32 = AtomicU32::new(0);

/// What nobody ever changes or wakes.
static NEVER: AtomicU32 = AtomicU32::new(0);

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [what, end, rest @ ..] = args.as_slice() else {
        eprintln!("usage: wasix_blocked WHAT[,WHAT...] END [CODE]");
        process::exit(2);
    };
    let mut expected = 0;
    for what in what.split(',') {
        expected += 1;
        let what = what.to_owned();
        start(move || block(&what));
    }
    while ARRIVED.load(Ordering::Acquire) < expected {
        thread::sleep(Duration::from_millis(1));
    }
    println!("blocked");
    let code = rest
        .first()
        .map_or(0, |code| code.parse().expect("CODE is a number"));
    finish(end, code);
}

fn start(body: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(64 * 1024).spawn(body);
    thread.expect("a thread can be started");
}

fn finish(end: &str, code: i32) {
    let exit = move || {
        last_moment();
        process::exit(code)
    };
    match end {
        "return" => last_moment(),
        "exit" => exit(),
        "trap" => {
            last_moment();
            trap()
        }
        "thread-exit" => {
            start(exit);
            wait_for_ever()
        }
        "thread-trap" => {
            start(|| {
                last_moment();
                trap()
            });
            wait_for_ever()
        }
        "leave" => {
            start(exit);
            leave()
        }
        "all-leave" => leave(),
        "nothing" => wait_for_ever(),
        _ => {
            eprintln!("`{end}` is no END");
            process::exit(2);
        }
    }
}

/// Long enough for each thread to enter the call that it came to.
fn last_moment() {
    thread::sleep(Duration::from_millis(50));
}

fn block(what: &str) {
    const HOUR: u64 = 3600 * 1000;
    let outcome = match what {
        "futex_wait" => wait_at(&Timeout::NEVER),
        "futex_wait_long" => wait_at(&Timeout::millis(HOUR)),
        "epoll_wait" => wait_on_set(u64::MAX),
        "epoll_wait_long" => wait_on_set(HOUR * 1_000_000),
        "thread_join" => join(),
        "thread_sleep" => {
            arrive();
            done(unsafe { raw::thread_sleep(HOUR * 1_000_000) })
        }
        "pipe" => read_pipe(),
        "full_pipe" => write_pipe(),
        "event" => event(0, 0).and_then(|event| {
            arrive();
            take(event).map(drop)
        }),
        "leave" => {
            arrive();
            last_moment();
            leave()
        }
        _ => {
            eprintln!("`{what}` is no WHAT");
            process::exit(2);
        }
    };
    eprintln!("{what} returned: {outcome:?}");
}

fn arrive() {
    ARRIVED.fetch_add(1, Ordering::Release);
}

fn wait_at(timeout: &Timeout) -> Result<(), Errno> {
    arrive();
    futex_wait(&NEVER, 0, timeout).map(drop)
}

fn wait_on_set(time: u64) -> Result<(), Errno> {
    let (set, (reader, _writer)) = (epoll()?, pipe()?);
    watch(set, reader, IN)?;
    arrive();
    wait_for(set, time).map(drop)
}

fn join() -> Result<(), Errno> {
    static SLEEPER: AtomicU32 = AtomicU32::new(0);
    start(|| {
        SLEEPER.store(thread_id(), Ordering::Release);
        wait_for_ever();
    });
    while SLEEPER.load(Ordering::Acquire) == 0 {
        thread::yield_now();
    }
    arrive();
    thread_join(SLEEPER.load(Ordering::Acquire))
}

fn read_pipe() -> Result<(), Errno> {
    let (reader, _writer) = pipe()?;
    arrive();
    read(reader, &mut [0]).map(drop)
}

fn write_pipe() -> Result<(), Errno> {
    let (_reader, writer) = pipe()?;
    arrive();
    loop {
        write(writer, &[0; 4096])?;
    }
}

fn leave() -> ! {
    unsafe { raw::thread_exit(9) }
}

/// Not in a call of WASIX.
fn wait_for_ever() -> ! {
    loop {
        thread::park();
    }
}

fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
