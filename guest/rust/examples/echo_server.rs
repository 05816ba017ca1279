//! `echo_server ADDRESS CLIENTS`: sends back what each client says, one client after the other.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::{Read, Write};

use iwasm_socket::TcpListener;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let [address, clients] = &words[..] else {
        return Err("usage: echo_server ADDRESS CLIENTS".into());
    };
    let listener = TcpListener::bind(address.as_str())?;
    println!("listening on {}", listener.local_addr()?);
    for stream in listener.incoming().take(clients.parse()?) {
        let mut stream = stream?;
        let mut said = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let size = stream.read(&mut buffer)?;
            if size == 0 {
                break;
            }
            stream.write_all(&buffer[..size])?;
            said.extend_from_slice(&buffer[..size]);
        }
        println!("a client said `{}`", String::from_utf8_lossy(&said));
    }
    Ok(())
}
