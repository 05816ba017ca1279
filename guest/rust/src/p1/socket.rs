//! What streams, listeners and datagram sockets share: a descriptor that is closed when its last owner is gone.

use std::fmt;
use std::io::{self, IoSlice, IoSliceMut};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::{Duration, Instant};

use iwasm_abi::Errno;
use iwasm_abi::p1::{fdflags, sdflags};

use crate::ffi;
use crate::poll::{Interest, PollFd, poll};

/// A socket. Clones share the descriptor: WASIp1 cannot duplicate one.
#[derive(Clone)]
pub(super) struct Socket(Arc<OwnedFd>);

impl Socket {
    /// A new one of the address's family.
    pub(super) fn open(addr: &SocketAddr, kind: i32) -> io::Result<Self> {
        ffi::open(addr, kind).map(Self::from)
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }

    /// The descriptor alone.
    ///
    /// # Panics
    ///
    /// When a clone has it as well: one of them would close what the other uses.
    pub(super) fn into_fd(self) -> OwnedFd {
        Arc::try_unwrap(self.0).expect("a clone of the socket uses the descriptor as well")
    }

    /// Connects in the time given. That it is connected is told by connecting again, which every host knows.
    pub(super) fn connect_within(&self, addr: &SocketAddr, timeout: Duration) -> io::Result<()> {
        let start = Instant::now();
        loop {
            match ffi::connect(self.fd(), addr).map_err(|e| (errno(&e), e)) {
                Ok(()) | Err((Some(Errno::Isconn), _)) => return Ok(()),
                Err((Some(Errno::Inprogress | Errno::Already), _)) => (),
                Err((_, error)) => return Err(error),
            }
            let left = timeout.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(io::Error::from(io::ErrorKind::TimedOut));
            }
            poll(&mut [PollFd::new(&self.0, Interest::Writable)], Some(left))?;
        }
    }

    pub(super) fn recv(&self, buffer: &mut [u8], flags: u16) -> io::Result<usize> {
        self.recv_vectored(&mut [IoSliceMut::new(buffer)], flags)
    }

    pub(super) fn recv_vectored(
        &self,
        buffers: &mut [IoSliceMut<'_>],
        flags: u16,
    ) -> io::Result<usize> {
        ffi::recv(self.fd(), buffers, flags)
    }

    pub(super) fn send(&self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        ffi::send(self.fd(), buffers)
    }

    pub(super) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let how = match how {
            Shutdown::Read => sdflags::RD,
            Shutdown::Write => sdflags::WR,
            Shutdown::Both => sdflags::ALL,
        };
        ffi::shutdown(self.fd(), how)
    }

    pub(super) fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        let flags = ffi::flags(self.fd())?;
        let flags = match nonblocking {
            true => flags | fdflags::NONBLOCK,
            false => flags & !fdflags::NONBLOCK,
        };
        ffi::set_flags(self.fd(), flags)
    }

    pub(super) fn read_timeout(&self) -> io::Result<Option<Duration>> {
        ffi::recv_timeout(self.fd()).map(duration)
    }

    pub(super) fn set_read_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        ffi::set_recv_timeout(self.fd(), microseconds(timeout)?)
    }

    pub(super) fn write_timeout(&self) -> io::Result<Option<Duration>> {
        ffi::send_timeout(self.fd()).map(duration)
    }

    pub(super) fn set_write_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        ffi::set_send_timeout(self.fd(), microseconds(timeout)?)
    }

    pub(super) fn ttl(&self) -> io::Result<u32> {
        ffi::ttl(self.fd()).map(u32::from)
    }

    pub(super) fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        ffi::set_ttl(self.fd(), hops(ttl)?)
    }

    /// What [`fmt::Debug`] says of each kind of socket.
    pub(super) fn describe(&self, name: &str, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = to.debug_struct(name);
        if let Ok(addr) = ffi::local_addr(self.fd()) {
            told.field("addr", &addr);
        }
        if let Ok(peer) = ffi::peer_addr(self.fd()) {
            told.field("peer", &peer);
        }
        told.field("fd", &self.0.as_raw_fd()).finish()
    }
}

impl From<OwnedFd> for Socket {
    fn from(fd: OwnedFd) -> Self {
        Self(Arc::new(fd))
    }
}

/// The error by its number, if it is one of the host's.
pub(super) fn errno(error: &io::Error) -> Option<Errno> {
    let number = error.raw_os_error()?;
    Errno::from_number(number.try_into().ok()?)
}

/// A packet's hops as WAMR takes them: of a larger number it would see the low byte.
pub(super) fn hops(ttl: u32) -> io::Result<i32> {
    match u8::try_from(ttl) {
        Ok(ttl) => Ok(ttl.into()),
        Err(_) => Err(io::Error::from_raw_os_error(Errno::Inval.number().into())),
    }
}

/// 0 is for ever on the wire, and no time at all in `std::net`, which refuses it.
fn microseconds(timeout: Option<Duration>) -> io::Result<i64> {
    let Some(timeout) = timeout else {
        return Ok(0);
    };
    if timeout.is_zero() {
        return Err(no_time());
    }
    Ok(i64::try_from(timeout.as_micros())
        .unwrap_or(i64::MAX)
        .max(1))
}

/// That a wait of no length was asked for.
pub(super) fn no_time() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a timeout of 0 is no timeout")
}

fn duration(microseconds: u64) -> Option<Duration> {
    (microseconds != 0).then(|| Duration::from_micros(microseconds))
}

/// The descriptor of a type that holds one [`Socket`], as `std::net` gives it out and takes it.
macro_rules! descriptor {
    ($socket:ident) => {
        impl AsFd for $socket {
            fn as_fd(&self) -> BorrowedFd<'_> {
                self.0.fd()
            }
        }

        impl AsRawFd for $socket {
            fn as_raw_fd(&self) -> RawFd {
                self.0.fd().as_raw_fd()
            }
        }

        impl From<OwnedFd> for $socket {
            fn from(fd: OwnedFd) -> Self {
                Self(Socket::from(fd))
            }
        }

        /// Panics while a clone of the socket is alive: clones share the descriptor.
        impl From<$socket> for OwnedFd {
            fn from(socket: $socket) -> Self {
                socket.0.into_fd()
            }
        }

        /// Panics while a clone of the socket is alive: clones share the descriptor.
        impl IntoRawFd for $socket {
            fn into_raw_fd(self) -> RawFd {
                self.0.into_fd().into_raw_fd()
            }
        }

        impl fmt::Debug for $socket {
            fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.describe(stringify!($socket), to)
            }
        }
    };
}

pub(super) use descriptor;
