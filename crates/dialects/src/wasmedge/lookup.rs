//! WasmEdge's name lookup: answers into a chain of nodes that the guest has made.
//!
//! The chain is walked, and every place in it that can be written is checked, before anything is looked up. Nothing is
//! read from it again, so a node that lies within another one changes no more than itself.

mod chain;
mod hints;

use core::net::{IpAddr, SocketAddr};

use iwasm_abi::Errno;
use iwasm_abi::wasmedge::{self as abi, LookupErrno, ai_flags};
use iwasm_net::{Caller, Endpoint, Fail, Family, Kernel, Memory, Query};
use iwasm_wasi::Files;

use super::numbers;
use crate::Call;
use crate::handler::Answer;
use crate::registry::{Rows, Visitor};
use chain::{Chain, Form};
use hints::Hints;

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_GETADDRINFO, sock_getaddrinfo::<F>);
}

/// Why a lookup gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    Lookup(LookupErrno),
    Fail(Fail),
}

impl From<LookupErrno> for Refusal {
    fn from(errno: LookupErrno) -> Self {
        Self::Lookup(errno)
    }
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Self {
        Self::Fail(errno.into())
    }
}

impl Answer for Result<(), Refusal> {
    fn number(self) -> Result<u32, Fail> {
        match self {
            Ok(()) => Ok(0),
            Err(Refusal::Lookup(errno)) => Ok(errno.number().into()),
            Err(Refusal::Fail(fail)) => Err::<(), _>(fail).number(),
        }
    }
}

/// `sock_getaddrinfo(node, node_len, service, service_len, hints, head, capacity, total)`.
///
/// `total` is how many nodes were filled.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn sock_getaddrinfo<F: Files>(
    call: &mut Call<'_, F>,
    node: u32,
    node_len: u32,
    service: u32,
    service_len: u32,
    hints: u32,
    head: u32,
    capacity: u32,
    total: u32,
) -> Result<(), Refusal> {
    let memory = call.memory;
    let total_slot = memory.reserve::<4>(total)?;
    let numbers = numbers::of(call.process);
    let hints = Hints::parse(&memory.read(hints)?, numbers)?;
    let host = text(memory, node, node_len, LookupErrno::Noname)?;
    let service = text(memory, service, service_len, LookupErrno::Service)?;
    if capacity == 0 {
        return Err(LookupErrno::Memory.into());
    }
    let chain = Chain::reserve(memory, memory.read_u32(head)?, capacity, hints.names())?;
    let asked = Asked::new(&host, &service, hints)?;
    let found = asked.find(&call.net()).map_err(refused)?;
    let form = Form {
        flags: hints.flags,
        numbers,
        go: call.process.quirks.wasmedge_go,
    };
    let filled = chain.fill(&found, form, &host)?;
    total_slot.fill(filled.to_le_bytes());
    Ok(())
}

/// Names and services are not longer than this: NI_MAXHOST of the C libraries.
const MAX_TEXT: u32 = 1025;

/// Text of a length that counts a NUL at its end, or does not. What is no text is the name of nothing.
fn text(memory: Memory<'_>, at: u32, len: u32, no_such: LookupErrno) -> Result<String, Refusal> {
    let mut bytes = match memory.read_bytes(at, len, MAX_TEXT) {
        Err(Errno::Nametoolong) => return Err(no_such.into()),
        read => read?,
    };
    if let Some(end) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(end);
    }
    String::from_utf8(bytes).map_err(|_| no_such.into())
}

/// What is looked up.
struct Asked<'a> {
    query: Query<'a>,
    flags: u16,
}

impl<'a> Asked<'a> {
    fn new(host: &'a str, service: &'a str, hints: Hints) -> Result<Self, LookupErrno> {
        let has = |flag| hints.flags & flag != 0;
        let named_host = !host.is_empty() && host.parse::<IpAddr>().is_err();
        let named_service = !service.bytes().all(|byte| byte.is_ascii_digit());
        let nothing = host.is_empty() && service.is_empty();
        if nothing
            || (has(ai_flags::NUMERICHOST) && named_host)
            || (has(ai_flags::NUMERICSERV) && named_service)
        {
            return Err(LookupErrno::Noname);
        }
        let query = Query {
            host,
            service,
            family: hints.family,
            kind: hints.kind,
        };
        Ok(Self {
            query,
            flags: hints.flags,
        })
    }

    fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    fn find<K: Kernel>(&self, net: &Caller<'_, K>) -> Result<Vec<Endpoint>, Fail> {
        if self.query.host.is_empty() && self.has(ai_flags::PASSIVE) {
            return self.wildcards(net);
        }
        let found = net.resolve(&self.query);
        if self.query.family != Some(Family::V6) || !self.has(ai_flags::V4MAPPED) {
            return found;
        }
        match found {
            Err(Fail::Errno(Errno::Noent)) => self.mapped(net),
            Ok(mut found) if self.has(ai_flags::ALL) => {
                match self.mapped(net) {
                    Ok(mapped) => found.extend(mapped),
                    Err(Fail::Errno(_)) => {}
                    Err(end) => return Err(end),
                }
                Ok(found)
            }
            found => found,
        }
    }

    /// The addresses that stand for all of this host's, for a socket that will be bound.
    fn wildcards<K: Kernel>(&self, net: &Caller<'_, K>) -> Result<Vec<Endpoint>, Fail> {
        let hosts: &[&str] = match self.query.family {
            None => &["0.0.0.0", "::"],
            Some(Family::V4) => &["0.0.0.0"],
            Some(Family::V6) => &["::"],
            Some(Family::Unix) => &[],
        };
        let mut found = Vec::new();
        for host in hosts {
            found.extend(net.resolve(&Query { host, ..self.query })?);
        }
        Ok(found)
    }

    /// IPv4 addresses as IPv6 writes them.
    fn mapped<K: Kernel>(&self, net: &Caller<'_, K>) -> Result<Vec<Endpoint>, Fail> {
        let mut found = net.resolve(&Query {
            family: Some(Family::V4),
            ..self.query
        })?;
        for endpoint in &mut found {
            if let IpAddr::V4(ip) = endpoint.addr.ip() {
                endpoint.addr = SocketAddr::new(ip.to_ipv6_mapped().into(), endpoint.addr.port());
            }
        }
        Ok(found)
    }
}

/// The core's errors of a lookup as this dialect numbers them. That the policy said no stays EACCES.
fn refused(fail: Fail) -> Refusal {
    let errno = match fail {
        Fail::Errno(Errno::Noent) => LookupErrno::Noname,
        Fail::Errno(Errno::Again) => LookupErrno::Again,
        Fail::Errno(Errno::Inval) => LookupErrno::Service,
        Fail::Errno(Errno::Io) => LookupErrno::Fail,
        Fail::Errno(Errno::Nomem) => LookupErrno::Memory,
        other => return Refusal::Fail(other),
    };
    errno.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_ends_at_its_nul_or_at_its_length() {
        let mut bytes = *b"http\0\0\xff?";
        let memory = Memory::exclusive(&mut bytes);
        let noname = LookupErrno::Noname;
        for (at, len, read) in [
            (0, 4, Ok("http")),
            (0, 5, Ok("http")),
            (0, 6, Ok("http")),
            (0, 0, Ok("")),
            (5, 1, Ok("")),
            (6, 1, Err(noname.into())),
            (0, 1026, Err(Errno::Fault.into())),
        ] {
            let found = text(memory, at, len, noname);
            assert_eq!(found.as_deref(), read.as_ref().copied(), "{at}+{len}");
        }
        let mut long = vec![b'a'; 2000];
        let memory = Memory::exclusive(&mut long);
        assert_eq!(text(memory, 0, 1026, noname), Err(noname.into()));
    }

    #[test]
    fn numbers_alone_are_taken_where_the_flags_say_so() {
        let flags = |flags| Hints {
            flags,
            family: None,
            kind: None,
        };
        let (host, service) = (ai_flags::NUMERICHOST, ai_flags::NUMERICSERV);
        for (name, port, given, taken) in [
            ("a.example", "http", 0, true),
            ("a.example", "http", host, false),
            ("192.0.2.1", "http", host, true),
            ("::1", "", host, true),
            ("a.example", "http", service, false),
            ("a.example", "80", service, true),
            ("a.example", "", service, true),
            ("", "80", host | service, true),
            ("", "", 0, false),
        ] {
            let asked = Asked::new(name, port, flags(given));
            assert_eq!(asked.is_ok(), taken, "{name} {port} {given}");
        }
    }

    #[test]
    fn an_error_of_the_core_has_its_number_and_a_refusal_stays_eacces() {
        for (errno, number) in [
            (Errno::Noent, 84),
            (Errno::Again, 78),
            (Errno::Inval, 85),
            (Errno::Io, 80),
            (Errno::Nomem, 82),
            (Errno::Acces, 2),
            (Errno::Fault, 21),
        ] {
            let answer: Result<(), _> = Err(refused(errno.into()));
            assert_eq!(answer.number(), Ok(number), "{errno}");
        }
        let end: Result<(), _> = Err(refused(Fail::Stopped));
        assert_eq!(end.number(), Err(Fail::Stopped));
    }
}
