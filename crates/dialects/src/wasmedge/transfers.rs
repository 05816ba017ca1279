//! Data from and to addresses that each call names.

use iwasm_abi::Errno;
use iwasm_abi::wamr::rights;
use iwasm_abi::wasmedge as abi;
use iwasm_net::{Address, Fail, Receive, Slot};
use iwasm_wasi::{Files, PortOrder};

use super::address;
use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::sockets::sock_send;
use crate::transfer::{counted, receive_flags, receive_report};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_RECV_FROM_V1, sock_recv_from_v1::<F>);
    rows.bind(&abi::SOCK_RECV_FROM, sock_recv_from::<F>);
    rows.bind(&abi::SOCK_RECV_FROM_V2, sock_recv_from_v2::<F>);
    rows.bind(&abi::SOCK_SEND_TO, sock_send_to::<F>);
    rows.bind(&abi::SOCK_SEND_TO_V2, sock_send_to::<F>);
    rows.bind(&abi::SOCK_SEND_V2, sock_send_v2::<F>);
}

/// What a receive is given, but for the port.
struct Request {
    fd: u32,
    iovs: u32,
    count: u32,
    addr: u32,
    flags: u32,
    size: u32,
    report: u32,
}

/// Where the sender's port goes, and how it is written.
enum Port<'a> {
    /// It is not told.
    Untold,
    /// As a word of the host's value: all known guests of the plain name read it so, and are wrong on WasmEdge itself.
    Word(Slot<'a, 4>),
    /// As WasmEdge writes it: two bytes, most significant first.
    Wire(Slot<'a, 2>),
}

impl<'a> Port<'a> {
    /// Room for it, in the form that the import's name stands for, unless the guest is said to want another.
    fn reserve<F: Files>(call: &Call<'a, F>, at: u32, by_name: PortOrder) -> Result<Self, Errno> {
        Ok(
            match call.process.quirks.wasmedge_udp_port.unwrap_or(by_name) {
                PortOrder::Host => Self::Word(call.memory.reserve(at)?),
                PortOrder::Network => Self::Wire(call.memory.reserve(at)?),
            },
        )
    }

    fn fill(self, port: u16) {
        match self {
            Self::Untold => {}
            Self::Word(slot) => slot.fill(u32::from(port).to_le_bytes()),
            Self::Wire(slot) => slot.fill(port.to_be_bytes()),
        }
    }
}

/// `sock_recv_from(fd, iovs, count, addr, riflags, size, roflags)`.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn sock_recv_from_v1<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    addr: u32,
    flags: u32,
    size: u32,
    report: u32,
) -> Result<(), Fail> {
    let request = Request {
        fd,
        iovs,
        count,
        addr,
        flags,
        size,
        report,
    };
    receive(call, &request, Port::Untold)
}

/// `sock_recv_from(fd, iovs, count, addr, riflags, port, size, roflags)`.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn sock_recv_from<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    addr: u32,
    flags: u32,
    port: u32,
    size: u32,
    report: u32,
) -> Result<(), Fail> {
    let request = Request {
        fd,
        iovs,
        count,
        addr,
        flags,
        size,
        report,
    };
    let port = Port::reserve(call, port, PortOrder::Host)?;
    receive(call, &request, port)
}

/// `sock_recv_from_v2`, with the same parameters.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn sock_recv_from_v2<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    addr: u32,
    flags: u32,
    port: u32,
    size: u32,
    report: u32,
) -> Result<(), Fail> {
    let request = Request {
        fd,
        iovs,
        count,
        addr,
        flags,
        size,
        report,
    };
    let port = Port::reserve(call, port, PortOrder::Network)?;
    receive(call, &request, port)
}

fn receive<F: Files>(
    call: &mut Call<'_, F>,
    request: &Request,
    port: Port<'_>,
) -> Result<(), Fail> {
    let room = address::reserve(call.memory, request.addr)?;
    let size = call.memory.reserve::<4>(request.size)?;
    let report = call.memory.reserve::<2>(request.report)?;
    let how = Receive {
        truncation: true,
        ..receive_flags(low_half(request.flags))?
    };
    let descriptor = call.socket(request.fd, rights::SOCK_RECV_FROM)?;
    let socket = descriptor.as_socket()?;
    room.holds(socket.family())?;
    let net = call.net();
    let scratch = &mut call.thread.scratch;
    let into = call.memory.vectors(request.iovs, request.count, scratch)?;
    let (received, source) = net.receive_from(socket, into, how)?;
    room.fill(&source)?;
    port.fill(address::port(&source));
    size.fill(counted(received.len, into)?);
    report.fill(receive_report(received));
    Ok(())
}

/// `sock_send_to(fd, iovs, count, addr, port, siflags, sent)`. WASI defines no flags for sending, and WasmEdge looks at
/// none.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn sock_send_to<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    addr: u32,
    port: u32,
    _flags: u32,
    sent: u32,
) -> Result<(), Fail> {
    let slot = call.memory.reserve::<4>(sent)?;
    let to = address::read(call.memory, addr, port)?;
    let descriptor = call.socket(fd, rights::SOCK_SEND_TO)?;
    let socket = descriptor.as_socket()?;
    let net = call.net();
    let to = match to {
        Address::Unix(path) => return Err(net.send_to_path(socket, &path).into()),
        to => to.inet()?,
    };
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let sent = net.send(socket, from, Some(to))?;
    slot.fill(counted(sent, from)?);
    Ok(())
}

/// `sock_send_v2(fd, iovs, count, siflags, sent)`.
fn sock_send_v2<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    _flags: u32,
    sent: u32,
) -> Result<(), Fail> {
    sock_send(call, fd, iovs, count, 0, sent)
}

/// A number of C's `u16` type travels in a word, and only its low half counts.
fn low_half(word: u32) -> u32 {
    word & 0xffff
}
