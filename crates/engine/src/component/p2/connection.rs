//! A TCP connection of WASIp2: its two streams.
//!
//! What a guest may write it is told before, and then the write must not wait. The system takes all of it but in rare
//! moments; what it does not take waits here, and goes out whenever the guest waits for anything or calls again.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use iwasm_abi::Errno;
use iwasm_net::{Fail, Interest, Net, Sending, Shutdown, Socket};
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
    end: End,
}

/// How far the end of a stream has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is open.
    None,
    /// It is shut down as soon as the rest is out.
    Due,
    /// It is shut down, or the peer is gone, or the guest knows that it broke.
    Closed,
    /// It broke, and the guest is to be told.
    Failed(Errno),
}

impl Out {
    /// Is it open? Of its breaking the guest is told once: the stream is closed from then on.
    fn check(&mut self) -> StreamResult<()> {
        match self.end {
            End::None | End::Due => Ok(()),
            End::Closed => Err(StreamError::Closed),
            End::Failed(errno) => {
                self.end = End::Closed;
                Err(match errno {
                    Errno::Pipe => StreamError::Closed,
                    _ => broken(errno),
                })
            }
        }
    }
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
    pub(super) fn output(self: &Arc<Self>) -> Awaited<F> {
        match lock(&self.out).end {
            End::Closed | End::Failed(_) => Awaited::Nothing,
            End::None | End::Due => Awaited::Output(Arc::clone(self)),
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
        out.check()?;
        out.permit = match out.end {
            End::None if out.rest.is_empty() => MOST,
            _ => 0,
        };
        Ok(out.permit)
    }

    /// Write what was permitted. Nothing is permitted at any time.
    pub(super) fn write(self: &Arc<Self>, io: &Io<F>, bytes: &[u8]) -> StreamResult<()> {
        let mut out = lock(&self.out);
        out.check()?;
        if bytes.is_empty() {
            return Ok(());
        }
        if bytes.len() > out.permit {
            return Err(StreamError::trap(TOO_MUCH));
        }
        out.permit = 0;
        match self.send(&io.group.process.net, bytes) {
            Ok(sent) if sent < bytes.len() => {
                out.rest = bytes[sent..].to_vec();
                io.has_rest(self);
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(Fail::Errno(errno)) => {
                out.end = End::Failed(errno);
                out.check()
            }
            Err(fail) => Err(StreamError::Trap(ended(fail))),
        }
    }

    /// Send without waiting: how much the system took.
    fn send(&self, net: &Net<F::Kernel>, bytes: &[u8]) -> Result<usize, Fail> {
        let how = Sending { dont_wait: true };
        let caller = net.caller("write");
        match caller.send_bytes(&self.socket, bytes, None, how) {
            Err(Fail::Errno(Errno::Again)) => Ok(0),
            done => done,
        }
    }

    /// Send what is left, as far as the system takes it.
    fn bring_out(&self, net: &Net<F::Kernel>, out: &mut Out) {
        if out.rest.is_empty() {
            return;
        }
        match self.send(net, &out.rest) {
            Ok(sent) => drop(out.rest.drain(..sent)),
            Err(Fail::Errno(errno)) => {
                out.rest.clear();
                out.end = End::Failed(errno);
            }
            // The guest ends.
            Err(_) => return,
        }
        if out.rest.is_empty() {
            out.rest = Vec::new();
            if out.end == End::Due {
                out.end = End::Closed;
                let _ = self.shut(net, Shutdown::Write);
            }
        }
    }

    /// The same, when the system has room again: is all of it out?
    pub(super) fn go_on(&self, net: &Net<F::Kernel>) -> bool {
        let mut out = lock(&self.out);
        self.bring_out(net, &mut out);
        out.rest.is_empty()
    }

    /// Lose what is left, and break the connection off: a peer must not take for all what is a part.
    pub(super) fn give_up(&self, net: &Net<F::Kernel>) {
        let mut out = lock(&self.out);
        if !std::mem::take(&mut out.rest).is_empty() {
            out.end = End::Closed;
            let _ = net.caller("write").set_linger(&self.socket, Some(0));
        }
    }

    pub(super) fn has_rest(&self) -> bool {
        !lock(&self.out).rest.is_empty()
    }

    /// List it among those that hold a rest, or take it off the list: was it there?
    pub(super) fn list(&self, on: bool) -> bool {
        self.listed.swap(on, Ordering::Relaxed)
    }

    /// Send what is left, and wait for it for as long as the system has room once in so much time.
    pub(super) fn finish(&self, net: &Net<F::Kernel>, limit: Duration) {
        let caller = net.caller("write");
        while !self.go_on(net) {
            let has_room = caller.ready_within(&self.socket, Interest::WRITE, limit);
            if !has_room.unwrap_or(false) {
                return self.give_up(net);
            }
        }
    }
}

/// What a guest is ended with that writes without a permit.
pub(super) const TOO_MUCH: &str = "the guest writes more than it was permitted to";

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
        lock(&self.connection.out).check()
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
