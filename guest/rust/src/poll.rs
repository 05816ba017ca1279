//! Waiting for several sockets at once. What is found is told alike on every target.

use std::io;
use std::time::Duration;

// Where there are no descriptors, these are what sockets have in their place.
#[cfg(not(all(target_os = "wasi", target_env = "p1")))]
use rustix::fd::{AsFd, BorrowedFd};
#[cfg(all(target_os = "wasi", target_env = "p1"))]
use std::os::fd::{AsFd, BorrowedFd};

/// What a socket is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Interest {
    /// Reading, or accepting, would not wait.
    Readable,
    /// Writing would not wait; or a connection is made, or failed to be.
    Writable,
    /// Either.
    Both,
}

impl Interest {
    pub(crate) fn reads(self) -> bool {
        self != Self::Writable
    }

    pub(crate) fn writes(self) -> bool {
        self != Self::Readable
    }
}

/// One socket to wait for, and what the last [`poll`] found.
#[derive(Debug)]
pub struct PollFd<'fd> {
    pub(crate) fd: BorrowedFd<'fd>,
    pub(crate) interest: Interest,
    pub(crate) found: Found,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    pub(crate) readable: bool,
    pub(crate) writable: bool,
    pub(crate) hung_up: bool,
    pub(crate) failed: bool,
}

impl<'fd> PollFd<'fd> {
    /// A socket, of which nothing is found yet.
    pub fn new(fd: &'fd impl AsFd, interest: Interest) -> Self {
        Self {
            fd: fd.as_fd(),
            interest,
            found: Found::default(),
        }
    }

    /// Whether it was waited for to be readable, and a read would not wait: there is data, the end, or an error.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.found.readable
    }

    /// Whether it was waited for to be writable, and a write would not wait: there is room, or an error.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.found.writable
    }

    /// Whether both directions of the stream have ended, and not by an error. Told whatever it was waited for.
    #[must_use]
    pub fn is_hung_up(&self) -> bool {
        self.found.hung_up
    }

    /// Whether an error waits, which the next call is told. Told whatever it was waited for.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.found.failed
    }

    /// Whether anything was found. What ended or failed is as ready as it ever will be.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.found.readable || self.found.writable
    }
}

/// Waits until one of the sockets is what it is waited for, at most for `timeout`; returns how many are.
///
/// `None` waits for ever, which takes a socket to wait for.
///
/// # Errors
///
/// [`InvalidInput`](io::ErrorKind::InvalidInput) if there is nothing to wait for; what the system says otherwise.
///
/// ```
/// use std::time::Duration;
/// use iwasm_socket::{Interest, PollFd, UdpSocket, poll};
///
/// # fn main() -> std::io::Result<()> {
/// let socket = UdpSocket::bind("127.0.0.1:0")?;
/// let mut polled = [PollFd::new(&socket, Interest::Readable)];
/// assert_eq!(poll(&mut polled, Some(Duration::ZERO))?, 0);
///
/// socket.send_to(b"ping", socket.local_addr()?)?;
/// assert_eq!(poll(&mut polled, None)?, 1);
/// assert!(polled[0].is_readable());
/// # Ok(())
/// # }
/// ```
pub fn poll(sockets: &mut [PollFd<'_>], timeout: Option<Duration>) -> io::Result<usize> {
    if sockets.is_empty() && timeout.is_none() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "neither a socket nor a time to wait for",
        ));
    }
    for socket in &mut *sockets {
        socket.found = Found::default();
    }
    wait(sockets, timeout)?;
    Ok(sockets.iter().filter(|socket| socket.is_ready()).count())
}

#[cfg(all(target_os = "wasi", target_env = "p1"))]
use crate::p1::wait;

#[cfg(not(all(target_os = "wasi", target_env = "p1")))]
fn wait(sockets: &mut [PollFd<'_>], timeout: Option<Duration>) -> io::Result<()> {
    use rustix::event::{PollFd as System, PollFlags, Timespec};

    // What the system cannot count is as good as for ever.
    let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
    let mut asked: Vec<_> = sockets
        .iter()
        .map(|socket| {
            let mut flags = PollFlags::empty();
            flags.set(PollFlags::IN, socket.interest.reads());
            flags.set(PollFlags::OUT, socket.interest.writes());
            System::from_borrowed_fd(socket.fd, flags)
        })
        .collect();
    rustix::event::poll(&mut asked, timeout.as_ref())?;
    for (socket, asked) in sockets.iter_mut().zip(&asked) {
        let told = asked.revents();
        let failed = told.intersects(PollFlags::ERR | PollFlags::NVAL);
        let hung_up = told.contains(PollFlags::HUP) && !failed;
        let over = failed || hung_up;
        socket.found = Found {
            readable: socket.interest.reads() && (over || told.contains(PollFlags::IN)),
            writable: socket.interest.writes() && (over || told.contains(PollFlags::OUT)),
            hung_up,
            failed,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TcpListener, TcpStream};

    #[test]
    fn a_wait_for_nothing_has_to_have_an_end() {
        assert_eq!(
            poll(&mut [], None).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
        assert_eq!(poll(&mut [], Some(Duration::from_millis(1))).unwrap(), 0);
    }

    #[test]
    fn only_what_was_asked_for_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        for (interest, readable, writable) in [
            (Interest::Readable, false, false),
            (Interest::Writable, false, true),
            (Interest::Both, false, true),
        ] {
            let mut polled = [PollFd::new(&client, interest)];
            poll(&mut polled, Some(Duration::ZERO)).unwrap();
            assert_eq!(polled[0].is_readable(), readable, "{interest:?}");
            assert_eq!(polled[0].is_writable(), writable, "{interest:?}");
        }
    }

    #[test]
    fn what_an_earlier_poll_found_is_forgotten() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let mut polled = [PollFd::new(&listener, Interest::Readable)];
        assert_eq!(poll(&mut polled, Some(Duration::from_secs(10))).unwrap(), 1);
        listener.accept().unwrap();
        assert_eq!(poll(&mut polled, Some(Duration::ZERO)).unwrap(), 0);
        drop(client);
    }
}
