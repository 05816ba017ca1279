//! A socket's life, from its making to its connection: each step judged by the policy, then taken.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use iwasm_abi::Errno;
use iwasm_policy::{
    AddrUse, Denial, MulticastJoin, Permit, Policy, TcpAccept, TcpBind, TcpConnect, TcpListen,
    UdpBind, UdpConnect, UdpSend,
};

use crate::journal::{Journal, Once};
use crate::patience::{Patience, Waiting};
use crate::{Fail, Family, Flag, Group, Kernel, Kind, Shutdown, Stop};

/// What all calls of one guest act on: the system, the policy, the stop flag and the journal.
pub struct Net<K: Kernel> {
    /// The system.
    pub kernel: K,
    /// What the guest may reach.
    pub policy: Policy,
    /// The flag that ends the guest.
    pub stop: Stop,
    journal: Once,
}

impl<K: Kernel> Net<K> {
    /// A core for one guest.
    pub fn new(kernel: K, policy: Policy, journal: Box<dyn Journal>) -> Self {
        Self {
            kernel,
            policy,
            stop: Stop::default(),
            journal: Once::new(journal),
        }
    }

    /// The core in the name of one call, as the guest's dialect spells it.
    #[inline]
    pub fn caller(&self, call: &'static str) -> Caller<'_, K> {
        Caller { net: self, call }
    }
}

/// The core in the name of one call of the guest.
pub struct Caller<'a, K: Kernel> {
    pub(crate) net: &'a Net<K>,
    call: &'static str,
}

impl<K: Kernel> Clone for Caller<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kernel> Copy for Caller<'_, K> {}

/// A socket of the guest.
pub struct Socket<K: Kernel> {
    pub(crate) handle: K::Handle,
    family: Family,
    kind: Kind,
    pub(crate) state: Life,
    shape: Mutex<()>,
    pub(crate) patience: Patience,
}

impl<K: Kernel> Socket<K> {
    pub(crate) fn new(handle: K::Handle, family: Family, kind: Kind, state: State) -> Self {
        Self {
            handle,
            family,
            kind,
            state: Life(AtomicU8::new(state as u8)),
            shape: Mutex::default(),
            patience: Patience::default(),
        }
    }

    /// The family of its addresses.
    #[inline]
    pub fn family(&self) -> Family {
        self.family
    }

    /// How it carries data.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What the system waits on.
    #[inline]
    pub fn handle(&self) -> &K::Handle {
        &self.handle
    }

    /// Must the sender of each message be judged when it comes? On a fresh socket, too: another thread can send and so
    /// give it a port while this one waits for a message.
    #[inline]
    pub(crate) fn judges_senders(&self) -> bool {
        self.kind == Kind::Datagram && matches!(self.state.get(), State::Fresh | State::Implicit)
    }

    /// Is it one of two that were made together?
    #[inline]
    pub(crate) fn is_paired(&self) -> bool {
        self.state.get() == State::Paired
    }

    /// No other thread narrows or widens the socket, or gives it its port, while this is held.
    pub(crate) fn alone(&self) -> MutexGuard<'_, ()> {
        self.shape.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The system gives the socket a port that no bind asked for. It does so before it looks for a route or at a
    /// message's length, so also in a send or connect that fails. Seen on Linux 6: EMSGSIZE, and a port.
    pub(crate) fn takes_a_port(&self) {
        if self.kind == Kind::Datagram {
            self.state.step(State::Fresh, State::Implicit);
        }
    }
}

/// Where a socket is in its life, as far as the policy must know it; the system knows the rest.
///
/// A socket of the guest begins as `Fresh`, an accepted one as `Connected`, one of a pair as `Paired`, and one that is
/// handed in as what its maker made of it: any of these but `Implicit` and `Paired`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    /// Made. Next: `Bound` by bind, `Promised` by a bind that is none, `Listening` by listen, `Connected` by connect,
    /// `Implicit` by a send or a connect that failed.
    Fresh,
    /// Holds an address that the policy granted, or that it was handed in with. Stays so: what comes in was granted with
    /// it. Next: `Listening` by listen.
    Bound,
    /// A datagram socket with a port that nobody asked for: whoever finds that port can write to it, so senders are judged.
    /// Stays so, for a later connect leaves in the queue what came before it. Next: `Bound`, where the system binds it
    /// all the same, and so had given it no port.
    Implicit,
    /// Takes connections. Stays so.
    Listening,
    /// Has one peer, which the policy granted, or which it was handed in with. Stays so.
    Connected,
    /// Has one peer, which the guest has as well, and no address. Stays so.
    Paired,
    /// Told the guest that it has an address, which the policy denies: to the system it is fresh. Next: `Bound`, where
    /// another address is granted.
    Promised,
}

/// A [`State`] that several threads look at.
pub(crate) struct Life(AtomicU8);

impl Life {
    #[inline]
    pub(crate) fn get(&self) -> State {
        match self.0.load(Ordering::Acquire) {
            0 => State::Fresh,
            1 => State::Bound,
            2 => State::Implicit,
            3 => State::Listening,
            5 => State::Paired,
            6 => State::Promised,
            _ => State::Connected,
        }
    }

    /// Go from one state to another; where another thread was first, its step stands.
    pub(crate) fn step(&self, from: State, to: State) {
        let _ = self
            .0
            .compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire);
    }

    fn set(&self, to: State) {
        self.0.store(to as u8, Ordering::Release);
    }
}

impl<'a, K: Kernel> Caller<'a, K> {
    /// The system.
    pub fn kernel(&self) -> &'a K {
        &self.net.kernel
    }

    /// Ask the policy, and tell the journal of a no.
    pub(crate) fn permit<U: AddrUse>(&self, addr: SocketAddr) -> Result<Permit<U>, Errno> {
        self.net
            .policy
            .permit(addr)
            .map_err(|denial| self.denied(&denial))
    }

    pub(crate) fn denied(&self, denial: &Denial) -> Errno {
        self.net.journal.denied(self.call, denial);
        Errno::Acces
    }

    /// Tell the journal, once, that the guest wants what is not served.
    pub fn notice(&self, text: &'static str) {
        self.net.journal.notice(text);
    }

    /// There is no such thing here: tell the journal, and answer ENOTSUP.
    pub fn unsupported(&self) -> Errno {
        self.net.journal.unsupported(self.call);
        Errno::Notsup
    }

    /// A new socket. It reaches nothing yet, so it needs no grant.
    pub fn open(&self, family: Family, kind: Kind) -> Result<Socket<K>, Errno> {
        let handle = self.kernel().open(family, kind)?;
        Ok(Socket::new(handle, family, kind, State::Fresh))
    }

    /// Give the socket its own address.
    pub fn bind(&self, socket: &Socket<K>, at: SocketAddr) -> Result<(), Errno> {
        in_family(socket.family, at)?;
        if socket.is_paired() {
            return Err(Errno::Inval);
        }
        let at = match socket.kind {
            Kind::Stream => self.permit::<TcpBind>(at)?.addr(),
            Kind::Datagram => self.permit::<UdpBind>(at)?.addr(),
        };
        let _alone = socket.alone();
        self.narrow_wildcard(socket, at)?;
        self.kernel()
            .bind(&socket.handle, spelled(socket.family, at))?;
        socket.state.step(State::Fresh, State::Bound);
        socket.state.step(State::Implicit, State::Bound);
        socket.state.step(State::Promised, State::Bound);
        Ok(())
    }

    /// Take connections. Without a bind before, the system gives a port on the wildcard address: that is judged here.
    pub fn listen(&self, socket: &Socket<K>, backlog: u32) -> Result<(), Errno> {
        if socket.kind == Kind::Datagram {
            return Err(Errno::Notsup);
        }
        self.keep_promise(socket)?;
        let _alone = socket.alone();
        let at = match socket.state.get() {
            State::Fresh => unspecified(socket.family),
            State::Paired => return Err(Errno::Inval),
            _ => self.local(socket)?,
        };
        let at = self.permit::<TcpListen>(at)?.addr();
        // A bind has narrowed it already. What a failed connect leaves behind was never judged as a listener.
        if !matches!(socket.state.get(), State::Bound | State::Listening) {
            self.narrow_wildcard(socket, at)?;
        }
        self.kernel().listen(&socket.handle, backlog)?;
        socket.state.set(State::Listening);
        Ok(())
    }

    /// A wildcard IPv6 socket also takes what comes over IPv4, which needs a grant of its own: without one, the
    /// socket is narrowed to IPv6 before it gets its port.
    fn narrow_wildcard(&self, socket: &Socket<K>, at: SocketAddr) -> Result<(), Errno> {
        if socket.family == Family::V4 || at.ip() != IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
            return Ok(());
        }
        let v4 = SocketAddr::new(wildcard(Family::V4), at.port());
        let granted = match socket.kind {
            Kind::Stream => self.net.policy.permit::<TcpBind>(v4).is_ok(),
            Kind::Datagram => self.net.policy.permit::<UdpBind>(v4).is_ok(),
        };
        if granted {
            return Ok(());
        }
        self.kernel().set_flag(&socket.handle, Flag::OnlyV6, true)
    }

    /// The next connection whose peer the policy lets in; others are closed unseen.
    pub fn accept(&self, socket: &Socket<K>, nonblocking: bool) -> Result<Socket<K>, Fail> {
        let (accepted, _) = self.accept_from(socket, nonblocking)?;
        Ok(accepted)
    }

    /// The same, with its peer.
    pub fn accept_from(
        &self,
        socket: &Socket<K>,
        nonblocking: bool,
    ) -> Result<(Socket<K>, SocketAddr), Fail> {
        if socket.kind == Kind::Datagram {
            return Err(Errno::Notsup.into());
        }
        if socket.is_paired() {
            return Err(Errno::Inval.into());
        }
        let deadline = self.deadline(socket, Waiting::Accept)?;
        loop {
            let (handle, peer) = match deadline {
                Some(deadline) => self.accept_by(socket, nonblocking, deadline)?,
                None => self
                    .net
                    .stop
                    .blocking(|| self.kernel().accept(&socket.handle, nonblocking))?,
            };
            if Family::of(peer.ip()) != socket.family {
                return Err(Errno::Io.into());
            }
            if self.permit::<TcpAccept>(peer).is_ok() {
                let family = socket.family;
                let accepted = Socket::new(handle, family, Kind::Stream, State::Connected);
                return Ok((accepted, peer));
            }
        }
    }

    /// Connect to a peer.
    pub fn connect(&self, socket: &Socket<K>, to: SocketAddr) -> Result<(), Fail> {
        in_family(socket.family, to)?;
        if socket.is_paired() {
            return Err(Errno::Isconn.into());
        }
        let to = destination(to);
        let to = match socket.kind {
            Kind::Stream => self.permit::<TcpConnect>(to)?.addr(),
            Kind::Datagram => self.permit::<UdpConnect>(to)?.addr(),
        };
        self.keep_promise(socket)?;
        let dialled = spelled(socket.family, to);
        let done = match self.deadline(socket, Waiting::Connect)? {
            Some(deadline) => self.connect_by(socket, dialled, deadline),
            None => self.connect_whenever(socket, dialled),
        };
        if matches!(done, Ok(()) | Err(Fail::Errno(Errno::Inprogress))) {
            socket.state.step(State::Fresh, State::Connected);
        } else {
            socket.takes_a_port();
        }
        done
    }

    /// Connect, for as long as the system tries.
    fn connect_whenever(&self, socket: &Socket<K>, to: SocketAddr) -> Result<(), Fail> {
        let mut begun = false;
        self.net.stop.blocking(|| {
            let answer = self.kernel().connect(&socket.handle, to);
            match answer {
                // An interrupted connect goes on in the system: to ask again finds it under way, or done.
                Err(Errno::Isconn) if begun => Ok(()),
                Err(Errno::Intr) => {
                    begun = true;
                    answer
                }
                _ => answer,
            }
        })
    }

    /// The socket's own address, as its family writes it.
    pub fn local(&self, socket: &Socket<K>) -> Result<SocketAddr, Errno> {
        if socket.is_paired() {
            return Ok(unspecified(socket.family));
        }
        if let Some(promised) = self.promised(socket) {
            return Ok(promised);
        }
        believed(socket.family, self.kernel().local(&socket.handle)?)
    }

    /// The peer's address, as the socket's family writes it.
    pub fn remote(&self, socket: &Socket<K>) -> Result<SocketAddr, Errno> {
        if socket.is_paired() {
            return Ok(unspecified(socket.family));
        }
        believed(socket.family, self.kernel().remote(&socket.handle)?)
    }

    /// Close one or both directions.
    pub fn shutdown(&self, socket: &Socket<K>, how: Shutdown) -> Result<(), Errno> {
        self.kernel().shutdown(&socket.handle, how)
    }

    /// Begin to receive what is sent to a group.
    pub fn join(&self, socket: &Socket<K>, group: Group) -> Result<(), Errno> {
        let named = match group {
            Group::V4 { group, .. } => IpAddr::V4(group),
            Group::V6 { group, .. } => IpAddr::V6(group),
        };
        if !named.is_multicast() {
            return Err(Errno::Inval);
        }
        if socket.is_paired() {
            return Err(Errno::Noprotoopt);
        }
        let _granted: Permit<MulticastJoin> = self.permit(SocketAddr::new(named, 0))?;
        self.kernel().join(&socket.handle, group)
    }

    /// Cease to.
    pub fn leave(&self, socket: &Socket<K>, group: Group) -> Result<(), Errno> {
        if socket.is_paired() {
            return Err(Errno::Noprotoopt);
        }
        self.kernel().leave(&socket.handle, group)
    }

    /// Where a message to `to` goes, if the policy lets it.
    #[inline]
    pub(crate) fn addressed(
        &self,
        socket: &Socket<K>,
        to: SocketAddr,
    ) -> Result<SocketAddr, Errno> {
        in_family(socket.family, to)?;
        if socket.is_paired() {
            return Err(Errno::Isconn);
        }
        let to = destination(to);
        let to = match socket.kind {
            // The system ignores the address then: data goes to the peer that was granted at the connect. The
            // address is judged all the same, so that no call names what it may not reach.
            Kind::Stream => self.permit::<TcpConnect>(to)?.addr(),
            Kind::Datagram => self.permit::<UdpSend>(to)?.addr(),
        };
        Ok(spelled(socket.family, to))
    }
}

/// The address must be written in the socket's family.
fn in_family(family: Family, addr: SocketAddr) -> Result<(), Errno> {
    if Family::of(addr.ip()) != family {
        return Err(Errno::Afnosupport);
    }
    Ok(())
}

/// An address that the system gave, if a socket of this family can have it.
pub(crate) fn believed(family: Family, addr: SocketAddr) -> Result<SocketAddr, Errno> {
    if Family::of(addr.ip()) != family {
        return Err(Errno::Io);
    }
    Ok(addr)
}

fn wildcard(family: Family) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::UNSPECIFIED.into(),
        Family::V6 => Ipv6Addr::UNSPECIFIED.into(),
    }
}

/// The wildcard address and no port.
fn unspecified(family: Family) -> SocketAddr {
    SocketAddr::new(wildcard(family), 0)
}

/// Linux takes the unspecified address as a destination for loopback (ip(7)): say so before the policy is asked, or
/// a grant to bind it would be a grant to reach loopback.
fn destination(to: SocketAddr) -> SocketAddr {
    let ip = match to.ip().to_canonical() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, to.port())
}

/// A canonical address as a socket of this family spells it.
fn spelled(family: Family, addr: SocketAddr) -> SocketAddr {
    match (family, addr.ip()) {
        (Family::V6, IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), addr.port()),
        _ => addr,
    }
}
