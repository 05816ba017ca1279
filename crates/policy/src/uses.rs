//! Every use that a guest can make of an address, a name or a path, by name.
//!
//! A use that is not in the one table below cannot be asked for. Each is a type, so that a proof for one use does not
//! serve another, and a [`UseKind`], so that the decision, the trace and the counters can tell them apart.

use core::fmt;

/// One use, as a type. Implemented by the markers of this crate and by nothing else.
pub trait Use: sealed::Sealed {
    /// The same use as a value.
    const KIND: UseKind;
}

/// A use of a socket address: what [`Policy::permit`](crate::Policy::permit) decides.
pub trait AddrUse: Use {}

/// A use of a UNIX socket's path: what [`Policy::permit_path`](crate::Policy::permit_path) decides.
pub trait PathUse: Use {}

/// One row makes a marker type, its [`UseKind`] and the words for it; `: AddrUse` where the object is a socket address,
/// `: PathUse` where it is a path.
macro_rules! uses {
    ($($(#[$doc:meta])* $name:ident($words:literal, $link:literal) $(: $object:ident)?;)*) => {
        /// One use, as a value. Shown in words: `tcp connect`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum UseKind {
            $($(#[$doc])* $name,)*
        }

        impl UseKind {
            /// Every use there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            const fn words(self) -> &'static str {
                match self {
                    $(Self::$name => $words,)*
                }
            }

            /// The word that leads from the use to its object: connect *to*, accept *from*.
            pub(crate) const fn link(self) -> &'static str {
                match self {
                    $(Self::$name => $link,)*
                }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl sealed::Sealed for $name {}

            impl Use for $name {
                const KIND: UseKind = UseKind::$name;
            }

            $(impl $object for $name {})?
        )*
    };
}

uses! {
    /// A TCP socket takes a local address.
    TcpBind("tcp bind", "to"): AddrUse;
    /// A TCP socket starts to listen on its local address. Unbound, it listens on the wildcard address.
    TcpListen("tcp listen", "on"): AddrUse;
    /// A TCP socket connects to a peer.
    TcpConnect("tcp connect", "to"): AddrUse;
    /// A listening TCP socket lets a peer in.
    TcpAccept("tcp accept", "from"): AddrUse;
    /// A UDP socket takes a local address, also where the system would choose one for it.
    UdpBind("udp bind", "to"): AddrUse;
    /// A UDP socket settles on one peer.
    UdpConnect("udp connect", "to"): AddrUse;
    /// A UDP socket sends a datagram to an address.
    UdpSend("udp send", "to"): AddrUse;
    /// A UDP socket takes a datagram from a peer.
    UdpReceive("udp receive", "from"): AddrUse;
    /// A UDP socket joins a multicast group. The port of the address does not matter.
    MulticastJoin("multicast join", "of"): AddrUse;
    /// A host name is looked up.
    Resolve("name lookup", "of");
    /// A UNIX socket takes a path, at which it may then listen.
    UnixBind("unix bind", "to"): PathUse;
    /// A UNIX socket connects to a path.
    UnixConnect("unix connect", "to"): PathUse;
}

impl fmt::Display for UseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

mod sealed {
    #[expect(unnameable_types, reason = "sealed")]
    pub trait Sealed {}
}

#[cfg(test)]
mod tests {
    use alloc::{collections::BTreeSet, string::ToString};

    use super::*;

    #[test]
    fn no_two_uses_share_their_words() {
        let words: BTreeSet<_> = UseKind::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(words.len(), UseKind::ALL.len());
    }

    #[test]
    fn a_marker_is_the_kind_of_its_name() {
        assert_eq!(TcpConnect::KIND, UseKind::TcpConnect);
        assert_eq!(MulticastJoin::KIND.to_string(), "multicast join");
        assert_eq!(Resolve::KIND.to_string(), "name lookup");
    }
}
