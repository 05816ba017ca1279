//! What the tests share: sockets on loopback, and transfers of host bytes.

#![allow(dead_code, reason = "no test uses all of it")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_native::{Handle, Linux, Thread};
use iwasm_net::{Family, Kernel, Kind, Receive, Received, Sending, Span};

/// A directory of the test's own, with no link in its path; it goes with this.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("iwasm-unix-{}-{count}", process::id());
        let path = std::env::temp_dir().canonicalize().unwrap().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The default signal, shared by all tests of a process.
pub(crate) fn linux() -> Linux {
    Linux::new().unwrap()
}

/// Any port of this host.
pub(crate) fn here(family: Family) -> SocketAddr {
    match family {
        Family::V4 => "127.0.0.1:0".parse().unwrap(),
        Family::V6 => "[::1]:0".parse().unwrap(),
        Family::Unix => panic!("paths have no ports"),
    }
}

/// A listener and its address.
pub(crate) fn listener(linux: &Linux, family: Family) -> (Handle, SocketAddr) {
    let listener = linux.open(family, Kind::Stream).unwrap();
    linux.bind(&listener, here(family)).unwrap();
    linux.listen(&listener, 16).unwrap();
    let at = linux.local(&listener).unwrap().inet().unwrap();
    (listener, at)
}

/// Two ends of a connection.
pub(crate) fn pair(linux: &Linux) -> (Handle, Handle) {
    let (listener, at) = listener(linux, Family::V4);
    let near = linux.open(Family::V4, Kind::Stream).unwrap();
    linux.connect(&near, at).unwrap();
    let (far, _) = linux.accept(&listener, false).unwrap();
    (near, far)
}

/// A datagram socket and its address.
pub(crate) fn datagrams(linux: &Linux, family: Family) -> (Handle, SocketAddr) {
    let socket = linux.open(family, Kind::Datagram).unwrap();
    linux.bind(&socket, here(family)).unwrap();
    let at = linux.local(&socket).unwrap().inet().unwrap();
    (socket, at)
}

/// Send host bytes.
pub(crate) fn send(
    linux: &Linux,
    socket: &Handle,
    bytes: &[u8],
    to: Option<SocketAddr>,
) -> Result<usize, Errno> {
    let mut bytes = bytes.to_vec();
    linux.send(socket, &[Span::of(&mut bytes)], to, Sending::default())
}

/// Receive into a buffer of `room` bytes: those that came, and what was said of them.
pub(crate) fn receive(
    linux: &Linux,
    socket: &Handle,
    room: usize,
    how: Receive,
) -> Result<(Vec<u8>, Received), Errno> {
    let mut bytes = vec![b'?'; room];
    let received = linux.receive(socket, &[Span::of(&mut bytes)], how)?;
    assert!(
        bytes[received.len..].iter().all(|&byte| byte == b'?'),
        "nothing behind what came"
    );
    bytes.truncate(received.len);
    Ok((bytes, received))
}

/// Receive in the plainest way.
pub(crate) fn read(linux: &Linux, socket: &Handle, room: usize) -> Result<Vec<u8>, Errno> {
    receive(linux, socket, room, Receive::default()).map(|(bytes, _)| bytes)
}

/// Run `work` on a thread of its own, and say which one that is.
pub(crate) fn apart<T: Send + 'static>(
    linux: &Linux,
    work: impl FnOnce(&Linux) -> T + Send + 'static,
) -> (Thread, JoinHandle<T>) {
    let (tell, told) = mpsc::channel();
    let linux = linux.clone();
    let working = thread::spawn(move || {
        tell.send(linux.this_thread()).unwrap();
        work(&linux)
    });
    (told.recv().unwrap(), working)
}

/// Interrupt the thread again and again until it is done, as whoever ends a guest does.
pub(crate) fn interrupt<T>(linux: &Linux, thread: Thread, working: JoinHandle<T>) -> T {
    while !working.is_finished() {
        thread::sleep(Duration::from_millis(5));
        linux.interrupt(&thread);
    }
    working.join().unwrap()
}
