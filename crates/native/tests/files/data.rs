//! Bytes of files.

use iwasm_abi::Errno;
use iwasm_net::Span;
use iwasm_wasi::{Advice, FileFlags, FileKind, Files, Open, Seek};

use crate::place::{EDIT, LINUX, NO_FLAGS, Place, READ, open, read, write};

#[test]
fn bytes_go_from_and_to_many_places_in_one_call() {
    let place = Place::new();
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    let (mut one, mut two, mut none) = (*b"abc", *b"defgh", []);
    let from = [Span::of(&mut one), Span::of(&mut none), Span::of(&mut two)];
    assert_eq!(LINUX.write(&file, &from), Ok(8));
    assert_eq!(LINUX.write_at(&file, &from, 6), Ok(8));
    assert_eq!(place.text("f"), "abcdefabcdefgh");

    let (mut first, mut second) = ([b'?'; 4], [b'?'; 12]);
    let into = [Span::of(&mut first), Span::of(&mut second)];
    assert_eq!(LINUX.read_at(&file, &into, 2), Ok(12));
    assert_eq!((&first, &second), (b"cdef", b"abcdefgh????"));
    assert_eq!(
        LINUX.seek(&file, Seek::Current(0)),
        Ok(8),
        "an offset leaves the position"
    );
    let into = [Span::of(&mut first)];
    assert_eq!(LINUX.read(&file, &into), Ok(4));
    assert_eq!(&first, b"cdef");
}

#[test]
fn the_greatest_number_of_buffers_travels_in_one_call() {
    let place = Place::new();
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    let mut bytes: Vec<[u8; 1]> = (0..1024_u32)
        .map(|i| [b'a' + u8::try_from(i % 26).unwrap()])
        .collect();
    let spans: Vec<_> = bytes.iter_mut().map(|byte| Span::of(byte)).collect();
    assert_eq!(LINUX.write(&file, &spans), Ok(1024));
    assert_eq!(LINUX.stat(&file).unwrap().size, 1024);
    assert_eq!(LINUX.write(&file, &[]), Ok(0));
    assert_eq!(LINUX.read(&file, &[]), Ok(0));
}

#[test]
fn an_offset_that_no_file_has_is_refused() {
    let place = Place::new();
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    let mut bytes = [0; 4];
    let spans = [Span::of(&mut bytes)];
    for at in [u64::MAX, 1 << 63] {
        assert_eq!(LINUX.read_at(&file, &spans, at), Err(Errno::Inval), "{at}");
        assert_eq!(LINUX.write_at(&file, &spans, at), Err(Errno::Inval), "{at}");
        assert_eq!(
            LINUX.seek(&file, Seek::Start(at)),
            Err(Errno::Inval),
            "{at}"
        );
        assert_eq!(LINUX.set_size(&file, at), Err(Errno::Inval), "{at}");
        assert_eq!(LINUX.allocate(&file, at, 1), Err(Errno::Inval), "{at}");
        assert_eq!(
            LINUX.advise(&file, 0, at, Advice::Normal),
            Err(Errno::Inval),
            "{at}"
        );
    }
}

#[test]
fn the_position_moves_from_three_places() {
    let place = Place::new();
    place.write("f", "0123456789");
    let file = open(&place.dir(), "f", &READ).unwrap();
    for (to, answer) in [
        (Seek::Start(4), Ok(4)),
        (Seek::Current(-1), Ok(3)),
        (Seek::End(-3), Ok(7)),
        (Seek::End(5), Ok(15)),
        (Seek::Current(-16), Err(Errno::Inval)),
        (Seek::End(-11), Err(Errno::Inval)),
        (Seek::Current(-9), Ok(6)),
    ] {
        assert_eq!(LINUX.seek(&file, to), answer, "{to:?}");
    }
    assert_eq!(read(&file), Ok(b"6789".to_vec()));
    assert_eq!(read(&file), Ok(vec![]));
}

#[test]
fn appending_goes_to_the_end_wherever_the_position_is() {
    let place = Place::new();
    place.write("f", "one");
    let flags = FileFlags {
        append: true,
        ..NO_FLAGS
    };
    let file = open(&place.dir(), "f", &Open { flags, ..EDIT }).unwrap();
    LINUX.seek(&file, Seek::Start(0)).unwrap();
    assert_eq!(write(&file, "two"), Ok(3));
    assert_eq!(place.text("f"), "onetwo");
    let cut = open(
        &place.dir(),
        "f",
        &Open {
            flags,
            truncate: true,
            ..EDIT
        },
    )
    .unwrap();
    assert_eq!(write(&cut, "three"), Ok(5));
    assert_eq!(place.text("f"), "three");
}

#[test]
fn a_file_s_size_is_set_and_room_is_made() {
    let place = Place::new();
    place.write("f", "0123456789");
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    LINUX.set_size(&file, 3).unwrap();
    assert_eq!(place.text("f"), "012");
    LINUX.set_size(&file, 5).unwrap();
    assert_eq!(place.text("f"), "012\0\0");
    LINUX.allocate(&file, 4, 4).unwrap();
    assert_eq!(LINUX.stat(&file).unwrap().size, 8);
    assert_eq!(LINUX.allocate(&file, 0, 0), Err(Errno::Inval));
    let reader = open(&place.dir(), "f", &READ).unwrap();
    assert_eq!(LINUX.set_size(&reader, 0), Err(Errno::Inval));
    assert_eq!(LINUX.allocate(&reader, 0, 1), Err(Errno::Badf));
}

#[test]
fn a_file_is_synced_and_advice_is_taken() {
    let place = Place::new();
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    assert_eq!(LINUX.sync(&file), Ok(()));
    assert_eq!(LINUX.sync_data(&file), Ok(()));
    for advice in [
        Advice::Normal,
        Advice::Sequential,
        Advice::Random,
        Advice::WillNeed,
        Advice::DontNeed,
        Advice::NoReuse,
    ] {
        assert_eq!(LINUX.advise(&file, 0, 0, advice), Ok(()), "{advice:?}");
    }
}

#[test]
fn a_regular_file_is_always_ready() {
    let place = Place::new();
    let file = open(&place.dir(), "f", &EDIT).unwrap();
    assert!(LINUX.handle(&file).is_none());
    let stat = LINUX.stat(&file).unwrap();
    assert_eq!(
        (stat.kind, stat.links, stat.size),
        (FileKind::Regular, 1, 0)
    );
    assert_eq!(LINUX.stat_at(&place.dir(), "f", true), Ok(stat));
}
