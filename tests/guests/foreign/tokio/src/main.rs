//! `tokio [COUNT]`: an echo server on upstream tokio, on the listener that was handed in as descriptor 3. All connections at
//! once, on one thread. Ends after COUNT connections, and when nobody has said anything for half a minute.

use std::os::fd::FromRawFd;
use std::time::Duration;
use std::{env, io};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    // SAFETY: descriptor 3 is the listener, and nothing else in here has it.
    let listener = unsafe { std::net::TcpListener::from_raw_fd(3) };
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    println!("ready");
    let mut served = JoinSet::new();
    for _ in 0..count.unwrap_or(usize::MAX) {
        let (stream, _) = timeout(PATIENCE, listener.accept()).await??;
        served.spawn(serve(stream));
    }
    while let Some(one) = served.join_next().await {
        println!("{} bytes", one??);
    }
    Ok(())
}

/// How many bytes it sent back.
async fn serve(mut stream: TcpStream) -> io::Result<usize> {
    let mut buffer = [0; 4096];
    let mut total = 0;
    loop {
        let len = timeout(PATIENCE, stream.read(&mut buffer)).await??;
        if len == 0 {
            stream.shutdown().await?;
            return Ok(total);
        }
        stream.write_all(&buffer[..len]).await?;
        total += len;
    }
}
