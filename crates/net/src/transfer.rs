//! Data in and out: straight between the system and guest memory, with what comes back checked.

use core::net::SocketAddr;

use iwasm_abi::Errno;

use crate::address::believed;
use crate::memory::total;
use crate::socket::nowhere;
use crate::{Address, Caller, Fail, Kernel, Kind, Receive, Received, Sending, Socket, Span};

impl<K: Kernel> Caller<'_, K> {
    /// Receive into the spans.
    ///
    /// A message from a sender that the guest may not reach, on a socket with a port that it was not bound to, is
    /// dropped: its bytes are overwritten and the next one is awaited.
    #[inline]
    pub fn receive(
        &self,
        socket: &Socket<K>,
        into: &[Span<'_>],
        how: Receive,
    ) -> Result<Received, Fail> {
        let judged = socket.judges_senders();
        let messages = socket.kind() == Kind::Datagram;
        let how = Receive {
            source: judged || (how.source && messages && !socket.is_paired()),
            truncation: how.truncation && messages,
            ..how
        };
        loop {
            let received = self
                .net
                .stop
                .blocking(|| self.kernel().receive(socket.handle(), into, how))?;
            let received = checked(socket, into, received)?;
            if !judged || !socket.judges_senders() || self.may_have_sent(received.source) {
                return Ok(received);
            }
            scrub(into, received.len);
            if how.peek {
                self.discard(socket)?;
            }
        }
    }

    /// Receive into the spans, and say who sent it: on a stream and on one of a pair that is the peer.
    ///
    /// A TCP stream that both sides have ended has no peer any more, though what came before can still be read: that is told
    /// as from nowhere.
    #[inline]
    pub fn receive_from(
        &self,
        socket: &Socket<K>,
        into: &[Span<'_>],
        how: Receive,
    ) -> Result<(Received, Address), Fail> {
        // The peer is asked for first, so that no data is taken that could not be reported.
        let peer = match socket.kind() {
            Kind::Datagram if !socket.is_paired() => None,
            _ => Some(match self.remote(socket) {
                Err(Errno::Notconn) if socket.speaks_ip() => nowhere(socket.family),
                peer => peer?,
            }),
        };
        let how = Receive {
            source: true,
            ..how
        };
        let received = self.receive(socket, into, how)?;
        let source = peer.or_else(|| received.source.map(Address::Inet));
        Ok((received, source.ok_or(Errno::Io)?))
    }

    fn may_have_sent(&self, source: Option<SocketAddr>) -> bool {
        source.is_some_and(|source| self.admits_sender(source))
    }

    /// Take a refused message, which was only looked at, off the queue; another thread may have been quicker.
    fn discard(&self, socket: &Socket<K>) -> Result<(), Fail> {
        let how = Receive {
            dont_wait: true,
            ..Receive::default()
        };
        let taken = self
            .net
            .stop
            .blocking(|| self.kernel().receive(socket.handle(), &[], how));
        match taken {
            Ok(_) | Err(Fail::Errno(Errno::Again)) => Ok(()),
            Err(fail) => Err(fail),
        }
    }

    /// Send from the spans: to `to`, or to the peer.
    #[inline]
    pub fn send(
        &self,
        socket: &Socket<K>,
        from: &[Span<'_>],
        to: Option<SocketAddr>,
    ) -> Result<usize, Fail> {
        self.send_as(socket, from, to, Sending::default())
    }

    /// The same, and how.
    #[inline]
    pub fn send_as(
        &self,
        socket: &Socket<K>,
        from: &[Span<'_>],
        to: Option<SocketAddr>,
        how: Sending,
    ) -> Result<usize, Fail> {
        let to = match to {
            Some(to) => Some(self.addressed(socket, to)?),
            None => None,
        };
        socket.takes_a_port();
        let sent = self
            .net
            .stop
            .blocking(|| self.kernel().send(socket.handle(), from, to, how))?;
        if sent > total(from) {
            return Err(Errno::Io.into());
        }
        Ok(sent)
    }

    /// The same, of bytes that the host has.
    #[inline]
    pub fn send_bytes(
        &self,
        socket: &Socket<K>,
        bytes: &[u8],
        to: Option<SocketAddr>,
        how: Sending,
    ) -> Result<usize, Fail> {
        self.send_as(socket, &[Span::of_read_only(bytes)], to, how)
    }
}

/// What the system says it received, if it can be true.
#[inline]
fn checked<K: Kernel>(
    socket: &Socket<K>,
    into: &[Span<'_>],
    received: Received,
) -> Result<Received, Errno> {
    if received.len > total(into) {
        return Err(Errno::Io);
    }
    if let Some(source) = received.source {
        believed(socket.family(), Address::Inet(source))?;
    }
    Ok(received)
}

/// Overwrite the first `len` bytes of the spans.
fn scrub(spans: &[Span<'_>], mut len: usize) {
    for span in spans {
        let part = span.part(0, len);
        part.clear();
        len -= part.len();
    }
}
