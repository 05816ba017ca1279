//! No answer leads out of the directory.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use iwasm_abi::Errno;
use iwasm_native::Dir;
use iwasm_wasi::{Files, Open, Times};
use rustix::fs::{CWD, RenameFlags};

use crate::place::{EDIT, LINUX, Place, READ, open, open_dir, read};

/// Every way out that a path can take.
fn ways_out(place: &Place) -> Vec<String> {
    place.make_dir("a");
    place.make_dir("a/b");
    place.link("..", "up");
    place.link("../..", "a/upper");
    place.link("a/upper", "chain");
    place.link(place.outside(), "absolute");
    place.link("absolute", "to-absolute");
    place.link("/proc/self/root", "magic");
    let outside = place.outside().to_str().unwrap().to_owned();
    let named = [
        "..",
        "../",
        "./..",
        "a/../..",
        "a/b/../../..",
        "up",
        "up/",
        "a/upper",
        "chain",
        "absolute",
        "to-absolute",
        "magic",
        "/",
        "//",
        "../given/..",
    ];
    named
        .into_iter()
        .map(str::to_owned)
        .chain([outside])
        .collect()
}

/// Every call that takes a path, on one.
fn calls(dir: &Dir, path: &str) -> Vec<(&'static str, Result<(), Errno>)> {
    let l = &*LINUX;
    let here = "here";
    vec![
        ("read", l.open(dir, path, &READ).map(drop)),
        ("write", l.open(dir, path, &EDIT).map(drop)),
        (
            "directory",
            l.open(
                dir,
                path,
                &Open {
                    directory: true,
                    ..READ
                },
            )
            .map(drop),
        ),
        ("stat", l.stat_at(dir, path, true).map(drop)),
        ("stat the name", l.stat_at(dir, path, false).map(drop)),
        ("times", l.set_times_at(dir, path, true, Times::default())),
        (
            "times of the name",
            l.set_times_at(dir, path, false, Times::default()),
        ),
        ("make directory", l.make_dir(dir, path)),
        ("remove directory", l.remove_dir(dir, path)),
        ("remove file", l.remove_file(dir, path)),
        ("rename from", l.rename(dir, path, dir, here)),
        ("rename to", l.rename(dir, here, dir, path)),
        ("link from", l.link(dir, path, dir, "there")),
        ("link to", l.link(dir, here, dir, path)),
        ("symlink", l.symlink("x", dir, path)),
        ("read link", l.read_link(dir, path).map(drop)),
    ]
}

#[test]
fn no_call_reaches_a_file_beyond_the_directory() {
    let place = Place::new();
    let ways = ways_out(&place);
    place.write("here", "inside");
    let dir = place.dir();
    for way in ways {
        let path = format!("{way}/secret");
        for (call, answer) in calls(&dir, &path) {
            assert_eq!(answer, Err(Errno::Perm), "{call} `{path}`");
        }
    }
    assert_eq!(
        fs::read_to_string(place.outside().join("secret")).unwrap(),
        "outside"
    );
    assert_eq!(place.text("here"), "inside");
}

#[test]
fn no_call_that_follows_reaches_a_directory_beyond() {
    let place = Place::new();
    let ways = ways_out(&place);
    let dir = place.dir();
    for way in ways {
        for how in [
            READ,
            Open {
                directory: true,
                ..READ
            },
        ] {
            assert_eq!(
                open_dir(&dir, &way, &how).err(),
                Some(Errno::Perm),
                "open `{way}`"
            );
        }
        assert_eq!(
            LINUX.stat_at(&dir, &way, true).err(),
            Some(Errno::Perm),
            "stat `{way}`"
        );
        let times = LINUX.set_times_at(&dir, &way, true, Times::default());
        assert_eq!(times, Err(Errno::Perm), "times of `{way}`");
    }
}

#[test]
fn a_descriptor_of_a_directory_is_a_root_of_its_own() {
    let place = Place::new();
    place.make_dir("a");
    place.write("f", "inside");
    let a = open_dir(&place.dir(), "a", &READ).unwrap();
    assert_eq!(open(&a, "../f", &READ).err(), Some(Errno::Perm));
    assert_eq!(open_dir(&a, "..", &READ).err(), Some(Errno::Perm));
}

#[test]
fn a_path_that_stays_inside_may_go_up_and_through_links() {
    let place = Place::new();
    place.make_dir("a");
    place.make_dir("a/b");
    place.write("f", "inside");
    place.link("a/../a/b/..", "link");
    place.link("../../f", "a/b/f");
    let dir = place.dir();
    for path in [
        "a/../f",
        "a/b/../../f",
        "./a/.././f",
        "link/../f",
        "a/b/f",
        "link/b/f",
    ] {
        let file = open(&dir, path, &READ).unwrap_or_else(|e| panic!("`{path}`: {e}"));
        assert_eq!(read(&file), Ok(b"inside".to_vec()), "`{path}`");
        assert_eq!(LINUX.stat_at(&dir, path, true).unwrap().size, 6, "`{path}`");
    }
}

#[test]
fn links_that_go_round_end() {
    let place = Place::new();
    place.link("two", "one");
    place.link("one", "two");
    assert_eq!(open(&place.dir(), "one", &READ).err(), Some(Errno::Loop));
    assert_eq!(
        LINUX.stat_at(&place.dir(), "one/x", true).err(),
        Some(Errno::Loop)
    );
}

#[test]
fn links_to_absolute_paths_are_neither_made_nor_read() {
    let place = Place::new();
    place.link("/etc/passwd", "absolute");
    place.link("a/b", "relative");
    let dir = place.dir();
    assert_eq!(LINUX.symlink("/etc/passwd", &dir, "new"), Err(Errno::Perm));
    assert_eq!(LINUX.read_link(&dir, "absolute"), Err(Errno::Perm));
    assert_eq!(LINUX.read_link(&dir, "relative"), Ok(b"a/b".to_vec()));
    assert_eq!(LINUX.symlink("../x", &dir, "new"), Ok(()));
    assert_eq!(LINUX.read_link(&dir, "new"), Ok(b"../x".to_vec()));
    assert_eq!(open(&dir, "new", &READ).err(), Some(Errno::Perm));
}

/// Raised when it goes, so that a failure of the one thread ends the other too.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Do something over and over on another thread while `act` runs.
fn meanwhile(disturb: impl Fn() + Sync, act: impl FnOnce()) {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                disturb();
            }
        });
        let _done = Done(&done);
        act();
    });
}

#[test]
fn a_directory_that_turns_into_a_link_out_is_not_followed() {
    let place = Place::new();
    place.make_dir("door");
    place.write("door/secret", "inside");
    place.link("../beside", "way-out");
    let (door, way_out) = (place.inside("door"), place.inside("way-out"));
    let swap =
        || rustix::fs::renameat_with(CWD, &door, CWD, &way_out, RenameFlags::EXCHANGE).unwrap();
    let dir = place.dir();
    let (mut opened, mut refused) = (0, 0);
    let begun = Instant::now();
    meanwhile(swap, || {
        while opened + refused < 3000 || opened == 0 || refused == 0 {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "no race: {opened} {refused}"
            );
            // Which error it is depends on the moment; whose text it is must not.
            match open(&dir, "door/secret", &READ) {
                Ok(file) => {
                    assert_eq!(read(&file), Ok(b"inside".to_vec()));
                    opened += 1;
                }
                Err(_) => refused += 1,
            }
        }
    });
}

#[test]
fn a_directory_that_moves_out_takes_nobody_along() {
    let place = Place::new();
    place.make_dir("cart");
    place.make_dir("cart/deep");
    let (here, there) = (place.inside("cart"), place.outside().join("beside/cart"));
    let move_about = || {
        fs::rename(&here, &there).unwrap();
        fs::rename(&there, &here).unwrap();
    };
    let dir = place.dir();
    meanwhile(move_about, || {
        for _ in 0..3000 {
            for path in ["cart/../secret", "cart/deep/../../secret"] {
                let error = open(&dir, path, &READ).err();
                assert!(
                    matches!(error, Some(Errno::Noent | Errno::Perm)),
                    "{error:?}"
                );
            }
        }
    });
}
