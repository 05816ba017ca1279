//! The guest's chain of nodes: every place that can be written is checked when it is walked, and then only written.

use core::ops::Range;

use iwasm_abi::Errno;
use iwasm_abi::wasmedge::{LookupErrno, addrinfo, protocol, sockaddr, sockaddr_data as data, v0};
use iwasm_net::{Endpoint, Family, Kind, Memory, Span};
use iwasm_wasi::Numbers;

use super::Refusal;
use crate::wasmedge::numbers;

/// More results than this are not told, and so many nodes of a chain are walked: a chain may lead back into itself.
const MOST: u32 = 1024;

/// The room that guests have for a canonical name of which they tell no length.
const NAME_ROOM: u32 = 30;

/// A library of Rust's has room for every address, and says that it has so much.
const SAID_TO_BE_SHORT: u32 = 14;

/// Nodes that can be filled.
pub(super) struct Chain<'a>(Vec<Node<'a>>);

/// How results are written.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// The flags of the lookup.
    pub(super) flags: u16,
    /// How families and kinds are numbered.
    pub(super) numbers: Numbers,
    /// For a program of Go's compiler.
    pub(super) go: bool,
}

/// One node, and what it points to.
struct Node<'a> {
    info: Span<'a>,
    addr: Span<'a>,
    data: Span<'a>,
    /// Room for the canonical name, in the first node, if it is wanted.
    name: Option<Span<'a>>,
}

impl<'a> Chain<'a> {
    /// Walk the chain. One that ends before there are so many nodes is EFAULT, as on WasmEdge.
    pub(super) fn reserve(
        memory: Memory<'a>,
        head: u32,
        capacity: u32,
        named: bool,
    ) -> Result<Self, Errno> {
        let capacity = capacity.min(MOST);
        let mut nodes = Vec::new();
        let mut at = head;
        for place in 0..capacity {
            if at == 0 {
                return Err(Errno::Fault);
            }
            let wire = memory.read::<{ addrinfo::SIZE }>(at)?;
            nodes.push(Node::reserve(memory, at, &wire, named && place == 0)?);
            at = word(&wire, addrinfo::NEXT);
        }
        Ok(Self(nodes))
    }

    /// Fill a node for each endpoint that fits one: how many were. None is a lack of room.
    pub(super) fn fill(&self, found: &[Endpoint], form: Form, host: &str) -> Result<u32, Refusal> {
        let mut filled = 0;
        let mut nodes = self.0.iter();
        let mut node = nodes.next();
        for endpoint in found {
            let Some(free) = node else { break };
            if free.fill(endpoint, form, host) {
                filled += 1;
                node = nodes.next();
            }
        }
        if filled == 0 {
            return Err(LookupErrno::Memory.into());
        }
        Ok(filled)
    }
}

impl<'a> Node<'a> {
    fn reserve(
        memory: Memory<'a>,
        at: u32,
        wire: &[u8; addrinfo::SIZE],
        named: bool,
    ) -> Result<Self, Errno> {
        let addr = word(wire, addrinfo::ADDR);
        let addr_wire = memory.read::<{ sockaddr::SIZE }>(addr)?;
        let len = match word(&addr_wire, sockaddr::DATA_LENGTH) {
            SAID_TO_BE_SHORT => LONGEST,
            len => len.min(LONGEST),
        };
        let name = word(wire, addrinfo::CANONNAME);
        let name = if named && name != 0 {
            let len = match word(wire, addrinfo::CANONNAME_LENGTH) {
                0 => NAME_ROOM,
                len => len,
            };
            Some(memory.span(name, len)?)
        } else {
            None
        };
        Ok(Self {
            info: memory.span(at, INFO_SIZE)?,
            addr: memory.span(addr, ADDR_SIZE)?,
            data: memory.span(word(&addr_wire, sockaddr::DATA), len)?,
            name,
        })
    }

    /// Write the endpoint, if its address fits.
    fn fill(&self, endpoint: &Endpoint, form: Form, host: &str) -> bool {
        let (bytes, used) = if form.go {
            data::emit_go(&endpoint.addr)
        } else {
            data::emit(&endpoint.addr)
        };
        if used > self.data.len() {
            return false;
        }
        let family = numbers::of_family(form.numbers, Family::of(endpoint.addr.ip()));
        let named = self.fill_name(host);
        put(&self.info, addrinfo::FLAGS, &form.flags.to_le_bytes());
        put(&self.info, addrinfo::FAMILY, &[family]);
        self.fill_kind(form.numbers, endpoint.kind);
        let native = match used {
            data::SIZE_IP4 => addrinfo::ADDR_LENGTH_IP4,
            _ => addrinfo::ADDR_LENGTH_IP6,
        };
        put(&self.info, addrinfo::ADDR_LENGTH, &native.to_le_bytes());
        put(&self.info, addrinfo::CANONNAME_LENGTH, &named.to_le_bytes());
        put(&self.addr, sockaddr::FAMILY, &[family]);
        let len = u32::try_from(used).expect("an address is short");
        put(&self.addr, sockaddr::DATA_LENGTH, &len.to_le_bytes());
        self.data.copy_from(&bytes[..used]);
        true
    }

    fn fill_kind(&self, numbers: Numbers, kind: Kind) {
        let protocol = match (numbers, kind) {
            (Numbers::New, Kind::Stream) => protocol::TCP,
            (Numbers::New, Kind::Datagram) => protocol::UDP,
            (Numbers::Old, Kind::Stream) => v0::TCP,
            (Numbers::Old, Kind::Datagram) => v0::UDP,
        };
        put(
            &self.info,
            addrinfo::TYPE,
            &[numbers::of_kind(numbers, kind)],
        );
        // With the padding, for guests that read it as a word.
        let slot = addrinfo::PROTOCOL.start..addrinfo::ADDR_LENGTH.start;
        put(&self.info, slot, &u32::from(protocol).to_le_bytes());
    }

    /// Write the canonical name with its NUL, cut off where its room ends: how long it is. The name that was asked for
    /// is taken for the canonical one, as the standard has it where no better is known.
    fn fill_name(&self, host: &str) -> u32 {
        let Some(room) = self.name else { return 0 };
        let len = host.len().min(room.len() - 1);
        if len == 0 {
            return 0;
        }
        room.copy_from(&host.as_bytes()[..len]);
        room.part(len, 1).copy_from(&[0]);
        u32::try_from(len).expect("a name is short")
    }
}

fn put(span: &Span<'_>, at: Range<usize>, bytes: &[u8]) {
    span.part(at.start, at.len()).copy_from(bytes);
}

fn word<const N: usize>(wire: &[u8; N], at: Range<usize>) -> u32 {
    u32::from_le_bytes(wire[at].try_into().expect("the range is a word"))
}

/// The sizes as memory is measured.
const INFO_SIZE: u32 = 28;
const ADDR_SIZE: u32 = 12;
const LONGEST: u32 = 26;
const _: () = assert!(INFO_SIZE as usize == addrinfo::SIZE);
const _: () = assert!(ADDR_SIZE as usize == sockaddr::SIZE);
const _: () = assert!(LONGEST as usize == data::SIZE_IP6);
