//! WAMR's socket extension: 48 functions beside WASIp1's four, in the same module, and their structures.
//!
//! A guest that imports one of the four cannot be told from a plain WASIp1 guest by that import: the types are the same.

mod layouts;
mod numbers;

pub use layouts::*;
pub use numbers::*;

use crate::import::imports;
use crate::p1;

/// The module that guests import these functions from.
pub const MODULE: &str = p1::MODULE;

/// The second module that WAMR offers the `sock_*` functions in, for guests older than WASIp1.
pub const ALIAS_MODULE: &str = "wasi_unstable";

imports! {
    module: MODULE, shared: [p1::SOCK_ACCEPT, p1::SOCK_RECV, p1::SOCK_SEND, p1::SOCK_SHUTDOWN];

    /// `sock_open(pool_fd, family, type, fd*)`: makes a socket; the guest library passes -1 for `pool_fd`.
    SOCK_OPEN = "sock_open", [I32, I32, I32, I32] => [I32];
    /// `sock_bind(fd, addr)`: gives a socket its address.
    SOCK_BIND = "sock_bind", [I32, I32] => [I32];
    /// `sock_listen(fd, backlog)`: makes a socket a listener.
    SOCK_LISTEN = "sock_listen", [I32, I32] => [I32];
    /// `sock_connect(fd, addr)`: connects a socket.
    SOCK_CONNECT = "sock_connect", [I32, I32] => [I32];
    /// `sock_close(fd)`: closes a socket. Guests close with `fd_close`.
    SOCK_CLOSE = "sock_close", [I32] => [I32];
    /// `sock_addr_local(fd, addr*)`: the socket's own address.
    SOCK_ADDR_LOCAL = "sock_addr_local", [I32, I32] => [I32];
    /// `sock_addr_remote(fd, addr*)`: the peer's address.
    SOCK_ADDR_REMOTE = "sock_addr_remote", [I32, I32] => [I32];
    /// `sock_recv_from(fd, iovs, count, riflags, addr*, size*)`: receives, and tells from whom.
    SOCK_RECV_FROM = "sock_recv_from", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_send_to(fd, iovs, count, siflags, addr, size*)`: sends to an address.
    SOCK_SEND_TO = "sock_send_to", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_addr_resolve(host, service, hints, infos*, capacity, total*)`: looks a name up.
    ///
    /// `host` and `service` are NUL-terminated; `total*` may exceed `capacity`, and then only so many are written.
    SOCK_ADDR_RESOLVE = "sock_addr_resolve", [I32, I32, I32, I32, I32, I32] => [I32];

    /// `sock_get_recv_buf_size(fd, u32*)`: the receive buffer's size in bytes.
    SOCK_GET_RECV_BUF_SIZE = "sock_get_recv_buf_size", [I32, I32] => [I32];
    /// `sock_set_recv_buf_size(fd, bytes)`.
    SOCK_SET_RECV_BUF_SIZE = "sock_set_recv_buf_size", [I32, I32] => [I32];
    /// `sock_get_send_buf_size(fd, u32*)`: the send buffer's size in bytes.
    SOCK_GET_SEND_BUF_SIZE = "sock_get_send_buf_size", [I32, I32] => [I32];
    /// `sock_set_send_buf_size(fd, bytes)`.
    SOCK_SET_SEND_BUF_SIZE = "sock_set_send_buf_size", [I32, I32] => [I32];
    /// `sock_get_recv_timeout(fd, u64*)`: how long a receive waits, in microseconds; 0 is for ever.
    SOCK_GET_RECV_TIMEOUT = "sock_get_recv_timeout", [I32, I32] => [I32];
    /// `sock_set_recv_timeout(fd, microseconds)`.
    SOCK_SET_RECV_TIMEOUT = "sock_set_recv_timeout", [I32, I64] => [I32];
    /// `sock_get_send_timeout(fd, u64*)`: how long a send waits, in microseconds; 0 is for ever.
    SOCK_GET_SEND_TIMEOUT = "sock_get_send_timeout", [I32, I32] => [I32];
    /// `sock_set_send_timeout(fd, microseconds)`.
    SOCK_SET_SEND_TIMEOUT = "sock_set_send_timeout", [I32, I64] => [I32];
    /// `sock_get_reuse_addr(fd, bool*)`: may it bind an address whose last user is gone.
    SOCK_GET_REUSE_ADDR = "sock_get_reuse_addr", [I32, I32] => [I32];
    /// `sock_set_reuse_addr(fd, bool)`.
    SOCK_SET_REUSE_ADDR = "sock_set_reuse_addr", [I32, I32] => [I32];
    /// `sock_get_reuse_port(fd, bool*)`: may several sockets bind one address.
    SOCK_GET_REUSE_PORT = "sock_get_reuse_port", [I32, I32] => [I32];
    /// `sock_set_reuse_port(fd, bool)`.
    SOCK_SET_REUSE_PORT = "sock_set_reuse_port", [I32, I32] => [I32];
    /// `sock_get_broadcast(fd, bool*)`: may it send to broadcast addresses.
    SOCK_GET_BROADCAST = "sock_get_broadcast", [I32, I32] => [I32];
    /// `sock_set_broadcast(fd, bool)`.
    SOCK_SET_BROADCAST = "sock_set_broadcast", [I32, I32] => [I32];
    /// `sock_get_linger(fd, bool*, i32*)`: does closing wait for what was sent, and how many seconds.
    SOCK_GET_LINGER = "sock_get_linger", [I32, I32, I32] => [I32];
    /// `sock_set_linger(fd, bool, seconds)`.
    SOCK_SET_LINGER = "sock_set_linger", [I32, I32, I32] => [I32];
    /// `sock_get_keep_alive(fd, bool*)`: are idle connections probed.
    SOCK_GET_KEEP_ALIVE = "sock_get_keep_alive", [I32, I32] => [I32];
    /// `sock_set_keep_alive(fd, bool)`.
    SOCK_SET_KEEP_ALIVE = "sock_set_keep_alive", [I32, I32] => [I32];

    /// `sock_get_tcp_no_delay(fd, bool*)`: are small segments sent at once.
    SOCK_GET_TCP_NO_DELAY = "sock_get_tcp_no_delay", [I32, I32] => [I32];
    /// `sock_set_tcp_no_delay(fd, bool)`.
    SOCK_SET_TCP_NO_DELAY = "sock_set_tcp_no_delay", [I32, I32] => [I32];
    /// `sock_get_tcp_quick_ack(fd, bool*)`: are segments acknowledged at once.
    SOCK_GET_TCP_QUICK_ACK = "sock_get_tcp_quick_ack", [I32, I32] => [I32];
    /// `sock_set_tcp_quick_ack(fd, bool)`.
    SOCK_SET_TCP_QUICK_ACK = "sock_set_tcp_quick_ack", [I32, I32] => [I32];
    /// `sock_get_tcp_fastopen_connect(fd, bool*)`: does the first write go with the opening segment.
    SOCK_GET_TCP_FASTOPEN_CONNECT = "sock_get_tcp_fastopen_connect", [I32, I32] => [I32];
    /// `sock_set_tcp_fastopen_connect(fd, bool)`.
    SOCK_SET_TCP_FASTOPEN_CONNECT = "sock_set_tcp_fastopen_connect", [I32, I32] => [I32];
    /// `sock_get_tcp_keep_idle(fd, u32*)`: seconds of silence before the first probe.
    SOCK_GET_TCP_KEEP_IDLE = "sock_get_tcp_keep_idle", [I32, I32] => [I32];
    /// `sock_set_tcp_keep_idle(fd, seconds)`.
    SOCK_SET_TCP_KEEP_IDLE = "sock_set_tcp_keep_idle", [I32, I32] => [I32];
    /// `sock_get_tcp_keep_intvl(fd, u32*)`: seconds between probes.
    SOCK_GET_TCP_KEEP_INTVL = "sock_get_tcp_keep_intvl", [I32, I32] => [I32];
    /// `sock_set_tcp_keep_intvl(fd, seconds)`.
    SOCK_SET_TCP_KEEP_INTVL = "sock_set_tcp_keep_intvl", [I32, I32] => [I32];

    /// `sock_get_ip_ttl(fd, u8*)`: how many hops a packet lives.
    SOCK_GET_IP_TTL = "sock_get_ip_ttl", [I32, I32] => [I32];
    /// `sock_set_ip_ttl(fd, hops)`.
    SOCK_SET_IP_TTL = "sock_set_ip_ttl", [I32, I32] => [I32];
    /// `sock_get_ip_multicast_ttl(fd, u8*)`: how many hops a multicast packet lives.
    SOCK_GET_IP_MULTICAST_TTL = "sock_get_ip_multicast_ttl", [I32, I32] => [I32];
    /// `sock_set_ip_multicast_ttl(fd, hops)`.
    SOCK_SET_IP_MULTICAST_TTL = "sock_set_ip_multicast_ttl", [I32, I32] => [I32];
    /// `sock_get_ip_multicast_loop(fd, ipv6, bool*)`: does this host hear its own multicast.
    SOCK_GET_IP_MULTICAST_LOOP = "sock_get_ip_multicast_loop", [I32, I32, I32] => [I32];
    /// `sock_set_ip_multicast_loop(fd, ipv6, bool)`.
    SOCK_SET_IP_MULTICAST_LOOP = "sock_set_ip_multicast_loop", [I32, I32, I32] => [I32];
    /// `sock_set_ip_add_membership(fd, addr_ip, interface)`: joins a multicast group.
    ///
    /// `interface` is an address for IPv4, its bytes in network order as they lie in memory, and an index for IPv6.
    SOCK_SET_IP_ADD_MEMBERSHIP = "sock_set_ip_add_membership", [I32, I32, I32] => [I32];
    /// `sock_set_ip_drop_membership(fd, addr_ip, interface)`: leaves a multicast group.
    SOCK_SET_IP_DROP_MEMBERSHIP = "sock_set_ip_drop_membership", [I32, I32, I32] => [I32];
    /// `sock_get_ipv6_only(fd, bool*)`: does an IPv6 socket refuse IPv4.
    SOCK_GET_IPV6_ONLY = "sock_get_ipv6_only", [I32, I32] => [I32];
    /// `sock_set_ipv6_only(fd, bool)`.
    SOCK_SET_IPV6_ONLY = "sock_set_ipv6_only", [I32, I32] => [I32];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::types_are;

    #[test]
    fn every_function_has_its_type() {
        types_are(
            MODULE,
            IMPORTS,
            &[
                ("sock_accept", "(i32, i32, i32) -> i32"),
                ("sock_recv", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_send", "(i32, i32, i32, i32, i32) -> i32"),
                ("sock_shutdown", "(i32, i32) -> i32"),
                ("sock_open", "(i32, i32, i32, i32) -> i32"),
                ("sock_bind", "(i32, i32) -> i32"),
                ("sock_listen", "(i32, i32) -> i32"),
                ("sock_connect", "(i32, i32) -> i32"),
                ("sock_close", "(i32) -> i32"),
                ("sock_addr_local", "(i32, i32) -> i32"),
                ("sock_addr_remote", "(i32, i32) -> i32"),
                ("sock_recv_from", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_send_to", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_addr_resolve", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_get_recv_buf_size", "(i32, i32) -> i32"),
                ("sock_set_recv_buf_size", "(i32, i32) -> i32"),
                ("sock_get_send_buf_size", "(i32, i32) -> i32"),
                ("sock_set_send_buf_size", "(i32, i32) -> i32"),
                ("sock_get_recv_timeout", "(i32, i32) -> i32"),
                ("sock_set_recv_timeout", "(i32, i64) -> i32"),
                ("sock_get_send_timeout", "(i32, i32) -> i32"),
                ("sock_set_send_timeout", "(i32, i64) -> i32"),
                ("sock_get_reuse_addr", "(i32, i32) -> i32"),
                ("sock_set_reuse_addr", "(i32, i32) -> i32"),
                ("sock_get_reuse_port", "(i32, i32) -> i32"),
                ("sock_set_reuse_port", "(i32, i32) -> i32"),
                ("sock_get_broadcast", "(i32, i32) -> i32"),
                ("sock_set_broadcast", "(i32, i32) -> i32"),
                ("sock_get_linger", "(i32, i32, i32) -> i32"),
                ("sock_set_linger", "(i32, i32, i32) -> i32"),
                ("sock_get_keep_alive", "(i32, i32) -> i32"),
                ("sock_set_keep_alive", "(i32, i32) -> i32"),
                ("sock_get_tcp_no_delay", "(i32, i32) -> i32"),
                ("sock_set_tcp_no_delay", "(i32, i32) -> i32"),
                ("sock_get_tcp_quick_ack", "(i32, i32) -> i32"),
                ("sock_set_tcp_quick_ack", "(i32, i32) -> i32"),
                ("sock_get_tcp_fastopen_connect", "(i32, i32) -> i32"),
                ("sock_set_tcp_fastopen_connect", "(i32, i32) -> i32"),
                ("sock_get_tcp_keep_idle", "(i32, i32) -> i32"),
                ("sock_set_tcp_keep_idle", "(i32, i32) -> i32"),
                ("sock_get_tcp_keep_intvl", "(i32, i32) -> i32"),
                ("sock_set_tcp_keep_intvl", "(i32, i32) -> i32"),
                ("sock_get_ip_ttl", "(i32, i32) -> i32"),
                ("sock_set_ip_ttl", "(i32, i32) -> i32"),
                ("sock_get_ip_multicast_ttl", "(i32, i32) -> i32"),
                ("sock_set_ip_multicast_ttl", "(i32, i32) -> i32"),
                ("sock_get_ip_multicast_loop", "(i32, i32, i32) -> i32"),
                ("sock_set_ip_multicast_loop", "(i32, i32, i32) -> i32"),
                ("sock_set_ip_add_membership", "(i32, i32, i32) -> i32"),
                ("sock_set_ip_drop_membership", "(i32, i32, i32) -> i32"),
                ("sock_get_ipv6_only", "(i32, i32) -> i32"),
                ("sock_set_ipv6_only", "(i32, i32) -> i32"),
            ],
        );
        assert_eq!(IMPORTS.len(), 52);
    }

    #[test]
    fn wasip1_s_four_socket_functions_are_shared_and_no_other_name_is() {
        let shared = p1::IMPORTS.iter().filter(|p1| IMPORTS.contains(p1));
        assert!(shared.map(|import| import.name).eq([
            "sock_accept",
            "sock_recv",
            "sock_send",
            "sock_shutdown"
        ]));
        for own in &IMPORTS[4..] {
            assert!(
                p1::IMPORTS.iter().all(|p1| p1.name != own.name),
                "{}",
                own.name
            );
        }
    }
}
