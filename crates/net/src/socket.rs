//! A socket's life, from its making to its connection: each step judged by the policy, then taken.

use core::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use iwasm_abi::Errno;
use iwasm_policy::{AddrUse, Denial, Permit, Policy, TcpAccept};

use crate::address::believed;
use crate::ip::unspecified;
use crate::journal::{Journal, Once};
use crate::life::{Life, State};
use crate::patience::{Patience, Waiting};
use crate::unix::Paths;
use crate::{Address, Fail, Family, Kernel, Kind, Shutdown, Stop};

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
    pub(crate) family: Family,
    pub(crate) kind: Kind,
    pub(crate) state: Life,
    /// Of a UNIX socket: the guest's names for its ends.
    pub(crate) paths: Option<Box<Paths>>,
    shape: Mutex<()>,
    pub(crate) patience: Patience,
}

impl<K: Kernel> Socket<K> {
    pub(crate) fn new(handle: K::Handle, family: Family, kind: Kind, state: State) -> Self {
        Self {
            handle,
            family,
            kind,
            state: Life::begin(state),
            paths: (family == Family::Unix).then(Box::default),
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

    /// Has it addresses and options of IP?
    pub(crate) fn speaks_ip(&self) -> bool {
        self.family != Family::Unix && !self.is_paired()
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

    /// A new socket. It reaches nothing yet, so it needs no grant. Of the UNIX family there are streams alone.
    pub fn open(&self, family: Family, kind: Kind) -> Result<Socket<K>, Errno> {
        if (family, kind) == (Family::Unix, Kind::Datagram) {
            return Err(Errno::Protonosupport);
        }
        let handle = self.kernel().open(family, kind)?;
        Ok(Socket::new(handle, family, kind, State::Fresh))
    }

    /// Give the socket its own address.
    pub fn bind(&self, socket: &Socket<K>, at: impl Into<Address>) -> Result<(), Errno> {
        match at.into() {
            Address::Inet(at) => self.bind_ip(socket, at),
            Address::Unix(at) => self.bind_path(socket, &at),
            Address::Unnamed => Err(Errno::Inval),
        }
    }

    /// Take connections. A bind was granted this, too; without one before, it is judged as a bind here.
    pub fn listen(&self, socket: &Socket<K>, backlog: u32) -> Result<(), Errno> {
        if socket.kind == Kind::Datagram {
            return Err(Errno::Notsup);
        }
        self.keep_promise(socket)?;
        let _alone = socket.alone();
        match socket.family {
            Family::V4 | Family::V6 => self.may_listen_ip(socket)?,
            Family::Unix => self.may_listen_path(socket)?,
        }
        self.kernel().listen(&socket.handle, backlog)?;
        socket.state.set(State::Listening);
        Ok(())
    }

    /// The next connection whose peer the policy lets in, and that peer; others are closed unseen. Who comes to a path is
    /// not judged.
    pub fn accept(
        &self,
        socket: &Socket<K>,
        nonblocking: bool,
    ) -> Result<(Socket<K>, Address), Fail> {
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
                None => self.accept_whenever(socket, nonblocking)?,
            };
            let peer = believed(socket.family, peer)?;
            if self.lets_in(&peer) {
                let family = socket.family;
                let accepted = Socket::new(handle, family, Kind::Stream, State::Connected);
                accepted.came_to(socket);
                return Ok((accepted, peer));
            }
        }
    }

    /// The next connection, for as long as none comes.
    pub(crate) fn accept_whenever(
        &self,
        socket: &Socket<K>,
        nonblocking: bool,
    ) -> Result<(K::Handle, Address), Fail> {
        self.net
            .stop
            .blocking(|| self.kernel().accept(&socket.handle, nonblocking))
    }

    fn lets_in(&self, peer: &Address) -> bool {
        match peer {
            Address::Inet(peer) => self.permit::<TcpAccept>(*peer).is_ok(),
            Address::Unix(_) | Address::Unnamed => true,
        }
    }

    /// Connect to a peer.
    pub fn connect(&self, socket: &Socket<K>, to: impl Into<Address>) -> Result<(), Fail> {
        match to.into() {
            Address::Inet(to) => self.connect_ip(socket, to),
            Address::Unix(to) => self.connect_path(socket, &to),
            Address::Unnamed => Err(Errno::Inval.into()),
        }
    }

    /// The socket's own address, as its family writes it.
    pub fn local(&self, socket: &Socket<K>) -> Result<Address, Errno> {
        if socket.is_paired() {
            return Ok(nowhere(socket.family));
        }
        if let Some(path) = socket.own_path() {
            return Ok(Address::Unix(path.clone()));
        }
        if let Some(promised) = self.promised(socket) {
            return Ok(promised.into());
        }
        believed(socket.family, self.kernel().local(&socket.handle)?)
    }

    /// The peer's address, as the socket's family writes it.
    pub fn remote(&self, socket: &Socket<K>) -> Result<Address, Errno> {
        if socket.is_paired() {
            return Ok(nowhere(socket.family));
        }
        if let Some(path) = socket.peer_path() {
            return Ok(Address::Unix(path.clone()));
        }
        believed(socket.family, self.kernel().remote(&socket.handle)?)
    }

    /// Close one or both directions.
    pub fn shutdown(&self, socket: &Socket<K>, how: Shutdown) -> Result<(), Errno> {
        self.kernel().shutdown(&socket.handle, how)
    }
}

/// The address of a socket that has none.
pub(crate) fn nowhere(family: Family) -> Address {
    match family {
        Family::V4 | Family::V6 => Address::Inet(unspecified(family)),
        Family::Unix => Address::Unnamed,
    }
}
