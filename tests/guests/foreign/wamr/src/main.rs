//! Sockets through the crate `wamr_wasi_socket`. WORD is one of `tcp-server`, `poll-server` and `udp-server` (`IP COUNT`),
//! `tcp-client` and `udp-client` (`IP PORT MESSAGE...`), `lookup` (`NAME`), and `options` and `multicast` (`IP`).

use std::env;
use std::io::{self, Error, ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr};
use std::time::Duration;

use wamr_wasi_socket::socket::{AddressFamily, Socket, SocketType};
use wamr_wasi_socket::{TcpListener, TcpStream, UdpSocket, poll, socket};

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
        ["options", ip] => options(address(ip, "0")?),
        ["multicast", ip] => multicast(address(ip, "0")?),
        _ => Err(invalid()),
    }
}

fn tcp_server(at: SocketAddr, count: usize) -> io::Result<()> {
    let listener = TcpListener::bind(at)?;
    println!("at {}", listener.local_addr()?);
    for _ in 0..count {
        let (mut stream, peer) = listener.accept()?;
        println!("peer {peer}");
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

/// All connections at once: `poll` tells which of them have something to say. Ends when COUNT of them have closed.
fn poll_server(at: SocketAddr, mut count: usize) -> io::Result<()> {
    const LISTENER: u64 = 0;
    let listener = TcpListener::bind(at)?;
    println!("at {}", listener.local_addr()?);
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
                (_, LISTENER) => {
                    let (stream, _) = listener.accept()?;
                    stream.set_nonblocking(true)?;
                    streams.push(Some(stream));
                }
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
    println!("local {}", stream.local_addr()?);
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
    println!("at {}", socket.local_addr()?);
    for _ in 0..count {
        let mut buffer = [0; 4096];
        let (len, from) = socket.recv_from(&mut buffer)?;
        println!("peer {from}");
        socket.send_to(&buffer[..len], from)?;
    }
    Ok(())
}

fn udp_client(to: SocketAddr, messages: &[&str]) -> io::Result<()> {
    let socket = UdpSocket::bind(SocketAddr::new(to.ip(), 0))?;
    println!("local {}", socket.local_addr()?);
    for message in messages {
        socket.send_to(message.as_bytes(), to)?;
        let mut buffer = [0; 4096];
        let (len, from) = socket.recv_from(&mut buffer)?;
        println!("{} from {from}", String::from_utf8_lossy(&buffer[..len]));
    }
    Ok(())
}

fn lookup(name: &str) -> io::Result<()> {
    // The crate hands the name on as C's strings are, without the NUL that ends them.
    let name = format!("{name}\0");
    // And it takes each result for 4 bytes shorter than it is: only the first is one.
    if let Some(address) = socket::lookup_host(&name, 0)?.next() {
        println!("{}", address.ip());
    }
    Ok(())
}

fn options(at: SocketAddr) -> io::Result<()> {
    let socket = Socket::new(AddressFamily::from(&at), SocketType::Stream)?;
    socket.set_reuse_addr(true)?;
    socket.set_reuse_port(true)?;
    socket.set_keep_alive(true)?;
    socket.set_linger(Some(Duration::from_secs(3)))?;
    socket.set_read_timeout(Some(Duration::from_millis(1500)))?;
    socket.set_write_timeout(Some(Duration::from_secs(2)))?;
    socket.set_tcp_no_delay(true)?;
    socket.set_tcp_keep_idle(Duration::from_secs(40))?;
    socket.set_tcp_keep_intvl(Duration::from_secs(7))?;
    socket.set_ip_ttl(33)?;
    println!("reuse_addr {}", socket.reuse_addr()?);
    println!("reuse_port {}", socket.reuse_port()?);
    println!("keep_alive {}", socket.keep_alive()?);
    println!("linger {:?}", socket.linger()?);
    println!("read_timeout {:?}", socket.read_timeout()?);
    println!("write_timeout {:?}", socket.write_timeout()?);
    println!("tcp_no_delay {}", socket.tcp_no_delay()?);
    println!("tcp_keep_idle {:?}", socket.tcp_keep_idle()?);
    println!("tcp_keep_intvl {:?}", socket.tcp_keep_intvl()?);
    println!("ip_ttl {}", socket.ip_ttl()?);
    println!("recv_buf_size {}", socket.recv_buf_size()? > 0);
    println!("send_buf_size {}", socket.send_buf_size()? > 0);
    Ok(())
}

fn multicast(at: SocketAddr) -> io::Result<()> {
    const GROUP: Ipv4Addr = Ipv4Addr::new(239, 1, 2, 3);
    let socket = UdpSocket::bind(at)?;
    socket.join_multicast_v4(&GROUP, &Ipv4Addr::UNSPECIFIED)?;
    socket.set_multicast_loop_v4(true)?;
    socket.set_multicast_ttl_v4(1)?;
    println!("multicast_loop_v4 {}", socket.multicast_loop_v4()?);
    println!("multicast_ttl_v4 {}", socket.multicast_ttl_v4()?);
    socket.leave_multicast_v4(&GROUP, &Ipv4Addr::UNSPECIFIED)
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
