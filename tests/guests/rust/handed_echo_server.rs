//! `handed_echo_server [COUNT]`: sends back what comes over the listener that was handed in as descriptor 3.
//!
//! Plain std: nothing in here knows of `iwasm`. Ends after COUNT connections.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::os::fd::FromRawFd;
use std::{env, fs};

fn main() -> io::Result<()> {
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    // SAFETY: descriptor 3 is the listener, and nothing else in here has it.
    let listener = unsafe { TcpListener::from_raw_fd(3) };
    announce()?;
    for _ in 0..count.unwrap_or(usize::MAX) {
        let (mut stream, _) = listener.accept()?;
        let mut buffer = [0; 4096];
        loop {
            let len = stream.read(&mut buffer)?;
            if len == 0 {
                break;
            }
            stream.write_all(&buffer[..len])?;
        }
        stream.shutdown(Shutdown::Write)?;
    }
    Ok(())
}

/// What the guest finds: the variables, and what is in `/data` if that was handed in as well.
fn announce() -> io::Result<()> {
    for name in ["LISTEN_FDS", "LISTEN_FDNAMES"] {
        println!("{name}={}", env::var(name).unwrap_or_default());
    }
    if let Ok(entries) = fs::read_dir("/data") {
        for entry in entries {
            println!("/data/{}", entry?.file_name().display());
        }
    }
    println!("ready");
    io::stdout().flush()
}
