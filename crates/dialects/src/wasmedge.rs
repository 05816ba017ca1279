//! WasmEdge's socket extension of WASIp1, both versions of it.
//!
//! The version is a property of one import, told by its type, and a guest may mix them; what both have does as the
//! second, which takes every form of an address that the first does. So a path, which is of the second
//! version's long form, is taken everywhere.

mod address;
mod lookup;
mod numbers;
mod options;
mod transfers;

use iwasm_abi::Errno;
use iwasm_abi::wamr::rights;
use iwasm_abi::wasmedge::{self as abi, addr_kind};
use iwasm_net::{Fail, Family};
use iwasm_wasi::{Descriptor, Files};

use crate::Call;
use crate::poll::poll_oneoff;
use crate::registry::{Rows, Visitor};
use crate::sockets::{sock_accept, sock_listen, sock_recv};

pub(crate) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::SOCK_OPEN, sock_open::<F>);
    rows.bind(&abi::SOCK_OPEN_V2, sock_open::<F>);
    rows.bind(&abi::SOCK_BIND, sock_bind::<F>);
    rows.bind(&abi::SOCK_BIND_V2, sock_bind::<F>);
    rows.bind(&abi::SOCK_CONNECT, sock_connect::<F>);
    rows.bind(&abi::SOCK_CONNECT_V2, sock_connect::<F>);
    rows.bind(&abi::SOCK_LISTEN_V2, sock_listen::<F>);
    rows.bind(&abi::SOCK_ACCEPT_V1, sock_accept_v1::<F>);
    rows.bind(&abi::SOCK_ACCEPT_V2, sock_accept::<F>);
    rows.bind(&abi::SOCK_RECV_V2, sock_recv::<F>);
    // Its sets tell of a state, not of a change: a guest that waits for changes only is told more often, and loses
    // nothing, for it must take being told without cause.
    rows.bind(&abi::EPOLL_ONEOFF, poll_oneoff::<F>);
    ends(rows);
    lookup::register(rows);
    options::register(rows);
    transfers::register(rows);
}

/// Both ends' addresses: the first version tells the family as well.
fn ends<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    macro_rules! ends {
        ($($end:ident: $first:ident, $second:ident, $named:ident;)*) => {$(
            rows.bind(&abi::$first, |call: &mut Call<'_, F>, fd: u32, addr: u32, kind: u32, port: u32| {
                tell(call, fd, End::$end, addr, Some(kind), port)
            });
            rows.bind(&abi::$second, |call: &mut Call<'_, F>, fd: u32, addr: u32, port: u32| {
                tell(call, fd, End::$end, addr, None, port)
            });
            rows.bind(&abi::$named, |call: &mut Call<'_, F>, fd: u32, addr: u32, port: u32| {
                tell(call, fd, End::$end, addr, None, port)
            });
        )*};
    }
    ends! {
        Local: SOCK_GETLOCALADDR_V1, SOCK_GETLOCALADDR, SOCK_GETLOCALADDR_V2;
        Remote: SOCK_GETPEERADDR_V1, SOCK_GETPEERADDR, SOCK_GETPEERADDR_V2;
    }
}

/// Which end of a connection.
#[derive(Clone, Copy)]
enum End {
    Local,
    Remote,
}

/// `sock_open(family, type, result)`.
fn sock_open<F: Files>(
    call: &mut Call<'_, F>,
    family: u32,
    kind: u32,
    result: u32,
) -> Result<(), Errno> {
    let slot = call.memory.reserve::<4>(result)?;
    let (family, kind) = numbers::opened(call, low(family), low(kind))?;
    let socket = call.net().open(family, kind)?;
    let fd = call.process.table.insert(Descriptor::socket(socket))?;
    slot.fill(fd.to_le_bytes());
    Ok(())
}

/// `sock_bind(fd, addr, port)`.
fn sock_bind<F: Files>(call: &mut Call<'_, F>, fd: u32, addr: u32, port: u32) -> Result<(), Errno> {
    let at = address::read(call.memory, addr, port)?;
    let descriptor = call.socket(fd, rights::SOCK_BIND)?;
    call.net().bind(descriptor.as_socket()?, at)
}

/// `sock_connect(fd, addr, port)`.
fn sock_connect<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    addr: u32,
    port: u32,
) -> Result<(), Fail> {
    let to = address::read(call.memory, addr, port)?;
    let descriptor = call.socket(fd, rights::SOCK_CONNECT)?;
    call.net().connect(descriptor.as_socket()?, to)
}

/// `sock_accept(fd, accepted)`: the new socket waits, whatever the listener does.
fn sock_accept_v1<F: Files>(call: &mut Call<'_, F>, fd: u32, accepted: u32) -> Result<(), Fail> {
    sock_accept(call, fd, 0, accepted)
}

/// `sock_getlocaladdr` and `sock_getpeeraddr`: the port is a word, of the host's value.
fn tell<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    end: End,
    addr: u32,
    kind: Option<u32>,
    port: u32,
) -> Result<(), Errno> {
    let room = address::reserve(call.memory, addr)?;
    let kind = kind.map(|at| call.memory.reserve::<4>(at)).transpose()?;
    let port = call.memory.reserve::<4>(port)?;
    let right = match end {
        End::Local => rights::SOCK_ADDR_LOCAL,
        End::Remote => rights::SOCK_ADDR_REMOTE,
    };
    let descriptor = call.socket(fd, right)?;
    let socket = descriptor.as_socket()?;
    room.holds(socket.family())?;
    let addr = match end {
        End::Local => call.net().local(socket)?,
        End::Remote => call.net().remote(socket)?,
    };
    room.fill(&addr)?;
    if let Some(kind) = kind {
        kind.fill(first_kind(socket.family()).to_le_bytes());
    }
    port.fill(u32::from(address::port(&addr)).to_le_bytes());
    Ok(())
}

/// How the first version tells the family.
fn first_kind(family: Family) -> u32 {
    match family {
        Family::V4 => addr_kind::IPV4,
        Family::V6 => addr_kind::IPV6,
        Family::Unix => addr_kind::UNIX,
    }
}

/// A number of C's `u8` type travels in a word, and only its low byte counts.
fn low(word: u32) -> u8 {
    word.to_le_bytes()[0]
}
