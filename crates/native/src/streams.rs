//! Streams without positions: standard streams, which are the host's own, none at all, or pipes to the host program; and
//! the pipes and counters that a guest makes for itself.
//!
//! A descriptor from outside shares its open file description with others (a shell, a sibling process), so the flags of
//! that description are never changed: a stream that the guest made non-blocking is asked whether it is ready first.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use iwasm_abi::Errno;
use iwasm_net::{Span, memory};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec};
use rustix::pipe::PipeFlags;

use crate::errno::from_rustix;
use crate::files::File;

/// What a pipe takes in one piece (`PIPE_BUF`), and what it has room for at least when it is ready.
const PIPE_BUF: usize = 4096;

impl File {
    /// The standard input of this process.
    pub fn inherit_stdin() -> io::Result<Self> {
        duplicate(&io::stdin())
    }

    /// The standard output of this process.
    ///
    /// A reader that is gone is EPIPE to the guest: its threads are closed to SIGPIPE. A program that runs a guest in a
    /// store of its own, on threads of its own, and is not Rust's must ignore that signal, as every Rust binary does
    /// from its start, or such a write ends the program. The same holds for every pipe below.
    pub fn inherit_stdout() -> io::Result<Self> {
        duplicate(&io::stdout())
    }

    /// The standard error of this process.
    pub fn inherit_stderr() -> io::Result<Self> {
        duplicate(&io::stderr())
    }

    /// A stream that is always at its end and swallows what is written.
    pub fn null() -> io::Result<Self> {
        let null = fs::File::options()
            .read(true)
            .write(true)
            .open("/dev/null")?;
        Ok(Self::private(null.into()))
    }

    /// Any descriptor of the host: a file, a terminal, a pipe, a socket.
    ///
    /// Others may hold the same open file description: its flags stay as they are, whatever the guest sets.
    pub fn from_owned(fd: OwnedFd) -> Self {
        Self::shared(fd)
    }

    /// A stream for the guest's output, and the end where the host reads it.
    ///
    /// The guest waits while the pipe is full: read on a thread of its own. The end comes when the guest has ended and
    /// the stream is dropped.
    ///
    /// ```
    /// # fn main() -> std::io::Result<()> {
    /// use std::io::Read;
    /// let (stdout, mut output) = iwasm_native::File::pipe()?;
    /// // Give `stdout` to a guest and run it.
    /// drop(stdout);
    /// let mut text = String::new();
    /// output.read_to_string(&mut text)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn pipe() -> io::Result<(Self, fs::File)> {
        let (reader, writer) = io::pipe()?;
        Ok((Self::private(writer.into()), OwnedFd::from(reader).into()))
    }

    /// A stream for the guest's input, and the end where the host writes it.
    ///
    /// Drop that end to end the input. More than a pipe holds (64 KiB) waits for the guest to read: write it on a
    /// thread of its own.
    pub fn feed() -> io::Result<(Self, fs::File)> {
        let (reader, writer) = io::pipe()?;
        Ok((Self::private(reader.into()), OwnedFd::from(writer).into()))
    }
}

/// A pipe inside of the guest: its end for reading, and its end for writing.
pub(crate) fn pipe() -> Result<(File, File), Errno> {
    let (reader, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(from_rustix)?;
    Ok((File::private(reader), File::private(writer)))
}

/// A counter (eventfd(2)). EINVAL: it cannot count so far, which is all ones.
pub(crate) fn counter(count: u64, one_at_a_time: bool) -> Result<File, Errno> {
    let mut flags = EventfdFlags::CLOEXEC;
    flags.set(EventfdFlags::SEMAPHORE, one_at_a_time);
    let counter = rustix::event::eventfd(0, flags).map_err(from_rustix)?;
    if count > 0 {
        // The system begins with 32 bits, and adds 64. Nothing waits: an empty counter has room for all but all ones.
        rustix::io::write(&counter, &count.to_ne_bytes()).map_err(from_rustix)?;
    }
    Ok(File::private(counter))
}

fn duplicate(stream: &impl AsFd) -> io::Result<File> {
    Ok(File::from_owned(stream.as_fd().try_clone_to_owned()?))
}

/// Do a transfer on a description that others share, so that the guest sees its own O_NONBLOCK and not theirs.
pub(crate) fn transfer(
    stream: &impl AsFd,
    nonblock: &AtomicBool,
    direction: PollFlags,
    act: impl Fn() -> Result<usize, Errno>,
) -> Result<usize, Errno> {
    if nonblock.load(Ordering::Relaxed) {
        return match wait(stream, direction, Some(&Timespec::default()))? {
            true => act(),
            false => Err(Errno::Again),
        };
    }
    loop {
        match act() {
            // Another holder made the description non-blocking, but this guest asked to wait.
            Err(Errno::Again) => wait(stream, direction, None)?,
            done => return done,
        };
    }
}

/// What a pipe that is ready takes without waiting.
///
/// All of it if it is small, for a small write is one piece; else the beginning.
pub(crate) fn beginning<'a>(from: &[Span<'a>]) -> Option<Span<'a>> {
    if memory::total(from) <= PIPE_BUF {
        return None;
    }
    let first = from.iter().find(|span| !span.is_empty())?;
    Some(first.part(0, PIPE_BUF))
}

/// Wait until the stream is ready: is it?
fn wait(stream: &impl AsFd, direction: PollFlags, limit: Option<&Timespec>) -> Result<bool, Errno> {
    let mut polled = [PollFd::new(stream, direction)];
    let ready = rustix::event::poll(&mut polled, limit).map_err(from_rustix)?;
    Ok(ready > 0)
}
