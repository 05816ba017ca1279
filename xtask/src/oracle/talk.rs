//! The other end of a guest's conversation, and what was said: ports are named after who has them, so that two runs can be
//! compared.

use std::io::{Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::cases::{Case, Peer};
use super::{Stage, python};
use crate::child::Running;
use crate::{Result, house};

/// For all that a guest says or does next; a first run compiles.
const LONG: Duration = Duration::from_secs(120);

/// For what a peer says or does next.
const SOON: Duration = Duration::from_secs(30);

const MESSAGES: [&str; 2] = ["first", "second"];

/// The names of ports in what was said, and the ports.
type Ports = Vec<(&'static str, u16)>;

/// Runs `command` with the words of the case, talks to it, and returns its lines and how it ended.
pub(super) fn converse(case: &Case, mut command: Command) -> Result<Vec<String>> {
    command.args(case.words);
    let mut ports = Vec::new();
    let guest = match case.peer {
        Peer::Nobody => Running::start("", &mut command)?,
        Peer::Clients => call(calls, &mut command, &mut ports)?,
        Peer::Askers => call(asks, &mut command, &mut ports)?,
        Peer::Server => serve(serves, case, &mut command, &mut ports)?,
        Peer::Answerer => serve(answers, case, &mut command, &mut ports)?,
    };
    let (status, lines) = guest.end(LONG)?;
    let mut lines: Vec<_> = lines.iter().map(|line| named(line, &ports)).collect();
    lines.push(format!("it ended with {status}"));
    Ok(lines)
}

/// Starts a guest that serves, and has two clients say something to it.
fn call(
    ask: fn(SocketAddr, &str) -> Answer,
    command: &mut Command,
    ports: &mut Ports,
) -> Result<Running> {
    let mut guest = Running::start("", command)?;
    let at = guest.wait_for("at ", LONG)?;
    let at: SocketAddr = at.parse().map_err(|_| format!("it is at `{at}`"))?;
    ports.push(("GUEST", at.port()));
    for (name, message) in ["FIRST", "SECOND"].into_iter().zip(MESSAGES) {
        ports.push((name, said(ask(at, message), message)?));
    }
    Ok(guest)
}

/// Starts a server, and a guest that is told where it is.
fn serve(
    server: fn(IpAddr) -> std::io::Result<Served>,
    case: &Case,
    command: &mut Command,
    ports: &mut Ports,
) -> Result<Running> {
    let ip = case.words[1]
        .parse()
        .map_err(|_| "the case has no address")?;
    let (port, served) = said(server(ip), "a server")?;
    ports.push(("SERVER", port));
    command.arg(port.to_string()).args(MESSAGES);
    let guest = Running::start("", command)?;
    let client = served.recv_timeout(LONG);
    ports.push(("GUEST", client.map_err(|e| format!("nobody came: {e}"))?));
    Ok(guest)
}

type Answer = std::io::Result<u16>;

fn said<T>(done: std::io::Result<T>, what: &str) -> Result<T> {
    done.map_err(|e| format!("{what}: {e}"))
}

/// A client that wants to hear what it said. Its port.
fn calls(at: SocketAddr, message: &str) -> Answer {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(SOON))?;
    stream.write_all(message.as_bytes())?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    expect(&answer, message)?;
    Ok(stream.local_addr()?.port())
}

/// The same with a datagram.
fn asks(at: SocketAddr, message: &str) -> Answer {
    let socket = UdpSocket::bind((at.ip(), 0))?;
    socket.set_read_timeout(Some(SOON))?;
    socket.send_to(message.as_bytes(), at)?;
    let mut answer = [0; 64];
    let (len, _) = socket.recv_from(&mut answer)?;
    expect(&String::from_utf8_lossy(&answer[..len]), message)?;
    Ok(socket.local_addr()?.port())
}

fn expect(answer: &str, message: &str) -> std::io::Result<()> {
    if answer == message {
        return Ok(());
    }
    Err(std::io::Error::other(format!("`{answer}` came back")))
}

type Served = (u16, std::sync::mpsc::Receiver<u16>);

/// Serves one client on a thread. Its own port, and then the client's.
fn serves(ip: IpAddr) -> std::io::Result<Served> {
    let listener = TcpListener::bind((ip, 0))?;
    let port = listener.local_addr()?.port();
    let (tell, told) = channel();
    thread::spawn(move || -> std::io::Result<()> {
        let (mut stream, peer) = listener.accept()?;
        let _ = tell.send(peer.port());
        let mut buffer = [0; 64];
        loop {
            let len = stream.read(&mut buffer)?;
            if len == 0 {
                return Ok(());
            }
            stream.write_all(&buffer[..len])?;
        }
    });
    Ok((port, told))
}

/// The same with datagrams, for as many as there are messages.
fn answers(ip: IpAddr) -> std::io::Result<Served> {
    let socket = UdpSocket::bind((ip, 0))?;
    let port = socket.local_addr()?.port();
    let (tell, told) = channel();
    thread::spawn(move || -> std::io::Result<()> {
        for _ in MESSAGES {
            let mut buffer = [0; 64];
            let (len, from) = socket.recv_from(&mut buffer)?;
            let _ = tell.send(from.port());
            socket.send_to(&buffer[..len], from)?;
        }
        Ok(())
    });
    Ok((port, told))
}

/// The line, with names for the ports at ends of words.
fn named(line: &str, ports: &[(&str, u16)]) -> String {
    let words = line.split(' ').map(|word| {
        ports
            .iter()
            .find_map(|(name, port)| {
                let ip = word.strip_suffix(&format!(":{port}"))?;
                Some(format!("{ip}:{name}"))
            })
            .unwrap_or_else(|| word.to_owned())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An HTTP server of CPython as a guest, on a listener that is handed in.
pub(super) fn http_of_python(stage: &Stage) -> Result<()> {
    let guest = stage.python.guest()?;
    let mut command = listening(stage);
    command
        .arg(format!("--map-dir=/app::{}", python::scripts().display()))
        .arg(guest)
        .args(["/app/http_guest.py", "2"]);
    http(&mut command)
}

/// One of Go: built here, as it is too large to be kept.
pub(super) fn http_of_go(stage: &Stage) -> Result<()> {
    let built = stage.python.folder().join("go_http.wasm");
    let mut go = stage.python.program("go");
    go.current_dir(house::root().join("tests/guests/foreign/go/http"))
        .envs([
            ("GOOS", "wasip1"),
            ("GOARCH", "wasm"),
            ("GOTOOLCHAIN", "local"),
        ])
        .args(["build", "-trimpath", "-buildvcs=false", "-ldflags=-s", "-o"])
        .arg(&built)
        .arg(".");
    house::run(&mut go)?;
    http(listening(stage).arg(built).arg("2"))
}

fn listening(stage: &Stage) -> Command {
    let mut command = house::program(&stage.iwasm);
    command.args(["--listen=tcp://127.0.0.1:0", "--timeout=300000"]);
    command
}

/// Two requests, and then the guest ends by itself.
fn http(command: &mut Command) -> Result<()> {
    let mut guest = Running::start("", command)?;
    let at = guest.wait_for("is at `tcp://", LONG)?;
    let at = at.trim_end_matches('`').to_owned();
    guest.wait_for("ready", LONG)?;
    for (path, body) in [("/a", "first"), ("/b", "second")] {
        let answer = said(post(&at, path, body), path)?;
        if !answer.starts_with("HTTP/1.") || !answer.ends_with(&format!("POST {path}: {body}")) {
            return Err(format!("to {path} it answers `{answer}`"));
        }
        guest.wait_for(&format!("served {path}"), SOON)?;
    }
    let (status, lines) = guest.end(SOON)?;
    if status.success() {
        return Ok(());
    }
    Err(format!("it ended with {status}: {}", lines.join("\n")))
}

fn post(at: &str, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(SOON))?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_named_after_who_has_them() {
        let ports = [("GUEST", 80), ("FIRST", 8080)];
        for (line, name) in [
            ("at 127.0.0.1:80", "at 127.0.0.1:GUEST"),
            ("x from [::1]:8080", "x from [::1]:FIRST"),
            ("peer 127.0.0.1:81", "peer 127.0.0.1:81"),
            ("ttl: 80", "ttl: 80"),
        ] {
            assert_eq!(named(line, &ports), name);
        }
    }
}
