//! A web server of one page, for clients of others.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::Result;

/// What every answer says.
pub(super) const PAGE: &str = "a page for a guest";

/// A client that says nothing for so long is given up.
const SOON: Duration = Duration::from_secs(60);

pub(super) struct Web {
    pub(super) port: u16,
    served: JoinHandle<std::io::Result<Vec<String>>>,
}

impl Web {
    /// Serves so many requests on loopback, a connection each.
    pub(super) fn start(requests: usize) -> Result<Self> {
        let listener =
            TcpListener::bind("127.0.0.1:0").map_err(|e| format!("cannot listen: {e}"))?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let served = thread::spawn(move || (0..requests).map(|_| serve(&listener)).collect());
        Ok(Self { port, served })
    }

    /// The requests, when all have been served.
    pub(super) fn asked(self) -> Result<Vec<String>> {
        let served = self.served.join().map_err(|_| "the web server panicked")?;
        served.map_err(|e| format!("the web server: {e}"))
    }
}

fn serve(listener: &TcpListener) -> std::io::Result<String> {
    let (mut client, _) = listener.accept()?;
    client.set_read_timeout(Some(SOON))?;
    let request = request(&mut client)?;
    let length = PAGE.len();
    write!(
        client,
        "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{PAGE}"
    )?;
    Ok(request)
}

/// The head, and as much as it says that there is behind it.
fn request(client: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut room = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && body.len() >= content_length(head)
        {
            return Ok(text.into_owned());
        }
        match client.read(&mut room)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            n => bytes.extend_from_slice(&room[..n]),
        }
    }
}

fn content_length(head: &str) -> usize {
    let says = |line: &str| line.strip_prefix("Content-Length: ")?.trim().parse().ok();
    head.lines().find_map(says).unwrap_or(0)
}
