//! WasmEdge's lookup: the chain of nodes that it writes into, and the numbers that it refuses with.

use std::net::IpAddr;

use iwasm_abi::Errno;
use iwasm_abi::wasmedge::LookupErrno;
use iwasm_policy::Policy;
use iwasm_wasi::Quirks;

use crate::guest::{DATA, Guest, MORE, SIZE, TEXT, TEXT2};

/// Nodes of a chain, each with its address, data and name behind it.
const NODES: [u64; 3] = [0x200, 0x280, 0x300];

/// A lookup of `a.example` and `80`, with these hints and so many nodes, whose data is so long.
struct Lookup {
    guest: Guest,
    args: [u64; 8],
}

impl Lookup {
    fn new(policy: Policy, hints: [u8; 5], data_len: u8) -> Self {
        let mut guest = Guest::new(policy);
        guest.put(TEXT, b"a.example");
        guest.put(TEXT2, b"80");
        guest.put(DATA, &hints);
        guest.put(SIZE, &word(NODES[0]));
        for (at, next) in NODES.into_iter().zip([NODES[1], NODES[2], 0]) {
            let pointers = [word(at + 0x20), word(at + 0x50), word(30), word(next)];
            guest.put(at + 12, &pointers.concat());
            guest.put(at + 0x24, &[data_len, 0, 0, 0]);
            guest.put(at + 0x28, &word(at + 0x30));
        }
        Self {
            guest,
            args: [TEXT, 9, TEXT2, 2, DATA, SIZE, 3, MORE],
        }
    }

    /// Under a policy that lets every name be looked up.
    fn any(hints: [u8; 5], data_len: u8) -> Self {
        let mut policy = Policy::nothing();
        policy.allow_resolve("*".parse().expect("a pattern"));
        Self::new(policy, hints, data_len)
    }

    fn answer(&mut self, found: &[&str]) -> &mut Self {
        let found: Vec<IpAddr> = found.iter().map(|ip| ip.parse().expect("an ip")).collect();
        self.guest.script.answer("resolve", [Ok(found)]);
        self
    }

    #[track_caller]
    fn gives(&mut self, number: u16) -> &mut Self {
        let answer = self.guest.call("sock_getaddrinfo", &self.args);
        assert_eq!(answer, Ok(number.into()));
        self
    }

    #[track_caller]
    fn refuses(&mut self, errno: LookupErrno) {
        let before = self.guest.memory.clone();
        self.gives(errno.number());
        assert!(self.guest.memory == before);
    }

    /// The addresses in the nodes that were filled.
    fn found(&self) -> Vec<IpAddr> {
        let total = usize::try_from(self.guest.word(MORE)).expect("a small number");
        let address = |at: &u64| match self.guest.bytes::<1>(at + 2) {
            [1] => IpAddr::from(self.guest.bytes::<4>(at + 0x32)),
            _ => IpAddr::from(self.guest.bytes::<16>(at + 0x36)),
        };
        NODES[..total].iter().map(address).collect()
    }
}

#[test]
fn a_program_of_go_finds_an_ipv6_address_right_behind_the_port() {
    let six = "2001:db8::1"
        .parse::<std::net::Ipv6Addr>()
        .unwrap()
        .octets();
    for (wasmedge_go, at) in [(false, 6), (true, 2)] {
        let mut lookup = Lookup::any([0, 0, 0, 2, 0], 26);
        lookup.guest = lookup.guest.quirky(Quirks {
            wasmedge_go,
            ..Quirks::default()
        });
        lookup.answer(&["2001:db8::1", "10.0.0.1"]).gives(0);
        let data = NODES.map(|node| node + 0x30);
        assert_eq!(lookup.guest.bytes::<2>(data[0]), [0, 80]);
        assert_eq!(lookup.guest.bytes::<16>(data[0] + at), six);
        assert_eq!(lookup.guest.bytes::<4>(data[1] + 2), [10, 0, 0, 1]);
        assert_eq!(lookup.guest.word(NODES[0] + 0x24), 26);
    }
}

#[test]
fn old_numbers_are_read_and_written_in_a_lookup() {
    // A stream over IPv6; nothing is left open.
    let mut lookup = Lookup::any([0, 0, 1, 1, 0], 26);
    lookup.guest = lookup.guest.quirky(Quirks {
        wasmedge_v0: true,
        ..Quirks::default()
    });
    lookup.answer(&["2001:db8::1"]).gives(0);
    // Flags, family, kind and protocol; then the family again, with the address.
    assert_eq!(lookup.guest.bytes(NODES[0]), [0, 0, 1, 1, 0, 0, 0, 0]);
    assert_eq!(lookup.guest.bytes(NODES[0] + 0x20), [1]);
}

fn word(value: u64) -> [u8; 4] {
    u32::try_from(value).expect("a word").to_le_bytes()
}

fn ips<const N: usize>(ips: [&str; N]) -> Vec<IpAddr> {
    ips.map(|ip| ip.parse().expect("an ip")).into()
}

#[test]
fn a_chain_with_a_place_out_of_the_memory_is_efault_before_anything_is_looked_up() {
    for (at, bytes) in [
        (SIZE, word(0)),
        (SIZE, word(2048 - 27)),
        (NODES[1] + 12, word(2048 - 11)),
        (NODES[1] + 0x28, word(2048 - 25)),
        (NODES[0] + 16, word(2048 - 29)),
        (NODES[0] + 20, word(0xffff_ffff)),
        (NODES[1] + 24, word(0)),
        (NODES[0] + 24, word(0xffff_fff0)),
    ] {
        let mut lookup = Lookup::any([2, 0, 0, 2, 0], 14);
        lookup.guest.put(at, &bytes);
        let before = lookup.guest.memory.clone();
        lookup.gives(Errno::Fault.number());
        assert!(lookup.guest.memory == before);
        assert_eq!(lookup.guest.script.transcript(), [""; 0], "{at:#x}");
    }
}

#[test]
fn a_chain_that_leads_back_into_itself_is_walked_for_a_while_only() {
    let mut lookup = Lookup::any([0, 0, 0, 2, 0], 26);
    lookup.guest.put(NODES[2] + 24, &word(NODES[0]));
    lookup.args[6] = u64::from(u32::MAX);
    lookup.answer(&["10.0.0.1"; 5000]).gives(0);
    assert_eq!(lookup.guest.word(MORE), 1024);
}

#[test]
fn an_address_is_written_only_where_it_fits() {
    for (len, found) in [
        // A library says 14 and has room for 26.
        (14, ips(["2001:db8::1", "10.0.0.1", "10.0.0.2"])),
        (26, ips(["2001:db8::1", "10.0.0.1", "10.0.0.2"])),
        (15, ips(["10.0.0.1", "10.0.0.2"])),
        (25, ips(["10.0.0.1", "10.0.0.2"])),
    ] {
        let mut lookup = Lookup::any([0, 0, 0, 2, 0], len);
        let answers = ["2001:db8::1", "10.0.0.1", "10.0.0.2"];
        lookup.answer(&answers).gives(0);
        assert_eq!(lookup.found(), found, "{len}");
    }
    let mut lookup = Lookup::any([0, 0, 0, 2, 0], 13);
    lookup.answer(&["10.0.0.1"]).refuses(LookupErrno::Memory);
}

#[test]
fn the_canonical_name_is_cut_off_where_its_room_ends_and_is_in_the_first_node_only() {
    for (room, written, len) in [
        (30, &b"a.example\0?"[..], 9),
        (0, b"a.example\0?", 9),
        (10, b"a.example\0?", 9),
        (9, b"a.exampl\0??", 8),
        (2, b"a\0?????????", 1),
        (1, b"???????????", 0),
    ] {
        let mut lookup = Lookup::any([2, 0, 0, 2, 0], 26);
        lookup.guest.put(NODES[0] + 20, &word(room));
        lookup.answer(&["10.0.0.1", "10.0.0.2"]).gives(0);
        let guest = &lookup.guest;
        assert_eq!(&guest.bytes::<11>(NODES[0] + 0x50), written, "{room}");
        assert_eq!(guest.word(NODES[0] + 20), len);
        assert_eq!(guest.word(NODES[1] + 20), 0);
        assert_eq!(&guest.bytes(NODES[1] + 0x50), b"??");
    }
}

#[test]
fn what_cannot_be_looked_up_has_wasmedge_s_number() {
    use LookupErrno::{Badflag, Family, Memory, Noname, Service, Socktype};
    for (hints, errno) in [
        ([0x80, 0, 0, 0, 0], Badflag),
        ([0, 0, 3, 0, 0], Family),
        ([0, 0, 0, 3, 0], Socktype),
        ([0, 0, 0, 1, 1], Socktype),
        // A name where only a number is wanted.
        ([4, 0, 0, 0, 0], Noname),
    ] {
        Lookup::any(hints, 26).refuses(errno);
    }
    for (argument, value, errno) in [(6, 0, Memory), (1, 1, Noname)] {
        let mut lookup = Lookup::any([0; 5], 26);
        lookup.guest.put(TEXT, b"\0");
        lookup.guest.put(TEXT2, b"\0");
        lookup.args[argument] = value;
        lookup.args[3] = if errno == Noname { 0 } else { 2 };
        lookup.refuses(errno);
    }
    let mut lookup = Lookup::any([0; 5], 26);
    let none = [Err::<u16, _>(Errno::Inval), Err(Errno::Inval)];
    lookup.guest.script.answer("service", none);
    lookup.guest.put(TEXT2, b"xx");
    lookup.refuses(Service);
}

#[test]
fn what_the_resolver_says_has_wasmedge_s_number() {
    use LookupErrno::{Again, Fail, Memory, Noname};
    for (said, errno) in [
        (Errno::Noent, Noname),
        (Errno::Again, Again),
        (Errno::Io, Fail),
        (Errno::Nomem, Memory),
    ] {
        let mut lookup = Lookup::any([0; 5], 26);
        let said = [Err::<Vec<IpAddr>, _>(said)];
        lookup.guest.script.answer("resolve", said);
        lookup.refuses(errno);
    }
}

#[test]
fn a_name_without_a_grant_is_eacces_and_nothing_is_looked_up() {
    let mut lookup = Lookup::new(Policy::nothing(), [0; 5], 26);
    lookup.gives(Errno::Acces.number());
    assert_eq!(lookup.guest.script.transcript(), [""; 0]);
}

#[test]
fn without_a_host_a_passive_lookup_gives_what_to_bind_and_another_loopback() {
    for (flags, family, found) in [
        (1, 0, ips(["0.0.0.0", "::"])),
        (1, 1, ips(["0.0.0.0"])),
        (1, 2, ips(["::"])),
        (0, 1, ips(["127.0.0.1"])),
    ] {
        let mut lookup = Lookup::new(Policy::nothing(), [flags, 0, family, 2, 0], 26);
        lookup.args[1] = 0;
        lookup.gives(0);
        assert_eq!(lookup.found(), found, "{flags} {family}");
    }
}

#[test]
fn ipv4_is_mapped_where_there_is_no_ipv6_or_all_is_wanted() {
    const V4MAPPED: u8 = 16;
    const ALL: u8 = 32;
    for (flags, answers, found) in [
        (
            V4MAPPED,
            [&["2001:db8::1"][..], &["10.0.0.1"]],
            ips(["2001:db8::1"]),
        ),
        (V4MAPPED, [&[], &["10.0.0.1"]], ips(["::ffff:10.0.0.1"])),
        (
            V4MAPPED | ALL,
            [&["2001:db8::1"], &["10.0.0.1"]],
            ips(["2001:db8::1", "::ffff:10.0.0.1"]),
        ),
        (
            V4MAPPED | ALL,
            [&["2001:db8::1"], &[]],
            ips(["2001:db8::1"]),
        ),
        (ALL, [&["2001:db8::1"], &["10.0.0.1"]], ips(["2001:db8::1"])),
    ] {
        let mut lookup = Lookup::any([flags, 0, 2, 2, 0], 26);
        lookup.answer(answers[0]).answer(answers[1]).gives(0);
        assert_eq!(lookup.found(), found, "{flags}");
    }
}
