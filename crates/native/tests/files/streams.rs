//! Standard streams, and other descriptors of the host.

use std::io::{Read, Write};
use std::net::UdpSocket;
use std::os::fd::{AsFd, OwnedFd};
use std::thread;
use std::time::Duration;
use std::{fs, io};

use iwasm_abi::Errno;
use iwasm_native::File;
use iwasm_net::Span;
use iwasm_wasi::{FileFlags, FileKind, Files, Seek};
use rustix::fs::OFlags;

use crate::place::{LINUX, NO_FLAGS, NONBLOCK, Place, interrupted, read, write};

/// A stream as it is inherited: the test keeps the same open file description.
fn inherited(fd: &impl AsFd) -> File {
    File::from_owned(fd.as_fd().try_clone_to_owned().unwrap())
}

fn is_nonblocking(fd: &impl AsFd) -> bool {
    rustix::fs::fcntl_getfl(fd)
        .unwrap()
        .contains(OFlags::NONBLOCK)
}

#[test]
fn what_a_guest_sets_does_not_reach_those_who_share_a_stream() {
    let (reader, mut writer) = io::pipe().unwrap();
    let stdin = inherited(&reader);
    assert_eq!(LINUX.flags(&stdin), Ok(NO_FLAGS));
    assert_eq!(LINUX.set_flags(&stdin, NONBLOCK), Ok(()));
    assert_eq!(LINUX.flags(&stdin), Ok(NONBLOCK));
    assert!(!is_nonblocking(&reader));
    assert_eq!(read(&stdin), Err(Errno::Again));
    writer.write_all(b"text").unwrap();
    assert_eq!(read(&stdin), Ok(b"text".to_vec()));
    drop(writer);
    assert_eq!(read(&stdin), Ok(vec![]), "the end is not waited for");

    let append = FileFlags {
        append: true,
        ..NONBLOCK
    };
    assert_eq!(LINUX.set_flags(&stdin, append), Err(Errno::Notsup));
}

#[test]
fn what_others_set_does_not_reach_the_guest() {
    let (reader, mut writer) = io::pipe().unwrap();
    rustix::io::ioctl_fionbio(&reader, true).unwrap();
    let stdin = inherited(&reader);
    assert_eq!(LINUX.flags(&stdin), Ok(NO_FLAGS));
    thread::scope(|scope| {
        let reading = scope.spawn(|| read(&stdin));
        thread::sleep(Duration::from_millis(20));
        assert!(!reading.is_finished(), "it waits");
        writer.write_all(b"text").unwrap();
        assert_eq!(reading.join().unwrap(), Ok(b"text".to_vec()));
    });
    assert!(is_nonblocking(&reader));
}

#[test]
fn a_guest_that_does_not_wait_fills_a_shared_pipe_and_no_more() {
    let (_reader, writer) = io::pipe().unwrap();
    let room = rustix::pipe::fcntl_getpipe_size(&writer).unwrap();
    let stdout = inherited(&writer);
    LINUX.set_flags(&stdout, NONBLOCK).unwrap();
    let mut bytes = vec![b'x'; room * 2];
    let (head, tail) = bytes.split_at_mut(10);
    let from = [Span::of(head), Span::of(tail)];
    let mut written = 0;
    loop {
        match LINUX.write(&stdout, &from) {
            Ok(len) => written += len,
            Err(error) => break assert_eq!(error, Errno::Again),
        }
    }
    assert!(written > 0 && written <= room, "{written} of {room}");
    assert!(!is_nonblocking(&writer));
}

#[test]
fn a_small_write_is_one_piece() {
    let (mut reader, writer) = io::pipe().unwrap();
    let stdout = inherited(&writer);
    LINUX.set_flags(&stdout, NONBLOCK).unwrap();
    let (mut one, mut two) = ([b'a'; 2000], [b'b'; 2096]);
    assert_eq!(
        LINUX.write(&stdout, &[Span::of(&mut one), Span::of(&mut two)]),
        Ok(4096)
    );
    let mut got = [0; 4096];
    reader.read_exact(&mut got).unwrap();
    assert!(got.starts_with(&one) && got.ends_with(&two));
}

#[test]
fn a_wait_on_a_shared_stream_is_interrupted() {
    for others_nonblocking in [false, true] {
        let (reader, _writer) = io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&reader, others_nonblocking).unwrap();
        let stdin = inherited(&reader);
        assert_eq!(interrupted(|| read(&stdin)), Err(Errno::Intr));
    }
}

#[test]
fn a_reader_that_is_gone_is_an_error_and_no_signal() {
    let (stdout, output) = File::pipe().unwrap();
    drop(output);
    assert_eq!(write(&stdout, "text"), Err(Errno::Pipe));
    let (reader, writer) = io::pipe().unwrap();
    let stdout = inherited(&writer);
    drop(reader);
    for flags in [NO_FLAGS, NONBLOCK] {
        LINUX.set_flags(&stdout, flags).unwrap();
        assert_eq!(write(&stdout, "text"), Err(Errno::Pipe));
    }
}

#[test]
fn the_host_reads_what_the_guest_writes_and_the_other_way_round() {
    let (stdout, mut output) = File::pipe().unwrap();
    write(&stdout, "to the host").unwrap();
    drop(stdout);
    assert_eq!(io::read_to_string(&mut output).unwrap(), "to the host");

    let (stdin, mut input) = File::feed().unwrap();
    input.write_all(b"to the guest").unwrap();
    drop(input);
    assert_eq!(read(&stdin), Ok(b"to the guest".to_vec()));
    assert_eq!(read(&stdin), Ok(vec![]));
}

#[test]
fn a_pipe_has_no_positions() {
    let (stdin, _input) = File::feed().unwrap();
    let mut bytes = [0; 4];
    let spans = [Span::of(&mut bytes)];
    assert_eq!(LINUX.seek(&stdin, Seek::Start(0)), Err(Errno::Spipe));
    assert_eq!(LINUX.read_at(&stdin, &spans, 0), Err(Errno::Spipe));
    assert_eq!(LINUX.write_at(&stdin, &spans, 0), Err(Errno::Spipe));
    assert!(LINUX.handle(&stdin).is_some());
}

#[test]
fn a_pipe_of_the_guest_s_own_keeps_its_flags_in_the_system() {
    let (stdin, _input) = File::feed().unwrap();
    assert_eq!(LINUX.set_flags(&stdin, NONBLOCK), Ok(()));
    assert_eq!(LINUX.flags(&stdin), Ok(NONBLOCK));
    assert_eq!(read(&stdin), Err(Errno::Again));
}

#[test]
fn nothing_comes_from_null_and_all_goes_there() {
    let null = File::null().unwrap();
    assert_eq!(read(&null), Ok(vec![]));
    assert_eq!(write(&null, "text"), Ok(4));
    assert_eq!(LINUX.stat(&null).unwrap().kind, FileKind::CharacterDevice);
}

#[test]
fn the_streams_of_this_process_are_copies_that_close_alone() {
    for inherit in [
        File::inherit_stdin,
        File::inherit_stdout,
        File::inherit_stderr,
    ] {
        let (one, two) = (inherit().unwrap(), inherit().unwrap());
        assert_eq!(
            LINUX.stat(&one).unwrap().inode,
            LINUX.stat(&two).unwrap().inode
        );
        drop(one);
        assert!(LINUX.stat(&two).is_ok());
        assert!(
            rustix::io::fcntl_getfd(&two)
                .unwrap()
                .contains(rustix::io::FdFlags::CLOEXEC)
        );
    }
}

#[test]
fn a_file_in_a_stream_s_place_is_a_file() {
    let place = Place::new();
    place.write("f", "text");
    let stdin = File::from_owned(fs::File::open(place.inside("f")).unwrap().into());
    LINUX.set_flags(&stdin, NONBLOCK).unwrap();
    assert!(LINUX.handle(&stdin).is_none());
    assert_eq!(LINUX.flags(&stdin), Ok(NONBLOCK));
    assert_eq!(read(&stdin), Ok(b"text".to_vec()));
}

#[test]
fn a_socket_says_of_which_type_it_is() {
    let datagram = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let stream = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    for (fd, kind) in [
        (OwnedFd::from(datagram), FileKind::DatagramSocket),
        (OwnedFd::from(stream), FileKind::StreamSocket),
    ] {
        let file = File::from_owned(fd);
        assert_eq!(LINUX.stat(&file).unwrap().kind, kind);
        assert!(LINUX.handle(&file).is_some());
    }
}
