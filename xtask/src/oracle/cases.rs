//! What is compared, and the differences that are meant to be, each with its reason.

use std::path::PathBuf;

use super::Oracle;
use crate::house;

/// One run of a guest.
pub(super) struct Case {
    pub(super) oracle: Oracle,
    pub(super) words: &'static [&'static str],
    pub(super) peer: Peer,
}

/// Who is at the other end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    Nobody,
    /// Two clients of a stream server, one after the other.
    Clients,
    /// A stream server; its port comes after the words, then two messages.
    Server,
    /// Two datagram sockets that are answered.
    Askers,
    /// A datagram socket that answers; its port comes after the words, then two messages.
    Answerer,
}

use Oracle::{Wasmer, Wasmtime};

pub(super) const CASES: [Case; 15] = [
    case(Wasmer, &["tcp-server", "127.0.0.1", "2"], Peer::Clients),
    case(Wasmer, &["tcp-server", "::1", "2"], Peer::Clients),
    case(Wasmer, &["tcp-client", "127.0.0.1"], Peer::Server),
    case(Wasmer, &["udp-server", "127.0.0.1", "2"], Peer::Askers),
    case(Wasmer, &["udp-client", "127.0.0.1"], Peer::Answerer),
    case(Wasmer, &["lookup", "localhost"], Peer::Nobody),
    case(Wasmer, &["options", "127.0.0.1"], Peer::Nobody),
    case(Wasmer, &["pair"], Peer::Nobody),
    case(Wasmer, &["errors"], Peer::Nobody),
    case(Wasmtime, &["tcp-server", "127.0.0.1", "2"], Peer::Clients),
    case(Wasmtime, &["tcp-client", "127.0.0.1"], Peer::Server),
    case(Wasmtime, &["udp-server", "127.0.0.1", "2"], Peer::Askers),
    case(Wasmtime, &["udp-client", "127.0.0.1"], Peer::Answerer),
    case(Wasmtime, &["lookup", "localhost"], Peer::Nobody),
    case(Wasmtime, &["options", "127.0.0.1"], Peer::Nobody),
];

/// A line that differs.
pub(super) struct Known {
    pub(super) oracle: Oracle,
    pub(super) ours: &'static str,
    pub(super) theirs: &'static str,
    pub(super) reason: &'static str,
}

pub(super) const KNOWN: [Known; 3] = [
    Known {
        oracle: Wasmer,
        ours: "bind of standard output: error 57",
        theirs: "bind of standard output: error 2",
        reason: "Wasmer asks for the right to bind before it looks for a socket; POSIX says ENOTSOCK",
    },
    Known {
        oracle: Wasmer,
        ours: "peer unconnected: error 53",
        theirs: "peer unconnected: ()",
        reason: "Wasmer tells the address 0.0.0.0:0 where POSIX says ENOTCONN",
    },
    Known {
        oracle: Wasmer,
        ours: "accept without listen: error 28",
        theirs: "accept without listen: error 53",
        reason: "Wasmer says ENOTCONN of a socket that does not listen; POSIX says EINVAL",
    },
];

const fn case(oracle: Oracle, words: &'static [&'static str], peer: Peer) -> Case {
    Case {
        oracle,
        words,
        peer,
    }
}

impl Case {
    pub(super) fn name(&self) -> String {
        self.words.join(" ")
    }

    pub(super) fn guest(&self) -> PathBuf {
        let file = match self.oracle {
            Wasmer => "wasix.wasm",
            Wasmtime => "wasip2.wasm",
        };
        house::root().join("tests/guests/foreign").join(file)
    }
}
