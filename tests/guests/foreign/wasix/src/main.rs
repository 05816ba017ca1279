//! Sockets through the crate `wasix`, whose functions are the imports as they are. WORD is one of `tcp-server` and `udp-server`
//! (`IP COUNT`), `tcp-client` and `udp-client` (`IP PORT MESSAGE...`), `lookup` (`NAME`), `options` (`IP`), `pair`, `errors`.

mod net;

use std::env;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};

use net::{Kind, Result, Socket, Way};
use wasix::x;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["tcp-server", ip, count] => tcp_server(address(ip, "0"), number(count)),
        ["udp-server", ip, count] => udp_server(address(ip, "0"), number(count)),
        ["tcp-client", ip, port, ref messages @ ..] => tcp_client(address(ip, port), messages),
        ["udp-client", ip, port, ref messages @ ..] => udp_client(address(ip, port), messages),
        ["lookup", name] => lookup(name),
        ["options", ip] => options(address(ip, "0")),
        ["pair"] => pair(),
        ["errors"] => errors(),
        _ => panic!("the first lines of the source say what it takes"),
    };
    if let Err(errno) = done {
        // The crate's own names of errors end before WASIX's.
        eprintln!("error {}", errno.raw());
        std::process::exit(1);
    }
}

fn tcp_server(at: SocketAddr, count: usize) -> Result<()> {
    let listener = Socket::open(at, Kind::Stream)?;
    listener.set_flag(x::SOCK_OPTION_REUSE_ADDR, true)?;
    listener.bind(at)?;
    listener.listen(8)?;
    println!("at {}", listener.local()?);
    for _ in 0..count {
        let (stream, peer) = listener.accept()?;
        println!("peer {peer}");
        let mut buffer = [0; 4096];
        loop {
            let len = stream.recv(&mut buffer)?;
            if len == 0 {
                break;
            }
            stream.send_all(&buffer[..len])?;
        }
        stream.shutdown(Way::Write)?;
    }
    Ok(())
}

fn tcp_client(to: SocketAddr, messages: &[&str]) -> Result<()> {
    let stream = Socket::open(to, Kind::Stream)?;
    stream.connect(to)?;
    println!("local {}", stream.local()?);
    for message in messages {
        stream.send_all(message.as_bytes())?;
        let mut answer = vec![0; message.len()];
        let mut got = 0;
        while got < answer.len() {
            match stream.recv(&mut answer[got..])? {
                0 => break,
                len => got += len,
            }
        }
        println!("{}", String::from_utf8_lossy(&answer[..got]));
    }
    stream.shutdown(Way::Both)
}

fn udp_server(at: SocketAddr, count: usize) -> Result<()> {
    let socket = Socket::open(at, Kind::Datagram)?;
    socket.bind(at)?;
    println!("at {}", socket.local()?);
    for _ in 0..count {
        let mut buffer = [0; 4096];
        let (len, from) = socket.recv_from(&mut buffer)?;
        println!("peer {from}");
        socket.send_to(&buffer[..len], from)?;
    }
    Ok(())
}

fn udp_client(to: SocketAddr, messages: &[&str]) -> Result<()> {
    let socket = Socket::open(to, Kind::Datagram)?;
    socket.bind(SocketAddr::new(to.ip(), 0))?;
    println!("local {}", socket.local()?);
    for message in messages {
        socket.send_to(message.as_bytes(), to)?;
        let mut buffer = [0; 4096];
        let (len, from) = socket.recv_from(&mut buffer)?;
        println!("{} from {from}", String::from_utf8_lossy(&buffer[..len]));
    }
    Ok(())
}

fn lookup(name: &str) -> Result<()> {
    for ip in net::resolve(name)? {
        println!("{ip}");
    }
    Ok(())
}

/// Of a stream before it is bound, and of a datagram socket that is bound: for others Wasmer keeps none.
fn options(at: SocketAddr) -> Result<()> {
    let stream = Socket::open(at, Kind::Stream)?;
    for (name, option) in [
        ("reuse_addr", x::SOCK_OPTION_REUSE_ADDR),
        ("reuse_port", x::SOCK_OPTION_REUSE_PORT),
        ("no_delay", x::SOCK_OPTION_NO_DELAY),
    ] {
        told(&format!("set {name}"), stream.set_flag(option, true));
        told(name, stream.flag(option));
    }
    for (name, option) in [
        ("recv_timeout", x::SOCK_OPTION_RECV_TIMEOUT),
        ("send_timeout", x::SOCK_OPTION_SEND_TIMEOUT),
    ] {
        told(
            &format!("set {name}"),
            stream.set_time(option, Some(1_500_000_000)),
        );
        told(name, stream.time(option));
    }
    let datagrams = Socket::open(at, Kind::Datagram)?;
    datagrams.bind(at)?;
    told(
        "set broadcast",
        datagrams.set_flag(x::SOCK_OPTION_BROADCAST, true),
    );
    told("broadcast", datagrams.flag(x::SOCK_OPTION_BROADCAST));
    told("set ttl", datagrams.set_size(x::SOCK_OPTION_TTL, 33));
    told("ttl", datagrams.size(x::SOCK_OPTION_TTL));
    told(
        "set multicast_ttl",
        datagrams.set_size(x::SOCK_OPTION_MULTICAST_TTL_V4, 7),
    );
    told(
        "multicast_ttl",
        datagrams.size(x::SOCK_OPTION_MULTICAST_TTL_V4),
    );
    Ok(())
}

fn told<T: Debug>(what: &str, result: Result<T>) {
    match result {
        Ok(value) => println!("{what}: {value:?}"),
        Err(errno) => println!("{what}: error {}", errno.raw()),
    }
}

/// Each end of a pair hears what the other says.
fn pair() -> Result<()> {
    let (a, b) = net::pair()?;
    for (from, to, message) in [(&a, &b, "there"), (&b, &a, "back")] {
        from.send_all(message.as_bytes())?;
        let mut buffer = [0; 16];
        let len = to.recv(&mut buffer)?;
        println!("{}", String::from_utf8_lossy(&buffer[..len]));
    }
    Ok(())
}

/// What calls answer that cannot do what they should.
fn errors() -> Result<()> {
    let at = address("127.0.0.1", "0");
    let gone = Socket::nowhere();
    told("bind of no descriptor", gone.bind(at));
    told("bind of standard output", Socket::stdout().bind(at));
    told("a stream of UDP", net::mismatched().map(drop));
    let socket = Socket::open(at, Kind::Stream)?;
    told("receive unconnected", socket.recv(&mut [0]));
    told("peer unconnected", socket.peer().map(drop));
    told("accept without listen", socket.accept().map(drop));
    socket.bind(at)?;
    told("bind again", socket.bind(at));
    Ok(())
}

fn address(ip: &str, port: &str) -> SocketAddr {
    let ip: IpAddr = ip.parse().expect("an IP address");
    SocketAddr::new(ip, port.parse().expect("a port"))
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}
