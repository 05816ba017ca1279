//! From one stream into another: connections and files.

use wasip2::filesystem::types::Descriptor;
use wasip2::io::streams::{InputStream, StreamError};
use wasip2::sockets::tcp::ShutdownType;

use crate::tools::{HERE, closed, file, pair, sentences, soon};

sentences! {
    what_comes_in_is_spliced_into_another_connection,
    a_splice_of_nothing_moves_nothing,
    a_splice_takes_no_more_than_was_asked,
    a_blocking_splice_waits_for_what_comes,
    a_splice_ends_with_its_source_and_with_its_sink,
    what_is_not_permitted_is_not_read,
    a_file_is_spliced_into_a_connection,
    a_connection_is_spliced_into_a_file,
    a_connection_is_spliced_into_itself,
    a_file_in_the_place_of_a_connection_is_a_file,
}

fn what_comes_in_is_spliced_into_another_connection() {
    for here in HERE {
        let (source, from) = pair(here);
        let (to, sink) = pair(here);
        source.write(b"0123456789");
        soon(&from.input.subscribe());
        assert_eq!(to.output.splice(&from.input, 1 << 16).unwrap(), 10);
        assert_eq!(sink.read(10), b"0123456789");
    }
}

fn a_splice_of_nothing_moves_nothing() {
    let (source, from) = pair(HERE[0]);
    let (to, sink) = pair(HERE[0]);
    assert_eq!(to.output.splice(&from.input, 100).unwrap(), 0);
    source.write(b"x");
    soon(&from.input.subscribe());
    assert_eq!(to.output.splice(&from.input, 0).unwrap(), 0);
    assert_eq!(to.output.blocking_splice(&from.input, 0).unwrap(), 0);
    assert_eq!(from.read(1), b"x");
    assert!(!sink.input.subscribe().ready());
}

fn a_splice_takes_no_more_than_was_asked() {
    let (source, from) = pair(HERE[0]);
    let (to, sink) = pair(HERE[0]);
    source.write(b"0123456789");
    soon(&from.input.subscribe());
    assert_eq!(to.output.splice(&from.input, 4).unwrap(), 4);
    assert_eq!(sink.read(4), b"0123");
    assert_eq!(from.read(6), b"456789");
}

fn a_blocking_splice_waits_for_what_comes() {
    for here in HERE {
        let (source, from) = pair(here);
        let (to, sink) = pair(here);
        source.write(b"01");
        assert_eq!(to.output.blocking_splice(&from.input, 1).unwrap(), 1);
        assert_eq!(to.output.blocking_splice(&from.input, u64::MAX).unwrap(), 1);
        assert_eq!(sink.read(2), b"01");
        drop(source);
        closed(to.output.blocking_splice(&from.input, 1));
    }
}

fn a_splice_ends_with_its_source_and_with_its_sink() {
    let (source, from) = pair(HERE[0]);
    let (to, sink) = pair(HERE[0]);
    source.write(b"x");
    soon(&from.input.subscribe());
    to.socket.shutdown(ShutdownType::Send).unwrap();
    closed(to.output.splice(&from.input, 1));
    closed(to.output.blocking_splice(&from.input, 1));
    // It is still there.
    assert_eq!(from.read(1), b"x");
    drop(source);
    soon(&from.input.subscribe());
    closed(sink.output.splice(&from.input, 1));
    closed(sink.output.blocking_splice(&from.input, 1));
}

fn what_is_not_permitted_is_not_read() {
    let (source, from) = pair(HERE[0]);
    let (to, _sink) = pair(HERE[0]);
    source.write(b"x");
    soon(&from.input.subscribe());
    to.fill();
    assert_eq!(to.output.splice(&from.input, 1).unwrap(), 0);
    assert_eq!(from.read(1), b"x");
}

fn a_file_is_spliced_into_a_connection() {
    let text = "of a file ".repeat(1000);
    let file = file("spliced-from");
    written(&file, text.as_bytes());
    let (to, sink) = pair(HERE[0]);
    let source = file.read_via_stream(0).unwrap();
    let mut len = 0;
    loop {
        match to.output.blocking_splice(&source, 4000) {
            Ok(part) => len += part,
            Err(StreamError::Closed) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert_eq!(len, text.len() as u64);
    assert_eq!(sink.read(text.len()), text.as_bytes());
    // Without blocking, too: the first call begins to read.
    let source = file.read_via_stream(9990).unwrap();
    while to.output.splice(&source, 100).unwrap() == 0 {
        soon(&source.subscribe());
    }
    assert_eq!(sink.read(10), b"of a file ");
}

fn a_connection_is_spliced_into_a_file() {
    let file = file("spliced-into");
    let (source, from) = pair(HERE[0]);
    source.write(b"0123456789");
    let sink = file.write_via_stream(0).unwrap();
    assert_eq!(sink.blocking_splice(&from.input, 6).unwrap(), 6);
    soon(&sink.subscribe());
    assert_eq!(sink.splice(&from.input, 100).unwrap(), 4);
    sink.blocking_flush().unwrap();
    assert_eq!(all(&file.read_via_stream(0).unwrap()), b"0123456789");
}

fn a_connection_is_spliced_into_itself() {
    for here in HERE {
        let (client, server) = pair(here);
        client.write(b"echo");
        assert_eq!(
            server.output.blocking_splice(&server.input, 100).unwrap(),
            4
        );
        assert_eq!(client.read(4), b"echo");
    }
}

/// A host numbers what it gives, and gives a number again when it is free.
fn a_file_in_the_place_of_a_connection_is_a_file() {
    let file = file("in-its-place");
    for _ in 0..3 {
        let (client, server) = pair(HERE[0]);
        client.write(b"x");
        assert_eq!(server.read(1), b"x");
        drop((client, server));
        let streams: Vec<_> = (0..6).map(|_| file.write_via_stream(0).unwrap()).collect();
        for (number, stream) in (0..).zip(&streams) {
            soon(&stream.subscribe());
            assert!(stream.check_write().unwrap() > 0);
            stream.write(&[number]).unwrap();
            stream.blocking_flush().unwrap();
            assert_eq!(all(&file.read_via_stream(0).unwrap()), [number]);
        }
        drop(streams);
        let streams: Vec<_> = (0..6).map(|_| file.read_via_stream(0).unwrap()).collect();
        for stream in &streams {
            soon(&stream.subscribe());
            assert_eq!(all(stream), [5]);
        }
    }
}

fn written(file: &Descriptor, mut bytes: &[u8]) {
    let stream = file.write_via_stream(0).unwrap();
    while !bytes.is_empty() {
        let (part, rest) = bytes.split_at(bytes.len().min(4096));
        stream.blocking_write_and_flush(part).unwrap();
        bytes = rest;
    }
}

fn all(stream: &InputStream) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        match stream.blocking_read(4096) {
            Ok(part) => all.extend(part),
            Err(StreamError::Closed) => return all,
            Err(error) => panic!("{error:?}"),
        }
    }
}
