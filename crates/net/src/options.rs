//! Socket options: the system judges their values, the core only what it gives back.

use core::time::Duration;

use iwasm_abi::Errno;

use crate::{Caller, Family, Flag, Kernel, Kind, Limit, Size, Socket};

impl<K: Kernel> Caller<'_, K> {
    /// An option that is on or off.
    pub fn flag(&self, socket: &Socket<K>, flag: Flag) -> Result<bool, Errno> {
        if socket.is_paired() && flag == Flag::NoDelay {
            return Ok(true);
        }
        fits(socket, flag)?;
        self.kernel().flag(socket.handle(), flag)
    }

    /// Switch an option.
    pub fn set_flag(&self, socket: &Socket<K>, flag: Flag, on: bool) -> Result<(), Errno> {
        if socket.is_paired() && flag == Flag::NoDelay {
            return Ok(());
        }
        fits(socket, flag)?;
        let _alone = (flag == Flag::OnlyV6).then(|| socket.alone());
        self.kernel().set_flag(socket.handle(), flag, on)
    }

    /// An option that is a number.
    pub fn size(&self, socket: &Socket<K>, size: Size) -> Result<u32, Errno> {
        has(socket, size)?;
        self.kernel().size(socket.handle(), size)
    }

    /// Set such an option.
    pub fn set_size(&self, socket: &Socket<K>, size: Size, to: u32) -> Result<(), Errno> {
        has(socket, size)?;
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
/// first, which POSIX keeps for calls. So are options of either on a UNIX socket and on one of a pair.
fn fits<K: Kernel>(socket: &Socket<K>, flag: Flag) -> Result<(), Errno> {
    let fits = match flag {
        Flag::NoDelay | Flag::QuickAck | Flag::FastOpenConnect => {
            socket.kind() == Kind::Stream && socket.speaks_ip()
        }
        Flag::OnlyV6 | Flag::MulticastLoopV6 => socket.family() == Family::V6 && socket.speaks_ip(),
        Flag::MulticastLoopV4 => socket.speaks_ip(),
        _ => true,
    };
    if fits { Ok(()) } else { Err(Errno::Noprotoopt) }
}

/// The same for options that are numbers.
fn has<K: Kernel>(socket: &Socket<K>, size: Size) -> Result<(), Errno> {
    let has = match size {
        Size::ReceiveBuffer | Size::SendBuffer | Size::ReceiveLowWater | Size::SendLowWater => true,
        Size::KeepIdle | Size::KeepInterval | Size::KeepCount => {
            socket.kind() == Kind::Stream && socket.speaks_ip()
        }
        Size::Ttl | Size::MulticastTtl => socket.speaks_ip(),
        Size::HopLimit => socket.family() == Family::V6 && socket.speaks_ip(),
    };
    if has { Ok(()) } else { Err(Errno::Noprotoopt) }
}
