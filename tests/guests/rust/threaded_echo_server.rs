//! `threaded_echo_server ADDRESS PORT [COUNT]`: a thread per connection sends back what it gets.
//!
//! Ends after COUNT connections, when all of them are done.

mod wamr;

use std::env;
use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;
use std::thread;

const USAGE: &str = "usage: threaded_echo_server ADDRESS PORT [COUNT]";

/// Enough for the echo; the default would ask for a megabyte a thread.
const STACK: usize = 64 * 1024;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let Some((addr, count)) = parse(&args) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match serve(addr, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errno) => {
            eprintln!("errno {errno}");
            ExitCode::FAILURE
        }
    }
}

fn parse(args: &[String]) -> Option<(SocketAddr, usize)> {
    let ip: IpAddr = args.first()?.parse().ok()?;
    let port: u16 = args.get(1)?.parse().ok()?;
    let count = match args.get(2) {
        Some(text) => text.parse().ok()?,
        None => usize::MAX,
    };
    Some((SocketAddr::new(ip, port), count))
}

fn serve(addr: SocketAddr, count: usize) -> Result<(), wamr::Errno> {
    let (listener, local) = wamr::listen(addr, 128)?;
    println!("listening on {local}");
    let mut threads = Vec::new();
    for _ in 0..count {
        let fd = wamr::accept(listener)?;
        match thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || echo(fd))
        {
            Ok(thread) if count != usize::MAX => threads.push(thread),
            Ok(_) => {}
            Err(error) => {
                eprintln!("no thread for a connection: {error}");
                wamr::close(fd);
            }
        }
    }
    for thread in threads {
        thread.join().expect("echo does not panic");
    }
    Ok(())
}

fn echo(fd: wamr::Fd) {
    if let Err(errno) = echo_until_end(fd) {
        eprintln!("connection {fd}: errno {errno}");
    }
    wamr::close(fd);
}

fn echo_until_end(fd: wamr::Fd) -> Result<(), wamr::Errno> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let len = wamr::recv(fd, &mut buffer)?;
        if len == 0 {
            return Ok(());
        }
        let mut rest = &buffer[..len];
        while !rest.is_empty() {
            rest = &rest[wamr::send(fd, rest)?..];
        }
    }
}
