//! WAMR's socket options: results of exactly the size that each has.

use iwasm_abi::Errno;

use crate::guest::{ADDR, DIR, FILE, MORE, OUT, SIZE, TCP4, TCP6, UDP4, UDP6, ip};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [
        flags(),
        flags_of_one_kind(),
        numbers(),
        hops(),
        waits(),
        multicast(),
    ]
    .concat()
}

fn on_socket(row: Row) -> Row {
    row.fd(0)
        .wrong(FILE, Errno::Notsock)
        .wrong(DIR, Errno::Notsock)
        .wrong(OUT, Errno::Notsock)
}

/// `get(fd, result)` with the bytes that it writes.
fn get(name: &'static str, fd: u64, result: &[u8], asked: &'static [&'static str]) -> Row {
    on_socket(row(name, &[fd, SIZE]))
        .writes(1, result.len())
        .wrote(SIZE, result)
        .asked(asked)
}

/// `set(fd, value)`.
fn set(name: &'static str, fd: u64, value: u64, asked: &'static [&'static str]) -> Row {
    on_socket(row(name, &[fd, value])).asked(asked)
}

#[rustfmt::skip]
fn flags() -> Vec<Row> {
    vec![
        get("sock_get_reuse_addr", UDP4, &[1], &["flag udp4 ReuseAddr"]),
        set("sock_set_reuse_addr", UDP4, 1, &["set_flag udp4 ReuseAddr true"]),
        get("sock_get_reuse_port", UDP4, &[1], &["flag udp4 ReusePort"]),
        set("sock_set_reuse_port", UDP4, 0, &["set_flag udp4 ReusePort false"]),
        get("sock_get_keep_alive", TCP4, &[1], &["flag tcp4 KeepAlive"]),
        // A C `bool` travels in a word, and only its low byte counts.
        set("sock_set_keep_alive", TCP4, 0x100, &["set_flag tcp4 KeepAlive false"]),
        get("sock_get_broadcast", UDP4, &[1], &["flag udp4 Broadcast"]),
        set("sock_set_broadcast", UDP4, 0xff, &["set_flag udp4 Broadcast true"]),
    ]
}

#[rustfmt::skip]
fn flags_of_one_kind() -> Vec<Row> {
    let tcp = |row: Row| row.wrong(UDP4, Errno::Noprotoopt);
    let v6 = |row: Row| row.wrong(TCP4, Errno::Noprotoopt).wrong(UDP4, Errno::Noprotoopt);
    vec![
        tcp(get("sock_get_tcp_no_delay", TCP4, &[1], &["flag tcp4 NoDelay"])),
        tcp(set("sock_set_tcp_no_delay", TCP4, 1, &["set_flag tcp4 NoDelay true"])),
        tcp(get("sock_get_tcp_quick_ack", TCP4, &[1], &["flag tcp4 QuickAck"])),
        tcp(set("sock_set_tcp_quick_ack", TCP4, 1, &["set_flag tcp4 QuickAck true"])),
        tcp(get("sock_get_tcp_fastopen_connect", TCP4, &[1], &["flag tcp4 FastOpenConnect"])),
        tcp(set("sock_set_tcp_fastopen_connect", TCP4, 1, &["set_flag tcp4 FastOpenConnect true"])),
        v6(get("sock_get_ipv6_only", TCP6, &[1], &["flag tcp6 OnlyV6"])),
        v6(set("sock_set_ipv6_only", UDP6, 1, &["set_flag udp6 OnlyV6 true"])),
    ]
}

#[rustfmt::skip]
fn numbers() -> Vec<Row> {
    let tcp = |row: Row| row.wrong(UDP4, Errno::Noprotoopt);
    let word = &[0x40, 0, 0, 0];
    vec![
        get("sock_get_recv_buf_size", UDP4, word, &["size udp4 ReceiveBuffer"]),
        set("sock_set_recv_buf_size", UDP4, 9, &["set_size udp4 ReceiveBuffer 9"]),
        get("sock_get_send_buf_size", TCP4, word, &["size tcp4 SendBuffer"]),
        set("sock_set_send_buf_size", TCP4, u32::MAX.into(), &["set_size tcp4 SendBuffer 4294967295"]),
        tcp(get("sock_get_tcp_keep_idle", TCP4, word, &["size tcp4 KeepIdle"])),
        tcp(set("sock_set_tcp_keep_idle", TCP4, 9, &["set_size tcp4 KeepIdle 9"])),
        tcp(get("sock_get_tcp_keep_intvl", TCP4, word, &["size tcp4 KeepInterval"])),
        tcp(set("sock_set_tcp_keep_intvl", TCP4, 9, &["set_size tcp4 KeepInterval 9"])),
    ]
}

#[rustfmt::skip]
fn hops() -> Vec<Row> {
    vec![
        get("sock_get_ip_ttl", TCP4, &[0x40], &["size tcp4 Ttl"]),
        set("sock_set_ip_ttl", TCP4, 255, &["set_size tcp4 Ttl 255"]),
        get("sock_get_ip_multicast_ttl", UDP4, &[0x40], &["size udp4 MulticastTtl"]),
        set("sock_set_ip_multicast_ttl", UDP4, 1, &["set_size udp4 MulticastTtl 1"]),
    ]
}

#[rustfmt::skip]
fn waits() -> Vec<Row> {
    let two_milliseconds = &2000_u64.to_le_bytes();
    vec![
        get("sock_get_recv_timeout", TCP4, two_milliseconds, &["limit tcp4 Receive"]),
        set("sock_set_recv_timeout", TCP4, 2000, &["set_limit tcp4 Receive Some(2ms)"]),
        get("sock_get_send_timeout", TCP4, two_milliseconds, &["limit tcp4 Send"]),
        set("sock_set_send_timeout", TCP4, 0, &["set_limit tcp4 Send None"]),
        on_socket(row("sock_get_linger", &[TCP4, SIZE, MORE]))
            .writes(1, 1)
            .writes(2, 4)
            .wrote(SIZE, &[1])
            .wrote(MORE, &[7, 0, 0, 0])
            .asked(&["linger tcp4"]),
        on_socket(row("sock_set_linger", &[TCP4, 1, 3])).asked(&["set_linger tcp4 Some(3)"]),
        on_socket(row("sock_set_linger", &[TCP4, 0, 3])).asked(&["set_linger tcp4 None"]),
    ]
}

fn multicast() -> Vec<Row> {
    let interface = u32::from_le_bytes([10, 0, 0, 1]).into();
    let member = |name, fd, interface: u64, group: &str| {
        on_socket(row(name, &[fd, ADDR, interface]))
            .reads(1, 20)
            .given(ADDR, &ip(group))
    };
    vec![
        on_socket(row("sock_get_ip_multicast_loop", &[UDP4, 0, SIZE]))
            .writes(2, 1)
            .wrote(SIZE, &[1])
            .asked(&["flag udp4 MulticastLoopV4"]),
        on_socket(row("sock_get_ip_multicast_loop", &[UDP6, 1, SIZE]))
            .writes(2, 1)
            .wrote(SIZE, &[1])
            .asked(&["flag udp6 MulticastLoopV6"])
            .wrong(UDP4, Errno::Noprotoopt),
        on_socket(row("sock_set_ip_multicast_loop", &[UDP4, 0, 1]))
            .asked(&["set_flag udp4 MulticastLoopV4 true"]),
        member("sock_set_ip_add_membership", UDP4, interface, "224.0.0.251")
            .asked(&["join udp4 V4 { group: 224.0.0.251, interface: 10.0.0.1 }"]),
        member("sock_set_ip_add_membership", UDP6, 3, "ff02::fb")
            .asked(&["join udp6 V6 { group: ff02::fb, interface: 3 }"]),
        member(
            "sock_set_ip_drop_membership",
            UDP4,
            interface,
            "224.0.0.251",
        )
        .asked(&["leave udp4 V4 { group: 224.0.0.251, interface: 10.0.0.1 }"]),
    ]
}
