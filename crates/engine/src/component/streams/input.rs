//! The standard input of a component. A thread waits until there is something to read; the guest's own thread reads it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use iwasm_net::{Interest, Kernel, Readiness};
use iwasm_wasi::{Descriptor, Files};
use tokio::io::{AsyncRead, ReadBuf};
use wasmtime_wasi::cli::{IsTerminal, StdinStream};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError, StreamResult};

use super::{MOST, Stream, error, refused};
use crate::group::Group;

/// A standard stream that is read. Cheap to clone.
pub(in super::super) struct Input<F: Files> {
    stream: Stream<F>,
    waiting: Arc<Mutex<Waiting>>,
}

/// Who waits for the input.
#[derive(Default)]
struct Waiting {
    /// Is there a thread that waits?
    thread: bool,
    /// Whom it wakes.
    wakers: Vec<Waker>,
}

/// Whoever asks again and again in a new name pushes out those who asked before: they are woken, and ask anew.
const MOST_WAKERS: usize = 64;

impl<F: Files> Clone for Input<F> {
    fn clone(&self) -> Self {
        Self {
            stream: self.stream.clone(),
            waiting: Arc::clone(&self.waiting),
        }
    }
}

impl<F: Files> Input<F> {
    pub(in super::super) fn new(group: Arc<Group<F>>, descriptor: Arc<Descriptor<F>>) -> Self {
        Self {
            stream: Stream { group, descriptor },
            waiting: Arc::default(),
        }
    }

    /// What the system waits on, if it can.
    pub(in super::super) fn handle(&self) -> Option<&<F::Kernel as Kernel>::Handle> {
        let file = self.stream.file().ok()?;
        self.stream.group.process.files.handle(file)
    }

    /// Would a read not wait? An error and an end are something to read, too.
    fn is_ready(&self) -> bool {
        self.wait_once(Some(std::time::Duration::ZERO))
    }

    fn wait_once(&self, limit: Option<std::time::Duration>) -> bool {
        let process = &self.stream.group.process;
        // What cannot be waited for is always ready.
        let Some(handle) = self.handle() else {
            return true;
        };
        let read = Interest {
            read: true,
            ..Interest::default()
        };
        let mut ready = [Readiness::default()];
        let waited = process.net.stop.blocking(|| {
            let kernel = &process.net.kernel;
            kernel.poll(&[(handle, read)], &mut ready, limit)
        });
        waited.is_err() || ready[0].any()
    }

    /// Be woken when there is something to read.
    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.is_ready() {
            return Poll::Ready(());
        }
        let mut waiting = lock(&self.waiting);
        if waiting.wakers.len() >= MOST_WAKERS {
            waiting.wake();
        }
        let waker = context.waker();
        if !waiting.wakers.iter().any(|known| known.will_wake(waker)) {
            waiting.wakers.push(waker.clone());
        }
        if !waiting.thread {
            let input = self.clone();
            let begun = self.stream.group.help(move || {
                input.wait_once(None);
                let mut waiting = lock(&input.waiting);
                waiting.thread = false;
                waiting.wake();
            });
            waiting.thread = begun.is_ok();
            if begun.is_err() {
                waiting.wake();
            }
        }
        Poll::Pending
    }

    /// Read what there is, which is nothing at the end.
    fn read(&self, bytes: &mut [u8]) -> Result<usize, iwasm_net::Fail> {
        let len = bytes.len();
        Ok(self.stream.transfer(bytes, F::read)?.min(len))
    }
}

impl Waiting {
    fn wake(&mut self) {
        for waker in self.wakers.drain(..) {
            waker.wake();
        }
    }
}

fn lock(waiting: &Mutex<Waiting>) -> std::sync::MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<F: Files> IsTerminal for Input<F> {
    fn is_terminal(&self) -> bool {
        self.stream.is_terminal()
    }
}

impl<F: Files> StdinStream for Input<F> {
    fn async_stream(&self) -> Box<dyn AsyncRead + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn InputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl<F: Files> Pollable for Input<F> {
    async fn ready(&mut self) {
        std::future::poll_fn(|context| self.poll_ready(context)).await;
    }
}

impl<F: Files> InputStream for Input<F> {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        if size == 0 || !self.is_ready() {
            return Ok(Bytes::new());
        }
        let mut bytes = BytesMut::zeroed(size.min(MOST));
        match Self::read(self, &mut bytes).map_err(refused)? {
            0 => Err(StreamError::Closed),
            len => {
                bytes.truncate(len);
                Ok(bytes.freeze())
            }
        }
    }
}

impl<F: Files> AsyncRead for Input<F> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        std::task::ready!(self.poll_ready(context));
        let read = Self::read(&self, into.initialize_unfilled());
        Poll::Ready(read.map(|len| into.advance(len)).map_err(error))
    }
}
