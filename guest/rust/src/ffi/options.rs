//! The imports that read and set options: one table, and those that fit no row.

use std::io;
use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};

use iwasm_abi::wamr::addr_ip;

use super::{AddrIp, done, told};

macro_rules! options {
    ($($(#[$doc:meta])* $get:ident($get_import:ident: $got:ty), $set:ident($set_import:ident: $given:ty);)*) => {
        #[link(wasm_import_module = "wasi_snapshot_preview1")]
        unsafe extern "C" {$(
            fn $get_import(fd: RawFd, value: *mut $got) -> i32;
            safe fn $set_import(fd: RawFd, value: $given) -> i32;
        )*}
        $(
            $(#[$doc])*
            pub(crate) fn $get(fd: BorrowedFd<'_>) -> io::Result<$got> {
                // SAFETY: the value has the size of what is written, and outlives the call.
                told(|value| unsafe { $get_import(fd.as_raw_fd(), value) })
            }

            $(#[$doc])*
            pub(crate) fn $set(fd: BorrowedFd<'_>, value: $given) -> io::Result<()> {
                done($set_import(fd.as_raw_fd(), value))
            }
        )*
    };
}

options! {
    /// Microseconds that a receive waits; 0 is for ever.
    recv_timeout(sock_get_recv_timeout: u64), set_recv_timeout(sock_set_recv_timeout: i64);
    /// Microseconds that a send waits; 0 is for ever.
    send_timeout(sock_get_send_timeout: u64), set_send_timeout(sock_set_send_timeout: i64);
    /// Whether small segments are sent at once.
    nodelay(sock_get_tcp_no_delay: u8), set_nodelay(sock_set_tcp_no_delay: i32);
    /// Whether it may send to broadcast addresses.
    broadcast(sock_get_broadcast: u8), set_broadcast(sock_set_broadcast: i32);
    /// How many hops a packet lives.
    ttl(sock_get_ip_ttl: u8), set_ttl(sock_set_ip_ttl: i32);
    /// How many hops a multicast packet lives.
    multicast_ttl(sock_get_ip_multicast_ttl: u8), set_multicast_ttl(sock_set_ip_multicast_ttl: i32);
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    safe fn sock_set_reuse_addr(fd: RawFd, reused: i32) -> i32;
    fn sock_get_ip_multicast_loop(fd: RawFd, ipv6: i32, heard: *mut u8) -> i32;
    safe fn sock_set_ip_multicast_loop(fd: RawFd, ipv6: i32, heard: i32) -> i32;
    fn sock_set_ip_add_membership(fd: RawFd, group: *const AddrIp, interface: u32) -> i32;
    fn sock_set_ip_drop_membership(fd: RawFd, group: *const AddrIp, interface: u32) -> i32;
}

/// Lets it bind an address whose last user is gone.
pub(crate) fn set_reuse_addr(fd: BorrowedFd<'_>) -> io::Result<()> {
    done(sock_set_reuse_addr(fd.as_raw_fd(), 1))
}

/// Whether this host hears its own multicast of one family.
pub(crate) fn multicast_loop(fd: BorrowedFd<'_>, ipv6: bool) -> io::Result<u8> {
    // SAFETY: the value has the size of what is written, and outlives the call.
    told(|heard| unsafe { sock_get_ip_multicast_loop(fd.as_raw_fd(), ipv6.into(), heard) })
}

/// Whether this host hears its own multicast of one family.
pub(crate) fn set_multicast_loop(fd: BorrowedFd<'_>, ipv6: bool, heard: bool) -> io::Result<()> {
    let (ipv6, heard) = (ipv6.into(), heard.into());
    done(sock_set_ip_multicast_loop(fd.as_raw_fd(), ipv6, heard))
}

/// Joins a group; the interface is an address as its bytes lie in memory for IPv4, and an index for IPv6.
pub(crate) fn join(fd: BorrowedFd<'_>, group: IpAddr, interface: u32) -> io::Result<()> {
    let group = AddrIp(addr_ip::emit(&group).0);
    // SAFETY: `group` outlives the call.
    done(unsafe { sock_set_ip_add_membership(fd.as_raw_fd(), &raw const group, interface) })
}

/// Leaves a group that was joined with the same interface.
pub(crate) fn leave(fd: BorrowedFd<'_>, group: IpAddr, interface: u32) -> io::Result<()> {
    let group = AddrIp(addr_ip::emit(&group).0);
    // SAFETY: `group` outlives the call.
    done(unsafe { sock_set_ip_drop_membership(fd.as_raw_fd(), &raw const group, interface) })
}
