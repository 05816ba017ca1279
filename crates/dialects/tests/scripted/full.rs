//! A guest that has as many descriptors as it can: what would make one more is not begun.

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;

use crate::guest::{DIR, Guest, MORE, NEXT, ROOM, SIZE, TCP4, TEXT, UDP4};

/// A guest with room for so many descriptors more.
fn with_room_for(room: u32) -> Guest {
    let mut guest = Guest::default();
    let table = &guest.process.table;
    while table.duplicate(5, 0, false).is_ok() {}
    for number in 0..room {
        let last = u32::try_from(iwasm_wasi::MAX_DESCRIPTORS).expect("65536") - 1;
        assert_eq!(table.close(last - number), Ok(()));
    }
    guest.put(TEXT, b"new");
    guest.script.transcript();
    guest
}

#[test]
fn no_connection_is_taken_and_no_file_made() {
    let create = 1;
    let open = [DIR, 0, TEXT, 3, create, rights::FD_WRITE, 0, 0, SIZE];
    let open2 = [DIR, 0, TEXT, 3, create, rights::FD_WRITE, 0, 0, 0, SIZE];
    for (name, args) in [
        ("sock_accept", &[TCP4, 0, SIZE][..]),
        ("sock_accept", &[TCP4, SIZE]),
        ("wasix_32v1.sock_accept_v2", &[TCP4, 0, SIZE, ROOM]),
        ("path_open", &open),
        ("wasix_32v1.path_open2", &open2),
    ] {
        let mut guest = with_room_for(0);
        guest.refuses(name, args, Errno::Mfile);
        assert_eq!(guest.script.transcript(), [""; 0], "{name}");
        assert_eq!(guest.process.table.close(5), Ok(()));
        guest.does(name, args);
        assert_eq!(u64::from(guest.word(SIZE)), UDP4, "{name}");
    }
}

#[test]
fn of_two_that_belong_together_none_is_numbered_where_one_has_no_number() {
    for (name, args) in [
        ("wasix_32v1.sock_pair", &[1, 1, 0, SIZE, MORE][..]),
        ("wasix_32v1.fd_pipe", &[SIZE, MORE]),
    ] {
        let mut guest = with_room_for(1);
        let before = guest.memory.clone();
        guest.refuses(name, args, Errno::Mfile);
        assert!(guest.memory == before, "{name}");
        assert_eq!(guest.process.table.has_room(), Ok(()), "{name}");
        let next = u32::try_from(NEXT).expect("a small number");
        assert_eq!(guest.process.table.close(next), Ok(()));
        guest.does(name, args);
        assert_eq!(u64::from(guest.word(SIZE)), NEXT, "{name}");
        assert_eq!(guest.word(MORE), 65_535, "{name}");
    }
}
