//! Pipes and counters that a guest makes for itself, and sets that tell of changes and once.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::thread;
use std::time::Duration;

use common::{linux, pair};
use iwasm_abi::Errno;
use iwasm_native::{File, Linux, Poller};
use iwasm_net::{Interest, Kernel, Readiness, Ready, Shutdown, Span};
use iwasm_wasi::{FileFlags, FileKind, Files};

const NOW: Option<Duration> = Some(Duration::ZERO);

fn read(linux: &Linux, file: &File, room: usize) -> Result<Vec<u8>, Errno> {
    let mut bytes = vec![0; room];
    let len = linux.read(file, &[Span::of(&mut bytes)])?;
    bytes.truncate(len);
    Ok(bytes)
}

fn write(linux: &Linux, file: &File, bytes: &[u8]) -> Result<usize, Errno> {
    linux.write(file, &[Span::of(&mut bytes.to_vec())])
}

fn make_nonblocking(linux: &Linux, file: &File) {
    let flags = FileFlags {
        nonblock: true,
        ..FileFlags::default()
    };
    linux.set_flags(file, flags).unwrap();
    assert_eq!(linux.flags(file), Ok(flags));
}

/// What the counter gives.
fn take(linux: &Linux, counter: &File) -> Result<u64, Errno> {
    let bytes = read(linux, counter, 8)?;
    Ok(u64::from_ne_bytes(bytes.try_into().unwrap()))
}

#[test]
fn a_pipe_carries_bytes_to_its_end() {
    let linux = linux();
    let (reader, writer) = linux.pipe().unwrap();
    assert_eq!(linux.stat(&reader).unwrap().kind, FileKind::Unknown);
    assert_eq!(write(&linux, &writer, b"hello"), Ok(5));
    assert_eq!(read(&linux, &reader, 9), Ok(b"hello".to_vec()));
    assert_eq!(
        linux.seek(&reader, iwasm_wasi::Seek::Start(0)),
        Err(Errno::Spipe)
    );
    drop(writer);
    assert_eq!(read(&linux, &reader, 9), Ok(Vec::new()));
    let (reader, writer) = linux.pipe().unwrap();
    drop(reader);
    assert_eq!(write(&linux, &writer, b"hello"), Err(Errno::Pipe));
}

#[test]
fn each_end_of_a_pipe_waits_or_does_not_by_itself() {
    let linux = linux();
    let (reader, writer) = linux.pipe().unwrap();
    make_nonblocking(&linux, &reader);
    assert_eq!(read(&linux, &reader, 1), Err(Errno::Again));
    assert!(!linux.flags(&writer).unwrap().nonblock);
    make_nonblocking(&linux, &writer);
    while write(&linux, &writer, &[0; 4096]) != Err(Errno::Again) {}
}

#[test]
fn a_counter_begins_anywhere_below_all_ones() {
    let linux = linux();
    for count in [1, u64::from(u32::MAX) + 1, u64::MAX - 1] {
        let counter = linux.counter(count, false).unwrap();
        assert_eq!(take(&linux, &counter), Ok(count));
    }
    assert!(matches!(linux.counter(u64::MAX, false), Err(Errno::Inval)));
}

#[test]
fn a_counter_gives_all_or_one_and_takes_what_has_room() {
    let linux = linux();
    for (one_at_a_time, given) in [(false, [5, 0]), (true, [1, 1])] {
        let counter = linux.counter(3, one_at_a_time).unwrap();
        make_nonblocking(&linux, &counter);
        assert_eq!(write(&linux, &counter, &2_u64.to_ne_bytes()), Ok(8));
        let taken = [(); 2].map(|()| take(&linux, &counter));
        assert_eq!(taken.map(|count| count.unwrap_or(0)), given);
        assert_eq!(write(&linux, &counter, &[1; 7]), Err(Errno::Inval));
        assert_eq!(read(&linux, &counter, 7), Err(Errno::Inval));
    }
}

/// What a set tells, of one handle.
fn told(linux: &Linux, set: &Poller) -> Option<Readiness> {
    let mut ready = [Ready::default(); 2];
    match linux.wait(set, &mut ready, NOW).unwrap() {
        0 => None,
        1 => Some(ready[0].readiness),
        more => panic!("{more} of one handle"),
    }
}

#[test]
fn a_set_tells_of_each_change_or_once() {
    let linux = linux();
    let reads = Some(Readiness {
        read: true,
        ..Readiness::default()
    });
    for (edge, once, after_another) in [
        (false, false, [reads, reads]),
        (true, false, [None, reads]),
        (false, true, [None, None]),
    ] {
        let interest = Interest {
            edge,
            once,
            ..Interest::READ
        };
        let counter = linux.counter(1, false).unwrap();
        let handle = linux.handle(&counter).unwrap();
        let set = linux.poller().unwrap();
        linux.watch(&set, handle, 7, interest).unwrap();
        assert_eq!(told(&linux, &set), reads, "{interest:?}");
        let still = told(&linux, &set);
        write(&linux, &counter, &1_u64.to_ne_bytes()).unwrap();
        assert_eq!([still, told(&linux, &set)], after_another, "{interest:?}");
        linux.watch(&set, handle, 7, interest).unwrap();
        assert_eq!(told(&linux, &set), reads, "{interest:?}, anew");
    }
}

#[test]
fn a_peer_that_writes_no_more_is_told_to_those_who_ask() {
    let linux = linux();
    let (ours, theirs) = pair(&linux);
    linux.shutdown(&theirs, Shutdown::Write).unwrap();
    for ending in [false, true] {
        let interest = Interest {
            ending,
            ..Interest::READ
        };
        let set = linux.poller().unwrap();
        linux.watch(&set, &ours, 7, interest).unwrap();
        let came = linux.wait(&set, &mut [Ready::default()], None).unwrap();
        assert_eq!(came, 1);
        assert_eq!(told(&linux, &set).unwrap().ending, ending);
    }
}

#[test]
fn threads_wait_on_one_set_while_it_is_changed() {
    let linux = linux();
    let set = linux.poller().unwrap();
    let counters = [(); 4].map(|()| linux.counter(1, false).unwrap());
    let interest = Interest {
        once: true,
        ..Interest::READ
    };
    thread::scope(|scope| {
        let waiting = [(); 4].map(|()| {
            scope.spawn(|| {
                let mut ready = [Ready::default()];
                let wait = || linux.wait(&set, &mut ready, Some(Duration::from_secs(30)));
                assert_eq!({ wait }(), Ok(1));
                ready[0].token
            })
        });
        for (token, counter) in (0..).zip(&counters) {
            let handle = linux.handle(counter).unwrap();
            linux.watch(&set, handle, token, interest).unwrap();
        }
        let mut tokens = waiting.map(|thread| thread.join().unwrap());
        tokens.sort_unstable();
        assert_eq!(tokens, [0, 1, 2, 3]);
    });
}

#[test]
fn what_is_no_terminal_is_none() {
    let linux = linux();
    let (reader, _writer) = linux.pipe().unwrap();
    assert_eq!(linux.terminal(&reader), None);
    assert_eq!(linux.terminal(&File::null().unwrap()), None);
}

#[test]
fn a_terminal_tells_its_size_and_its_modes() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{
        LocalModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize,
    };

    let linux = linux();
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let options = std::fs::File::options()
        .read(true)
        .write(true)
        .open(name.to_str().unwrap());
    let terminal = options.unwrap();
    let size = Winsize {
        ws_row: 33,
        ws_col: 99,
        ws_xpixel: 5,
        ws_ypixel: 6,
    };
    tcsetwinsize(&terminal, size).unwrap();
    let mut modes = tcgetattr(&terminal).unwrap();
    modes.local_modes.remove(LocalModes::ECHO);
    tcsetattr(&terminal, OptionalActions::Now, &modes).unwrap();
    let found = linux.terminal(&File::from_owned(terminal.into())).unwrap();
    assert_eq!((found.columns, found.rows), (99, 33));
    assert_eq!((found.width, found.height), (5, 6));
    assert_eq!((found.echo, found.lines), (false, true));
}
