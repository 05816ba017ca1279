//! `wasix_epoll_server COUNT`: echoes COUNT connections, all at once and all from one epoll object, on two threads.
//!
//! Prints `listening on PORT` and, when all connections have ended, `done`. A connection that is being served by one thread
//! is nothing to the other: each is asked about once, and anew when it was served.

mod wasix;

use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, thread};

use wasix::*;

/// How many connections have ended.
static ENDED: AtomicU32 = AtomicU32::new(0);

fn main() {
    let count = env::args().nth(1).and_then(|count| count.parse().ok());
    let count = count.expect("usage: wasix_epoll_server COUNT");
    let server = Server {
        set: epoll().expect("a set"),
        listener: 0,
        end: event(0, 0).expect("a counter"),
        count,
    };
    let (listener, port) = listen().expect("a listener");
    let server = Server { listener, ..server };
    watch(server.set, listener, IN | ET).expect("the listener can be watched");
    watch(server.set, server.end, IN).expect("the counter can be watched");
    println!("listening on {port}");
    thread::scope(|scope| {
        scope.spawn(|| server.serve());
        server.serve();
    });
    println!("done");
}

/// What both threads work on.
struct Server {
    set: Fd,
    listener: Fd,
    /// Counts once, when there is nothing more to do.
    end: Fd,
    count: u32,
}

impl Server {
    fn serve(&self) {
        loop {
            for (fd, _) in wait_for(self.set, u64::MAX).expect("a wait") {
                if fd == self.end {
                    return;
                } else if fd == self.listener {
                    self.take_all();
                } else {
                    self.echo(fd);
                }
            }
        }
    }

    /// The set told of a change: take all that are there.
    fn take_all(&self) {
        loop {
            match accept(self.listener) {
                Ok(fd) => watch(self.set, fd, IN | ONESHOT).expect("a connection can be watched"),
                Err(AGAIN) => return,
                Err(errno) => panic!("accept: {errno}"),
            }
        }
    }

    fn echo(&self, fd: Fd) {
        let mut bytes = [0; 1024];
        match read(fd, &mut bytes) {
            Ok(0) => {
                close(fd).expect("a connection can be closed");
                if ENDED.fetch_add(1, Ordering::SeqCst) + 1 == self.count {
                    add(self.end, 1).expect("a counter counts");
                }
            }
            Ok(len) => {
                assert_eq!(write(fd, &bytes[..len]), Ok(len));
                watch_anew(self.set, fd, IN | ONESHOT).expect("a connection can be watched");
            }
            Err(AGAIN) => watch_anew(self.set, fd, IN | ONESHOT).expect("a connection"),
            Err(errno) => panic!("read: {errno}"),
        }
    }
}
