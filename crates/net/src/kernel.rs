//! The seam: what the core asks of the system below it, on opaque handles.
//!
//! An implementation does what it is told and decides nothing: the policy has spoken before. In an enclave the other
//! side is hostile, so the core trusts no number that comes back.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_policy::{NamePermit, UnixPath};

use crate::{Address, Interest, Readiness, Ready, Span, Stop};

/// The system's sockets, names, readiness, clocks and randomness.
///
/// A call that may block answers EINTR when [`interrupt`](Self::interrupt) hits its thread; the core then looks at its
/// [`Stop`] flag and calls again.
pub trait Kernel: Send + Sync + Sized + 'static {
    /// An open object of the system. Dropping it closes it.
    type Handle: Send + Sync;
    /// A set of handles that the system watches. Threads share it: one changes it while others wait on it.
    type Poller: Send + Sync;
    /// A thread that can be interrupted.
    type Thread: Send + Sync;

    /// A new blocking socket.
    fn open(&self, family: Family, kind: Kind) -> Result<Self::Handle, Errno>;
    /// Two blocking sockets that are connected to each other, and to nobody else.
    fn pair(&self, kind: Kind) -> Result<(Self::Handle, Self::Handle), Errno>;
    /// Give the socket its own address. `at` is in the socket's family.
    fn bind(&self, socket: &Self::Handle, at: SocketAddr) -> Result<(), Errno>;
    /// Make a socket file at the path and give it to the UNIX socket. No link in the path is followed: ELOOP.
    fn bind_path(&self, socket: &Self::Handle, at: &UnixPath) -> Result<(), Errno>;
    /// Take connections from now on.
    fn listen(&self, socket: &Self::Handle, backlog: u32) -> Result<(), Errno>;
    /// The next connection and its peer.
    fn accept(
        &self,
        socket: &Self::Handle,
        nonblocking: bool,
    ) -> Result<(Self::Handle, Address), Errno>;
    /// Connect, or name the one peer of a datagram socket. `to` is in the socket's family.
    fn connect(&self, socket: &Self::Handle, to: SocketAddr) -> Result<(), Errno>;
    /// Connect the UNIX socket to the one at the path. No link in the path is followed, nor is the path itself one:
    /// ELOOP.
    fn connect_path(&self, socket: &Self::Handle, to: &UnixPath) -> Result<(), Errno>;
    /// The datagram socket has no peer any more. A port that the system chose for it may go with the peer.
    fn disconnect(&self, socket: &Self::Handle) -> Result<(), Errno>;
    /// The socket's own address.
    fn local(&self, socket: &Self::Handle) -> Result<Address, Errno>;
    /// The peer's address.
    fn remote(&self, socket: &Self::Handle) -> Result<Address, Errno>;
    /// Receive straight into the spans.
    fn receive(
        &self,
        socket: &Self::Handle,
        into: &[Span<'_>],
        how: Receive,
    ) -> Result<Received, Errno>;
    /// Send straight from the spans. A peer that is gone is EPIPE, never a signal.
    fn send(
        &self,
        socket: &Self::Handle,
        from: &[Span<'_>],
        to: Option<SocketAddr>,
        how: Sending,
    ) -> Result<usize, Errno>;
    /// Close one or both directions.
    fn shutdown(&self, socket: &Self::Handle, how: Shutdown) -> Result<(), Errno>;

    /// Do calls on this handle answer EAGAIN instead of waiting?
    fn nonblocking(&self, handle: &Self::Handle) -> Result<bool, Errno>;
    /// Choose between waiting and EAGAIN.
    fn set_nonblocking(&self, handle: &Self::Handle, on: bool) -> Result<(), Errno>;
    /// An option that is on or off.
    fn flag(&self, socket: &Self::Handle, flag: Flag) -> Result<bool, Errno>;
    /// Switch an option.
    fn set_flag(&self, socket: &Self::Handle, flag: Flag, on: bool) -> Result<(), Errno>;
    /// An option that is a number.
    fn size(&self, socket: &Self::Handle, size: Size) -> Result<u32, Errno>;
    /// Set such an option.
    fn set_size(&self, socket: &Self::Handle, size: Size, to: u32) -> Result<(), Errno>;
    /// How long a call may wait; none is for ever.
    fn limit(&self, socket: &Self::Handle, limit: Limit) -> Result<Option<Duration>, Errno>;
    /// Bound the wait of a call.
    fn set_limit(
        &self,
        socket: &Self::Handle,
        limit: Limit,
        to: Option<Duration>,
    ) -> Result<(), Errno>;
    /// How many seconds a close waits for data to go out; none is not at all.
    fn linger(&self, socket: &Self::Handle) -> Result<Option<u32>, Errno>;
    /// Set that.
    fn set_linger(&self, socket: &Self::Handle, seconds: Option<u32>) -> Result<(), Errno>;
    /// Take the error that waits for the socket off it, if one does.
    fn take_error(&self, socket: &Self::Handle) -> Result<Option<Errno>, Errno>;
    /// Does the socket take connections?
    fn accepting(&self, socket: &Self::Handle) -> Result<bool, Errno>;
    /// Begin to receive what is sent to the group.
    fn join(&self, socket: &Self::Handle, group: Group) -> Result<(), Errno>;
    /// Cease to.
    fn leave(&self, socket: &Self::Handle, group: Group) -> Result<(), Errno>;

    /// The addresses of a name. The wait can be long and deaf to interruption: it ends when `stop` is raised.
    ///
    /// ENOENT: there is no such name. EAGAIN: the resolver cannot say now. EIO: it refused.
    fn resolve(
        &self,
        name: &NamePermit,
        family: Option<Family>,
        stop: &Stop,
    ) -> Result<Vec<IpAddr>, Errno>;
    /// The port of a service by its name. EINVAL: there is no such service.
    fn service(&self, name: &str, kind: Kind) -> Result<u16, Errno>;

    /// How many bytes a read would give at once.
    fn readable(&self, handle: &Self::Handle) -> Result<u64, Errno>;
    /// Wait once until one of the handles is ready or the time is over, and say of each what it is.
    fn poll(
        &self,
        handles: &[(&Self::Handle, Interest)],
        ready: &mut [Readiness],
        timeout: Option<Duration>,
    ) -> Result<(), Errno>;
    /// A new, empty set. A handle that is dropped leaves every set, whoever else holds what it stands for.
    fn poller(&self) -> Result<Self::Poller, Errno>;
    /// Put a handle into the set, or change what is asked of it. EPERM: it cannot be waited for, it is always ready.
    fn watch(
        &self,
        poller: &Self::Poller,
        handle: &Self::Handle,
        token: u64,
        interest: Interest,
    ) -> Result<(), Errno>;
    /// Take a handle out of the set.
    fn unwatch(&self, poller: &Self::Poller, handle: &Self::Handle) -> Result<(), Errno>;
    /// Wait until handles of the set are ready or the time is over: how many of `ready` were written.
    fn wait(
        &self,
        poller: &Self::Poller,
        ready: &mut [Ready],
        timeout: Option<Duration>,
    ) -> Result<usize, Errno>;

    /// The time of a clock in nanoseconds.
    fn now(&self, clock: Clock) -> Result<u64, Errno>;
    /// The clock's resolution in nanoseconds.
    fn resolution(&self, clock: Clock) -> Result<u64, Errno>;
    /// Fill the span with random bytes.
    fn random(&self, into: Span<'_>) -> Result<(), Errno>;
    /// Let other threads run.
    fn yield_now(&self);
    /// How many threads can run at once.
    fn parallelism(&self) -> u32 {
        1
    }

    /// The calling thread will use no handle any more, and drop none: let the guest's threads have them to themselves,
    /// where that makes their calls quicker.
    fn part_ways(&self) {}

    /// The thread that calls.
    fn this_thread(&self) -> Self::Thread;
    /// Interrupt whatever call the thread is blocked in. The thread must not have ended.
    fn interrupt(&self, thread: &Self::Thread);
}

/// The family of a socket's addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6, and IPv4 in mapped form unless [`Flag::OnlyV6`] is on.
    V6,
    /// Paths of this machine.
    Unix,
}

impl Family {
    /// The family that an address is written in.
    pub fn of(ip: IpAddr) -> Self {
        match ip {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }
}

/// How a socket carries data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A byte stream: TCP, or one of the UNIX family.
    Stream,
    /// Messages: UDP.
    Datagram,
}

/// Which directions a shutdown closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// Receiving.
    Read,
    /// Sending: the peer reads an end.
    Write,
    /// Both.
    Both,
}

/// How to receive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receive {
    /// Leave the data where it is.
    pub peek: bool,
    /// Wait until the spans are full.
    pub wait_all: bool,
    /// The caller wants to know the sender.
    pub source: bool,
    /// The caller wants to know whether a message was cut off. Never asked of a stream, which has no messages.
    pub truncation: bool,
    /// Do not wait, whatever the socket does.
    pub dont_wait: bool,
}

/// How to send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// Do not wait, whatever the socket does.
    pub dont_wait: bool,
}

/// What was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// How many bytes were written.
    pub len: usize,
    /// The message was longer than the spans, and its rest is lost.
    pub truncated: bool,
    /// Who sent it, where the kernel says so.
    pub source: Option<SocketAddr>,
}

/// Options that are on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// SO_REUSEADDR.
    ReuseAddr,
    /// SO_REUSEPORT.
    ReusePort,
    /// SO_KEEPALIVE.
    KeepAlive,
    /// SO_BROADCAST.
    Broadcast,
    /// SO_DONTROUTE.
    DontRoute,
    /// SO_OOBINLINE.
    OobInline,
    /// TCP_NODELAY.
    NoDelay,
    /// TCP_QUICKACK.
    QuickAck,
    /// TCP_FASTOPEN_CONNECT.
    FastOpenConnect,
    /// IPV6_V6ONLY.
    OnlyV6,
    /// IP_MULTICAST_LOOP.
    MulticastLoopV4,
    /// IPV6_MULTICAST_LOOP.
    MulticastLoopV6,
}

/// Options that are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// SO_RCVBUF in bytes, as it was asked for.
    ReceiveBuffer,
    /// SO_SNDBUF in bytes, as it was asked for.
    SendBuffer,
    /// SO_RCVLOWAT in bytes.
    ReceiveLowWater,
    /// SO_SNDLOWAT in bytes. Linux has one value for it.
    SendLowWater,
    /// TCP_KEEPIDLE in seconds.
    KeepIdle,
    /// TCP_KEEPINTVL in seconds.
    KeepInterval,
    /// TCP_KEEPCNT in probes.
    KeepCount,
    /// IP_TTL in hops.
    Ttl,
    /// IPV6_UNICAST_HOPS in hops.
    HopLimit,
    /// IP_MULTICAST_TTL in hops.
    MulticastTtl,
}

/// Bounds on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// SO_RCVTIMEO.
    Receive,
    /// SO_SNDTIMEO.
    Send,
}

/// A multicast group on an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// An IPv4 group, on the interface that has the address; the unspecified address lets the system choose.
    V4 {
        /// The group.
        group: Ipv4Addr,
        /// An address of the interface.
        interface: Ipv4Addr,
    },
    /// An IPv6 group, on the interface with the index; 0 lets the system choose.
    V6 {
        /// The group.
        group: Ipv6Addr,
        /// The interface's index.
        interface: u32,
    },
}

/// Clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Since 1970; it can be set.
    Realtime,
    /// Since some moment; it never goes back.
    Monotonic,
    /// CPU time of the process.
    Process,
    /// CPU time of the thread.
    Thread,
}
