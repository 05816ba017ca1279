//! A TCP connection of WASIp2: its two streams.
//!
//! What a guest may write it is told before, and then the write must not wait. The system takes all of it but in rare
//! moments; what it does not take waits here, and goes out whenever the guest waits for anything or calls again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use iwasm_abi::Errno;
use iwasm_net::{Fail, Interest, Kernel, Net, Readiness, Sending, Shutdown, Socket};
use iwasm_wasi::Files;
use wasmtime_wasi::p2::{InputStream, OutputStream, Pollable, StreamError, StreamResult};

use super::io::{Io, MOST, lock};
use super::wait::{Awaited, Waiting, ended};
use super::watch::Asked;

/// A TCP connection.
pub(in super::super) struct Connection<F: Files> {
    socket: Arc<Socket<F::Kernel>>,
    /// Nothing is read any more.
    deaf: AtomicBool,
    /// It is among those that hold a rest.
    listed: AtomicBool,
    out: Mutex<Out>,
}

/// What is written.
struct Out {
    /// How much the guest may write in its next call.
    permit: usize,
    /// What the guest wrote and the system did not take yet.
    rest: Vec<u8>,
    /// The system took less than it was offered.
    full: bool,
    end: End,
}

/// How far the end of a stream has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is open.
    None,
    /// It is shut down as soon as the rest is out.
    Due,
    /// It is shut down, or the peer is gone.
    Closed,
    /// It broke.
    Failed(Errno),
}

impl<F: Files> Connection<F> {
    pub(super) fn new(socket: Arc<Socket<F::Kernel>>) -> Self {
        Self {
            socket,
            deaf: AtomicBool::new(false),
            listed: AtomicBool::new(false),
            out: Mutex::new(Out {
                permit: 0,
                rest: Vec::new(),
                full: false,
                end: End::None,
            }),
        }
    }

    /// What goes out of it is waited for so.
    pub(super) fn output_socket(&self) -> Asked<'_, F::Kernel> {
        (&self.socket, Interest::WRITE)
    }

    /// What whoever wants to read waits for.
    pub(super) fn input(&self) -> Awaited<F> {
        if self.deaf.load(Ordering::Relaxed) {
            return Awaited::Nothing;
        }
        Awaited::Socket(Arc::clone(&self.socket), Interest::READ)
    }

    /// What whoever wants to write waits for.
    pub(super) fn output(&self) -> Awaited<F> {
        match lock(&self.out).end {
            End::Closed | End::Failed(_) => Awaited::Nothing,
            End::None | End::Due => Awaited::Socket(Arc::clone(&self.socket), Interest::WRITE),
        }
    }

    /// Close one or both directions.
    pub(super) fn shut_down(&self, net: &Net<F::Kernel>, how: Shutdown) -> Result<(), Errno> {
        if how != Shutdown::Write {
            self.deaf.store(true, Ordering::Relaxed);
            self.shut(net, Shutdown::Read)?;
        }
        let mut out = lock(&self.out);
        if how == Shutdown::Read || out.end != End::None {
            return Ok(());
        }
        if !out.rest.is_empty() {
            out.end = End::Due;
            return Ok(());
        }
        out.end = End::Closed;
        self.shut(net, Shutdown::Write)
    }

    fn shut(&self, net: &Net<F::Kernel>, how: Shutdown) -> Result<(), Errno> {
        match net.caller("shutdown").shutdown(&self.socket, how) {
            // The peer was quicker.
            Err(Errno::Notconn) => Ok(()),
            done => done,
        }
    }

    /// What has come, at most so much; nothing, where nothing has.
    pub(super) fn read(&self, io: &Io<F>, len: usize) -> StreamResult<Arc<Vec<u8>>> {
        if self.deaf.load(Ordering::Relaxed) {
            return Err(StreamError::Closed);
        }
        if len == 0 {
            return Ok(Arc::default());
        }
        match io.receive("read", &self.socket, len) {
            Ok((bytes, _)) if bytes.is_empty() => {
                self.deaf.store(true, Ordering::Relaxed);
                Err(StreamError::Closed)
            }
            Ok((bytes, _)) => Ok(bytes),
            Err(Fail::Errno(Errno::Again)) => Ok(Arc::default()),
            Err(Fail::Errno(errno)) => {
                self.deaf.store(true, Ordering::Relaxed);
                Err(broken(errno))
            }
            Err(fail) => Err(StreamError::Trap(ended(fail))),
        }
    }

    /// How much may be written now.
    fn check_write(&self, net: &Net<F::Kernel>) -> StreamResult<usize> {
        let mut out = lock(&self.out);
        self.bring_out(net, &mut out);
        if out.full && out.rest.is_empty() {
            out.full = !self.takes_more(net);
        }
        match out.end {
            End::None if out.full => out.permit = 0,
            End::None => out.permit = MOST,
            End::Due => out.permit = 0,
            End::Closed => return Err(StreamError::Closed),
            End::Failed(errno) => return Err(broken(errno)),
        }
        Ok(out.permit)
    }

    /// Write what was permitted.
    pub(super) fn write(self: &Arc<Self>, io: &Io<F>, bytes: &[u8]) -> StreamResult<()> {
        let mut out = lock(&self.out);
        match out.end {
            End::Closed => return Err(StreamError::Closed),
            End::Failed(errno) => return Err(broken(errno)),
            End::None | End::Due => {}
        }
        if bytes.len() > out.permit {
            let text = "the guest writes more than it was permitted to";
            return Err(StreamError::trap(text));
        }
        out.permit = 0;
        let sent = self.send(&io.group.process.net, &mut out, bytes)?;
        if sent < bytes.len() {
            out.full = true;
            out.rest = bytes[sent..].to_vec();
            io.has_rest(self);
        }
        Ok(())
    }

    /// Send without waiting: how much the system took.
    fn send(&self, net: &Net<F::Kernel>, out: &mut Out, bytes: &[u8]) -> StreamResult<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let how = Sending { dont_wait: true };
        match net
            .caller("write")
            .send_bytes(&self.socket, bytes, None, how)
        {
            Ok(sent) => Ok(sent),
            Err(Fail::Errno(Errno::Again)) => Ok(0),
            Err(Fail::Errno(Errno::Pipe)) => {
                out.end = End::Closed;
                Err(StreamError::Closed)
            }
            Err(Fail::Errno(errno)) => {
                out.end = End::Failed(errno);
                Err(broken(errno))
            }
            Err(fail) => Err(StreamError::Trap(ended(fail))),
        }
    }

    /// Send what is left, as far as the system takes it.
    fn bring_out(&self, net: &Net<F::Kernel>, out: &mut Out) {
        if out.rest.is_empty() {
            return;
        }
        let rest = std::mem::take(&mut out.rest);
        // Whoever writes next is told how this ended.
        let sent = self.send(net, out, &rest).unwrap_or(rest.len());
        out.rest = rest;
        out.rest.drain(..sent);
        if out.rest.is_empty() {
            out.full = false;
            if out.end == End::Due {
                out.end = End::Closed;
                let _ = self.shut(net, Shutdown::Write);
            }
        }
    }

    /// The same, when the system has room again.
    pub(super) fn go_on(&self, net: &Net<F::Kernel>) {
        self.bring_out(net, &mut lock(&self.out));
    }

    pub(super) fn has_rest(&self) -> bool {
        !lock(&self.out).rest.is_empty()
    }

    /// List it among those that hold a rest, or take it off the list: was it there?
    pub(super) fn list(&self, on: bool) -> bool {
        self.listed.swap(on, Ordering::Relaxed)
    }

    /// Has the system room? An error is something to be told of, too.
    fn takes_more(&self, net: &Net<F::Kernel>) -> bool {
        self.wait_for_room(net, Some(Duration::ZERO))
            .unwrap_or(true)
    }

    fn wait_for_room(&self, net: &Net<F::Kernel>, limit: Option<Duration>) -> Result<bool, Fail> {
        let mut ready = [Readiness::default()];
        let asked = [(self.socket.handle(), Interest::WRITE)];
        net.stop
            .blocking(|| net.kernel.poll(&asked, &mut ready, limit))?;
        Ok(ready[0].any())
    }

    /// The guest has left it. What it wrote goes out all the same: somebody stays with it who waits until it is out.
    pub(super) fn leave(self: Arc<Self>, io: &Io<F>) {
        if self.has_rest() {
            let group = Arc::clone(&io.group);
            // Without a thread to stay, it goes out when the guest waits for the next time, or ends.
            let _ = io.group.help(move || self.finish(&group.process.net, None));
        }
    }

    /// Send what is left, and wait for it: as long as it takes, or until the system had no room for so long.
    pub(super) fn finish(&self, net: &Net<F::Kernel>, limit: Option<Duration>) {
        while self.has_rest() {
            if !self.wait_for_room(net, limit).unwrap_or(false) {
                return;
            }
            self.go_on(net);
        }
    }
}

fn broken(errno: Errno) -> StreamError {
    StreamError::LastOperationFailed(errno.into())
}

/// The stream that is read.
pub(super) struct Input<F: Files> {
    pub(super) io: Arc<Io<F>>,
    pub(super) connection: Arc<Connection<F>>,
}

/// The stream that is written.
pub(super) struct Output<F: Files> {
    pub(super) io: Arc<Io<F>>,
    pub(super) connection: Arc<Connection<F>>,
}

impl<F: Files> Input<F> {
    /// Wait for something to read.
    async fn settle(&self) -> StreamResult<()> {
        let waiting = Waiting::new(&self.io, vec![self.connection.input()]);
        waiting.ready().await.map(drop).map_err(StreamError::Trap)
    }
}

#[wasmtime_wasi::async_trait]
impl<F: Files> Pollable for Input<F> {
    async fn ready(&mut self) {
        // Whoever reads or writes then is told of the guest's end, if that came first.
        let _ = self.settle().await;
    }
}

#[wasmtime_wasi::async_trait]
impl<F: Files> InputStream for Input<F> {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        let bytes = self.connection.read(&self.io, size)?;
        Ok(Bytes::copy_from_slice(&bytes))
    }

    async fn blocking_read(&mut self, size: usize) -> StreamResult<Bytes> {
        loop {
            self.settle().await?;
            let bytes = self.read(size)?;
            if !bytes.is_empty() || size == 0 {
                return Ok(bytes);
            }
        }
    }
}

impl<F: Files> Output<F> {
    /// Wait until something can be written.
    async fn settle(&self) -> StreamResult<()> {
        let waiting = Waiting::new(&self.io, vec![self.connection.output()]);
        waiting.ready().await.map(drop).map_err(StreamError::Trap)
    }
}

#[wasmtime_wasi::async_trait]
impl<F: Files> Pollable for Output<F> {
    async fn ready(&mut self) {
        // Whoever reads or writes then is told of the guest's end, if that came first.
        let _ = self.settle().await;
    }
}

#[wasmtime_wasi::async_trait]
impl<F: Files> OutputStream for Output<F> {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.connection.write(&self.io, &bytes)
    }

    fn flush(&mut self) -> StreamResult<()> {
        // It goes out as soon as it can.
        match lock(&self.connection.out).end {
            End::None | End::Due => Ok(()),
            End::Closed => Err(StreamError::Closed),
            End::Failed(errno) => Err(broken(errno)),
        }
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.connection.check_write(&self.io.group.process.net)
    }

    async fn write_ready(&mut self) -> StreamResult<usize> {
        loop {
            let permit = self.check_write()?;
            if permit > 0 {
                return Ok(permit);
            }
            self.settle().await?;
        }
    }
}
