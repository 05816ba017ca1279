//! The numbers of WASIp1: kinds, flags and rights, one module for each type of them.

/// What a descriptor leads to: `u8`.
pub mod filetype {
    /// Unknown, or none of the others.
    pub const UNKNOWN: u8 = 0;
    /// A block device.
    pub const BLOCK_DEVICE: u8 = 1;
    /// A character device.
    pub const CHARACTER_DEVICE: u8 = 2;
    /// A directory.
    pub const DIRECTORY: u8 = 3;
    /// A regular file.
    pub const REGULAR_FILE: u8 = 4;
    /// A datagram socket.
    pub const SOCKET_DGRAM: u8 = 5;
    /// A stream socket.
    pub const SOCKET_STREAM: u8 = 6;
    /// A symbolic link.
    pub const SYMBOLIC_LINK: u8 = 7;
}

/// How a descriptor behaves: `u16`.
pub mod fdflags {
    /// Every write goes to the end.
    pub const APPEND: u16 = 1 << 0;
    /// A write returns when its data is on the disk.
    pub const DSYNC: u16 = 1 << 1;
    /// Calls that would wait return `EAGAIN`.
    pub const NONBLOCK: u16 = 1 << 2;
    /// Reads wait as writes do.
    pub const RSYNC: u16 = 1 << 3;
    /// A write returns when its data and metadata are on the disk.
    pub const SYNC: u16 = 1 << 4;
    /// Every flag that has a meaning.
    pub const ALL: u16 = APPEND | DSYNC | NONBLOCK | RSYNC | SYNC;
}

/// How `path_open` opens: `u16`.
pub mod oflags {
    /// Make the file if there is none.
    pub const CREAT: u16 = 1 << 0;
    /// Fail unless it is a directory.
    pub const DIRECTORY: u16 = 1 << 1;
    /// Fail if it exists.
    pub const EXCL: u16 = 1 << 2;
    /// Cut the file to nothing.
    pub const TRUNC: u16 = 1 << 3;
    /// Every flag that has a meaning.
    pub const ALL: u16 = CREAT | DIRECTORY | EXCL | TRUNC;
}

/// How a path is looked up: `u32`.
pub mod lookupflags {
    /// Follow a symbolic link at the end of the path.
    pub const SYMLINK_FOLLOW: u32 = 1 << 0;
    /// Every flag that has a meaning.
    pub const ALL: u32 = SYMLINK_FOLLOW;
}

/// Which times are set, and to what: `u16`.
pub mod fstflags {
    /// The time of the last read, to the one given.
    pub const ATIM: u16 = 1 << 0;
    /// The time of the last read, to now.
    pub const ATIM_NOW: u16 = 1 << 1;
    /// The time of the last write, to the one given.
    pub const MTIM: u16 = 1 << 2;
    /// The time of the last write, to now.
    pub const MTIM_NOW: u16 = 1 << 3;
    /// Every flag that has a meaning.
    pub const ALL: u16 = ATIM | ATIM_NOW | MTIM | MTIM_NOW;
}

/// What may be done with a descriptor: `u64`.
///
/// Bits from 28 on mean other things to WAMR's guests: [`crate::wamr::rights`].
pub mod rights {
    /// `fd_datasync`; with [`PATH_OPEN`], opening with `DSYNC`.
    pub const FD_DATASYNC: u64 = 1 << 0;
    /// `fd_read` and `sock_recv`; with [`FD_SEEK`], `fd_pread`.
    pub const FD_READ: u64 = 1 << 1;
    /// `fd_seek`.
    pub const FD_SEEK: u64 = 1 << 2;
    /// `fd_fdstat_set_flags`.
    pub const FD_FDSTAT_SET_FLAGS: u64 = 1 << 3;
    /// `fd_sync`; with [`PATH_OPEN`], opening with `RSYNC` and `DSYNC`.
    pub const FD_SYNC: u64 = 1 << 4;
    /// `fd_tell`, and an `fd_seek` that stays in place.
    pub const FD_TELL: u64 = 1 << 5;
    /// `fd_write` and `sock_send`; with [`FD_SEEK`], `fd_pwrite`.
    pub const FD_WRITE: u64 = 1 << 6;
    /// `fd_advise`.
    pub const FD_ADVISE: u64 = 1 << 7;
    /// `fd_allocate`.
    pub const FD_ALLOCATE: u64 = 1 << 8;
    /// `path_create_directory`.
    pub const PATH_CREATE_DIRECTORY: u64 = 1 << 9;
    /// `path_open` with `CREAT`.
    pub const PATH_CREATE_FILE: u64 = 1 << 10;
    /// `path_link` from here.
    pub const PATH_LINK_SOURCE: u64 = 1 << 11;
    /// `path_link` to here.
    pub const PATH_LINK_TARGET: u64 = 1 << 12;
    /// `path_open`.
    pub const PATH_OPEN: u64 = 1 << 13;
    /// `fd_readdir`.
    pub const FD_READDIR: u64 = 1 << 14;
    /// `path_readlink`.
    pub const PATH_READLINK: u64 = 1 << 15;
    /// `path_rename` from here.
    pub const PATH_RENAME_SOURCE: u64 = 1 << 16;
    /// `path_rename` to here.
    pub const PATH_RENAME_TARGET: u64 = 1 << 17;
    /// `path_filestat_get`.
    pub const PATH_FILESTAT_GET: u64 = 1 << 18;
    /// `path_open` with `TRUNC`.
    pub const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
    /// `path_filestat_set_times`.
    pub const PATH_FILESTAT_SET_TIMES: u64 = 1 << 20;
    /// `fd_filestat_get`.
    pub const FD_FILESTAT_GET: u64 = 1 << 21;
    /// `fd_filestat_set_size`.
    pub const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    /// `fd_filestat_set_times`.
    pub const FD_FILESTAT_SET_TIMES: u64 = 1 << 23;
    /// `path_symlink`.
    pub const PATH_SYMLINK: u64 = 1 << 24;
    /// `path_remove_directory`.
    pub const PATH_REMOVE_DIRECTORY: u64 = 1 << 25;
    /// `path_unlink_file`.
    pub const PATH_UNLINK_FILE: u64 = 1 << 26;
    /// `poll_oneoff`: with [`FD_READ`] for reading, with [`FD_WRITE`] for writing.
    pub const POLL_FD_READWRITE: u64 = 1 << 27;
    /// `sock_shutdown`.
    pub const SOCK_SHUTDOWN: u64 = 1 << 28;
    /// `sock_accept`.
    pub const SOCK_ACCEPT: u64 = 1 << 29;
    /// Every right that has a meaning.
    pub const ALL: u64 = (1 << 30) - 1;
}

/// From where `fd_seek` counts: `u8`.
pub mod whence {
    /// From the begin.
    pub const SET: u8 = 0;
    /// From the position.
    pub const CUR: u8 = 1;
    /// From the end.
    pub const END: u8 = 2;
}

/// Which clock: `u32`.
pub mod clockid {
    /// The time of day, since 1970; it may jump.
    pub const REALTIME: u32 = 0;
    /// Time that only rises, since some moment.
    pub const MONOTONIC: u32 = 1;
    /// Processor time that the program has used.
    pub const PROCESS_CPUTIME_ID: u32 = 2;
    /// Processor time that the thread has used.
    pub const THREAD_CPUTIME_ID: u32 = 3;
}

/// How a clock is waited for: `u16`.
pub mod subclockflags {
    /// The timeout is a time on the clock, not a distance from now.
    pub const ABSTIME: u16 = 1 << 0;
}

/// What is waited for, and what happened: `u8`.
pub mod eventtype {
    /// A time has come.
    pub const CLOCK: u8 = 0;
    /// A read would not wait.
    pub const FD_READ: u8 = 1;
    /// A write would not wait.
    pub const FD_WRITE: u8 = 2;
}

/// More about a descriptor's event: `u16`.
pub mod eventrwflags {
    /// The peer closed its end.
    pub const FD_READWRITE_HANGUP: u16 = 1 << 0;
}

/// How to receive: `u16`.
pub mod riflags {
    /// Leave the data for the next call.
    pub const RECV_PEEK: u16 = 1 << 0;
    /// Wait until the buffers are full.
    pub const RECV_WAITALL: u16 = 1 << 1;
    /// Every flag that has a meaning.
    pub const ALL: u16 = RECV_PEEK | RECV_WAITALL;
}

/// What a receive reports: `u16`.
pub mod roflags {
    /// The datagram was longer than the buffers; the rest is lost.
    pub const RECV_DATA_TRUNCATED: u16 = 1 << 0;
}

/// Which directions `sock_shutdown` closes: `u8`.
pub mod sdflags {
    /// Receiving.
    pub const RD: u8 = 1 << 0;
    /// Sending.
    pub const WR: u8 = 1 << 1;
    /// Every flag that has a meaning.
    pub const ALL: u8 = RD | WR;
}

/// How a range of a file will be used: `u8`.
pub mod advice {
    /// Nothing particular.
    pub const NORMAL: u8 = 0;
    /// From front to back.
    pub const SEQUENTIAL: u8 = 1;
    /// In no order.
    pub const RANDOM: u8 = 2;
    /// Soon.
    pub const WILLNEED: u8 = 3;
    /// Not soon.
    pub const DONTNEED: u8 = 4;
    /// Once.
    pub const NOREUSE: u8 = 5;
}

/// What a preopened descriptor is: `u8`.
pub mod preopentype {
    /// A directory: the only kind that WASIp1 knows.
    pub const DIR: u8 = 0;
    /// A socket, which WASIp1 has no kind for: guests' libraries pass over kinds that they do not know.
    pub const SOCKET: u8 = 1;
}
