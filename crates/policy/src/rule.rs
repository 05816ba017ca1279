//! Rules as `--allow-net` and `--deny-net` take them: one thing that a guest may do, or may not.
//!
//! What each kind of rule is about, and which uses it grants or forbids, is the one table below.

mod error;
mod ports;
mod text;

use core::net::{IpAddr, SocketAddr};

pub use error::RuleError;
pub use ports::Ports;

use crate::{Cidr, PathPattern, UnixPath, UseKind};

/// One thing that a guest may do, or may not.
///
/// ```
/// # use iwasm_policy::{Policy, Rule, TcpConnect};
/// let mut policy = Policy::nothing();
/// policy.allow("tcp://10.0.0.0/8:5432".parse()?).deny("tcp://10.9.0.0/16:*".parse()?);
/// assert!(policy.permit::<TcpConnect>("10.1.2.3:5432".parse()?).is_ok());
/// assert!(policy.permit::<TcpConnect>("10.1.2.3:80".parse()?).is_err());
/// assert!(policy.permit::<TcpConnect>("10.9.0.1:5432".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    scheme: Scheme,
    object: Object,
}

/// What a rule begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Scheme {
    Tcp,
    Udp,
    TcpListen,
    UdpBind,
    TcpAccept,
    Multicast,
    Unix,
}

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Object {
    /// Addresses, and ports there.
    Ports(Cidr, Ports),
    /// Addresses, whatever the port.
    Network(Cidr),
    /// Paths of UNIX sockets.
    Paths(PathPattern),
}

/// What stands behind a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Ports,
    Network,
    /// As `Network`, of multicast addresses only.
    Groups,
    Paths,
}

struct Row(Scheme, &'static str, Form, &'static [UseKind]);

/// Each kind of rule: what it begins with, what follows, and the uses that it grants or forbids.
const TABLE: [Row; 7] = {
    use UseKind::{
        MulticastJoin, TcpAccept, TcpBind, TcpConnect, TcpListen, UdpBind, UdpConnect, UdpSend,
        UnixBind, UnixConnect,
    };
    [
        Row(Scheme::Tcp, "tcp", Form::Ports, &[TcpConnect]),
        Row(Scheme::Udp, "udp", Form::Ports, &[UdpSend, UdpConnect]),
        Row(
            Scheme::TcpListen,
            "tcp-listen",
            Form::Ports,
            &[TcpBind, TcpListen],
        ),
        Row(Scheme::UdpBind, "udp-bind", Form::Ports, &[UdpBind]),
        Row(Scheme::TcpAccept, "tcp-accept", Form::Network, &[TcpAccept]),
        Row(
            Scheme::Multicast,
            "multicast",
            Form::Groups,
            &[MulticastJoin],
        ),
        Row(Scheme::Unix, "unix", Form::Paths, &[UnixBind, UnixConnect]),
    ]
};

impl Scheme {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

impl Rule {
    /// The uses that the rule grants or forbids.
    #[must_use]
    pub fn uses(&self) -> &'static [UseKind] {
        self.scheme.row().3
    }

    /// The narrowest rule that grants a use of a path.
    pub(crate) fn path(path: UnixPath) -> Self {
        Self {
            scheme: Scheme::Unix,
            object: Object::Paths(path.into()),
        }
    }

    /// The narrowest rule that lets a peer in.
    pub(crate) fn peer(address: IpAddr) -> Self {
        Self {
            scheme: Scheme::TcpAccept,
            object: Object::Network(Cidr::host(address)),
        }
    }

    /// Does it grant this use of this address? Port 0 of a bind is any port that the system likes: it takes a rule of
    /// all ports to grant that.
    #[inline]
    pub(crate) fn grants(&self, used: UseKind, addr: SocketAddr) -> bool {
        self.uses().contains(&used)
            && match &self.object {
                Object::Ports(network, ports) => {
                    ports.hold_all_of(addr.port()) && network.contains(addr.ip())
                }
                Object::Network(network) => network.contains(addr.ip()),
                Object::Paths(_) => false,
            }
    }

    /// Does it forbid this use of this address? A bind to the wildcard address takes what comes to every address of this
    /// host, and a bind to port 0 may get any port: each is forbidden with whatever is a part of it.
    pub(crate) fn forbids(&self, used: UseKind, addr: SocketAddr) -> bool {
        self.uses().contains(&used)
            && match &self.object {
                Object::Ports(network, ports) => {
                    ports.hold_some_of(addr.port())
                        && (network.contains(addr.ip()) || is_part(*network, used, addr.ip()))
                }
                Object::Network(network) => network.contains(addr.ip()),
                Object::Paths(_) => false,
            }
    }

    /// Is it about this use of this path?
    pub(crate) fn covers(&self, used: UseKind, path: &UnixPath) -> bool {
        match &self.object {
            Object::Paths(paths) => self.uses().contains(&used) && paths.admits(path),
            Object::Ports(..) | Object::Network(_) => false,
        }
    }
}

/// Is the network a part of what is bound?
fn is_part(network: Cidr, used: UseKind, bound: IpAddr) -> bool {
    let binds = matches!(
        used,
        UseKind::TcpBind | UseKind::TcpListen | UseKind::UdpBind
    );
    binds && bound.is_unspecified() && bound.is_ipv4() == network.address().is_ipv4()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_at_its_place_in_the_table() {
        for (at, Row(scheme, ..)) in TABLE.iter().enumerate() {
            assert_eq!(*scheme as usize, at, "{scheme:?}");
        }
    }

    #[test]
    fn each_use_that_can_be_granted_is_granted_by_one_kind_of_rule() {
        for used in UseKind::ALL {
            let kinds = TABLE.iter().filter(|row| row.3.contains(used)).count();
            let by_others = matches!(used, UseKind::Resolve | UseKind::UdpReceive);
            assert_eq!(kinds, usize::from(!by_others), "{used}");
        }
    }

    #[test]
    fn a_rule_grants_what_it_says_and_nothing_beside() {
        use UseKind::{MulticastJoin, TcpAccept, TcpBind, TcpConnect, TcpListen, UdpSend};
        for (rule, used, addr, granted) in [
            ("tcp://10.0.0.0/8:5432", TcpConnect, "10.1.2.3:5432", true),
            ("tcp://10.0.0.0/8:5432", TcpConnect, "10.1.2.3:5433", false),
            ("tcp://10.0.0.0/8:5432", TcpConnect, "11.1.2.3:5432", false),
            ("tcp://10.0.0.0/8:5432", UdpSend, "10.1.2.3:5432", false),
            ("tcp://10.0.0.0/8:5432", TcpBind, "10.1.2.3:5432", false),
            ("tcp://10.0.0.1:*", TcpConnect, "10.0.0.1:1", true),
            ("tcp://10.0.0.1:*", TcpConnect, "10.0.0.2:1", false),
            ("tcp://[::1]:80", TcpConnect, "[::1]:80", true),
            ("tcp://[::]/0:80", TcpConnect, "10.0.0.1:80", false),
            (
                "tcp-listen://127.0.0.1:8000-8099",
                TcpListen,
                "127.0.0.1:8000",
                true,
            ),
            (
                "tcp-listen://127.0.0.1:8000-8099",
                TcpBind,
                "127.0.0.1:8099",
                true,
            ),
            (
                "tcp-listen://127.0.0.1:8000-8099",
                TcpBind,
                "127.0.0.1:8100",
                false,
            ),
            (
                "tcp-listen://127.0.0.1:8000-8099",
                TcpBind,
                "127.0.0.1:0",
                false,
            ),
            (
                "tcp-listen://127.0.0.1:1-65535",
                TcpBind,
                "127.0.0.1:0",
                true,
            ),
            ("tcp-listen://127.0.0.1:*", TcpBind, "127.0.0.1:0", true),
            ("tcp-listen://127.0.0.1:*", TcpBind, "0.0.0.0:80", false),
            ("tcp-accept://10.0.0.0/8", TcpAccept, "10.0.0.1:60000", true),
            (
                "multicast://224.0.0.251",
                MulticastJoin,
                "224.0.0.251:0",
                true,
            ),
            (
                "multicast://224.0.0.251",
                MulticastJoin,
                "224.0.0.252:0",
                false,
            ),
            ("unix:///run/*", TcpConnect, "10.0.0.1:80", false),
        ] {
            let granted_now = parse(rule).grants(used, addr.parse().expect(addr));
            assert_eq!(granted_now, granted, "{rule}: {used} {addr}");
        }
    }

    #[test]
    fn a_bind_is_forbidden_with_whatever_is_a_part_of_it() {
        use UseKind::{TcpBind, TcpConnect, TcpListen, UdpBind};
        for (rule, used, addr, forbidden) in [
            ("tcp-listen://127.0.0.1:80", TcpBind, "127.0.0.1:80", true),
            ("tcp-listen://127.0.0.1:80", TcpBind, "127.0.0.1:81", false),
            ("tcp-listen://127.0.0.1:80", TcpBind, "127.0.0.1:0", true),
            ("tcp-listen://127.0.0.1:80", TcpListen, "0.0.0.0:80", true),
            ("tcp-listen://127.0.0.1:80", TcpListen, "0.0.0.0:0", true),
            ("tcp-listen://127.0.0.1:80", TcpListen, "0.0.0.0:81", false),
            ("tcp-listen://127.0.0.1:80", TcpListen, "[::]:80", false),
            ("tcp-listen://[::1]:80", TcpListen, "[::]:80", true),
            ("tcp-listen://[::1]:80", TcpListen, "0.0.0.0:80", false),
            ("tcp-listen://127.0.0.1:80", UdpBind, "127.0.0.1:80", false),
            ("tcp://127.0.0.1:80", TcpConnect, "127.0.0.2:80", false),
        ] {
            let forbidden_now = parse(rule).forbids(used, addr.parse().expect(addr));
            assert_eq!(forbidden_now, forbidden, "{rule}: {used} {addr}");
        }
    }

    fn parse(rule: &str) -> Rule {
        rule.parse().expect("the case is a rule")
    }
}
