//! Sockets that somebody else implements are judged at the same door as ours, and nothing is done for them there.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use iwasm_abi::Errno;
use iwasm_net::{Host, Journal};
use iwasm_policy::{Denial, Policy, TcpBind, TcpConnect, TcpListen, UdpConnect, UdpSend};

use crate::guest::{Guest, pool};
use crate::script::lock;

#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Journal for Told {
    fn denied(&self, call: &'static str, denial: &Denial) {
        lock(&self.0).push(format!("{call}: {denial}"));
    }
}

fn socket(text: &str) -> SocketAddr {
    text.parse().expect("the case is a socket address")
}

#[test]
fn a_wildcard_is_loopback_as_a_destination_and_itself_as_an_own_address() {
    let guest = Guest::new(pool("0.0.0.0/32,::1/128"));
    let caller = guest.process.net.caller("call");
    let (v4, v6) = (socket("0.0.0.0:80"), socket("[::]:80"));
    for (judged, granted) in [
        (caller.judge::<TcpBind>(v4), true),
        (caller.judge::<TcpListen>(v4), true),
        (caller.judge::<TcpConnect>(v4), false),
        (caller.judge::<UdpConnect>(v4), false),
        (caller.judge::<UdpSend>(v4), false),
        (caller.judge::<TcpBind>(v6), false),
        (caller.judge::<TcpConnect>(v6), true),
        (caller.judge::<UdpSend>(v6), true),
    ] {
        let answer = if granted { Ok(()) } else { Err(Errno::Acces) };
        assert_eq!(judged, answer);
    }
}

#[test]
fn a_refusal_is_told_once_and_a_sender_s_never() {
    let told = Told::default();
    let guest = Guest::heard(Policy::nothing(), Box::new(told.clone()));
    let caller = guest.process.net.caller("connect");
    for _ in 0..2 {
        let to = socket("[::ffff:10.0.0.1]:80");
        assert_eq!(caller.judge::<TcpConnect>(to), Err(Errno::Acces));
        assert!(!caller.admits_sender(socket("10.0.0.1:53")));
    }
    assert_eq!(*lock(&told.0), ["connect: tcp connect to `10.0.0.1:80`"]);
    assert_eq!(guest.script.transcript(), [""; 0]);
}

#[test]
fn a_name_is_admitted_before_anything_is_looked_up() {
    let told = Told::default();
    let mut policy = Policy::nothing();
    policy.allow_resolve("a.example".parse().expect("a pattern"));
    let guest = Guest::heard(policy, Box::new(told.clone()));
    let caller = guest.process.net.caller("resolve-addresses");
    let address = caller
        .admit("192.0.2.1")
        .expect("an address needs no grant");
    assert!(matches!(address, Host::Address(_)));
    let found = caller
        .look_up(&address, None)
        .expect("it is its own answer");
    assert_eq!(found, [socket("192.0.2.1:0").ip()]);
    assert!(matches!(caller.admit("A.example."), Ok(Host::Name(_))));
    assert_eq!(caller.admit("b.example").err(), Some(Errno::Acces));
    assert_eq!(caller.admit("127.1").err(), Some(Errno::Noent));
    assert_eq!(
        *lock(&told.0),
        ["resolve-addresses: name lookup of `b.example`"]
    );
    assert_eq!(guest.script.transcript(), [""; 0]);
}
