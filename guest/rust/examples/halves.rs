//! `halves`: a thread reads what the other writes at the same time, each with a clone of the stream. On WASIp1 that needs
//! the target with threads.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::{self, Read, Write};
use std::thread;

use iwasm_socket::{Ipv4Addr, Shutdown, TcpListener, TcpStream};

/// More than a socket takes at once: whoever wrote it all before reading would wait for ever.
const MUCH: usize = 16 * 1024 * 1024;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let echo = thread::Builder::new().spawn(move || echo(&listener))?;

    let mut stream = TcpStream::connect(address)?;
    let mut clone = stream.try_clone()?;
    let reader = thread::Builder::new().spawn(move || {
        let mut heard = Vec::new();
        clone.read_to_end(&mut heard).map(|_| heard)
    })?;
    let said: Vec<u8> = (0..=u8::MAX).cycle().take(MUCH).collect();
    stream.write_all(&said)?;
    stream.shutdown(Shutdown::Write)?;

    let heard = reader.join().expect("the reader does not panic")?;
    println!("{} bytes came back: {}", heard.len(), heard == said);
    let echoed = echo.join().expect("the echo does not panic")?;
    println!("{echoed} bytes were echoed");
    Ok(())
}

fn echo(listener: &TcpListener) -> io::Result<u64> {
    let (stream, _) = listener.accept()?;
    io::copy(&mut &stream, &mut &stream)
}
