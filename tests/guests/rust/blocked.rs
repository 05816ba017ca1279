//! `blocked WHAT[,WHAT...] END [CODE]`: threads block, each in one thing, then the process ends.
//!
//! WHAT is accept, connect, send, recv, recv_from, poll, sleep, stdin, stderr, file:PATH, lookup:NAME, atomic_wait or
//! spin. `stderr` writes until nobody takes more, `file` opens and then reads. END is
//!
//! * `return`: the main thread returns from `_start`;
//! * `exit CODE`: the main thread calls `proc_exit`;
//! * `trap`: the main thread traps;
//! * `thread-exit CODE`, `thread-trap`: a thread of its own does, while the main thread waits;
//! * `nothing`: nobody does, the main thread waits for ever.
//!
//! Prints `blocked` once every thread has come to its call, and ends some 50 ms later. A call
//! that returns all the same is reported on standard error.

mod wamr;

use std::io::Read;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use std::time::Duration;
use std::{env, fs, hint, process, thread};

use wamr::Errno;

const STACK: usize = 64 * 1024;

/// How many threads have come to the call that blocks them.
static ARRIVED: AtomicU32 = AtomicU32::new(0);

/// What nobody ever changes or wakes.
static NEVER: AtomicI32 = AtomicI32::new(0);

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [what, end, rest @ ..] = args.as_slice() else {
        eprintln!("usage: blocked WHAT[,WHAT...] END [CODE]");
        process::exit(2);
    };
    let mut expected = 0;
    for what in what.split(',') {
        expected += 1;
        start(what.to_owned(), block);
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

fn start<T: Send + 'static>(input: T, body: fn(T)) {
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || body(input))
        .expect("a thread can be started");
}

fn finish(end: &str, code: i32) {
    match end {
        "thread-exit" => start(code, |code| {
            last_moment();
            process::exit(code);
        }),
        "thread-trap" => start((), |()| {
            last_moment();
            trap();
        }),
        _ => {}
    }
    match end {
        "return" => last_moment(),
        "exit" => {
            last_moment();
            process::exit(code);
        }
        "trap" => {
            last_moment();
            trap();
        }
        "thread-exit" | "thread-trap" | "nothing" => wait_for_ever(),
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

fn block(what: String) {
    let outcome = match what.as_str() {
        "accept" => block_in_accept(),
        "connect" => block_in_connect(),
        "send" => block_in_send(),
        "recv" => block_in_recv(),
        "recv_from" => block_in_recv_from(),
        "poll" => block_in_poll(),
        "sleep" => {
            arrive();
            thread::sleep(Duration::MAX);
            Ok(())
        }
        "stdin" => block_in_stdin(),
        "stderr" => block_in_stderr(),
        "atomic_wait" => {
            arrive();
            wait_for_ever();
            Ok(())
        }
        "spin" => {
            arrive();
            while NEVER.load(Ordering::Relaxed) == 0 {
                hint::spin_loop();
            }
            Ok(())
        }
        _ => match what.split_once(':') {
            Some(("lookup", name)) => block_in_lookup(name),
            Some(("file", path)) => block_in_file(path),
            _ => {
                eprintln!("`{what}` is no WHAT");
                process::exit(2);
            }
        },
    };
    eprintln!("{what} returned: {outcome:?}");
}

fn arrive() {
    ARRIVED.fetch_add(1, Ordering::Release);
}

fn block_in_accept() -> Result<(), Errno> {
    let (listener, _) = wamr::listen(([127, 0, 0, 1], 0).into(), 1)?;
    arrive();
    wamr::accept(listener).map(drop)
}

fn block_in_connect() -> Result<(), Errno> {
    let (_listener, local) = wamr::listen(([127, 0, 0, 1], 0).into(), 0)?;
    // Two connections fill the backlog; the kernel leaves further ones unanswered.
    for _ in 0..2 {
        let fd = wamr::stream_for(local)?;
        wamr::set_nonblocking(fd, true)?;
        // "In progress" is the expected answer, and nobody waits for its end.
        let _ = wamr::connect(fd, local);
    }
    thread::sleep(Duration::from_millis(20));
    let fd = wamr::stream_for(local)?;
    arrive();
    wamr::connect(fd, local)
}

/// Both ends of a stream on loopback.
fn pair() -> Result<(wamr::Fd, wamr::Fd), Errno> {
    let (listener, local) = wamr::listen(([127, 0, 0, 1], 0).into(), 1)?;
    let client = wamr::stream_for(local)?;
    wamr::connect(client, local)?;
    Ok((client, wamr::accept(listener)?))
}

fn block_in_send() -> Result<(), Errno> {
    let (client, _server) = pair()?;
    let chunk = vec![0; 64 * 1024];
    wamr::set_nonblocking(client, true)?;
    // Twice, some time apart: the kernel moves what waits to the receiver late.
    for _ in 0..2 {
        while wamr::send(client, &chunk) != Err(wamr::AGAIN) {}
        thread::sleep(Duration::from_millis(10));
    }
    wamr::set_nonblocking(client, false)?;
    arrive();
    loop {
        wamr::send(client, &chunk)?;
    }
}

fn block_in_recv() -> Result<(), Errno> {
    let (client, _server) = pair()?;
    arrive();
    wamr::recv(client, &mut [0]).map(drop)
}

fn block_in_recv_from() -> Result<(), Errno> {
    let socket = wamr::datagrams_at(([127, 0, 0, 1], 0).into())?;
    arrive();
    wamr::recv_from(socket, &mut [0]).map(drop)
}

fn block_in_poll() -> Result<(), Errno> {
    let (client, _server) = pair()?;
    arrive();
    wamr::poll_readable(client)
}

fn block_in_stdin() -> Result<(), Errno> {
    arrive();
    wamr::read(0, &mut [0]).map(drop)
}

fn block_in_stderr() -> Result<(), Errno> {
    arrive();
    loop {
        wamr::write(2, &[b'.'; 4096])?;
    }
}

fn block_in_file(path: &str) -> Result<(), Errno> {
    arrive();
    let opened = fs::File::open(path);
    let read = opened.and_then(|mut file| file.read(&mut [0]));
    read.map(drop)
        .map_err(|error| error.raw_os_error().unwrap_or_default().cast_unsigned())
}

fn block_in_lookup(name: &str) -> Result<(), Errno> {
    arrive();
    wamr::resolve(name).map(drop)
}

/// Parks: in Wasm that is `memory.atomic.wait32` without a time limit.
fn wait_for_ever() {
    loop {
        thread::park();
    }
}

fn trap() -> ! {
    core::arch::wasm32::unreachable()
}
