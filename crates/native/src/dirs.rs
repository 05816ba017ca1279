//! Directories that a guest holds.
//!
//! `cap-primitives` resolves every path, beneath the directory and nowhere else: `..`, links and races that would lead
//! out of it are EPERM.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use cap_primitives::ambient_authority;
use cap_primitives::fs as cap;
use cap_primitives::fs::{DirOptions, FollowSymlinks, OpenOptions, OpenOptionsExt};
use iwasm_abi::Errno;
use iwasm_wasi::{Entry, FileKind, Open, Opened, Stat, Times};
use rustix::fs::{AtFlags, Mode, OFlags};

use crate::Linux;
use crate::errno::{from_io, from_rustix};
use crate::files::{File, facts};

/// A directory of the host that a guest may use, with all that is below it.
///
/// The descriptor may be one of O_PATH, which names the directory and neither lists nor syncs it: the right to search
/// is enough to have one.
#[derive(Debug)]
pub struct Dir(fs::File);

impl Dir {
    /// Open a directory by the host's own authority, to give it to a guest.
    pub fn open_ambient(path: &Path) -> io::Result<Self> {
        cap::open_ambient_dir(path, ambient_authority()).map(Self)
    }

    pub(crate) fn open(&self, path: &str, how: &Open) -> Result<Opened<Linux>, Errno> {
        if how.directory {
            return self.open_dir(path, how).map(Opened::Dir);
        }
        // Linux says so by itself, but not the resolution of `cap-primitives` where there is no openat2.
        if how.create && path.ends_with('/') {
            return Err(Errno::Isdir);
        }
        let file = cap::open(&self.0, Path::new(path), &options(how)).map_err(refusal)?;
        match facts::stat(&file)?.kind {
            FileKind::Directory => Ok(Opened::Dir(Self(file))),
            _ => Ok(Opened::File(File::private(file.into()))),
        }
    }

    /// In WASI the right to write to a directory is the one to write to its files: it changes nothing here.
    fn open_dir(&self, path: &str, how: &Open) -> Result<Self, Errno> {
        if how.create || how.truncate {
            return Err(Errno::Inval);
        }
        let open = if how.follow {
            cap::open_dir
        } else {
            cap::open_dir_nofollow
        };
        open(&self.0, Path::new(path)).map(Self).map_err(refusal)
    }

    pub(crate) fn stat(&self) -> Result<Stat, Errno> {
        facts::stat(&self.0)
    }

    pub(crate) fn sync(&self) -> Result<(), Errno> {
        rustix::fs::fsync(self.readable()?).map_err(from_rustix)
    }

    pub(crate) fn set_times(&self, times: Times) -> Result<(), Errno> {
        set_times(&self.0, times)
    }

    pub(crate) fn list(&self) -> Result<Vec<Entry>, Errno> {
        let itself = self.stat()?.inode;
        rustix::fs::Dir::new(self.readable()?)
            .map_err(from_rustix)?
            .map(|found| {
                found
                    .map(|found| entry(&found, itself))
                    .map_err(from_rustix)
            })
            .collect()
    }

    fn readable(&self) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::openat(&self.0, c".", flags, Mode::empty()).map_err(from_rustix)
    }

    pub(crate) fn stat_at(&self, path: &str, follow: bool) -> Result<Stat, Errno> {
        facts::stat(self.find(path, follow)?)
    }

    pub(crate) fn set_times_at(&self, path: &str, follow: bool, times: Times) -> Result<(), Errno> {
        set_times(self.find(path, follow)?, times)
    }

    pub(crate) fn make_dir(&self, path: &str) -> Result<(), Errno> {
        cap::create_dir(&self.0, Path::new(path), &DirOptions::new()).map_err(refusal)
    }

    pub(crate) fn remove_dir(&self, path: &str) -> Result<(), Errno> {
        // POSIX removes `name/` as `name`, but cap-primitives takes it for `name/.`, which is EINVAL.
        cap::remove_dir(&self.0, Path::new(bare(path))).map_err(refusal)
    }

    pub(crate) fn remove_file(&self, path: &str) -> Result<(), Errno> {
        cap::remove_file(&self.0, Path::new(path)).map_err(refusal)
    }

    pub(crate) fn rename(&self, path: &str, to_dir: &Self, to: &str) -> Result<(), Errno> {
        // Only a directory can become `name/`, but cap-primitives drops the slash.
        if to.ends_with('/') && self.stat_at(path, false)?.kind != FileKind::Directory {
            return Err(Errno::Notdir);
        }
        cap::rename(&self.0, Path::new(path), &to_dir.0, Path::new(to)).map_err(refusal)
    }

    pub(crate) fn link(&self, path: &str, to_dir: &Self, to: &str) -> Result<(), Errno> {
        cap::hard_link(&self.0, Path::new(path), &to_dir.0, Path::new(to)).map_err(refusal)
    }

    pub(crate) fn symlink(&self, target: &str, path: &str) -> Result<(), Errno> {
        cap::symlink(Path::new(target), &self.0, Path::new(path)).map_err(refusal)
    }

    pub(crate) fn read_link(&self, path: &str) -> Result<Vec<u8>, Errno> {
        let target = cap::read_link(&self.0, Path::new(path)).map_err(refusal)?;
        Ok(target.into_os_string().into_vec())
    }

    /// What the path names, without opening it: that would wait for a pipe's other side, or need the right to read.
    fn find(&self, path: &str, follow: bool) -> Result<fs::File, Errno> {
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(bits(OFlags::PATH));
        options._cap_fs_ext_follow(following(follow));
        cap::open(&self.0, Path::new(path), &options).map_err(refusal)
    }
}

/// How to open what is no directory, as `cap-primitives` takes it.
///
/// What its own switches refuse in some pairs (create without write, truncate with append) goes by the system's flags.
fn options(how: &Open) -> OpenOptions {
    let mut flags = OFlags::NOCTTY;
    for (on, flag) in [
        (how.create, OFlags::CREATE),
        (how.create && how.exclusive, OFlags::EXCL),
        (how.truncate, OFlags::TRUNC),
        (how.flags.append, OFlags::APPEND),
        (how.flags.dsync, facts::DSYNC),
        (how.flags.nonblock, OFlags::NONBLOCK),
        (how.flags.rsync, OFlags::RSYNC),
        (how.flags.sync, OFlags::SYNC),
    ] {
        if on {
            flags |= flag;
        }
    }
    let mut options = OpenOptions::new();
    options
        .read(how.read || !how.write)
        .write(how.write)
        .custom_flags(bits(flags));
    options._cap_fs_ext_follow(following(how.follow));
    options
}

/// Through the descriptor itself, whatever it was opened for (utimensat(2), since Linux 5.8).
fn set_times(of: impl AsFd, times: Times) -> Result<(), Errno> {
    let times = facts::timestamps(times);
    rustix::fs::utimensat(of, c"", &times, AtFlags::EMPTY_PATH).map_err(from_rustix)
}

fn following(follow: bool) -> FollowSymlinks {
    if follow {
        FollowSymlinks::Yes
    } else {
        FollowSymlinks::No
    }
}

fn bits(flags: OFlags) -> i32 {
    flags.bits().cast_signed()
}

/// The path without slashes at its end.
fn bare(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => path,
        bare => bare,
    }
}

/// One entry. For the guest its directory is its own root, and at a root `..` is `.`: the parent's number may be a fact
/// from outside.
fn entry(found: &rustix::fs::DirEntry, itself: u64) -> Entry {
    let name = found.file_name().to_bytes();
    Entry {
        name: name.to_vec(),
        inode: if name == b".." { itself } else { found.ino() },
        kind: facts::kind(found.file_type()),
    }
}

/// Why `cap-primitives` refused: the system's number, or its own word that a path leads out, which becomes EPERM.
fn refusal(error: io::Error) -> Errno {
    from_io(&error)
}
