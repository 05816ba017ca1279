//! What a descriptor stands for, and what may be done with it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_abi::wamr::rights as wamr;
use iwasm_net::{Kernel, Socket};

use crate::{Entry, Epoll, Files, Seek};

/// One open thing of a guest. Threads and numbers share it; it closes when the last of them lets go.
pub struct Descriptor<F: Files> {
    /// What it is.
    pub object: Object<F>,
    /// Is it a socket that the guest had from the start? (Of a directory its name says so.)
    pub handed_in: bool,
    /// No two descriptors of the program have the same, ever.
    pub(crate) id: u64,
    rights: AtomicU64,
    inheriting: AtomicU64,
}

/// What can stand behind a descriptor.
pub enum Object<F: Files> {
    /// A socket.
    Socket(Socket<F::Kernel>),
    /// A file, device, pipe or standard stream.
    File(F::File),
    /// A directory.
    Directory(Directory<F>),
    /// A set of descriptors that is waited on.
    Epoll(Epoll<F>),
}

/// A directory, and where a reader of its entries is.
pub struct Directory<F: Files> {
    /// The directory.
    pub dir: F::Dir,
    /// The name that the guest knows it by from the start, if it was handed in.
    pub preopened: Option<String>,
    listing: Mutex<Vec<Entry>>,
}

impl<F: Files> Directory<F> {
    /// A directory that the guest opened, or that was handed in under a name.
    pub fn new(dir: F::Dir, preopened: Option<String>) -> Self {
        Self {
            dir,
            preopened,
            listing: Mutex::default(),
        }
    }

    /// Look at the entries from `cookie` on. Cookie 0 reads the directory anew; later ones go on in what was read
    /// then, so that a reader sees each entry once, whatever is made or removed meanwhile.
    pub fn entries<R>(
        &self,
        files: &F,
        cookie: u64,
        read: impl FnOnce(&[Entry]) -> R,
    ) -> Result<R, Errno> {
        let fresh = (cookie == 0).then(|| files.list(&self.dir)).transpose()?;
        let mut listing = self.listing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fresh) = fresh {
            *listing = fresh;
        }
        let from = usize::try_from(cookie).map_or(listing.len(), |from| from.min(listing.len()));
        Ok(read(&listing[from..]))
    }
}

/// The rights of a standard stream.
const STREAM: u64 =
    rights::FD_FDSTAT_SET_FLAGS | rights::FD_FILESTAT_GET | rights::POLL_FD_READWRITE;

/// The rights on a file that is not a directory.
pub const FILE: u64 = rights::FD_DATASYNC
    | rights::FD_READ
    | rights::FD_SEEK
    | rights::FD_FDSTAT_SET_FLAGS
    | rights::FD_SYNC
    | rights::FD_TELL
    | rights::FD_WRITE
    | rights::FD_ADVISE
    | rights::FD_ALLOCATE
    | rights::FD_FILESTAT_GET
    | rights::FD_FILESTAT_SET_SIZE
    | rights::FD_FILESTAT_SET_TIMES
    | rights::POLL_FD_READWRITE;

/// The rights on a directory.
pub const DIRECTORY: u64 = rights::FD_DATASYNC
    | rights::FD_FDSTAT_SET_FLAGS
    | rights::FD_SYNC
    | rights::FD_READDIR
    | rights::FD_FILESTAT_GET
    | rights::FD_FILESTAT_SET_TIMES
    | rights::PATH_CREATE_DIRECTORY
    | rights::PATH_CREATE_FILE
    | rights::PATH_LINK_SOURCE
    | rights::PATH_LINK_TARGET
    | rights::PATH_OPEN
    | rights::PATH_READLINK
    | rights::PATH_RENAME_SOURCE
    | rights::PATH_RENAME_TARGET
    | rights::PATH_FILESTAT_GET
    | rights::PATH_FILESTAT_SET_SIZE
    | rights::PATH_FILESTAT_SET_TIMES
    | rights::PATH_SYMLINK
    | rights::PATH_REMOVE_DIRECTORY
    | rights::PATH_UNLINK_FILE;

impl<F: Files> Descriptor<F> {
    /// A descriptor with rights of its own and rights for what is opened through it.
    pub fn new(object: Object<F>, rights: u64, inheriting: u64) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            object,
            handed_in: false,
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            rights: AtomicU64::new(rights),
            inheriting: AtomicU64::new(inheriting),
        }
    }

    /// A socket, with the rights that WAMR gives one.
    pub fn socket(socket: Socket<F::Kernel>) -> Self {
        Self::new(
            Object::Socket(socket),
            wamr::SOCKET_RIGHTS,
            wamr::SOCKET_RIGHTS_INHERITING,
        )
    }

    /// A socket that the guest has from the start, with the same rights.
    pub fn handed_in(socket: Socket<F::Kernel>) -> Self {
        Self {
            handed_in: true,
            ..Self::socket(socket)
        }
    }

    /// A standard stream that is read.
    pub fn input(file: F::File) -> Self {
        Self::new(Object::File(file), STREAM | rights::FD_READ, 0)
    }

    /// A standard stream that is written.
    pub fn output(file: F::File) -> Self {
        Self::new(Object::File(file), STREAM | rights::FD_WRITE, 0)
    }

    /// A counter.
    pub fn counter(file: F::File) -> Self {
        let rights = STREAM | rights::FD_READ | rights::FD_WRITE;
        Self::new(Object::File(file), rights, 0)
    }

    /// A set of descriptors that is waited on.
    pub fn epoll(set: Epoll<F>) -> Self {
        Self::new(Object::Epoll(set), rights::POLL_FD_READWRITE, 0)
    }

    /// A directory that is handed in under a name.
    pub fn preopen(dir: F::Dir, name: String) -> Self {
        Self::new(
            Object::Directory(Directory::new(dir, Some(name))),
            DIRECTORY,
            DIRECTORY | FILE,
        )
    }

    /// Go on only with all of these rights, or ENOTCAPABLE.
    #[inline]
    pub fn demand(&self, rights: u64) -> Result<(), Errno> {
        if self.rights() & rights == rights {
            return Ok(());
        }
        Err(Errno::Notcapable)
    }

    /// Its rights.
    pub fn rights(&self) -> u64 {
        self.rights.load(Ordering::Relaxed)
    }

    /// The rights of what is opened through it.
    pub fn inheriting(&self) -> u64 {
        self.inheriting.load(Ordering::Relaxed)
    }

    /// Give up rights. None can be gained: that is ENOTCAPABLE.
    pub fn reduce(&self, rights: u64, inheriting: u64) -> Result<(), Errno> {
        if rights & !self.rights() != 0 || inheriting & !self.inheriting() != 0 {
            return Err(Errno::Notcapable);
        }
        self.rights.fetch_and(rights, Ordering::Relaxed);
        self.inheriting.fetch_and(inheriting, Ordering::Relaxed);
        Ok(())
    }

    /// The socket, or ENOTSOCK.
    #[inline]
    pub fn as_socket(&self) -> Result<&Socket<F::Kernel>, Errno> {
        match &self.object {
            Object::Socket(socket) => Ok(socket),
            _ => Err(Errno::Notsock),
        }
    }

    /// The directory, or ENOTDIR.
    pub fn as_directory(&self) -> Result<&Directory<F>, Errno> {
        match &self.object {
            Object::Directory(directory) => Ok(directory),
            _ => Err(Errno::Notdir),
        }
    }

    /// The set, or EINVAL.
    pub fn as_epoll(&self) -> Result<&Epoll<F>, Errno> {
        match &self.object {
            Object::Epoll(set) => Ok(set),
            _ => Err(Errno::Inval),
        }
    }

    /// What can be waited for; none is always ready, or a set.
    pub(crate) fn handle<'a>(&'a self, files: &F) -> Option<&'a <F::Kernel as Kernel>::Handle> {
        match &self.object {
            Object::Socket(socket) => Some(socket.handle()),
            Object::File(file) => files.handle(file),
            Object::Directory(_) | Object::Epoll(_) => None,
        }
    }

    /// How many bytes stand between a file's position and its end.
    pub(crate) fn remaining(&self, files: &F) -> u64 {
        let Object::File(file) = &self.object else {
            return 1;
        };
        let end = files.stat(file).map(|stat| stat.size);
        let at = files.seek(file, Seek::Current(0));
        end.unwrap_or(0).saturating_sub(at.unwrap_or(0))
    }
}
