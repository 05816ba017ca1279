//! How long an accept or a connect waits: bounds that systems do not have, so the core keeps them.
//!
//! A call with a bound waits for readiness first, which has an end and can be interrupted, and then does what does not
//! wait any more; only a connect to a path has no such readiness. A call without a bound is the system's alone.

use core::net::SocketAddr;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_policy::UnixPath;

use crate::{
    Address, Caller, Clock, Fail, Interest, Kernel, Kind, Limit, Readiness, Shutdown, Socket,
};

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// An accept, for the next connection.
    Accept,
    /// A connect of a stream, for the peer, or for room in the queue at a path.
    Connect,
}

/// The bounds of one socket in nanoseconds; 0 is none.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    accept: AtomicU64,
    connect: AtomicU64,
}

impl Patience {
    fn of(&self, what: Waiting) -> &AtomicU64 {
        match what {
            Waiting::Accept => &self.accept,
            Waiting::Connect => &self.connect,
        }
    }

    fn get(&self, what: Waiting) -> Option<u64> {
        let nanoseconds = self.of(what).load(Ordering::Relaxed);
        (nanoseconds != 0).then_some(nanoseconds)
    }
}

/// When a wait is over: a moment of the monotonic clock.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(u64);

impl<K: Kernel> Caller<'_, K> {
    /// How long such a call on the socket waits; none is for ever.
    pub fn patience(&self, socket: &Socket<K>, what: Waiting) -> Option<Duration> {
        socket.patience.get(what).map(Duration::from_nanos)
    }

    /// Bound the wait of such calls; the end of it is ETIMEDOUT. A bound of no time is the shortest there is.
    pub fn set_patience(&self, socket: &Socket<K>, what: Waiting, to: Option<Duration>) {
        let nanoseconds = to.map_or(0, |to| {
            u64::try_from(to.as_nanos()).unwrap_or(u64::MAX).max(1)
        });
        socket
            .patience
            .of(what)
            .store(nanoseconds, Ordering::Relaxed);
    }

    /// When a call that begins now must be over. None where there is no bound, or the socket waits for nothing.
    pub(crate) fn deadline(
        &self,
        socket: &Socket<K>,
        what: Waiting,
    ) -> Result<Option<Deadline>, Errno> {
        let Some(most) = socket.patience.get(what) else {
            return Ok(None);
        };
        let never_waits = what == Waiting::Connect && socket.kind() == Kind::Datagram;
        if never_waits || self.kernel().nonblocking(&socket.handle)? {
            return Ok(None);
        }
        let now = self.kernel().now(Clock::Monotonic)?;
        Ok(Some(Deadline(now.saturating_add(most))))
    }

    /// The next connection and its peer, or ETIMEDOUT.
    pub(crate) fn accept_by(
        &self,
        socket: &Socket<K>,
        nonblocking: bool,
        deadline: Deadline,
    ) -> Result<(K::Handle, Address), Fail> {
        loop {
            self.ready_by(socket, Interest::READ, deadline)?;
            // Another thread may have taken what waited, and then an accept would wait for one more: so it is looked at
            // again where no other takes any.
            let _alone = socket.alone();
            if self.is_ready(socket, Interest::READ, Duration::ZERO)? {
                return self.accept_whenever(socket, nonblocking);
            }
        }
    }

    /// Connect a stream that waits, or ETIMEDOUT: then it is as it was, and nothing goes on in the system.
    pub(crate) fn connect_by(
        &self,
        socket: &Socket<K>,
        to: SocketAddr,
        deadline: Deadline,
    ) -> Result<(), Fail> {
        let kernel = self.kernel();
        self.net.stop.check()?;
        kernel.set_nonblocking(&socket.handle, true)?;
        let done = match kernel.connect(&socket.handle, to) {
            Err(Errno::Inprogress | Errno::Already | Errno::Intr) => {
                self.connected_by(socket, deadline)
            }
            done => done.map_err(Fail::from),
        };
        kernel.set_nonblocking(&socket.handle, false)?;
        done
    }

    /// Wait for what a connect began.
    fn connected_by(&self, socket: &Socket<K>, deadline: Deadline) -> Result<(), Fail> {
        let kernel = self.kernel();
        match self.ready_by(socket, Interest::WRITE, deadline) {
            Ok(()) => match kernel.take_error(&socket.handle)? {
                Some(errno) => Err(errno.into()),
                None => Ok(()),
            },
            Err(Fail::Errno(Errno::Timedout)) => {
                // For Linux that is to give the attempt up, and the socket can connect anew. The error that it leaves
                // behind is nobody's. Seen on 6.18: ECONNRESET.
                let _ = kernel.shutdown(&socket.handle, Shutdown::Both);
                let _ = kernel.take_error(&socket.handle);
                Err(Errno::Timedout.into())
            }
            failed => failed,
        }
    }

    /// Connect to a path, or ETIMEDOUT.
    ///
    /// A queue without room makes no socket ready when it has some. But Linux bounds the wait for it by the limit on sends,
    /// and says EAGAIN then (seen on 6.18). So that limit is lent for it: nothing else waits on a socket without a peer.
    pub(crate) fn connect_path_by(
        &self,
        socket: &Socket<K>,
        to: &UnixPath,
        deadline: Deadline,
    ) -> Result<(), Fail> {
        let kernel = self.kernel();
        // Or another thread would take the lent limit for the socket's own, and give that back.
        let _alone = socket.alone();
        let limit = kernel.limit(&socket.handle, Limit::Send)?;
        let done = self.queue_by(socket, to, deadline, limit.unwrap_or(Duration::MAX));
        kernel.set_limit(&socket.handle, Limit::Send, limit)?;
        done
    }

    /// Wait for room in a queue. When the socket's own limit is over before, that is EAGAIN.
    fn queue_by(
        &self,
        socket: &Socket<K>,
        to: &UnixPath,
        deadline: Deadline,
        limit: Duration,
    ) -> Result<(), Fail> {
        let kernel = self.kernel();
        loop {
            self.net.stop.check()?;
            let left = self.left(deadline)?;
            kernel.set_limit(&socket.handle, Limit::Send, Some(left.min(limit)))?;
            match kernel.connect_path(&socket.handle, to) {
                Err(Errno::Again) if left <= limit => return Err(Errno::Timedout.into()),
                Err(Errno::Intr) if left.is_zero() => return Err(Errno::Timedout.into()),
                Err(Errno::Intr) => {}
                done => return Ok(done?),
            }
        }
    }

    fn left(&self, deadline: Deadline) -> Result<Duration, Errno> {
        let now = self.kernel().now(Clock::Monotonic)?;
        Ok(Duration::from_nanos(deadline.0.saturating_sub(now)))
    }

    /// Wait until the socket is ready, or ETIMEDOUT.
    fn ready_by(
        &self,
        socket: &Socket<K>,
        interest: Interest,
        deadline: Deadline,
    ) -> Result<(), Fail> {
        loop {
            self.net.stop.check()?;
            let left = self.left(deadline)?;
            match self.is_ready(socket, interest, left) {
                Ok(true) => return Ok(()),
                Ok(false) if left.is_zero() => return Err(Errno::Timedout.into()),
                Ok(false) | Err(Errno::Intr) => {}
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// Is what the socket was making made or failed?
    pub fn is_settled(&self, socket: &Socket<K>) -> Result<bool, Errno> {
        self.is_ready(socket, Interest::WRITE, Duration::ZERO)
    }

    /// Is the socket ready, at once or within the time? An interruption that ends nothing begins that time anew.
    pub fn ready_within(
        &self,
        socket: &Socket<K>,
        interest: Interest,
        within: Duration,
    ) -> Result<bool, Fail> {
        self.net
            .stop
            .blocking(|| self.is_ready(socket, interest, within))
    }

    /// The same, asked once.
    fn is_ready(
        &self,
        socket: &Socket<K>,
        interest: Interest,
        within: Duration,
    ) -> Result<bool, Errno> {
        let mut ready = [Readiness::default()];
        self.kernel()
            .poll(&[(&socket.handle, interest)], &mut ready, Some(within))?;
        Ok(ready[0].any())
    }
}
