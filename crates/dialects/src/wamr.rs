//! WAMR's socket extension of WASIp1: 48 functions beside the four that WASIp1 has itself.
//!
//! Where WAMR's own runtime departs from POSIX, this one does as POSIX says; the layouts and numbers are WAMR's.

mod lookup;
mod options;

use core::net::SocketAddr;

use iwasm_abi::Errno;
use iwasm_abi::wamr as abi;
use iwasm_abi::wamr::rights;
use iwasm_net::{Fail, Family, Kind, Memory, Slot};
use iwasm_wasi::{Descriptor, Files};

use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::sockets::sock_listen;
use crate::transfer::{counted, receive_flags};

pub(crate) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_OPEN, sock_open::<F>);
    rows.bind(&abi::SOCK_BIND, sock_bind::<F>);
    rows.bind(&abi::SOCK_LISTEN, sock_listen::<F>);
    rows.bind(&abi::SOCK_CONNECT, sock_connect::<F>);
    rows.bind(&abi::SOCK_CLOSE, sock_close::<F>);
    rows.bind(&abi::SOCK_ADDR_LOCAL, sock_addr_local::<F>);
    rows.bind(&abi::SOCK_ADDR_REMOTE, sock_addr_remote::<F>);
    rows.bind(&abi::SOCK_RECV_FROM, sock_recv_from::<F>);
    rows.bind(&abi::SOCK_SEND_TO, sock_send_to::<F>);
    lookup::register(rows);
    options::register(rows);
}

/// `sock_open(poolfd, family, type, result)`. The pool descriptor is WAMR's and means nothing here.
///
/// Its guests have -1 there. Those of WASIX's functions, which once stood in this module too and have the same types, begin
/// with a family, and the rest would be read as what it is not.
fn sock_open<F: Files>(
    call: &mut Call<'_, F>,
    poolfd: u32,
    family: i32,
    kind: i32,
    result: u32,
) -> Result<(), Errno> {
    if OTHER_FAMILIES.contains(&poolfd) {
        call.net().notice(NOT_OURS);
        return Err(Errno::Notsup);
    }
    let slot = call.memory.reserve::<4>(result)?;
    let family = match family {
        abi::family::INET4 => Family::V4,
        abi::family::INET6 => Family::V6,
        _ => return Err(Errno::Afnosupport),
    };
    let kind = match kind {
        abi::sock_type::STREAM => Kind::Stream,
        abi::sock_type::DGRAM => Kind::Datagram,
        _ => return Err(Errno::Inval),
    };
    let socket = call.net().open(family, kind)?;
    let fd = call.process.table.insert(Descriptor::socket(socket))?;
    slot.fill(fd.to_le_bytes());
    Ok(())
}

/// The families that WASIX numbers.
const OTHER_FAMILIES: core::ops::RangeInclusive<u32> = 1..=3;

const NOT_OURS: &str = "`sock_open` is called with a family first, as WASIX's programs do: iwasm has WASIX's sockets by the module \
    `wasix_32v1` only, and answers ENOTSUP; build the program with a newer tool for WASIX";

/// `sock_bind(fd, addr)`.
fn sock_bind<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32) -> Result<(), Errno> {
    let at = read_addr(call.memory, addr)?;
    let descriptor = call.socket(fd, rights::SOCK_BIND)?;
    call.net().bind(descriptor.as_socket()?, at)
}

/// `sock_connect(fd, addr)`.
fn sock_connect<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32) -> Result<(), Fail> {
    let to = read_addr(call.memory, addr)?;
    let descriptor = call.socket(fd, rights::SOCK_CONNECT)?;
    call.net().connect(descriptor.as_socket()?, to)
}

/// `sock_close(fd)`: as `fd_close`, for sockets.
fn sock_close<F: Files>(call: &mut Call<'_, F>, fd: u32) -> Result<(), Errno> {
    call.socket(fd, 0)?;
    call.process.table.close(fd)
}

/// `sock_addr_local(fd, result)`.
fn sock_addr_local<F: Files>(call: &mut Call<'_, F>, fd: u32, result: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve(result)?;
    let descriptor = call.socket(fd, rights::SOCK_ADDR_LOCAL)?;
    let addr = call.net().local(descriptor.as_socket()?)?.inet()?;
    fill_addr(slot, &addr);
    Ok(())
}

/// `sock_addr_remote(fd, result)`.
fn sock_addr_remote<F: Files>(call: &mut Call<'_, F>, fd: u32, result: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve(result)?;
    let descriptor = call.socket(fd, rights::SOCK_ADDR_REMOTE)?;
    let addr = call.net().remote(descriptor.as_socket()?)?.inet()?;
    fill_addr(slot, &addr);
    Ok(())
}

/// `sock_recv_from(fd, iovs, count, riflags, addr, received)`.
fn sock_recv_from<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    flags: u32,
    addr: u32,
    received: u32,
) -> Result<(), Fail> {
    let source_slot = call.memory.reserve(addr)?;
    let len_slot = call.memory.reserve::<4>(received)?;
    let how = receive_flags(flags)?;
    let descriptor = call.socket(fd, rights::SOCK_RECV_FROM)?;
    let socket = descriptor.as_socket()?;
    // What has no address of IP could not be reported after it was taken.
    if socket.family() == Family::Unix {
        return Err(Errno::Afnosupport.into());
    }
    let net = call.net();
    let into = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let (received, source) = net.receive_from(socket, into, how)?;
    fill_addr(source_slot, &source.inet()?);
    len_slot.fill(counted(received.len, into)?);
    Ok(())
}

/// `sock_send_to(fd, iovs, count, siflags, addr, sent)`. WASI defines no flags for sending.
fn sock_send_to<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    iovs: u32,
    count: u32,
    flags: u32,
    addr: u32,
    sent: u32,
) -> Result<(), Fail> {
    let slot = call.memory.reserve::<4>(sent)?;
    let to = read_addr(call.memory, addr)?;
    if flags != 0 {
        return Err(Errno::Inval.into());
    }
    let descriptor = call.socket(fd, rights::SOCK_SEND_TO)?;
    let socket = descriptor.as_socket()?;
    let net = call.net();
    let from = call.memory.vectors(iovs, count, &mut call.thread.scratch)?;
    let sent = net.send(socket, from, Some(to))?;
    slot.fill(counted(sent, from)?);
    Ok(())
}

/// An address that the guest gives. A kind that is neither is EPROTONOSUPPORT, as WAMR answers.
fn read_addr(memory: Memory<'_>, at: u32) -> Result<SocketAddr, Errno> {
    abi::addr::parse(&memory.read(at)?).ok_or(Errno::Protonosupport)
}

/// An address for the guest: its padding stays as the guest had it.
fn fill_addr(slot: Slot<'_, { abi::addr::SIZE }>, addr: &SocketAddr) {
    let (bytes, used) = abi::addr::emit(addr);
    slot.fill_part(&bytes[..used]);
}
