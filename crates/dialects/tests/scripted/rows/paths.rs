//! Names below directories.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;

use crate::guest::{DIR, FILE, NEXT, ROOM, SIZE, TCP4, TEXT, TEXT2};
use crate::row::Pointer::{Fills, Takes};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [opens(), one_name(), two_names(), links()].concat()
}

/// The descriptor is a directory, or else the call is ENOTDIR.
fn below(row: Row, fd: usize, path: usize) -> Row {
    row.fd(fd)
        .points(Takes(path, path + 1))
        .given(TEXT, b"a/b")
        .wrong(FILE, Errno::Notdir)
        .wrong(TCP4, Errno::Notdir)
}

fn opens() -> Vec<Row> {
    let number = NEXT.to_le_bytes();
    let open = |oflags: u64, base: u64| {
        let args = [DIR, 1, TEXT, 3, oflags, base, 0, 0, SIZE];
        below(row("path_open", &args), 0, 2)
            .writes(8, 4)
            .wrote(SIZE, &number[..4])
            .waits("open_at")
    };
    vec![
        open(0, rights::FD_READ)
            .rights(rights::PATH_OPEN)
            .asked(&["open_at dir `a/b` follow read"]),
        open(2, rights::FD_READDIR)
            .rights(rights::PATH_OPEN)
            .asked(&["open_at dir `a/b` follow read directory"]),
        open(1 | 4 | 8, rights::FD_WRITE)
            .rights(rights::PATH_OPEN | rights::PATH_CREATE_FILE | rights::PATH_FILESTAT_SET_SIZE)
            .asked(&["open_at dir `a/b` follow write create exclusive truncate"]),
    ]
}

fn one_name() -> Vec<Row> {
    let name = |name| below(row(name, &[DIR, TEXT, 3]), 0, 1);
    vec![
        name("path_create_directory")
            .rights(rights::PATH_CREATE_DIRECTORY)
            .asked(&["make_dir dir `a/b`"])
            .waits("make_dir"),
        name("path_remove_directory")
            .rights(rights::PATH_REMOVE_DIRECTORY)
            .asked(&["remove_dir dir `a/b`"])
            .waits("remove_dir"),
        name("path_unlink_file")
            .rights(rights::PATH_UNLINK_FILE)
            .asked(&["remove_file dir `a/b`"])
            .waits("remove_file"),
    ]
}

fn two_names() -> Vec<Row> {
    let two = |row: Row, fd: usize, path: usize| {
        below(row, 0, path)
            .fd(fd)
            .points(Takes(fd + 1, fd + 2))
            .given(TEXT2, b"c")
    };
    vec![
        two(row("path_link", &[DIR, 0, TEXT, 3, DIR, TEXT2, 1]), 4, 2)
            .rights(rights::PATH_LINK_SOURCE | rights::PATH_LINK_TARGET)
            .asked(&["link dir `a/b` dir `c`"])
            .waits("link"),
        two(row("path_rename", &[DIR, TEXT, 3, DIR, TEXT2, 1]), 3, 1)
            .rights(rights::PATH_RENAME_SOURCE | rights::PATH_RENAME_TARGET)
            .asked(&["rename dir `a/b` dir `c`"])
            .waits("rename"),
    ]
}

fn links() -> Vec<Row> {
    let read = |room: u64| {
        below(
            row("path_readlink", &[DIR, TEXT, 3, ROOM, room, SIZE]),
            0,
            1,
        )
        .points(Fills(3, 4, 1))
        .writes(5, 4)
        .rights(rights::PATH_READLINK)
        .asked(&["read_link dir `a/b`"])
        .waits("read_link")
    };
    vec![
        below(row("path_symlink", &[TEXT2, 1, DIR, TEXT, 3]), 2, 3)
            .points(Takes(0, 1))
            .given(TEXT2, b"c")
            .rights(rights::PATH_SYMLINK)
            .asked(&["symlink `c` dir `a/b`"])
            .waits("symlink"),
        read(9).wrote(ROOM, b"target").wrote(SIZE, &[6, 0, 0, 0]),
        read(4).wrote(ROOM, b"targ").wrote(SIZE, &[4, 0, 0, 0]),
    ]
}
