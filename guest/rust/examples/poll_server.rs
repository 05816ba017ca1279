//! `poll_server ADDRESS CLIENTS`: an echo server that serves all its clients at once, on one thread.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use iwasm_socket::{Interest, PollFd, TcpListener, TcpStream, poll};

const SOON: Duration = Duration::from_secs(20);

/// A client, and what it has yet to hear.
struct Client {
    stream: TcpStream,
    unsent: Vec<u8>,
    ended: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let [address, clients] = &words[..] else {
        return Err("usage: poll_server ADDRESS CLIENTS".into());
    };
    let listener = TcpListener::bind(address.as_str())?;
    listener.set_nonblocking(true)?;
    println!("listening on {}", listener.local_addr()?);
    let mut left: usize = clients.parse()?;
    let mut clients = Vec::new();
    while left > 0 {
        let ready = wait(&listener, &clients)?;
        for (client, ready) in clients.iter_mut().zip(ready) {
            if ready {
                serve(client)?;
            }
        }
        let before = clients.len();
        clients.retain(|client| !(client.ended && client.unsent.is_empty()));
        left -= before - clients.len();
        welcome(&listener, &mut clients)?;
    }
    println!("every client was served");
    Ok(())
}

/// Which of the clients are ready. A new one ends the wait as well.
fn wait(listener: &TcpListener, clients: &[Client]) -> io::Result<Vec<bool>> {
    let mut polled = vec![PollFd::new(listener, Interest::Readable)];
    polled.extend(clients.iter().map(|client| {
        let interest = match client.unsent.is_empty() {
            true => Interest::Readable,
            false => Interest::Writable,
        };
        PollFd::new(&client.stream, interest)
    }));
    if poll(&mut polled, Some(SOON))? == 0 {
        return Err(ErrorKind::TimedOut.into());
    }
    Ok(polled.iter().skip(1).map(PollFd::is_ready).collect())
}

fn welcome(listener: &TcpListener, clients: &mut Vec<Client>) -> io::Result<()> {
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(true)?;
                clients.push(Client {
                    stream,
                    unsent: Vec::new(),
                    ended: false,
                });
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Sends what is unsent; reads more when there is nothing.
fn serve(client: &mut Client) -> io::Result<()> {
    if client.unsent.is_empty() {
        let mut buffer = [0; 4096];
        let size = client.stream.read(&mut buffer)?;
        client.ended = size == 0;
        client.unsent.extend_from_slice(&buffer[..size]);
        return Ok(());
    }
    let size = client.stream.write(&client.unsent)?;
    client.unsent.drain(..size);
    Ok(())
}
