//! What was granted, and the one place that decides by it.

use alloc::{boxed::Box, vec::Vec};
use core::net::{IpAddr, SocketAddr};

use crate::{
    AddrUse, Cidr, Denial, Name, NamePattern, NamePermit, PathPermit, PathUse, Permit, Resolve,
    Rule, Target, UnixPath, Use, UseKind, denial::Cause,
};

/// What a guest may reach. Grants add up, and what a rule forbids no grant gives back.
///
/// ```
/// use iwasm_policy::{Cidr, Policy, UdpSend};
///
/// let mut policy = Policy::nothing();
/// policy
///     .allow_pool(["192.0.2.0/24".parse::<Cidr>()?])
///     .allow_resolve("*.example.com".parse()?);
///
/// assert!(policy.permit::<UdpSend>("192.0.2.7:53".parse()?).is_ok());
/// assert!(policy.permit_name(&"api.example.com".parse()?).is_ok());
/// assert!(policy.permit_name(&"example.com".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pool: Vec<Cidr>,
    patterns: Vec<NamePattern>,
    allowed: Vec<Rule>,
    denied: Vec<Rule>,
}

impl Policy {
    /// The policy that a guest has unless its user says otherwise.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// Grants every use of the addresses in `networks`, TCP and UDP, on every port: `--addr-pool`.
    pub fn allow_pool(&mut self, networks: impl IntoIterator<Item = Cidr>) -> &mut Self {
        self.pool.extend(networks);
        self
    }

    /// Grants the lookup of the names that `pattern` admits: `--allow-resolve`. The addresses that a lookup finds are
    /// not granted by it.
    pub fn allow_resolve(&mut self, pattern: NamePattern) -> &mut Self {
        self.patterns.push(pattern);
        self
    }

    /// Grants what the rule says: `--allow-net`.
    ///
    /// Peers of listening sockets need no grant, until there is a rule about them: from then on they need one.
    pub fn allow(&mut self, rule: Rule) -> &mut Self {
        self.allowed.push(rule);
        self
    }

    /// Forbids what the rule says, whatever grants it: `--deny-net`.
    pub fn deny(&mut self, rule: Rule) -> &mut Self {
        self.denied.push(rule);
        self
    }

    /// Decides on the use `U` of `addr`.
    ///
    /// An IPv4-mapped address is turned into IPv4 here and nowhere else: the permit holds the very value that was
    /// decided on. The scope of a link-local address stays.
    #[inline]
    pub fn permit<U: AddrUse>(&self, addr: SocketAddr) -> Result<Permit<U>, Denial> {
        let addr = canonical(addr);
        match self.decide(U::KIND, addr) {
            Ok(()) => Ok(Permit::new(addr)),
            Err(cause) => Err(Denial::new(U::KIND, object(U::KIND, addr), cause)),
        }
    }

    /// Decides on the use `U` of the path of a UNIX socket.
    pub fn permit_path<U: PathUse>(&self, path: &UnixPath) -> Result<PathPermit<U>, Denial> {
        let forbidden = self.denied.iter().find(|rule| rule.covers(U::KIND, path));
        let cause = match forbidden {
            Some(rule) => forbids(rule),
            None if self.allowed.iter().any(|rule| rule.covers(U::KIND, path)) => {
                return Ok(PathPermit::new(path.clone()));
            }
            None => Cause::NoPath,
        };
        Err(Denial::new(U::KIND, Target::Path(path.clone()), cause))
    }

    /// Decides on the lookup of `name`.
    pub fn permit_name(&self, name: &Name) -> Result<NamePermit, Denial> {
        if self.name_is_admitted(name) {
            return Ok(NamePermit::new(name.clone()));
        }
        let target = Target::Name(name.clone());
        Err(Denial::new(Resolve::KIND, target, Cause::NoPattern))
    }

    /// The decision: every use of every address passes through here.
    #[inline]
    fn decide(&self, used: UseKind, addr: SocketAddr) -> Result<(), Cause> {
        if let Some(rule) = self.denied.iter().find(|rule| rule.forbids(used, addr)) {
            return Err(forbids(rule));
        }
        let granted = || self.allowed.iter().any(|rule| rule.grants(used, addr));
        match used {
            // The peer that comes to a socket is not chosen by the guest. Its user granted the address at which it
            // listens or receives; a rule can narrow who may connect to it.
            UseKind::UdpReceive => Ok(()),
            UseKind::TcpAccept if granted() || !self.narrows(used) => Ok(()),
            UseKind::TcpAccept => Err(Cause::NotLetIn),
            _ if self.pool_holds(addr.ip()) || granted() => Ok(()),
            _ if self.allowed.is_empty() => Err(Cause::OutsidePool),
            _ => Err(Cause::OutsideRules),
        }
    }

    fn narrows(&self, used: UseKind) -> bool {
        self.allowed.iter().any(|rule| rule.uses().contains(&used))
    }

    fn pool_holds(&self, address: IpAddr) -> bool {
        self.pool.iter().any(|network| network.contains(address))
    }

    fn name_is_admitted(&self, name: &Name) -> bool {
        self.patterns.iter().any(|pattern| pattern.admits(name))
    }
}

#[cold]
fn forbids(rule: &Rule) -> Cause {
    Cause::Forbidden(Box::new(rule.clone()))
}

/// `SocketAddr::set_ip` keeps port, scope and flow label while the family stays.
fn canonical(mut addr: SocketAddr) -> SocketAddr {
    addr.set_ip(addr.ip().to_canonical());
    addr
}

fn object(used: UseKind, addr: SocketAddr) -> Target {
    match used {
        UseKind::MulticastJoin => Target::Group(addr.ip()),
        UseKind::TcpAccept => Target::Peer(addr.ip()),
        _ => Target::Socket(addr),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use core::net::{Ipv6Addr, SocketAddrV6};

    use super::*;
    use crate::{
        MulticastJoin, TcpAccept, TcpBind, TcpConnect, TcpListen, UdpBind, UdpConnect, UdpReceive,
        UdpSend, UnixBind, UnixConnect, parse_pool,
    };

    #[test]
    fn nothing_is_granted_at_first() {
        let policy = Policy::nothing();
        let addr = socket("127.0.0.1:80");
        assert!(policy.permit::<TcpBind>(addr).is_err());
        assert!(policy.permit::<TcpListen>(addr).is_err());
        assert!(policy.permit::<TcpConnect>(addr).is_err());
        assert!(policy.permit::<UdpBind>(addr).is_err());
        assert!(policy.permit::<UdpConnect>(addr).is_err());
        assert!(policy.permit::<UdpSend>(addr).is_err());
        assert!(
            policy
                .permit::<MulticastJoin>(socket("224.0.0.251:0"))
                .is_err()
        );
        assert!(policy.permit_name(&name("localhost")).is_err());
    }

    #[test]
    fn whoever_comes_to_a_socket_is_let_in() {
        let policy = Policy::nothing();
        assert!(policy.permit::<TcpAccept>(socket("192.0.2.1:80")).is_ok());
        assert!(
            policy
                .permit::<UdpReceive>(socket("[2001:db8::1]:80"))
                .is_ok()
        );
    }

    #[test]
    fn the_wildcard_address_is_an_address_like_any_other() {
        for (networks, granted) in [
            ("0.0.0.0/32", true),
            ("0.0.0.0/0", true),
            ("127.0.0.0/8", false),
            ("::/0", false),
        ] {
            let policy = pool(networks);
            let answer = policy.permit::<TcpListen>(socket("0.0.0.0:80"));
            assert_eq!(answer.is_ok(), granted, "{networks}");
        }
    }

    #[test]
    fn a_mapped_address_is_permitted_as_ipv4() {
        let policy = pool("10.0.0.0/8");
        let permit = policy
            .permit::<TcpConnect>(socket("[::ffff:10.0.0.1]:80"))
            .expect("the pool holds 10.0.0.1");
        assert_eq!(permit.addr(), socket("10.0.0.1:80"));
        assert_eq!(permit.used(), UseKind::TcpConnect);
    }

    #[test]
    fn a_permit_keeps_the_scope_of_a_link_local_address() {
        let address: Ipv6Addr = "fe80::1".parse().expect("an address");
        let addr = SocketAddr::V6(SocketAddrV6::new(address, 80, 0, 3));
        let permit = pool("fe80::/10")
            .permit::<UdpSend>(addr)
            .expect("in the pool");
        assert_eq!(permit.addr(), addr);
    }

    #[test]
    fn a_grant_of_names_grants_no_address_and_the_other_way_round() {
        let mut names = Policy::nothing();
        names.allow_resolve(NamePattern::Any);
        assert!(names.permit_name(&name("example.com")).is_ok());
        assert!(names.permit::<TcpConnect>(socket("192.0.2.1:80")).is_err());
        assert!(
            pool("0.0.0.0/0,::/0")
                .permit_name(&name("example.com"))
                .is_err()
        );
    }

    #[test]
    fn a_denial_names_the_use_the_target_the_cause_and_the_flag() {
        let policy = Policy::nothing();
        let outside = "the address is in no `--addr-pool` network";
        for (denial, subject, cause, flag) in [
            (
                policy.permit::<TcpConnect>(socket("10.0.0.1:80")).err(),
                "tcp connect to `10.0.0.1:80`",
                outside,
                "--addr-pool=10.0.0.1/32",
            ),
            (
                policy
                    .permit::<UdpSend>(socket("[::ffff:10.0.0.1]:53"))
                    .err(),
                "udp send to `10.0.0.1:53`",
                outside,
                "--addr-pool=10.0.0.1/32",
            ),
            (
                policy.permit::<TcpListen>(socket("[::]:80")).err(),
                "tcp listen on `[::]:80`",
                outside,
                "--addr-pool=::/128",
            ),
            (
                policy
                    .permit::<MulticastJoin>(socket("224.0.0.251:5353"))
                    .err(),
                "multicast join of `224.0.0.251`",
                outside,
                "--addr-pool=224.0.0.251/32",
            ),
            (
                policy.permit_name(&name("API.example.com.")).err(),
                "name lookup of `api.example.com`",
                "no `--allow-resolve` pattern admits the name",
                "--allow-resolve=api.example.com",
            ),
        ] {
            let denial = denial.expect(subject);
            assert_eq!(denial.to_string(), subject);
            assert_eq!(denial.cause(), cause);
            assert_eq!(denial.flag().as_deref(), Some(flag));
        }
    }

    #[test]
    fn a_denial_of_a_rule_names_the_rule_and_no_flag() {
        let mut policy = pool("10.0.0.0/8");
        policy.deny(rule("tcp://10.0.0.1:80"));
        let denial = policy.permit::<TcpConnect>(socket("10.0.0.1:80"));
        let denial = denial.expect_err("it is forbidden");
        assert_eq!(denial.cause(), "`--deny-net=tcp://10.0.0.1:80` forbids it");
        assert_eq!(denial.flag(), None);
        assert!(policy.permit::<TcpConnect>(socket("10.0.0.1:81")).is_ok());
    }

    #[test]
    fn a_denial_beside_rules_names_the_flag_that_would_have_allowed_it() {
        let mut policy = Policy::nothing();
        policy
            .allow(rule("tcp://10.0.0.0/8:80"))
            .allow(rule("tcp-accept://10.0.0.0/8"));
        let path = "/run/a.sock".parse().expect("a path");
        for (denial, cause, flag) in [
            (
                policy.permit::<TcpConnect>(socket("11.0.0.1:80")).err(),
                "the address is in no `--addr-pool` network and under no `--allow-net` rule",
                "--addr-pool=11.0.0.1/32",
            ),
            (
                policy.permit::<TcpAccept>(socket("[2001:db8::1]:80")).err(),
                "the peer is under no `--allow-net=tcp-accept://` rule",
                "--allow-net=tcp-accept://[2001:db8::1]",
            ),
            (
                policy.permit_path::<UnixConnect>(&path).err(),
                "the path is under no `--allow-net=unix://` rule",
                "--allow-net=unix:///run/a.sock",
            ),
        ] {
            let denial = denial.expect(flag);
            assert_eq!(denial.cause(), cause);
            assert_eq!(denial.flag().as_deref(), Some(flag));
        }
    }

    #[test]
    fn peers_need_a_rule_from_the_first_rule_about_them_on() {
        let mut policy = Policy::nothing();
        policy.allow(rule("tcp://10.0.0.0/8:80"));
        assert!(policy.permit::<TcpAccept>(socket("192.0.2.1:80")).is_ok());
        policy.allow(rule("tcp-accept://10.0.0.0/8"));
        assert!(policy.permit::<TcpAccept>(socket("192.0.2.1:80")).is_err());
        assert!(policy.permit::<TcpAccept>(socket("10.0.0.1:80")).is_ok());
        policy.deny(rule("tcp-accept://10.0.0.1"));
        assert!(policy.permit::<TcpAccept>(socket("10.0.0.1:80")).is_err());
    }

    #[test]
    fn a_path_is_granted_by_a_rule_and_by_no_pool() {
        let mut policy = pool("0.0.0.0/0,::/0");
        let path = "/run/app/db.sock".parse().expect("a path");
        assert!(policy.permit_path::<UnixConnect>(&path).is_err());
        policy.allow(rule("unix:///run/app/*.sock"));
        let permit = policy.permit_path::<UnixConnect>(&path).expect("granted");
        assert_eq!(permit.path(), &path);
        assert!(policy.permit_path::<UnixBind>(&path).is_ok());
        policy.deny(rule("unix:///run/app/db.sock"));
        assert!(policy.permit_path::<UnixConnect>(&path).is_err());
    }

    #[test]
    fn two_connections_of_one_peer_are_one_denial() {
        let mut policy = Policy::nothing();
        policy.allow(rule("tcp-accept://10.0.0.0/8"));
        let refused = |text| policy.permit::<TcpAccept>(socket(text)).err();
        let first = refused("192.0.2.1:40001").expect("no rule lets it in");
        assert_eq!(first.to_string(), "tcp accept from `192.0.2.1`");
        assert_eq!(refused("[::ffff:192.0.2.1]:40002"), Some(first));
    }

    #[test]
    fn two_joins_of_one_group_are_one_denial() {
        let policy = Policy::nothing();
        let first = policy
            .permit::<MulticastJoin>(socket("224.0.0.251:1"))
            .err();
        let second = policy
            .permit::<MulticastJoin>(socket("[::ffff:224.0.0.251]:2"))
            .err();
        assert!(first.is_some());
        assert_eq!(first, second);
    }

    fn pool(networks: &str) -> Policy {
        let mut policy = Policy::nothing();
        policy.allow_pool(parse_pool(networks).expect("the case is a pool"));
        policy
    }

    fn rule(text: &str) -> Rule {
        text.parse().expect("the case is a rule")
    }

    fn socket(text: &str) -> SocketAddr {
        text.parse().expect("the case is a socket address")
    }

    fn name(text: &str) -> Name {
        text.parse().expect("the case is a host name")
    }
}
