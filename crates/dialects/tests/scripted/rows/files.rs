//! What files are, how they lie on disk, and what a directory holds.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;

use crate::guest::{DIR, FILE, ROOM, SIZE, TCP4, TEXT, UDP4};
use crate::row::Pointer::{Fills, Takes};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [storage(), facts(), sizes_and_times(), by_path(), entries()].concat()
}

fn storage() -> Vec<Row> {
    let on_disk = |row: Row| {
        row.fd(0)
            .wrong(TCP4, Errno::Notcapable)
            .wrong(UDP4, Errno::Notcapable)
    };
    vec![
        on_disk(row("fd_advise", &[FILE, 1, 2, 3]))
            .rights(rights::FD_ADVISE)
            .asked(&["advise file 2 at 1 WillNeed"])
            .waits("advise")
            .wrong(DIR, Errno::Notcapable),
        on_disk(row("fd_allocate", &[FILE, 1, 2]))
            .rights(rights::FD_ALLOCATE)
            .asked(&["allocate file 2 at 1"])
            .waits("allocate")
            .wrong(DIR, Errno::Notcapable),
        on_disk(row("fd_datasync", &[FILE]))
            .rights(rights::FD_DATASYNC)
            .asked(&["sync_data file"])
            .waits("sync_data"),
        on_disk(row("fd_datasync", &[DIR]))
            .rights(rights::FD_DATASYNC)
            .asked(&["sync_dir dir"]),
        on_disk(row("fd_sync", &[FILE]))
            .rights(rights::FD_SYNC)
            .asked(&["sync file"])
            .waits("sync"),
        on_disk(row("fd_sync", &[DIR]))
            .rights(rights::FD_SYNC)
            .asked(&["sync_dir dir"])
            .waits("sync_dir"),
    ]
}

/// A `filestat` with nothing but a type.
fn only(kind: u8) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[16] = kind;
    bytes
}

/// The `filestat` of what the system says of every file.
fn filestat(kind: u8) -> [u8; 64] {
    let mut bytes = only(kind);
    for (at, value) in [(0, 1), (8, 2), (24, 3), (32, 20), (40, 4), (48, 5), (56, 6)] {
        bytes[at] = value;
    }
    bytes
}

fn facts() -> Vec<Row> {
    let get = |fd| {
        row("fd_filestat_get", &[fd, ROOM])
            .fd(0)
            .writes(1, 64)
            .rights(rights::FD_FILESTAT_GET)
    };
    vec![
        get(FILE)
            .wrote(ROOM, &filestat(4))
            .asked(&["stat file"])
            .waits("stat"),
        get(DIR)
            .wrote(ROOM, &filestat(3))
            .asked(&["stat_dir dir"])
            .waits("stat_dir"),
        get(TCP4).wrote(ROOM, &only(6)),
        get(UDP4).wrote(ROOM, &only(5)),
    ]
}

fn sizes_and_times() -> Vec<Row> {
    vec![
        row("fd_filestat_set_size", &[FILE, 1 << 33])
            .fd(0)
            .rights(rights::FD_FILESTAT_SET_SIZE)
            .asked(&["set_size file 8589934592"])
            .waits("set_size")
            .wrong(TCP4, Errno::Notcapable)
            .wrong(DIR, Errno::Notcapable),
        row("fd_filestat_set_times", &[FILE, 8, 9, 1])
            .fd(0)
            .rights(rights::FD_FILESTAT_SET_TIMES)
            .asked(&["set_times file Some(At(8)) None"])
            .waits("set_times")
            .wrong(TCP4, Errno::Notcapable),
        row("fd_filestat_set_times", &[DIR, 8, 9, 8])
            .fd(0)
            .rights(rights::FD_FILESTAT_SET_TIMES)
            .asked(&["set_dir_times dir None Some(Now)"])
            .waits("set_dir_times"),
    ]
}

fn by_path() -> Vec<Row> {
    let at = |row: Row| {
        row.fd(0)
            .points(Takes(2, 3))
            .given(TEXT, b"a/b")
            .wrong(FILE, Errno::Notdir)
            .wrong(TCP4, Errno::Notdir)
    };
    vec![
        at(row("path_filestat_get", &[DIR, 1, TEXT, 3, ROOM]))
            .writes(4, 64)
            .rights(rights::PATH_FILESTAT_GET)
            .wrote(ROOM, &filestat(4))
            .asked(&["stat_at dir `a/b` follow"])
            .waits("stat_at"),
        at(row("path_filestat_set_times", &[DIR, 0, TEXT, 3, 8, 9, 4]))
            .rights(rights::PATH_FILESTAT_SET_TIMES)
            .asked(&["set_times_at dir `a/b` None Some(At(9))"])
            .waits("set_times_at"),
    ]
}

fn entries() -> Vec<Row> {
    let read = |length| {
        row("fd_readdir", &[DIR, ROOM, length, 0, SIZE])
            .fd(0)
            .points(Fills(1, 2, 1))
            .writes(4, 4)
            .rights(rights::FD_READDIR)
            .asked(&["list dir"])
            .waits("list")
            .wrong(FILE, Errno::Notdir)
            .wrong(TCP4, Errno::Notdir)
    };
    let head = |next: u8, inode: u8, length: u8, kind: u8| {
        let mut bytes = [0; 24];
        for (at, value) in [(0, next), (8, inode), (16, length), (20, kind)] {
            bytes[at] = value;
        }
        bytes
    };
    vec![
        read(64)
            .wrote(ROOM, &head(1, 1, 1, 3))
            .wrote(ROOM + 24, b".")
            .wrote(ROOM + 25, &head(2, 2, 4, 4))
            .wrote(ROOM + 49, b"file")
            .wrote(SIZE, &[53, 0, 0, 0]),
        // The second entry is cut off after 3 bytes of its name.
        read(52)
            .wrote(ROOM, &head(1, 1, 1, 3))
            .wrote(ROOM + 24, b".")
            .wrote(ROOM + 25, &head(2, 2, 4, 4))
            .wrote(ROOM + 49, b"fil")
            .wrote(SIZE, &[52, 0, 0, 0]),
    ]
}
