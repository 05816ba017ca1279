//! What no program does that is in order: the host ends it.

use wasip2::io::poll::{Pollable, poll};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;

use crate::datagrams::{Both, message};
use crate::tools::{End, HERE, file, pair, sentences, tcp};

sentences! {
    waiting_for_nothing_traps,
    writing_without_a_permit_traps,
    writing_more_than_was_permitted_traps,
    a_permit_is_for_one_write,
    zeroes_of_more_than_was_permitted_trap,
    writing_too_much_at_once_traps_though_it_blocks,
    too_many_zeroes_at_once_trap_though_they_block,
    a_file_takes_no_more_than_was_permitted,
    sending_without_a_permit_traps,
    sending_more_than_was_permitted_traps,
    a_permit_is_for_one_send,
    a_socket_stays_for_as_long_as_its_pollable,
    a_socket_stays_for_as_long_as_its_input,
    a_socket_stays_for_as_long_as_its_output,
    an_input_stays_for_as_long_as_its_pollable,
    an_output_stays_for_as_long_as_its_pollable,
    a_udp_socket_stays_for_as_long_as_its_streams,
    an_incoming_stream_stays_for_as_long_as_its_pollable,
    an_outgoing_stream_stays_for_as_long_as_its_pollable,
    a_lookup_stays_for_as_long_as_its_pollable,
}

fn waiting_for_nothing_traps() {
    poll(&[]);
}

fn writing_without_a_permit_traps() {
    let (client, _server) = pair(HERE[0]);
    let _ = client.output.write(b"x");
}

fn writing_more_than_was_permitted_traps() {
    let (client, _server) = pair(HERE[0]);
    let permitted = client.output.check_write().unwrap();
    let _ = client.output.write(&vec![0; permitted as usize + 1]);
}

fn a_permit_is_for_one_write() {
    let (client, _server) = pair(HERE[0]);
    assert!(client.output.check_write().unwrap() >= 2);
    client.output.write(b"x").unwrap();
    let _ = client.output.write(b"x");
}

fn zeroes_of_more_than_was_permitted_trap() {
    let (client, _server) = pair(HERE[0]);
    let permitted = client.output.check_write().unwrap();
    let _ = client.output.write_zeroes(permitted + 1);
}

fn writing_too_much_at_once_traps_though_it_blocks() {
    let (client, _server) = pair(HERE[0]);
    let _ = client.output.blocking_write_and_flush(&[0; 4097]);
}

fn too_many_zeroes_at_once_trap_though_they_block() {
    let (client, _server) = pair(HERE[0]);
    let _ = client.output.blocking_write_zeroes_and_flush(4097);
}

fn a_file_takes_no_more_than_was_permitted() {
    let output = file("too-much").write_via_stream(0).unwrap();
    let permitted = output.check_write().unwrap();
    let _ = output.write(&vec![0; permitted as usize + 1]);
}

fn sending_without_a_permit_traps() {
    let both = Both::bound(HERE[0]);
    let _ = both.outgoing.send(&[message(b"x", Some(&both.own()))]);
}

fn sending_more_than_was_permitted_traps() {
    let both = Both::bound(HERE[0]);
    let to = both.own();
    let permitted = both.outgoing.check_send().unwrap();
    let all: Vec<_> = (0..=permitted).map(|_| message(b"", Some(&to))).collect();
    let _ = both.outgoing.send(&all);
}

fn a_permit_is_for_one_send() {
    let both = Both::bound(HERE[0]);
    let to = both.own();
    both.send(b"x", Some(&to)).unwrap();
    let _ = both.outgoing.send(&[message(b"x", Some(&to))]);
}

/// Drop one thing while another is there that came of it.
fn leave<Parent, Child>(parent: Parent, child: Child) {
    drop(parent);
    drop(child);
}

fn a_socket_stays_for_as_long_as_its_pollable() {
    let socket = tcp(HERE[0]);
    let child: Pollable = socket.subscribe();
    leave(socket, child);
}

fn a_socket_stays_for_as_long_as_its_input() {
    let End {
        input,
        output,
        socket,
    } = pair(HERE[0]).0;
    drop(output);
    leave(socket, input);
}

fn a_socket_stays_for_as_long_as_its_output() {
    let End {
        input,
        output,
        socket,
    } = pair(HERE[0]).0;
    drop(input);
    leave(socket, output);
}

fn an_input_stays_for_as_long_as_its_pollable() {
    let end = pair(HERE[0]).0;
    let child = end.input.subscribe();
    leave(end.input, child);
}

fn an_output_stays_for_as_long_as_its_pollable() {
    let end = pair(HERE[0]).0;
    let child = end.output.subscribe();
    leave(end.output, child);
}

fn a_udp_socket_stays_for_as_long_as_its_streams() {
    let both = Both::bound(HERE[0]);
    leave(both.socket, (both.incoming, both.outgoing));
}

fn an_incoming_stream_stays_for_as_long_as_its_pollable() {
    let both = Both::bound(HERE[0]);
    let child = both.incoming.subscribe();
    leave(both.incoming, child);
}

fn an_outgoing_stream_stays_for_as_long_as_its_pollable() {
    let both = Both::bound(HERE[0]);
    let child = both.outgoing.subscribe();
    leave(both.outgoing, child);
}

fn a_lookup_stays_for_as_long_as_its_pollable() {
    let lookup = resolve_addresses(&instance_network(), "127.0.0.1").unwrap();
    let child = lookup.subscribe();
    leave(lookup, child);
}
