//! What is WasmEdge's own: forms of addresses, versions of functions, and options.

use std::sync::{Arc, Mutex};

use iwasm_abi::Errno;
use iwasm_net::Journal;
use iwasm_policy::{Denial, Policy};

use crate::guest::{
    ADDR, DATA, FAR, Guest, IOVS, MORE, ROOM, SIZE, TCP4, TCP6, TEXT, UDP4, UDP6, addr, pool,
    vector,
};
use crate::script::lock;
use crate::traffic::Message;

/// Let the guest have an address at [`ADDR`] with these bytes.
fn point(guest: &mut Guest, len: u32, bytes: &[u8]) {
    guest.put(ADDR, &vector(ROOM, len));
    guest.put(ROOM, bytes);
}

#[test]
fn an_address_of_another_length_family_or_port_is_refused_before_the_policy_is_asked() {
    for (len, bytes, port, errno) in [
        (8, &[10, 0, 0, 1][..], 80, Errno::Inval),
        (0, &[], 80, Errno::Inval),
        (128, &[0, 0, 10, 0, 0, 1], 80, Errno::Inval),
        (128, &[4, 0, 10, 0, 0, 1], 80, Errno::Inval),
        (128, b"\x03\0app.sock\0", 0, Errno::Inval),
        (128, b"\x03\0/run/../app.sock\0", 0, Errno::Inval),
        (128, b"\x03\0\0", 0, Errno::Inval),
        (128, b"\x03\0/run/\xff\0", 0, Errno::Ilseq),
        (
            128,
            &[b"\x03\0/", [b'a'; 107].as_slice(), b"\0"].concat(),
            0,
            Errno::Nametoolong,
        ),
        (128, b"\x03\0/run/app.sock\0", 0, Errno::Afnosupport),
        (4, &[10, 0, 0, 1], 0x1_0050, Errno::Inval),
        (16, &[0; 16], 80, Errno::Afnosupport),
    ] {
        for (name, args) in [
            ("sock_bind", &[TCP4, ADDR, port][..]),
            ("sock_connect_v2", &[TCP4, ADDR, port]),
            ("sock_send_to", &[UDP4, IOVS, 0, ADDR, port, 0, SIZE]),
        ] {
            let mut guest = Guest::new(Policy::nothing());
            point(&mut guest, len, bytes);
            guest.refuses(name, args, errno);
            assert_eq!(guest.script.transcript(), [""; 0], "{name} {bytes:?}");
        }
    }
}

#[test]
fn a_socket_of_an_unknown_family_or_kind_is_einval_and_of_messages_to_paths_eprotonosupport() {
    for (family, kind, errno) in [
        (3, 1, Errno::Protonosupport),
        (4, 2, Errno::Inval),
        (1, 3, Errno::Inval),
        (1, 6, Errno::Notsup),
    ] {
        let mut guest = Guest::default();
        guest.refuses("sock_open", &[family, kind, SIZE], errno);
        assert_eq!(guest.script.transcript(), [""; 0]);
    }
}

#[test]
fn room_that_does_not_hold_the_sockets_addresses_is_einval_before_anything_is_received() {
    for (name, args) in [
        ("sock_getlocaladdr", &[UDP6, ADDR, SIZE][..]),
        ("sock_getpeeraddr", &[TCP6, ADDR, MORE, SIZE]),
        ("sock_recv_from", &[UDP6, IOVS, 0, ADDR, 0, SIZE, MORE]),
        (
            "sock_recv_from_v2",
            &[UDP6, IOVS, 0, ADDR, 0, TEXT, SIZE, MORE],
        ),
    ] {
        let mut guest = Guest::default();
        point(&mut guest, 4, &[]);
        guest.refuses(name, args, Errno::Inval);
        assert_eq!(guest.script.transcript(), [""; 0], "{name}");
    }
}

#[test]
fn out_pointers_need_no_alignment() {
    let mut guest = Guest::default();
    point(&mut guest, 16, &[]);
    guest.does("sock_getlocaladdr", &[TCP4, ADDR, MORE + 1, SIZE + 3]);
    assert_eq!((guest.word(MORE + 1), guest.word(SIZE + 3)), (4, 80));
}

#[test]
fn both_versions_serve_one_guest() {
    let mut guest = Guest::default();
    point(&mut guest, 4, &[10, 0, 0, 1]);
    guest.put(IOVS, &vector(DATA, 4));
    guest.does("sock_open", &[1, 1, SIZE]);
    let socket = guest.word(SIZE).into();
    guest.does("sock_bind", &[socket, ADDR, 53]);
    guest.does(
        "sock_recv_from",
        &[socket, IOVS, 1, ADDR, 0, MORE, SIZE, TEXT],
    );
    assert_eq!((guest.word(MORE), guest.word(SIZE)), (8080, 4));
    guest.does("sock_getlocaladdr", &[socket, ADDR, MORE, SIZE]);
    guest.does("sock_accept", &[TCP4, SIZE]);
    guest.does("sock_accept", &[TCP4, 0, SIZE]);
}

#[test]
fn a_datagram_that_was_cut_off_is_told_to_be_so() {
    for name in ["sock_recv_from", "sock_recv_from_v2"] {
        let mut guest = Guest::default();
        point(&mut guest, 4, &[10, 0, 0, 1]);
        guest.does("sock_bind", &[UDP4, ADDR, 53]);
        guest.put(IOVS, &vector(DATA, 2));
        let came = Message {
            bytes: b"abc".to_vec(),
            told: 2,
            truncated: true,
            source: Some(([10, 0, 0, 2], 1).into()),
        };
        guest.script.answer("receive", [Ok(came)]);
        guest.does(name, &[UDP4, IOVS, 1, ADDR, 0, TEXT, SIZE, MORE]);
        assert_eq!(guest.bytes(MORE), [1, 0, b'?']);
    }
}

#[test]
fn a_refusal_is_told_in_the_same_words_whatever_the_dialect() {
    struct Heard(Arc<Mutex<Vec<String>>>);
    impl Journal for Heard {
        fn denied(&self, call: &'static str, denial: &Denial) {
            lock(&self.0).push(format!(
                "{call}: {denial}: {}",
                denial.flag().expect("a flag")
            ));
        }
    }
    let heard = Arc::default();
    let journal = Box::new(Heard(Arc::clone(&heard)));
    let mut guest = Guest::heard(Policy::nothing(), journal);
    guest.put(ROOM, &addr("10.0.0.1:80"));
    guest.refuses("sock_connect", &[TCP4, ROOM], Errno::Acces);
    assert_eq!(lock(&heard).len(), 1);
    // Told once: the other dialect's refusal is the same one.
    point(&mut guest, 4, &[10, 0, 0, 1]);
    guest.refuses("sock_connect", &[TCP4, ADDR, 80], Errno::Acces);
    let words = "sock_connect: tcp connect to `10.0.0.1:80`: --addr-pool=10.0.0.1/32";
    assert_eq!(*lock(&heard), [words]);
}

#[test]
fn a_mapped_address_is_judged_as_ipv4() {
    let mut mapped = [0; 16];
    mapped[10..].copy_from_slice(&[0xff, 0xff, 192, 0, 2, 1]);
    for (networks, allowed) in [("192.0.2.0/24", true), ("::/0", false)] {
        let mut guest = Guest::new(pool(networks));
        point(&mut guest, 16, &mapped);
        let answer = guest.call("sock_connect", &[TCP6, ADDR, 80]);
        assert_eq!(answer == Ok(0), allowed, "{networks}");
    }
}

#[test]
fn an_option_that_is_unknown_or_not_for_setting_has_its_error() {
    for (level, name, size, errno) in [
        (1, 0, 4, Errno::Inval),
        (6, 1, 4, Errno::Inval),
        (0, 15, 4, Errno::Inval),
        (0, 7, 3, Errno::Inval),
        (0, 9, 7, Errno::Inval),
        (0, 11, 15, Errno::Inval),
        (0, 1, 4, Errno::Noprotoopt),
        (0, 2, 4, Errno::Noprotoopt),
        (0, 13, 4, Errno::Noprotoopt),
        (0, 14, 4, Errno::Acces),
        (0, 14, 0, Errno::Acces),
    ] {
        let mut guest = Guest::default();
        let args = [TCP4, level, name, ROOM, size];
        guest.refuses("sock_setsockopt", &args, errno);
        assert_eq!(guest.script.transcript(), [""; 0], "{level} {name}");
    }
    for (level, name) in [(1, 0), (0, 15), (0, u64::from(u32::MAX))] {
        let mut guest = Guest::default();
        let args = [TCP4, level, name, ROOM, 4];
        guest.refuses("sock_getsockopt", &args, Errno::Inval);
    }
}

#[test]
fn no_error_that_waits_is_zero() {
    let mut guest = Guest::default();
    guest.script.answer("take_error", [Ok(None::<Errno>)]);
    guest.put(FAR, &[4, 0, 0, 0]);
    guest.does("sock_getsockopt", &[TCP4, 0, 2, ROOM, FAR]);
    assert_eq!(guest.word(ROOM), 0);
}
