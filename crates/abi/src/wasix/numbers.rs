//! The numbers of WASIX. What it takes from WASIp1 as it is stands there.

/// Of which family an address or socket is: `u8`; as a parameter, a word.
pub mod family {
    /// None: an address that says nothing.
    pub const UNSPEC: u8 = 0;
    /// IPv4.
    pub const INET4: u8 = 1;
    /// IPv6.
    pub const INET6: u8 = 2;
    /// A path of the file system.
    pub const UNIX: u8 = 3;
}

/// What kind of socket: `u8`. WASIX's C library passes flags of its own in the bits above.
pub mod sock_type {
    /// A stream.
    pub const STREAM: u8 = 1;
    /// Datagrams.
    pub const DGRAM: u8 = 2;
    /// Packets as they are.
    pub const RAW: u8 = 3;
    /// Datagrams in order.
    pub const SEQPACKET: u8 = 4;
}

/// What carries a socket's data: IANA's numbers.
pub mod protocol {
    /// Whichever the type says.
    pub const IP: u16 = 0;
    /// TCP.
    pub const TCP: u16 = 6;
    /// UDP.
    pub const UDP: u16 = 17;
}

/// How far a socket's life has come: `u8`.
pub mod status {
    /// It waits for nothing yet, and takes no data.
    pub const OPENING: u8 = 0;
    /// It is bound, listens, or is connected.
    pub const OPENED: u8 = 1;
    /// It is closed.
    pub const CLOSED: u8 = 2;
    /// It has failed.
    pub const FAILED: u8 = 3;
}

/// What WASIX adds to WASIp1's flags of a receive: `u16`.
pub mod riflags {
    /// Cut a message that is too long; it is cut anyway.
    pub const RECV_DATA_TRUNCATED: u16 = 1 << 2;
    /// Do not wait, whatever the socket does.
    pub const RECV_DONT_WAIT: u16 = 1 << 3;
}

/// Flags of a send: `u16`. WASIp1 has none.
pub mod siflags {
    /// Do not wait, whatever the socket does.
    pub const SEND_DONT_WAIT: u16 = 1 << 0;
}

/// Options of a socket: `u8`; as a parameter, a word.
pub mod option {
    /// None.
    pub const NOOP: u8 = 0;
    /// A flag: share an address with others that have this flag.
    pub const REUSE_PORT: u8 = 1;
    /// A flag: bind an address whose last user is gone.
    pub const REUSE_ADDR: u8 = 2;
    /// A flag: send small pieces at once.
    pub const NO_DELAY: u8 = 3;
    /// A flag: reach only hosts that need no router.
    pub const DONT_ROUTE: u8 = 4;
    /// A flag: an IPv6 socket does not speak IPv4.
    pub const ONLY_V6: u8 = 5;
    /// A flag: it may send to broadcast addresses.
    pub const BROADCAST: u8 = 6;
    /// A flag: what it sends to an IPv4 group comes back to this host.
    pub const MULTICAST_LOOP_V4: u8 = 7;
    /// A flag: the same for IPv6.
    pub const MULTICAST_LOOP_V6: u8 = 8;
    /// A flag of raw sockets: take packets for others.
    pub const PROMISCUOUS: u8 = 9;
    /// A flag, only read: does it take connections.
    pub const LISTENING: u8 = 10;
    /// A size, only read: the error that waits, by its number, which is taken off.
    pub const LAST_ERROR: u8 = 11;
    /// A flag: idle connections are probed.
    pub const KEEP_ALIVE: u8 = 12;
    /// A time: how long a close waits for what was sent.
    pub const LINGER: u8 = 13;
    /// A flag: urgent data comes with the other.
    pub const OOB_INLINE: u8 = 14;
    /// A size: the receive buffer's, in bytes.
    pub const RECV_BUF_SIZE: u8 = 15;
    /// A size: the send buffer's, in bytes.
    pub const SEND_BUF_SIZE: u8 = 16;
    /// A size: how many bytes make the socket ready to be read.
    pub const RECV_LOWAT: u8 = 17;
    /// A size: how many bytes of room make it ready to be written.
    pub const SEND_LOWAT: u8 = 18;
    /// A time: how long a receive waits.
    pub const RECV_TIMEOUT: u8 = 19;
    /// A time: how long a send waits.
    pub const SEND_TIMEOUT: u8 = 20;
    /// A time: how long a connect waits.
    pub const CONNECT_TIMEOUT: u8 = 21;
    /// A time: how long an accept waits.
    pub const ACCEPT_TIMEOUT: u8 = 22;
    /// A size: how many hops its packets may take.
    pub const TTL: u8 = 23;
    /// A size: how many hops its packets to IPv4 groups may take.
    pub const MULTICAST_TTL_V4: u8 = 24;
    /// A size, only read: a [`sock_type`](super::sock_type).
    pub const TYPE: u8 = 25;
    /// A size, only read: a [`protocol`](super::protocol).
    pub const PROTO: u8 = 26;
}

/// The tag of something that may be missing: `u8`.
pub mod some {
    /// It is missing.
    pub const NONE: u8 = 0;
    /// It is there.
    pub const SOME: u8 = 1;
}

/// Flags of a descriptor's number: `u16`.
pub mod fdflagsext {
    /// Another program that takes this one's place does not have it.
    pub const CLOEXEC: u16 = 1 << 0;
}

/// Flags of a counter: `u16`. They have Linux's numbers.
pub mod eventfdflags {
    /// A read takes one, not all.
    pub const SEMAPHORE: u16 = 1 << 0;
    /// Do not wait.
    pub const NONBLOCK: u16 = 1 << 2;
}

/// Kinds of descriptors that WASIp1 has no number for: `u8`.
pub mod filetype {
    /// A raw socket.
    pub const SOCKET_RAW: u8 = 8;
    /// A socket of datagrams in order.
    pub const SOCKET_SEQPACKET: u8 = 9;
}

/// What is waited for, and what came: the bits of an [`epoll_event`](super::epoll_event), `u32`. Not Linux's.
pub mod epoll_type {
    /// Something to read.
    pub const IN: u32 = 1 << 0;
    /// Room to write.
    pub const OUT: u32 = 1 << 1;
    /// The peer writes no more.
    pub const RDHUP: u32 = 1 << 2;
    /// Urgent data.
    pub const PRI: u32 = 1 << 3;
    /// An error; always waited for.
    pub const ERR: u32 = 1 << 4;
    /// The other side is gone; always waited for.
    pub const HUP: u32 = 1 << 5;
    /// Tell of changes only.
    pub const ET: u32 = 1 << 6;
    /// Tell once, until it is asked anew.
    pub const ONESHOT: u32 = 1 << 7;
}

/// Operations of `epoll_ctl`.
pub mod epoll_ctl {
    /// Put a descriptor in.
    pub const ADD: u32 = 0;
    /// Change what is asked of it.
    pub const MOD: u32 = 1;
    /// Take it out.
    pub const DEL: u32 = 2;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_numbered_without_a_gap() {
        let options = [
            option::NOOP,
            option::REUSE_PORT,
            option::REUSE_ADDR,
            option::NO_DELAY,
            option::DONT_ROUTE,
            option::ONLY_V6,
            option::BROADCAST,
            option::MULTICAST_LOOP_V4,
            option::MULTICAST_LOOP_V6,
            option::PROMISCUOUS,
            option::LISTENING,
            option::LAST_ERROR,
            option::KEEP_ALIVE,
            option::LINGER,
            option::OOB_INLINE,
            option::RECV_BUF_SIZE,
            option::SEND_BUF_SIZE,
            option::RECV_LOWAT,
            option::SEND_LOWAT,
            option::RECV_TIMEOUT,
            option::SEND_TIMEOUT,
            option::CONNECT_TIMEOUT,
            option::ACCEPT_TIMEOUT,
            option::TTL,
            option::MULTICAST_TTL_V4,
            option::TYPE,
            option::PROTO,
        ];
        assert!(options.into_iter().eq(0..27));
    }
}
