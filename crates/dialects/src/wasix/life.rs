//! A socket from its making on: opened, bound, connected, and what it tells of itself.

use iwasm_abi::Errno;
use iwasm_abi::wamr::rights;
use iwasm_abi::wasix::{family, protocol, sock_type, sockets as abi, status};
use iwasm_net::{Address, Fail, Family, Kind, Socket, Stage};
use iwasm_wasi::{Descriptor, Files};

use super::address;
use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::sockets::{accept, sock_listen};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_OPEN, sock_open::<F>);
    rows.bind(&abi::SOCK_PAIR, sock_pair::<F>);
    rows.bind(&abi::SOCK_BIND, sock_bind::<F>);
    rows.bind(&abi::SOCK_LISTEN, sock_listen::<F>);
    rows.bind(&abi::SOCK_ACCEPT, sock_accept::<F>);
    rows.bind(&abi::SOCK_ACCEPT_V2, sock_accept::<F>);
    rows.bind(&abi::SOCK_CONNECT, sock_connect::<F>);
    rows.bind(&abi::SOCK_ADDR_LOCAL, sock_addr_local::<F>);
    rows.bind(&abi::SOCK_ADDR_PEER, sock_addr_peer::<F>);
    rows.bind(&abi::SOCK_STATUS, sock_status::<F>);
}

/// `sock_open(family, type, protocol, result)`.
fn sock_open<F: Files>(
    call: &mut Call<'_, F>,
    family: u32,
    kind: u32,
    protocol: u32,
    result: u32,
) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(result)?;
    let (family, kind) = asked(family, kind, protocol)?;
    let socket = call.net().open(family, kind)?;
    let fd = call.process.table.insert(Descriptor::socket(socket))?;
    slot.fill(fd.to_le_bytes());
    Ok(())
}

/// `sock_pair(family, type, protocol, one, other)`.
fn sock_pair<F: Files>(
    call: &mut Call<'_, F>,
    family: u32,
    kind: u32,
    protocol: u32,
    one: u32,
    other: u32,
) -> Result<(), Errno> {
    let slots = [
        call.memory.reserve::<4>(one)?,
        call.memory.reserve::<4>(other)?,
    ];
    let (family, kind) = asked(family, kind, protocol)?;
    let (one, other) = call.net().pair(family, kind)?;
    let (one, other) = (Descriptor::socket(one), Descriptor::socket(other));
    let numbers = call.process.table.insert_two(one, other)?;
    for (slot, number) in slots.into_iter().zip(numbers) {
        slot.fill(number.to_le_bytes());
    }
    Ok(())
}

/// What socket the three numbers ask for.
fn asked(family: u32, kind: u32, protocol: u32) -> Result<(Family, Kind), Errno> {
    // WASIX's C library leaves SOCK_NONBLOCK and SOCK_CLOEXEC in the type, and Wasmer cuts them off: the socket waits.
    let [kind, ..] = kind.to_le_bytes();
    let protocol = u16::try_from(protocol).map_err(|_| Errno::Notsup)?;
    let kind = match (kind, protocol) {
        (sock_type::STREAM, protocol::IP | protocol::TCP) => Kind::Stream,
        (sock_type::DGRAM, protocol::IP | protocol::UDP) => Kind::Datagram,
        _ => return Err(Errno::Notsup),
    };
    match u8::try_from(family) {
        Ok(family::INET4) => Ok((Family::V4, kind)),
        Ok(family::INET6) => Ok((Family::V6, kind)),
        Ok(family::UNIX) if protocol == protocol::IP => Ok((Family::Unix, kind)),
        Ok(family::UNIX) => Err(Errno::Notsup),
        _ => Err(Errno::Afnosupport),
    }
}

/// `sock_bind(fd, addr)`.
fn sock_bind<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32) -> Result<(), Errno> {
    let at = address::read(call.memory, addr)?;
    let descriptor = call.socket(fd, rights::SOCK_BIND)?;
    let socket = descriptor.as_socket()?;
    match at {
        Address::Inet(at) => call.net().bind_or_promise(socket, at),
        at => call.net().bind(socket, at),
    }
}

/// `sock_accept(fd, fdflags, accepted, peer)`.
fn sock_accept<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    flags: u32,
    result: u32,
    peer: u32,
) -> Result<(), Fail> {
    let slot = call.memory.reserve::<4>(result)?;
    let room = address::reserve(call.memory, &call.process.quirks, peer)?;
    let (number, peer) = accept(call, fd, flags)?;
    slot.fill(number.to_le_bytes());
    room.fill(&peer);
    Ok(())
}

/// `sock_connect(fd, addr)`.
fn sock_connect<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32) -> Result<(), Fail> {
    let to = address::read(call.memory, addr)?;
    let descriptor = call.socket(fd, rights::SOCK_CONNECT)?;
    call.net().connect(descriptor.as_socket()?, to)
}

/// `sock_addr_local(fd, addr)`.
fn sock_addr_local<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32) -> Result<(), Errno> {
    let room = address::reserve(call.memory, &call.process.quirks, addr)?;
    let descriptor = call.socket(fd, rights::SOCK_ADDR_LOCAL)?;
    room.fill(&call.net().local(descriptor.as_socket()?)?);
    Ok(())
}

/// `sock_addr_peer(fd, addr)`.
fn sock_addr_peer<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32) -> Result<(), Errno> {
    let room = address::reserve(call.memory, &call.process.quirks, addr)?;
    let descriptor = call.socket(fd, rights::SOCK_ADDR_REMOTE)?;
    room.fill(&call.net().remote(descriptor.as_socket()?)?);
    Ok(())
}

/// `sock_status(fd, status)`: one byte.
fn sock_status<F: Files>(call: &mut Call<'_, F>, fd: u32, result: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<1>(result)?;
    let descriptor = call.socket(fd, 0)?;
    slot.fill([told(call, descriptor.as_socket()?)?]);
    Ok(())
}

/// How far the socket has come. Only a stream can be on its way, or have failed there.
fn told<F: Files>(call: &Call<'_, F>, socket: &Socket<F::Kernel>) -> Result<u8, Errno> {
    match (socket.stage(), socket.kind()) {
        (Stage::Fresh, _) => return Ok(status::OPENING),
        (Stage::Connected, Kind::Stream) => {}
        _ => return Ok(status::OPENED),
    }
    match call.net().remote(socket) {
        Ok(_) => Ok(status::OPENED),
        Err(Errno::Notconn | Errno::Inval) if call.net().is_settled(socket)? => Ok(status::FAILED),
        Err(Errno::Notconn | Errno::Inval) => Ok(status::OPENING),
        Err(errno) => Err(errno),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_is_asked_for_by_three_numbers_that_agree() {
        let (v4, v6, stream, datagram) = (Family::V4, Family::V6, Kind::Stream, Kind::Datagram);
        for (family, kind, protocol, socket) in [
            (1, 1, 0, Ok((v4, stream))),
            (1, 1, 6, Ok((v4, stream))),
            (1, 2, 0, Ok((v4, datagram))),
            (2, 2, 17, Ok((v6, datagram))),
            // SOCK_NONBLOCK and SOCK_CLOEXEC of WASIX's C library.
            (2, 0x6001, 6, Ok((v6, stream))),
            (1, 1, 17, Err(Errno::Notsup)),
            (1, 2, 6, Err(Errno::Notsup)),
            (1, 1, 0x1_0006, Err(Errno::Notsup)),
            (1, 0, 0, Err(Errno::Notsup)),
            (1, 3, 0, Err(Errno::Notsup)),
            (1, 4, 0, Err(Errno::Notsup)),
            (0, 1, 0, Err(Errno::Afnosupport)),
            (3, 1, 0, Ok((Family::Unix, stream))),
            (3, 1, 6, Err(Errno::Notsup)),
            (4, 1, 0, Err(Errno::Afnosupport)),
            (0x101, 1, 0, Err(Errno::Afnosupport)),
        ] {
            assert_eq!(
                asked(family, kind, protocol),
                socket,
                "{family} {kind} {protocol}"
            );
        }
    }
}
