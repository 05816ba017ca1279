//! How a stream ends: close, half-close, reset, and a peer that is gone.

use std::fs::File;
use std::io::{ErrorKind, IoSlice, Read, Write};

use iwasm_socket::{Interest, Shutdown, TcpListener, TcpStream};
use rustix::io::Errno;

use crate::loopback::*;

sentences! {
    close_of_the_accepted_end_delivers_everything_that_was_sent {
        let p = pair(V4);
        send_much_then_close(p.server, &p.client);
    }
    close_of_the_connected_end_delivers_everything_that_was_sent {
        let p = pair(V4);
        send_much_then_close(p.client, &p.server);
    }
    closing_with_unread_data_resets_the_peer {
        let p = pair(V4);
        say(&p.client, "nobody reads this");
        assert!(look(&p.server, Interest::Readable, LONG).readable);
        drop(p.server);
        fails(Errno::CONNRESET, (&p.client).read(&mut [0]));
    }
    a_send_to_a_gone_peer_is_epipe_and_the_process_lives {
        let stream = stream_with_a_gone_peer();
        fails(Errno::PIPE, (&stream).write(b"x"));
        fails(Errno::PIPE, (&stream).write(b"x"));
    }
    a_write_to_a_gone_peer_is_epipe_and_the_process_lives {
        let mut stream: File = retyped(stream_with_a_gone_peer());
        fails(Errno::PIPE, stream.write(b"x"));
    }
    a_gathered_send_to_a_gone_peer_is_epipe_and_the_process_lives {
        let stream = stream_with_a_gone_peer();
        let parts = [b"x", b"y"].map(|part| IoSlice::new(part));
        fails(Errno::PIPE, (&stream).write_vectored(&parts));
    }
    a_closed_peer_is_the_end_of_the_stream_again_and_again {
        let p = pair(V4);
        drop(p.client);
        expect_end(&p.server);
        expect_end(&p.server);
    }
    shutting_down_writing_lets_the_connected_end_hear_the_answer {
        let p = pair(V4);
        ask_and_hear(&p.client, p.server);
    }
    shutting_down_writing_lets_the_accepted_end_hear_the_answer {
        let p = pair(V4);
        ask_and_hear(&p.server, p.client);
    }
    a_send_after_shutting_down_writing_is_epipe {
        let p = pair(V4);
        p.client.shutdown(Shutdown::Write).unwrap();
        fails(Errno::PIPE, (&p.client).write(b"x"));
    }
    shutting_down_reading_ends_the_own_stream_only {
        let p = pair(V4);
        p.client.shutdown(Shutdown::Read).unwrap();
        expect_end(&p.client);
        say(&p.client, "writing works");
        expect(&p.server, "writing works");
        p.server.set_read_timeout(Some(ms(20))).unwrap();
        fails(Errno::AGAIN, (&p.server).read(&mut [0]));
    }
    shutting_down_both_ends_both_directions {
        let p = pair(V4);
        p.client.shutdown(Shutdown::Both).unwrap();
        fails(Errno::PIPE, (&p.client).write(b"x"));
        expect_end(&p.client);
        expect_end(&p.server);
    }
    shutting_down_an_unconnected_socket_is_enotconn {
        fails(Errno::NOTCONN, retyped::<TcpStream>(unconnected()).shutdown(Shutdown::Both));
        fails(Errno::NOTCONN, retyped::<TcpStream>(datagrams(V4)).shutdown(Shutdown::Both));
    }
    shutting_down_a_listener_ends_its_accepting {
        let listener: TcpStream = retyped(listener(V4));
        listener.shutdown(Shutdown::Both).unwrap();
        fails(Errno::INVAL, retyped::<TcpListener>(listener).accept());
    }
    receiving_on_an_unconnected_stream_is_enotconn {
        fails(Errno::NOTCONN, unconnected().recv(&mut [0]));
    }
    sending_on_an_unconnected_stream_is_epipe {
        fails(Errno::PIPE, unconnected().send(b"x"));
    }
}

fn pattern(at: usize) -> u8 {
    (at * 31 + at / 251).to_le_bytes()[0]
}

/// Reads and checks what is there from `at` on; gives how many bytes that was.
fn read_pattern(mut stream: &TcpStream, at: usize) -> usize {
    let mut heard = [0; 16384];
    let size = stream.read(&mut heard).unwrap();
    let expected: Vec<_> = (at..at + size).map(pattern).collect();
    assert!(
        heard[..size] == expected,
        "bytes {at} to {} differ",
        at + size
    );
    size
}

fn send_much_then_close(sender: TcpStream, receiver: &TcpStream) {
    const MANY: usize = 200_000;
    let all: Vec<_> = (0..MANY).map(pattern).collect();
    let (mut sent, mut received) = (0, 0);
    sender.set_nonblocking(true).unwrap();
    while sent < MANY {
        match (&sender).write(&all[sent..]) {
            Ok(size) => sent += size,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                received += read_pattern(receiver, received);
            }
            Err(error) => panic!("{error}"),
        }
    }
    drop(sender);
    loop {
        match read_pattern(receiver, received) {
            0 => break,
            size => received += size,
        }
    }
    assert_eq!(received, MANY);
}

/// A stream whose peer closed. The first send after that provokes its reset, which the poll waits for.
fn stream_with_a_gone_peer() -> TcpStream {
    let p = pair(V4);
    drop(p.server);
    expect_end(&p.client);
    say(&p.client, "x");
    let found = look(&p.client, Interest::Readable, LONG);
    assert!(found.hung_up || found.failed, "{found:?}");
    p.client
}

fn ask_and_hear(asks: &TcpStream, answers: TcpStream) {
    say(asks, "question");
    asks.shutdown(Shutdown::Write).unwrap();
    expect(&answers, "question");
    expect_end(&answers);
    say(&answers, "answer");
    drop(answers);
    expect(asks, "answer");
    expect_end(asks);
}
