//! `wasix_process [NAME...]`: what WASIX says of descriptors, events, threads and processes, one behaviour a line.
//!
//! Prints `NAME ok`, or `NAME` and what went wrong. Works in the directory `/data`, where there is the file `file`.

mod wasix;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, panic};

use wasix::*;

const BEHAVIOURS: &[(&str, fn())] = &[
    (
        "a program is alone and its first thread has its number",
        numbers,
    ),
    ("a copy is another number for the same thing", copies),
    ("a copy has the lowest number that is allowed", lowest),
    (
        "a renumbered thing keeps its number and closes what was there",
        renumbered,
    ),
    (
        "a number remembers whether it outlives an exec",
        close_on_exec,
    ),
    ("a pipe carries bytes and has an end", pipes),
    ("a pipe without a reader is broken", broken_pipes),
    ("a nonblocking pipe does not wait", nonblocking_pipes),
    ("a counter gives all that it has", counters),
    ("a semaphore gives one at a time", semaphores),
    ("a nonblocking counter does not wait", nonblocking_counters),
    ("pipes and counters can be polled", polls),
    ("a set tells a state for as long as it lasts", levels),
    ("a set tells a change once", edges),
    ("a set tells once until it is asked anew", once),
    ("a set knows what it holds", holdings),
    ("what is closed leaves a set", closings),
    (
        "two numbers of a thing are told apart in a set",
        numbers_in_sets,
    ),
    (
        "what is no descriptor to wait for is refused by a set",
        refusals,
    ),
    ("a set whose time is over has nothing to tell", timeouts),
    ("threads change a set and wait on it together", shared_sets),
    ("a waiter at a word is woken", wakes),
    ("all waiters at a word are woken", wakes_all),
    (
        "a waiter at a word gives up when its time is over",
        gives_up,
    ),
    ("a word that has changed is not waited for", changed),
    ("a thread is waited for", joins),
    ("a thread sleeps as long as it asks", sleeps),
    ("a thread that exits leaves the others", exits),
    (
        "the working directory is one that the guest holds",
        directories,
    ),
    ("a file is opened with a flag of its number", opens),
    ("there is a terminal to look at", terminals),
    ("what there is not says so", unsupported),
];

fn main() {
    panic::set_hook(Box::new(|_| {}));
    let asked: Vec<String> = env::args().skip(1).collect();
    for (name, behave) in BEHAVIOURS {
        if !asked.is_empty() && !asked.iter().any(|asked| asked == name) {
            continue;
        }
        panic::set_hook(Box::new(move |info| println!("{name}: {info}")));
        behave();
        println!("{name} ok");
    }
}

fn numbers() {
    let mut pid = 0;
    assert_eq!(unsafe { raw::proc_id(&mut pid) }, 0);
    assert_eq!(pid, thread_id());
    let mut parent = 9;
    assert_eq!(unsafe { raw::proc_parent(pid, &mut parent) }, 0);
    assert_eq!(parent, 0);
    assert_eq!(
        done(unsafe { raw::proc_parent(pid + 77, &mut parent) }),
        Err(BADF)
    );
    let other = thread::spawn(thread_id).join().unwrap();
    assert_ne!(other, pid);
    let count: u32 = one(|count| unsafe { raw::thread_parallelism(count) }).unwrap();
    assert!(count > 0);
    let signals: u32 = one(|count| unsafe { raw::proc_signals_sizes_get(count) }).unwrap();
    assert_eq!(signals, 0);
    assert_eq!(unsafe { raw::proc_signals_get(std::ptr::null_mut()) }, 0);
    unsafe { raw::callback_signal(b"__wasm_signal".as_ptr(), 13) };
}

fn copies() {
    let (reader, writer) = pipe().unwrap();
    let copy = dup(writer).unwrap();
    assert_ne!(copy, writer);
    close(writer).unwrap();
    assert_eq!(write(copy, b"through the copy"), Ok(16));
    close(copy).unwrap();
    let mut bytes = [0; 32];
    assert_eq!(read(reader, &mut bytes), Ok(16));
    assert_eq!(
        read(reader, &mut bytes),
        Ok(0),
        "no number of the writer is left"
    );
    close(reader).unwrap();
    assert_eq!(dup(reader), Err(BADF));
}

fn lowest() {
    let event = event(0, 0).unwrap();
    let high = dup_from(event, 100, false).unwrap();
    assert_eq!(high, 100);
    assert_eq!(dup_from(event, 100, true), Ok(101));
    assert_eq!(dup_from(event, 50, false), Ok(50));
    let low = dup(event).unwrap();
    assert!(low < 50, "{low}");
    assert_eq!(dup_from(event, 1 << 16, false), Err(INVAL));
    assert_eq!(dup_from(event, u32::MAX, false), Err(INVAL));
    for fd in [event, high, 101, 50, low] {
        close(fd).unwrap();
    }
}

fn renumbered() {
    let (reader, writer) = pipe().unwrap();
    let (other_reader, other_writer) = pipe().unwrap();
    renumber(writer, other_writer).unwrap();
    let mut byte = [0];
    assert_eq!(read(other_reader, &mut byte), Ok(0), "it was closed");
    assert_eq!(write(other_writer, b"a"), Ok(1));
    assert_eq!(write(writer, b"b"), Ok(1));
    renumber(writer, 200).unwrap();
    renumber(200, 200).unwrap();
    assert_eq!(write(200, b"c"), Ok(1));
    let mut bytes = [0; 8];
    assert_eq!(read(reader, &mut bytes), Ok(3));
    assert_eq!(&bytes[..3], b"abc");
    assert_eq!(renumber(201, 200), Err(BADF));
    for fd in [reader, writer, other_reader, other_writer, 200] {
        close(fd).unwrap();
    }
}

fn close_on_exec() {
    let flags = |fd| one::<u16>(|flags| unsafe { raw::fd_fdflags_get(fd, flags) });
    let event = event(0, 0).unwrap();
    assert_eq!(flags(event), Ok(0));
    assert_eq!(unsafe { raw::fd_fdflags_set(event, 1) }, 0);
    assert_eq!(flags(event), Ok(1));
    let (plain, closing) = (dup(event).unwrap(), dup_from(event, 0, true).unwrap());
    assert_eq!((flags(plain), flags(closing)), (Ok(0), Ok(1)));
    assert_eq!(unsafe { raw::fd_fdflags_set(event, 0) }, 0);
    assert_eq!((flags(event), flags(closing)), (Ok(0), Ok(1)));
    for fd in [event, plain, closing] {
        close(fd).unwrap();
    }
    assert_eq!(flags(event), Err(BADF));
}

fn pipes() {
    let (reader, writer) = pipe().unwrap();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(5));
        assert_eq!(write(writer, b"hello"), Ok(5));
        close(writer).unwrap();
    });
    let mut bytes = [0; 16];
    assert_eq!(read(reader, &mut bytes), Ok(5));
    assert_eq!(&bytes[..5], b"hello");
    other.join().unwrap();
    assert_eq!(read(reader, &mut bytes), Ok(0));
    close(reader).unwrap();
}

fn broken_pipes() {
    let (reader, writer) = pipe().unwrap();
    close(reader).unwrap();
    assert_eq!(write(writer, b"hello"), Err(PIPE));
    close(writer).unwrap();
}

fn nonblocking_pipes() {
    let (reader, writer) = pipe().unwrap();
    set_nonblocking(reader).unwrap();
    assert_eq!(read(reader, &mut [0]), Err(AGAIN));
    set_nonblocking(writer).unwrap();
    let chunk = [0; 4096];
    while write(writer, &chunk) != Err(AGAIN) {}
    assert_eq!(read(reader, &mut [0; 4096]), Ok(4096));
    assert_eq!(write(writer, &chunk), Ok(4096));
    close(reader).unwrap();
    close(writer).unwrap();
}

fn counters() {
    let event = event(3, 0).unwrap();
    assert_eq!(take(event), Ok(3));
    add(event, 4).unwrap();
    add(event, 5).unwrap();
    assert_eq!(take(event), Ok(9));
    let waiting = thread::spawn(move || take(event));
    thread::sleep(Duration::from_millis(5));
    add(event, 1 << 40).unwrap();
    assert_eq!(waiting.join().unwrap(), Ok(1 << 40));
    close(event).unwrap();
    let large = wasix::event(1 << 40, 0).unwrap();
    assert_eq!(take(large), Ok(1 << 40));
    close(large).unwrap();
}

fn semaphores() {
    let event = event(2, 1 | 4).unwrap();
    assert_eq!(take(event), Ok(1));
    assert_eq!(take(event), Ok(1));
    assert_eq!(take(event), Err(AGAIN));
    close(event).unwrap();
}

fn nonblocking_counters() {
    let event = event(0, 4).unwrap();
    assert_eq!(take(event), Err(AGAIN));
    add(event, u64::MAX - 1).unwrap();
    assert_eq!(add(event, 1), Err(AGAIN));
    assert_eq!(take(event), Ok(u64::MAX - 1));
    close(event).unwrap();
}

fn polls() {
    let (reader, writer) = pipe().unwrap();
    let event = event(0, 0).unwrap();
    let on = |userdata, tag, fd: Fd| [userdata, tag, fd.into(), 0, 0, 0];
    let poll = |subscriptions: &[[u64; 6]]| {
        let mut events = [[0; 4]; 4];
        let count: u32 = one(|count| unsafe {
            let many = subscriptions.len() as u32;
            raw::poll_oneoff(subscriptions.as_ptr(), events.as_mut_ptr(), many, count)
        })
        .unwrap();
        events[..count as usize]
            .iter()
            .map(|event| event[0])
            .collect::<Vec<_>>()
    };
    let all = [
        on(1, 1, reader),
        on(2, 2, writer),
        on(3, 1, event),
        on(4, 2, event),
    ];
    assert_eq!(poll(&all), [2, 4]);
    write(writer, b"x").unwrap();
    add(event, 1).unwrap();
    assert_eq!(poll(&all), [1, 2, 3, 4]);
    for fd in [reader, writer, event] {
        close(fd).unwrap();
    }
}

fn levels() {
    let (set, (reader, writer)) = (epoll().unwrap(), pipe().unwrap());
    watch(set, reader, IN).unwrap();
    watch(set, writer, OUT).unwrap();
    assert_eq!(wait(set, 0), Ok(vec![(writer, OUT)]));
    write(writer, b"x").unwrap();
    let both = Ok(vec![(reader, IN), (writer, OUT)]);
    assert_eq!(wait(set, 1000), both);
    assert_eq!(wait(set, 1000), both);
    read(reader, &mut [0]).unwrap();
    unwatch(set, writer).unwrap();
    close(writer).unwrap();
    assert_eq!(
        wait(set, 1000),
        Ok(vec![(reader, HUP)]),
        "hangups are always told"
    );
    close(reader).unwrap();
    close(set).unwrap();
}

fn edges() {
    let (set, (reader, writer)) = (epoll().unwrap(), pipe().unwrap());
    watch(set, reader, IN | ET).unwrap();
    assert_eq!(wait(set, 0), Ok(vec![]));
    write(writer, b"x").unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(reader, IN)]));
    assert_eq!(wait(set, 0), Ok(vec![]));
    write(writer, b"y").unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(reader, IN)]));
    watch_anew(set, reader, IN | ET).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(reader, IN)]), "it is asked anew");
    for fd in [reader, writer, set] {
        close(fd).unwrap();
    }
}

fn once() {
    let (set, event) = (epoll().unwrap(), event(1, 0).unwrap());
    watch(set, event, IN | ONESHOT).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, IN)]));
    assert_eq!(wait(set, 0), Ok(vec![]));
    watch_anew(set, event, IN | ONESHOT).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, IN)]));
    assert_eq!(wait(set, 5), Ok(vec![]));
    unwatch(set, event).unwrap();
    watch(set, event, IN).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, IN)]));
    close(event).unwrap();
    close(set).unwrap();
}

fn holdings() {
    let (set, event) = (epoll().unwrap(), event(1, 0).unwrap());
    assert_eq!(watch_anew(set, event, IN), Err(NOENT));
    assert_eq!(unwatch(set, event), Err(NOENT));
    watch(set, event, IN).unwrap();
    assert_eq!(watch(set, event, IN), Err(EXIST));
    watch_anew(set, event, OUT).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, OUT)]));
    unwatch(set, event).unwrap();
    assert_eq!(wait(set, 0), Ok(vec![]));
    assert_eq!(unwatch(set, event), Err(NOENT));
    close(event).unwrap();
    close(set).unwrap();
}

fn closings() {
    let set = epoll().unwrap();
    let first = event(1, 0).unwrap();
    let copy = dup(first).unwrap();
    watch(set, first, IN).unwrap();
    close(first).unwrap();
    assert_eq!(
        wait(set, 0),
        Ok(vec![]),
        "the number was asked about, not the copy"
    );
    let second = event(1, 0).unwrap();
    assert_eq!(second, first, "the number is free again");
    assert_eq!(unwatch(set, second), Err(NOENT));
    watch(set, second, IN).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(second, IN)]));
    for fd in [second, copy, set] {
        close(fd).unwrap();
    }
}

fn numbers_in_sets() {
    let (set, event) = (epoll().unwrap(), event(1, 0).unwrap());
    let copy = dup(event).unwrap();
    watch(set, event, IN).unwrap();
    watch(set, copy, OUT).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, IN), (copy, OUT)]));
    watch_anew(set, event, IN | ONESHOT).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, IN), (copy, OUT)]));
    assert_eq!(wait(set, 1000), Ok(vec![(copy, OUT)]));
    close(copy).unwrap();
    assert_eq!(wait(set, 0), Ok(vec![]));
    watch_anew(set, event, IN).unwrap();
    assert_eq!(wait(set, 1000), Ok(vec![(event, IN)]));
    close(event).unwrap();
    close(set).unwrap();
}

fn refusals() {
    let (set, other) = (epoll().unwrap(), epoll().unwrap());
    let event = event(0, 0).unwrap();
    assert_eq!(watch(set, 99, IN), Err(BADF));
    assert_eq!(watch(99, event, IN), Err(BADF));
    assert_eq!(watch(event, set, IN), Err(INVAL));
    assert_eq!(watch(set, set, IN), Err(INVAL));
    assert_eq!(watch(set, other, IN), Err(INVAL));
    assert_eq!(watch(set, 3, IN), Err(PERM), "a directory");
    let ctl = |operation, event| done(unsafe { raw::epoll_ctl(set, operation, 0, event) });
    assert_eq!(ctl(9, &Event::default()), Err(INVAL));
    assert_eq!(ctl(0, std::ptr::null()), Err(INVAL));
    assert_eq!(ctl(0, usize::MAX as *const _), Err(MEMVIOLATION));
    let (mut events, mut count) = ([Event::default(); 1], 0);
    let mut wait =
        |most| done(unsafe { raw::epoll_wait(set, events.as_mut_ptr(), most, 0, &mut count) });
    assert_eq!(wait(0), Err(INVAL));
    assert_eq!(wait(u32::MAX), Err(INVAL));
    assert_eq!(wait(1), Ok(()));
    for fd in [set, other, event] {
        close(fd).unwrap();
    }
}

fn timeouts() {
    let (set, event) = (epoll().unwrap(), event(0, 0).unwrap());
    watch(set, event, IN).unwrap();
    let began = Instant::now();
    assert_eq!(wait(set, 20), Ok(vec![]));
    assert!(began.elapsed() >= Duration::from_millis(20));
    close(event).unwrap();
    close(set).unwrap();
}

fn shared_sets() {
    static RETURNED: AtomicU32 = AtomicU32::new(0);
    let set = epoll().unwrap();
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            thread::spawn(move || {
                let came = wait_for(set, u64::MAX).unwrap();
                RETURNED.fetch_add(1, Ordering::SeqCst);
                let [(event, IN)] = came[..] else {
                    panic!("{came:?}");
                };
                event
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(10));
    let events: Vec<Fd> = (0..3).map(|_| event(1, 0).unwrap()).collect();
    for (before, &event) in (0..).zip(&events) {
        watch(set, event, IN | ONESHOT).unwrap();
        while RETURNED.load(Ordering::SeqCst) == before {
            thread::yield_now();
        }
    }
    let came = waiting.into_iter().map(|thread| thread.join().unwrap());
    let mut came: Vec<Fd> = came.collect();
    came.sort_unstable();
    assert_eq!(came, events, "each of them was told to one");
    for fd in events {
        close(fd).unwrap();
    }
    close(set).unwrap();
}

fn wakes() {
    let word = Arc::new(AtomicU32::new(0));
    assert_eq!(futex_wake(&word), Ok(false), "nobody waits");
    let waiting = {
        let word = Arc::clone(&word);
        thread::spawn(move || futex_wait(&word, 0, &Timeout::NEVER))
    };
    while futex_wake(&word) != Ok(true) {
        thread::yield_now();
    }
    assert_eq!(waiting.join().unwrap(), Ok(true));
}

fn wakes_all() {
    let word = Arc::new(AtomicU32::new(0));
    let waiting: Vec<_> = (0..4)
        .map(|_| {
            let word = Arc::clone(&word);
            thread::spawn(move || futex_wait(&word, 0, &Timeout::NEVER))
        })
        .collect();
    thread::sleep(Duration::from_millis(10));
    word.store(1, Ordering::SeqCst);
    futex_wake_all(&word).unwrap();
    for thread in waiting {
        assert_eq!(thread.join().unwrap(), Ok(true));
    }
    assert_eq!(futex_wake_all(&word), Ok(false));
}

fn gives_up() {
    let word = AtomicU32::new(0);
    let began = Instant::now();
    assert_eq!(futex_wait(&word, 0, &Timeout::millis(20)), Ok(false));
    assert!(began.elapsed() >= Duration::from_millis(20));
    assert_eq!(futex_wake(&word), Ok(false), "it waits no longer");
}

fn changed() {
    let word = AtomicU32::new(7);
    assert_eq!(futex_wait(&word, 0, &Timeout::NEVER), Ok(true));
    let mut woken = 9;
    let odd = (word.as_ptr() as usize + 1) as *const u32;
    let answer = unsafe { raw::futex_wait(odd, 0, &Timeout::NEVER, &mut woken) };
    assert_eq!((done(answer), woken), (Err(INVAL), 9));
    let far = (usize::MAX - 3) as *const u32;
    let answer = unsafe { raw::futex_wait(far, 0, &Timeout::NEVER, &mut woken) };
    assert_eq!((done(answer), woken), (Err(MEMVIOLATION), 9));
}

fn joins() {
    static TID: AtomicU32 = AtomicU32::new(0);
    static ENDED: AtomicU32 = AtomicU32::new(0);
    let other = thread::spawn(|| {
        TID.store(thread_id(), Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        ENDED.store(1, Ordering::SeqCst);
    });
    while TID.load(Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
    let tid = TID.load(Ordering::SeqCst);
    assert_eq!(done(unsafe { raw::thread_signal(tid, 0) }), Ok(()));
    assert_eq!(thread_join(tid), Ok(()));
    assert_eq!(ENDED.load(Ordering::SeqCst), 1);
    assert_eq!(done(unsafe { raw::thread_signal(tid, 0) }), Err(SRCH));
    assert_eq!(thread_join(tid), Ok(()), "it has ended");
    assert_eq!(thread_join(thread_id()), Err(DEADLK));
    other.join().unwrap();
}

fn sleeps() {
    let began = Instant::now();
    assert_eq!(unsafe { raw::thread_sleep(20_000_000) }, 0);
    assert!(began.elapsed() >= Duration::from_millis(20));
    assert_eq!(unsafe { raw::thread_sleep(0) }, 0);
}

fn exits() {
    static TID: AtomicU32 = AtomicU32::new(0);
    thread::spawn(|| {
        TID.store(thread_id(), Ordering::SeqCst);
        unsafe { raw::thread_exit(3) }
    });
    while TID.load(Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
    assert_eq!(thread_join(TID.load(Ordering::SeqCst)), Ok(()));
}

fn directories() {
    assert_eq!(getcwd().unwrap(), "/");
    chdir("data").unwrap();
    assert_eq!(getcwd().unwrap(), "/data");
    chdir("./sub/..//sub").unwrap();
    assert_eq!(getcwd().unwrap(), "/data/sub");
    assert_eq!(chdir("nothing"), Err(NOENT));
    assert_eq!(chdir("/data/file"), Err(NOTDIR));
    assert_eq!(chdir("/etc"), Err(NOENT));
    assert_eq!(chdir(""), Err(NOENT));
    assert_eq!(getcwd().unwrap(), "/data/sub");
    let (mut room, mut length) = ([b'?'; 10], 9);
    let short = unsafe { raw::getcwd(room.as_mut_ptr(), &mut length) };
    assert_eq!((done(short), length, &room), (Err(RANGE), 10, &[b'?'; 10]));
    let enough = unsafe { raw::getcwd(room.as_mut_ptr(), &mut length) };
    assert_eq!((done(enough), length, &room), (Ok(()), 9, b"/data/sub\0"));
    chdir("../..").unwrap();
    assert_eq!(getcwd().unwrap(), "/");
}

fn opens() {
    let open = |flags| {
        one::<u32>(|opened| unsafe {
            let path = "file".as_ptr();
            raw::path_open2(3, 0, path, 4, 0, 2, 0, 0, flags, opened)
        })
    };
    let (plain, closing) = (open(0).unwrap(), open(1).unwrap());
    let flags = |fd| one::<u16>(|flags| unsafe { raw::fd_fdflags_get(fd, flags) });
    assert_eq!((flags(plain), flags(closing)), (Ok(0), Ok(1)));
    assert_eq!(open(2), Err(INVAL));
    let mut bytes = [0; 7];
    assert_eq!(read(closing, &mut bytes), Ok(7));
    assert_eq!(&bytes, b"content");
    close(plain).unwrap();
    close(closing).unwrap();
}

fn terminals() {
    let tty: Tty = one(|tty| unsafe { raw::tty_get(tty) }).unwrap();
    assert_eq!((tty.columns, tty.rows), (80, 25));
    assert_eq!((tty.stdin, tty.stdout, tty.stderr), (0, 0, 0));
    assert_eq!(unsafe { raw::tty_set(&tty) }, 0);
    let unseen = Tty {
        echo: 1 - tty.echo,
        ..tty
    };
    assert_eq!(done(unsafe { raw::tty_set(&unseen) }), Err(NOTSUP));
}

fn unsupported() {
    let mut pid = 0;
    for _ in 0..2 {
        assert_eq!(done(unsafe { raw::proc_fork(1, &mut pid) }), Err(NOTSUP));
    }
    assert_eq!(done(unsafe { raw::proc_snapshot() }), Err(NOTSUP));
    assert_eq!(done(unsafe { raw::clock_time_set(0, 0) }), Err(PERM));
    let own = thread_id();
    assert_eq!(done(unsafe { raw::thread_signal(own, 10) }), Err(NOTSUP));
    assert_eq!(done(unsafe { raw::thread_signal(own + 77, 10) }), Err(SRCH));
}
