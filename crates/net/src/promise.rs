//! A bind that is promised and not made: for guests that only look at what the host makes of an address.
//!
//! A promise reaches nothing. The system hears of it, and the policy is asked and its no told, as soon as the guest does
//! something with the socket that needs the address.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use iwasm_abi::Errno;
use iwasm_policy::TcpBind;

use crate::life::State;
use crate::{Caller, Family, Kernel, Kind, Socket};

/// WASIX's C library binds this address, asks for it and closes the socket, to learn in which order the host writes
/// ports. It takes a no for an answer, but whoever reads of the denial would look for a server in the guest.
const PROBE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 10275);

impl<K: Kernel> Caller<'_, K> {
    /// Give the socket its own address, as [`bind`](Self::bind) does; but the one that guests only look at is promised
    /// where the policy denies it.
    pub fn bind_or_promise(&self, socket: &Socket<K>, at: SocketAddr) -> Result<(), Errno> {
        let looks = at == PROBE && (socket.family(), socket.kind()) == (Family::V4, Kind::Stream);
        if looks
            && socket.state.get() == State::Fresh
            && self.net.policy.permit::<TcpBind>(at).is_err()
        {
            socket.state.step(State::Fresh, State::Promised);
            return Ok(());
        }
        self.bind(socket, at)
    }

    /// The address that the socket was promised.
    pub(crate) fn promised(&self, socket: &Socket<K>) -> Option<SocketAddr> {
        (socket.state.get() == State::Promised).then_some(PROBE)
    }

    /// Make the bind that was promised, before what needs it: the policy says no to it again, and now it is told.
    pub(crate) fn keep_promise(&self, socket: &Socket<K>) -> Result<(), Errno> {
        match self.promised(socket) {
            Some(at) => self.bind(socket, at),
            None => Ok(()),
        }
    }
}
