//! The standard streams of a component, on those that every guest is handed.
//!
//! What reads waits without reading: nothing is taken from the stream that the guest did not ask for. What writes waits
//! on the guest's own thread, as a core module does.

mod input;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use iwasm_abi::Errno;
use iwasm_net::{Fail, Span};
use iwasm_wasi::{Descriptor, FileKind, Files, Object};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use crate::group::Group;
use crate::outcome::End;

pub(super) use input::Input;

/// A standard stream that is written. Cheap to clone.
pub(super) struct Output<F: Files>(Stream<F>);

/// A standard stream. Cheap to clone.
struct Stream<F: Files> {
    group: Arc<Group<F>>,
    descriptor: Arc<Descriptor<F>>,
}

/// So much is offered to a guest that asks how much it may write.
const MOST: usize = 64 << 10;

impl<F: Files> Clone for Stream<F> {
    fn clone(&self) -> Self {
        Self {
            group: Arc::clone(&self.group),
            descriptor: Arc::clone(&self.descriptor),
        }
    }
}

impl<F: Files> Stream<F> {
    fn file(&self) -> Result<&F::File, Errno> {
        match &self.descriptor.object {
            Object::File(file) => Ok(file),
            _ => Err(Errno::Badf),
        }
    }

    /// A device that is written and read in order, as far as a program can tell.
    fn is_terminal(&self) -> bool {
        let stat = self
            .file()
            .and_then(|file| self.group.process.files.stat(file));
        stat.is_ok_and(|stat| stat.kind == FileKind::CharacterDevice)
    }

    /// A transfer that may block, until the guest is ended.
    fn transfer(
        &self,
        bytes: &mut [u8],
        act: impl Fn(&F, &F::File, &[Span<'_>]) -> Result<usize, Errno>,
    ) -> Result<usize, Fail> {
        let process = &self.group.process;
        let file = self.file()?;
        let spans = [Span::of(bytes)];
        process
            .net
            .stop
            .blocking(|| act(&process.files, file, &spans))
    }

    fn write_all(&self, mut bytes: &mut [u8]) -> Result<(), Fail> {
        while !bytes.is_empty() {
            let written = self.transfer(bytes, F::write)?.min(bytes.len());
            if written == 0 {
                return Err(Errno::Io.into());
            }
            bytes = &mut bytes[written..];
        }
        Ok(())
    }
}

impl<F: Files> Output<F> {
    pub(super) fn new(group: Arc<Group<F>>, descriptor: Arc<Descriptor<F>>) -> Self {
        Self(Stream { group, descriptor })
    }
}

impl<F: Files> Clone for Output<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F: Files> IsTerminal for Output<F> {
    fn is_terminal(&self) -> bool {
        self.0.is_terminal()
    }
}

impl<F: Files> StdoutStream for Output<F> {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl<F: Files> Pollable for Output<F> {
    async fn ready(&mut self) {}
}

impl<F: Files> OutputStream for Output<F> {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut bytes = BytesMut::from(bytes);
        self.0.write_all(&mut bytes).map_err(refused)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST)
    }
}

impl<F: Files> AsyncWrite for Output<F> {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut bytes = bytes[..bytes.len().min(MOST)].to_vec();
        let len = bytes.len();
        Poll::Ready(self.0.write_all(&mut bytes).map(|()| len).map_err(error))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// A failed transfer as WASIp2 tells it.
fn refused(fail: Fail) -> StreamError {
    match fail {
        Fail::Errno(Errno::Pipe) => StreamError::Closed,
        Fail::Errno(_) => StreamError::LastOperationFailed(error(fail).into()),
        _ => StreamError::Trap(End::Stopped.into()),
    }
}

/// A failed transfer as WASIp3 tells it. A guest that is being ended hears no more of it.
fn error(fail: Fail) -> io::Error {
    match fail {
        Fail::Errno(Errno::Pipe) => io::ErrorKind::BrokenPipe.into(),
        Fail::Errno(errno) => io::Error::other(errno),
        _ => io::ErrorKind::Interrupted.into(),
    }
}
