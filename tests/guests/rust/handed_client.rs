//! `handed_client MESSAGE...`: sends each message over the connection that was handed in as descriptor 3, and prints the
//! answer. A stream or a datagram socket: a file of std reads and writes both.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;
use std::{env, str};

fn main() -> io::Result<()> {
    // SAFETY: descriptor 3 is the connection, and nothing else in here has it.
    let mut peer = unsafe { File::from_raw_fd(3) };
    for message in env::args().skip(1) {
        peer.write_all(message.as_bytes())?;
        let mut buffer = [0; 4096];
        let len = peer.read(&mut buffer)?;
        println!("{}", str::from_utf8(&buffer[..len]).unwrap_or("?"));
    }
    Ok(())
}
