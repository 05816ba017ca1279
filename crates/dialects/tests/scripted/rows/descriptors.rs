//! Descriptors as such, and bytes in and out of files and sockets alike.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_abi::wamr::rights::{SOCKET_RIGHTS, SOCKET_RIGHTS_INHERITING};
use iwasm_wasi::{DIRECTORY_RIGHTS, FILE_RIGHTS};

use crate::guest::{DATA, DIR, FILE, IN, IOVS, MORE, OUT, ROOM, SIZE, TCP4, UDP4, vector};
use crate::row::Pointer::{Fills, Gathers, Scatters};
use crate::row::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    [
        numbers(),
        facts(),
        reads(),
        writes(),
        positions(),
        preopens(),
    ]
    .concat()
}

fn numbers() -> Vec<Row> {
    vec![
        row("fd_close", &[FILE]).fd(0).asked(&["close file"]),
        row("fd_close", &[TCP4]).fd(0).asked(&["close tcp4"]),
        row("fd_renumber", &[FILE, OUT])
            .fd(0)
            .fd(1)
            .asked(&["close stdout"]),
        row("fd_renumber", &[FILE, FILE]).fd(0),
    ]
}

fn facts() -> Vec<Row> {
    let fdstat = |kind: u8, flags: u8, base: u64, inheriting: u64| {
        let mut bytes = [0; 24];
        bytes[0] = kind;
        bytes[2] = flags;
        bytes[8..16].copy_from_slice(&base.to_le_bytes());
        bytes[16..].copy_from_slice(&inheriting.to_le_bytes());
        bytes
    };
    let get = |fd| row("fd_fdstat_get", &[fd, ROOM]).fd(0).writes(1, 24);
    let directory_inherits = DIRECTORY_RIGHTS | FILE_RIGHTS;
    vec![
        get(FILE)
            .wrote(ROOM, &fdstat(4, 1, FILE_RIGHTS, 0))
            .asked(&["stat file", "flags file"])
            .waits("stat"),
        get(DIR).wrote(ROOM, &fdstat(3, 0, DIRECTORY_RIGHTS, directory_inherits)),
        get(TCP4)
            .wrote(ROOM, &fdstat(6, 4, SOCKET_RIGHTS, SOCKET_RIGHTS_INHERITING))
            .asked(&["nonblocking tcp4"]),
        get(UDP4)
            .wrote(ROOM, &fdstat(5, 4, SOCKET_RIGHTS, SOCKET_RIGHTS_INHERITING))
            .asked(&["nonblocking udp4"]),
        row("fd_fdstat_set_flags", &[FILE, 1])
            .fd(0)
            .rights(rights::FD_FDSTAT_SET_FLAGS)
            .asked(&["set_flags file append"])
            .waits("set_flags"),
        row("fd_fdstat_set_flags", &[TCP4, 4])
            .fd(0)
            .rights(rights::FD_FDSTAT_SET_FLAGS)
            .asked(&["set_nonblocking tcp4 true"]),
        row("fd_fdstat_set_rights", &[FILE, rights::FD_READ, 0]).fd(0),
    ]
}

fn reads() -> Vec<Row> {
    let read = |name, args: &[u64], size: usize| {
        row(name, args)
            .fd(0)
            .points(Scatters(1, 2))
            .writes(size, 4)
            .given(IOVS, &vector(DATA, 2))
            .given(IOVS + 8, &vector(MORE, 8))
            .wrote(DATA, b"he")
            .wrote(MORE, b"llo")
            .wrote(SIZE, &[5, 0, 0, 0])
            .wrong(DIR, Errno::Isdir)
    };
    vec![
        read("fd_read", &[FILE, IOVS, 2, SIZE], 3)
            .rights(rights::FD_READ)
            .asked(&["read file 10"])
            .waits("read"),
        read("fd_read", &[IN, IOVS, 2, SIZE], 3)
            .rights(rights::FD_READ)
            .asked(&["read stdin 10"])
            .wrong(OUT, Errno::Notcapable),
        read("fd_read", &[TCP4, IOVS, 2, SIZE], 3)
            .rights(rights::FD_READ)
            .asked(&["receive tcp4 10"])
            .waits("receive"),
        read("fd_pread", &[FILE, IOVS, 2, 1 << 40, SIZE], 4)
            .rights(rights::FD_READ | rights::FD_SEEK)
            .asked(&["read_at file 10 at 1099511627776"])
            .waits("read_at")
            .wrong(TCP4, Errno::Spipe)
            .wrong(IN, Errno::Notcapable),
    ]
}

fn writes() -> Vec<Row> {
    let write = |name, args: &[u64], size: usize| {
        row(name, args)
            .fd(0)
            .points(Gathers(1, 2))
            .writes(size, 4)
            .given(IOVS, &vector(DATA, 2))
            .given(IOVS + 8, &vector(MORE, 3))
            .given(DATA, b"ab")
            .given(MORE, b"cde")
            .wrote(SIZE, &[5, 0, 0, 0])
            .wrong(DIR, Errno::Badf)
    };
    vec![
        write("fd_write", &[FILE, IOVS, 2, SIZE], 3)
            .rights(rights::FD_WRITE)
            .asked(&["write file `abcde`"])
            .waits("write"),
        write("fd_write", &[OUT, IOVS, 2, SIZE], 3)
            .rights(rights::FD_WRITE)
            .asked(&["write stdout `abcde`"])
            .wrong(IN, Errno::Notcapable),
        write("fd_write", &[TCP4, IOVS, 2, SIZE], 3)
            .rights(rights::FD_WRITE)
            .asked(&["send tcp4 `abcde`"])
            .waits("send"),
        write("fd_pwrite", &[FILE, IOVS, 2, 7, SIZE], 4)
            .rights(rights::FD_WRITE | rights::FD_SEEK)
            .asked(&["write_at file `abcde` at 7"])
            .waits("write_at")
            .wrong(TCP4, Errno::Spipe)
            .wrong(OUT, Errno::Notcapable),
    ]
}

fn positions() -> Vec<Row> {
    let minus_two = (-2_i64).cast_unsigned();
    let eleven = [11, 0, 0, 0, 0, 0, 0, 0];
    vec![
        row("fd_seek", &[FILE, minus_two, 2, SIZE])
            .fd(0)
            .writes(3, 8)
            .rights(rights::FD_SEEK)
            .wrote(SIZE, &eleven)
            .asked(&["seek file End(-2)"])
            .waits("seek")
            .wrong(TCP4, Errno::Spipe)
            .wrong(DIR, Errno::Badf)
            .wrong(IN, Errno::Notcapable),
        row("fd_tell", &[FILE, SIZE])
            .fd(0)
            .writes(1, 8)
            .wrote(SIZE, &eleven)
            .asked(&["seek file Current(0)"])
            .waits("seek")
            .wrong(TCP4, Errno::Spipe)
            .wrong(DIR, Errno::Badf)
            .wrong(IN, Errno::Notcapable),
    ]
}

fn preopens() -> Vec<Row> {
    let other = |row: Row| {
        row.fd(0)
            .wrong(FILE, Errno::Badf)
            .wrong(TCP4, Errno::Badf)
            .wrong(OUT, Errno::Badf)
    };
    vec![
        other(row("fd_prestat_get", &[DIR, ROOM]))
            .writes(1, 8)
            .wrote(ROOM, &[0, 0, 0, 0, 5, 0, 0, 0]),
        other(row("fd_prestat_dir_name", &[DIR, ROOM, 7]))
            .points(Fills(1, 2, 1))
            .wrote(ROOM, b"/data"),
    ]
}
