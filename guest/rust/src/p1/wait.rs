//! Waiting with WASIp1's `poll_oneoff`: one subscription for each thing that a socket is waited for.

use std::io;
use std::os::fd::AsRawFd;
use std::time::Duration;

use iwasm_abi::p1::{clockid, event, eventrwflags, eventtype, subscription};

use crate::ffi::{self, Event, Subscription};
use crate::poll::PollFd;

/// Fills in what is found of the sockets.
pub(crate) fn wait(sockets: &mut [PollFd<'_>], timeout: Option<Duration>) -> io::Result<()> {
    let mut wanted = Vec::with_capacity(2 * sockets.len() + 1);
    for (at, socket) in sockets.iter().enumerate() {
        let fd = socket.fd.as_raw_fd();
        if socket.interest.reads() {
            wanted.push(ready(at, eventtype::FD_READ, fd));
        }
        if socket.interest.writes() {
            wanted.push(ready(at, eventtype::FD_WRITE, fd));
        }
    }
    wanted.extend(timeout.map(after));
    let mut found = vec![Event([0; event::SIZE]); wanted.len()];
    let total = ffi::wait(&wanted, &mut found)?;
    for event in found.iter().take(total) {
        note(sockets, &event.0);
    }
    Ok(())
}

/// An error makes a socket ready: whoever uses it then is told.
fn note(sockets: &mut [PollFd<'_>], told: &[u8; event::SIZE]) {
    let at = told[event::USERDATA].try_into();
    let at = u64::from_le_bytes(at.expect("userdata has eight bytes"));
    let socket = usize::try_from(at).ok().and_then(|at| sockets.get_mut(at));
    let (Some(socket), [kind]) = (socket, &told[event::TYPE]) else {
        return;
    };
    match *kind {
        eventtype::FD_READ => socket.found.readable = true,
        eventtype::FD_WRITE => socket.found.writable = true,
        _ => return,
    }
    socket.found.failed |= told[event::ERROR] != [0; 2];
    let flags = told[event::FLAGS].try_into();
    let flags = u16::from_le_bytes(flags.expect("flags have two bytes"));
    socket.found.hung_up |= flags & eventrwflags::FD_READWRITE_HANGUP != 0;
}

fn ready(at: usize, kind: u8, fd: i32) -> Subscription {
    let mut bytes = [0; subscription::SIZE];
    bytes[subscription::USERDATA].copy_from_slice(&(at as u64).to_le_bytes());
    bytes[subscription::TAG].fill(kind);
    bytes[subscription::fd::DESCRIPTOR].copy_from_slice(&fd.to_le_bytes());
    Subscription(bytes)
}

/// The time from now on: WAMR takes no other beside sockets.
fn after(time: Duration) -> Subscription {
    let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let mut bytes = [0; subscription::SIZE];
    bytes[subscription::USERDATA].fill(u8::MAX);
    bytes[subscription::TAG].fill(eventtype::CLOCK);
    bytes[subscription::clock::ID].copy_from_slice(&clockid::MONOTONIC.to_le_bytes());
    bytes[subscription::clock::TIMEOUT].copy_from_slice(&nanoseconds.to_le_bytes());
    Subscription(bytes)
}
