//! `echo_client ADDRESS MESSAGE`: says it to an echo server, and shows what comes back.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::{BufReader, Read, Write};
use std::time::Duration;

use iwasm_socket::{Shutdown, TcpStream};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let [address, message] = &words[..] else {
        return Err("usage: echo_client ADDRESS MESSAGE".into());
    };
    let mut stream = TcpStream::connect(address.as_str())?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    // One half reads, buffered, while the other writes.
    let mut reader = BufReader::new(stream.try_clone()?);
    stream.write_all(message.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    let mut heard = String::new();
    reader.read_to_string(&mut heard)?;
    println!("heard `{heard}`");
    Ok(())
}
