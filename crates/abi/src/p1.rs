//! WASIp1 (`wasi_snapshot_preview1`): all 46 functions of it, its structures and its numbers.
//!
//! Every function but `proc_exit` results in an errno, 0 for success. A pair "pointer, length" counts bytes;
//! for vectors (`iovs`) and subscriptions it counts elements.

mod layouts;
mod numbers;

pub use layouts::*;
pub use numbers::*;

use crate::import::imports;

/// The module that guests import WASIp1 from.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// The modules in which guests look for socket functions: this one, and its forerunner.
///
/// Only `sock_*` names may be offered under the second: there `fd_filestat_get`, `path_filestat_get`,
/// `fd_seek` and `poll_oneoff` have the same types as here but other layouts and numbers.
pub const MODULES: &[&str] = &[MODULE, "wasi_unstable"];

imports! {
    module: MODULE;

    /// `args_get(argv, buffer)`: the arguments, as pointers into a buffer of NUL-terminated strings.
    ARGS_GET = "args_get", [I32, I32] => [I32];
    /// `args_sizes_get(count*, size*)`: how many there are and how large the buffer must be.
    ARGS_SIZES_GET = "args_sizes_get", [I32, I32] => [I32];
    /// `environ_get(environ, buffer)`: the environment, in the same form as the arguments.
    ENVIRON_GET = "environ_get", [I32, I32] => [I32];
    /// `environ_sizes_get(count*, size*)`: how many variables, and the size of the buffer.
    ENVIRON_SIZES_GET = "environ_sizes_get", [I32, I32] => [I32];
    /// `clock_res_get(clock, nanoseconds*)`: the clock's resolution.
    CLOCK_RES_GET = "clock_res_get", [I32, I32] => [I32];
    /// `clock_time_get(clock, precision, nanoseconds*)`: the time on the clock.
    CLOCK_TIME_GET = "clock_time_get", [I32, I64, I32] => [I32];

    /// `fd_advise(fd, offset, length, advice)`: how a range of a file will be used.
    FD_ADVISE = "fd_advise", [I32, I64, I64, I32] => [I32];
    /// `fd_allocate(fd, offset, length)`: reserves room in a file.
    FD_ALLOCATE = "fd_allocate", [I32, I64, I64] => [I32];
    /// `fd_close(fd)`: closes a descriptor of any kind.
    FD_CLOSE = "fd_close", [I32] => [I32];
    /// `fd_datasync(fd)`: brings a file's data to the disk.
    FD_DATASYNC = "fd_datasync", [I32] => [I32];
    /// `fd_fdstat_get(fd, fdstat*)`: kind, flags and rights of a descriptor.
    FD_FDSTAT_GET = "fd_fdstat_get", [I32, I32] => [I32];
    /// `fd_fdstat_set_flags(fd, fdflags)`: replaces the flags.
    FD_FDSTAT_SET_FLAGS = "fd_fdstat_set_flags", [I32, I32] => [I32];
    /// `fd_fdstat_set_rights(fd, base, inheriting)`: drops rights.
    FD_FDSTAT_SET_RIGHTS = "fd_fdstat_set_rights", [I32, I64, I64] => [I32];
    /// `fd_filestat_get(fd, filestat*)`: kind, size and times of an open file.
    FD_FILESTAT_GET = "fd_filestat_get", [I32, I32] => [I32];
    /// `fd_filestat_set_size(fd, size)`: cuts or extends a file.
    FD_FILESTAT_SET_SIZE = "fd_filestat_set_size", [I32, I64] => [I32];
    /// `fd_filestat_set_times(fd, atim, mtim, fstflags)`: sets the times of an open file.
    FD_FILESTAT_SET_TIMES = "fd_filestat_set_times", [I32, I64, I64, I32] => [I32];
    /// `fd_pread(fd, iovs, count, offset, size*)`: reads at an offset.
    FD_PREAD = "fd_pread", [I32, I32, I32, I64, I32] => [I32];
    /// `fd_prestat_get(fd, prestat*)`: what a preopened descriptor is.
    FD_PRESTAT_GET = "fd_prestat_get", [I32, I32] => [I32];
    /// `fd_prestat_dir_name(fd, path*, length)`: under which name a directory was preopened.
    FD_PRESTAT_DIR_NAME = "fd_prestat_dir_name", [I32, I32, I32] => [I32];
    /// `fd_pwrite(fd, iovs, count, offset, size*)`: writes at an offset.
    FD_PWRITE = "fd_pwrite", [I32, I32, I32, I64, I32] => [I32];
    /// `fd_read(fd, iovs, count, size*)`: reads from a descriptor of any kind.
    FD_READ = "fd_read", [I32, I32, I32, I32] => [I32];
    /// `fd_readdir(fd, buffer, length, cookie, size*)`: a directory's entries from a cookie on.
    FD_READDIR = "fd_readdir", [I32, I32, I32, I64, I32] => [I32];
    /// `fd_renumber(from, to)`: moves a descriptor onto another, which it closes.
    FD_RENUMBER = "fd_renumber", [I32, I32] => [I32];
    /// `fd_seek(fd, offset, whence, position*)`: moves a file's position.
    FD_SEEK = "fd_seek", [I32, I64, I32, I32] => [I32];
    /// `fd_sync(fd)`: brings a file's data and metadata to the disk.
    FD_SYNC = "fd_sync", [I32] => [I32];
    /// `fd_tell(fd, position*)`: a file's position.
    FD_TELL = "fd_tell", [I32, I32] => [I32];
    /// `fd_write(fd, iovs, count, size*)`: writes to a descriptor of any kind.
    FD_WRITE = "fd_write", [I32, I32, I32, I32] => [I32];

    /// `path_create_directory(fd, path, length)`: makes a directory.
    PATH_CREATE_DIRECTORY = "path_create_directory", [I32, I32, I32] => [I32];
    /// `path_filestat_get(fd, lookupflags, path, length, filestat*)`: kind, size and times of a file.
    PATH_FILESTAT_GET = "path_filestat_get", [I32, I32, I32, I32, I32] => [I32];
    /// `path_filestat_set_times(fd, lookupflags, path, length, atim, mtim, fstflags)`: sets a file's times.
    PATH_FILESTAT_SET_TIMES = "path_filestat_set_times", [I32, I32, I32, I32, I64, I64, I32] => [I32];
    /// `path_link(old_fd, lookupflags, old, length, new_fd, new, length)`: makes a hard link.
    PATH_LINK = "path_link", [I32, I32, I32, I32, I32, I32, I32] => [I32];
    /// `path_open(fd, lookupflags, path, length, oflags, base, inheriting, fdflags, fd*)`: opens a file or directory.
    PATH_OPEN = "path_open", [I32, I32, I32, I32, I32, I64, I64, I32, I32] => [I32];
    /// `path_readlink(fd, path, length, buffer, length, size*)`: where a symbolic link points.
    PATH_READLINK = "path_readlink", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `path_remove_directory(fd, path, length)`: removes an empty directory.
    PATH_REMOVE_DIRECTORY = "path_remove_directory", [I32, I32, I32] => [I32];
    /// `path_rename(old_fd, old, length, new_fd, new, length)`: renames a file or directory.
    PATH_RENAME = "path_rename", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `path_symlink(target, length, fd, path, length)`: makes a symbolic link.
    PATH_SYMLINK = "path_symlink", [I32, I32, I32, I32, I32] => [I32];
    /// `path_unlink_file(fd, path, length)`: removes a file.
    PATH_UNLINK_FILE = "path_unlink_file", [I32, I32, I32] => [I32];

    /// `poll_oneoff(subscriptions, events*, count, size*)`: waits until one of several things happens.
    POLL_ONEOFF = "poll_oneoff", [I32, I32, I32, I32] => [I32];
    /// `proc_exit(code)`: ends the program, every thread of it; does not return.
    PROC_EXIT = "proc_exit", [I32] => [];
    /// `proc_raise(signal)`: sends the program a signal.
    PROC_RAISE = "proc_raise", [I32] => [I32];
    /// `random_get(buffer, length)`: random bytes.
    RANDOM_GET = "random_get", [I32, I32] => [I32];
    /// `sched_yield()`: lets other threads run.
    SCHED_YIELD = "sched_yield", [] => [I32];

    /// `sock_accept(fd, fdflags, fd*)`: takes a connection from a listener.
    SOCK_ACCEPT = "sock_accept", [I32, I32, I32] => [I32];
    /// `sock_recv(fd, iovs, count, riflags, size*, roflags*)`: receives.
    SOCK_RECV = "sock_recv", [I32, I32, I32, I32, I32, I32] => [I32];
    /// `sock_send(fd, iovs, count, siflags, size*)`: sends; no `siflags` are defined.
    SOCK_SEND = "sock_send", [I32, I32, I32, I32, I32] => [I32];
    /// `sock_shutdown(fd, sdflags)`: closes one direction or both.
    SOCK_SHUTDOWN = "sock_shutdown", [I32, I32] => [I32];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::golden::types_are;

    #[test]
    fn every_function_has_its_type() {
        types_are(
            MODULE,
            IMPORTS,
            &[
                ("args_get", "(i32, i32) -> i32"),
                ("args_sizes_get", "(i32, i32) -> i32"),
                ("environ_get", "(i32, i32) -> i32"),
                ("environ_sizes_get", "(i32, i32) -> i32"),
                ("clock_res_get", "(i32, i32) -> i32"),
                ("clock_time_get", "(i32, i64, i32) -> i32"),
                ("fd_advise", "(i32, i64, i64, i32) -> i32"),
                ("fd_allocate", "(i32, i64, i64) -> i32"),
                ("fd_close", "(i32) -> i32"),
                ("fd_datasync", "(i32) -> i32"),
                ("fd_fdstat_get", "(i32, i32) -> i32"),
                ("fd_fdstat_set_flags", "(i32, i32) -> i32"),
                ("fd_fdstat_set_rights", "(i32, i64, i64) -> i32"),
                ("fd_filestat_get", "(i32, i32) -> i32"),
                ("fd_filestat_set_size", "(i32, i64) -> i32"),
                ("fd_filestat_set_times", "(i32, i64, i64, i32) -> i32"),
                ("fd_pread", "(i32, i32, i32, i64, i32) -> i32"),
                ("fd_prestat_get", "(i32, i32) -> i32"),
                ("fd_prestat_dir_name", "(i32, i32, i32) -> i32"),
                ("fd_pwrite", "(i32, i32, i32, i64, i32) -> i32"),
                ("fd_read", "(i32, i32, i32, i32) -> i32"),
                ("fd_readdir", "(i32, i32, i32, i64, i32) -> i32"),
                ("fd_renumber", "(i32, i32) -> i32"),
                ("fd_seek", "(i32, i64, i32, i32) -> i32"),
                ("fd_sync", "(i32) -> i32"),
                ("fd_tell", "(i32, i32) -> i32"),
                ("fd_write", "(i32, i32, i32, i32) -> i32"),
                ("path_create_directory", "(i32, i32, i32) -> i32"),
                ("path_filestat_get", "(i32, i32, i32, i32, i32) -> i32"),
                (
                    "path_filestat_set_times",
                    "(i32, i32, i32, i32, i64, i64, i32) -> i32",
                ),
                ("path_link", "(i32, i32, i32, i32, i32, i32, i32) -> i32"),
                (
                    "path_open",
                    "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> i32",
                ),
                ("path_readlink", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("path_remove_directory", "(i32, i32, i32) -> i32"),
                ("path_rename", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("path_symlink", "(i32, i32, i32, i32, i32) -> i32"),
                ("path_unlink_file", "(i32, i32, i32) -> i32"),
                ("poll_oneoff", "(i32, i32, i32, i32) -> i32"),
                ("proc_exit", "(i32) -> ()"),
                ("proc_raise", "(i32) -> i32"),
                ("random_get", "(i32, i32) -> i32"),
                ("sched_yield", "() -> i32"),
                ("sock_accept", "(i32, i32, i32) -> i32"),
                ("sock_recv", "(i32, i32, i32, i32, i32, i32) -> i32"),
                ("sock_send", "(i32, i32, i32, i32, i32) -> i32"),
                ("sock_shutdown", "(i32, i32) -> i32"),
            ],
        );
        assert_eq!(IMPORTS.len(), 46);
    }
}
