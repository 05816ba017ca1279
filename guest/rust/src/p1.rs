//! The sockets of WASIp1: the types of `std::net` again, on the imports of `ffi`.

mod lookup;
mod socket;
mod tcp;
mod udp;
mod wait;

pub use lookup::ToSocketAddrs;
pub use tcp::{Incoming, TcpListener, TcpStream};
pub use udp::UdpSocket;
pub(crate) use wait::wait;
