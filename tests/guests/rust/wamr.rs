//! The few of WAMR's socket imports that the threaded guests use, as safe calls.

#![allow(dead_code, reason = "each guest uses some of it")]

use std::ffi::CString;
use std::net::SocketAddr;

/// A descriptor of the guest.
pub type Fd = i32;

/// The number of an error, as WASI has it.
pub type Errno = u32;

/// The socket would block.
pub const AGAIN: Errno = 6;

#[repr(C)]
#[derive(Clone, Copy)]
struct Iovec {
    data: *mut u8,
    len: usize,
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn sock_open(pool: i32, family: u32, kind: u32, fd: *mut Fd) -> Errno;
    fn sock_bind(fd: Fd, addr: *const [u8; 24]) -> Errno;
    fn sock_listen(fd: Fd, backlog: u32) -> Errno;
    fn sock_accept(fd: Fd, flags: u32, accepted: *mut Fd) -> Errno;
    fn sock_connect(fd: Fd, addr: *const [u8; 24]) -> Errno;
    fn sock_addr_local(fd: Fd, addr: *mut [u8; 24]) -> Errno;
    fn sock_recv(
        fd: Fd,
        iov: *const Iovec,
        n: u32,
        flags: u32,
        len: *mut u32,
        out: *mut u16,
    ) -> Errno;
    fn sock_recv_from(
        fd: Fd,
        iov: *const Iovec,
        n: u32,
        flags: u32,
        addr: *mut [u8; 24],
        len: *mut u32,
    ) -> Errno;
    fn sock_send(fd: Fd, iov: *const Iovec, n: u32, flags: u32, len: *mut u32) -> Errno;
    fn sock_addr_resolve(
        host: *const u8,
        service: *const u8,
        hints: *const [u8; 12],
        infos: *mut [u8; 28],
        capacity: u32,
        total: *mut u32,
    ) -> Errno;
    fn fd_close(fd: Fd) -> Errno;
    fn fd_read(fd: Fd, iov: *const Iovec, n: u32, len: *mut u32) -> Errno;
    fn fd_write(fd: Fd, iov: *const Iovec, n: u32, len: *mut u32) -> Errno;
    fn fd_fdstat_set_flags(fd: Fd, flags: u32) -> Errno;
    fn poll_oneoff(subs: *const [u8; 48], events: *mut [u8; 32], n: u32, count: *mut u32) -> Errno;
}

fn result<T>(code: Errno, value: T) -> Result<T, Errno> {
    if code == 0 { Ok(value) } else { Err(code) }
}

fn encode(addr: SocketAddr) -> [u8; 24] {
    let mut out = [0; 24];
    match addr {
        SocketAddr::V4(v4) => {
            out[4..8].copy_from_slice(&v4.ip().octets());
            out[8..10].copy_from_slice(&v4.port().to_le_bytes());
        }
        SocketAddr::V6(v6) => {
            out[0] = 1;
            for (to, group) in out[4..20].chunks_mut(2).zip(v6.ip().segments()) {
                to.copy_from_slice(&group.to_le_bytes());
            }
            out[20..22].copy_from_slice(&v6.port().to_le_bytes());
        }
    }
    out
}

fn decode(raw: &[u8; 24]) -> SocketAddr {
    let word = |at: usize| u16::from_le_bytes([raw[at], raw[at + 1]]);
    if raw[0] == 0 {
        SocketAddr::from(([raw[4], raw[5], raw[6], raw[7]], word(8)))
    } else {
        let mut groups = [0; 8];
        for (i, group) in groups.iter_mut().enumerate() {
            *group = word(4 + 2 * i);
        }
        SocketAddr::from((groups, word(20)))
    }
}

/// A stream socket of the address's family.
pub fn stream_for(addr: SocketAddr) -> Result<Fd, Errno> {
    let mut fd = -1;
    let code = unsafe { sock_open(-1, u32::from(addr.is_ipv6()), 1, &mut fd) };
    result(code, fd)
}

/// A datagram socket bound to `addr`.
pub fn datagrams_at(addr: SocketAddr) -> Result<Fd, Errno> {
    let mut fd = -1;
    let code = unsafe { sock_open(-1, u32::from(addr.is_ipv6()), 0, &mut fd) };
    result(code, ())?;
    result(unsafe { sock_bind(fd, &encode(addr)) }, fd)
}

/// A listener at `addr`, and where it really listens.
pub fn listen(addr: SocketAddr, backlog: u32) -> Result<(Fd, SocketAddr), Errno> {
    let fd = stream_for(addr)?;
    result(unsafe { sock_bind(fd, &encode(addr)) }, ())?;
    result(unsafe { sock_listen(fd, backlog) }, ())?;
    Ok((fd, local(fd)?))
}

/// Where a socket is bound.
pub fn local(fd: Fd) -> Result<SocketAddr, Errno> {
    let mut raw = [0; 24];
    let code = unsafe { sock_addr_local(fd, &mut raw) };
    result(code, ())?;
    Ok(decode(&raw))
}

/// Waits for a connection.
pub fn accept(listener: Fd) -> Result<Fd, Errno> {
    let mut fd = -1;
    let code = unsafe { sock_accept(listener, 0, &mut fd) };
    result(code, fd)
}

/// Connects a socket.
pub fn connect(fd: Fd, addr: SocketAddr) -> Result<(), Errno> {
    result(unsafe { sock_connect(fd, &encode(addr)) }, ())
}

/// Receives into `buffer`; 0 at the end of the stream.
pub fn recv(fd: Fd, buffer: &mut [u8]) -> Result<usize, Errno> {
    let iov = Iovec {
        data: buffer.as_mut_ptr(),
        len: buffer.len(),
    };
    let (mut len, mut flags) = (0, 0);
    let code = unsafe { sock_recv(fd, &iov, 1, 0, &mut len, &mut flags) };
    result(code, len as usize)
}

/// Receives one datagram, and says who sent it.
pub fn recv_from(fd: Fd, buffer: &mut [u8]) -> Result<(usize, SocketAddr), Errno> {
    let iov = Iovec {
        data: buffer.as_mut_ptr(),
        len: buffer.len(),
    };
    let mut raw = [0; 24];
    let mut len = 0;
    let code = unsafe { sock_recv_from(fd, &iov, 1, 0, &mut raw, &mut len) };
    result(code, ())?;
    Ok((len as usize, decode(&raw)))
}

/// Sends some of `buffer`.
pub fn send(fd: Fd, buffer: &[u8]) -> Result<usize, Errno> {
    let iov = Iovec {
        data: buffer.as_ptr().cast_mut(),
        len: buffer.len(),
    };
    let mut len = 0;
    let code = unsafe { sock_send(fd, &iov, 1, 0, &mut len) };
    result(code, len as usize)
}

/// Reads from any descriptor.
pub fn read(fd: Fd, buffer: &mut [u8]) -> Result<usize, Errno> {
    let iov = Iovec {
        data: buffer.as_mut_ptr(),
        len: buffer.len(),
    };
    let mut len = 0;
    let code = unsafe { fd_read(fd, &iov, 1, &mut len) };
    result(code, len as usize)
}

/// Writes to any descriptor.
pub fn write(fd: Fd, buffer: &[u8]) -> Result<usize, Errno> {
    let iov = Iovec {
        data: buffer.as_ptr().cast_mut(),
        len: buffer.len(),
    };
    let mut len = 0;
    let code = unsafe { fd_write(fd, &iov, 1, &mut len) };
    result(code, len as usize)
}

/// Closes a descriptor.
pub fn close(fd: Fd) {
    // A test guest has nothing to do about an error here.
    let _ = unsafe { fd_close(fd) };
}

/// Switches waiting off or on.
pub fn set_nonblocking(fd: Fd, on: bool) -> Result<(), Errno> {
    result(
        unsafe { fd_fdstat_set_flags(fd, if on { 4 } else { 0 }) },
        (),
    )
}

/// How many stream addresses a name has.
pub fn resolve(name: &str) -> Result<u32, Errno> {
    let name = CString::new(name).expect("an argument holds no NUL");
    let mut hints = [0; 12];
    hints[0] = 1; // stream
    hints[4] = 2; // any family
    hints[8] = 1; // these hints count
    let mut infos = [[0; 28]; 16];
    let mut total = 0;
    let code = unsafe {
        sock_addr_resolve(
            name.as_ptr().cast(),
            c"".as_ptr().cast(),
            &hints,
            infos.as_mut_ptr(),
            16,
            &mut total,
        )
    };
    result(code, total)
}

/// Waits, however long it takes, until a descriptor is readable.
pub fn poll_readable(fd: Fd) -> Result<(), Errno> {
    let mut subscription = [0; 48];
    subscription[8] = 1; // fd_read
    subscription[16..20].copy_from_slice(&fd.to_le_bytes());
    let mut event = [0; 32];
    let mut count = 0;
    result(
        unsafe { poll_oneoff(&subscription, &mut event, 1, &mut count) },
        (),
    )
}
