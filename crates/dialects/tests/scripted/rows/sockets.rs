//! Sockets: WASIp1's four functions, and WAMR's that are not options.

use iwasm_abi::Errno;
use iwasm_abi::wamr::rights;

use crate::guest::{
    ADDR, DATA, DIR, FILE, IOVS, MORE, NEXT, OUT, ROOM, SIZE, TCP4, TCP6, TEXT, TEXT2, UDP4, UDP6,
    addr, vector,
};
use crate::row::Pointer::{Fills, Gathers, Scatters};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [life(), addresses(), receives(), sends(), lookups()].concat()
}

fn on_socket(row: Row) -> Row {
    row.fd(0)
        .wrong(FILE, Errno::Notsock)
        .wrong(DIR, Errno::Notsock)
        .wrong(OUT, Errno::Notsock)
}

fn life() -> Vec<Row> {
    let number = &NEXT.to_le_bytes()[..4];
    let to = |name, fd, text: &str| {
        on_socket(row(name, &[fd, ADDR]))
            .reads(1, 24)
            .given(ADDR, &addr(text))
    };
    vec![
        row("sock_open", &[u32::MAX.into(), 1, 0, SIZE])
            .writes(3, 4)
            .wrote(SIZE, number)
            .asked(&["open V6 Datagram"]),
        to("sock_bind", TCP4, "10.0.0.1:80")
            .rights(rights::SOCK_BIND)
            .asked(&["bind tcp4 10.0.0.1:80"]),
        to("sock_bind", UDP6, "[2001:db8::1]:80")
            .rights(rights::SOCK_BIND)
            .asked(&["bind udp6 [2001:db8::1]:80"]),
        on_socket(row("sock_listen", &[TCP4, 5]))
            .rights(rights::SOCK_LISTEN)
            .asked(&["listen tcp4 5"])
            .wrong(UDP4, Errno::Notsup),
        to("sock_connect", TCP4, "10.0.0.2:80")
            .rights(rights::SOCK_CONNECT)
            .asked(&["connect tcp4 10.0.0.2:80"])
            .waits("connect"),
        to("sock_connect", UDP6, "[2001:db8::2]:80")
            .rights(rights::SOCK_CONNECT)
            .asked(&["connect udp6 [2001:db8::2]:80"]),
        on_socket(row("sock_accept", &[TCP4, 4, SIZE]))
            .writes(2, 4)
            .rights(rights::SOCK_ACCEPT)
            .wrote(SIZE, number)
            .asked(&["accept tcp4 nonblocking"])
            .waits("accept")
            .wrong(UDP4, Errno::Notsup),
        on_socket(row("sock_shutdown", &[TCP4, 2])).asked(&["shutdown tcp4 Write"]),
        on_socket(row("sock_close", &[TCP4])).asked(&["close tcp4"]),
    ]
}

fn addresses() -> Vec<Row> {
    let get = |name, fd| on_socket(row(name, &[fd, ROOM])).writes(1, 24);
    vec![
        get("sock_addr_local", TCP4)
            .rights(rights::SOCK_ADDR_LOCAL)
            .wrote(ROOM, &addr("10.0.0.1:80"))
            .asked(&["local tcp4"]),
        get("sock_addr_local", TCP6)
            .rights(rights::SOCK_ADDR_LOCAL)
            .wrote(ROOM, &addr("[2001:db8::1]:80"))
            .asked(&["local tcp6"]),
        get("sock_addr_remote", UDP4)
            .rights(rights::SOCK_ADDR_REMOTE)
            .wrote(ROOM, &addr("10.0.0.2:8080"))
            .asked(&["remote udp4"]),
        get("sock_addr_remote", UDP6)
            .rights(rights::SOCK_ADDR_REMOTE)
            .wrote(ROOM, &addr("[2001:db8::2]:8080"))
            .asked(&["remote udp6"]),
    ]
}

fn receives() -> Vec<Row> {
    let receive = |row: Row, size| {
        on_socket(row)
            .points(Scatters(1, 2))
            .writes(size, 4)
            .given(IOVS, &vector(DATA, 9))
            .wrote(DATA, b"hello")
            .wrote(SIZE, &[5, 0, 0, 0])
            .waits("receive")
    };
    let plain = |fd, flags| {
        receive(row("sock_recv", &[fd, IOVS, 1, flags, SIZE, MORE]), 4)
            .writes(5, 2)
            .rights(rights::SOCK_RECV)
            .wrote(MORE, &[0, 0])
    };
    let from = |fd, flags| {
        receive(row("sock_recv_from", &[fd, IOVS, 1, flags, ADDR, SIZE]), 5)
            .writes(4, 24)
            .rights(rights::SOCK_RECV_FROM)
    };
    vec![
        plain(TCP4, 3).asked(&["receive tcp4 9 peek all"]),
        from(TCP4, 0)
            .wrote(ADDR, &addr("10.0.0.2:8080"))
            .asked(&["remote tcp4", "receive tcp4 9"]),
        from(UDP4, 1)
            .wrote(ADDR, &addr("10.0.0.2:8080"))
            .asked(&["receive udp4 9 peek source"]),
        from(UDP6, 0)
            .wrote(ADDR, &addr("[2001:db8::2]:8080"))
            .asked(&["receive udp6 9 source"]),
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
    let to = |fd, text: &str| {
        send(row("sock_send_to", &[fd, IOVS, 1, 0, ADDR, SIZE]), 5)
            .reads(4, 24)
            .given(ADDR, &addr(text))
            .rights(rights::SOCK_SEND_TO)
    };
    vec![
        send(row("sock_send", &[TCP4, IOVS, 1, 0, SIZE]), 4)
            .rights(rights::SOCK_SEND)
            .asked(&["send tcp4 `abc`"]),
        to(UDP4, "10.0.0.9:53").asked(&["send udp4 `abc` to 10.0.0.9:53"]),
        to(UDP6, "[2001:db8::9]:53").asked(&["send udp6 `abc` to [2001:db8::9]:53"]),
    ]
}

fn lookups() -> Vec<Row> {
    let any = [0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 1, 0, 0, 0];
    let streams_over_v4 = [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
    let resolve = |capacity: u64, hints: &[u8], name: &[u8]| {
        row(
            "sock_addr_resolve",
            &[TEXT, TEXT2, DATA, ROOM, capacity, SIZE],
        )
        .reads(0, 1)
        .reads(1, 1)
        .reads(2, 12)
        .points(Fills(3, 4, 28))
        .writes(5, 4)
        .given(TEXT, name)
        .given(TEXT2, b"http\0")
        .given(DATA, hints)
    };
    let info = |row: Row, entry: u64, text: &str, kind: u8| {
        row.wrote(ROOM + 28 * entry, &addr(text))
            .wrote(ROOM + 28 * entry + 24, &[kind, 0, 0, 0])
    };
    let first = resolve(2, &any, b"a.example\0")
        .wrote(SIZE, &[4, 0, 0, 0])
        .asked(&[
            "service http Stream",
            "service http Datagram",
            "resolve a.example None",
        ])
        .waits("resolve");
    let v4 = resolve(3, &streams_over_v4, b"a.example\0")
        .wrote(SIZE, &[1, 0, 0, 0])
        .asked(&["service http Stream", "resolve a.example Some(V4)"]);
    let literal = resolve(3, &streams_over_v4, b"192.0.2.7\0")
        .wrote(SIZE, &[1, 0, 0, 0])
        .asked(&["service http Stream"]);
    vec![
        info(
            info(first, 0, "[2001:db8::2]:80", 1),
            1,
            "[2001:db8::2]:80",
            0,
        ),
        info(v4, 0, "10.0.0.2:80", 1),
        info(literal, 0, "192.0.2.7:80", 1),
    ]
}
