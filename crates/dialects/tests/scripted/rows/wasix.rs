//! WASIX's functions for sockets. Those that it shares with WASIp1 have their rows there.

use iwasm_abi::Errno;
use iwasm_abi::wamr::rights;
use iwasm_abi::wasix::{addr_ip, addr_port};

use crate::guest::{
    ADDR, DATA, DIR, FILE, IOVS, MORE, NEXT, OUT, ROOM, SIZE, TCP4, TCP6, TEXT, UDP4, UDP6, UNIX,
    vector,
};
use crate::row::Pointer::{Fills, Gathers, Scatters, Takes};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [
        life(),
        ends(),
        receives(),
        sends(),
        flags(),
        sizes(),
        times(),
        groups(),
        lookups(),
        ports(),
    ]
    .concat()
}

/// An endpoint as these guests write it.
pub(crate) fn addr(text: &str) -> Vec<u8> {
    let addr = text.parse().expect("the test names a socket address");
    addr_port::emit(&addr).to_vec()
}

/// An address of a lookup's answer.
fn ip(text: &str) -> [u8; 18] {
    addr_ip::emit(&text.parse().expect("the test names an address"))
}

fn on_socket(row: Row) -> Row {
    row.fd(0)
        .wrong(FILE, Errno::Notsock)
        .wrong(DIR, Errno::Notsock)
        .wrong(OUT, Errno::Notsock)
}

fn named(name: &'static str, fd: u64, text: &str) -> Row {
    on_socket(row(name, &[fd, ADDR]))
        .reads(1, 20)
        .given(ADDR, &addr(text))
}

/// The guest gives a path.
fn at_path(name: &'static str, path: &[u8]) -> Row {
    on_socket(row(name, &[UNIX, ADDR]))
        .reads(1, 20)
        .given(ADDR, &[&[3, 0], path, b"\0"].concat())
}

fn life() -> Vec<Row> {
    let number = &NEXT.to_le_bytes()[..4];
    let open = |family, kind, protocol| {
        row("wasix_32v1.sock_open", &[family, kind, protocol, SIZE])
            .writes(3, 4)
            .wrote(SIZE, number)
    };
    let pair = |family, kind| {
        row("wasix_32v1.sock_pair", &[family, kind, 0, SIZE, MORE])
            .writes(3, 4)
            .writes(4, 4)
            .wrote(SIZE, number)
            .wrote(MORE, &(NEXT + 1).to_le_bytes()[..4])
    };
    let accept = |name, flags| {
        on_socket(row(name, &[TCP4, flags, SIZE, ROOM]))
            .writes(2, 4)
            .writes(3, 20)
            .rights(rights::SOCK_ACCEPT)
            .wrote(SIZE, number)
            .wrote(ROOM, &addr("10.0.0.2:8080"))
            .waits("accept")
            .wrong(UDP4, Errno::Notsup)
    };
    vec![
        // SOCK_NONBLOCK in the type is cut off.
        open(1, 0x4001, 6).asked(&["open V4 Stream"]),
        open(2, 2, 17).asked(&["open V6 Datagram"]),
        open(3, 1, 0).asked(&["open Unix Stream"]),
        pair(1, 1).asked(&["pair Stream"]),
        pair(3, 2).asked(&["pair Datagram"]),
        named("wasix_32v1.sock_bind", TCP4, "10.0.0.1:80")
            .rights(rights::SOCK_BIND)
            .asked(&["bind tcp4 10.0.0.1:80"]),
        named("wasix_32v1.sock_bind", UDP6, "[2001:db8::1]:80")
            .rights(rights::SOCK_BIND)
            .asked(&["bind udp6 [2001:db8::1]:80"]),
        at_path("wasix_32v1.sock_bind", b"/run/a")
            .rights(rights::SOCK_BIND)
            .asked(&["bind_path unix /run/a"]),
        at_path("wasix_32v1.sock_connect", b"/run/b")
            .rights(rights::SOCK_CONNECT)
            .asked(&["connect_path unix /run/b"])
            .waits("connect_path"),
        on_socket(row("wasix_32v1.sock_listen", &[TCP4, 5]))
            .rights(rights::SOCK_LISTEN)
            .asked(&["listen tcp4 5"])
            .wrong(UDP4, Errno::Notsup),
        accept("wasix_32v1.sock_accept", 4).asked(&["accept tcp4 nonblocking"]),
        accept("wasix_32v1.sock_accept_v2", 0).asked(&["accept tcp4"]),
        named("wasix_32v1.sock_connect", TCP4, "10.0.0.2:80")
            .rights(rights::SOCK_CONNECT)
            .asked(&["connect tcp4 10.0.0.2:80"])
            .waits("connect"),
    ]
}

fn ends() -> Vec<Row> {
    let told = |name, fd| on_socket(row(name, &[fd, ROOM])).writes(1, 20);
    vec![
        told("wasix_32v1.sock_addr_local", TCP4)
            .rights(rights::SOCK_ADDR_LOCAL)
            .wrote(ROOM, &addr("10.0.0.1:80"))
            .asked(&["local tcp4"]),
        told("wasix_32v1.sock_addr_local", UDP6)
            .rights(rights::SOCK_ADDR_LOCAL)
            .wrote(ROOM, &addr("[2001:db8::1]:80"))
            .asked(&["local udp6"]),
        told("wasix_32v1.sock_addr_local", UNIX)
            .rights(rights::SOCK_ADDR_LOCAL)
            .wrote(ROOM, b"\x03\0/run/own\0\0\0\0\0\0\0\0\0\0")
            .asked(&["local unix"]),
        told("wasix_32v1.sock_addr_peer", UNIX)
            .rights(rights::SOCK_ADDR_REMOTE)
            .wrote(ROOM, &[&[3][..], &[0; 19]].concat())
            .asked(&["remote unix"]),
        told("wasix_32v1.sock_addr_peer", TCP6)
            .rights(rights::SOCK_ADDR_REMOTE)
            .wrote(ROOM, &addr("[2001:db8::2]:8080"))
            .asked(&["remote tcp6"]),
        on_socket(row("wasix_32v1.sock_status", &[TCP4, ROOM]))
            .writes(1, 1)
            .wrote(ROOM, &[0]),
    ]
}

fn receives() -> Vec<Row> {
    let from = |fd, flags| {
        let args = [fd, IOVS, 1, flags, SIZE, MORE, ROOM];
        on_socket(row("wasix_32v1.sock_recv_from", &args))
            .points(Scatters(1, 2))
            .writes(4, 4)
            .writes(5, 2)
            .writes(6, 20)
            .rights(rights::SOCK_RECV_FROM)
            .given(IOVS, &vector(DATA, 9))
            .wrote(DATA, b"hello")
            .wrote(SIZE, &[5, 0, 0, 0])
            .wrote(MORE, &[0, 0])
            .waits("receive")
    };
    vec![
        from(UDP4, 0)
            .wrote(ROOM, &addr("10.0.0.2:8080"))
            .asked(&["receive udp4 9 source truncation"]),
        from(UDP6, 13)
            .wrote(ROOM, &addr("[2001:db8::2]:8080"))
            .asked(&["receive udp6 9 peek source truncation at once"]),
        from(TCP4, 2)
            .wrote(ROOM, &addr("10.0.0.2:8080"))
            .asked(&["remote tcp4", "receive tcp4 9 all"]),
    ]
}

fn sends() -> Vec<Row> {
    let to = |fd, flags, text: &str| {
        let args = [fd, IOVS, 1, flags, ADDR, SIZE];
        on_socket(row("wasix_32v1.sock_send_to", &args))
            .points(Gathers(1, 2))
            .reads(4, 20)
            .writes(5, 4)
            .rights(rights::SOCK_SEND_TO)
            .given(IOVS, &vector(DATA, 5))
            .given(DATA, b"hello")
            .given(ADDR, &addr(text))
            .wrote(SIZE, &[5, 0, 0, 0])
            .waits("send")
    };
    let file = [TCP4, FILE, 7, 1, SIZE];
    vec![
        to(UDP4, 0, "10.0.0.2:53").asked(&["send udp4 `hello` to 10.0.0.2:53"]),
        to(UDP6, 1, "[2001:db8::2]:53").asked(&["send udp6 `hello` to [2001:db8::2]:53 at once"]),
        on_socket(row("wasix_32v1.sock_send_file", &file))
            .fd(1)
            .writes(4, 8)
            .rights(rights::SOCK_SEND)
            .wrote(SIZE, &[1, 0, 0, 0, 0, 0, 0, 0])
            .asked(&["read_at file 1 at 7", "send tcp4 `h`"])
            .waits("send"),
    ]
}

/// `get(fd, option, result)` with the bytes that it writes.
fn get(
    name: &'static str,
    fd: u64,
    option: u64,
    result: &[u8],
    asked: &'static [&'static str],
) -> Row {
    on_socket(row(name, &[fd, option, SIZE]))
        .writes(2, result.len())
        .wrote(SIZE, result)
        .asked(asked)
}

#[rustfmt::skip]
fn flags() -> Vec<Row> {
    let is = |fd, option, asked| get("wasix_32v1.sock_get_opt_flag", fd, option, &[1], asked);
    let set = |fd, option, on, asked| {
        on_socket(row("wasix_32v1.sock_set_opt_flag", &[fd, option, on])).asked(asked)
    };
    vec![
        is(UDP4, 1, &["flag udp4 ReusePort"]),
        is(UDP4, 2, &["flag udp4 ReuseAddr"]),
        is(TCP4, 3, &["flag tcp4 NoDelay"]).wrong(UDP4, Errno::Noprotoopt),
        is(TCP6, 5, &["flag tcp6 OnlyV6"]).wrong(TCP4, Errno::Noprotoopt),
        is(TCP4, 10, &["accepting tcp4"]),
        set(TCP4, 4, 1, &["set_flag tcp4 DontRoute true"]),
        set(UDP4, 6, 1, &["set_flag udp4 Broadcast true"]),
        set(UDP4, 7, 0, &["set_flag udp4 MulticastLoopV4 false"]),
        set(UDP6, 8, 1, &["set_flag udp6 MulticastLoopV6 true"]).wrong(UDP4, Errno::Noprotoopt),
        set(TCP4, 12, 1, &["set_flag tcp4 KeepAlive true"]),
        set(TCP4, 14, 1, &["set_flag tcp4 OobInline true"]),
    ]
}

#[rustfmt::skip]
fn sizes() -> Vec<Row> {
    let of = |fd, option, size: u64, asked| {
        get("wasix_32v1.sock_get_opt_size", fd, option, &size.to_le_bytes(), asked)
    };
    let set = |fd, option, to, asked| {
        on_socket(row("wasix_32v1.sock_set_opt_size", &[fd, option, to])).asked(asked)
    };
    vec![
        // Connection refused, by its number.
        of(TCP4, 11, 14, &["take_error tcp4"]),
        of(TCP4, 15, 0x40, &["size tcp4 ReceiveBuffer"]),
        of(TCP4, 18, 0x40, &["size tcp4 SendLowWater"]),
        of(TCP4, 23, 0x40, &["size tcp4 Ttl"]),
        of(UDP6, 23, 0x40, &["size udp6 HopLimit"]),
        of(TCP6, 25, 1, &[]),
        of(UDP4, 25, 2, &[]),
        of(TCP4, 26, 6, &[]),
        of(UDP6, 26, 17, &[]),
        of(UNIX, 26, 0, &[]),
        set(TCP4, 16, 8192, &["set_size tcp4 SendBuffer 8192"]),
        set(TCP4, 17, 5, &["set_size tcp4 ReceiveLowWater 5"]),
        set(TCP6, 23, 3, &["set_size tcp6 HopLimit 3"]),
        set(UDP4, 24, 3, &["set_size udp4 MulticastTtl 3"]),
    ]
}

#[rustfmt::skip]
fn times() -> Vec<Row> {
    let some = |nanoseconds: u64| {
        [&[1, 0, 0, 0, 0, 0, 0, 0][..], &nanoseconds.to_le_bytes()].concat()
    };
    let of = |fd, option, time: &[u8], asked| {
        get("wasix_32v1.sock_get_opt_time", fd, option, time, asked)
    };
    let set = |fd, option, time: &[u8], asked| {
        on_socket(row("wasix_32v1.sock_set_opt_time", &[fd, option, ROOM]))
            .reads(2, 16)
            .given(ROOM, time)
            .asked(asked)
    };
    vec![
        of(TCP4, 13, &some(7_000_000_000), &["linger tcp4"]),
        of(TCP4, 19, &some(2_000_000), &["limit tcp4 Receive"]),
        // The core keeps these two, and there is no bound at first.
        of(TCP4, 21, &[0; 16], &[]),
        of(TCP4, 22, &[0; 16], &[]),
        set(TCP4, 13, &some(1), &["set_linger tcp4 Some(1)"]),
        set(TCP4, 20, &some(3_000_000), &["set_limit tcp4 Send Some(3ms)"]),
        set(TCP4, 19, &[0; 16], &["set_limit tcp4 Receive None"]),
        set(TCP4, 21, &some(9), &[]),
    ]
}

fn groups() -> Vec<Row> {
    let v4 = |name| {
        on_socket(row(name, &[UDP4, ADDR, ROOM]))
            .reads(1, 4)
            .reads(2, 4)
            .given(ADDR, &[224, 0, 0, 251])
            .given(ROOM, &[10, 0, 0, 1])
            .wrong(UDP6, Errno::Afnosupport)
    };
    let mut group = [0; 16];
    group[..2].copy_from_slice(&[0xff, 0x02]);
    group[15] = 0xfb;
    let v6 = |name| {
        on_socket(row(name, &[UDP6, ADDR, 3]))
            .reads(1, 16)
            .given(ADDR, &group)
            .wrong(UDP4, Errno::Afnosupport)
    };
    vec![
        v4("wasix_32v1.sock_join_multicast_v4")
            .asked(&["join udp4 V4 { group: 224.0.0.251, interface: 10.0.0.1 }"]),
        v4("wasix_32v1.sock_leave_multicast_v4")
            .asked(&["leave udp4 V4 { group: 224.0.0.251, interface: 10.0.0.1 }"]),
        v6("wasix_32v1.sock_join_multicast_v6")
            .asked(&["join udp6 V6 { group: ff02::fb, interface: 3 }"]),
        v6("wasix_32v1.sock_leave_multicast_v6")
            .asked(&["leave udp6 V6 { group: ff02::fb, interface: 3 }"]),
    ]
}

fn lookups() -> Vec<Row> {
    let lookup = |most, found: &[u8], count: u8| {
        row("wasix_32v1.resolve", &[TEXT, 9, 80, ROOM, most, SIZE])
            .points(Takes(0, 1))
            .points(Fills(3, 4, 18))
            .writes(5, 4)
            .given(TEXT, b"a.example")
            .wrote(ROOM, found)
            .wrote(SIZE, &[count, 0, 0, 0])
            .asked(&["resolve a.example None"])
            .waits("resolve")
    };
    let both = [ip("2001:db8::2"), ip("10.0.0.2")].concat();
    vec![
        lookup(1, &both[..18], 1),
        lookup(2, &both, 2),
        lookup(3, &both, 2),
        lookup(0, &[], 0),
    ]
}

/// There are no virtual interfaces.
fn ports() -> Vec<Row> {
    let none = |name, args: &[u64]| row(name, args).answers(Ok(Errno::Notsup.number().into()));
    vec![
        none("wasix_32v1.port_bridge", &[TEXT, 1, TEXT, 1, 0]),
        none("wasix_32v1.port_unbridge", &[]),
        none("wasix_32v1.port_dhcp_acquire", &[]),
        none("wasix_32v1.port_addr_add", &[ADDR]),
        none("wasix_32v1.port_addr_remove", &[ADDR]),
        none("wasix_32v1.port_addr_clear", &[]),
        none("wasix_32v1.port_mac", &[ROOM]),
        none("wasix_32v1.port_addr_list", &[ROOM, SIZE]),
        none("wasix_32v1.port_gateway_set", &[ADDR]),
        none("wasix_32v1.port_route_add", &[ADDR, ADDR, ADDR, ADDR]),
        none("wasix_32v1.port_route_remove", &[ADDR]),
        none("wasix_32v1.port_route_clear", &[]),
        none("wasix_32v1.port_route_list", &[ROOM, SIZE]),
    ]
}
