//! Paths of UNIX sockets: from the text that was granted to the one file that it names, through no link.
//!
//! The directories are opened one by one, each in the last, and what is a link is refused. So nobody who can make links,
//! a guest in a directory of its own among them, can give a granted path another meaning, not even while it is looked at.

use std::ffi::CString;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use iwasm_abi::Errno;
use iwasm_policy::UnixPath;
use rustix::fs::{FileType, Mode, OFlags, fstat, openat, readlinkat};
use rustix::net::SocketAddrUnix;

use crate::errno::from_rustix;
use crate::sys;

/// Make a socket file at the path and give it to the socket.
///
/// The system binds to a path and to nothing else: it is given one that leads through our descriptor of the directory.
/// Others who ask for the socket's address see that one.
pub(crate) fn bind(socket: BorrowedFd<'_>, at: &UnixPath) -> Result<(), Errno> {
    let (dir, name) = at.split();
    let dir = walk(dir)?;
    // What is there already is in the way, also if it is a link: EADDRINUSE.
    let at = format!("{DESCRIPTORS}{}/{name}", dir.as_raw_fd());
    let at = SocketAddrUnix::new(at.as_str()).map_err(from_rustix)?;
    sys::bind(socket, &at)
}

/// Connect the socket to the one at the path.
pub(crate) fn connect(socket: BorrowedFd<'_>, to: &UnixPath) -> Result<(), Errno> {
    let (dir, name) = to.split();
    let file = open(walk(dir)?.as_fd(), name, OFlags::empty())?;
    let kind = fstat(&file).map_err(from_rustix)?.st_mode;
    match FileType::from_raw_mode(kind) {
        FileType::Socket => {}
        FileType::Symlink => return Err(Errno::Loop),
        // As the system answers it.
        _ => return Err(Errno::Connrefused),
    }
    // The descriptor leads to the very file that was looked at, whatever has its name by now.
    let to = format!("{DESCRIPTORS}{}", file.as_raw_fd());
    let to = SocketAddrUnix::new(to.as_str()).map_err(from_rustix)?;
    sys::connect(socket, &to)
}

/// Was a guest's socket bound so? The path means nothing to others, and would tell them a number of ours.
pub(crate) fn is_through_descriptor(path: &str) -> bool {
    path.starts_with(DESCRIPTORS)
}

/// The directory at a path that is absolute, or empty for the root.
fn walk(path: &str) -> Result<OwnedFd, Errno> {
    let mut dir = openat(rustix::fs::CWD, c"/", DIRECTORY, Mode::empty()).map_err(from_rustix)?;
    for part in path.split('/').skip(1) {
        dir = match open(dir.as_fd(), part, OFlags::DIRECTORY) {
            // A link is no directory, either.
            Err(Errno::Notdir) if is_link(dir.as_fd(), part) => return Err(Errno::Loop),
            opened => opened?,
        };
    }
    Ok(dir)
}

/// What has the name in the directory, for a look at it: neither read nor written, nor followed.
fn open(dir: BorrowedFd<'_>, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let name = CString::new(name).map_err(|_| Errno::Inval)?;
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC | flags;
    openat(dir, &name, flags, Mode::empty()).map_err(from_rustix)
}

fn is_link(dir: BorrowedFd<'_>, name: &str) -> bool {
    readlinkat(dir, name, Vec::new()).is_ok()
}

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::CLOEXEC).union(OFlags::DIRECTORY);

/// Where a thread finds its descriptors (proc(5)): those of `/proc/self` are the first thread's, which can have parted from
/// this one's.
const DESCRIPTORS: &str = "/proc/thread-self/fd/";
