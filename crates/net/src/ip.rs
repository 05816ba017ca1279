//! What names an address of IP: bind, listen, connect, and membership in groups.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use iwasm_abi::Errno;
use iwasm_policy::{
    MulticastJoin, Permit, TcpBind, TcpConnect, TcpListen, UdpBind, UdpConnect, UdpSend,
};

use crate::life::State;
use crate::patience::Waiting;
use crate::{Caller, Fail, Family, Flag, Group, Kernel, Kind, Socket};

impl<K: Kernel> Caller<'_, K> {
    /// Give the socket its own address.
    pub(crate) fn bind_ip(&self, socket: &Socket<K>, at: SocketAddr) -> Result<(), Errno> {
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

    /// May the socket take connections? Without a bind before, the system gives a port on the wildcard address: that is
    /// judged here.
    pub(crate) fn may_listen_ip(&self, socket: &Socket<K>) -> Result<(), Errno> {
        let at = match socket.state.get() {
            State::Fresh => unspecified(socket.family),
            State::Paired => return Err(Errno::Inval),
            _ => self.local(socket)?.inet()?,
        };
        let at = self.permit::<TcpListen>(at)?.addr();
        // A bind has narrowed it already. What a failed connect leaves behind was never judged as a listener.
        if !matches!(socket.state.get(), State::Bound | State::Listening) {
            self.narrow_wildcard(socket, at)?;
        }
        Ok(())
    }

    /// A wildcard IPv6 socket also takes what comes over IPv4, which needs a grant of its own: without one, the
    /// socket is narrowed to IPv6 before it gets its port.
    fn narrow_wildcard(&self, socket: &Socket<K>, at: SocketAddr) -> Result<(), Errno> {
        if socket.family != Family::V6 || at.ip() != IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
            return Ok(());
        }
        let v4 = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), at.port());
        let granted = match socket.kind {
            Kind::Stream => self.net.policy.permit::<TcpBind>(v4).is_ok(),
            Kind::Datagram => self.net.policy.permit::<UdpBind>(v4).is_ok(),
        };
        if granted {
            return Ok(());
        }
        self.kernel().set_flag(&socket.handle, Flag::OnlyV6, true)
    }

    /// Connect to a peer.
    pub(crate) fn connect_ip(&self, socket: &Socket<K>, to: SocketAddr) -> Result<(), Fail> {
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

    /// Let a datagram socket have no peer any more. A port that no bind asked for is everybody's to write to then.
    pub fn disconnect(&self, socket: &Socket<K>) -> Result<(), Errno> {
        if socket.kind != Kind::Datagram || socket.is_paired() {
            return Err(Errno::Notsup);
        }
        let _alone = socket.alone();
        // Before the system does it: not one message comes through unjudged.
        socket.state.step(State::Connected, State::Implicit);
        self.kernel().disconnect(&socket.handle)
    }

    /// The same, but the socket keeps the address that it was bound to. Linux takes a port back that it picked itself, as
    /// for a bind to port 0; seen on 6.18. Another program may be quicker to get it: EADDRINUSE.
    pub fn disconnect_in_place(&self, socket: &Socket<K>) -> Result<(), Errno> {
        let bound = socket.state.get() == State::Bound;
        let before = self.local(socket)?.inet()?;
        self.disconnect(socket)?;
        let after = self.local(socket)?.inet()?;
        if bound && after.port() == 0 {
            // It is the one that was granted.
            let own = SocketAddr::new(after.ip(), before.port());
            self.kernel().bind(&socket.handle, own)?;
        }
        Ok(())
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
        if !socket.speaks_ip() {
            return Err(Errno::Noprotoopt);
        }
        let _granted: Permit<MulticastJoin> = self.permit(SocketAddr::new(named, 0))?;
        self.kernel().join(&socket.handle, group)
    }

    /// Cease to.
    pub fn leave(&self, socket: &Socket<K>, group: Group) -> Result<(), Errno> {
        if !socket.speaks_ip() {
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

/// The wildcard address and no port; IPv4's for a family that has none.
pub(crate) fn unspecified(family: Family) -> SocketAddr {
    let ip = match family {
        Family::V6 => Ipv6Addr::UNSPECIFIED.into(),
        Family::V4 | Family::Unix => Ipv4Addr::UNSPECIFIED.into(),
    };
    SocketAddr::new(ip, 0)
}

/// Linux takes the unspecified address as a destination for loopback (ip(7)): say so before the policy is asked, or
/// a grant to bind it would be a grant to reach loopback.
pub(crate) fn destination(mut to: SocketAddr) -> SocketAddr {
    // The scope of a link-local address stays: without it there is no way to such a peer.
    to.set_ip(match to.ip().to_canonical() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    });
    to
}

/// A canonical address as a socket of this family spells it.
fn spelled(family: Family, addr: SocketAddr) -> SocketAddr {
    match (family, addr.ip()) {
        (Family::V6, IpAddr::V4(ip)) => SocketAddr::new(ip.to_ipv6_mapped().into(), addr.port()),
        _ => addr,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_keeps_its_scope_and_the_wildcard_is_loopback() {
        let link_local = core::net::SocketAddrV6::new("fe80::1".parse().unwrap(), 80, 0, 3);
        assert_eq!(destination(link_local.into()), link_local.into());
        for (to, is) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("[::ffff:10.0.0.1]:80", "10.0.0.1:80"),
        ] {
            assert_eq!(
                destination(to.parse().unwrap()),
                is.parse().unwrap(),
                "{to}"
            );
        }
    }
}
