//! Open files, and the trait [`Files`] on Linux.
//!
//! Data moves straight between the kernel and guest memory; paths are the business of [`Dir`] alone.

pub(crate) mod facts;
mod spans;
mod terminal;

use std::num::NonZeroU64;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

use iwasm_abi::Errno;
use iwasm_net::Span;
use iwasm_wasi::{
    Advice, Entry, FileFlags, FileKind, Files, Open, Opened, Seek, Stat, Terminal, Times,
};
use rustix::event::PollFlags;
use rustix::fs::{FallocateFlags, OFlags, SeekFrom};

use crate::errno::from_rustix;
use crate::{Dir, Handle, Linux, streams};

/// An open file, device, pipe or standard stream of a guest.
#[derive(Debug)]
pub struct File {
    handle: Handle,
    /// Never waits, so it is never waited for.
    regular: bool,
    hold: Hold,
}

/// Who else holds the open file description, the place where the system keeps O_APPEND and O_NONBLOCK.
#[derive(Debug)]
enum Hold {
    /// Nobody: the guest's flags are its flags.
    Private,
    /// Perhaps somebody: its flags stay, and the guest's wish is kept here.
    Shared {
        /// Calls answer EAGAIN instead of waiting.
        nonblock: AtomicBool,
    },
}

impl File {
    /// A file whose open file description is the guest's own.
    pub(crate) fn private(fd: OwnedFd) -> Self {
        Self::held(Handle::private(fd), Hold::Private)
    }

    /// A file whose open file description others may hold, too.
    pub(crate) fn shared(fd: OwnedFd) -> Self {
        let nonblock = AtomicBool::new(false);
        Self::held(fd.into(), Hold::Shared { nonblock })
    }

    fn held(handle: Handle, hold: Hold) -> Self {
        let regular = facts::stat(&handle).is_ok_and(|stat| stat.kind == FileKind::Regular);
        Self {
            handle,
            regular,
            hold,
        }
    }

    /// The guest's wish, where it is not the system that keeps it and where it means something.
    fn wish(&self) -> Option<&AtomicBool> {
        match &self.hold {
            Hold::Shared { nonblock } if !self.regular => Some(nonblock),
            _ => None,
        }
    }

    fn read(&self, into: &[Span<'_>]) -> Result<usize, Errno> {
        let read = || spans::read(self, into);
        match self.wish() {
            Some(nonblock) => streams::transfer(self, nonblock, PollFlags::IN, read),
            None => read(),
        }
    }

    fn write(&self, from: &[Span<'_>]) -> Result<usize, Errno> {
        let Some(nonblock) = self.wish() else {
            return spans::write(self, from);
        };
        let start = streams::beginning(from).filter(|_| nonblock.load(Ordering::Relaxed));
        let from = start.as_ref().map_or(from, std::slice::from_ref);
        streams::transfer(self, nonblock, PollFlags::OUT, || spans::write(self, from))
    }

    fn flags(&self) -> Result<FileFlags, Errno> {
        let flags = rustix::fs::fcntl_getfl(self).map_err(from_rustix)?;
        let sync = flags.contains(OFlags::SYNC);
        Ok(FileFlags {
            append: flags.contains(OFlags::APPEND),
            // O_SYNC is O_DSYNC and one bit more; O_RSYNC is O_SYNC (open(2)).
            dsync: flags.contains(facts::DSYNC) && !sync,
            nonblock: match &self.hold {
                Hold::Private => flags.contains(OFlags::NONBLOCK),
                Hold::Shared { nonblock } => nonblock.load(Ordering::Relaxed),
            },
            rsync: false,
            sync,
        })
    }

    fn set_flags(&self, to: FileFlags) -> Result<(), Errno> {
        let now = self.flags()?;
        if (to.dsync, to.rsync, to.sync) != (now.dsync, now.rsync, now.sync) {
            return Err(Errno::Notsup);
        }
        match &self.hold {
            Hold::Shared { .. } if to.append != now.append => Err(Errno::Notsup),
            Hold::Shared { nonblock } => {
                nonblock.store(to.nonblock, Ordering::Relaxed);
                Ok(())
            }
            Hold::Private => {
                let mut flags = rustix::fs::fcntl_getfl(self).map_err(from_rustix)?;
                flags.set(OFlags::APPEND, to.append);
                flags.set(OFlags::NONBLOCK, to.nonblock);
                rustix::fs::fcntl_setfl(self, flags).map_err(from_rustix)
            }
        }
    }
}

impl AsFd for File {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.handle.as_fd()
    }
}

impl Files for Linux {
    type Kernel = Self;
    type File = File;
    type Dir = Dir;

    fn pipe(&self) -> Result<(File, File), Errno> {
        streams::pipe()
    }

    fn counter(&self, count: u64, one_at_a_time: bool) -> Result<File, Errno> {
        streams::counter(count, one_at_a_time)
    }

    fn handle<'a>(&self, file: &'a File) -> Option<&'a Handle> {
        (!file.regular).then_some(&file.handle)
    }

    fn read(&self, file: &File, into: &[Span<'_>]) -> Result<usize, Errno> {
        file.read(into)
    }

    fn write(&self, file: &File, from: &[Span<'_>]) -> Result<usize, Errno> {
        file.write(from)
    }

    fn read_at(&self, file: &File, into: &[Span<'_>], at: u64) -> Result<usize, Errno> {
        spans::read_at(file, into, at)
    }

    fn write_at(&self, file: &File, from: &[Span<'_>], at: u64) -> Result<usize, Errno> {
        spans::write_at(file, from, at)
    }

    fn seek(&self, file: &File, to: Seek) -> Result<u64, Errno> {
        let to = match to {
            Seek::Start(at) => SeekFrom::Start(at),
            Seek::Current(by) => SeekFrom::Current(by),
            Seek::End(by) => SeekFrom::End(by),
        };
        rustix::fs::seek(file, to).map_err(from_rustix)
    }

    fn sync(&self, file: &File) -> Result<(), Errno> {
        rustix::fs::fsync(file).map_err(from_rustix)
    }

    fn sync_data(&self, file: &File) -> Result<(), Errno> {
        rustix::fs::fdatasync(file).map_err(from_rustix)
    }

    fn allocate(&self, file: &File, at: u64, len: u64) -> Result<(), Errno> {
        rustix::fs::fallocate(file, FallocateFlags::empty(), at, len).map_err(from_rustix)
    }

    fn advise(&self, file: &File, at: u64, len: u64, advice: Advice) -> Result<(), Errno> {
        let advice = match advice {
            Advice::Normal => rustix::fs::Advice::Normal,
            Advice::Sequential => rustix::fs::Advice::Sequential,
            Advice::Random => rustix::fs::Advice::Random,
            Advice::WillNeed => rustix::fs::Advice::WillNeed,
            Advice::DontNeed => rustix::fs::Advice::DontNeed,
            Advice::NoReuse => rustix::fs::Advice::NoReuse,
        };
        // No length is up to the end, for both sides.
        rustix::fs::fadvise(file, at, NonZeroU64::new(len), advice).map_err(from_rustix)
    }

    fn flags(&self, file: &File) -> Result<FileFlags, Errno> {
        file.flags()
    }

    fn set_flags(&self, file: &File, flags: FileFlags) -> Result<(), Errno> {
        file.set_flags(flags)
    }

    fn stat(&self, file: &File) -> Result<Stat, Errno> {
        facts::stat(file)
    }

    fn terminal(&self, file: &File) -> Option<Terminal> {
        terminal::of(file)
    }

    fn set_size(&self, file: &File, size: u64) -> Result<(), Errno> {
        rustix::fs::ftruncate(file, size).map_err(from_rustix)
    }

    fn set_times(&self, file: &File, times: Times) -> Result<(), Errno> {
        rustix::fs::futimens(file, &facts::timestamps(times)).map_err(from_rustix)
    }

    fn open(&self, dir: &Dir, path: &str, how: &Open) -> Result<Opened<Self>, Errno> {
        dir.open(path, how)
    }

    fn stat_dir(&self, dir: &Dir) -> Result<Stat, Errno> {
        dir.stat()
    }

    fn sync_dir(&self, dir: &Dir) -> Result<(), Errno> {
        dir.sync()
    }

    fn set_dir_times(&self, dir: &Dir, times: Times) -> Result<(), Errno> {
        dir.set_times(times)
    }

    fn list(&self, dir: &Dir) -> Result<Vec<Entry>, Errno> {
        dir.list()
    }

    fn stat_at(&self, dir: &Dir, path: &str, follow: bool) -> Result<Stat, Errno> {
        dir.stat_at(path, follow)
    }

    fn set_times_at(&self, dir: &Dir, path: &str, follow: bool, times: Times) -> Result<(), Errno> {
        dir.set_times_at(path, follow, times)
    }

    fn make_dir(&self, dir: &Dir, path: &str) -> Result<(), Errno> {
        dir.make_dir(path)
    }

    fn remove_dir(&self, dir: &Dir, path: &str) -> Result<(), Errno> {
        dir.remove_dir(path)
    }

    fn remove_file(&self, dir: &Dir, path: &str) -> Result<(), Errno> {
        dir.remove_file(path)
    }

    fn rename(&self, dir: &Dir, path: &str, to_dir: &Dir, to: &str) -> Result<(), Errno> {
        dir.rename(path, to_dir, to)
    }

    fn link(&self, dir: &Dir, path: &str, to_dir: &Dir, to: &str) -> Result<(), Errno> {
        dir.link(path, to_dir, to)
    }

    fn symlink(&self, target: &str, dir: &Dir, path: &str) -> Result<(), Errno> {
        dir.symlink(target, path)
    }

    fn read_link(&self, dir: &Dir, path: &str) -> Result<Vec<u8>, Errno> {
        dir.read_link(path)
    }
}
