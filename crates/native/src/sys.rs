//! The door to the network: the one file with the system calls that open, name, connect, fill and drain sockets.
//!
//! Data goes straight between the system and lent guest memory, in one call where something is ready. Calls that
//! neither name nor move anything are safe ones of `rustix`. Those on spans are made by number, because a span is no
//! slice, and because C's own functions are cancellation points, which cost two atomic operations a call in a process
//! with threads.

#![expect(
    clippy::disallowed_methods,
    reason = "the wall around the network has one door, and this is it"
)]
#![allow(
    unsafe_code,
    reason = "guest memory that other threads share is given to the system as raw pointers"
)]

use core::net::SocketAddr;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::ptr;

use iwasm_abi::Errno;
use iwasm_net::{Address, Family, Kind, Receive, Received, Sending, Shutdown, Span};
use iwasm_policy::UnixPath;
use rustix::net::addr::{SocketAddrArg, SocketAddrLen, SocketAddrStorage};
use rustix::net::{AddressFamily, SocketAddrAny, SocketAddrUnix, SocketFlags, SocketType};

use crate::errno::{from_rustix, last};
use crate::unix;

/// A new blocking socket, with nothing set that was not asked for.
pub(crate) fn open(family: Family, kind: Kind) -> Result<OwnedFd, Errno> {
    open_of(family, kind).map_err(from_rustix)
}

fn open_of(family: Family, kind: Kind) -> rustix::io::Result<OwnedFd> {
    let family = match family {
        Family::V4 => AddressFamily::INET,
        Family::V6 => AddressFamily::INET6,
        Family::Unix => AddressFamily::UNIX,
    };
    rustix::net::socket_with(family, type_of(kind), SocketFlags::CLOEXEC, None)
}

/// Two blocking sockets that are connected to each other. Linux has such pairs in the UNIX family alone.
pub(crate) fn pair(kind: Kind) -> Result<(OwnedFd, OwnedFd), Errno> {
    let (family, flags) = (AddressFamily::UNIX, SocketFlags::CLOEXEC);
    rustix::net::socketpair(family, type_of(kind), flags, None).map_err(from_rustix)
}

fn type_of(kind: Kind) -> SocketType {
    match kind {
        Kind::Stream => SocketType::STREAM,
        Kind::Datagram => SocketType::DGRAM,
    }
}

/// A socket of the host's own at this address, which takes connections if it is a stream.
///
/// The errors of this and the next are the system's, to be told to a person.
pub(crate) fn listening(
    family: Family,
    kind: Kind,
    at: &impl SocketAddrArg,
) -> rustix::io::Result<OwnedFd> {
    let socket = open_of(family, kind)?;
    // Or a server that is started again waits for the connections of the last one to be forgotten. A second listener is
    // refused on Linux all the same (socket(7)).
    if kind == Kind::Stream && family != Family::Unix {
        rustix::net::sockopt::set_socket_reuseaddr(&socket, true)?;
    }
    rustix::net::bind(&socket, at)?;
    if kind == Kind::Stream {
        rustix::net::listen(&socket, BACKLOG)?;
    }
    Ok(socket)
}

/// A socket of the host's own with this peer.
pub(crate) fn connected(
    family: Family,
    kind: Kind,
    to: &impl SocketAddrArg,
) -> rustix::io::Result<OwnedFd> {
    let socket = open_of(family, kind)?;
    loop {
        // To connect again after a signal is to go on waiting, as below.
        match rustix::net::connect(&socket, to) {
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::ISCONN) | Ok(()) => return Ok(socket),
            Err(error) => return Err(error),
        }
    }
}

/// Give the socket its own address.
pub(crate) fn bind(socket: BorrowedFd<'_>, at: &impl SocketAddrArg) -> Result<(), Errno> {
    rustix::net::bind(socket, at).map_err(from_rustix)
}

/// Take connections from now on. The system cuts the backlog off at its own bound.
pub(crate) fn listen(socket: BorrowedFd<'_>, backlog: u32) -> Result<(), Errno> {
    let backlog = i32::try_from(backlog).unwrap_or(i32::MAX);
    rustix::net::listen(socket, backlog).map_err(from_rustix)
}

/// The next connection and its peer.
pub(crate) fn accept(
    socket: BorrowedFd<'_>,
    nonblocking: bool,
) -> Result<(OwnedFd, Address), Errno> {
    let mut flags = SocketFlags::CLOEXEC;
    flags.set(SocketFlags::NONBLOCK, nonblocking);
    let (accepted, peer) = rustix::net::acceptfrom_with(socket, flags).map_err(from_rustix)?;
    Ok((accepted, peer.map_or(Ok(Address::Unnamed), address)?))
}

/// Connect, or name the one peer of a datagram socket.
///
/// The call can be made again after an interruption: Linux goes on waiting for the connection that was begun, where
/// POSIX would let it answer EALREADY.
pub(crate) fn connect(socket: BorrowedFd<'_>, to: &impl SocketAddrArg) -> Result<(), Errno> {
    rustix::net::connect(socket, to).map_err(from_rustix)
}

/// The datagram socket has no peer any more.
pub(crate) fn disconnect(socket: BorrowedFd<'_>) -> Result<(), Errno> {
    rustix::net::connect_unspec(socket).map_err(from_rustix)
}

/// The socket's own address.
pub(crate) fn local(socket: BorrowedFd<'_>) -> Result<Address, Errno> {
    address(rustix::net::getsockname(socket).map_err(from_rustix)?)
}

/// The peer's address.
pub(crate) fn remote(socket: BorrowedFd<'_>) -> Result<Address, Errno> {
    let peer = rustix::net::getpeername(socket).map_err(from_rustix)?;
    peer.map_or(Ok(Address::Unnamed), address)
}

/// Close one or both directions.
pub(crate) fn shutdown(socket: BorrowedFd<'_>, how: Shutdown) -> Result<(), Errno> {
    let how = match how {
        Shutdown::Read => rustix::net::Shutdown::Read,
        Shutdown::Write => rustix::net::Shutdown::Write,
        Shutdown::Both => rustix::net::Shutdown::Both,
    };
    rustix::net::shutdown(socket, how).map_err(from_rustix)
}

/// Receive straight into the spans.
#[inline]
pub(crate) fn receive(
    socket: BorrowedFd<'_>,
    into: &[Span<'_>],
    how: Receive,
) -> Result<Received, Errno> {
    let flag = |on: bool, flag| if on { flag } else { 0 };
    let flags = flag(how.peek, libc::MSG_PEEK)
        | flag(how.wait_all, libc::MSG_WAITALL)
        | flag(how.dont_wait, libc::MSG_DONTWAIT);
    match into {
        // With MSG_TRUNC a message's length is told as it was sent (recv(2)), which tells as much as `recvmsg` does.
        [span] => receive_one(
            socket,
            *span,
            flags | flag(how.truncation, libc::MSG_TRUNC),
            how.source,
        ),
        spans => receive_message(socket, spans, flags, how.source),
    }
}

#[inline]
fn receive_one(
    socket: BorrowedFd<'_>,
    into: Span<'_>,
    flags: i32,
    source: bool,
) -> Result<Received, Errno> {
    let mut name = MaybeUninit::<SocketAddrStorage>::uninit();
    let mut len = if source { NAME_SIZE } else { 0 };
    let (at, size) = match source {
        true => (name.as_mut_ptr(), &raw mut len),
        false => (ptr::null_mut(), ptr::null_mut()),
    };
    // SAFETY: a span is a checked range of memory that is lent at least until the call returns; an address has room of
    // the size that is told, or is not asked for.
    let received = unsafe {
        libc::syscall(
            libc::SYS_recvfrom,
            socket.as_raw_fd(),
            into.as_ptr(),
            into.len(),
            flags,
            at,
            size,
        )
    };
    let received = count(received)?;
    Ok(Received {
        len: received.min(into.len()),
        truncated: received > into.len(),
        source: sender(&name, len)?,
    })
}

#[inline]
fn receive_message(
    socket: BorrowedFd<'_>,
    into: &[Span<'_>],
    flags: i32,
    source: bool,
) -> Result<Received, Errno> {
    let mut name = MaybeUninit::<SocketAddrStorage>::uninit();
    let mut header = header(into);
    if source {
        header.msg_name = name.as_mut_ptr().cast();
        header.msg_namelen = NAME_SIZE;
    }
    // SAFETY: the header names the spans, which are checked ranges of lent memory, and room of the given size for an
    // address. No control data is taken, so no descriptor can come in.
    let len = unsafe {
        libc::syscall(
            libc::SYS_recvmsg,
            socket.as_raw_fd(),
            &raw mut header,
            flags,
        )
    };
    Ok(Received {
        len: count(len)?,
        truncated: header.msg_flags & libc::MSG_TRUNC != 0,
        source: sender(&name, header.msg_namelen)?,
    })
}

/// The address that the system wrote. It writes none for a stream.
#[inline]
fn sender(
    name: &MaybeUninit<SocketAddrStorage>,
    len: SocketAddrLen,
) -> Result<Option<SocketAddr>, Errno> {
    if len == 0 || len > NAME_SIZE {
        return Ok(None);
    }
    // SAFETY: the system has written `len` bytes, which are within the storage.
    let any = unsafe { SocketAddrAny::read(name.as_ptr(), len) };
    internet(any).map(Some)
}

/// Send straight from the spans.
#[inline]
pub(crate) fn send(
    socket: BorrowedFd<'_>,
    from: &[Span<'_>],
    to: Option<SocketAddr>,
    how: Sending,
) -> Result<usize, Errno> {
    let flags = match how.dont_wait {
        true => libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT,
        false => libc::MSG_NOSIGNAL,
    };
    match to {
        None => send_to(socket, from, ptr::null(), 0, flags),
        // SAFETY: what is done with the pointer in there is done before this call returns.
        Some(to) => unsafe {
            to.with_sockaddr(|name, len| send_to(socket, from, name.cast(), len, flags))
        },
    }
}

/// `name` is null or points to an address of `len` bytes.
#[inline]
fn send_to(
    socket: BorrowedFd<'_>,
    from: &[Span<'_>],
    name: *const libc::sockaddr,
    len: SocketAddrLen,
    flags: i32,
) -> Result<usize, Errno> {
    let socket = socket.as_raw_fd();
    if let [span] = from {
        // SAFETY: a span is a checked range of lent memory; the name is valid for its length or null.
        let sent = unsafe {
            libc::syscall(
                libc::SYS_sendto,
                socket,
                span.as_ptr(),
                span.len(),
                flags,
                name,
                len,
            )
        };
        return count(sent);
    }
    let mut header = header(from);
    header.msg_name = name.cast_mut().cast();
    header.msg_namelen = len;
    // SAFETY: the header names the spans, which are checked ranges of lent memory, and a name as above.
    count(unsafe { libc::syscall(libc::SYS_sendmsg, socket, &raw const header, flags) })
}

/// An option that is an `int`, for those that `rustix` does not have.
pub(crate) fn option(socket: BorrowedFd<'_>, level: i32, name: i32) -> Result<i32, Errno> {
    let mut value = 0_i32;
    let mut len = INT_SIZE;
    // SAFETY: room for an `int`, and its size.
    let done = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            level,
            name,
            (&raw mut value).cast(),
            &raw mut len,
        )
    };
    if done < 0 { Err(last()) } else { Ok(value) }
}

/// Set such an option.
pub(crate) fn set_option(
    socket: BorrowedFd<'_>,
    level: i32,
    name: i32,
    to: i32,
) -> Result<(), Errno> {
    // SAFETY: an `int`, and its size.
    let done = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            name,
            (&raw const to).cast(),
            INT_SIZE,
        )
    };
    if done < 0 { Err(last()) } else { Ok(()) }
}

/// Fill the span with random bytes.
pub(crate) fn random(into: Span<'_>) -> Result<(), Errno> {
    let mut filled = 0;
    while filled < into.len() {
        let rest = into.part(filled, into.len());
        // A signal can cut a request of more than 256 bytes short (getrandom(2)), and so does Linux at 32 MiB.
        // SAFETY: a part of a span is a checked range of lent memory.
        let part = unsafe { libc::getrandom(rest.as_ptr().cast(), rest.len(), 0) };
        filled += usize::try_from(part).map_err(|_| last())?;
    }
    Ok(())
}

/// A message of these spans, without a name and without control data.
fn header(spans: &[Span<'_>]) -> libc::msghdr {
    // SAFETY: numbers and pointers; all zeros is a message of nothing.
    let mut header: libc::msghdr = unsafe { MaybeUninit::zeroed().assume_init() };
    // The system only reads the array: that it is not `const` is C's history.
    header.msg_iov = spans.as_ptr().cast_mut().cast();
    header.msg_iovlen = spans.len();
    header
}

/// An address of whichever family the core knows. A path that the core would not have taken is none, and so is one that
/// only this process can follow.
fn address(any: SocketAddrAny) -> Result<Address, Errno> {
    if any.address_family() != AddressFamily::UNIX {
        return internet(any).map(Address::Inet);
    }
    let unix = SocketAddrUnix::try_from(any).map_err(from_rustix)?;
    let path = unix
        .path()
        .and_then(|path| path.to_str().ok()?.parse().ok());
    let path = path.filter(|path: &UnixPath| !unix::is_through_descriptor(path.as_str()));
    Ok(path.map_or(Address::Unnamed, Address::Unix))
}

/// An address of IP.
fn internet(any: SocketAddrAny) -> Result<SocketAddr, Errno> {
    any.try_into().map_err(from_rustix)
}

/// How many bytes a call moved; below zero it failed.
#[inline]
fn count(moved: libc::c_long) -> Result<usize, Errno> {
    usize::try_from(moved).map_err(|_| last())
}

/// As many as the system lets wait by default (`net.core.somaxconn`, listen(2)).
const BACKLOG: i32 = 4096;

#[expect(clippy::cast_possible_truncation, reason = "128 bytes")]
const NAME_SIZE: SocketAddrLen = size_of::<SocketAddrStorage>() as SocketAddrLen;

#[expect(clippy::cast_possible_truncation, reason = "4 bytes")]
const INT_SIZE: libc::socklen_t = size_of::<libc::c_int>() as libc::socklen_t;

// A slice of spans is given to the system as an array of `struct iovec`: pointer, then length. `Span` is `repr(C)`, and
// a test below says that its fields stand in this order.
const _: () = assert!(size_of::<Span<'_>>() == size_of::<libc::iovec>());
const _: () = assert!(align_of::<Span<'_>>() == align_of::<libc::iovec>());
const _: () = assert!(std::mem::offset_of!(libc::iovec, iov_base) == 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_laid_out_as_the_system_s_iovec() {
        let mut bytes = *b"abc";
        let at = bytes.as_mut_ptr();
        let spans = [Span::of(&mut bytes)];
        let header = header(&spans);
        // SAFETY: one span, of the size and alignment of an iovec.
        let first = unsafe { header.msg_iov.read() };
        assert_eq!((first.iov_base, first.iov_len), (at.cast(), 3));
        assert_eq!(header.msg_iovlen, 1);
    }

    #[test]
    fn random_bytes_fill_a_large_span_to_its_end() {
        let mut bytes = vec![0; 1 << 20];
        random(Span::of(&mut bytes)).unwrap();
        let zeros = bytes.iter().filter(|&&byte| byte == 0).count();
        assert!(zeros < 8192, "{zeros} of 2^20 bytes are zero");
        assert!(bytes[bytes.len() - 16..].iter().any(|&byte| byte != 0));
    }
}
