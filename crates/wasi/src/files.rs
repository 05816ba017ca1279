//! The second seam: files and directories, on opaque handles.
//!
//! Paths are relative to a directory that the guest holds, and no answer may lead out of it: not by `..`, not by a
//! link, not by a race. An implementation takes that from a library that keeps it (`cap-std` on Linux).

use iwasm_abi::Errno;
use iwasm_net::{Kernel, Span};

/// The system's files.
///
/// A call that may block answers EINTR when [`Kernel::interrupt`] hits its thread.
pub trait Files: Send + Sync + Sized + 'static {
    /// The sockets, clocks and readiness of the same system.
    type Kernel: Kernel;
    /// An open file, device, pipe or standard stream.
    type File: Send + Sync;
    /// An open directory.
    type Dir: Send + Sync;

    /// A new pipe: its end for reading, and its end for writing.
    fn pipe(&self) -> Result<(Self::File, Self::File), Errno>;
    /// A new counter, which a write adds to and a read takes: all of it, or one at a time. Each moves eight bytes.
    fn counter(&self, count: u64, one_at_a_time: bool) -> Result<Self::File, Errno>;

    /// What can be waited for; none is always ready.
    fn handle<'a>(&self, file: &'a Self::File) -> Option<&'a <Self::Kernel as Kernel>::Handle>;
    /// Read on from the file's position.
    fn read(&self, file: &Self::File, into: &[Span<'_>]) -> Result<usize, Errno>;
    /// Write on from the file's position.
    fn write(&self, file: &Self::File, from: &[Span<'_>]) -> Result<usize, Errno>;
    /// Read at an offset. ESPIPE: the file has no positions.
    fn read_at(&self, file: &Self::File, into: &[Span<'_>], at: u64) -> Result<usize, Errno>;
    /// Write at an offset. ESPIPE: the file has no positions.
    fn write_at(&self, file: &Self::File, from: &[Span<'_>], at: u64) -> Result<usize, Errno>;
    /// Move the position and say where it is.
    fn seek(&self, file: &Self::File, to: Seek) -> Result<u64, Errno>;
    /// Write data and metadata to the device.
    fn sync(&self, file: &Self::File) -> Result<(), Errno>;
    /// Write data to the device.
    fn sync_data(&self, file: &Self::File) -> Result<(), Errno>;
    /// Make sure of room for `len` bytes at `at`.
    fn allocate(&self, file: &Self::File, at: u64, len: u64) -> Result<(), Errno>;
    /// Say how the bytes will be used.
    fn advise(&self, file: &Self::File, at: u64, len: u64, advice: Advice) -> Result<(), Errno>;
    /// The file's flags.
    fn flags(&self, file: &Self::File) -> Result<FileFlags, Errno>;
    /// Set them all. ENOTSUP: one of them cannot be changed on an open file.
    fn set_flags(&self, file: &Self::File, flags: FileFlags) -> Result<(), Errno>;
    /// What the file is.
    fn stat(&self, file: &Self::File) -> Result<Stat, Errno>;
    /// The terminal that the file is; none if it is something else.
    fn terminal(&self, file: &Self::File) -> Option<Terminal>;
    /// Cut off or grow the file.
    fn set_size(&self, file: &Self::File, size: u64) -> Result<(), Errno>;
    /// Set its times.
    fn set_times(&self, file: &Self::File, times: Times) -> Result<(), Errno>;

    /// Open what the path names below the directory.
    fn open(&self, dir: &Self::Dir, path: &str, how: &Open) -> Result<Opened<Self>, Errno>;
    /// What the directory itself is.
    fn stat_dir(&self, dir: &Self::Dir) -> Result<Stat, Errno>;
    /// Write the directory to the device.
    fn sync_dir(&self, dir: &Self::Dir) -> Result<(), Errno>;
    /// Set the times of the directory itself.
    fn set_dir_times(&self, dir: &Self::Dir, times: Times) -> Result<(), Errno>;
    /// The directory's entries, `.` and `..` among them.
    fn list(&self, dir: &Self::Dir) -> Result<Vec<Entry>, Errno>;
    /// What the path names. `follow`: if it is a link, what the link names.
    fn stat_at(&self, dir: &Self::Dir, path: &str, follow: bool) -> Result<Stat, Errno>;
    /// Set the times of what the path names.
    fn set_times_at(
        &self,
        dir: &Self::Dir,
        path: &str,
        follow: bool,
        times: Times,
    ) -> Result<(), Errno>;
    /// Make a directory.
    fn make_dir(&self, dir: &Self::Dir, path: &str) -> Result<(), Errno>;
    /// Remove an empty directory.
    fn remove_dir(&self, dir: &Self::Dir, path: &str) -> Result<(), Errno>;
    /// Remove a name of a file.
    fn remove_file(&self, dir: &Self::Dir, path: &str) -> Result<(), Errno>;
    /// Give another name, over what has it now.
    fn rename(
        &self,
        dir: &Self::Dir,
        path: &str,
        to_dir: &Self::Dir,
        to: &str,
    ) -> Result<(), Errno>;
    /// Give one more name to a file. A link is not followed.
    fn link(&self, dir: &Self::Dir, path: &str, to_dir: &Self::Dir, to: &str) -> Result<(), Errno>;
    /// Make a link that holds `target`. An absolute target is EPERM.
    fn symlink(&self, target: &str, dir: &Self::Dir, path: &str) -> Result<(), Errno>;
    /// What a link holds. An absolute target is EPERM.
    fn read_link(&self, dir: &Self::Dir, path: &str) -> Result<Vec<u8>, Errno>;
}

/// What an open gave.
pub enum Opened<F: Files> {
    /// A file, device or pipe.
    File(F::File),
    /// A directory.
    Dir(F::Dir),
}

/// How to open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Follow the path's last part if it is a link.
    pub follow: bool,
    /// The file will be read.
    pub read: bool,
    /// The file will be written.
    pub write: bool,
    /// Make it if it is not there.
    pub create: bool,
    /// It may not be there yet (with `create`).
    pub exclusive: bool,
    /// It must be a directory.
    pub directory: bool,
    /// Cut it off to no bytes.
    pub truncate: bool,
    /// Its flags.
    pub flags: FileFlags,
}

/// The flags of an open file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileFlags {
    /// Each write goes to the end.
    pub append: bool,
    /// A write has reached the device when it is done.
    pub dsync: bool,
    /// Calls answer EAGAIN instead of waiting.
    pub nonblock: bool,
    /// A read waits for writes to reach the device.
    pub rsync: bool,
    /// As `dsync`, with all metadata.
    pub sync: bool,
}

/// Where to move the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seek {
    /// From the start.
    Start(u64),
    /// From where it is.
    Current(i64),
    /// From the end.
    End(i64),
}

/// How bytes of a file will be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Nothing is known.
    Normal,
    /// In order.
    Sequential,
    /// In any order.
    Random,
    /// Soon.
    WillNeed,
    /// Not soon.
    DontNeed,
    /// Once.
    NoReuse,
}

/// New times: none leaves one as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Of the last access.
    pub accessed: Option<Time>,
    /// Of the last change of data.
    pub modified: Option<Time>,
}

/// A moment to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// The present one.
    Now,
    /// Nanoseconds since 1970.
    At(u64),
}

/// What a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// The device.
    pub device: u64,
    /// The file's number on it.
    pub inode: u64,
    /// Its type.
    pub kind: FileKind,
    /// How many names it has.
    pub links: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Last access, in nanoseconds since 1970.
    pub accessed: u64,
    /// Last change of data, likewise.
    pub modified: u64,
    /// Last change of anything, likewise.
    pub changed: u64,
}

/// What a terminal is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// How many characters stand in a line.
    pub columns: u16,
    /// How many lines there are.
    pub rows: u16,
    /// How wide it is in pixels; 0 is unknown.
    pub width: u16,
    /// How high it is in pixels; 0 is unknown.
    pub height: u16,
    /// It shows what is typed.
    pub echo: bool,
    /// It gives whole lines.
    pub lines: bool,
    /// It passes on the end of a line as a line feed.
    pub line_feeds: bool,
}

/// Types of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileKind {
    /// None of the others: a pipe, for one.
    #[default]
    Unknown,
    /// A block device.
    BlockDevice,
    /// A character device: a terminal, for one.
    CharacterDevice,
    /// A directory.
    Directory,
    /// A file with bytes and positions.
    Regular,
    /// A datagram socket.
    DatagramSocket,
    /// A stream socket.
    StreamSocket,
    /// A symbolic link.
    Link,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: Vec<u8>,
    /// Its number on the device.
    pub inode: u64,
    /// Its type, as far as the directory says.
    pub kind: FileKind,
}
