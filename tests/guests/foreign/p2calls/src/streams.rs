//! What is written to a connection, and what is read of it.

use wasip2::io::poll::poll;

use crate::tools::{End, HERE, a_moment, closed, pair, sentences, soon};

sentences! {
    what_is_written_is_read_in_order,
    nothing_may_be_written_at_any_time,
    a_permit_is_there_until_the_system_has_no_room,
    an_output_is_ready_only_when_something_may_be_written,
    a_full_output_is_ready_again_when_the_peer_has_read,
    blocking_writes_are_written_when_they_come_back,
    zeroes_are_written_without_their_bytes,
    a_read_gives_what_there_is_and_no_more_than_was_asked,
    a_read_of_nothing_waits_for_nothing,
    a_blocking_read_waits_for_one_byte,
    a_blocking_read_at_the_end_is_closed,
    what_is_skipped_is_counted_and_gone,
    both_directions_are_awaited_at_once,
    as_much_as_one_likes_goes_through,
}

fn what_is_written_is_read_in_order() {
    for here in HERE {
        let (client, server) = pair(here);
        for part in ["one ", "two ", "three"] {
            client.write(part.as_bytes());
            client.output.flush().unwrap();
        }
        server.write(b"and back");
        assert_eq!(server.read(13), b"one two three");
        assert_eq!(client.read(8), b"and back");
    }
}

fn nothing_may_be_written_at_any_time() {
    let (client, server) = pair(HERE[0]);
    client.output.write(b"").unwrap();
    assert!(client.output.check_write().unwrap() > 0);
    client.output.write(b"").unwrap();
    client.write_all_of(b"x");
    assert_eq!(server.read(1), b"x");
}

impl End {
    /// Write with the permit that there is.
    fn write_all_of(&self, bytes: &[u8]) {
        self.output.write(bytes).unwrap();
    }
}

fn a_permit_is_there_until_the_system_has_no_room() {
    let (client, server) = pair(HERE[0]);
    let first = client.output.check_write().unwrap();
    assert!(first >= 4096);
    // It stays as it is until it is used.
    assert_eq!(client.output.check_write().unwrap(), first);
    client.output.write(&vec![1; first as usize]).unwrap();
    let written = first + client.fill();
    assert_eq!(client.output.check_write().unwrap(), 0);
    assert!(!client.output.subscribe().ready());
    drop(client);
    assert_eq!(server.drain(), written);
}

fn an_output_is_ready_only_when_something_may_be_written() {
    // In a small buffer there is room for a part of what was written much sooner than for all of it.
    for size in [1, 20_000, 1 << 20] {
        let (client, server) = pair(HERE[0]);
        client.socket.set_send_buffer_size(size).unwrap();
        let waiting = client.output.subscribe();
        let (mut written, mut read) = (0, 0);
        for part in (0..500).map(|number| 20_000 + number * 97) {
            while waiting.ready() {
                let permitted = client.output.check_write().unwrap();
                assert!(permitted > 0, "ready, and nothing may be written");
                client.output.write(&vec![0; permitted as usize]).unwrap();
                written += permitted;
            }
            read += server.input.read(part).unwrap().len() as u64;
        }
        drop(waiting);
        drop(client);
        assert_eq!(read + server.drain(), written);
    }
}

fn a_full_output_is_ready_again_when_the_peer_has_read() {
    let (client, server) = pair(HERE[0]);
    let mut left = client.fill();
    let waiting = client.output.subscribe();
    assert!(!waiting.ready());
    let incoming = server.input.subscribe();
    while !poll(&[&waiting, &incoming]).contains(&0) {
        left -= server.input.read(1 << 16).unwrap().len() as u64;
    }
    assert!(client.output.check_write().unwrap() > 0);
    drop((waiting, incoming));
    drop(client);
    assert_eq!(server.drain(), left);
}

fn blocking_writes_are_written_when_they_come_back() {
    for here in HERE {
        let (client, server) = pair(here);
        let bytes: Vec<u8> = (0..4096u32).map(|number| number as u8).collect();
        client.output.blocking_write_and_flush(&bytes).unwrap();
        client.output.blocking_write_and_flush(b"").unwrap();
        client.output.blocking_flush().unwrap();
        assert_eq!(server.input.blocking_read(1 << 16).unwrap(), bytes);
    }
}

fn zeroes_are_written_without_their_bytes() {
    for here in HERE {
        let (client, server) = pair(here);
        assert!(client.output.check_write().unwrap() >= 1000);
        client.output.write_zeroes(1000).unwrap();
        client.output.blocking_write_zeroes_and_flush(4096).unwrap();
        client.output.blocking_write_zeroes_and_flush(0).unwrap();
        assert_eq!(server.read(5096), [0; 5096]);
    }
}

fn a_read_gives_what_there_is_and_no_more_than_was_asked() {
    for here in HERE {
        let (client, server) = pair(here);
        assert_eq!(server.input.read(10).unwrap(), b"");
        assert!(!server.input.subscribe().ready());
        client.write(b"0123456789");
        soon(&server.input.subscribe());
        assert_eq!(server.input.read(4).unwrap(), b"0123");
        assert_eq!(server.input.read(u64::MAX).unwrap(), b"456789");
        assert_eq!(server.input.read(u64::MAX).unwrap(), b"");
    }
}

fn a_read_of_nothing_waits_for_nothing() {
    for here in HERE {
        let (client, server) = pair(here);
        assert_eq!(server.input.read(0).unwrap(), b"");
        client.write(b"x");
        soon(&server.input.subscribe());
        assert_eq!(server.input.read(0).unwrap(), b"");
        assert_eq!(server.input.blocking_read(0).unwrap(), b"");
        assert_eq!(server.input.skip(0).unwrap(), 0);
        assert_eq!(server.read(1), b"x");
        drop(client);
        assert_eq!(server.drain(), 0);
        closed(server.input.read(0));
        closed(server.input.blocking_read(0));
    }
}

fn a_blocking_read_waits_for_one_byte() {
    for here in HERE {
        let (client, server) = pair(here);
        client.write(b"01");
        assert_eq!(server.input.blocking_read(1).unwrap(), b"0");
        assert_eq!(server.input.blocking_read(1 << 16).unwrap(), b"1");
    }
}

fn a_blocking_read_at_the_end_is_closed() {
    for here in HERE {
        let (client, server) = pair(here);
        client.write(b"end");
        drop(client);
        assert_eq!(server.input.blocking_read(1 << 16).unwrap(), b"end");
        closed(server.input.blocking_read(1 << 16));
        closed(server.input.blocking_skip(1));
        closed(server.input.read(1));
        assert!(server.input.subscribe().ready());
    }
}

fn what_is_skipped_is_counted_and_gone() {
    for here in HERE {
        let (client, server) = pair(here);
        assert_eq!(server.input.skip(5).unwrap(), 0);
        client.write(b"0123456789");
        assert_eq!(server.input.blocking_skip(3).unwrap(), 3);
        assert_eq!(server.input.skip(2).unwrap(), 2);
        assert_eq!(server.read(2), b"56");
        assert_eq!(server.input.skip(u64::MAX).unwrap(), 3);
        drop(client);
        closed(server.input.blocking_skip(1));
        closed(server.input.skip(1));
    }
}

fn both_directions_are_awaited_at_once() {
    for here in HERE {
        let (client, server) = pair(here);
        let (incoming, outgoing) = (client.input.subscribe(), client.output.subscribe());
        assert_eq!(poll(&[&incoming, &outgoing]), [1]);
        server.write(b"x");
        a_moment();
        let mut ready = poll(&[&incoming, &outgoing]);
        ready.sort_unstable();
        assert_eq!(ready, [0, 1]);
        assert_eq!(client.read(1), b"x");
        assert_eq!(poll(&[&incoming, &outgoing]), [1]);
        client.fill();
        assert!(!outgoing.ready() && !incoming.ready());
    }
}

fn as_much_as_one_likes_goes_through() {
    const ALL: u64 = 8 << 20;
    let (client, server) = pair(HERE[1]);
    let (outgoing, incoming) = (client.output.subscribe(), server.input.subscribe());
    let (mut sent, mut heard) = (0, 0);
    while heard < ALL {
        let ready = match sent < ALL {
            true => poll(&[&incoming, &outgoing]),
            false => poll(&[&incoming]),
        };
        if ready.contains(&1) {
            let len = client.output.check_write().unwrap().min(ALL - sent);
            let part: Vec<u8> = (sent..sent + len)
                .map(|at| at as u8 ^ (at >> 8) as u8)
                .collect();
            client.output.write(&part).unwrap();
            sent += len;
        }
        if ready.contains(&0) {
            for byte in server.input.read(100_000).unwrap() {
                assert_eq!(byte, heard as u8 ^ (heard >> 8) as u8, "at {heard}");
                heard += 1;
            }
        }
    }
    assert_eq!(heard, ALL);
}
