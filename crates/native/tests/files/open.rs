//! How files are opened.

use iwasm_abi::Errno;
use iwasm_wasi::{FileFlags, FileKind, Files, Open, Opened};

use crate::place::{
    EDIT, LINUX, NO_FLAGS, NONBLOCK, Place, READ, interrupted, open, open_dir, read, write,
};

#[test]
fn what_open_answers() {
    let directory = Open {
        directory: true,
        ..READ
    };
    let new = Open {
        exclusive: true,
        ..EDIT
    };
    let plain = Open {
        follow: false,
        ..READ
    };
    let write_only = Open {
        write: true,
        read: false,
        ..READ
    };
    for (path, how, answer) in [
        ("file", READ, Ok("file")),
        ("dir", READ, Ok("dir")),
        ("dir/", READ, Ok("dir")),
        ("dir", directory, Ok("dir")),
        (
            "dir",
            Open {
                write: true,
                ..directory
            },
            Ok("dir"),
        ),
        (".", directory, Ok("dir")),
        ("link", READ, Ok("file")),
        ("link-to-dir", READ, Ok("dir")),
        ("link-to-dir", directory, Ok("dir")),
        ("link-to-dir/", plain, Ok("dir")),
        ("new", EDIT, Ok("file")),
        (
            "new2",
            Open {
                create: true,
                ..READ
            },
            Ok("file"),
        ),
        ("new3", new, Ok("file")),
        (
            "file",
            Open {
                read: false,
                ..READ
            },
            Ok("file"),
        ),
        ("missing", READ, Err(Errno::Noent)),
        ("", READ, Err(Errno::Noent)),
        ("file/", READ, Err(Errno::Notdir)),
        ("file/x", READ, Err(Errno::Notdir)),
        ("file", directory, Err(Errno::Notdir)),
        ("new4/", EDIT, Err(Errno::Isdir)),
        ("file", new, Err(Errno::Exist)),
        ("dangling", new, Err(Errno::Exist)),
        ("dir", write_only, Err(Errno::Isdir)),
        ("dir", EDIT, Err(Errno::Isdir)),
        ("link", plain, Err(Errno::Loop)),
        (
            "link-to-dir",
            Open {
                follow: false,
                ..directory
            },
            Err(Errno::Notdir),
        ),
        ("file\0x", READ, Err(Errno::Inval)),
        (
            "new5",
            Open {
                create: true,
                ..directory
            },
            Err(Errno::Inval),
        ),
        (
            "dir",
            Open {
                truncate: true,
                ..directory
            },
            Err(Errno::Inval),
        ),
    ] {
        let place = Place::new();
        place.write("file", "text");
        place.make_dir("dir");
        place.link("file", "link");
        place.link("dir", "link-to-dir");
        place.link("nowhere", "dangling");
        let opened = LINUX
            .open(&place.dir(), path, &how)
            .map(|opened| match opened {
                Opened::File(_) => "file",
                Opened::Dir(_) => "dir",
            });
        assert_eq!(opened, answer, "`{path}` {how:?}");
    }
}

#[test]
fn truncating_cuts_off_and_opening_does_not() {
    let place = Place::new();
    place.write("f", "text");
    let dir = place.dir();
    open(&dir, "f", &EDIT).unwrap();
    assert_eq!(place.text("f"), "text");
    open(
        &dir,
        "f",
        &Open {
            truncate: true,
            ..EDIT
        },
    )
    .unwrap();
    assert_eq!(place.text("f"), "");
}

#[test]
fn a_file_is_read_and_written_as_it_was_opened() {
    let place = Place::new();
    place.write("f", "text");
    let dir = place.dir();
    let reader = open(&dir, "f", &READ).unwrap();
    assert_eq!(write(&reader, "x"), Err(Errno::Badf));
    let writer = open(
        &dir,
        "f",
        &Open {
            read: false,
            ..EDIT
        },
    )
    .unwrap();
    assert_eq!(read(&writer), Err(Errno::Badf));
}

#[test]
fn flags_are_as_they_were_given() {
    let place = Place::new();
    let dir = place.dir();
    for (given, told) in [
        (NO_FLAGS, NO_FLAGS),
        (
            FileFlags {
                append: true,
                ..NO_FLAGS
            },
            FileFlags {
                append: true,
                ..NO_FLAGS
            },
        ),
        (NONBLOCK, NONBLOCK),
        (
            FileFlags {
                dsync: true,
                ..NO_FLAGS
            },
            FileFlags {
                dsync: true,
                ..NO_FLAGS
            },
        ),
        (
            FileFlags {
                sync: true,
                ..NO_FLAGS
            },
            FileFlags {
                sync: true,
                ..NO_FLAGS
            },
        ),
        (
            FileFlags {
                rsync: true,
                ..NO_FLAGS
            },
            FileFlags {
                sync: true,
                ..NO_FLAGS
            },
        ),
    ] {
        let file = open(
            &dir,
            "f",
            &Open {
                flags: given,
                ..EDIT
            },
        )
        .unwrap();
        assert_eq!(LINUX.flags(&file), Ok(told), "{given:?}");
        assert_eq!(
            LINUX.set_flags(&file, told),
            Ok(()),
            "what was told can be set"
        );
    }
}

#[test]
fn append_and_nonblock_can_be_changed_and_the_rest_cannot() {
    let place = Place::new();
    place.write("f", "one");
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    let append = FileFlags {
        append: true,
        ..NO_FLAGS
    };
    for flags in [
        append,
        NONBLOCK,
        FileFlags {
            nonblock: true,
            ..append
        },
        append,
    ] {
        assert_eq!(LINUX.set_flags(&file, flags), Ok(()));
        assert_eq!(LINUX.flags(&file), Ok(flags));
    }
    for refused in [
        FileFlags {
            dsync: true,
            ..append
        },
        FileFlags {
            rsync: true,
            ..append
        },
        FileFlags {
            sync: true,
            ..append
        },
    ] {
        assert_eq!(LINUX.set_flags(&file, refused), Err(Errno::Notsup));
    }
    assert_eq!(LINUX.flags(&file), Ok(append), "a refusal changes nothing");
    assert_eq!(write(&file, "two"), Ok(3));
    assert_eq!(place.text("f"), "onetwo");
}

#[test]
fn opening_a_pipe_waits_for_the_other_side_unless_it_may_not() {
    let place = Place::new();
    place.fifo("pipe");
    let dir = place.dir();
    let write_only = Open {
        write: true,
        read: false,
        ..READ
    };
    let answer = open(
        &dir,
        "pipe",
        &Open {
            flags: NONBLOCK,
            ..write_only
        },
    )
    .err();
    assert_eq!(answer, Some(Errno::Nxio), "nobody reads");

    let reader = open(
        &dir,
        "pipe",
        &Open {
            flags: NONBLOCK,
            ..READ
        },
    )
    .unwrap();
    let writer = open(&dir, "pipe", &write_only).unwrap();
    assert_eq!(read(&reader), Err(Errno::Again));
    assert_eq!(write(&writer, "text"), Ok(4));
    assert_eq!(read(&reader), Ok(b"text".to_vec()));
    assert_eq!(LINUX.stat(&reader).unwrap().kind, FileKind::Unknown);
    assert!(LINUX.handle(&reader).is_some(), "a pipe can be waited for");
}

#[test]
fn an_interrupt_ends_the_opening_of_a_pipe() {
    let place = Place::new();
    place.fifo("pipe");
    let dir = place.dir();
    assert_eq!(
        interrupted(|| open(&dir, "pipe", &READ).err()),
        Some(Errno::Intr)
    );
}

#[test]
fn what_a_path_is_can_be_asked_without_opening_it() {
    let place = Place::new();
    place.write("file", "text");
    place.make_dir("dir");
    place.link("file", "link");
    place.link("nowhere", "dangling");
    place.fifo("pipe");
    let _socket = std::os::unix::net::UnixListener::bind(place.inside("socket")).unwrap();
    let dir = place.dir();
    for (path, follow, kind) in [
        ("file", true, Ok(FileKind::Regular)),
        ("file", false, Ok(FileKind::Regular)),
        ("dir", false, Ok(FileKind::Directory)),
        ("dir/", false, Ok(FileKind::Directory)),
        (".", false, Ok(FileKind::Directory)),
        ("link", true, Ok(FileKind::Regular)),
        ("link", false, Ok(FileKind::Link)),
        ("dangling", false, Ok(FileKind::Link)),
        ("dangling", true, Err(Errno::Noent)),
        ("pipe", true, Ok(FileKind::Unknown)),
        ("socket", true, Ok(FileKind::StreamSocket)),
        ("file/", false, Err(Errno::Notdir)),
        ("link/", false, Err(Errno::Notdir)),
        ("", true, Err(Errno::Noent)),
        ("file\0", true, Err(Errno::Inval)),
    ] {
        let found = LINUX.stat_at(&dir, path, follow).map(|stat| stat.kind);
        assert_eq!(found, kind, "`{path}` follow={follow}");
    }
    assert_eq!(LINUX.stat_dir(&dir), LINUX.stat_at(&dir, ".", true));
    assert_eq!(open(&dir, "socket", &READ).err(), Some(Errno::Nxio));
    let opened = open_dir(&dir, "dir", &READ).unwrap();
    assert_eq!(LINUX.stat_dir(&opened), LINUX.stat_at(&dir, "dir", false));
}
