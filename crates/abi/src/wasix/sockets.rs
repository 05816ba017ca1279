//! The imports of WASIX for sockets, lookups and network interfaces.

use crate::import::imports;

imports! {
    module: super::MODULE;

    /// `sock_status(fd, status*)`: how far a socket's life has come, a [`status`](super::status).
    SOCK_STATUS = "sock_status", [I32, I32] => [I32];
    /// `sock_addr_local(fd, addr_port*)`: the socket's own address.
    SOCK_ADDR_LOCAL = "sock_addr_local", [I32, I32] => [I32];
    /// `sock_addr_peer(fd, addr_port*)`: the peer's address.
    SOCK_ADDR_PEER = "sock_addr_peer", [I32, I32] => [I32];
    /// `sock_open(family, type, protocol, fd*)`: makes a socket.
    SOCK_OPEN = "sock_open", [I32, I32, I32, I32] => [I32];
    /// `sock_pair(family, type, protocol, fd*, fd*)`: makes two sockets that are connected to each other.
    SOCK_PAIR = "sock_pair", [I32, I32, I32, I32, I32] => [I32];
    /// `sock_bind(fd, addr_port)`: gives a socket its address.
    SOCK_BIND = "sock_bind", [I32, I32] => [I32];
    /// `sock_listen(fd, backlog)`: makes a socket a listener.
    SOCK_LISTEN = "sock_listen", [I32, I32] => [I32];
    /// `sock_accept(fd, fdflags, fd*, addr_port*)`: the next connection and its peer. WASIp1's takes no address.
    SOCK_ACCEPT = "sock_accept", [I32, I32, I32, I32] => [I32];
    /// [`SOCK_ACCEPT`] by its later name.
    SOCK_ACCEPT_V2 = "sock_accept_v2", [I32, I32, I32, I32] => [I32];
    /// `sock_connect(fd, addr_port)`: connects a socket.
    SOCK_CONNECT = "sock_connect", [I32, I32] => [I32];
    /// `sock_recv_from(fd, iovs, count, riflags, size*, roflags*, addr_port*)`: receives, and tells from whom.
    SOCK_RECV_FROM = "sock_recv_from", [I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_send_to(fd, iovs, count, siflags, addr_port, size*)`: sends to an address.
    SOCK_SEND_TO = "sock_send_to", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_send_file(fd, file, offset, count, size*)`: sends a part of a file; the size is a `u64`.
    SOCK_SEND_FILE = "sock_send_file", [I32, I32, I64, I64, I32] => [I32];

    /// `sock_set_opt_flag(fd, option, on)`: switches an option.
    SOCK_SET_OPT_FLAG = "sock_set_opt_flag", [I32, I32, I32] => [I32];
    /// `sock_get_opt_flag(fd, option, on*)`: an option that is on or off; one byte.
    SOCK_GET_OPT_FLAG = "sock_get_opt_flag", [I32, I32, I32] => [I32];
    /// `sock_set_opt_time(fd, option, option_timestamp)`: sets an option that is a time.
    SOCK_SET_OPT_TIME = "sock_set_opt_time", [I32, I32, I32] => [I32];
    /// `sock_get_opt_time(fd, option, option_timestamp*)`: an option that is a time.
    SOCK_GET_OPT_TIME = "sock_get_opt_time", [I32, I32, I32] => [I32];
    /// `sock_set_opt_size(fd, option, size)`: sets an option that is a number.
    SOCK_SET_OPT_SIZE = "sock_set_opt_size", [I32, I32, I64] => [I32];
    /// `sock_get_opt_size(fd, option, size*)`: an option that is a number; a `u64`.
    SOCK_GET_OPT_SIZE = "sock_get_opt_size", [I32, I32, I32] => [I32];
    /// `sock_join_multicast_v4(fd, group, interface)`: both are [`ip4`](super::ip4)s.
    SOCK_JOIN_MULTICAST_V4 = "sock_join_multicast_v4", [I32, I32, I32] => [I32];
    /// `sock_leave_multicast_v4(fd, group, interface)`.
    SOCK_LEAVE_MULTICAST_V4 = "sock_leave_multicast_v4", [I32, I32, I32] => [I32];
    /// `sock_join_multicast_v6(fd, group, interface)`: an [`ip6`](super::ip6), and the interface's index itself.
    SOCK_JOIN_MULTICAST_V6 = "sock_join_multicast_v6", [I32, I32, I32] => [I32];
    /// `sock_leave_multicast_v6(fd, group, interface)`.
    SOCK_LEAVE_MULTICAST_V6 = "sock_leave_multicast_v6", [I32, I32, I32] => [I32];

    /// `resolve(host, length, port, addr_ips*, most, count*)`: the addresses of a name.
    RESOLVE = "resolve", [I32, I32, I32, I32, I32, I32] => [I32];

    /// `port_bridge(network, length, token, length, security)`: joins a virtual network.
    PORT_BRIDGE = "port_bridge", [I32, I32, I32, I32, I32] => [I32];
    /// `port_unbridge()`: leaves it.
    PORT_UNBRIDGE = "port_unbridge", [] => [I32];
    /// `port_dhcp_acquire()`: asks for an address.
    PORT_DHCP_ACQUIRE = "port_dhcp_acquire", [] => [I32];
    /// `port_addr_add(cidr)`: gives the interface an address.
    PORT_ADDR_ADD = "port_addr_add", [I32] => [I32];
    /// `port_addr_remove(addr)`: takes one from it.
    PORT_ADDR_REMOVE = "port_addr_remove", [I32] => [I32];
    /// `port_addr_clear()`: takes all.
    PORT_ADDR_CLEAR = "port_addr_clear", [] => [I32];
    /// `port_mac(mac*)`: the interface's hardware address.
    PORT_MAC = "port_mac", [I32] => [I32];
    /// `port_addr_list(cidrs*, count*)`: the interface's addresses.
    PORT_ADDR_LIST = "port_addr_list", [I32, I32] => [I32];
    /// `port_gateway_set(addr)`: the router to what no route reaches.
    PORT_GATEWAY_SET = "port_gateway_set", [I32] => [I32];
    /// `port_route_add(cidr, via, preferred_until, expires)`: adds a route.
    PORT_ROUTE_ADD = "port_route_add", [I32, I32, I32, I32] => [I32];
    /// `port_route_remove(addr)`: removes one.
    PORT_ROUTE_REMOVE = "port_route_remove", [I32] => [I32];
    /// `port_route_clear()`: removes all.
    PORT_ROUTE_CLEAR = "port_route_clear", [] => [I32];
    /// `port_route_list(routes*, count*)`: the routes.
    PORT_ROUTE_LIST = "port_route_list", [I32, I32] => [I32];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::types_are;

    // Names and types were read off the crate `wasix` and Wasmer, which agree; the order is this table's.
    #[test]
    fn every_import_has_the_type_that_wasmer_gives_it() {
        types_are(
            "wasix_32v1",
            IMPORTS,
            &[
                ("sock_status", "(i32, i32) -> i32"),
                ("sock_addr_local", "(i32, i32) -> i32"),
                ("sock_addr_peer", "(i32, i32) -> i32"),
                ("sock_open", "(i32, i32, i32, i32) -> i32"),
                ("sock_pair", "(i32, i32, i32, i32, i32) -> i32"),
                ("sock_bind", "(i32, i32) -> i32"),
                ("sock_listen", "(i32, i32) -> i32"),
                ("sock_accept", "(i32, i32, i32, i32) -> i32"),
                ("sock_accept_v2", "(i32, i32, i32, i32) -> i32"),
                ("sock_connect", "(i32, i32) -> i32"),
                (
                    "sock_recv_from",
                    "(i32, i32, i32, i32, i32, i32, i32) -> i32",
                ),
                ("sock_send_to", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_send_file", "(i32, i32, i64, i64, i32) -> i32"),
                ("sock_set_opt_flag", "(i32, i32, i32) -> i32"),
                ("sock_get_opt_flag", "(i32, i32, i32) -> i32"),
                ("sock_set_opt_time", "(i32, i32, i32) -> i32"),
                ("sock_get_opt_time", "(i32, i32, i32) -> i32"),
                ("sock_set_opt_size", "(i32, i32, i64) -> i32"),
                ("sock_get_opt_size", "(i32, i32, i32) -> i32"),
                ("sock_join_multicast_v4", "(i32, i32, i32) -> i32"),
                ("sock_leave_multicast_v4", "(i32, i32, i32) -> i32"),
                ("sock_join_multicast_v6", "(i32, i32, i32) -> i32"),
                ("sock_leave_multicast_v6", "(i32, i32, i32) -> i32"),
                ("resolve", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("port_bridge", "(i32, i32, i32, i32, i32) -> i32"),
                ("port_unbridge", "() -> i32"),
                ("port_dhcp_acquire", "() -> i32"),
                ("port_addr_add", "(i32) -> i32"),
                ("port_addr_remove", "(i32) -> i32"),
                ("port_addr_clear", "() -> i32"),
                ("port_mac", "(i32) -> i32"),
                ("port_addr_list", "(i32, i32) -> i32"),
                ("port_gateway_set", "(i32) -> i32"),
                ("port_route_add", "(i32, i32, i32, i32) -> i32"),
                ("port_route_remove", "(i32) -> i32"),
                ("port_route_clear", "() -> i32"),
                ("port_route_list", "(i32, i32) -> i32"),
            ],
        );
    }
}
