//! The imports, each behind a safe function: the only unsafe code of the crate.
//!
//! Types and layouts are those of `iwasm_abi`. A function that WAMR lacks stands on its own, so that the linker leaves it
//! out of programs that do not call it, and these run on WAMR as well.
#![allow(
    unsafe_code,
    reason = "imports are called, and descriptors taken over by number"
)]

mod options;

use std::ffi::CStr;
use std::io;
use std::mem::offset_of;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use iwasm_abi::wamr::{addr, addr_info, addr_info_hints, addr_ip, family, sock_type};
use iwasm_abi::{p1, wasmedge};

pub(crate) use options::*;

use crate::{TcpListener, TcpStream, UdpSocket};

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn sock_open(pool: i32, family: i32, kind: i32, fd: *mut RawFd) -> i32;
    fn sock_bind(fd: RawFd, addr: *const Addr) -> i32;
    safe fn sock_listen(fd: RawFd, backlog: i32) -> i32;
    fn sock_accept(fd: RawFd, flags: i32, accepted: *mut RawFd) -> i32;
    fn sock_connect(fd: RawFd, addr: *const Addr) -> i32;
    safe fn sock_shutdown(fd: RawFd, how: i32) -> i32;
    fn sock_addr_local(fd: RawFd, addr: *mut Addr) -> i32;
    fn sock_addr_remote(fd: RawFd, addr: *mut Addr) -> i32;
    fn sock_recv(
        fd: RawFd,
        parts: *const Part,
        count: usize,
        flags: i32,
        size: *mut usize,
        told: *mut u16,
    ) -> i32;
    fn sock_send(fd: RawFd, parts: *const Part, count: usize, flags: i32, size: *mut usize) -> i32;
    fn sock_recv_from(
        fd: RawFd,
        parts: *const Part,
        count: usize,
        flags: i32,
        from: *mut Addr,
        size: *mut usize,
    ) -> i32;
    fn sock_send_to(
        fd: RawFd,
        parts: *const Part,
        count: usize,
        flags: i32,
        to: *const Addr,
        size: *mut usize,
    ) -> i32;
    fn sock_addr_resolve(
        host: *const std::ffi::c_char,
        service: *const std::ffi::c_char,
        hints: *const Hints,
        found: *mut Info,
        capacity: usize,
        total: *mut usize,
    ) -> i32;
    fn fd_fdstat_get(fd: RawFd, stat: *mut Stat) -> i32;
    safe fn fd_fdstat_set_flags(fd: RawFd, flags: i32) -> i32;
    fn poll_oneoff(
        wanted: *const Subscription,
        found: *mut Event,
        count: usize,
        total: *mut usize,
    ) -> i32;
    // WasmEdge's: WAMR has nothing that tells the error of a socket.
    fn sock_getsockopt(fd: RawFd, level: u32, name: u32, value: *mut i32, size: *mut usize) -> i32;
}

/// A part of a message, in the place of an `iovec`. Receiving writes to it, so it is made of what may be written.
#[repr(C)]
#[derive(Clone, Copy)]
struct Part {
    pointer: *mut u8,
    length: usize,
}

const _: () = {
    assert!(size_of::<Part>() == p1::iovec::SIZE);
    assert!(offset_of!(Part, pointer) == p1::iovec::POINTER.start);
    assert!(offset_of!(Part, length) == p1::iovec::LENGTH.start);
};

/// How many parts one call takes: more are left for the next, as a short count tells.
const PARTS: usize = 16;

const NO_PART: Part = Part {
    pointer: std::ptr::null_mut(),
    length: 0,
};

#[repr(C, align(4))]
struct Addr([u8; addr::SIZE]);

#[repr(C, align(4))]
struct AddrIp([u8; addr_ip::SIZE]);

#[repr(C, align(4))]
struct Hints([u8; addr_info_hints::SIZE]);

/// One result of a lookup, as it lies in memory.
#[repr(C, align(4))]
#[derive(Clone, Copy)]
pub(crate) struct Info([u8; addr_info::SIZE]);

#[repr(C, align(8))]
struct Stat([u8; p1::fdstat::SIZE]);

/// What to wait for, as it lies in memory.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub(crate) struct Subscription(pub(crate) [u8; p1::subscription::SIZE]);

/// What came to pass, as it lies in memory.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub(crate) struct Event(pub(crate) [u8; p1::event::SIZE]);

const _: () = {
    assert!(size_of::<Info>() == addr_info::SIZE);
    assert!(size_of::<Subscription>() == p1::subscription::SIZE);
    assert!(size_of::<Event>() == p1::event::SIZE);
};

/// Makes a socket of the address's family; `kind` is a [`sock_type`].
pub(crate) fn open(addr: &SocketAddr, kind: i32) -> io::Result<OwnedFd> {
    let family = match addr {
        SocketAddr::V4(_) => family::INET4,
        SocketAddr::V6(_) => family::INET6,
    };
    // SAFETY: `fd` outlives the call.
    let fd = told(|fd| unsafe { sock_open(-1, family, kind, fd) })?;
    // SAFETY: the host opened it for this call, and nobody else knows its number.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

pub(crate) fn bind(fd: BorrowedFd<'_>, addr: &SocketAddr) -> io::Result<()> {
    let addr = Addr(addr::emit(addr).0);
    // SAFETY: `addr` outlives the call.
    done(unsafe { sock_bind(fd.as_raw_fd(), &raw const addr) })
}

pub(crate) fn listen(fd: BorrowedFd<'_>, backlog: i32) -> io::Result<()> {
    done(sock_listen(fd.as_raw_fd(), backlog))
}

pub(crate) fn accept(fd: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // SAFETY: `accepted` outlives the call.
    let accepted = told(|accepted| unsafe { sock_accept(fd.as_raw_fd(), 0, accepted) })?;
    // SAFETY: the host opened it for this call, and nobody else knows its number.
    Ok(unsafe { OwnedFd::from_raw_fd(accepted) })
}

pub(crate) fn connect(fd: BorrowedFd<'_>, addr: &SocketAddr) -> io::Result<()> {
    let addr = Addr(addr::emit(addr).0);
    // SAFETY: `addr` outlives the call.
    done(unsafe { sock_connect(fd.as_raw_fd(), &raw const addr) })
}

/// Ends what `how` says: [`sdflags`](p1::sdflags).
pub(crate) fn shutdown(fd: BorrowedFd<'_>, how: u8) -> io::Result<()> {
    done(sock_shutdown(fd.as_raw_fd(), how.into()))
}

pub(crate) fn local_addr(fd: BorrowedFd<'_>) -> io::Result<SocketAddr> {
    let mut addr = Addr([0; addr::SIZE]);
    // SAFETY: `addr` has the size and the alignment of what is written, and outlives the call.
    done(unsafe { sock_addr_local(fd.as_raw_fd(), &raw mut addr) })?;
    endpoint(&addr.0)
}

pub(crate) fn peer_addr(fd: BorrowedFd<'_>) -> io::Result<SocketAddr> {
    let mut addr = Addr([0; addr::SIZE]);
    // SAFETY: `addr` has the size and the alignment of what is written, and outlives the call.
    done(unsafe { sock_addr_remote(fd.as_raw_fd(), &raw mut addr) })?;
    endpoint(&addr.0)
}

/// Receives into the buffers; `flags` are [`riflags`](p1::riflags).
pub(crate) fn recv(
    fd: BorrowedFd<'_>,
    buffers: &mut [io::IoSliceMut<'_>],
    flags: u16,
) -> io::Result<usize> {
    let (parts, count) = written(buffers);
    let mut ended = 0;
    told(|size| {
        // SAFETY: `count` parts are set, each names a buffer that is ours to write, and all outlive the call.
        unsafe {
            sock_recv(
                fd.as_raw_fd(),
                parts.as_ptr(),
                count,
                flags.into(),
                size,
                &raw mut ended,
            )
        }
    })
}

pub(crate) fn recv_from(
    fd: BorrowedFd<'_>,
    buffer: &mut [u8],
    flags: u16,
) -> io::Result<(usize, SocketAddr)> {
    let (parts, count) = written(&mut [io::IoSliceMut::new(buffer)]);
    let mut from = Addr([0; addr::SIZE]);
    let size = told(|size| {
        // SAFETY: the part names a buffer that is ours to write, `from` has the size and the alignment of what is
        // written, and all outlive the call.
        unsafe {
            sock_recv_from(
                fd.as_raw_fd(),
                parts.as_ptr(),
                count,
                flags.into(),
                &raw mut from,
                size,
            )
        }
    })?;
    Ok((size, endpoint(&from.0)?))
}

pub(crate) fn send(fd: BorrowedFd<'_>, buffers: &[io::IoSlice<'_>]) -> io::Result<usize> {
    let (parts, count) = read(buffers);
    told(|size| {
        // SAFETY: `count` parts are set, each names a buffer that sending only reads, and all outlive the call.
        unsafe { sock_send(fd.as_raw_fd(), parts.as_ptr(), count, 0, size) }
    })
}

pub(crate) fn send_to(fd: BorrowedFd<'_>, buffer: &[u8], to: &SocketAddr) -> io::Result<usize> {
    let (parts, count) = read(&[io::IoSlice::new(buffer)]);
    let to = Addr(addr::emit(to).0);
    told(|size| {
        // SAFETY: the part names a buffer that sending only reads, and all outlive the call.
        unsafe {
            sock_send_to(
                fd.as_raw_fd(),
                parts.as_ptr(),
                count,
                0,
                &raw const to,
                size,
            )
        }
    })
}

/// The addresses of a name, with no port; the number of all that there are, of which as many as fit are in `found`.
pub(crate) fn resolve(host: &CStr, found: &mut [Info]) -> io::Result<usize> {
    let mut hints = Hints([0; addr_info_hints::SIZE]);
    hints.0[addr_info_hints::TYPE].copy_from_slice(&sock_type::STREAM.to_le_bytes());
    hints.0[addr_info_hints::FAMILY].copy_from_slice(&family::UNSPEC.to_le_bytes());
    hints.0[addr_info_hints::ENABLED].fill(1);
    told(|total| {
        // SAFETY: both texts end with NUL, `found` has the room that is told, and all outlive the call.
        unsafe {
            sock_addr_resolve(
                host.as_ptr(),
                c"".as_ptr(),
                &raw const hints,
                found.as_mut_ptr(),
                found.len(),
                total,
            )
        }
    })
}

impl Info {
    pub(crate) const EMPTY: Self = Self([0; addr_info::SIZE]);

    pub(crate) fn ip(&self) -> io::Result<IpAddr> {
        let (addr, _) = self
            .0
            .split_first_chunk()
            .expect("an endpoint begins a result");
        endpoint(addr).map(|addr| addr.ip())
    }
}

/// The descriptor's [`fdflags`](p1::fdflags).
pub(crate) fn flags(fd: BorrowedFd<'_>) -> io::Result<u16> {
    let mut stat = Stat([0; p1::fdstat::SIZE]);
    // SAFETY: `stat` has the size and the alignment of what is written, and outlives the call.
    done(unsafe { fd_fdstat_get(fd.as_raw_fd(), &raw mut stat) })?;
    let flags = stat.0[p1::fdstat::FLAGS].try_into();
    Ok(u16::from_le_bytes(flags.expect("flags have two bytes")))
}

/// Sets all [`fdflags`](p1::fdflags) of the descriptor.
pub(crate) fn set_flags(fd: BorrowedFd<'_>, flags: u16) -> io::Result<()> {
    done(fd_fdstat_set_flags(fd.as_raw_fd(), flags.into()))
}

/// Waits for one of what is wanted; returns how many of `found` are set. They are as many as `wanted`.
pub(crate) fn wait(wanted: &[Subscription], found: &mut [Event]) -> io::Result<usize> {
    assert_eq!(wanted.len(), found.len(), "each can come to pass");
    // SAFETY: both have as many places as is told, and outlive the call.
    told(|total| unsafe { poll_oneoff(wanted.as_ptr(), found.as_mut_ptr(), wanted.len(), total) })
}

/// Takes the error that waits off the socket. Through WasmEdge's import: see the module.
pub(crate) fn take_error(fd: BorrowedFd<'_>) -> io::Result<Option<io::Error>> {
    let mut size = size_of::<i32>();
    // SAFETY: the value has the size that is told, and both outlive the call.
    let number = told(|value| unsafe {
        sock_getsockopt(
            fd.as_raw_fd(),
            wasmedge::level::SOCKET,
            wasmedge::option::ERROR,
            value,
            &raw mut size,
        )
    })?;
    Ok((number != 0).then(|| io::Error::from_raw_os_error(number)))
}

fn written(buffers: &mut [io::IoSliceMut<'_>]) -> ([Part; PARTS], usize) {
    let mut parts = [NO_PART; PARTS];
    for (part, buffer) in parts.iter_mut().zip(&mut *buffers) {
        *part = Part {
            pointer: buffer.as_mut_ptr(),
            length: buffer.len(),
        };
    }
    (parts, buffers.len().min(PARTS))
}

fn read(buffers: &[io::IoSlice<'_>]) -> ([Part; PARTS], usize) {
    let mut parts = [NO_PART; PARTS];
    for (part, buffer) in parts.iter_mut().zip(buffers) {
        *part = Part {
            pointer: buffer.as_ptr().cast_mut(),
            length: buffer.len(),
        };
    }
    (parts, buffers.len().min(PARTS))
}

fn endpoint(bytes: &[u8; addr::SIZE]) -> io::Result<SocketAddr> {
    addr::parse(bytes).ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidData,
            "the host told an address of a kind that is not known",
        )
    })
}

/// What a call wrote.
fn told<T: Default>(call: impl FnOnce(*mut T) -> i32) -> io::Result<T> {
    let mut value = T::default();
    done(call(&raw mut value))?;
    Ok(value)
}

fn done(errno: i32) -> io::Result<()> {
    match errno {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(errno)),
    }
}

macro_rules! taken_over {
    ($($socket:ident),*) => {$(
        impl FromRawFd for $socket {
            unsafe fn from_raw_fd(fd: RawFd) -> Self {
                // SAFETY: the caller vouches that the descriptor is open and that nobody else owns it.
                Self::from(unsafe { OwnedFd::from_raw_fd(fd) })
            }
        }
    )*};
}

taken_over!(TcpListener, TcpStream, UdpSocket);
