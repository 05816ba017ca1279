//! `timeouts`: what waits, how long, and what a wait that ends is told as.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::{self, Read};
use std::time::{Duration, Instant};

use iwasm_socket::{Interest, Ipv4Addr, PollFd, TcpListener, TcpStream, UdpSocket, poll};

const SHORT: Duration = Duration::from_millis(40);
const LONG: Duration = Duration::from_secs(20);

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let mut stream = TcpStream::connect_timeout(&address, LONG)?;
    println!("connected in time");

    stream.set_read_timeout(Some(SHORT))?;
    println!("reads wait for {:?}", stream.read_timeout()?);
    shown("a read", || stream.read(&mut [0]));

    stream.set_nonblocking(true)?;
    shown("a read that does not wait", || stream.read(&mut [0]));

    listener.set_nonblocking(true)?;
    listener.accept()?;
    shown("an accept that does not wait", || listener.accept());

    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(SHORT))?;
    shown("a receive", || socket.recv_from(&mut [0]));
    let mut polled = [PollFd::new(&socket, Interest::Readable)];
    let began = Instant::now();
    println!("a poll finds {}", poll(&mut polled, Some(SHORT))?);
    println!("and waits: {}", began.elapsed() >= SHORT);

    shown("a timeout of 0", || {
        stream.set_read_timeout(Some(Duration::ZERO))
    });
    drop(listener);
    shown("connecting to nobody", || {
        TcpStream::connect_timeout(&address, LONG)
    });
    Ok(())
}

fn shown<T>(what: &str, does: impl FnOnce() -> io::Result<T>) {
    match does() {
        Ok(_) => println!("{what}: done"),
        Err(error) => println!("{what}: {:?}", error.kind()),
    }
}
