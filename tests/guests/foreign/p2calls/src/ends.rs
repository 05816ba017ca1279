//! How connections end: by shutdown in each direction, by dropping, and by force.

use wasip2::sockets::tcp::ShutdownType;

use crate::tools::{
    End, HERE, a_moment, accepted, broken, closed, connect, connected, listening, own, pair,
    sentences, soon, tcp,
};

sentences! {
    a_shutdown_of_sending_ends_what_the_peer_reads,
    after_a_shutdown_of_sending_one_reads_on,
    a_shutdown_of_receiving_discards_what_has_come,
    after_a_shutdown_of_receiving_one_writes_on,
    a_shutdown_of_both_ends_both,
    a_shutdown_is_repeated_without_effect,
    a_shutdown_waits_for_what_was_written,
    a_shutdown_finds_the_peer_gone,
    who_waits_for_a_stream_hears_of_its_shutdown,
    a_dropped_output_ends_nothing_before_its_socket_is_dropped,
    what_was_written_arrives_though_the_stream_is_dropped,
    what_was_written_arrives_though_the_socket_is_dropped,
    a_peer_that_breaks_it_off_is_told_once_to_who_reads,
    a_peer_that_breaks_it_off_is_told_once_to_who_writes,
    a_peer_that_breaks_it_off_while_data_waits_is_told,
}

fn a_shutdown_of_sending_ends_what_the_peer_reads() {
    for here in HERE {
        let (client, server) = pair(here);
        client.write(b"all");
        client.socket.shutdown(ShutdownType::Send).unwrap();
        closed(client.output.check_write());
        closed(client.output.write(b"more"));
        closed(client.output.write(b""));
        closed(client.output.write_zeroes(1));
        closed(client.output.flush());
        closed(client.output.blocking_flush());
        closed(client.output.blocking_write_and_flush(b"more"));
        assert!(client.output.subscribe().ready());
        assert_eq!(server.read(3), b"all");
        assert_eq!(server.drain(), 0);
        closed(server.input.read(1));
    }
}

fn after_a_shutdown_of_sending_one_reads_on() {
    for here in HERE {
        let (client, server) = pair(here);
        client.socket.shutdown(ShutdownType::Send).unwrap();
        assert_eq!(server.drain(), 0);
        server.write(b"answer");
        assert_eq!(client.read(6), b"answer");
    }
}

fn a_shutdown_of_receiving_discards_what_has_come() {
    for here in HERE {
        let (client, server) = pair(here);
        server.write(b"unheard");
        soon(&client.input.subscribe());
        client.socket.shutdown(ShutdownType::Receive).unwrap();
        assert!(client.input.subscribe().ready());
        closed(client.input.read(1));
        closed(client.input.read(0));
        closed(client.input.blocking_read(1));
        closed(client.input.skip(1));
        closed(client.input.blocking_skip(1));
    }
}

fn after_a_shutdown_of_receiving_one_writes_on() {
    for here in HERE {
        let (client, server) = pair(here);
        client.socket.shutdown(ShutdownType::Receive).unwrap();
        client.write(b"still here");
        assert_eq!(server.read(10), b"still here");
    }
}

fn a_shutdown_of_both_ends_both() {
    for here in HERE {
        let (client, server) = pair(here);
        client.socket.shutdown(ShutdownType::Both).unwrap();
        closed(client.output.check_write());
        closed(client.input.read(1));
        assert_eq!(server.drain(), 0);
        // The socket is there as before.
        assert_eq!(client.socket.remote_address().is_ok(), true);
        assert!(client.socket.hop_limit().is_ok());
    }
}

fn a_shutdown_is_repeated_without_effect() {
    for here in HERE {
        let (client, server) = pair(here);
        for how in [
            ShutdownType::Receive,
            ShutdownType::Receive,
            ShutdownType::Send,
            ShutdownType::Send,
            ShutdownType::Both,
            ShutdownType::Both,
        ] {
            client.socket.shutdown(how).unwrap();
        }
        assert_eq!(server.drain(), 0);
    }
}

fn a_shutdown_waits_for_what_was_written() {
    for how in [ShutdownType::Send, ShutdownType::Both] {
        let (client, server) = pair(HERE[0]);
        let written = client.fill();
        for _ in 0..2 {
            client.socket.shutdown(how).unwrap();
        }
        assert_eq!(server.drain(), written);
        soon(&client.output.subscribe());
        closed(client.output.check_write());
    }
}

fn a_shutdown_finds_the_peer_gone() {
    for here in HERE {
        let (client, server) = pair(here);
        server.write(b"x");
        client.write(b"unread");
        a_moment();
        drop(server);
        a_moment();
        client.socket.shutdown(ShutdownType::Both).unwrap();
        closed(client.input.read(1));
        closed(client.output.check_write());
    }
}

fn who_waits_for_a_stream_hears_of_its_shutdown() {
    for here in HERE {
        let (client, server) = pair(here);
        let waiting = client.input.subscribe();
        assert!(!waiting.ready());
        server.socket.shutdown(ShutdownType::Send).unwrap();
        soon(&waiting);
        closed(client.input.read(1));
        assert!(waiting.ready());
        let waiting = server.input.subscribe();
        assert!(!waiting.ready());
        server.socket.shutdown(ShutdownType::Receive).unwrap();
        assert!(waiting.ready());
    }
}

fn a_dropped_output_ends_nothing_before_its_socket_is_dropped() {
    for here in HERE {
        let (client, server) = pair(here);
        client.write(b"all");
        let End {
            input,
            output,
            socket,
        } = client;
        drop(output);
        assert_eq!(server.read(3), b"all");
        a_moment();
        assert!(!server.input.subscribe().ready());
        server.write(b"answer");
        assert_eq!(input.blocking_read(6).unwrap(), b"answer");
        drop((input, socket));
        assert_eq!(server.drain(), 0);
    }
}

fn what_was_written_arrives_though_the_stream_is_dropped() {
    let (client, server) = pair(HERE[0]);
    let written = client.fill();
    let End {
        input,
        output,
        socket,
    } = client;
    drop(output);
    assert_eq!(server.read(written as usize).len() as u64, written);
    drop((input, socket));
    assert_eq!(server.drain(), 0);
}

fn what_was_written_arrives_though_the_socket_is_dropped() {
    // More of them than a host may want to keep.
    let ends: Vec<_> = (0..3)
        .map(|_| {
            let (client, server) = pair(HERE[0]);
            (client.fill(), server)
        })
        .collect();
    for (written, server) in ends {
        assert_eq!(server.drain(), written);
    }
}

/// A connection that the peer breaks off: it leaves while there is something that it has not read.
fn broken_off(here: &str) -> End {
    let listener = listening(here);
    let socket = tcp(here);
    connect(&socket, &own(&listener)).unwrap();
    let client = connected(socket);
    client.write(b"unread");
    let server = accepted(&listener);
    soon(&server.input.subscribe());
    drop(server);
    // It takes a moment until that has come.
    a_moment();
    client
}

fn a_peer_that_breaks_it_off_is_told_once_to_who_reads() {
    for here in HERE {
        let client = broken_off(here);
        soon(&client.input.subscribe());
        broken(client.input.read(1));
        closed(client.input.read(1));
        closed(client.input.blocking_read(1));
        // Whoever writes then finds no peer.
        soon(&client.output.subscribe());
        if let Ok(permitted) = client.output.check_write() {
            assert!(permitted > 0);
            closed(client.output.write(b"x"));
        }
        closed(client.output.check_write());
    }
}

fn a_peer_that_breaks_it_off_is_told_once_to_who_writes() {
    for here in HERE {
        let client = broken_off(here);
        assert!(client.output.check_write().unwrap() > 0);
        broken(client.output.write(b"x"));
        closed(client.output.check_write());
        closed(client.output.write(b"x"));
        closed(client.output.flush());
        closed(client.output.blocking_write_and_flush(b"x"));
        assert!(client.output.subscribe().ready());
    }
}

fn a_peer_that_breaks_it_off_while_data_waits_is_told() {
    for here in HERE {
        let (client, server) = pair(here);
        assert!(client.fill() > 0);
        drop(server);
        soon(&client.output.subscribe());
        broken(client.output.check_write());
        closed(client.output.check_write());
        closed(client.output.write(b"x"));
    }
}
