//! Sockets through the crate `wasip2`, whose functions are those of `wasi:sockets` as they are. WORD is one of `tcp-server` and
//! `udp-server` (`IP COUNT`), `tcp-client` and `udp-client` (`IP PORT MESSAGE...`), `lookup` (`NAME`), and `options` (`IP`).

mod net;

use std::env;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};

use net::{Datagrams, Listener, Result, Stream, told};

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
        _ => panic!("the first lines of the source say what it takes"),
    };
    if let Err(code) = done {
        eprintln!("error {}", code.name());
        std::process::exit(1);
    }
}

fn tcp_server(at: SocketAddr, count: usize) -> Result<()> {
    let listener = Listener::bind(at)?;
    println!("at {}", told(listener.local()?));
    for _ in 0..count {
        let stream = listener.accept()?;
        println!("peer {}", told(stream.peer()?));
        loop {
            let heard = stream.read()?;
            if heard.is_empty() {
                break;
            }
            stream.write(&heard)?;
        }
        stream.end_of_writing()?;
    }
    Ok(())
}

fn tcp_client(to: SocketAddr, messages: &[&str]) -> Result<()> {
    let stream = Stream::connect(to)?;
    println!("local {}", told(stream.local()?));
    for message in messages {
        stream.write(message.as_bytes())?;
        let mut answer = Vec::new();
        while answer.len() < message.len() {
            let more = stream.read()?;
            if more.is_empty() {
                break;
            }
            answer.extend(more);
        }
        println!("{}", String::from_utf8_lossy(&answer));
    }
    stream.end_of_writing()
}

fn udp_server(at: SocketAddr, count: usize) -> Result<()> {
    let socket = Datagrams::bind(at)?;
    println!("at {}", told(socket.local()?));
    for _ in 0..count {
        for datagram in socket.receive()? {
            println!("peer {}", told(datagram.remote_address));
            socket.send(datagram.data, Some(datagram.remote_address))?;
        }
    }
    Ok(())
}

fn udp_client(to: SocketAddr, messages: &[&str]) -> Result<()> {
    let socket = Datagrams::bind(SocketAddr::new(to.ip(), 0))?;
    println!("local {}", told(socket.local()?));
    for message in messages {
        socket.send(message.as_bytes().to_vec(), Some(net::wire(to)))?;
        for datagram in socket.receive()? {
            let heard = String::from_utf8_lossy(&datagram.data);
            println!("{heard} from {}", told(datagram.remote_address));
        }
    }
    Ok(())
}

fn lookup(name: &str) -> Result<()> {
    for ip in net::resolve(name)? {
        println!("{ip}");
    }
    Ok(())
}

/// What can be told on any machine alike: no size of a buffer.
fn options(at: SocketAddr) -> Result<()> {
    fn show<T: Debug>(what: &str, result: Result<T>) {
        match result {
            Ok(value) => println!("{what}: {value:?}"),
            Err(code) => println!("{what}: error {}", code.name()),
        }
    }
    let socket = net::tcp(at)?;
    show("set keep_alive", socket.set_keep_alive_enabled(true));
    show("keep_alive", socket.keep_alive_enabled());
    show(
        "set keep_alive_idle",
        socket.set_keep_alive_idle_time(40_000_000_000),
    );
    show("keep_alive_idle", socket.keep_alive_idle_time());
    show(
        "set keep_alive_interval",
        socket.set_keep_alive_interval(7_000_000_000),
    );
    show("keep_alive_interval", socket.keep_alive_interval());
    show("set keep_alive_count", socket.set_keep_alive_count(3));
    show("keep_alive_count", socket.keep_alive_count());
    show("set hop_limit", socket.set_hop_limit(33));
    show("hop_limit", socket.hop_limit());
    show("set hop_limit to nothing", socket.set_hop_limit(0));
    show("set backlog to nothing", socket.set_listen_backlog_size(0));
    show("listening", Ok(socket.is_listening()));
    show("listen unbound", socket.start_listen());
    show("accept", socket.accept().map(drop));
    Ok(())
}

fn address(ip: &str, port: &str) -> SocketAddr {
    let ip: IpAddr = ip.parse().expect("an IP address");
    SocketAddr::new(ip, port.parse().expect("a port"))
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}
