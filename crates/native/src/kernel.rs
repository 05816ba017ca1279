//! [`Linux`]: the sockets, names, readiness, clocks and randomness of the system that the process runs on.

use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use iwasm_abi::Errno;
use iwasm_net::{
    Address, Clock, Family, Flag, Group, Interest, Kernel, Kind, Limit, Readiness, Ready, Receive,
    Received, Sending, Shutdown, Size, Span, Stop,
};
use iwasm_policy::{NamePermit, UnixPath};

use crate::interrupt::Signal;
use crate::poll::Sets;
use crate::{Poller, SignalError, Thread, clock, descriptors, names, options, poll, sys, unix};

/// Linux's sockets and files. Cheap to clone: what it has is a number.
#[derive(Clone, Debug)]
pub struct Linux {
    signal: Signal,
}

impl Linux {
    /// Linux, with the signal `SIGRTMIN+5` to end blocked calls.
    ///
    /// From here to the end of the process the signal is this library's. Its handler does nothing, and it is sent to
    /// threads only that asked for it through [`Kernel::this_thread`]. If the process has its own use for that
    /// signal, take another: [`with_signal`](Self::with_signal).
    pub fn new() -> Result<Self, SignalError> {
        Self::with_signal(Signal::usual())
    }

    /// Linux, with this signal to end blocked calls: `SIGUSR1`, `SIGUSR2`, or one from `SIGRTMIN` to `SIGRTMAX`.
    ///
    /// A handler that the process has set for it already is not replaced: that is an error.
    pub fn with_signal(signal: i32) -> Result<Self, SignalError> {
        let signal = Signal::own(signal)?;
        Ok(Self { signal })
    }
}

/// An open object of the system: a socket, a standard stream, or a file that can be waited for. Dropping it closes it, and
/// takes it out of every set.
#[derive(Debug)]
pub struct Handle {
    fd: OwnedFd,
    /// Kept where the system does not do the latter by itself.
    sets: Option<Box<Sets>>,
}

impl Handle {
    /// An object whose open file description nobody else holds.
    pub(crate) fn private(fd: OwnedFd) -> Self {
        Self { fd, sets: None }
    }

    /// The sets to be told when it closes, if any are.
    pub(crate) fn sets(&self) -> Option<&Sets> {
        self.sets.as_deref()
    }
}

/// Others may hold the open file description as well.
impl From<OwnedFd> for Handle {
    fn from(fd: OwnedFd) -> Self {
        let sets = Some(Box::default());
        Self { fd, sets }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(sets) = &self.sets {
            sets.forget(self.fd.as_fd());
        }
    }
}

impl AsFd for Handle {
    #[inline]
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl Kernel for Linux {
    type Handle = Handle;
    type Poller = Poller;
    type Thread = Thread;

    fn open(&self, family: Family, kind: Kind) -> Result<Handle, Errno> {
        sys::open(family, kind).map(Handle::private)
    }

    fn pair(&self, kind: Kind) -> Result<(Handle, Handle), Errno> {
        let (one, other) = sys::pair(kind)?;
        Ok((Handle::private(one), Handle::private(other)))
    }

    fn bind(&self, socket: &Handle, at: SocketAddr) -> Result<(), Errno> {
        sys::bind(socket.as_fd(), &at)
    }

    fn bind_path(&self, socket: &Handle, at: &UnixPath) -> Result<(), Errno> {
        unix::bind(socket.as_fd(), at)
    }

    fn listen(&self, socket: &Handle, backlog: u32) -> Result<(), Errno> {
        sys::listen(socket.as_fd(), backlog)
    }

    fn accept(&self, socket: &Handle, nonblocking: bool) -> Result<(Handle, Address), Errno> {
        let (accepted, peer) = sys::accept(socket.as_fd(), nonblocking)?;
        Ok((Handle::private(accepted), peer))
    }

    fn connect(&self, socket: &Handle, to: SocketAddr) -> Result<(), Errno> {
        sys::connect(socket.as_fd(), &to)
    }

    fn connect_path(&self, socket: &Handle, to: &UnixPath) -> Result<(), Errno> {
        unix::connect(socket.as_fd(), to)
    }

    fn disconnect(&self, socket: &Handle) -> Result<(), Errno> {
        sys::disconnect(socket.as_fd())
    }

    fn local(&self, socket: &Handle) -> Result<Address, Errno> {
        sys::local(socket.as_fd())
    }

    fn remote(&self, socket: &Handle) -> Result<Address, Errno> {
        sys::remote(socket.as_fd())
    }

    #[inline]
    fn receive(&self, socket: &Handle, into: &[Span<'_>], how: Receive) -> Result<Received, Errno> {
        sys::receive(socket.as_fd(), into, how)
    }

    #[inline]
    fn send(
        &self,
        socket: &Handle,
        from: &[Span<'_>],
        to: Option<SocketAddr>,
        how: Sending,
    ) -> Result<usize, Errno> {
        sys::send(socket.as_fd(), from, to, how)
    }

    fn shutdown(&self, socket: &Handle, how: Shutdown) -> Result<(), Errno> {
        sys::shutdown(socket.as_fd(), how)
    }

    fn nonblocking(&self, handle: &Handle) -> Result<bool, Errno> {
        options::nonblocking(handle.as_fd())
    }

    fn set_nonblocking(&self, handle: &Handle, on: bool) -> Result<(), Errno> {
        options::set_nonblocking(handle.as_fd(), on)
    }

    fn flag(&self, socket: &Handle, flag: Flag) -> Result<bool, Errno> {
        options::flag(socket.as_fd(), flag)
    }

    fn set_flag(&self, socket: &Handle, flag: Flag, on: bool) -> Result<(), Errno> {
        options::set_flag(socket.as_fd(), flag, on)
    }

    fn size(&self, socket: &Handle, size: Size) -> Result<u32, Errno> {
        options::size(socket.as_fd(), size)
    }

    fn set_size(&self, socket: &Handle, size: Size, to: u32) -> Result<(), Errno> {
        options::set_size(socket.as_fd(), size, to)
    }

    fn limit(&self, socket: &Handle, limit: Limit) -> Result<Option<Duration>, Errno> {
        options::limit(socket.as_fd(), limit)
    }

    fn set_limit(&self, socket: &Handle, limit: Limit, to: Option<Duration>) -> Result<(), Errno> {
        options::set_limit(socket.as_fd(), limit, to)
    }

    fn linger(&self, socket: &Handle) -> Result<Option<u32>, Errno> {
        options::linger(socket.as_fd())
    }

    fn set_linger(&self, socket: &Handle, seconds: Option<u32>) -> Result<(), Errno> {
        options::set_linger(socket.as_fd(), seconds)
    }

    fn take_error(&self, socket: &Handle) -> Result<Option<Errno>, Errno> {
        options::take_error(socket.as_fd())
    }

    fn accepting(&self, socket: &Handle) -> Result<bool, Errno> {
        options::accepting(socket.as_fd())
    }

    fn join(&self, socket: &Handle, group: Group) -> Result<(), Errno> {
        options::join(socket.as_fd(), group)
    }

    fn leave(&self, socket: &Handle, group: Group) -> Result<(), Errno> {
        options::leave(socket.as_fd(), group)
    }

    fn resolve(
        &self,
        name: &NamePermit,
        family: Option<Family>,
        stop: &Stop,
    ) -> Result<Vec<IpAddr>, Errno> {
        names::resolve(name.name().as_str(), family, stop)
    }

    fn service(&self, name: &str, kind: Kind) -> Result<u16, Errno> {
        names::service(name, kind)
    }

    #[inline]
    fn readable(&self, handle: &Handle) -> Result<u64, Errno> {
        poll::readable(handle.as_fd())
    }

    fn poll(
        &self,
        handles: &[(&Handle, Interest)],
        ready: &mut [Readiness],
        timeout: Option<Duration>,
    ) -> Result<(), Errno> {
        poll::poll(handles, ready, timeout)
    }

    fn poller(&self) -> Result<Poller, Errno> {
        Poller::new()
    }

    fn watch(
        &self,
        poller: &Poller,
        handle: &Handle,
        token: u64,
        interest: Interest,
    ) -> Result<(), Errno> {
        poller.watch(handle, token, interest)
    }

    fn unwatch(&self, poller: &Poller, handle: &Handle) -> Result<(), Errno> {
        poller.unwatch(handle)
    }

    fn wait(
        &self,
        poller: &Poller,
        ready: &mut [Ready],
        timeout: Option<Duration>,
    ) -> Result<usize, Errno> {
        poller.wait(ready, timeout)
    }

    fn now(&self, clock: Clock) -> Result<u64, Errno> {
        clock::now(clock)
    }

    fn resolution(&self, clock: Clock) -> Result<u64, Errno> {
        clock::resolution(clock)
    }

    fn random(&self, into: Span<'_>) -> Result<(), Errno> {
        sys::random(into)
    }

    fn yield_now(&self) {
        std::thread::yield_now();
    }

    fn parallelism(&self) -> u32 {
        let threads = std::thread::available_parallelism();
        threads.map_or(1, |threads| threads.get().try_into().unwrap_or(u32::MAX))
    }

    fn part_ways(&self) {
        descriptors::part_ways();
    }

    fn this_thread(&self) -> Thread {
        self.signal.this_thread()
    }

    fn interrupt(&self, thread: &Thread) {
        self.signal.send(thread);
    }
}
