//! Names, services, clocks and limits: what the host says of itself.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use std::net::IpAddr;

use common::linux;
use iwasm_abi::Errno;
use iwasm_native::raise_descriptor_limit;
use iwasm_net::{Clock, Family, Kernel, Kind, Span, Stop};
use iwasm_policy::{NamePermit, Policy};

#[test]
fn this_host_is_found_by_its_name_and_each_address_once() {
    let linux = linux();
    let stop = Stop::default();
    let all = linux.resolve(&permit("localhost"), None, &stop).unwrap();
    assert!(all.iter().all(IpAddr::is_loopback), "{all:?}");
    for (at, ip) in all.iter().enumerate() {
        assert!(!all[..at].contains(ip), "{all:?}");
    }
    for family in [Family::V4, Family::V6] {
        match linux.resolve(&permit("localhost"), Some(family), &stop) {
            Ok(found) => assert!(
                found.iter().all(|ip| Family::of(*ip) == family),
                "{found:?}"
            ),
            // Some hosts have one family only.
            Err(errno) => assert_eq!(errno, Errno::Noent),
        }
    }
}

#[test]
fn a_service_has_a_port_and_an_unknown_one_none() {
    let linux = linux();
    for kind in [Kind::Stream, Kind::Datagram] {
        assert_eq!(linux.service("no-such-service", kind), Err(Errno::Inval));
        assert_eq!(linux.service("no\0name", kind), Err(Errno::Inval));
        // Small systems have no list of services.
        if std::fs::exists("/etc/services").unwrap() {
            assert_eq!(linux.service("domain", kind), Ok(53));
        }
    }
}

#[test]
fn clocks_go_on_and_have_a_resolution() {
    let linux = linux();
    for clock in [
        Clock::Realtime,
        Clock::Monotonic,
        Clock::Process,
        Clock::Thread,
    ] {
        assert!(linux.resolution(clock).unwrap() > 0, "{clock:?}");
    }
    for clock in [Clock::Monotonic, Clock::Process, Clock::Thread] {
        let before = linux.now(clock).unwrap();
        linux.yield_now();
        assert!(linux.now(clock).unwrap() >= before, "{clock:?}");
    }
    let year_2020 = 1_577_836_800_000_000_000;
    assert!(linux.now(Clock::Realtime).unwrap() > year_2020);
}

#[test]
fn random_bytes_fill_the_span_and_nothing_behind_it() {
    let linux = linux();
    let mut bytes = [0; 40];
    linux.random(Span::of(&mut bytes).part(0, 32)).unwrap();
    assert_ne!(bytes[..32], [0; 32]);
    assert_eq!(bytes[32..], [0; 8]);
    linux.random(Span::of(&mut [])).unwrap();
}

#[test]
fn the_process_gets_as_many_descriptors_as_it_may_have() {
    let most = raise_descriptor_limit().unwrap();
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    let numbers: Vec<_> = line.split_whitespace().skip(3).take(2).collect();
    assert_eq!(numbers, [most.to_string(), most.to_string()]);
    assert_eq!(raise_descriptor_limit().unwrap(), most);
}

fn permit(name: &str) -> NamePermit {
    let mut policy = Policy::nothing();
    policy.allow_resolve("*".parse().unwrap());
    policy.permit_name(&name.parse().unwrap()).unwrap()
}
