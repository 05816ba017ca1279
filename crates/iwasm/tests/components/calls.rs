//! Every call of the sockets of WASIp2, in order and out of it. The guest `foreign/p2calls` holds one sentence a run; it is
//! its own peer.
//!
//! `wasmtime-wasi` 48 holds most of them, too: they were run there by hand. It differs in these:
//!
//! - What waits for one of its sockets, or asks, is now and then told that it is ready when it is not, and a timer that is
//!   over is not ready at once. Here the system is asked.
//! - It connects when the guest first asks how that went. Here `start-connect` does, as the contract has it, and from then
//!   on there is a local address.
//! - A socket whose connect failed goes on telling that error; the contract has `invalid-state`. A socket that begins to
//!   listen is listening already.
//! - What a guest wrote to a stream that it drops is waited for in the drop. Here somebody stays who sees to it.
//! - `stream` on a UDP socket that has its streams ends the guest, which the contract allows. Here it is `invalid-state`.
//! - A UDP socket bound to port 0 has none when it has let its peer go. Here it keeps the one that it had.
//! - `::ffff:10.0.0.1` is found as it is written; the contract has no such addresses. `a..b` is a name.
//! - A file takes more than it permitted.

use std::io::Write;
use std::sync::LazyLock;

use iwasm::{File, Guest, Outcome, Policy, Program, parse_pool};

use crate::common::{contents, folder, program, start};

/// Each of these holds.
macro_rules! hold {
    ($($name:ident,)*) => {
        const HELD: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() {
            assert_eq!(ended(stringify!($name)), (Outcome::Exited(0), String::new()));
        })*
    };
}

/// Each of these ends in a trap that says why.
macro_rules! trap {
    ($($name:ident: $text:literal,)*) => {
        const TRAPPED: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() {
            let (outcome, said) = ended(stringify!($name));
            let Outcome::Trapped(told) = outcome else {
                panic!("{outcome:?}: {said}");
            };
            assert!(told.contains($text), "{told}: {said}");
        })*
    };
}

hold! {
    a_bind_is_begun_once_and_ended_once,
    while_a_bind_is_under_way_nothing_else_is_begun,
    a_bind_that_failed_can_be_tried_again,
    an_address_that_is_not_of_one_host_is_no_address_of_tcp,
    an_address_of_another_family_is_invalid,
    a_peer_has_an_address_and_a_port,
    a_socket_is_of_the_family_that_it_was_made_of,
    a_connection_is_begun_once_and_ended_once,
    while_a_connection_is_made_nothing_else_is_begun,
    a_connected_socket_goes_no_other_way,
    a_connection_that_was_refused_closes_the_socket,
    a_bound_socket_connects_from_its_address,
    both_ends_tell_the_same_two_addresses,
    a_socket_without_an_address_tells_none,
    one_pollable_serves_a_socket_s_whole_life,
    a_listener_is_bound_first,
    listening_is_begun_once_and_ended_once,
    while_listening_is_begun_nothing_else_is,
    a_listener_goes_no_other_way,
    a_listener_gives_each_connection_once_and_then_would_block,
    what_is_accepted_has_the_options_of_its_listener,
    a_listener_of_ipv6_takes_no_ipv4,
    a_port_is_free_again_though_its_last_connection_is_remembered,
    two_do_not_listen_at_one_port,
    a_backlog_is_set_at_any_time_before_and_while_listening,
    a_client_that_is_gone_is_accepted_all_the_same,
    keep_alive_is_off_until_it_is_switched_on,
    keep_alive_times_are_in_nanoseconds_and_never_less_than_was_asked,
    keep_alive_numbers_too_large_for_the_system_are_cut,
    nothing_is_no_value_of_an_option_of_tcp,
    a_hop_limit_is_what_was_set,
    buffers_of_tcp_have_a_size_and_no_size_is_an_error_but_none,
    options_of_tcp_are_set_in_every_state,
    options_of_udp_are_those_of_tcp,
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
    a_timer_is_ready_when_its_time_has_come,
    a_moment_that_is_past_is_ready,
    of_two_timers_the_first_one_is_ready,
    a_question_does_not_wait,
    the_same_pollable_twice_is_ready_twice,
    a_pollable_stays_ready_for_as_long_as_its_thing_does,
    many_of_one_socket_are_asked_at_once,
    several_kinds_at_once_are_each_told_by_its_place,
    a_timer_ends_the_wait_for_what_does_not_come,
    a_file_is_awaited_with_a_socket_that_has_nothing,
    the_standard_input_is_awaited_like_a_socket,
    a_literal_is_found_at_once_and_ends,
    a_name_that_is_none_is_told_at_once,
    connections_are_awaited_while_they_are_made,
    a_udp_socket_is_bound_once,
    a_udp_socket_has_streams_once_it_is_bound,
    while_streams_are_there_no_others_are_given,
    streams_are_given_again_when_the_last_ones_are_gone,
    messages_go_to_and_fro,
    a_message_needs_a_destination_that_is_one,
    messages_come_one_by_one_and_several_at_once,
    a_message_of_nothing_is_a_message,
    the_longest_message_goes_through_and_a_longer_one_does_not,
    what_could_be_sent_is_sent_and_counted,
    a_socket_of_ipv6_has_no_ipv4,
    an_incoming_stream_is_ready_when_something_has_come,
    a_udp_socket_bound_to_the_wildcard_hears_loopback,
    a_list_of_nothing_needs_no_permit,
    a_peer_is_told_until_it_is_let_go,
    a_peer_is_an_address_and_a_port_of_the_family,
    a_peer_may_be_named_and_no_other_may,
    what_others_send_does_not_come,
    what_others_sent_before_does_not_come_either,
    who_lets_a_peer_go_hears_everybody_again_at_the_same_port,
    one_peer_follows_another,
    a_peer_that_is_nobody_refuses,
    a_socket_with_a_peer_sends_to_everybody_when_it_has_let_it_go,
}

trap! {
    waiting_for_nothing_traps: "the guest waits for 0 things at once",
    writing_without_a_permit_traps: "the guest writes more than it was permitted to",
    writing_more_than_was_permitted_traps: "the guest writes more than it was permitted to",
    a_permit_is_for_one_write: "the guest writes more than it was permitted to",
    zeroes_of_more_than_was_permitted_trap: "cannot write more zeroes than `check_write` allows",
    writing_too_much_at_once_traps_though_it_blocks: "Buffer too large for blocking-write-and-flush",
    too_many_zeroes_at_once_trap_though_they_block: "Buffer too large for blocking-write-zeroes-and-flush",
    a_file_takes_no_more_than_was_permitted: "the guest writes more than it was permitted to",
    sending_without_a_permit_traps: "the guest sends more than it was permitted to",
    sending_more_than_was_permitted_traps: "the guest sends more than it was permitted to",
    a_permit_is_for_one_send: "the guest sends more than it was permitted to",
    a_socket_stays_for_as_long_as_its_pollable: "resource has children",
    a_socket_stays_for_as_long_as_its_input: "resource has children",
    a_socket_stays_for_as_long_as_its_output: "resource has children",
    an_input_stays_for_as_long_as_its_pollable: "resource has children",
    an_output_stays_for_as_long_as_its_pollable: "resource has children",
    a_udp_socket_stays_for_as_long_as_its_streams: "resource has children",
    an_incoming_stream_stays_for_as_long_as_its_pollable: "resource has children",
    an_outgoing_stream_stays_for_as_long_as_its_pollable: "resource has children",
    a_lookup_stays_for_as_long_as_its_pollable: "resource has children",
}

#[test]
fn each_sentence_of_the_guest_is_a_test() {
    let (stdout, output) = File::pipe().unwrap();
    let guest = Guest::new(compiled()).args(["guest", "--list"]);
    assert_eq!(start(guest.stdout(stdout)).end(), Outcome::Exited(0));
    let listed = contents(output);
    let listed: Vec<_> = listed.lines().collect();
    assert_eq!(listed, [HELD, TRAPPED].concat());
}

/// How the guest ended that held the sentence, and what it said of it.
fn ended(sentence: &str) -> (Outcome, String) {
    let (stdin, mut feed) = File::feed().unwrap();
    feed.write_all(b"hello").unwrap();
    let (stderr, said) = File::pipe().unwrap();
    let mut everything = Policy::nothing();
    everything.allow_pool(parse_pool("0.0.0.0/0,::/0").unwrap());
    let guest = Guest::new(compiled())
        .args(["guest", sentence])
        .policy(everything)
        .dir(folder(&format!("calls-{sentence}")), "/d")
        .unwrap()
        .stdin(stdin)
        .stderr(stderr);
    let outcome = start(guest).end();
    (outcome, contents(said))
}

pub(crate) fn compiled() -> &'static Program {
    static CALLS: LazyLock<Program> = LazyLock::new(|| program("foreign/p2calls"));
    &CALLS
}
