//! Sockets of paths, as WasmEdge's guests have them: judged on each path, and told the guest's names for their ends.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use iwasm_abi::Errno;
use iwasm_net::{Address, Family, Journal, Kind, Socket, Stage};
use iwasm_policy::{Denial, Policy};
use iwasm_wasi::Descriptor;

use crate::guest::{ADDR, DATA, Guest, IOVS, MORE, ROOM, SIZE, TCP4, TEXT, UNIX, addr, vector};
use crate::script::lock;

/// A guest that may use some of the paths.
fn granted(rule: &str) -> Guest {
    let mut policy = Policy::nothing();
    policy.allow(rule.parse().expect("the test names a rule"));
    let mut guest = Guest::new(policy);
    guest.put(IOVS, &vector(DATA, 4));
    guest
}

/// Let the guest have a path at [`ADDR`].
fn point(guest: &mut Guest, path: &str) {
    let long = [b"\x03\0", path.as_bytes(), b"\0"].concat();
    guest.put(ADDR, &vector(ROOM, 128));
    guest.put(ROOM, &long);
}

/// The path that stands at [`ROOM`].
fn path(guest: &Guest) -> String {
    let long: [u8; 128] = guest.bytes(ROOM);
    assert_eq!(long[..2], [3, 0]);
    let path = long[2..].split(|byte| *byte == 0).next();
    String::from_utf8(path.expect("a NUL").to_vec()).expect("text")
}

#[test]
fn a_path_is_reached_where_a_rule_grants_it_and_nowhere_else() {
    for (rule, path, errno) in [
        ("unix:///run/app/*.sock", "/run/app/a.sock", None),
        (
            "unix:///run/app/*.sock",
            "/run/app/b/a.sock",
            Some(Errno::Acces),
        ),
        (
            "unix:///run/app/*.sock",
            "/run/app/a.socket",
            Some(Errno::Acces),
        ),
        (
            "unix:///run/app/*.sock",
            "/run/app/../a.sock",
            Some(Errno::Inval),
        ),
        ("tcp://127.0.0.1:*", "/run/app/a.sock", Some(Errno::Acces)),
    ] {
        for (name, call) in [("sock_bind", "bind_path"), ("sock_connect", "connect_path")] {
            let mut guest = granted(rule);
            point(&mut guest, path);
            let answer = guest.call(name, &[UNIX, ADDR, 0]);
            let wanted = errno.map_or(0, Errno::number);
            assert_eq!(answer, Ok(wanted.into()), "{name} {path} {rule}");
            let asked = guest.script.transcript();
            match errno {
                None => assert_eq!(asked, [format!("{call} unix {path}")]),
                Some(_) => assert_eq!(asked, [""; 0]),
            }
        }
    }
}

#[test]
fn a_refusal_names_the_rule_that_would_grant_the_path() {
    struct Heard(Arc<Mutex<Vec<String>>>);
    impl Journal for Heard {
        fn denied(&self, call: &'static str, denial: &Denial) {
            let flag = denial.flag().expect("a flag would grant it");
            lock(&self.0).push(format!("{call}: {denial}: {}: {flag}", denial.cause()));
        }
    }
    let heard = Arc::default();
    let journal = Box::new(Heard(Arc::clone(&heard)));
    let mut guest = Guest::heard(Policy::nothing(), journal);
    point(&mut guest, "/run/a");
    guest.refuses("sock_connect", &[UNIX, ADDR, 0], Errno::Acces);
    guest.refuses("sock_connect", &[UNIX, ADDR, 0], Errno::Acces);
    let words = "sock_connect: unix connect to `/run/a`: the path is under no `--allow-net=unix://` rule: --allow-net=unix:///run/a";
    assert_eq!(*lock(&heard), [words]);
}

#[test]
fn addresses_of_other_families_are_eafnosupport_before_the_policy_is_asked() {
    let mut guest = Guest::new(Policy::nothing());
    point(&mut guest, "/run/a");
    guest.refuses("sock_bind", &[TCP4, ADDR, 0], Errno::Afnosupport);
    guest.refuses("sock_connect", &[TCP4, ADDR, 0], Errno::Afnosupport);
    let send = [TCP4, IOVS, 0, ADDR, 0, 0, SIZE];
    guest.refuses("sock_send_to", &send, Errno::Afnosupport);
    guest.put(ADDR, &vector(ROOM, 4));
    guest.put(ROOM, &[10, 0, 0, 1]);
    guest.refuses("sock_bind", &[UNIX, ADDR, 80], Errno::Afnosupport);
    guest.refuses("sock_connect", &[UNIX, ADDR, 80], Errno::Afnosupport);
    let send = [UNIX, IOVS, 0, ADDR, 80, 0, SIZE];
    guest.refuses("sock_send_to", &send, Errno::Afnosupport);
    assert_eq!(guest.script.transcript(), [""; 0]);
}

#[test]
fn the_ends_are_told_by_the_names_that_the_guest_gave_them() {
    // The system has its own way to the path, and says so.
    let way = || Ok(Address::path(b"/proc/thread-self/fd/7/a").expect("a path"));
    let mut guest = granted("unix:///run/*");
    guest.script.answer("local", [way(), way()]);
    guest.script.answer("remote", [way()]);
    point(&mut guest, "/run/a");
    guest.does("sock_bind", &[UNIX, ADDR, 0]);
    guest.does("sock_listen", &[UNIX, 5]);
    guest.does("sock_accept", &[UNIX, SIZE]);
    let accepted = guest.word(SIZE).into();
    for socket in [UNIX, accepted] {
        point(&mut guest, "");
        guest.does("sock_getlocaladdr", &[socket, ADDR, SIZE]);
        assert_eq!((path(&guest).as_str(), guest.word(SIZE)), ("/run/a", 0));
    }
    let client = guest.socket(Family::Unix, Kind::Stream);
    point(&mut guest, "/run/b");
    guest.does("sock_connect", &[client, ADDR, 0]);
    point(&mut guest, "");
    guest.does("sock_getpeeraddr", &[client, ADDR, MORE, SIZE]);
    assert_eq!(path(&guest), "/run/b");
    assert_eq!((guest.word(MORE), guest.word(SIZE)), (3, 0));
}

#[test]
fn a_peer_without_a_path_has_an_empty_one() {
    let mut guest = granted("unix:///run/*");
    guest.script.answer("remote", [Ok(Address::Unnamed)]);
    point(&mut guest, "/run/b");
    guest.does("sock_getpeeraddr", &[UNIX, ADDR, SIZE]);
    assert_eq!(path(&guest), "");
}

#[test]
fn who_listens_was_bound_to_a_granted_path() {
    let mut guest = granted("unix:///run/*");
    guest.refuses("sock_listen", &[UNIX, 5], Errno::Inval);
    assert_eq!(guest.script.transcript(), [""; 0]);
    point(&mut guest, "/run/a");
    guest.does("sock_connect", &[UNIX, ADDR, 0]);
    guest.refuses("sock_listen", &[UNIX, 5], Errno::Inval);

    // Where it was handed in, the system says at which path.
    for (at, errno) in [
        (Address::path(b"/run/a").expect("a path"), None),
        (
            Address::path(b"/var/a").expect("a path"),
            Some(Errno::Acces),
        ),
        (Address::Unnamed, Some(Errno::Inval)),
        (
            SocketAddr::from(([10, 0, 0, 1], 80)).into(),
            Some(Errno::Io),
        ),
    ] {
        let mut guest = granted("unix:///run/*");
        let socket = hand_in(&guest, Stage::Bound);
        guest.script.answer("local", [Ok(at)]);
        let wanted = errno.map_or(0, Errno::number);
        let answer = guest.call("sock_listen", &[socket, 5]);
        assert_eq!(answer, Ok(wanted.into()));
        let listens = guest.script.transcript().len() == 2;
        assert_eq!(listens, errno.is_none());
    }
}

fn hand_in(guest: &Guest, stage: Stage) -> u64 {
    let handle = guest.script.handle("handed", Family::Unix);
    let socket = Socket::handed_in(handle, Family::Unix, Kind::Stream, stage);
    let number = guest.process.table.insert(Descriptor::handed_in(socket));
    number.expect("the table has room").into()
}

#[test]
fn what_is_handed_in_accepts_receives_and_sends_without_a_grant() {
    let mut guest = Guest::new(Policy::nothing());
    guest.put(IOVS, &vector(DATA, 4));
    let listener = hand_in(&guest, Stage::Listening);
    guest.does("sock_accept", &[listener, 0, SIZE]);
    let accepted = guest.word(SIZE).into();
    let connected = hand_in(&guest, Stage::Connected);
    for socket in [accepted, connected] {
        guest.does("fd_read", &[socket, IOVS, 1, SIZE]);
        guest.does("fd_write", &[socket, IOVS, 1, SIZE]);
        guest.does("sock_shutdown", &[socket, 3]);
    }
}

#[test]
fn no_message_goes_to_a_path() {
    let send = [UNIX, IOVS, 1, ADDR, 0, 0, SIZE];
    for (peer, path, errno) in [
        (Ok(Address::Unnamed), "/run/a", Errno::Isconn),
        (Err(Errno::Notconn), "/run/a", Errno::Notsup),
        (Ok(Address::Unnamed), "/var/a", Errno::Acces),
    ] {
        let mut guest = granted("unix:///run/*");
        guest.script.answer("remote", [peer]);
        point(&mut guest, path);
        guest.refuses("sock_send_to", &send, errno);
        let asked = guest.script.transcript();
        assert!(
            asked.iter().all(|one| !one.starts_with("send")),
            "{asked:?}"
        );
    }
}

#[test]
fn what_comes_over_a_stream_came_from_the_peer_who_is_asked_for_first() {
    let mut guest = granted("unix:///run/*");
    point(&mut guest, "");
    let receive = [UNIX, IOVS, 1, ADDR, 0, MORE, SIZE, TEXT];
    guest
        .script
        .answer::<Address>("remote", [Err(Errno::Notconn)]);
    guest.refuses("sock_recv_from", &receive, Errno::Notconn);
    assert_eq!(guest.script.transcript(), ["remote unix"]);
    guest.does("sock_recv_from", &receive);
    assert_eq!(guest.script.transcript(), ["remote unix", "receive unix 4"]);
    assert_eq!((path(&guest).as_str(), guest.word(MORE)), ("", 0));
}

#[test]
fn a_system_that_lies_about_families_is_eio() {
    let lie = || Ok(Address::Inet(([10, 0, 0, 9], 80).into()));
    for (call, name, args) in [
        ("local", "sock_getlocaladdr", &[UNIX, ADDR, SIZE][..]),
        ("remote", "sock_getpeeraddr", &[UNIX, ADDR, SIZE]),
        ("accept", "sock_accept", &[UNIX, SIZE]),
        (
            "remote",
            "sock_recv_from",
            &[UNIX, IOVS, 1, ADDR, 0, MORE, SIZE, TEXT],
        ),
    ] {
        let mut guest = granted("unix:///run/*");
        point(&mut guest, "");
        let before = guest.memory.clone();
        guest.script.answer(call, [lie()]);
        guest.refuses(name, args, Errno::Io);
        assert!(guest.memory == before, "{name}");
    }
    let mut guest = Guest::default();
    let unix = Address::path(b"/run/a").expect("a path");
    guest.script.answer("accept", [Ok(unix)]);
    guest.refuses("sock_accept", &[TCP4, 0, SIZE], Errno::Io);
}

#[test]
fn a_dialect_without_paths_has_none_to_tell() {
    let mut guest = granted("unix:///run/*");
    guest.put(ADDR, &addr("10.0.0.1:80"));
    guest.refuses("sock_addr_local", &[UNIX, ROOM], Errno::Afnosupport);
    guest.refuses("sock_addr_remote", &[UNIX, ROOM], Errno::Afnosupport);
    guest.refuses("sock_connect", &[UNIX, ADDR], Errno::Afnosupport);
    guest.script.transcript();
    let receive = [UNIX, IOVS, 1, 0, ROOM, SIZE];
    guest.refuses("sock_recv_from", &receive, Errno::Afnosupport);
    assert_eq!(guest.script.transcript(), [""; 0]);
}

#[test]
fn options_of_tcp_and_ip_are_enoprotoopt() {
    let mut guest = granted("unix:///run/*");
    guest.refuses("sock_set_tcp_no_delay", &[UNIX, 1], Errno::Noprotoopt);
    guest.refuses("sock_get_ip_ttl", &[UNIX, SIZE], Errno::Noprotoopt);
    assert_eq!(guest.script.transcript(), [""; 0]);
    guest.does("sock_set_keep_alive", &[UNIX, 1]);
    assert_eq!(guest.script.transcript(), ["set_flag unix KeepAlive true"]);
}
