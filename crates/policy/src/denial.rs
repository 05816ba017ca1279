//! What a denial tells the operator. The guest gets an errno and none of this.

use alloc::{borrow::Cow, boxed::Box, format, string::String};
use core::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use crate::{Cidr, Name, Rule, UnixPath, UseKind};

/// The policy said no: what was asked for, why not, and which flag would allow it.
///
/// Shown as the subject of a message: ``tcp connect to `10.0.0.1:80` ``. Two denials are equal when they would be told
/// alike, so that each needs to be told once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{used} {} `{target}`", used.link())]
pub struct Denial {
    used: UseKind,
    target: Target,
    cause: Cause,
}

impl Denial {
    pub(crate) fn new(used: UseKind, target: Target, cause: Cause) -> Self {
        Self {
            used,
            target,
            cause,
        }
    }

    /// The use that was asked for.
    #[must_use]
    pub fn used(&self) -> UseKind {
        self.used
    }

    /// What it was asked for.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Why not, in words that follow `caused by:`.
    #[must_use]
    pub fn cause(&self) -> Cow<'static, str> {
        Cow::Borrowed(match &self.cause {
            Cause::OutsidePool => "the address is in no `--addr-pool` network",
            Cause::OutsideRules => {
                "the address is in no `--addr-pool` network and under no `--allow-net` rule"
            }
            Cause::NotLetIn => "the peer is under no `--allow-net=tcp-accept://` rule",
            Cause::NoPath => "the path is under no `--allow-net=unix://` rule",
            Cause::NoPattern => "no `--allow-resolve` pattern admits the name",
            Cause::Forbidden(rule) => return format!("`--deny-net={rule}` forbids it").into(),
        })
    }

    /// The narrowest flag that would have allowed it; none where one more flag does not help, because a rule forbids it.
    #[must_use]
    pub fn flag(&self) -> Option<String> {
        if let Cause::Forbidden(_) = self.cause {
            return None;
        }
        Some(match &self.target {
            Target::Peer(peer) => format!("--allow-net={}", Rule::peer(*peer)),
            Target::Socket(addr) => pool_flag(addr.ip()),
            Target::Group(group) => pool_flag(*group),
            Target::Path(path) => format!("--allow-net={}", Rule::path(path.clone())),
            Target::Name(name) => format!("--allow-resolve={name}"),
        })
    }
}

/// What a use is made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// A socket address, never IPv4-mapped.
    Socket(SocketAddr),
    /// Who comes to a listening socket, never IPv4-mapped: from which port does not matter, and is another each time.
    Peer(IpAddr),
    /// A multicast group, never IPv4-mapped: a group has no port.
    Group(IpAddr),
    /// The path of a UNIX socket.
    Path(UnixPath),
    /// A host name.
    Name(Name),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(addr) => addr.fmt(f),
            Self::Peer(ip) | Self::Group(ip) => ip.fmt(f),
            Self::Path(path) => path.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

/// Which part of the policy said no.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Cause {
    /// No network of the pool holds the address, and there are no rules.
    OutsidePool,
    /// Nor does a rule grant it.
    OutsideRules,
    /// There are rules that let peers in, and none lets in this one.
    NotLetIn,
    /// No rule admits the path.
    NoPath,
    /// No pattern admits the name.
    NoPattern,
    /// This rule forbids it, whatever grants it.
    Forbidden(Box<Rule>),
}

fn pool_flag(address: IpAddr) -> String {
    format!("--addr-pool={}", Cidr::host(address))
}
