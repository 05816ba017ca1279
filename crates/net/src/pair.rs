//! Two sockets that are connected to each other: what one sends, the other receives.
//!
//! They reach nothing outside of the guest, so they need no grant; and they stay what they are, so they never will: a
//! bind of one is EINVAL, as are listen and accept, and a connect or an address to send to is EISCONN.

use iwasm_abi::Errno;

use crate::life::State;
use crate::{Caller, Family, Kernel, Kind, Socket};

impl<K: Kernel> Caller<'_, K> {
    /// Two sockets of the family that are connected to each other, and to nobody else.
    ///
    /// The system has no such pair over IP and makes one of its own kind. So neither end has an address: both are told
    /// as the family's unspecified one, with port 0. Options of TCP and IP are ENOPROTOOPT; TCP_NODELAY alone is on,
    /// whatever it is set to, for no pair ever delays.
    pub fn pair(&self, family: Family, kind: Kind) -> Result<(Socket<K>, Socket<K>), Errno> {
        let (one, other) = self.kernel().pair(kind)?;
        let paired = |handle| Socket::new(handle, family, kind, State::Paired);
        Ok((paired(one), paired(other)))
    }
}
