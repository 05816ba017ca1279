//! Nothing that reaches the network is done without a permit, and what is done is what was permitted.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Address, Flag, Journal, Net};
use iwasm_policy::{Denial, Policy};

use crate::guest::{
    ADDR, DATA, Guest, IOVS, ROOM, SIZE, TCP4, TCP6, TEXT, UDP4, UDP6, addr, ip, pool, vector,
};
use crate::kernel::Sockets;
use crate::rows;
use crate::script::{Script, lock};

/// Does a question to the system reach the network?
fn reaches(words: &str) -> bool {
    let call = words.split(' ').next().unwrap_or_default();
    matches!(call, "bind" | "listen" | "connect" | "join" | "resolve") || words.contains("` to ")
}

#[test]
fn without_a_grant_no_import_reaches_the_network() {
    let mut judged = 0;
    for row in rows::all() {
        if !row.asked.iter().any(|words| reaches(words)) {
            continue;
        }
        judged += 1;
        let mut guest = Guest::new(Policy::nothing());
        guest.memory = row.memory_before();
        guest.refuses(row.name, &row.args, Errno::Acces);
        let asked = guest.script.transcript();
        assert!(!asked.iter().any(|words| reaches(words)), "{asked:?}");
        assert_eq!(guest.script.reached(), []);
        assert!(guest.memory == row.memory_before(), "{}", row.name);
    }
    assert!(judged >= 11, "binds, connects, sends, joins and lookups");
}

#[test]
fn without_a_grant_the_imports_that_take_an_address_ask_the_system_nothing() {
    for (name, args) in [
        ("sock_bind", &[TCP4, ADDR][..]),
        ("sock_bind", &[UDP4, ADDR]),
        ("sock_connect", &[TCP4, ADDR]),
        ("sock_connect", &[UDP4, ADDR]),
        ("sock_listen", &[TCP4, 5]),
        ("sock_listen", &[TCP6, 5]),
        ("sock_send_to", &[UDP4, IOVS, 1, 0, ADDR, SIZE]),
        ("sock_send_to", &[TCP4, IOVS, 1, 0, ADDR, SIZE]),
        ("sock_set_ip_add_membership", &[UDP4, ROOM, 0]),
        ("sock_addr_resolve", &[TEXT, TEXT + 9, DATA, DATA, 0, SIZE]),
    ] {
        let mut guest = Guest::new(Policy::nothing());
        guest.put(ADDR, &addr("10.0.0.1:80"));
        guest.put(ROOM, &ip("224.0.0.251"));
        guest.put(TEXT, b"a.example\0");
        guest.put(DATA, &[0; 12]);
        guest.put(IOVS, &vector(DATA, 1));
        guest.refuses(name, args, Errno::Acces);
        assert_eq!(guest.script.transcript(), [""; 0], "{name}");
    }
}

#[test]
fn a_mapped_address_is_judged_as_ipv4_and_dialled_mapped() {
    for (networks, to, allowed) in [
        ("10.0.0.0/8", "[::ffff:10.0.0.1]:80", true),
        ("10.0.0.0/8", "[::ffff:192.0.2.1]:80", false),
        ("::/0", "[::ffff:10.0.0.1]:80", false),
    ] {
        for (name, fd, done) in [
            ("sock_connect", TCP6, "connect tcp6 "),
            ("sock_connect", UDP6, "connect udp6 "),
            ("sock_bind", TCP6, "bind tcp6 "),
            ("sock_bind", UDP6, "bind udp6 "),
        ] {
            let mut guest = Guest::new(pool(networks));
            guest.put(ADDR, &addr(to));
            let answer = guest.call(name, &[fd, ADDR]);
            let asked = guest.script.transcript();
            if allowed {
                assert_eq!((answer, asked), (Ok(0), vec![format!("{done}{to}")]));
            } else {
                assert_eq!((answer, asked), (Ok(2), vec![]), "{networks} {to}");
            }
        }
    }
}

#[test]
fn an_address_in_another_family_than_the_socket_is_refused_before_the_policy_is_asked() {
    for (name, fd, to) in [
        ("sock_connect", TCP4, "[::1]:80"),
        ("sock_connect", TCP6, "10.0.0.1:80"),
        ("sock_bind", UDP4, "[::]:80"),
        ("sock_bind", UDP6, "0.0.0.0:80"),
    ] {
        let mut guest = Guest::new(Policy::nothing());
        guest.put(ADDR, &addr(to));
        guest.refuses(name, &[fd, ADDR], Errno::Afnosupport);
        assert_eq!(guest.script.transcript(), [""; 0]);
    }
}

#[test]
fn the_unspecified_address_as_a_destination_is_loopback() {
    for (networks, fd, to, dialled) in [
        ("127.0.0.0/8", TCP4, "0.0.0.0:80", Some("127.0.0.1:80")),
        ("0.0.0.0/32", TCP4, "0.0.0.0:80", None),
        ("::1/128", TCP6, "[::]:80", Some("[::1]:80")),
        ("::/128", TCP6, "[::]:80", None),
        (
            "127.0.0.0/8",
            UDP6,
            "[::ffff:0.0.0.0]:80",
            Some("[::ffff:127.0.0.1]:80"),
        ),
        ("0.0.0.0/32", UDP6, "[::ffff:0.0.0.0]:80", None),
    ] {
        let send: &[u64] = &[fd, IOVS, 1, 0, ADDR, SIZE];
        for (name, args) in [("sock_connect", &[fd, ADDR][..]), ("sock_send_to", send)] {
            let mut guest = Guest::new(pool(networks));
            guest.put(ADDR, &addr(to));
            guest.put(IOVS, &vector(DATA, 1));
            let answer = guest.call(name, args);
            assert_eq!(answer == Ok(0), dialled.is_some(), "{name} {networks} {to}");
            let dialled: Vec<_> = dialled
                .iter()
                .map(|to| Address::Inet(to.parse().expect("an address")))
                .collect();
            assert_eq!(guest.script.reached(), dialled, "{name} {networks} {to}");
        }
    }
}

#[test]
fn a_wildcard_ipv6_socket_without_a_grant_for_ipv4_is_narrowed_first() {
    let narrowed = "set_flag tcp6 OnlyV6 true";
    let bound = "bind tcp6 [::]:80";
    let listens = "listen tcp6 5";
    for (networks, name, args, asked) in [
        ("::/0", "sock_bind", [TCP6, ADDR], vec![narrowed, bound]),
        ("::/0,0.0.0.0/0", "sock_bind", [TCP6, ADDR], vec![bound]),
        ("::/0", "sock_listen", [TCP6, 5], vec![narrowed, listens]),
        ("::/0,0.0.0.0/32", "sock_listen", [TCP6, 5], vec![listens]),
    ] {
        let mut guest = Guest::new(pool(networks));
        guest.put(ADDR, &addr("[::]:80"));
        guest.does(name, &args);
        assert_eq!(guest.script.transcript(), asked, "{name} {networks}");
    }
}

#[test]
fn a_socket_that_could_not_be_narrowed_is_not_bound() {
    for (name, args) in [("sock_bind", [TCP6, ADDR]), ("sock_listen", [TCP6, 5])] {
        let mut guest = Guest::new(pool("::/0"));
        guest.put(ADDR, &addr("[::]:80"));
        guest
            .script
            .answer("set_flag", [Err::<(), _>(Errno::Inval)]);
        guest.refuses(name, &args, Errno::Inval);
        assert_eq!(guest.script.transcript(), ["set_flag tcp6 OnlyV6 true"]);
    }
}

#[test]
fn no_other_thread_can_widen_a_socket_between_its_narrowing_and_its_binding() {
    for (name, args) in [("sock_bind", [TCP6, ADDR]), ("sock_listen", [TCP6, 5])] {
        let mut guest = Guest::new(pool("::/0"));
        guest.put(ADDR, &addr("[::]:80"));
        let process = Arc::clone(&guest.process);
        let (done, is_done) = mpsc::channel();
        guest.script.once("set_flag", move || {
            let (widened, is_widened) = mpsc::channel();
            let other = thread::spawn(move || {
                let socket = process.table.get(6).expect("it is open");
                let socket = socket.as_socket().expect("it is a socket");
                let caller = process.net.caller("test");
                let _ = caller.set_flag(socket, Flag::OnlyV6, false);
                let _ = widened.send(());
            });
            // The other thread has its chance; with the first one's hands on the socket it must wait for its turn.
            let _ = is_widened.recv_timeout(Duration::from_millis(30));
            let _ = done.send(other);
        });
        guest.does(name, &args);
        let other = is_done.recv().expect("the flag was set");
        other.join().expect("the other thread did no harm");
        let asked = guest.script.transcript();
        let widened = asked.iter().position(|words| words.ends_with("false"));
        let bound = asked.iter().position(|words| reaches(words));
        assert!(bound < widened, "{asked:?}");
    }
}

#[test]
fn a_listener_is_judged_by_the_address_that_it_was_bound_to() {
    for (local, answer, asked) in [
        (
            "127.0.0.1:80",
            0,
            vec!["bind tcp4 127.0.0.1:80", "local tcp4", "listen tcp4 5"],
        ),
        (
            "10.0.0.1:80",
            2,
            vec!["bind tcp4 127.0.0.1:80", "local tcp4"],
        ),
    ] {
        let mut guest = Guest::new(pool("127.0.0.0/8"));
        guest.put(ADDR, &addr("127.0.0.1:80"));
        guest.does("sock_bind", &[TCP4, ADDR]);
        let local: SocketAddr = local.parse().expect("an address");
        guest.script.answer("local", [Ok(Address::Inet(local))]);
        assert_eq!(guest.call("sock_listen", &[TCP4, 5]), Ok(answer));
        assert_eq!(guest.script.transcript(), asked);
    }
}

#[test]
fn a_group_that_is_none_is_einval_and_one_that_is_not_granted_is_eacces() {
    for (group, errno) in [
        ("10.0.0.1", Errno::Inval),
        ("::1", Errno::Inval),
        ("::ffff:224.0.0.251", Errno::Inval),
        ("224.0.0.252", Errno::Acces),
        ("ff02::fb", Errno::Acces),
    ] {
        let mut guest = Guest::new(pool("224.0.0.251/32,10.0.0.0/8,::1/128"));
        guest.put(ADDR, &ip(group));
        guest.refuses("sock_set_ip_add_membership", &[UDP6, ADDR, 0], errno);
        assert_eq!(guest.script.transcript(), [""; 0]);
    }
}

#[test]
fn a_name_is_looked_up_only_if_a_pattern_admits_it_and_a_literal_never() {
    for (host, answer, asked) in [
        ("api.example.com", 0, vec!["resolve api.example.com None"]),
        ("API.example.com.", 0, vec!["resolve api.example.com None"]),
        ("example.com", 2, vec![]),
        ("evilexample.com", 2, vec![]),
        ("192.0.2.1", 0, vec![]),
        ("::1", 0, vec![]),
        // The C library would take these for addresses.
        ("0x7f.1", Errno::Noent.number(), vec![]),
        ("127.1", Errno::Noent.number(), vec![]),
        ("2130706433", Errno::Noent.number(), vec![]),
    ] {
        let mut policy = Policy::nothing();
        policy.allow_resolve("*.example.com".parse().expect("a pattern"));
        let mut guest = Guest::new(policy);
        guest.put(ROOM, host.as_bytes());
        guest.put(ROOM + host.len() as u64, b"\0");
        guest.put(DATA, &[0; 12]);
        let empty = ROOM + host.len() as u64;
        let got = guest.call("sock_addr_resolve", &[ROOM, empty, DATA, DATA, 0, SIZE]);
        assert_eq!(got, Ok(answer.into()), "{host}");
        assert_eq!(guest.script.transcript(), asked, "{host}");
    }
}

#[test]
fn each_distinct_refusal_is_told_once_in_the_words_of_the_call() {
    struct Heard(Arc<Mutex<Vec<String>>>);
    impl Journal for Heard {
        fn denied(&self, call: &'static str, denial: &Denial) {
            lock(&self.0).push(format!("{call}: {denial}"));
        }
    }
    let heard = Arc::default();
    let journal = Box::new(Heard(Arc::clone(&heard)));
    let net = Net::new(
        Sockets(Arc::new(Script::default())),
        Policy::nothing(),
        journal,
    );
    let family = iwasm_net::Family::V6;
    let open = |kind| net.caller("open").open(family, kind).expect("it opens");
    let tcp = open(iwasm_net::Kind::Stream);
    for to in ["[::ffff:10.0.0.1]:80", "[::ffff:10.0.0.1]:80", "[::1]:80"] {
        let to: SocketAddr = to.parse().expect("an address");
        assert!(net.caller("sock_connect").connect(&tcp, to).is_err());
    }
    let wanted = [
        "sock_connect: tcp connect to `10.0.0.1:80`",
        "sock_connect: tcp connect to `[::1]:80`",
    ];
    assert_eq!(*lock(&heard), wanted);
}
