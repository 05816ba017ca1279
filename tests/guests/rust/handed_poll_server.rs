//! `handed_poll_server COUNT`: as `handed_echo_server`, with a nonblocking listener, and one `poll` over all connections.
//!
//! Plain std and the C library that is linked to it: nothing in here knows of `iwasm`.

use std::env;
use std::ffi::{c_int, c_short, c_ulong};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd};

#[repr(C)]
struct PollFd {
    fd: c_int,
    events: c_short,
    revents: c_short,
}

/// wasi-libc's number (POLLRDNORM).
const POLLIN: c_short = 1;

unsafe extern "C" {
    fn poll(fds: *mut PollFd, count: c_ulong, milliseconds: c_int) -> c_int;
}

fn main() -> io::Result<()> {
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    // SAFETY: descriptor 3 is the listener, and nothing else in here has it.
    let listener = unsafe { TcpListener::from_raw_fd(3) };
    listener.set_nonblocking(true)?;
    match listener.accept() {
        Err(error) if error.kind() == ErrorKind::WouldBlock => println!("nobody yet"),
        other => println!("accepted {other:?}"),
    }
    serve(&listener, count.unwrap_or(usize::MAX))
}

fn serve(listener: &TcpListener, mut more: usize) -> io::Result<()> {
    let mut open: Vec<TcpStream> = Vec::new();
    while more > 0 || !open.is_empty() {
        for ready in ready(listener, more > 0, &open)?.into_iter().rev() {
            match ready {
                None => {
                    let (stream, _) = listener.accept()?;
                    open.push(stream);
                    more -= 1;
                }
                Some(at) if !echo(&mut open[at])? => drop(open.swap_remove(at)),
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Wait: the listener, which counts while there are more to come, is nothing, a connection its place.
fn ready(listener: &TcpListener, more: bool, open: &[TcpStream]) -> io::Result<Vec<Option<usize>>> {
    let watched = |fd, events| PollFd {
        fd,
        events,
        revents: 0,
    };
    let mut fds = vec![watched(listener.as_raw_fd(), if more { POLLIN } else { 0 })];
    fds.extend(
        open.iter()
            .map(|stream| watched(stream.as_raw_fd(), POLLIN)),
    );
    // SAFETY: an array and its length.
    let found = unsafe { poll(fds.as_mut_ptr(), fds.len() as c_ulong, -1) };
    if found < 0 {
        return Err(io::Error::last_os_error());
    }
    let places = fds.iter().enumerate().filter(|(_, fd)| fd.revents != 0);
    Ok(places.map(|(at, _)| at.checked_sub(1)).collect())
}

/// Whether there may come more.
fn echo(stream: &mut TcpStream) -> io::Result<bool> {
    let mut buffer = [0; 4096];
    let len = stream.read(&mut buffer)?;
    stream.write_all(&buffer[..len])?;
    Ok(len > 0)
}
