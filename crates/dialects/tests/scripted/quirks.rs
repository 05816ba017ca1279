//! What imports do not tell: it is learned from the first calls, or said by whoever runs the guest.

use std::sync::{Arc, Mutex};

use iwasm_abi::Errno;
use iwasm_net::Journal;
use iwasm_policy::{Denial, Policy};
use iwasm_wasi::{PortOrder, Quirks};

use crate::guest::{ADDR, DATA, FAR, Guest, IOVS, MORE, ROOM, SIZE, TCP4, TEXT, UDP4, vector};
use crate::script::lock;

/// Calls of `sock_open` in order, each with its family and kind and what comes of it.
type Opens<'a> = &'a [(u64, u64, Result<&'a str, Errno>)];

#[test]
fn the_first_socket_that_can_be_read_in_one_way_only_tells_how_a_guest_counts() {
    let old: Opens<'_> = &[
        (1, 1, Ok("open V4 Datagram")),
        (0, 1, Ok("open V4 Stream")),
        (1, 1, Ok("open V6 Stream")),
        (1, 0, Ok("open V6 Datagram")),
        (1, 2, Err(Errno::Inval)),
        (2, 1, Err(Errno::Inval)),
    ];
    let new: Opens<'_> = &[
        (1, 1, Ok("open V4 Datagram")),
        (2, 2, Ok("open V6 Stream")),
        (1, 1, Ok("open V4 Datagram")),
        (0, 1, Err(Errno::Inval)),
        (1, 0, Err(Errno::Inval)),
    ];
    // What is no socket in either way tells nothing.
    let none: Opens<'_> = &[
        (0, 2, Err(Errno::Inval)),
        (7, 7, Err(Errno::Inval)),
        (1, 1, Ok("open V4 Datagram")),
        (0, 0, Ok("open V4 Datagram")),
    ];
    for opens in [old, new, none] {
        opened(Guest::default(), opens);
    }
}

#[test]
fn a_guest_that_is_said_to_count_in_the_old_way_does_so_from_its_first_socket_on() {
    let quirks = Quirks {
        wasmedge_v0: true,
        ..Quirks::default()
    };
    let guest = Guest::default().quirky(quirks);
    opened(
        guest,
        &[
            (1, 1, Ok("open V6 Stream")),
            (2, 2, Err(Errno::Inval)),
            (0, 0, Ok("open V4 Datagram")),
        ],
    );
}

fn opened(mut guest: Guest, opens: Opens<'_>) {
    for (family, kind, came) in opens {
        let args = [*family, *kind, SIZE];
        match came {
            Ok(asked) => {
                guest.does("sock_open", &args);
                assert_eq!(guest.script.transcript(), [*asked], "{family} {kind}");
            }
            Err(errno) => {
                guest.refuses("sock_open", &args, *errno);
                assert_eq!(guest.script.transcript(), [""; 0], "{family} {kind}");
            }
        }
    }
}

#[test]
fn the_kind_of_a_socket_is_told_in_the_numbers_that_the_guest_counts_in() {
    for (wasmedge_v0, numbers) in [(false, [2, 1]), (true, [1, 0])] {
        let mut guest = Guest::default().quirky(Quirks {
            wasmedge_v0,
            ..Quirks::default()
        });
        for (fd, number) in [TCP4, UDP4].into_iter().zip(numbers) {
            guest.put(FAR, &[4, 0, 0, 0]);
            guest.does("sock_getsockopt", &[fd, 0, 1, ROOM, FAR]);
            assert_eq!(guest.word(ROOM), number);
        }
    }
}

#[test]
fn a_senders_port_is_written_as_the_name_of_the_import_has_it_or_as_is_said() {
    let (word, wire) = ([0x90, 0x1f, 0, 0, b'?'], [0x1f, 0x90, b'?', b'?', b'?']);
    for (name, said, written) in [
        ("sock_recv_from", None, word),
        ("sock_recv_from_v2", None, wire),
        ("sock_recv_from", Some(PortOrder::Network), wire),
        ("sock_recv_from_v2", Some(PortOrder::Host), word),
        ("sock_recv_from", Some(PortOrder::Host), word),
        ("sock_recv_from_v2", Some(PortOrder::Network), wire),
    ] {
        let mut guest = Guest::default().quirky(Quirks {
            wasmedge_udp_port: said,
            ..Quirks::default()
        });
        guest.put(ADDR, &vector(ROOM, 4));
        guest.put(ROOM, &[10, 0, 0, 1]);
        guest.put(IOVS, &vector(DATA, 4));
        guest.does("sock_bind", &[UDP4, ADDR, 53]);
        guest.does(name, &[UDP4, IOVS, 1, ADDR, 0, TEXT, SIZE, MORE]);
        assert_eq!(guest.bytes(TEXT), written, "{name} {said:?}");
    }
}

#[test]
fn a_socket_that_is_asked_for_in_another_dialect_s_way_is_refused_and_told_once() {
    struct Heard(Arc<Mutex<Vec<&'static str>>>);
    impl Journal for Heard {
        fn denied(&self, call: &'static str, denial: &Denial) {
            panic!("{call}: {denial}");
        }
        fn notice(&self, text: &'static str) {
            lock(&self.0).push(text);
        }
    }
    for (args, whose) in [
        // The numbers of file types, as WAVM's guests have them.
        (&[1, 5, SIZE][..], "WAVM"),
        (&[1, 6, SIZE], "WAVM"),
        (&[0, 6, SIZE], "WAVM"),
        // Where WAMR's guests have -1.
        (&[1, 1, 0, SIZE], "WASIX"),
        (&[2, 1, 0, SIZE], "WASIX"),
        (&[3, 1, 0, SIZE], "WASIX"),
    ] {
        let heard = Arc::default();
        let journal = Box::new(Heard(Arc::clone(&heard)));
        let mut guest = Guest::heard(Policy::nothing(), journal);
        for _ in 0..3 {
            guest.refuses("sock_open", args, Errno::Notsup);
        }
        assert_eq!(guest.script.transcript(), [""; 0], "{args:?}");
        let heard = lock(&heard);
        assert_eq!(heard.len(), 1, "{args:?}");
        assert!(heard[0].contains(whose), "{args:?}: {}", heard[0]);
    }
}

#[test]
fn the_pool_that_a_guest_of_wamr_passes_means_nothing() {
    for pool in [u64::from(u32::MAX), 0, 4, 1000] {
        let mut guest = Guest::default();
        guest.does("sock_open", &[pool, 0, 1, SIZE]);
        assert_eq!(guest.script.transcript(), ["open V4 Stream"], "{pool}");
    }
}
