//! Sockets shaped like `std::net`, for guests that are compiled for WASIp1, whose own `std::net` makes none.
//!
//! There, the calls are imports that `iwasm` has, WAMR's as far as they go. On every other target the types *are*
//! those of `std::net`, so that one source builds for both; only [`poll()`] is the crate's own everywhere.
//!
//! ```
//! use std::io::{Read, Write};
//! use iwasm_socket::{TcpListener, TcpStream};
//!
//! # fn main() -> std::io::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let mut client = TcpStream::connect(listener.local_addr()?)?;
//! client.write_all(b"hello")?;
//! drop(client);
//!
//! let (mut server, _) = listener.accept()?;
//! let mut heard = String::new();
//! server.read_to_string(&mut heard)?;
//! assert_eq!(heard, "hello");
//! # Ok(())
//! # }
//! ```

#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod ffi;
#[cfg(all(target_os = "wasi", target_env = "p1"))]
mod p1;
mod poll;

#[cfg(all(target_os = "wasi", target_env = "p1"))]
pub use p1::{Incoming, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
#[cfg(not(all(target_os = "wasi", target_env = "p1")))]
pub use std::net::{Incoming, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

pub use poll::{Interest, PollFd, poll};
pub use std::net::{
    AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, SocketAddr, SocketAddrV4, SocketAddrV6,
};
