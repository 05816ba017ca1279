//! UNIX streams on paths of a directory of the test's own: a life, and every way in which a link could lead elsewhere.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]
#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

mod common;

use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{Folder, apart, interrupt, linux, read, send};
use iwasm_abi::Errno;
use iwasm_native::{Handle, HostSocket, Linux};
use iwasm_net::{
    Address, Family, Interest, Kernel, Kind, Limit, Readiness, Shutdown, Socket, Stage,
};
use iwasm_policy::UnixPath;
use rustix::fs::{CWD, RenameFlags, renameat_with};

fn path(dir: &Folder, name: &str) -> UnixPath {
    let path = dir.path().join(name);
    path.to_str().unwrap().parse().unwrap()
}

fn stream(linux: &Linux) -> Handle {
    linux.open(Family::Unix, Kind::Stream).unwrap()
}

fn listener(linux: &Linux, at: &UnixPath) -> Handle {
    let listener = stream(linux);
    linux.bind_path(&listener, at).unwrap();
    linux.listen(&listener, 16).unwrap();
    listener
}

fn is_socket(path: &UnixPath) -> bool {
    let file = fs::symlink_metadata(path.as_str());
    file.is_ok_and(|file| file.file_type().is_socket())
}

#[test]
fn a_stream_is_bound_connected_accepted_read_and_shut_down() {
    let (linux, dir) = (linux(), Folder::new());
    let at = path(&dir, "a.sock");
    let listener = listener(&linux, &at);
    assert!(is_socket(&at));
    assert_eq!(linux.accepting(&listener), Ok(true));
    let near = stream(&linux);
    linux.connect_path(&near, &at).unwrap();
    let (far, peer) = linux.accept(&listener, true).unwrap();
    assert_eq!(peer, Address::Unnamed);
    assert_eq!(linux.nonblocking(&far), Ok(true));
    assert_eq!(send(&linux, &near, b"abc", None), Ok(3));
    assert_eq!(read(&linux, &far, 8), Ok(b"abc".to_vec()));
    assert_eq!(read(&linux, &far, 8), Err(Errno::Again));
    linux.shutdown(&near, Shutdown::Write).unwrap();
    assert_eq!(read(&linux, &far, 8), Ok(Vec::new()));
    drop(far);
    assert_eq!(send(&linux, &near, b"abc", None), Err(Errno::Pipe));
}

#[test]
fn a_listener_is_ready_when_somebody_comes() {
    let (linux, dir) = (linux(), Folder::new());
    let at = path(&dir, "a.sock");
    let listener = listener(&linux, &at);
    let ask = || {
        let mut ready = [Readiness::default()];
        let interest = Interest {
            read: true,
            ..Interest::default()
        };
        let wait = Some(Duration::ZERO);
        linux
            .poll(&[(&listener, interest)], &mut ready, wait)
            .unwrap();
        ready[0].read
    };
    assert!(!ask());
    let near = stream(&linux);
    linux.connect_path(&near, &at).unwrap();
    assert!(ask());
    assert_eq!(linux.readable(&listener), Ok(1));
}

#[test]
fn a_connect_waits_for_room_in_the_queue_no_longer_than_a_send() {
    let (linux, dir) = (linux(), Folder::new());
    let at = path(&dir, "a.sock");
    let listener = stream(&linux);
    linux.bind_path(&listener, &at).unwrap();
    linux.listen(&listener, 0).unwrap();
    let first = stream(&linux);
    linux.connect_path(&first, &at).unwrap();
    let wait = Duration::from_millis(20);
    let second = stream(&linux);
    linux.set_limit(&second, Limit::Send, Some(wait)).unwrap();
    let begun = Instant::now();
    assert_eq!(linux.connect_path(&second, &at), Err(Errno::Again));
    assert!(begun.elapsed() >= wait);
    linux.accept(&listener, false).unwrap();
    linux.connect_path(&second, &at).unwrap();
}

#[test]
fn others_reach_it_and_are_reached() {
    let (linux, dir) = (linux(), Folder::new());
    let at = path(&dir, "ours.sock");
    let listener = listener(&linux, &at);
    let client = UnixStream::connect(at.as_str()).unwrap();
    linux.accept(&listener, false).unwrap();
    drop(client);

    let at = path(&dir, "theirs.sock");
    let server = UnixListener::bind(at.as_str()).unwrap();
    let near = stream(&linux);
    linux.connect_path(&near, &at).unwrap();
    server.accept().unwrap();
    assert_eq!(linux.remote(&near), Ok(Address::Unix(at)));
}

#[test]
fn no_number_of_a_descriptor_is_told_as_an_address() {
    let (linux, dir) = (linux(), Folder::new());
    let at = path(&dir, "a.sock");
    let listener = listener(&linux, &at);
    assert_eq!(linux.local(&listener), Ok(Address::Unnamed));
    let near = stream(&linux);
    linux.connect_path(&near, &at).unwrap();
    assert_eq!(linux.remote(&near), Ok(Address::Unnamed));
}

#[test]
fn a_thread_with_descriptors_of_its_own_binds_and_connects_by_them() {
    let dir = Folder::new();
    let at = path(&dir, "a.sock");
    iwasm_native::apart(move || {
        let linux = linux();
        let listener = listener(&linux, &at);
        let near = stream(&linux);
        linux.connect_path(&near, &at).unwrap();
        linux.accept(&listener, false).unwrap();
    })
    .unwrap();
}

#[test]
fn a_link_anywhere_in_the_path_is_eloop() {
    let (linux, dir) = (linux(), Folder::new());
    fs::create_dir_all(dir.path().join("real/deep")).unwrap();
    symlink("real", dir.path().join("link")).unwrap();
    symlink(dir.path().join("real"), dir.path().join("absolute")).unwrap();
    symlink("..", dir.path().join("real/deep/up")).unwrap();
    let real = UnixListener::bind(dir.path().join("real/a.sock")).unwrap();
    for through in ["link", "absolute", "real/deep/up", "link/deep/up"] {
        let bound = linux.bind_path(&stream(&linux), &path(&dir, &format!("{through}/b.sock")));
        assert_eq!(bound, Err(Errno::Loop), "{through}");
        let to = path(&dir, &format!("{through}/a.sock"));
        let connected = linux.connect_path(&stream(&linux), &to);
        assert_eq!(connected, Err(Errno::Loop), "{through}");
    }
    assert!(!is_socket(&path(&dir, "real/b.sock")));
    let to = path(&dir, "real/a.sock");
    assert_eq!(linux.connect_path(&stream(&linux), &to), Ok(()));
    drop(real);
}

#[test]
fn a_socket_file_that_is_a_link_is_neither_connected_to_nor_bound_through() {
    let (linux, dir) = (linux(), Folder::new());
    let _real = UnixListener::bind(dir.path().join("real.sock")).unwrap();
    symlink("real.sock", dir.path().join("link.sock")).unwrap();
    symlink("made.sock", dir.path().join("dangling.sock")).unwrap();
    let connect = |name| linux.connect_path(&stream(&linux), &path(&dir, name));
    assert_eq!(connect("link.sock"), Err(Errno::Loop));
    assert_eq!(connect("dangling.sock"), Err(Errno::Loop));
    let bind = |name| linux.bind_path(&stream(&linux), &path(&dir, name));
    assert_eq!(bind("link.sock"), Err(Errno::Addrinuse));
    assert_eq!(bind("dangling.sock"), Err(Errno::Addrinuse));
    assert!(!Path::new(path(&dir, "made.sock").as_str()).exists());
}

#[test]
fn what_is_no_socket_has_its_error() {
    let (linux, dir) = (linux(), Folder::new());
    fs::write(dir.path().join("file"), "").unwrap();
    drop(UnixListener::bind(dir.path().join("stale.sock")).unwrap());
    for (name, errno) in [
        ("file", Errno::Connrefused),
        ("stale.sock", Errno::Connrefused),
        ("none.sock", Errno::Noent),
        ("none/a.sock", Errno::Noent),
        ("file/a.sock", Errno::Notdir),
    ] {
        let connected = linux.connect_path(&stream(&linux), &path(&dir, name));
        assert_eq!(connected, Err(errno), "{name}");
    }
    let bind = |name| linux.bind_path(&stream(&linux), &path(&dir, name));
    assert_eq!(bind("stale.sock"), Err(Errno::Addrinuse));
    assert_eq!(bind("none/a.sock"), Err(Errno::Noent));
    assert!(is_socket(&path(&dir, "stale.sock")), "nothing is removed");
    let twice = stream(&linux);
    linux.bind_path(&twice, &path(&dir, "a.sock")).unwrap();
    let again = linux.bind_path(&twice, &path(&dir, "b.sock"));
    assert_eq!(again, Err(Errno::Inval));
}

#[test]
fn a_directory_that_is_exchanged_for_a_link_again_and_again_never_leads_out() {
    let (linux, folder) = (linux(), Folder::new());
    let [here, link, outside] = ["here", "link", "outside"].map(|name| folder.path().join(name));
    fs::create_dir(&here).unwrap();
    fs::create_dir(&outside).unwrap();
    symlink("outside", &link).unwrap();
    let secret = UnixListener::bind(outside.join("a.sock")).unwrap();
    secret.set_nonblocking(true).unwrap();
    let done = AtomicBool::new(false);
    let (mut bound, mut refused) = (0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                renameat_with(CWD, &here, CWD, &link, RenameFlags::EXCHANGE).unwrap();
            }
        });
        for number in 0..100_000 {
            let at = path(&folder, &format!("here/{number}"));
            match linux.bind_path(&stream(&linux), &at) {
                Ok(()) => bound += 1,
                Err(_) => refused += 1,
            }
            let to = path(&folder, "here/a.sock");
            assert!(linux.connect_path(&stream(&linux), &to).is_err());
            if bound > 500 && refused > 500 {
                break;
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(bound > 0 && refused > 0, "{bound} bound, {refused} refused");
    assert!(secret.accept().is_err(), "nobody came to the other socket");
    let made = fs::read_dir(&outside).unwrap().count();
    assert_eq!(made, 1, "nothing was made beside it");
}

#[test]
fn a_blocked_connect_is_interrupted() {
    let (linux, dir) = (linux(), Folder::new());
    let at = path(&dir, "a.sock");
    let full = stream(&linux);
    linux.bind_path(&full, &at).unwrap();
    linux.listen(&full, 0).unwrap();
    let queued = stream(&linux);
    linux.connect_path(&queued, &at).unwrap();
    let late = stream(&linux);
    let (thread, working) = apart(&linux, move |linux| linux.connect_path(&late, &at));
    assert_eq!(interrupt(&linux, thread, working), Err(Errno::Intr));
}

#[test]
fn a_host_s_listener_has_its_path_and_its_file_goes_with_it() {
    let dir = Folder::new();
    let at = path(&dir, "a.sock");
    let mut server = HostSocket::listening_at_path(&at).unwrap();
    assert_eq!(
        (server.family(), server.kind()),
        (Family::Unix, Kind::Stream)
    );
    assert_eq!(server.stage(), Stage::Listening);
    assert_eq!(server.local().unwrap(), Address::Unix(at.clone()));
    let second = HostSocket::listening_at_path(&at).unwrap_err();
    assert!(
        second.to_string().contains("there is a file already"),
        "{second}"
    );

    let mut client = HostSocket::connected_to_path(&at).unwrap();
    assert_eq!(client.stage(), Stage::Connected);
    assert_eq!(client.remote().unwrap(), Address::Unix(at.clone()));
    let file = server.take_file();
    let _socket = Socket::from(server);
    assert!(is_socket(&at));
    drop(file);
    assert!(!is_socket(&at));
    assert!(client.take_file().is_none());
}

#[test]
fn a_file_that_is_not_taken_goes_with_the_host_s_socket_and_stays_with_the_guest_s() {
    let dir = Folder::new();
    let at = path(&dir, "a.sock");
    drop(HostSocket::listening_at_path(&at).unwrap());
    assert!(!is_socket(&at));
    drop(Socket::from(HostSocket::listening_at_path(&at).unwrap()));
    assert!(is_socket(&at));
}

#[test]
fn a_file_that_took_the_place_of_the_host_s_stays() {
    let dir = Folder::new();
    let at = path(&dir, "a.sock");
    let server = HostSocket::listening_at_path(&at).unwrap();
    // Renamed over it, so that the two are there at once and cannot share an inode.
    fs::write(dir.path().join("other"), "other").unwrap();
    fs::rename(dir.path().join("other"), at.as_str()).unwrap();
    drop(server);
    assert_eq!(fs::read_to_string(at.as_str()).unwrap(), "other");
}

#[test]
fn a_file_that_is_in_the_way_of_the_host_is_not_removed() {
    let dir = Folder::new();
    let at = path(&dir, "a.sock");
    drop(UnixListener::bind(at.as_str()).unwrap());
    assert!(HostSocket::listening_at_path(&at).is_err());
    assert!(is_socket(&at));
}
