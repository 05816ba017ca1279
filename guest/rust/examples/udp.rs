//! `udp serve ADDRESS COUNT` sends datagrams back; `udp send ADDRESS MESSAGE` sends one, and shows what comes back.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::time::Duration;

use iwasm_socket::{Ipv4Addr, UdpSocket};

const SOON: Duration = Duration::from_secs(20);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    match &words[..] {
        [what, address, count] if what == "serve" => serve(address, count.parse()?),
        [what, address, message] if what == "send" => send(address, message),
        _ => Err("usage: udp serve ADDRESS COUNT, or udp send ADDRESS MESSAGE".into()),
    }
}

fn serve(address: &str, count: usize) -> Result<(), Box<dyn std::error::Error>> {
    let socket = UdpSocket::bind(address)?;
    socket.set_read_timeout(Some(SOON))?;
    println!("listening on {}", socket.local_addr()?);
    let mut buffer = [0; 1500];
    for _ in 0..count {
        let (size, from) = socket.recv_from(&mut buffer)?;
        socket.send_to(&buffer[..size], from)?;
        println!("a datagram of {size} bytes");
    }
    Ok(())
}

fn send(address: &str, message: &str) -> Result<(), Box<dyn std::error::Error>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(SOON))?;
    socket.connect(address)?;
    socket.send(message.as_bytes())?;
    let mut buffer = [0; 1500];
    let peeked = socket.peek(&mut buffer)?;
    let size = socket.recv(&mut buffer)?;
    let heard = String::from_utf8_lossy(&buffer[..size]);
    println!("heard `{heard}`, after a look at {peeked} bytes");
    Ok(())
}
