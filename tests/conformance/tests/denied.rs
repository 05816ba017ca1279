//! One policy: each denied use is here once, and every dialect's guest does it. The same flags deny the same, with the
//! dialect's errno, and the operator reads the same line but for the call's name.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::print_stdout, reason = "what a dialect lacks is listed")]

use std::io::{BufRead, BufReader, Write};
use std::net::UdpSocket;
use std::process::{Command, Stdio};
use std::time::Duration;

use conformance::{package, run, runtime};

const LIMIT: Duration = Duration::from_secs(20);

/// A dialect's guest, and what its numbers are.
struct Dialect {
    guest: &'static str,
    acces: i32,
    again: i32,
    /// Whether its C library binds a datagram socket before it sends: no port is picked by a send then.
    binds_to_send: bool,
}

/// Their order is that of [`Use::calls`].
const DIALECTS: [Dialect; 4] = [
    Dialect {
        guest: "c/denied_uses.wasm",
        acces: 2,
        again: 6,
        binds_to_send: false,
    },
    Dialect {
        guest: "wasmedge/denied_uses.wasm",
        acces: 2,
        again: 6,
        binds_to_send: false,
    },
    Dialect {
        guest: "wasix/denied_uses.wasm",
        acces: 2,
        again: 6,
        binds_to_send: false,
    },
    Dialect {
        guest: "p2/denied_uses.wasm",
        acces: 2,
        again: 6,
        binds_to_send: false,
    },
];

struct Use {
    name: &'static str,
    /// What the operator reads: the use, why not, and what would have allowed it.
    told: &'static str,
    cause: &'static str,
    flag: &'static str,
    calls: [Call; DIALECTS.len()],
}

/// By which call a dialect does it.
#[derive(Clone, Copy)]
enum Call {
    Named(&'static str),
    /// Its C library binds the socket to the wildcard first, by the one call. That is denied, and told, before the other
    /// call is made, if there is one.
    Bound(&'static str, Option<&'static str>),
    /// By none, and this is why. The guest gets the errno, and nothing is told.
    None(i32, &'static str),
}

/// What a socket that is bound to the wildcard needs.
const WILDCARD: &str = "--addr-pool=0.0.0.0/32";

/// By what a shim says that its dialect has no such call.
const NOSYS: i32 = 52;
const INVAL: i32 = 28;
const NOPROTOOPT: i32 = 50;

const POOL: &str = "the address is in no `--addr-pool` network";
const NAMES: &str = "no `--allow-resolve` pattern admits the name";

/// The same name in the dialects that have one each, and the component's own.
const fn all(call: &'static str, component: Call) -> [Call; DIALECTS.len()] {
    [
        Call::Named(call),
        Call::Named(call),
        Call::Named(call),
        component,
    ]
}

const fn address(
    name: &'static str,
    told: &'static str,
    flag: &'static str,
    calls: [Call; DIALECTS.len()],
) -> Use {
    Use {
        name,
        told,
        cause: POOL,
        flag,
        calls,
    }
}

const MAPPED: Call = Call::None(INVAL, "wasi:sockets has no mapped addresses");
const NO_PEER: Call = Call::None(INVAL, "wasi:sockets has no peer at the wildcard");
const START_BIND: Call = Call::Named("start-bind");
const START_CONNECT: Call = Call::Named("start-connect");

#[rustfmt::skip]
const USES: [Use; 11] = [
    address("tcp_bind", "tcp bind to `127.0.0.2:0`", "--addr-pool=127.0.0.2/32", all("sock_bind", START_BIND)),
    address("tcp_listen_unbound", "tcp listen on `0.0.0.0:0`", WILDCARD, all("sock_listen", Call::Bound("start-bind", None))),
    address("tcp_connect", "tcp connect to `127.0.0.2:9`", "--addr-pool=127.0.0.2/32", all("sock_connect", START_CONNECT)),
    // It is judged, and told, as the IPv4 address that it is.
    address("tcp_connect_mapped", "tcp connect to `127.0.0.2:9`", "--addr-pool=127.0.0.2/32", all("sock_connect", MAPPED)),
    // As a destination it means this machine.
    address("tcp_connect_wildcard", "tcp connect to `127.0.0.1:9`", "--addr-pool=127.0.0.1/32", all("sock_connect", NO_PEER)),
    address("udp_bind", "udp bind to `127.0.0.2:0`", "--addr-pool=127.0.0.2/32", all("sock_bind", START_BIND)),
    address("udp_connect", "udp connect to `127.0.0.2:9`", "--addr-pool=127.0.0.2/32",
        all("sock_connect", Call::Named("stream"))),
    address("udp_send", "udp send to `127.0.0.2:9`", "--addr-pool=127.0.0.2/32",
        all("sock_send_to", Call::Named("send"))),
    address("udp_send_wildcard", "udp send to `127.0.0.1:9`", "--addr-pool=127.0.0.1/32",
        all("sock_send_to", NO_PEER)),
    address("multicast_join", "multicast join of `239.255.0.1`", "--addr-pool=239.255.0.1/32", [
        Call::Named("sock_set_ip_add_membership"),
        Call::None(NOSYS, "WasmEdge's imports join no group"),
        Call::Named("sock_join_multicast_v4"),
        Call::None(NOPROTOOPT, "wasi:sockets joins no group"),
    ]),
    Use {
        name: "name_lookup",
        told: "name lookup of `localhost`",
        cause: NAMES,
        flag: "--allow-resolve=localhost",
        calls: [
            Call::Named("sock_addr_resolve"),
            Call::Named("sock_getaddrinfo"),
            Call::Named("resolve"),
            Call::Named("resolve-addresses"),
        ],
    },
];

impl Use {
    /// The operator's line about it.
    fn line(&self, call: &str) -> String {
        let (told, cause, flag) = (self.told, self.cause, self.flag);
        format!("iwasm: denied {call}: {told}: {cause}; allow it with `{flag}`\n")
    }

    /// The line about the bind that a C library makes first.
    fn line_of_bind(&self, call: &str) -> String {
        let kind = &self.told[..3];
        let told = format!("{kind} bind to `0.0.0.0:0`");
        format!("iwasm: denied {call}: {told}: {POOL}; allow it with `{WILDCARD}`\n")
    }

    /// What has to come of it in a dialect, with which flags: errno, and what is told.
    fn expected(
        &self,
        dialect: &Dialect,
        call: Call,
    ) -> Vec<(&'static [&'static str], i32, String)> {
        match call {
            Call::Named(call) => vec![(&[], dialect.acces, self.line(call))],
            Call::Bound(bind, then) => {
                let mut all = vec![(&[][..], dialect.acces, self.line_of_bind(bind))];
                all.extend(then.map(|call| (&[WILDCARD][..], dialect.acces, self.line(call))));
                all
            }
            Call::None(errno, _) => vec![(&[], errno, String::new())],
        }
    }
}

/// Nothing is wrong, or all that is, a line each.
fn expect_nothing(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a use came to, with these flags: its errno, and what the operator read.
fn used(dialect: &Dialect, name: &str, flags: &[&str]) -> (i32, String) {
    let mut command = Command::new(runtime().expect("a runtime"));
    command.args(flags).arg(guest(dialect)).arg(name);
    let outcome = run(&mut command, LIMIT).expect("the runtime starts");
    let errno = outcome.stdout.trim().parse();
    (
        errno.unwrap_or_else(|_| panic!("{name}: {outcome:?}")),
        outcome.stderr,
    )
}

fn guest(dialect: &Dialect) -> std::path::PathBuf {
    package().join("../guests").join(dialect.guest)
}

#[test]
fn the_table_has_every_use_of_the_guest() {
    for dialect in &DIALECTS {
        let mut command = Command::new(runtime().expect("a runtime"));
        command.arg(guest(dialect)).arg("-");
        let outcome = run(&mut command, LIMIT).expect("the runtime starts");
        let known: Vec<_> = outcome.stdout.lines().collect();
        let mut table: Vec<_> = USES.iter().map(|row| row.name).collect();
        let at = known
            .iter()
            .position(|name| *name == UNBOUND)
            .expect(UNBOUND);
        table.insert(at, UNBOUND);
        assert_eq!(known, table, "{}", dialect.guest);
    }
}

#[test]
fn what_no_flag_grants_is_denied_to_every_dialect_and_told_alike() {
    let mut wrong = Vec::new();
    for (at, dialect) in DIALECTS.iter().enumerate() {
        for row in &USES {
            if let Call::None(_, reason) = row.calls[at] {
                println!("{}, {}: not there: {reason}", dialect.guest, row.name);
            }
            for (flags, errno, told) in row.expected(dialect, row.calls[at]) {
                let got = used(dialect, row.name, flags);
                if got != (errno, told.clone()) {
                    wrong.push(format!(
                        "{}, {} with {flags:?}: expected {errno} and `{told}`, got {got:?}",
                        dialect.guest, row.name
                    ));
                }
            }
        }
    }
    expect_nothing(&wrong);
}

#[test]
fn the_flags_that_are_told_allow_the_use_in_every_dialect() {
    let mut wrong = Vec::new();
    for (at, dialect) in DIALECTS.iter().enumerate() {
        for row in &USES {
            let flags = match row.calls[at] {
                Call::Named(_) => vec![row.flag],
                Call::Bound(..) => vec![WILDCARD, row.flag],
                Call::None(..) => continue,
            };
            let (errno, told) = used(dialect, row.name, &flags);
            if errno == dialect.acces || errno == NOSYS || !told.is_empty() {
                wrong.push(format!(
                    "{}, {} with {flags:?}: got {errno} and `{told}`",
                    dialect.guest, row.name
                ));
            }
        }
    }
    expect_nothing(&wrong);
}

/// The use that denies nothing: what comes to a port that nobody granted comes from nowhere.
const UNBOUND: &str = "udp_receive_unbound";

#[test]
fn a_port_that_a_send_picked_hears_only_whom_the_guest_may_send_to() {
    for dialect in DIALECTS.iter().filter(|dialect| !dialect.binds_to_send) {
        for (pool, errno) in [("127.0.0.1/32", dialect.again), ("127.0.0.0/8", 0)] {
            let got = heard_from_a_stranger(dialect, pool);
            assert_eq!(got, errno.to_string(), "{} with {pool}", dialect.guest);
        }
    }
}

/// What the guest heard when 127.0.0.2 wrote to the port that its send to 127.0.0.1 had picked.
fn heard_from_a_stranger(dialect: &Dialect, pool: &str) -> String {
    let mut child = Command::new(runtime().expect("a runtime"))
        .arg(format!("--addr-pool={pool}"))
        .arg(format!("--timeout={}", LIMIT.as_millis()))
        .arg(guest(dialect))
        .arg(UNBOUND)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the runtime starts");
    let output = child.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    let port = first.strip_prefix("port ").expect("it tells its port");
    let stranger = UdpSocket::bind("127.0.0.2:0").expect("a loopback address");
    stranger
        .send_to(b"x", format!("127.0.0.1:{port}"))
        .expect("loopback takes it");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(b"\n").expect("the guest waits for it");
    let last = lines.next().unwrap_or_default();
    child.wait().expect("it ends");
    last
}
