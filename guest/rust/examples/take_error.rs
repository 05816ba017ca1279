//! `take_error`: an error that waits on a socket, which nobody was told yet.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io;
use std::time::Duration;

use iwasm_socket::{Interest, Ipv4Addr, PollFd, UdpSocket, poll};

fn main() -> io::Result<()> {
    let gone = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("at first: {:?}", socket.take_error()?.map(|e| e.kind()));

    socket.connect(gone)?;
    socket.send(b"is anybody there?")?;
    let mut polled = [PollFd::new(&socket, Interest::Readable)];
    poll(&mut polled, Some(Duration::from_secs(20)))?;
    println!("refused: {:?}", socket.take_error()?.map(|e| e.kind()));
    println!("taken off: {:?}", socket.take_error()?.map(|e| e.kind()));
    Ok(())
}
