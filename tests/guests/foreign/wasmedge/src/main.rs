//! Sockets through the crate `wasmedge_wasi_socket`. WORD is one of `tcp-server`, `poll-server` and `udp-server` (`IP COUNT`),
//! `tcp-client` and `udp-client` (`IP PORT MESSAGE...`), `lookup` (`NAME`), and `options` (`IP`).
//!
//! It prints ports and no addresses: the crate lets the compiler believe that nobody writes what the host writes, and the
//! addresses that it gives back are 0.0.0.0 with any runtime.

use std::env;
use std::io::{self, Error, ErrorKind, Read, Write};
use std::mem::ManuallyDrop;
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::os::fd::{AsRawFd, FromRawFd};

use wasmedge_wasi_socket::socket::Socket;
use wasmedge_wasi_socket::{TcpListener, TcpStream, UdpSocket, nslookup, poll};

fn main() -> io::Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["tcp-server", ip, count] => tcp_server(address(ip, "0")?, number(count)?),
        ["poll-server", ip, count] => poll_server(address(ip, "0")?, number(count)?),
        ["udp-server", ip, count] => udp_server(address(ip, "0")?, number(count)?),
        ["tcp-client", ip, port, ref messages @ ..] => tcp_client(address(ip, port)?, messages),
        ["udp-client", ip, port, ref messages @ ..] => udp_client(address(ip, port)?, messages),
        ["lookup", name] => lookup(name),
        #[cfg(feature = "options")]
        ["options", ip] => options(address(ip, "0")?),
        _ => Err(invalid()),
    }
}

fn tcp_server(at: SocketAddr, count: usize) -> io::Result<()> {
    let listener = TcpListener::bind(at, false)?;
    println!("at {}", listener.local_addr()?.port());
    for stream in listener.incoming().take(count) {
        let mut stream = stream?;
        println!("peer {}", stream.peer_addr()?.port());
        while echo(&mut stream)? {}
        stream.shutdown(Shutdown::Write)?;
    }
    Ok(())
}

/// Sends back what there is, once. False: the peer has closed.
fn echo(stream: &mut TcpStream) -> io::Result<bool> {
    let mut buffer = [0; 4096];
    let len = stream.read(&mut buffer)?;
    stream.write_all(&buffer[..len])?;
    Ok(len > 0)
}

/// All connections at once, nonblocking: `poll` tells which of them have something to say. Ends when COUNT of them have closed.
fn poll_server(at: SocketAddr, mut count: usize) -> io::Result<()> {
    const LISTENER: u64 = 0;
    let listener = TcpListener::bind(at, true)?;
    println!("at {}", listener.local_addr()?.port());
    // The one at I has the number I + 1.
    let mut streams: Vec<Option<TcpStream>> = Vec::new();
    while count > 0 {
        let mut waiting = vec![poll::Subscription::io(
            LISTENER, &listener, true, false, None,
        )];
        for (stream, number) in streams.iter().zip(1..) {
            if let Some(stream) = stream {
                waiting.push(poll::Subscription::io(number, stream, true, false, None));
            }
        }
        for event in poll::poll(&waiting)? {
            match (event.event_type, event.userdata) {
                (poll::EventType::Error(e), _) => return Err(e),
                (_, LISTENER) => streams.push(Some(listener.accept(true)?.0)),
                (_, number) => {
                    let stream = &mut streams[number as usize - 1];
                    if !stream.as_mut().map_or(Ok(true), echo)? {
                        *stream = None;
                        count -= 1;
                    }
                }
            }
        }
    }
    Ok(())
}

fn tcp_client(to: SocketAddr, messages: &[&str]) -> io::Result<()> {
    let mut stream = TcpStream::connect(to)?;
    println!("local {}", stream.local_addr()?.port());
    for message in messages {
        stream.write_all(message.as_bytes())?;
        let mut answer = vec![0; message.len()];
        stream.read_exact(&mut answer)?;
        println!("{}", String::from_utf8_lossy(&answer));
    }
    stream.shutdown(Shutdown::Both)
}

fn udp_server(at: SocketAddr, count: usize) -> io::Result<()> {
    let socket = UdpSocket::bind(at)?;
    println!("at {}", port(&socket)?);
    for _ in 0..count {
        let mut buffer = [0; 4096];
        let (len, from) = socket.recv_from(&mut buffer)?;
        println!("peer {}", from.port());
        socket.send_to(&buffer[..len], SocketAddr::new(at.ip(), from.port()))?;
    }
    Ok(())
}

fn udp_client(to: SocketAddr, messages: &[&str]) -> io::Result<()> {
    let socket = UdpSocket::bind(SocketAddr::new(to.ip(), 0))?;
    println!("local {}", port(&socket)?);
    for message in messages {
        socket.send_to(message.as_bytes(), to)?;
        let mut buffer = [0; 4096];
        let (len, from) = socket.recv_from(&mut buffer)?;
        println!(
            "{} from {}",
            String::from_utf8_lossy(&buffer[..len]),
            from.port()
        );
    }
    Ok(())
}

/// The crate's own type for datagrams does not tell it.
fn port(socket: &UdpSocket) -> io::Result<u16> {
    // SAFETY: the descriptor is open, and `ManuallyDrop` leaves the closing of it to its owner.
    let socket = ManuallyDrop::new(unsafe { Socket::from_raw_fd(socket.as_raw_fd()) });
    Ok(socket.get_local()?.port())
}

fn lookup(name: &str) -> io::Result<()> {
    for address in nslookup(name, "http")? {
        println!("{address}");
    }
    Ok(())
}

#[cfg(feature = "options")]
fn options(at: SocketAddr) -> io::Result<()> {
    use std::time::Duration;
    use wasmedge_wasi_socket::socket::{AddressFamily, SocketOptLevel, SocketOptName, SocketType};
    let socket = Socket::new(AddressFamily::from(&at), SocketType::Stream)?;
    let set = |name| socket.setsockopt(SocketOptLevel::SolSocket, name, 1i32);
    set(SocketOptName::SoReuseaddr)?;
    set(SocketOptName::SoKeepalive)?;
    socket.set_recv_timeout(Some(Duration::from_millis(1500)))?;
    socket.set_send_timeout(Some(Duration::from_secs(2)))?;
    socket.bind(&at)?;
    println!("type {:?}", socket.r#type()?);
    println!("reuse_address {}", socket.reuse_address()?);
    println!("keepalive {}", socket.keepalive()?);
    println!("broadcast {}", socket.broadcast()?);
    println!("recv_timeout {:?}", socket.get_recv_timeout()?);
    println!("send_timeout {:?}", socket.get_send_timeout()?);
    println!("recv_buffer_size {}", socket.recv_buffer_size()? > 0);
    println!("send_buffer_size {}", socket.send_buffer_size()? > 0);
    println!("is_listener {}", socket.is_listener()?);
    socket.listen(1)?;
    println!("is_listener {}", socket.is_listener()?);
    Ok(())
}

fn address(ip: &str, port: &str) -> io::Result<SocketAddr> {
    let ip: IpAddr = ip.parse().map_err(|_| invalid())?;
    Ok(SocketAddr::new(ip, port.parse().map_err(|_| invalid())?))
}

fn number(text: &str) -> io::Result<usize> {
    text.parse().map_err(|_| invalid())
}

fn invalid() -> Error {
    Error::new(
        ErrorKind::InvalidInput,
        "the first lines of the source say what it takes",
    )
}
