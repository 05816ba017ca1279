//! What a program of WASIp3 does, one thing a run: the first argument says which.
//!
//! What fails is told in a line, `THING: CODE`, and makes the exit code 1.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};

use bindings::cli::{environment, exit, stdin, stdout};
use bindings::sockets::ip_name_lookup::resolve_addresses;
use bindings::sockets::types::{
    ErrorCode, IpAddress, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, Ipv6SocketAddress,
    TcpSocket, UdpSocket,
};
use bindings::wit_bindgen::{StreamReader, StreamResult};
use bindings::{spawn_local, wit_stream};

bindings::cli::command::export!(Guest);

struct Guest;

/// The toolchain makes a function of WASIp2 of this, which nobody calls: `run` comes first.
fn main() {
    unreachable!("a program of WASIp3 begins in `run`");
}

impl bindings::exports::cli::run::Guest for Guest {
    async fn run() -> Result<(), ()> {
        let args = environment::get_arguments();
        let args: Vec<_> = args.iter().skip(1).map(String::as_str).collect();
        match act(&args).await {
            Ok(()) => Ok(()),
            Err(code) => {
                say(&format!("{}: {code}", args.join(" "))).await;
                Err(())
            }
        }
    }
}

async fn act(args: &[&str]) -> Result<(), String> {
    match args {
        ["exit", code] => exit::exit_with_code(code.parse().unwrap()),
        ["words", ..] => words(args).await,
        ["copy"] => {
            let (input, _) = stdin::read_via_stream();
            let _ = stdout::write_via_stream(input).await;
        }
        ["lookup", host] => {
            for address in resolve_addresses(host.to_string()).await.map_err(told)? {
                say(&ip(address)).await;
            }
        }
        ["serve", at] => serve(at).await.map_err(told)?,
        ["listen"] => {
            let socket = TcpSocket::create(IpAddressFamily::Ipv4).map_err(told)?;
            socket.listen().map_err(told)?;
        }
        ["connect", to] => connect(to).await.map_err(told)?,
        ["bind-udp", at] => drop(bound(at).map_err(told)?),
        ["settle", to] => {
            let socket = UdpSocket::create(IpAddressFamily::Ipv4).map_err(told)?;
            socket.connect(address(to)).map_err(told)?;
        }
        ["ask", to] => {
            let socket = UdpSocket::create(IpAddressFamily::Ipv4).map_err(told)?;
            ask(&socket, to).await.map_err(told)?;
        }
        ["ask", at, to] => ask(&bound(at).map_err(told)?, to).await.map_err(told)?,
        ["receive", at] => {
            let socket = bound(at).map_err(told)?;
            say("waiting").await;
            socket.receive().await.map_err(told)?;
        }
        // The first socket is bound, and gone; the second has its place in the host's table.
        ["again", at, to] => {
            drop(bound(at).map_err(told)?);
            let socket = UdpSocket::create(IpAddressFamily::Ipv4).map_err(told)?;
            ask(&socket, to).await.map_err(told)?;
        }
        ["std", words @ ..] => on_std(words).await.map_err(|error| error.to_string())?,
        ["both", at] => both(at).await?,
        ["spin"] => loop {
            std::hint::black_box(0);
        },
        _ => return Err("no such thing to do".into()),
    }
    Ok(())
}

async fn words(args: &[&str]) {
    say(&args.join("|")).await;
    let mut variables = environment::get_environment();
    variables.sort();
    for (name, value) in variables {
        say(&format!("{name}={value}")).await;
    }
}

async fn say(text: &str) {
    let (mut writer, reader) = wit_stream::new();
    let line = format!("{text}\n").into_bytes();
    spawn_local(async move {
        writer.write_all(line).await;
    });
    let _ = stdout::write_via_stream(reader).await;
}

/// Echo what one client sends, to the end of its sending.
async fn serve(at: &str) -> Result<(), ErrorCode> {
    let listener = TcpSocket::create(IpAddressFamily::Ipv4)?;
    listener.bind(address(at))?;
    let mut clients = listener.listen()?;
    say(&format!("at {}", shown(listener.get_local_address()?))).await;
    let client = clients.next().await.ok_or(ErrorCode::InvalidState)?;
    let (input, _) = client.receive();
    client.send(input).await
}

async fn connect(to: &str) -> Result<(), ErrorCode> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4)?;
    socket.connect(address(to)).await?;
    let (mut writer, reader) = wit_stream::new();
    let sent = socket.send(reader);
    writer.write_all(b"over tcp".to_vec()).await;
    drop(writer);
    sent.await?;
    let (mut answer, _) = socket.receive();
    say(&String::from_utf8_lossy(&all(&mut answer).await)).await;
    Ok(())
}

async fn all(stream: &mut StreamReader<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let (result, part) = stream.read(Vec::with_capacity(1500)).await;
        bytes.extend(part);
        if !matches!(result, StreamResult::Complete(_)) {
            return bytes;
        }
    }
}

fn bound(at: &str) -> Result<UdpSocket, ErrorCode> {
    let socket = UdpSocket::create(IpAddressFamily::Ipv4)?;
    socket.bind(address(at))?;
    Ok(socket)
}

/// Send a message, say from which port, and say what comes.
async fn ask(socket: &UdpSocket, to: &str) -> Result<(), ErrorCode> {
    socket.send(b"over udp".to_vec(), Some(address(to))).await?;
    say(&format!("at {}", shown(socket.get_local_address()?))).await;
    let (message, _) = socket.receive().await?;
    say(&String::from_utf8_lossy(&message)).await;
    Ok(())
}

/// What the standard library has for WASIp2, whose interfaces a program of WASIp3 may import beside those of 0.3.
async fn on_std(words: &[&str]) -> std::io::Result<()> {
    match words {
        ["serve", at] => {
            let listener = TcpListener::bind(at)?;
            say(&format!("at {}", listener.local_addr()?)).await;
            let (mut client, _) = listener.accept()?;
            let mut text = Vec::new();
            client.read_to_end(&mut text)?;
            client.write_all(&text)?;
        }
        ["connect", to] => {
            let mut stream = TcpStream::connect(to)?;
            stream.write_all(b"over tcp")?;
            stream.shutdown(std::net::Shutdown::Write)?;
            let mut text = String::new();
            stream.read_to_string(&mut text)?;
            say(&text).await;
        }
        ["ask", at, to] => {
            let socket = std::net::UdpSocket::bind(at)?;
            socket.send_to(b"over udp", to)?;
            let mut room = [0; 64];
            let (len, _) = socket.recv_from(&mut room)?;
            say(&String::from_utf8_lossy(&room[..len])).await;
        }
        ["receive", at] => {
            let socket = std::net::UdpSocket::bind(at)?;
            say("waiting").await;
            socket.recv_from(&mut [0; 64])?;
        }
        ["flood", at] => {
            let listener = TcpListener::bind(at)?;
            let mut client = TcpStream::connect(listener.local_addr()?)?;
            let _server = listener.accept()?;
            loop {
                client.write_all(&[0; 1 << 16])?;
            }
        }
        // More than the system takes at once, and the end of the program.
        ["leave", to, len] => {
            let mut stream = TcpStream::connect(to)?;
            stream.set_nonblocking(true)?;
            let mut left: usize = len.parse().unwrap();
            let part = vec![7; 1 << 16];
            while left > 0 {
                match stream.write(&part[..left.min(part.len())]) {
                    Ok(written) => left -= written,
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error),
                }
            }
            say(&(len.parse::<usize>().unwrap() - left).to_string()).await;
        }
        ["sleep"] => std::thread::sleep(std::time::Duration::from_secs(1000)),
        ["lookup", host] => {
            for address in (*host, 0).to_socket_addrs()? {
                say(&address.ip().to_string()).await;
            }
        }
        _ => return Err(std::io::Error::other("no such thing to do")),
    }
    Ok(())
}

/// A socket of WASIp2 and one of WASIp3 talk to each other in one program.
async fn both(at: &str) -> Result<(), String> {
    let listener = TcpListener::bind(at).map_err(told)?;
    let to = listener.local_addr().map_err(told)?.to_string();
    let client = TcpSocket::create(IpAddressFamily::Ipv4).map_err(told)?;
    client.connect(address(&to)).await.map_err(told)?;
    let (mut server, _) = listener.accept().map_err(told)?;
    let (mut writer, reader) = wit_stream::new();
    let sent = client.send(reader);
    writer.write_all(b"question".to_vec()).await;
    drop(writer);
    sent.await.map_err(told)?;
    let mut text = String::new();
    server.read_to_string(&mut text).map_err(told)?;
    say(&text).await;
    server.write_all(b"answer").map_err(told)?;
    drop(server);
    let (mut answer, _) = client.receive();
    say(&String::from_utf8_lossy(&all(&mut answer).await)).await;
    Ok(())
}

fn told(code: impl std::fmt::Debug) -> String {
    format!("{code:?}").replace("ErrorCode::", "")
}

fn address(text: &str) -> IpSocketAddress {
    match text.parse().expect("the argument is an address") {
        SocketAddr::V4(addr) => IpSocketAddress::Ipv4(Ipv4SocketAddress {
            port: addr.port(),
            address: addr.ip().octets().into(),
        }),
        SocketAddr::V6(addr) => IpSocketAddress::Ipv6(Ipv6SocketAddress {
            port: addr.port(),
            flow_info: 0,
            address: addr.ip().segments().into(),
            scope_id: 0,
        }),
    }
}

fn shown(address: IpSocketAddress) -> String {
    match address {
        IpSocketAddress::Ipv4(at) => format!("{}:{}", ip(IpAddress::Ipv4(at.address)), at.port),
        IpSocketAddress::Ipv6(at) => format!("[{}]:{}", ip(IpAddress::Ipv6(at.address)), at.port),
    }
}

fn ip(address: IpAddress) -> String {
    match address {
        IpAddress::Ipv4(octets) => std::net::Ipv4Addr::from(<[u8; 4]>::from(octets)).to_string(),
        IpAddress::Ipv6(words) => std::net::Ipv6Addr::from(<[u16; 8]>::from(words)).to_string(),
    }
}
