//! Streams and listeners.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::p1::riflags;
use iwasm_abi::wamr::sock_type;

use super::lookup::{ToSocketAddrs, first};
use super::socket::{Socket, descriptor, errno, no_time};
use crate::ffi;

/// A connection, as [`std::net::TcpStream`].
///
/// ```
/// use std::io::{Read, Write};
/// use iwasm_socket::{Shutdown, TcpListener, TcpStream};
///
/// # fn main() -> std::io::Result<()> {
/// # let listener = TcpListener::bind("127.0.0.1:0")?;
/// # let address = listener.local_addr()?;
/// let mut stream = TcpStream::connect(address)?;
/// # let mut peer = listener.accept()?.0;
/// # peer.write_all(b"answer")?;
/// # peer.shutdown(Shutdown::Write)?;
/// stream.write_all(b"question")?;
/// stream.shutdown(Shutdown::Write)?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
/// # assert_eq!(answer, "answer");
/// # Ok(())
/// # }
/// ```
pub struct TcpStream(Socket);

descriptor!(TcpStream);

/// What `std::net` documents.
#[expect(clippy::missing_errors_doc, reason = "they are those of `std::net`")]
impl TcpStream {
    /// Connects to the first of the addresses that answers.
    pub fn connect<A: ToSocketAddrs>(addr: A) -> io::Result<Self> {
        first(addr, |addr| {
            let socket = Socket::open(addr, sock_type::STREAM)?;
            ffi::connect(socket.fd(), addr)?;
            Ok(Self(socket))
        })
    }

    /// Connects, or gives up after a time, which is not 0.
    pub fn connect_timeout(addr: &SocketAddr, timeout: Duration) -> io::Result<Self> {
        if timeout.is_zero() {
            return Err(no_time());
        }
        let socket = Socket::open(addr, sock_type::STREAM)?;
        socket.set_nonblocking(true)?;
        socket.connect_within(addr, timeout)?;
        socket.set_nonblocking(false)?;
        Ok(Self(socket))
    }

    /// The address of the other end.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        ffi::peer_addr(self.0.fd())
    }

    /// The address of this end.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ffi::local_addr(self.0.fd())
    }

    /// Ends reading, writing or both. WAMR itself always ends both.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.shutdown(how)
    }

    /// The same connection once more; it ends with the last of them.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self(self.0.clone()))
    }

    /// How long a read waits before it fails with [`WouldBlock`](io::ErrorKind::WouldBlock); `None` is for ever.
    pub fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.0.set_read_timeout(timeout)
    }

    /// How long a write waits before it fails with [`WouldBlock`](io::ErrorKind::WouldBlock); `None` is for ever.
    pub fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.0.set_write_timeout(timeout)
    }

    /// How long a read waits.
    pub fn read_timeout(&self) -> io::Result<Option<Duration>> {
        self.0.read_timeout()
    }

    /// How long a write waits.
    pub fn write_timeout(&self) -> io::Result<Option<Duration>> {
        self.0.write_timeout()
    }

    /// Receives, and leaves what it received to be received again. WAMR itself does not leave it.
    pub fn peek(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.receive(&mut [IoSliceMut::new(buf)], riflags::RECV_PEEK)
    }

    /// Whether small segments are sent at once.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        ffi::set_nodelay(self.0.fd(), nodelay.into())
    }

    /// Whether small segments are sent at once.
    pub fn nodelay(&self) -> io::Result<bool> {
        ffi::nodelay(self.0.fd()).map(|on| on != 0)
    }

    /// How many hops its packets live, at most 255.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.set_ttl(ttl)
    }

    /// How many hops its packets live.
    pub fn ttl(&self) -> io::Result<u32> {
        self.0.ttl()
    }

    /// Takes the error that waits off the socket. WAMR itself cannot: programs that call this do not run on it.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        ffi::take_error(self.0.fd())
    }

    /// Whether calls that would wait fail with [`WouldBlock`](io::ErrorKind::WouldBlock) instead.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.0.set_nonblocking(nonblocking)
    }

    // WAMR refuses buffers without room, of which POSIX receives nothing.
    fn receive(&self, buffers: &mut [IoSliceMut<'_>], flags: u16) -> io::Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        self.0.recv_vectored(buffers, flags)
    }

    fn send(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        self.0.send(buffers)
    }
}

impl Read for &TcpStream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.receive(&mut [IoSliceMut::new(buf)], 0)
    }

    fn read_vectored(&mut self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        self.receive(bufs, 0)
    }
}

impl Write for &TcpStream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.send(&[IoSlice::new(buf)])
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.send(bufs)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for TcpStream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buf)
    }

    fn read_vectored(&mut self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        (&*self).read_vectored(bufs)
    }
}

impl Write for TcpStream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        (&*self).write(buf)
    }

    fn write_vectored(&mut self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        (&*self).write_vectored(bufs)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A listener, as [`std::net::TcpListener`].
///
/// ```
/// use std::io::Write;
/// use iwasm_socket::TcpListener;
///
/// # fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// # let client = iwasm_socket::TcpStream::connect(listener.local_addr()?)?;
/// for stream in listener.incoming() {
///     stream?.write_all(b"welcome")?;
/// #   break;
/// }
/// # assert_eq!(std::io::read_to_string(client)?, "welcome");
/// # Ok(())
/// # }
/// ```
pub struct TcpListener(Socket);

descriptor!(TcpListener);

/// How many connections wait to be accepted, as in the standard library.
const BACKLOG: i32 = 128;

/// What `std::net` documents.
#[expect(clippy::missing_errors_doc, reason = "they are those of `std::net`")]
impl TcpListener {
    /// Listens at the first of the addresses that can be had.
    pub fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<Self> {
        first(addr, |addr| {
            let socket = Socket::open(addr, sock_type::STREAM)?;
            ffi::set_reuse_addr(socket.fd())?;
            ffi::bind(socket.fd(), addr)?;
            ffi::listen(socket.fd(), BACKLOG)?;
            Ok(Self(socket))
        })
    }

    /// The address that it listens at.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        ffi::local_addr(self.0.fd())
    }

    /// The same listener once more; it ends with the last of them.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self(self.0.clone()))
    }

    /// The next connection, and who made it.
    pub fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        loop {
            let stream = self.next()?;
            match stream.peer_addr() {
                Ok(peer) => return Ok((stream, peer)),
                // The peer broke it off before it could be asked for: as if it had never come.
                Err(error) if errno(&error) == Some(Errno::Notconn) => (),
                Err(error) => return Err(error),
            }
        }
    }

    /// The connections as they come, without end.
    #[must_use]
    pub fn incoming(&self) -> Incoming<'_> {
        Incoming(self)
    }

    /// How many hops the packets of its connections live, at most 255.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.0.set_ttl(ttl)
    }

    /// How many hops the packets of its connections live.
    pub fn ttl(&self) -> io::Result<u32> {
        self.0.ttl()
    }

    /// Takes the error that waits off the socket. WAMR itself cannot: programs that call this do not run on it.
    pub fn take_error(&self) -> io::Result<Option<io::Error>> {
        ffi::take_error(self.0.fd())
    }

    /// Whether accepting fails with [`WouldBlock`](io::ErrorKind::WouldBlock) when nobody is there.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        self.0.set_nonblocking(nonblocking)
    }

    fn next(&self) -> io::Result<TcpStream> {
        ffi::accept(self.0.fd()).map(TcpStream::from)
    }
}

/// The connections of a listener as they come: [`TcpListener::incoming`].
#[derive(Debug)]
pub struct Incoming<'a>(&'a TcpListener);

impl Iterator for Incoming<'_> {
    type Item = io::Result<TcpStream>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next())
    }
}

impl std::iter::FusedIterator for Incoming<'_> {}
