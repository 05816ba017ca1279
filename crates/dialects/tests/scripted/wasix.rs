//! What is WASIX's own: a bind that is only promised, flags of single calls, files on their way.

use std::sync::{Arc, Mutex};

use iwasm_abi::{Errno, p1, wasix};
use iwasm_dialects::Call;
use iwasm_net::{Journal, Readiness};
use iwasm_policy::{Denial, Policy};
use iwasm_wasi::{PortOrder, Quirks};

use crate::guest::{
    ADDR, DATA, DIR, FILE, Guest, IOVS, MORE, OUT, REGISTRY, ROOM, SIZE, TCP4, TCP6, UDP4, pool,
    vector,
};
use crate::poll::WRITE;
use crate::rows::wasix::addr;
use crate::script::lock;
use crate::traffic::{Message, peer};

const BIND: &str = "wasix_32v1.sock_bind";
const LISTEN: &str = "wasix_32v1.sock_listen";
const CONNECT: &str = "wasix_32v1.sock_connect";
const LOCAL: &str = "wasix_32v1.sock_addr_local";
const STATUS: &str = "wasix_32v1.sock_status";
const SEND_FILE: &str = "wasix_32v1.sock_send_file";

/// What its C library asks for to learn how ports are written.
const PROBE: &str = "0.0.0.0:10275";

/// A guest under this policy, and what its operator hears.
fn heard(policy: Policy) -> (Guest, Arc<Mutex<Vec<String>>>) {
    struct Heard(Arc<Mutex<Vec<String>>>);
    impl Journal for Heard {
        fn denied(&self, call: &'static str, denial: &Denial) {
            lock(&self.0).push(format!("{call}: {denial}"));
        }
    }
    let heard = Arc::default();
    let journal = Box::new(Heard(Arc::clone(&heard)));
    (Guest::heard(policy, journal), heard)
}

/// The guest binds the probe's address, which it was not granted.
fn probing(policy: Policy) -> (Guest, Arc<Mutex<Vec<String>>>) {
    let (mut guest, heard) = heard(policy);
    guest.put(ADDR, &addr(PROBE));
    guest.does(BIND, &[TCP4, ADDR]);
    (guest, heard)
}

#[test]
fn the_probe_of_its_c_library_is_answered_and_neither_done_nor_told() {
    let (mut guest, heard) = probing(Policy::nothing());
    guest.does(LOCAL, &[TCP4, ROOM]);
    assert_eq!(guest.bytes::<20>(ROOM)[..], *addr(PROBE));
    guest.does("fd_close", &[TCP4]);
    assert_eq!(guest.script.transcript(), ["close tcp4"]);
    assert_eq!(lock(&heard).len(), 0);
}

#[test]
fn no_other_bind_is_promised() {
    for (fd, text) in [
        (TCP4, "0.0.0.0:10276"),
        (TCP4, "127.0.0.1:10275"),
        (UDP4, PROBE),
        (TCP6, "[::]:10275"),
        (TCP6, "[::ffff:0.0.0.0]:10275"),
    ] {
        let (mut guest, heard) = heard(Policy::nothing());
        guest.put(ADDR, &addr(text));
        guest.refuses(BIND, &[fd, ADDR], Errno::Acces);
        assert_eq!(guest.script.transcript(), [""; 0], "{text}");
        assert_eq!(lock(&heard).len(), 1, "{text}");
    }
    let (mut guest, heard) = heard(Policy::nothing());
    guest.put(ADDR, &crate::guest::addr(PROBE));
    guest.refuses("sock_bind", &[TCP4, ADDR], Errno::Acces);
    assert_eq!(
        lock(&heard).len(),
        1,
        "another dialect's guests do not probe"
    );
}

#[test]
fn a_granted_probe_is_a_bind_like_any_other() {
    let (mut guest, _) = probing(pool("0.0.0.0/32"));
    guest.does(LOCAL, &[TCP4, ROOM]);
    let asked = ["bind tcp4 0.0.0.0:10275", "local tcp4"];
    assert_eq!(guest.script.transcript(), asked);
}

#[test]
fn a_promise_reaches_nothing_and_what_needs_it_is_refused_and_told() {
    // The peer is granted; the address that the guest would connect from is not.
    for (name, args) in [
        (LISTEN, &[TCP4, 5][..]),
        (CONNECT, &[TCP4, ROOM]),
        (BIND, &[TCP4, ADDR]),
    ] {
        let (mut guest, heard) = probing(pool("10.0.0.0/8"));
        guest.put(ROOM, &addr("10.0.0.2:80"));
        guest.refuses(name, args, Errno::Acces);
        assert_eq!(guest.script.transcript(), [""; 0], "{name}");
        assert_eq!(guest.script.reached(), []);
        let call = name.split_once('.').expect("a module and a name").1;
        let told = format!("{call}: tcp bind to `0.0.0.0:10275`");
        assert_eq!(*lock(&heard), [told], "{name}");
    }
}

#[test]
fn a_promise_gives_way_to_an_address_that_is_granted() {
    let (mut guest, _) = probing(pool("10.0.0.0/8"));
    guest.put(ADDR, &addr("10.0.0.1:80"));
    guest.does(BIND, &[TCP4, ADDR]);
    guest.does(LISTEN, &[TCP4, 5]);
    guest.does(LOCAL, &[TCP4, ROOM]);
    assert_eq!(guest.bytes::<20>(ROOM)[..], *addr("10.0.0.1:80"));
    let asked = [
        "bind tcp4 10.0.0.1:80",
        "local tcp4",
        "listen tcp4 5",
        "local tcp4",
    ];
    assert_eq!(guest.script.transcript(), asked);
}

#[test]
fn ports_are_written_as_the_guest_wants_them_and_always_read_in_one_way() {
    for (wasix_port, port) in [(PortOrder::Host, 80_u16), (PortOrder::Network, 0x5000)] {
        let mut guest = Guest::default().quirky(Quirks {
            wasix_port,
            ..Quirks::default()
        });
        guest.put(ADDR, &addr("10.0.0.1:80"));
        guest.does(BIND, &[TCP4, ADDR]);
        assert_eq!(guest.script.transcript(), ["bind tcp4 10.0.0.1:80"]);
        guest.does(LOCAL, &[TCP4, ROOM]);
        assert_eq!(guest.bytes(ROOM + 2), port.to_le_bytes());
    }
}

#[test]
fn wasip1_s_own_calls_know_wasix_s_flags_only_in_guests_of_wasix() {
    for (wasix, flagged) in [(true, Ok(0)), (false, Ok(28))] {
        let mut guest = Guest::default().quirky(Quirks {
            wasix,
            ..Quirks::default()
        });
        guest.put(IOVS, &vector(DATA, 5));
        let receive = [UDP4, IOVS, 1, 8 | 4, SIZE, MORE];
        assert_eq!(guest.call("sock_recv", &receive), flagged);
        assert_eq!(guest.call("sock_send", &[UDP4, IOVS, 1, 1, SIZE]), flagged);
        if wasix {
            let asked = guest.script.transcript();
            assert!(
                asked.iter().all(|words| words.ends_with(" at once")),
                "{asked:?}"
            );
        }
        guest.refuses("sock_send", &[UDP4, IOVS, 1, 2, SIZE], Errno::Inval);
    }
}

#[test]
fn wasip1_s_functions_are_wasix_s_too_and_a_bad_pointer_has_its_number_there() {
    for import in p1::IMPORTS {
        let found = REGISTRY.find(wasix::MODULE, import.name, import.params, import.results);
        assert_eq!(
            found.is_some(),
            import.name != "sock_accept",
            "{}",
            import.name
        );
    }
    for (module, answer) in [(p1::MODULE, 21), (wasix::MODULE, 78)] {
        let mut guest = Guest::default();
        let import = &p1::FD_WRITE;
        let row = REGISTRY.find(module, import.name, import.params, import.results);
        let row = row.expect("both modules have it");
        let bad = |guest: &mut Guest, args: &[u64]| {
            let mut thread = iwasm_dialects::Thread::default();
            let mut call = Call {
                process: &guest.process,
                thread: &mut thread,
                memory: iwasm_net::Memory::exclusive(&mut guest.memory),
                name: import.name,
            };
            row.function.call(&mut call, args)
        };
        let far = u64::from(u32::MAX);
        assert_eq!(bad(&mut guest, &[OUT, IOVS, 0, far]), Ok(answer));
        assert_eq!(bad(&mut guest, &[99, IOVS, 0, SIZE]), Ok(8));
    }
}

/// A piece of a file.
fn piece(len: usize) -> Result<Message, Errno> {
    Ok(Message {
        bytes: vec![b'x'; len],
        told: len,
        truncated: false,
        source: None,
    })
}

#[test]
fn a_file_is_sent_piece_by_piece_to_its_end() {
    let mut guest = Guest::default();
    let pieces = [piece(3), piece(2), piece(0)];
    guest.script.answer("read_at", pieces);
    // The socket takes one byte of the first piece: the rest is read again.
    guest.script.answer("send", [Ok(1_usize)]);
    guest.does(SEND_FILE, &[TCP4, FILE, 100, 1 << 40, SIZE]);
    assert_eq!(guest.bytes(SIZE), 3_u64.to_le_bytes());
    let asked = [
        "read_at file 65536 at 100",
        "send tcp4 `xxx`",
        "read_at file 65536 at 101",
        "send tcp4 `xx`",
        "read_at file 65536 at 103",
    ];
    assert_eq!(guest.script.transcript(), asked);
}

#[test]
fn what_was_sent_of_a_file_before_an_error_is_told_and_the_error_only_where_nothing_was() {
    for (first, answer, sent) in [(Ok(2_usize), 0, 2), (Err(Errno::Again), 6, 0)] {
        let mut guest = Guest::default();
        guest.put(SIZE, &[0; 8]);
        guest.script.answer("send", [first, Err(Errno::Again)]);
        assert_eq!(guest.call(SEND_FILE, &[TCP4, FILE, 0, 9, SIZE]), Ok(answer));
        assert_eq!(guest.bytes(SIZE), u64::to_le_bytes(sent));
    }
}

#[test]
fn only_a_file_with_positions_is_sent() {
    for (file, errno) in [
        (DIR, Errno::Inval),
        (UDP4, Errno::Inval),
        (OUT, Errno::Notcapable),
        (99, Errno::Badf),
    ] {
        let mut guest = Guest::default();
        guest.refuses(SEND_FILE, &[TCP4, file, 0, 9, SIZE], errno);
        assert_eq!(guest.script.transcript(), [""; 0], "{file}");
    }
}

#[test]
fn a_status_tells_how_far_a_stream_has_come() {
    let failed = Readiness {
        hangup: true,
        ..WRITE
    };
    let remote = |found: Result<iwasm_net::Address, Errno>| found;
    let honest = || remote(Ok(peer(iwasm_net::Family::V4)));
    for (found, ready, status) in [
        (honest(), Readiness::default(), 1),
        (Err(Errno::Notconn), Readiness::default(), 0),
        (Err(Errno::Notconn), failed, 3),
    ] {
        let mut guest = Guest::default();
        guest.put(ADDR, &addr("10.0.0.2:80"));
        guest
            .script
            .answer("connect", [Err::<(), _>(Errno::Inprogress)]);
        guest.refuses(CONNECT, &[TCP4, ADDR], Errno::Inprogress);
        guest.script.answer("remote", [found]);
        guest.script.make_ready("tcp4", ready);
        guest.does(STATUS, &[TCP4, ROOM]);
        assert_eq!(guest.bytes(ROOM), [status]);
    }
}

#[test]
fn a_stream_that_both_sides_have_ended_is_read_to_its_end() {
    let (nowhere, far) = (addr("0.0.0.0:0"), crate::guest::addr("0.0.0.0:0"));
    for (name, args, told) in [
        (
            "wasix_32v1.sock_recv_from",
            &[TCP4, IOVS, 1, 0, SIZE, MORE, ROOM][..],
            &nowhere,
        ),
        ("sock_recv_from", &[TCP4, IOVS, 1, 0, ROOM, SIZE], &far),
    ] {
        let mut guest = Guest::default();
        guest.put(IOVS, &vector(DATA, 5));
        let gone = Err::<iwasm_net::Address, _>(Errno::Notconn);
        guest.script.answer("remote", [gone]);
        guest.does(name, args);
        assert_eq!(&guest.bytes(DATA), b"hello?");
        assert!(guest.memory[0x100..].starts_with(told), "{name}");
    }
}
