//! What holds of every policy, address and name.

use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use iwasm_policy::{
    AddrUse, Cidr, Denial, MulticastJoin, Name, NamePattern, Policy, TcpAccept, TcpBind,
    TcpConnect, TcpListen, UdpBind, UdpConnect, UdpReceive, UdpSend, UseKind, parse_pool,
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
            let flag = denial.flag();
            let pool = flag.strip_prefix("--addr-pool=").expect("addresses are granted by the pool");
            let mut policy = Policy::nothing();
            policy.allow_pool(parse_pool(pool).expect("the flag is well formed"));
            prop_assert!(policy.permit::<TcpConnect>(addr).is_ok());
        }
        let flag = Policy::nothing().permit_name(&name).expect_err("nothing is granted").flag();
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
    }
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
