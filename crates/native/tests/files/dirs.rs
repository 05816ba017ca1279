//! Names: listed, made, given and taken.

use std::fs;
use std::os::unix::fs::MetadataExt;

use iwasm_abi::Errno;
use iwasm_wasi::{FileKind, Files, Open, Time, Times};

use crate::place::{EDIT, LINUX, Place, READ, open, open_dir};

#[test]
fn a_list_has_every_name_with_its_number_and_type() {
    let place = Place::new();
    place.write("file", "text");
    place.make_dir("dir");
    place.link("/etc/passwd", "link");
    place.fifo("pipe");
    let number = |name: &str| fs::symlink_metadata(place.inside(name)).unwrap().ino();
    let dir = place.dir();
    let mut entries = LINUX.list(&dir).unwrap();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let found: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                std::str::from_utf8(&entry.name).unwrap(),
                entry.inode,
                entry.kind,
            )
        })
        .collect();
    let root = number(".");
    assert_eq!(
        found,
        [
            (".", root, FileKind::Directory),
            ("..", root, FileKind::Directory),
            ("dir", number("dir"), FileKind::Directory),
            ("file", number("file"), FileKind::Regular),
            ("link", number("link"), FileKind::Link),
            ("pipe", number("pipe"), FileKind::Unknown),
        ]
    );
    place.write("more", "");
    assert_eq!(LINUX.list(&dir).unwrap().len(), 7, "a list begins anew");
}

#[test]
fn a_long_list_is_complete() {
    let place = Place::new();
    for i in 0..1500 {
        place.write(&format!("a-name-that-is-not-so-short-{i}"), "");
    }
    assert_eq!(LINUX.list(&place.dir()).unwrap().len(), 1502);
}

#[test]
fn directories_are_made_and_removed() {
    let place = Place::new();
    place.write("file", "");
    place.link("dir", "link");
    let dir = place.dir();
    for (path, answer) in [
        ("dir", Ok(())),
        ("dir", Err(Errno::Exist)),
        ("dir/below/", Ok(())),
        ("file", Err(Errno::Exist)),
        ("file/x", Err(Errno::Notdir)),
        ("no/x", Err(Errno::Noent)),
    ] {
        assert_eq!(LINUX.make_dir(&dir, path), answer, "make `{path}`");
    }
    for (path, answer) in [
        ("dir", Err(Errno::Notempty)),
        ("dir/below/", Ok(())),
        ("dir/.", Err(Errno::Inval)),
        ("file", Err(Errno::Notdir)),
        ("file/", Err(Errno::Notdir)),
        ("link", Err(Errno::Notdir)),
        ("no", Err(Errno::Noent)),
        ("dir", Ok(())),
    ] {
        assert_eq!(LINUX.remove_dir(&dir, path), answer, "remove `{path}`");
    }
}

#[test]
fn files_are_removed_and_directories_are_not() {
    let place = Place::new();
    place.write("file", "");
    place.make_dir("dir");
    place.link("file", "link");
    let dir = place.dir();
    for (path, answer) in [
        ("dir", Err(Errno::Isdir)),
        ("dir/", Err(Errno::Isdir)),
        ("file/", Err(Errno::Notdir)),
        ("link", Ok(())),
        ("file", Ok(())),
        ("file", Err(Errno::Noent)),
    ] {
        assert_eq!(LINUX.remove_file(&dir, path), answer, "`{path}`");
    }
}

#[test]
fn a_name_is_replaced_by_another_of_its_type() {
    let place = Place::new();
    place.write("file", "one");
    place.write("file2", "two");
    place.make_dir("dir");
    place.make_dir("dir/sub");
    place.make_dir("empty");
    let dir = place.dir();
    let sub = open_dir(&dir, "dir/sub", &READ).unwrap();
    for (path, to, answer) in [
        ("file/", "new", Err(Errno::Notdir)),
        ("file", "new/", Err(Errno::Notdir)),
        ("file", "empty", Err(Errno::Isdir)),
        ("file", "empty/", Err(Errno::Notdir)),
        ("dir", "file", Err(Errno::Notdir)),
        ("empty", "dir", Err(Errno::Notempty)),
        ("dir", "dir/sub/x", Err(Errno::Inval)),
        ("no", "file", Err(Errno::Noent)),
        ("no", "new/", Err(Errno::Noent)),
        ("file", "file2", Ok(())),
        ("empty", "moved/", Ok(())),
        ("dir/sub", "moved", Ok(())),
    ] {
        assert_eq!(
            LINUX.rename(&dir, path, &dir, to),
            answer,
            "`{path}` to `{to}`"
        );
    }
    assert_eq!(place.text("file2"), "one");
    assert_eq!(
        LINUX.rename(&dir, "file2", &sub, "f"),
        Ok(()),
        "to another descriptor"
    );
    assert_eq!(place.text("moved/f"), "one");
}

#[test]
fn a_file_gets_one_more_name_and_a_link_is_not_followed() {
    let place = Place::new();
    place.write("file", "text");
    place.make_dir("dir");
    place.link("file", "link");
    let dir = place.dir();
    for (path, to, answer) in [
        ("file", "two", Ok(())),
        ("file", "two", Err(Errno::Exist)),
        ("link", "link2", Ok(())),
        ("dir", "dir2", Err(Errno::Perm)),
        ("no", "x", Err(Errno::Noent)),
        ("file/", "x", Err(Errno::Notdir)),
        ("file", "x/", Err(Errno::Noent)),
    ] {
        assert_eq!(
            LINUX.link(&dir, path, &dir, to),
            answer,
            "`{path}` as `{to}`"
        );
    }
    assert_eq!(LINUX.stat_at(&dir, "two", true).unwrap().links, 2);
    assert_eq!(
        LINUX.stat_at(&dir, "link2", false).unwrap().kind,
        FileKind::Link
    );
}

#[test]
fn a_link_is_read_and_nothing_else_is() {
    let place = Place::new();
    place.write("file", "");
    let dir = place.dir();
    assert_eq!(LINUX.symlink("file", &dir, "link"), Ok(()));
    assert_eq!(LINUX.symlink("file", &dir, "link"), Err(Errno::Exist));
    assert_eq!(LINUX.symlink("file", &dir, "link2/"), Err(Errno::Noent));
    assert_eq!(LINUX.symlink("", &dir, "link2"), Err(Errno::Noent));
    for (path, answer) in [
        ("link", Ok(b"file".to_vec())),
        ("file", Err(Errno::Inval)),
        (".", Err(Errno::Inval)),
        ("no", Err(Errno::Noent)),
        ("", Err(Errno::Noent)),
    ] {
        assert_eq!(LINUX.read_link(&dir, path), answer, "`{path}`");
    }
}

#[test]
fn times_are_set_to_a_moment_to_now_or_left() {
    const THEN: u64 = 1_000_000_000_123_456_789;
    const LATER: u64 = 1_100_000_000_000_000_001;
    let at = |accessed: Option<u64>, modified: Option<u64>| Times {
        accessed: accessed.map(Time::At),
        modified: modified.map(Time::At),
    };
    let place = Place::new();
    place.link("f", "link");
    place.fifo("pipe");
    let dir = place.dir();
    let file = open(&dir, "f", &EDIT).unwrap();
    let told = || {
        let stat = LINUX.stat(&file).unwrap();
        (stat.accessed, stat.modified)
    };

    assert_eq!(LINUX.set_times(&file, at(Some(THEN), Some(LATER))), Ok(()));
    assert_eq!(told(), (THEN, LATER));
    assert_eq!(
        LINUX.set_times_at(&dir, "link", true, at(None, Some(THEN))),
        Ok(())
    );
    assert_eq!(told(), (THEN, THEN));
    assert_eq!(
        LINUX.set_times_at(&dir, "link", false, at(Some(LATER), Some(LATER))),
        Ok(())
    );
    assert_eq!(told(), (THEN, THEN), "the link has times of its own");
    assert_eq!(LINUX.stat_at(&dir, "link", false).unwrap().modified, LATER);
    assert_eq!(LINUX.set_times(&file, Times::default()), Ok(()));
    assert_eq!(told(), (THEN, THEN));

    let now = Times {
        accessed: Some(Time::Now),
        modified: None,
    };
    assert_eq!(LINUX.set_times(&file, now), Ok(()));
    let (accessed, modified) = told();
    assert!(
        accessed > LATER && modified == THEN,
        "{accessed} {modified}"
    );

    assert_eq!(
        LINUX.set_dir_times(&dir, at(Some(THEN), Some(LATER))),
        Ok(())
    );
    assert_eq!(LINUX.stat_dir(&dir).unwrap().modified, LATER);
    assert_eq!(
        LINUX.set_times_at(&dir, "pipe", true, at(Some(THEN), Some(THEN))),
        Ok(()),
        "without waiting for the pipe's other side"
    );
    assert_eq!(LINUX.stat_at(&dir, "pipe", true).unwrap().modified, THEN);
    assert_eq!(LINUX.set_times_at(&dir, "no", true, now), Err(Errno::Noent));
}

#[test]
fn a_directory_is_whole_however_it_was_opened() {
    let place = Place::new();
    place.make_dir("a");
    place.write("a/f", "");
    place.link("a", "link");
    let dir = place.dir();
    let directory = Open {
        directory: true,
        ..READ
    };
    for (path, how) in [
        ("a", READ),
        ("a/", READ),
        ("a", directory),
        ("link", directory),
        ("link/", READ),
    ] {
        let opened = open_dir(&dir, path, &how).unwrap();
        assert_eq!(LINUX.list(&opened).unwrap().len(), 3, "`{path}` {how:?}");
        assert_eq!(LINUX.sync_dir(&opened), Ok(()), "`{path}` {how:?}");
        let times = Times {
            accessed: None,
            modified: Some(Time::At(5)),
        };
        assert_eq!(
            LINUX.set_dir_times(&opened, times),
            Ok(()),
            "`{path}` {how:?}"
        );
        assert_eq!(LINUX.stat_at(&dir, "a", true).unwrap().modified, 5);
        assert!(open(&opened, "f", &READ).is_ok());
    }
    assert_eq!(LINUX.sync_dir(&dir), Ok(()));
}

#[test]
fn only_a_directory_is_given_to_a_guest() {
    let place = Place::new();
    place.write("file", "");
    let refused = iwasm_native::Dir::open_ambient(&place.inside("file")).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::NotADirectory);
}
