//! What a program of WASIp2 does, one thing a run: the first argument says which. It is built on nothing but the standard
//! library, whose sockets are those of `wasi:sockets`.
//!
//! What fails is told in a line, `THING: KIND`, and makes the exit code 1.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, thread};

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match act(&args) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            match error.downcast_ref::<io::Error>() {
                Some(error) => println!("{}: {:?}", args.join(" "), error.kind()),
                None => println!("{error}"),
            }
            ExitCode::FAILURE
        }
    }
}

fn act(args: &[&str]) -> Result<u8, Box<dyn Error>> {
    match args {
        ["exit", code] => return Ok(code.parse()?),
        ["words", ..] => words(args),
        ["copy"] => _ = io::copy(&mut io::stdin(), &mut io::stdout())?,
        ["files", dir] => files(dir)?,
        ["lookup", host] => {
            for addr in (*host, 80).to_socket_addrs()? {
                println!("{}", addr.ip());
            }
        }
        ["serve", at] => serve(at)?,
        ["connect", to] => connect(to)?,
        ["fill", to] => _ = fill(to)?,
        ["fill-and-end", to] => fill_and_end(to)?,
        ["bind-udp", at] => println!("at {}", UdpSocket::bind(at)?.local_addr()?),
        ["answer", at] => answer(at)?,
        ["ask", at, to] => ask(&UdpSocket::bind(at)?, Some(to))?,
        ["settle", at, to] => {
            let socket = UdpSocket::bind(at)?;
            socket.connect(to)?;
            ask(&socket, None)?;
        }
        ["spin"] => loop {
            std::hint::black_box(0);
        },
        ["sleep"] => loop {
            thread::sleep(Duration::from_secs(3600));
        },
        ["accept", at] => {
            let listener = TcpListener::bind(at)?;
            println!("waiting");
            listener.accept()?;
        }
        ["receive", at] => {
            let socket = UdpSocket::bind(at)?;
            println!("waiting");
            socket.recv_from(&mut [0])?;
        }
        ["flood"] => loop {
            io::stdout().write_all(&[b'x'; 4096])?;
        },
        ["open", path] => _ = File::open(path)?,
        ["trap"] => std::process::abort(),
        ["remember", bytes] => println!("{}", vec![1_u8; bytes.parse()?].len()),
        ["hoard"] => hoard()?,
        _ => return Err("no such thing to do".into()),
    }
    Ok(0)
}

fn words(args: &[&str]) {
    println!("{}", args.join("|"));
    let mut variables: Vec<_> = env::vars().collect();
    variables.sort();
    for (name, value) in variables {
        println!("{name}={value}");
    }
}

fn files(dir: &str) -> io::Result<()> {
    let path = format!("{dir}/made");
    File::create(&path)?.write_all(b"by the guest")?;
    println!("{}", fs::read_to_string(&path)?);
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.push(entry?.file_name().into_string().unwrap());
    }
    names.sort();
    println!("{}", names.join(" "));
    fs::remove_file(&path)?;
    match File::open(format!("{dir}/../outside")) {
        Ok(_) => println!("there is a way out"),
        Err(error) => println!("{:?}", error.kind()),
    }
    Ok(())
}

/// Echo what one client sends, to the end of its sending.
fn serve(at: &str) -> io::Result<()> {
    let listener = TcpListener::bind(at)?;
    println!("at {}", listener.local_addr()?);
    let (client, _) = listener.accept()?;
    io::copy(&mut &client, &mut &client)?;
    Ok(())
}

fn connect(to: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(to)?;
    stream.write_all(b"over tcp")?;
    stream.shutdown(Shutdown::Write)?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    println!("{text}");
    Ok(())
}

/// Send one message back to where it came from.
/// Write until nothing more is taken, and say how much that was.
fn fill(to: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_nonblocking(true)?;
    let mut written = 0;
    loop {
        match stream.write(&[b'x'; 5000]) {
            Ok(len) => written += len,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error),
        }
    }
    println!("{written}");
    Ok(stream)
}

/// The same; then say that this is all, and hear what the other side makes of it.
fn fill_and_end(to: &str) -> io::Result<()> {
    let mut stream = fill(to)?;
    stream.shutdown(Shutdown::Write)?;
    stream.set_nonblocking(false)?;
    let mut heard = String::new();
    stream.read_to_string(&mut heard)?;
    println!("{heard}");
    Ok(())
}

fn answer(at: &str) -> io::Result<()> {
    let socket = UdpSocket::bind(at)?;
    println!("at {}", socket.local_addr()?);
    let mut message = [0; 1500];
    let (len, from) = socket.recv_from(&mut message)?;
    socket.send_to(&message[..len], from)?;
    Ok(())
}

fn ask(socket: &UdpSocket, to: Option<&str>) -> io::Result<()> {
    match to {
        Some(to) => socket.send_to(b"over udp", to)?,
        None => socket.send(b"over udp")?,
    };
    let mut message = [0; 1500];
    let len = socket.recv(&mut message)?;
    println!("{}", String::from_utf8_lossy(&message[..len]));
    Ok(())
}

/// Take sockets until there are no more, and say why.
fn hoard() -> io::Result<()> {
    let mut taken = Vec::new();
    loop {
        taken.push(UdpSocket::bind("127.0.0.1:0")?);
        if taken.len() % 16 == 0 {
            println!("{}", taken.len());
        }
    }
}
