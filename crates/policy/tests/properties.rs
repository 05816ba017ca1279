//! What holds of every policy, address and name.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use iwasm_policy::{
    AddrUse, Cidr, Denial, MulticastJoin, Name, NamePattern, PathPattern, Policy, Rule, TcpAccept,
    TcpBind, TcpConnect, TcpListen, UdpBind, UdpConnect, UdpReceive, UdpSend, UnixBind,
    UnixConnect, UnixPath, UseKind, parse_pool,
};
use proptest::{collection::vec, prelude::*};

proptest! {
    #[test]
    fn an_address_is_permitted_exactly_when_a_network_of_the_pool_holds_it((networks, addr) in pool_and_address()) {
        let inside = networks.iter().any(|&network| holds(network, addr.ip()));
        for (used, answer) in every_use(&policy(&networks), addr) {
            let peer = matches!(used, UseKind::TcpAccept | UseKind::UdpReceive);
            prop_assert_eq!(answer.is_ok(), inside || peer, "{}", used);
        }
    }

    #[test]
    fn a_further_grant_takes_nothing_away(
        (networks, addr) in pool_and_address(),
        further in vec(network(), 0..4),
        patterns in vec(pattern(), 0..4),
        further_pattern in pattern(),
        name in name(),
    ) {
        let mut before = policy(&networks);
        for pattern in patterns {
            before.allow_resolve(pattern);
        }
        let mut after = before.clone();
        after.allow_pool(cidrs(&further)).allow_resolve(further_pattern);

        for ((_, before), (used, after)) in every_use(&before, addr).into_iter().zip(every_use(&after, addr)) {
            prop_assert!(before.is_err() || after.is_ok(), "{}", used);
        }
        prop_assert!(before.permit_name(&name).is_err() || after.permit_name(&name).is_ok());
    }

    #[test]
    fn a_mapped_address_is_answered_as_the_ipv4_address_it_maps(
        networks in vec(network(), 0..4),
        bits in any::<u32>(),
        port in any::<u16>(),
    ) {
        let policy = policy(&networks);
        let plain = Ipv4Addr::from_bits(bits);
        let mapped = plain.to_ipv6_mapped();
        prop_assert_eq!(
            every_use(&policy, SocketAddr::from((plain, port))),
            every_use(&policy, SocketAddr::from((mapped, port)))
        );
    }

    #[test]
    fn a_permit_holds_the_canonical_form_of_the_address_asked_for((networks, addr) in pool_and_address()) {
        let canonical = SocketAddr::new(addr.ip().to_canonical(), addr.port());
        for (_, answer) in every_use(&policy(&networks), addr) {
            if let Ok(permitted) = answer {
                prop_assert_eq!(permitted, canonical);
            }
        }
    }

    #[test]
    fn the_flag_of_a_denial_would_have_allowed_it(addr in address(), name in name()) {
        for (_, answer) in every_use(&Policy::nothing(), addr) {
            let Err(denial) = answer else { continue };
            let flag = denial.flag().expect("nothing is forbidden");
            let pool = flag.strip_prefix("--addr-pool=").expect("addresses are granted by the pool");
            let mut policy = Policy::nothing();
            policy.allow_pool(parse_pool(pool).expect("the flag is well formed"));
            prop_assert!(policy.permit::<TcpConnect>(addr).is_ok());
        }
        let flag = Policy::nothing().permit_name(&name).expect_err("nothing is granted").flag().expect("nothing is forbidden");
        let pattern = flag.strip_prefix("--allow-resolve=").expect("names are granted by patterns");
        prop_assert!(pattern.parse::<NamePattern>().expect("the flag is well formed").admits(&name));
    }

    #[test]
    fn a_network_is_what_it_is_shown_as(network in network()) {
        let cidr = Cidr::new(network.0, network.1).expect("the mask fits");
        prop_assert_eq!(cidr.to_string().parse(), Ok(cidr));
    }

    #[test]
    fn a_name_is_what_it_is_shown_as(name in name()) {
        prop_assert_eq!(name.to_string().parse(), Ok(name.clone()));
        prop_assert_eq!(format!("{name}.").to_uppercase().parse(), Ok(name));
    }

    #[test]
    fn a_pattern_is_what_it_is_shown_as(pattern in pattern()) {
        prop_assert_eq!(pattern.to_string().parse(), Ok(pattern));
    }

    #[test]
    fn a_pattern_admits_by_whole_labels(pattern in pattern(), front in "([a-c]{1,2}\\.){0,2}[a-c]{0,2}", name in name()) {
        let mut names = vec![name];
        if let NamePattern::Exact(near) | NamePattern::Below(near) = &pattern {
            names.extend(format!("{front}{near}").parse::<Name>());
        }
        for name in names {
            let labels = labels(&name);
            let expected = match &pattern {
                NamePattern::Any => true,
                NamePattern::Exact(only) => labels == self::labels(only),
                NamePattern::Below(parent) => {
                    let parent = self::labels(parent);
                    labels.len() > parent.len() && labels.ends_with(&parent)
                }
            };
            prop_assert_eq!(pattern.admits(&name), expected, "{} under {}", name, pattern);
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,80}|[0-9a-fx.:/,*%+ -]{0,30}") {
        let _ = text.parse::<Name>().map_err(|error| error.to_string());
        let _ = text.parse::<NamePattern>().map_err(|error| error.to_string());
        let _ = parse_pool(&text).map_err(|error| error.to_string());
        let _ = text.parse::<UnixPath>().map_err(|error| error.to_string());
        let _ = text.parse::<PathPattern>().map_err(|error| error.to_string());
        let _ = text.parse::<Rule>().map_err(|error| error.to_string());
    }

    #[test]
    fn a_rule_is_what_it_is_shown_as(rule in rule()) {
        prop_assert_eq!(rule.to_string().parse(), Ok(rule));
    }

    #[test]
    fn a_path_is_what_it_is_shown_as_and_a_rule_admits_it(path in path()) {
        prop_assert_eq!(path.to_string().parse(), Ok(path.clone()));
        let flag = Policy::nothing().permit_path::<UnixBind>(&path).expect_err("nothing is granted").flag();
        let flag = flag.expect("nothing is forbidden");
        let rule: Rule = flag.strip_prefix("--allow-net=").expect("a rule grants paths").parse().expect("the flag is well formed");
        let mut policy = Policy::nothing();
        policy.allow(rule);
        prop_assert!(policy.permit_path::<UnixConnect>(&path).is_ok());
    }

    #[test]
    fn nothing_is_permitted_that_no_rule_grants_or_that_a_rule_forbids(
        (allowed, denied, addr) in rules_and_address(),
    ) {
        let policy = ruled(&allowed, &denied);
        for (used, answer) in every_use(&policy, addr) {
            let by_some = |rules: &[Described]| rules.iter().any(|rule| rule.is_about(used) && rule.holds(addr));
            let accepts = |rules: &[Described]| rules.iter().any(|rule| rule.is_about(used));
            let granted = match used {
                UseKind::UdpReceive => true,
                UseKind::TcpAccept => !accepts(&allowed) || by_some(&allowed),
                _ => by_some(&allowed),
            };
            prop_assert_eq!(answer.is_ok(), granted && !by_some(&denied), "{}", used);
        }
    }

    #[test]
    fn an_allow_takes_nothing_away_and_a_deny_gives_nothing(
        (allowed, denied, addr) in rules_and_address(),
        networks in vec(network(), 0..3),
        further in described(),
        path in path(),
        paths in vec(path_pattern(), 0..3),
        further_path in path_pattern(),
    ) {
        let mut policy = ruled(&allowed, &denied);
        policy.allow_pool(cidrs(&networks));
        for pattern in &paths {
            policy.allow(unix(pattern));
        }
        let (mut wider, mut narrower) = (policy.clone(), policy.clone());
        wider.allow(further.rule()).allow(unix(&further_path));
        narrower.deny(further.rule()).deny(unix(&further_path));
        let answers = every_use(&policy, addr).into_iter().zip(every_use(&wider, addr)).zip(every_use(&narrower, addr));
        for (((used, now), (_, wider)), (_, narrower)) in answers {
            // The first rule about peers is the one that narrows: until then all are let in.
            let first = used == UseKind::TcpAccept && !allowed.iter().any(|rule| rule.is_about(used));
            prop_assert!(first || now.is_err() || wider.is_ok(), "{}", used);
            prop_assert!(now.is_ok() || narrower.is_err(), "{}", used);
        }
        let may = |policy: &Policy| policy.permit_path::<UnixConnect>(&path).is_ok();
        prop_assert!(!may(&policy) || may(&wider));
        prop_assert!(may(&policy) || !may(&narrower));
    }

    #[test]
    fn a_pattern_of_paths_admits_what_a_search_admits(pattern in path_pattern(), path in path()) {
        let expected = admits(pattern.as_bytes(), path.as_str().as_bytes());
        let pattern: PathPattern = pattern.parse().expect("the expression makes patterns");
        prop_assert_eq!(pattern.admits(&path), expected, "{} under {}", path, pattern);
    }
}

/// The other opinion on what a pattern admits: by trying everything.
fn admits(pattern: &[u8], path: &[u8]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) if admits(rest, path) => true,
        (Some((b'*', _)), Some((byte, path))) => *byte != b'/' && admits(pattern, path),
        (Some((wanted, rest)), Some((byte, path))) => wanted == byte && admits(rest, path),
        _ => false,
    }
}

/// A rule about addresses as the test sees it: scheme, network and ports.
#[derive(Clone, Debug)]
struct Described {
    scheme: &'static str,
    network: (IpAddr, u8),
    ports: (u16, u16),
}

impl Described {
    fn rule(&self) -> Rule {
        let (address, mask) = self.network;
        let (open, close) = if address.is_ipv6() {
            ("[", "]")
        } else {
            ("", "")
        };
        let ports = match self.ports {
            _ if self.scheme == "tcp-accept" => String::new(),
            (first, last) => format!(":{first}-{last}"),
        };
        let text = format!("{}://{open}{address}{close}/{mask}{ports}", self.scheme);
        text.parse().expect("the parts make a rule")
    }

    fn is_about(&self, used: UseKind) -> bool {
        match self.scheme {
            "tcp" => used == UseKind::TcpConnect,
            "udp" => matches!(used, UseKind::UdpSend | UseKind::UdpConnect),
            "tcp-listen" => matches!(used, UseKind::TcpBind | UseKind::TcpListen),
            "udp-bind" => used == UseKind::UdpBind,
            _ => used == UseKind::TcpAccept,
        }
    }

    fn holds(&self, addr: SocketAddr) -> bool {
        let (first, last) = self.ports;
        let port = (first..=last).contains(&addr.port()) || self.scheme == "tcp-accept";
        port && holds(self.network, addr.ip())
    }
}

fn ruled(allowed: &[Described], denied: &[Described]) -> Policy {
    let mut policy = Policy::nothing();
    for rule in allowed {
        policy.allow(rule.rule());
    }
    for rule in denied {
        policy.deny(rule.rule());
    }
    policy
}

fn unix(pattern: &str) -> Rule {
    format!("unix://{pattern}")
        .parse()
        .expect("the expression makes patterns")
}

type Answer = Result<SocketAddr, Denial>;

fn every_use(policy: &Policy, addr: SocketAddr) -> Vec<(UseKind, Answer)> {
    fn ask<U: AddrUse>(policy: &Policy, addr: SocketAddr) -> (UseKind, Answer) {
        (
            U::KIND,
            policy.permit::<U>(addr).map(|permit| permit.addr()),
        )
    }
    vec![
        ask::<TcpBind>(policy, addr),
        ask::<TcpListen>(policy, addr),
        ask::<TcpConnect>(policy, addr),
        ask::<TcpAccept>(policy, addr),
        ask::<UdpBind>(policy, addr),
        ask::<UdpConnect>(policy, addr),
        ask::<UdpSend>(policy, addr),
        ask::<UdpReceive>(policy, addr),
        ask::<MulticastJoin>(policy, addr),
    ]
}

/// The other opinion on what a network holds: by the bits, with no library.
fn holds((network, mask): (IpAddr, u8), address: IpAddr) -> bool {
    match (network, address.to_canonical()) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let differing = network.to_bits() ^ address.to_bits();
            differing.leading_zeros() >= u32::from(mask)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let differing = network.to_bits() ^ address.to_bits();
            differing.leading_zeros() >= u32::from(mask)
        }
        _ => false,
    }
}

fn policy(networks: &[(IpAddr, u8)]) -> Policy {
    let mut policy = Policy::nothing();
    policy.allow_pool(cidrs(networks));
    policy
}

fn cidrs(networks: &[(IpAddr, u8)]) -> Vec<Cidr> {
    let cidr = |&(address, mask): &(IpAddr, u8)| Cidr::new(address, mask).expect("the mask fits");
    networks.iter().map(cidr).collect()
}

fn labels(name: &Name) -> Vec<&str> {
    name.as_str().split('.').collect()
}

fn ipv4() -> impl Strategy<Value = IpAddr> {
    any::<u32>().prop_map(|bits| IpAddr::V4(bits.into()))
}

fn ipv6() -> impl Strategy<Value = IpAddr> {
    let plain = |address: &IpAddr| address.to_canonical().is_ipv6();
    any::<u128>()
        .prop_map(|bits| IpAddr::V6(bits.into()))
        .prop_filter("a mapped address is no IPv6 network", plain)
}

fn mapped() -> impl Strategy<Value = IpAddr> {
    any::<u32>().prop_map(|bits| IpAddr::V6(Ipv4Addr::from_bits(bits).to_ipv6_mapped()))
}

fn network() -> impl Strategy<Value = (IpAddr, u8)> {
    prop_oneof![(ipv4(), 0..=32_u8), (ipv6(), 0..=128_u8)]
}

fn address() -> impl Strategy<Value = SocketAddr> {
    (prop_oneof![ipv4(), ipv6(), mapped()], any::<u16>()).prop_map(SocketAddr::from)
}

/// A pool, and an address: any, or one of the pool's with one bit turned, where the border is.
fn pool_and_address() -> impl Strategy<Value = (Vec<(IpAddr, u8)>, SocketAddr)> {
    let near = (
        vec(network(), 1..4),
        0..128_u32,
        any::<bool>(),
        any::<u16>(),
    )
        .prop_map(|(networks, bit, mapped, port)| {
            let address = match networks[0].0 {
                IpAddr::V4(ip) => {
                    let ip = Ipv4Addr::from_bits(ip.to_bits() ^ (1 << (bit % 32)));
                    if mapped {
                        ip.to_ipv6_mapped().into()
                    } else {
                        ip.into()
                    }
                }
                IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() ^ (1 << bit)).into()),
            };
            (networks, SocketAddr::new(address, port))
        });
    prop_oneof![near, (vec(network(), 0..4), address())]
}

fn name() -> impl Strategy<Value = Name> {
    "([a-c0-9_-]{1,3}\\.){0,3}[a-c]{1,3}"
        .prop_map(|text| text.parse().expect("the expression makes names"))
}

fn pattern() -> impl Strategy<Value = NamePattern> {
    prop_oneof![
        Just(NamePattern::Any),
        name().prop_map(NamePattern::Exact),
        name().prop_map(NamePattern::Below),
    ]
}

fn described() -> impl Strategy<Value = Described> {
    let scheme = prop_oneof![
        Just("tcp"),
        Just("udp"),
        Just("tcp-listen"),
        Just("udp-bind"),
        Just("tcp-accept")
    ];
    let port = || prop_oneof![1..10_u16, 1..=u16::MAX];
    (scheme, network(), port(), port()).prop_map(|(scheme, network, one, other)| Described {
        scheme,
        network,
        ports: (one.min(other), one.max(other)),
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        described().prop_map(|rule| rule.rule()),
        path_pattern().prop_map(|pattern| unix(&pattern)),
        (0..1_u32 << 28).prop_map(|bits| {
            let group = Ipv4Addr::from_bits(0xe000_0000 | bits);
            format!("multicast://{group}").parse().expect("a group")
        }),
    ]
}

/// Rules that allow, rules that deny, and an address that many of them are about; none is the wildcard or has port 0,
/// which stand for others.
fn rules_and_address() -> impl Strategy<Value = (Vec<Described>, Vec<Described>, SocketAddr)> {
    let rules = || vec(described(), 0..4);
    (rules(), rules(), address(), 0..8_usize, 1..10_u16)
        .prop_map(|(allowed, denied, addr, at, port)| {
            let near = allowed.iter().chain(&denied).nth(at);
            let ip = near.map_or_else(|| addr.ip(), |rule| rule.network.0);
            (allowed, denied, SocketAddr::new(ip, port))
        })
        .prop_filter("no wildcard", |(_, _, addr)| !addr.ip().is_unspecified())
}

fn path_pattern() -> impl Strategy<Value = String> {
    "(/[ab*]{1,4}){1,3}"
}

fn path() -> impl Strategy<Value = UnixPath> {
    "(/[ab]{1,4}){1,3}".prop_map(|text| text.parse().expect("the expression makes paths"))
}
