//! Judgement alone, for sockets that somebody else implements (components have theirs from the engine's WASI).
//!
//! The policy, the journal and the reading of addresses are the very ones of our own sockets; only the act is another's.

use core::net::SocketAddr;

use iwasm_abi::Errno;
use iwasm_policy::{AddrUse, UdpSend, Use, UseKind};

use crate::ip::destination;
use crate::{Caller, Kernel};

impl<K: Kernel> Caller<'_, K> {
    /// May the guest make this use of the address? The journal hears of a no, which is EACCES.
    ///
    /// Where the address is a destination, the wildcard means this machine.
    pub fn judge<U: AddrUse>(&self, addr: SocketAddr) -> Result<(), Errno> {
        let addr = match <U as Use>::KIND {
            UseKind::TcpConnect | UseKind::UdpConnect | UseKind::UdpSend => destination(addr),
            _ => addr,
        };
        self.permit::<U>(addr).map(drop)
    }

    /// May a message from this sender come through, on a socket whose port nobody granted? Nobody is told of a no, as the
    /// guest did nothing.
    pub fn admits_sender(&self, sender: SocketAddr) -> bool {
        self.net.policy.permit::<UdpSend>(sender).is_ok()
    }
}
