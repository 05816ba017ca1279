//! What comes and goes through the scripted system, and what an honest one says of it.

use std::net::SocketAddr;

use iwasm_net::{Address, Family, Ready, Span};

/// A message that came, and what is told of it.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) bytes: Vec<u8>,
    pub(crate) told: usize,
    pub(crate) truncated: bool,
    pub(crate) source: Option<SocketAddr>,
}

/// What a wait says: events, and how many it claims there are.
pub(crate) struct Woken {
    pub(crate) ready: Vec<Ready>,
    pub(crate) told: usize,
}

/// Tokens from here on count the handles of a set, for a script that cannot know the true ones.
pub(crate) const PLACE: u64 = 1 << 60;

/// What an honest system has received.
pub(crate) const PAYLOAD: &[u8] = b"hello";

/// The address of an honest system's sockets.
pub(crate) fn own(family: Family) -> Address {
    match family {
        Family::V4 => SocketAddr::from(([10, 0, 0, 1], 80)).into(),
        Family::V6 => SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], 80)).into(),
        Family::Unix => Address::path(b"/run/own").expect("a path"),
    }
}

/// The address of whoever an honest system speaks with.
pub(crate) fn peer(family: Family) -> Address {
    match family {
        Family::V4 => SocketAddr::from(([10, 0, 0, 2], 8080)).into(),
        Family::V6 => SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 2], 8080)).into(),
        Family::Unix => Address::Unnamed,
    }
}

/// Write into the spans as much as fits.
pub(crate) fn scatter(mut bytes: &[u8], into: &[Span<'_>]) {
    for span in into {
        span.copy_from(bytes);
        bytes = &bytes[bytes.len().min(span.len())..];
    }
}

/// What stands in the spans, for the transcript.
pub(crate) fn gather(from: &[Span<'_>]) -> String {
    let mut all = Vec::new();
    for span in from {
        let mut bytes = vec![0; span.len()];
        span.copy_to(&mut bytes);
        all.extend(bytes);
    }
    all.escape_ascii().to_string()
}
