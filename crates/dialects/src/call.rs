//! One call of a guest, while it lasts: who calls, in whose memory, on which program.

use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_net::{Caller, Memory, Scratch};
use iwasm_wasi::{Descriptor, EpollRoom, Files, MAIN_THREAD, PollCache, Process};

/// What a thread of a guest keeps between its calls.
pub struct Thread<F: Files> {
    /// The buffers of the present call.
    pub scratch: Scratch,
    /// What the thread polled last.
    pub poll: PollCache<F>,
    /// What the thread was told last by an epoll object.
    pub told: EpollRoom,
    /// The thread's number; the first one has [`MAIN_THREAD`].
    pub tid: u32,
}

impl<F: Files> Default for Thread<F> {
    fn default() -> Self {
        Self {
            scratch: Scratch::default(),
            poll: PollCache::default(),
            told: EpollRoom::default(),
            tid: MAIN_THREAD,
        }
    }
}

/// One call of a guest.
pub struct Call<'a, F: Files> {
    /// The program.
    pub process: &'a Process<F>,
    /// The thread that calls.
    pub thread: &'a mut Thread<F>,
    /// The program's memory.
    pub memory: Memory<'a>,
    /// The function's name in its dialect.
    pub name: &'static str,
}

impl<'a, F: Files> Call<'a, F> {
    /// The socket core in the name of this call.
    #[inline]
    pub fn net(&self) -> Caller<'a, F::Kernel> {
        self.process.net.caller(self.name)
    }

    /// What the number stands for, if it has these rights: EBADF or ENOTCAPABLE.
    #[inline]
    pub fn descriptor(&self, fd: u32, rights: u64) -> Result<Arc<Descriptor<F>>, Errno> {
        let descriptor = self.process.table.get(fd)?;
        descriptor.demand(rights)?;
        Ok(descriptor)
    }

    /// The socket that the number stands for, if it has these rights: EBADF, ENOTSOCK or ENOTCAPABLE. That it is no
    /// socket is said first: rights of sockets mean other things elsewhere.
    #[inline]
    pub fn socket(&self, fd: u32, rights: u64) -> Result<Arc<Descriptor<F>>, Errno> {
        let descriptor = self.process.table.get(fd)?;
        descriptor.as_socket()?;
        descriptor.demand(rights)?;
        Ok(descriptor)
    }
}
