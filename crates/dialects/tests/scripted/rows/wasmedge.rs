//! WasmEdge's functions, of both versions and by both names.

use iwasm_abi::Errno;
use iwasm_abi::wamr::rights;

use crate::guest::{
    ADDR, DATA, DIR, FAR, FILE, IOVS, MORE, NEXT, OUT, ROOM, SIZE, TCP4, TCP6, TEXT, TEXT2, UDP4,
    UDP6, UNIX, vector,
};
use crate::row::Pointer::{Chain, Gathers, Names, Scatters, Takes, Told, Value};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [
        life(),
        ends(),
        receives(),
        sends(),
        options(),
        values(),
        lookups(),
    ]
    .concat()
}

fn on_socket(row: Row) -> Row {
    row.fd(0)
        .wrong(FILE, Errno::Notsock)
        .wrong(DIR, Errno::Notsock)
        .wrong(OUT, Errno::Notsock)
}

/// The octets of 10.0.0.1 and 2001:db8::1, whose last byte the test gives.
fn ip4(last: u8) -> [u8; 4] {
    [10, 0, 0, last]
}

fn ip6(last: u8) -> [u8; 16] {
    let mut octets = [0; 16];
    octets[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
    octets[15] = last;
    octets
}

/// An address of the long form, as far as it counts.
fn long(family: u8, octets: &[u8]) -> Vec<u8> {
    [&[family, 0], octets].concat()
}

/// The guest gives an address at [`ROOM`], of a form with so many bytes.
fn named(row: Row, argument: usize, len: u32, bytes: &[u8]) -> Row {
    row.points(Names(argument))
        .given(ADDR, &vector(ROOM, len))
        .given(ROOM, bytes)
}

/// The guest has room for an address there, and finds it written.
fn told(row: Row, argument: usize, len: u32, bytes: &[u8]) -> Row {
    row.points(Told(argument))
        .given(ADDR, &vector(ROOM, len))
        .wrote(ROOM, bytes)
}

fn life() -> Vec<Row> {
    let number = &NEXT.to_le_bytes()[..4];
    let open = |name, family, kind| {
        row(name, &[family, kind, SIZE])
            .writes(2, 4)
            .wrote(SIZE, number)
    };
    let accept = |row: Row, result| {
        on_socket(row)
            .writes(result, 4)
            .rights(rights::SOCK_ACCEPT)
            .wrote(SIZE, number)
            .waits("accept")
            .wrong(UDP4, Errno::Notsup)
    };
    let mut rows = vec![
        // Only the low bytes count.
        open("sock_open", 0x101, 0x102).asked(&["open V4 Stream"]),
        open("sock_open", 0, 0).asked(&["open V4 Datagram"]),
        open("sock_open_v2", 2, 1).asked(&["open V6 Datagram"]),
        open("sock_open", 3, 2).asked(&["open Unix Stream"]),
        on_socket(row("sock_listen_v2", &[TCP4, 5]))
            .rights(rights::SOCK_LISTEN)
            .asked(&["listen tcp4 5"])
            .wrong(UDP4, Errno::Notsup),
        accept(row("sock_accept", &[TCP4, SIZE]), 1).asked(&["accept tcp4"]),
        accept(row("sock_accept_v2", &[TCP4, 4, SIZE]), 2).asked(&["accept tcp4 nonblocking"]),
    ];
    for name in ["sock_bind", "sock_bind_v2"] {
        let bind =
            |fd, port: u64| on_socket(row(name, &[fd, ADDR, port])).rights(rights::SOCK_BIND);
        rows.extend([
            named(bind(TCP4, 80), 1, 4, &ip4(1)).asked(&["bind tcp4 10.0.0.1:80"]),
            named(bind(UDP6, 0), 1, 16, &ip6(1)).asked(&["bind udp6 [2001:db8::1]:0"]),
            named(bind(UDP4, 53), 1, 128, &long(1, &ip4(1))).asked(&["bind udp4 10.0.0.1:53"]),
            named(bind(TCP6, 65_535), 1, 128, &long(2, &ip6(1)))
                .asked(&["bind tcp6 [2001:db8::1]:65535"]),
            named(bind(UNIX, 0), 1, 128, &long(3, b"/run/a\0")).asked(&["bind_path unix /run/a"]),
        ]);
    }
    for name in ["sock_connect", "sock_connect_v2"] {
        let connect = |fd| {
            on_socket(row(name, &[fd, ADDR, 80]))
                .rights(rights::SOCK_CONNECT)
                .waits("connect")
        };
        let connect_path = || {
            on_socket(row(name, &[UNIX, ADDR, 0]))
                .rights(rights::SOCK_CONNECT)
                .waits("connect_path")
        };
        rows.extend([
            named(connect(TCP4), 1, 4, &ip4(2)).asked(&["connect tcp4 10.0.0.2:80"]),
            named(connect(UDP6), 1, 16, &ip6(2)).asked(&["connect udp6 [2001:db8::2]:80"]),
            named(connect(TCP6), 1, 128, &long(2, &ip6(2)))
                .asked(&["connect tcp6 [2001:db8::2]:80"]),
            named(connect_path(), 1, 128, &long(3, b"/run/b\0"))
                .asked(&["connect_path unix /run/b"]),
        ]);
    }
    rows
}

fn ends() -> Vec<Row> {
    let local = |row: Row| {
        on_socket(row)
            .rights(rights::SOCK_ADDR_LOCAL)
            .writes(2, 4)
            .wrote(SIZE, &[80, 0, 0, 0])
    };
    let remote = |row: Row| {
        on_socket(row)
            .rights(rights::SOCK_ADDR_REMOTE)
            .writes(2, 4)
            .wrote(SIZE, &[0x90, 0x1f, 0, 0])
    };
    let mut rows = Vec::new();
    for name in ["sock_getlocaladdr", "sock_getlocaladdr_v2"] {
        let local = |fd| local(row(name, &[fd, ADDR, SIZE]));
        rows.extend([
            told(local(TCP4), 1, 4, &ip4(1)).asked(&["local tcp4"]),
            told(local(TCP4), 1, 16, &ip4(1)).asked(&["local tcp4"]),
            told(local(TCP6), 1, 128, &long(2, &ip6(1))).asked(&["local tcp6"]),
        ]);
    }
    for name in ["sock_getpeeraddr", "sock_getpeeraddr_v2"] {
        let remote = |fd| remote(row(name, &[fd, ADDR, SIZE]));
        rows.extend([
            told(remote(UDP4), 1, 128, &long(1, &ip4(2))).asked(&["remote udp4"]),
            told(remote(UDP6), 1, 16, &ip6(2)).asked(&["remote udp6"]),
        ]);
    }
    let first = |row: Row, kind: u8| row.writes(3, 4).wrote(MORE, &[kind, 0, 0, 0]);
    let local4 = local(row("sock_getlocaladdr", &[TCP4, ADDR, MORE, SIZE]));
    let local6 = local(row("sock_getlocaladdr", &[TCP6, ADDR, MORE, SIZE]));
    let remote4 = remote(row("sock_getpeeraddr", &[UDP4, ADDR, MORE, SIZE]));
    let remote6 = remote(row("sock_getpeeraddr", &[UDP6, ADDR, MORE, SIZE]));
    rows.extend([
        told(first(local4, 4), 1, 4, &ip4(1)).asked(&["local tcp4"]),
        told(first(local6, 6), 1, 16, &ip6(1)).asked(&["local tcp6"]),
        told(first(remote4, 4), 1, 16, &ip4(2)).asked(&["remote udp4"]),
        told(first(remote6, 6), 1, 128, &long(2, &ip6(2))).asked(&["remote udp6"]),
    ]);
    rows
}

fn receives() -> Vec<Row> {
    let receive = |row: Row, size, report| {
        on_socket(row)
            .points(Scatters(1, 2))
            .writes(size, 4)
            .writes(report, 2)
            .given(IOVS, &vector(DATA, 9))
            .wrote(DATA, b"hello")
            .wrote(SIZE, &[5, 0, 0, 0])
            .wrote(MORE, &[0, 0])
            .waits("receive")
    };
    let first = |fd, flags| {
        let args = [fd, IOVS, 1, ADDR, flags, SIZE, MORE];
        receive(row("sock_recv_from", &args), 5, 6).rights(rights::SOCK_RECV_FROM)
    };
    let second = |name, fd, flags, width| {
        let args = [fd, IOVS, 1, ADDR, flags, TEXT, SIZE, MORE];
        receive(row(name, &args), 6, 7)
            .rights(rights::SOCK_RECV_FROM)
            .writes(5, width)
    };
    let plain = |fd, flags| second("sock_recv_from", fd, flags, 4).wrote(TEXT, &[0x90, 0x1f, 0, 0]);
    let explicit = |fd, flags| second("sock_recv_from_v2", fd, flags, 2).wrote(TEXT, &[0x1f, 0x90]);
    let stream = &["remote tcp4", "receive tcp4 9"];
    let datagram = &["receive udp4 9 source truncation"];
    let v6 = &["receive udp6 9 peek source truncation"];
    vec![
        receive(row("sock_recv_v2", &[TCP4, IOVS, 1, 3, SIZE, MORE]), 4, 5)
            .rights(rights::SOCK_RECV)
            .asked(&["receive tcp4 9 peek all"]),
        told(first(UDP4, 0), 3, 4, &ip4(2)).asked(datagram),
        // Only the low half of the flags counts.
        told(first(UDP6, 0x1_0001), 3, 16, &ip6(2)).asked(v6),
        told(plain(UDP4, 0), 3, 128, &long(1, &ip4(2))).asked(datagram),
        told(plain(UDP6, 1), 3, 16, &ip6(2)).asked(v6),
        told(plain(TCP4, 0), 3, 4, &ip4(2)).asked(stream),
        told(explicit(UDP4, 0), 3, 16, &ip4(2)).asked(datagram),
        told(explicit(UDP6, 1), 3, 128, &long(2, &ip6(2))).asked(v6),
    ]
}

fn sends() -> Vec<Row> {
    let send = |row: Row, size| {
        on_socket(row)
            .points(Gathers(1, 2))
            .writes(size, 4)
            .given(IOVS, &vector(DATA, 3))
            .given(DATA, b"abc")
            .wrote(SIZE, &[3, 0, 0, 0])
            .waits("send")
    };
    let mut rows = vec![
        send(row("sock_send_v2", &[TCP4, IOVS, 1, 9, SIZE]), 4)
            .rights(rights::SOCK_SEND)
            .asked(&["send tcp4 `abc`"]),
    ];
    for name in ["sock_send_to", "sock_send_to_v2"] {
        let to =
            |fd| send(row(name, &[fd, IOVS, 1, ADDR, 53, 9, SIZE]), 6).rights(rights::SOCK_SEND_TO);
        rows.extend([
            named(to(UDP4), 3, 4, &ip4(9)).asked(&["send udp4 `abc` to 10.0.0.9:53"]),
            named(to(UDP6), 3, 16, &ip6(9)).asked(&["send udp6 `abc` to [2001:db8::9]:53"]),
            named(to(UDP4), 3, 128, &long(1, &ip4(9))).asked(&["send udp4 `abc` to 10.0.0.9:53"]),
        ]);
    }
    rows
}

/// `get(fd, level, name, value, size)` with the size behind a pointer.
fn get(fd: u64, name: u64, value: &[u8]) -> Row {
    let size = u8::try_from(value.len()).expect("a short value");
    on_socket(row("sock_getsockopt", &[fd, 0, name, ROOM, FAR]))
        .points(Value(3, value.len()))
        .writes(4, 4)
        .given(FAR, &[size, 0, 0, 0])
        .wrote(ROOM, value)
}

/// The same with the size itself.
fn get_sized(fd: u64, name: u64, size: u64, value: &[u8]) -> Row {
    on_socket(row("sock_getsockopt", &[fd, 0, name, ROOM, size]))
        .points(Value(3, value.len()))
        .wrote(ROOM, value)
}

/// `set(fd, level, name, value, size)`.
fn set(fd: u64, name: u64, value: &[u8]) -> Row {
    let size = value.len() as u64;
    on_socket(row("sock_setsockopt", &[fd, 0, name, ROOM, size]))
        .reads(3, value.len())
        .given(ROOM, value)
}

#[rustfmt::skip]
fn options() -> Vec<Row> {
    let (on, forty) = (&[1, 0, 0, 0], &[0x40, 0, 0, 0]);
    vec![
        get(UDP4, 0, on).asked(&["flag udp4 ReuseAddr"]),
        get(TCP4, 1, &[2, 0, 0, 0]),
        get(UDP6, 1, &[1, 0, 0, 0]),
        // ECONNREFUSED by its number in WASI.
        get(TCP4, 2, &[14, 0, 0, 0]).asked(&["take_error tcp4"]),
        get(TCP4, 3, on).asked(&["flag tcp4 DontRoute"]),
        get(UDP4, 4, on).asked(&["flag udp4 Broadcast"]),
        get(TCP4, 5, forty).asked(&["size tcp4 SendBuffer"]),
        get(TCP4, 6, forty).asked(&["size tcp4 ReceiveBuffer"]),
        get(TCP4, 7, on).asked(&["flag tcp4 KeepAlive"]),
        get(TCP4, 8, on).asked(&["flag tcp4 OobInline"]),
        get(TCP4, 10, forty).asked(&["size tcp4 ReceiveLowWater"]),
        get(TCP4, 13, on).asked(&["accepting tcp4"]),
        set(UDP4, 0, on).asked(&["set_flag udp4 ReuseAddr true"]),
        set(TCP4, 3, &[0, 0, 0, 0]).asked(&["set_flag tcp4 DontRoute false"]),
        set(UDP4, 4, &[0, 0, 0, 1]).asked(&["set_flag udp4 Broadcast true"]),
        set(TCP4, 5, forty).asked(&["set_size tcp4 SendBuffer 64"]),
        set(TCP4, 6, forty).asked(&["set_size tcp4 ReceiveBuffer 64"]),
        set(TCP4, 7, on).asked(&["set_flag tcp4 KeepAlive true"]),
        set(TCP4, 8, on).asked(&["set_flag tcp4 OobInline true"]),
        set(TCP4, 10, forty).asked(&["set_size tcp4 ReceiveLowWater 64"]),
    ]
}

#[rustfmt::skip]
fn values() -> Vec<Row> {
    let lingers = &[1, 0, 0, 0, 7, 0, 0, 0];
    let two_milliseconds = &[0, 0, 0, 0, 0, 0, 0, 0, 0xd0, 7, 0, 0, 0, 0, 0, 0];
    vec![
        get(TCP4, 9, lingers).asked(&["linger tcp4"]),
        get(TCP4, 11, two_milliseconds).asked(&["limit tcp4 Receive"]),
        get(TCP4, 12, two_milliseconds).asked(&["limit tcp4 Send"]),
        set(TCP4, 9, lingers).asked(&["set_linger tcp4 Some(7)"]),
        set(TCP4, 9, &[0, 0, 0, 0, 7, 0, 0, 0]).asked(&["set_linger tcp4 None"]),
        set(TCP4, 11, two_milliseconds).asked(&["set_limit tcp4 Receive Some(2ms)"]),
        set(TCP4, 12, &[0; 16]).asked(&["set_limit tcp4 Send None"]),
        // The size itself, and more or less of it than the value has.
        get_sized(TCP4, 7, 4, &[1, 0, 0, 0]).asked(&["flag tcp4 KeepAlive"]),
        get_sized(TCP4, 7, 128, &[1, 0, 0, 0]).asked(&["flag tcp4 KeepAlive"]),
        get_sized(TCP4, 9, 5, &[1, 0, 0, 0, 7]).asked(&["linger tcp4"]),
        get(TCP4, 7, &[1, 0, 0, 0]).given(FAR, &[9, 0, 0, 0]).wrote(FAR, &[4, 0, 0, 0])
            .asked(&["flag tcp4 KeepAlive"]),
        get(TCP4, 7, &[1, 0]).asked(&["flag tcp4 KeepAlive"]),
        // No socket is bound to a device.
        on_socket(row("sock_getsockopt", &[TCP4, 0, 14, ROOM, FAR]))
            .points(Value(3, 0))
            .writes(4, 4)
            .given(FAR, &[16, 0, 0, 0])
            .wrote(FAR, &[0, 0, 0, 0]),
    ]
}

/// Where the nodes of a chain are.
const NODES: [u64; 2] = [0x200, 0x280];

/// A node with all that it points to: its address, 26 bytes of data said to be 14, and 30 for a name.
fn node(row: Row, at: u64, next: u64) -> Row {
    let word = |value: u64| u32::try_from(value).expect("a place").to_le_bytes();
    let pointers = [word(at + 0x20), word(at + 0x50), word(30), word(next)].concat();
    row.given(at + 12, &pointers)
        .given(at + 0x24, &[word(14), word(at + 0x30)].concat())
}

/// The node as it is filled: family, type, protocol, native length of the address, and its data.
fn filled(row: Row, at: u64, numbers: [u8; 4], name: u8, data: &[u8]) -> Row {
    let [family, of, protocol, native] = numbers;
    let len = u8::try_from(data.len()).expect("a short address");
    row.wrote(at + 2, &[family, of, protocol, 0, 0, 0, native, 0, 0, 0])
        .wrote(at + 20, &[name, 0, 0, 0])
        .wrote(at + 0x20, &[family])
        .wrote(at + 0x24, &[len, 0, 0, 0])
        .wrote(at + 0x30, data)
}

fn lookups() -> Vec<Row> {
    let resolve = |hints: [u8; 5], capacity: u64, host: &[u8]| {
        let len = host.len() as u64;
        let args = [TEXT, len, TEXT2, 5, DATA, SIZE, capacity, MORE];
        let head = u32::try_from(NODES[0]).expect("a place").to_le_bytes();
        let chain = row("sock_getaddrinfo", &args)
            .points(Takes(0, 1))
            .points(Takes(2, 3))
            .reads(4, 28)
            .points(Chain(5, 6))
            .writes(7, 4)
            .given(TEXT, host)
            .given(TEXT2, b"http\0")
            .given(DATA, &hints)
            .given(SIZE, &head);
        let flags = [hints[0], hints[1]];
        let chain = node(chain, NODES[0], NODES[1]);
        node(chain, NODES[1], 0).wrote(NODES[0], &flags)
    };
    let v4 = |port: u8, octets: [u8; 4]| {
        let mut data = [0; 14];
        data[1] = port;
        data[2..6].copy_from_slice(&octets);
        data
    };
    let v6 = |octets: [u8; 16]| {
        let mut data = [0; 26];
        data[1] = 80;
        data[6..22].copy_from_slice(&octets);
        data
    };
    let either = resolve([0, 0, 0, 0, 0], 2, b"a.example")
        .wrote(MORE, &[2, 0, 0, 0])
        .wrote(NODES[1], &[0, 0])
        .asked(&[
            "service http Stream",
            "service http Datagram",
            "resolve a.example None",
        ])
        .waits("resolve");
    let streams = resolve([2, 0, 1, 2, 0], 2, b"a.example\0")
        .wrote(MORE, &[1, 0, 0, 0])
        .wrote(NODES[0] + 0x50, b"a.example\0")
        .asked(&["service http Stream", "resolve a.example Some(V4)"]);
    let literal = resolve([4, 0, 0, 0, 2], 1, b"192.0.2.7")
        .wrote(MORE, &[1, 0, 0, 0])
        .asked(&["service http Datagram"]);
    vec![
        filled(
            filled(either, NODES[0], [2, 2, 1, 28], 0, &v6(ip6(2))),
            NODES[1],
            [2, 1, 2, 28],
            0,
            &v6(ip6(2)),
        ),
        filled(streams, NODES[0], [1, 2, 1, 16], 9, &v4(80, ip4(2))),
        filled(literal, NODES[0], [1, 1, 2, 16], 0, &v4(80, [192, 0, 2, 7])),
    ]
}
