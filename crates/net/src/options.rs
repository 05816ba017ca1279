//! Socket options: the system judges their values, the core only what it gives back.

use core::time::Duration;

use iwasm_abi::Errno;

use crate::{Caller, Family, Flag, Kernel, Kind, Limit, Size, Socket};

impl<K: Kernel> Caller<'_, K> {
    /// An option that is on or off.
    pub fn flag(&self, socket: &Socket<K>, flag: Flag) -> Result<bool, Errno> {
        fits(socket, flag)?;
        self.kernel().flag(socket.handle(), flag)
    }

    /// Switch an option.
    pub fn set_flag(&self, socket: &Socket<K>, flag: Flag, on: bool) -> Result<(), Errno> {
        fits(socket, flag)?;
        let _alone = (flag == Flag::OnlyV6).then(|| socket.alone());
        self.kernel().set_flag(socket.handle(), flag, on)
    }

    /// An option that is a number.
    pub fn size(&self, socket: &Socket<K>, size: Size) -> Result<u32, Errno> {
        self.kernel().size(socket.handle(), size)
    }

    /// Set such an option.
    pub fn set_size(&self, socket: &Socket<K>, size: Size, to: u32) -> Result<(), Errno> {
        self.kernel().set_size(socket.handle(), size, to)
    }

    /// How long a call may wait; none is for ever.
    pub fn limit(&self, socket: &Socket<K>, limit: Limit) -> Result<Option<Duration>, Errno> {
        self.kernel().limit(socket.handle(), limit)
    }

    /// Bound the wait of a call.
    pub fn set_limit(
        &self,
        socket: &Socket<K>,
        limit: Limit,
        to: Option<Duration>,
    ) -> Result<(), Errno> {
        self.kernel().set_limit(socket.handle(), limit, to)
    }

    /// How many seconds a close waits for data to go out; none is not at all.
    pub fn linger(&self, socket: &Socket<K>) -> Result<Option<u32>, Errno> {
        self.kernel().linger(socket.handle())
    }

    /// Set that.
    pub fn set_linger(&self, socket: &Socket<K>, seconds: Option<u32>) -> Result<(), Errno> {
        self.kernel().set_linger(socket.handle(), seconds)
    }

    /// Take the error that waits for the socket off it, if one does.
    pub fn take_error(&self, socket: &Socket<K>) -> Result<Option<Errno>, Errno> {
        self.kernel().take_error(socket.handle())
    }

    /// Does the socket take connections?
    pub fn accepting(&self, socket: &Socket<K>) -> Result<bool, Errno> {
        self.kernel().accepting(socket.handle())
    }
}

/// Options of TCP on a datagram socket, and of IPv6 on an IPv4 one, are ENOPROTOOPT: Linux says EOPNOTSUPP for the
/// first, which POSIX keeps for calls.
fn fits<K: Kernel>(socket: &Socket<K>, flag: Flag) -> Result<(), Errno> {
    let stream_only = matches!(flag, Flag::NoDelay | Flag::QuickAck | Flag::FastOpenConnect);
    let v6_only = matches!(flag, Flag::OnlyV6 | Flag::MulticastLoopV6);
    if (stream_only && socket.kind() != Kind::Stream) || (v6_only && socket.family() != Family::V6)
    {
        return Err(Errno::Noprotoopt);
    }
    Ok(())
}
