//! WASIX's imports for all that is no socket, raw, with as much Rust around them as the guests need; of sockets no more
//! than a server takes.
//!
//! Threads are std's: they come from `wasi.thread-spawn`, as with WASIX's own C library.

#![allow(dead_code, reason = "each of the guests uses some of it")]

use std::sync::atomic::AtomicU32;

pub type Fd = u32;
pub type Errno = u16;

pub const ACCES: Errno = 2;
pub const AGAIN: Errno = 6;
pub const BADF: Errno = 8;
pub const DEADLK: Errno = 16;
pub const EXIST: Errno = 20;
pub const INVAL: Errno = 28;
pub const NOENT: Errno = 44;
pub const NOTDIR: Errno = 54;
pub const NOTSUP: Errno = 58;
pub const PERM: Errno = 63;
pub const PIPE: Errno = 64;
pub const RANGE: Errno = 68;
pub const SRCH: Errno = 71;
pub const MEMVIOLATION: Errno = 78;

pub mod raw {
    #[link(wasm_import_module = "wasix_32v1")]
    unsafe extern "C" {
        pub fn callback_signal(name: *const u8, length: usize);
        pub fn chdir(path: *const u8, length: usize) -> i32;
        pub fn clock_time_set(clock: u32, time: u64) -> i32;
        pub fn epoll_create(set: *mut u32) -> i32;
        pub fn epoll_ctl(set: u32, operation: u32, fd: u32, event: *const super::Event) -> i32;
        pub fn epoll_wait(
            set: u32,
            events: *mut super::Event,
            most: u32,
            time: u64,
            count: *mut u32,
        ) -> i32;
        pub fn fd_close(fd: u32) -> i32;
        pub fn fd_dup(fd: u32, copy: *mut u32) -> i32;
        pub fn fd_dup2(fd: u32, least: u32, cloexec: u32, copy: *mut u32) -> i32;
        pub fn fd_event(initial: u64, flags: u32, event: *mut u32) -> i32;
        pub fn fd_fdflags_get(fd: u32, flags: *mut u16) -> i32;
        pub fn fd_fdflags_set(fd: u32, flags: u32) -> i32;
        pub fn fd_fdstat_set_flags(fd: u32, flags: u32) -> i32;
        pub fn fd_pipe(reader: *mut u32, writer: *mut u32) -> i32;
        pub fn fd_read(fd: u32, iovs: *const [usize; 2], count: u32, size: *mut u32) -> i32;
        pub fn fd_renumber(from: u32, to: u32) -> i32;
        pub fn fd_write(fd: u32, iovs: *const [usize; 2], count: u32, size: *mut u32) -> i32;
        pub fn futex_wait(
            word: *const u32,
            expected: u32,
            timeout: *const super::Timeout,
            woken: *mut u8,
        ) -> i32;
        pub fn futex_wake(word: *const u32, woken: *mut u8) -> i32;
        pub fn futex_wake_all(word: *const u32, woken: *mut u8) -> i32;
        pub fn getcwd(path: *mut u8, length: *mut u32) -> i32;
        pub fn path_open2(
            fd: u32,
            lookupflags: u32,
            path: *const u8,
            length: usize,
            oflags: u32,
            base: u64,
            inheriting: u64,
            fdflags: u32,
            fdflagsext: u32,
            opened: *mut u32,
        ) -> i32;
        pub fn poll_oneoff(
            subscriptions: *const [u64; 6],
            events: *mut [u64; 4],
            count: u32,
            size: *mut u32,
        ) -> i32;
        pub fn proc_fork(copy_memory: u32, pid: *mut u32) -> i32;
        pub fn proc_id(pid: *mut u32) -> i32;
        pub fn proc_parent(pid: u32, parent: *mut u32) -> i32;
        pub fn proc_signals_sizes_get(count: *mut u32) -> i32;
        pub fn proc_signals_get(signals: *mut u8) -> i32;
        pub fn proc_snapshot() -> i32;
        pub fn sock_accept_v2(fd: u32, flags: u32, accepted: *mut u32, peer: *mut [u8; 110])
        -> i32;
        pub fn sock_addr_local(fd: u32, addr: *mut [u8; 110]) -> i32;
        pub fn sock_bind(fd: u32, addr: *const [u8; 110]) -> i32;
        pub fn sock_listen(fd: u32, backlog: u32) -> i32;
        pub fn sock_open(family: u32, kind: u32, protocol: u32, fd: *mut u32) -> i32;
        pub fn thread_exit(code: u32) -> !;
        pub fn thread_id(tid: *mut u32) -> i32;
        pub fn thread_join(tid: u32) -> i32;
        pub fn thread_parallelism(count: *mut u32) -> i32;
        pub fn thread_signal(tid: u32, signal: u32) -> i32;
        pub fn thread_sleep(time: u64) -> i32;
        pub fn tty_get(tty: *mut super::Tty) -> i32;
        pub fn tty_set(tty: *const super::Tty) -> i32;
    }
}

/// A time that may be missing.
#[repr(C)]
pub struct Timeout {
    tag: u64,
    nanoseconds: u64,
}

impl Timeout {
    pub const NEVER: Self = Self {
        tag: 0,
        nanoseconds: 0,
    };

    pub fn millis(millis: u64) -> Self {
        Self {
            tag: 1,
            nanoseconds: millis * 1_000_000,
        }
    }
}

/// An `epoll_event`: the data is what the guest wants told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(8))]
pub struct Event {
    pub events: u32,
    pub padding: u32,
    pub ptr: u32,
    pub fd: u32,
    pub data1: u32,
    pub more: u32,
    pub data2: u64,
}

pub const IN: u32 = 1;
pub const OUT: u32 = 2;
pub const HUP: u32 = 32;
pub const ET: u32 = 64;
pub const ONESHOT: u32 = 128;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Tty {
    pub columns: u32,
    pub rows: u32,
    pub width: u32,
    pub height: u32,
    pub stdin: u8,
    pub stdout: u8,
    pub stderr: u8,
    pub echo: u8,
    pub line_buffered: u8,
    pub line_feeds: u8,
    pub padding: u16,
}

pub fn done(answer: i32) -> Result<(), Errno> {
    match u16::try_from(answer) {
        Ok(0) => Ok(()),
        Ok(errno) => Err(errno),
        Err(_) => panic!("{answer} is no errno"),
    }
}

/// A call that writes one result.
pub fn one<T: Default>(call: impl FnOnce(*mut T) -> i32) -> Result<T, Errno> {
    let mut result = T::default();
    done(call(&mut result))?;
    Ok(result)
}

pub fn close(fd: Fd) -> Result<(), Errno> {
    done(unsafe { raw::fd_close(fd) })
}

pub fn dup(fd: Fd) -> Result<Fd, Errno> {
    one(|copy| unsafe { raw::fd_dup(fd, copy) })
}

pub fn dup_from(fd: Fd, least: u32, cloexec: bool) -> Result<Fd, Errno> {
    one(|copy| unsafe { raw::fd_dup2(fd, least, cloexec.into(), copy) })
}

pub fn renumber(from: Fd, to: Fd) -> Result<(), Errno> {
    done(unsafe { raw::fd_renumber(from, to) })
}

pub fn pipe() -> Result<(Fd, Fd), Errno> {
    let (mut reader, mut writer) = (0, 0);
    done(unsafe { raw::fd_pipe(&mut reader, &mut writer) })?;
    Ok((reader, writer))
}

pub fn event(initial: u64, flags: u32) -> Result<Fd, Errno> {
    one(|event| unsafe { raw::fd_event(initial, flags, event) })
}

pub fn set_nonblocking(fd: Fd) -> Result<(), Errno> {
    done(unsafe { raw::fd_fdstat_set_flags(fd, 4) })
}

pub fn read(fd: Fd, into: &mut [u8]) -> Result<usize, Errno> {
    let vector = [into.as_mut_ptr() as usize, into.len()];
    let size: u32 = one(|size| unsafe { raw::fd_read(fd, &vector, 1, size) })?;
    Ok(size as usize)
}

pub fn write(fd: Fd, from: &[u8]) -> Result<usize, Errno> {
    let vector = [from.as_ptr() as usize, from.len()];
    let size: u32 = one(|size| unsafe { raw::fd_write(fd, &vector, 1, size) })?;
    Ok(size as usize)
}

/// What a counter gives.
pub fn take(event: Fd) -> Result<u64, Errno> {
    let mut count = [0; 8];
    assert_eq!(read(event, &mut count)?, 8);
    Ok(u64::from_le_bytes(count))
}

/// Add to a counter.
pub fn add(event: Fd, count: u64) -> Result<(), Errno> {
    assert_eq!(write(event, &count.to_le_bytes())?, 8);
    Ok(())
}

pub fn epoll() -> Result<Fd, Errno> {
    one(|set| unsafe { raw::epoll_create(set) })
}

fn epoll_ctl(set: Fd, operation: u32, fd: Fd, events: u32) -> Result<(), Errno> {
    let event = Event {
        events,
        fd,
        data2: 7 << 40,
        ..Event::default()
    };
    done(unsafe { raw::epoll_ctl(set, operation, fd, &event) })
}

pub fn watch(set: Fd, fd: Fd, events: u32) -> Result<(), Errno> {
    epoll_ctl(set, 0, fd, events)
}

pub fn watch_anew(set: Fd, fd: Fd, events: u32) -> Result<(), Errno> {
    epoll_ctl(set, 1, fd, events)
}

pub fn unwatch(set: Fd, fd: Fd) -> Result<(), Errno> {
    epoll_ctl(set, 2, fd, 0)
}

/// Wait so many milliseconds: the descriptors that are ready, and for what.
pub fn wait(set: Fd, millis: u64) -> Result<Vec<(Fd, u32)>, Errno> {
    wait_for(set, millis * 1_000_000)
}

/// Wait, for ever if `time` is all ones.
pub fn wait_for(set: Fd, time: u64) -> Result<Vec<(Fd, u32)>, Errno> {
    let mut events = [Event::default(); 8];
    let count: u32 =
        one(|count| unsafe { raw::epoll_wait(set, events.as_mut_ptr(), 8, time, count) })?;
    let came = events[..count as usize].iter();
    let mut came: Vec<_> = came
        .map(|event| {
            assert_eq!(event.data2, 7 << 40);
            (event.fd, event.events)
        })
        .collect();
    came.sort_unstable();
    Ok(came)
}

/// Wait at a word: was it woken?
pub fn futex_wait(word: &AtomicU32, expected: u32, timeout: &Timeout) -> Result<bool, Errno> {
    let woken: u8 =
        one(|woken| unsafe { raw::futex_wait(word.as_ptr(), expected, timeout, woken) })?;
    Ok(woken == 1)
}

pub fn futex_wake(word: &AtomicU32) -> Result<bool, Errno> {
    let woken: u8 = one(|woken| unsafe { raw::futex_wake(word.as_ptr(), woken) })?;
    Ok(woken == 1)
}

pub fn futex_wake_all(word: &AtomicU32) -> Result<bool, Errno> {
    let woken: u8 = one(|woken| unsafe { raw::futex_wake_all(word.as_ptr(), woken) })?;
    Ok(woken == 1)
}

pub fn thread_id() -> u32 {
    one(|tid| unsafe { raw::thread_id(tid) }).expect("a thread has a number")
}

pub fn thread_join(tid: u32) -> Result<(), Errno> {
    done(unsafe { raw::thread_join(tid) })
}

pub fn getcwd() -> Result<String, Errno> {
    let (mut path, mut length) = ([b'?'; 256], 256);
    done(unsafe { raw::getcwd(path.as_mut_ptr(), &mut length) })?;
    assert_eq!(path[length as usize], 0, "a NUL ends the path");
    Ok(String::from_utf8_lossy(&path[..length as usize]).into_owned())
}

pub fn chdir(path: &str) -> Result<(), Errno> {
    done(unsafe { raw::chdir(path.as_ptr(), path.len()) })
}

/// A nonblocking TCP listener on loopback, and its port.
pub fn listen() -> Result<(Fd, u16), Errno> {
    let fd = one(|fd| unsafe { raw::sock_open(1, 1, 6, fd) })?;
    let mut addr = [0; 110];
    addr[0] = 1;
    addr[4..8].copy_from_slice(&[127, 0, 0, 1]);
    done(unsafe { raw::sock_bind(fd, &addr) })?;
    done(unsafe { raw::sock_listen(fd, 16) })?;
    set_nonblocking(fd)?;
    done(unsafe { raw::sock_addr_local(fd, &mut addr) })?;
    Ok((fd, u16::from_le_bytes([addr[2], addr[3]])))
}

/// The next connection of a listener, nonblocking as well.
pub fn accept(listener: Fd) -> Result<Fd, Errno> {
    let mut peer = [0; 110];
    one(|fd| unsafe { raw::sock_accept_v2(listener, 4, fd, &mut peer) })
}
