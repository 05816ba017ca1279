//! Pollables: of one thing and of many, of each kind and of several at once. The standard input has `hello` and no end.

use wasip2::cli::stdin::get_stdin;
use wasip2::cli::stdout::get_stdout;
use wasip2::clocks::monotonic_clock::{now, subscribe_duration, subscribe_instant};
use wasip2::io::poll::{Pollable, poll};
use wasip2::sockets::instance_network::instance_network;
use wasip2::sockets::ip_name_lookup::resolve_addresses;
use wasip2::sockets::network::{ErrorCode, IpAddress};

use crate::datagrams::Both;
use crate::tools::{
    HERE, SECOND, connect, connected, file, listening, own, pair, sentences, soon, tcp, told,
};

sentences! {
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
}

fn a_timer_is_ready_when_its_time_has_come() {
    let before = now();
    let timer = subscribe_duration(SECOND / 20);
    assert!(!timer.ready());
    timer.block();
    assert!(timer.ready());
    assert!(now() - before >= SECOND / 20);
    let timer = subscribe_instant(before + SECOND / 10);
    assert!(!timer.ready());
    assert_eq!(poll(&[&timer]), [0]);
    assert!(now() - before >= SECOND / 10);
}

fn a_moment_that_is_past_is_ready() {
    for timer in [
        subscribe_duration(0),
        subscribe_instant(0),
        subscribe_instant(now()),
    ] {
        assert!(timer.ready());
        timer.block();
        assert_eq!(poll(&[&timer]), [0]);
    }
}

fn of_two_timers_the_first_one_is_ready() {
    let later = subscribe_duration(1000 * SECOND);
    let never = subscribe_duration(u64::MAX);
    let sooner = subscribe_duration(SECOND / 100);
    assert_eq!(poll(&[&later, &sooner, &never]), [1]);
    assert!(!later.ready() && !never.ready() && sooner.ready());
}

fn a_question_does_not_wait() {
    let before = now();
    let listener = listening(HERE[0]);
    let timer = subscribe_duration(1000 * SECOND);
    assert!(!timer.ready());
    assert!(!listener.subscribe().ready());
    assert!(now() - before < 5 * SECOND);
}

fn the_same_pollable_twice_is_ready_twice() {
    for here in HERE {
        let (client, server) = pair(here);
        let waiting = server.input.subscribe();
        let end = subscribe_duration(10 * SECOND);
        client.write(b"x");
        assert_eq!(poll(&[&waiting, &end, &waiting, &waiting]), [0, 2, 3]);
        let timer = subscribe_duration(0);
        assert_eq!(poll(&[&timer, &timer]), [0, 1]);
    }
}

fn a_pollable_stays_ready_for_as_long_as_its_thing_does() {
    let (client, server) = pair(HERE[0]);
    let waiting = server.input.subscribe();
    for _ in 0..3 {
        assert!(!waiting.ready());
        client.write(b"x");
        waiting.block();
        waiting.block();
        assert!(waiting.ready());
        assert_eq!(server.read(1), b"x");
    }
}

fn many_of_one_socket_are_asked_at_once() {
    let (client, server) = pair(HERE[0]);
    let all: Vec<Pollable> = (0..5000)
        .map(|place| match place % 2 {
            0 => server.input.subscribe(),
            _ => server.output.subscribe(),
        })
        .collect();
    let all: Vec<&Pollable> = all.iter().collect();
    let odd: Vec<u32> = (0..5000).filter(|place| place % 2 == 1).collect();
    let mut ready = poll(&all);
    ready.sort_unstable();
    assert_eq!(ready, odd);
    client.write(b"x");
    soon(all[0]);
    assert_eq!(poll(&all).len(), 5000);
}

/// A thing of each kind that is ready, and one of each that is not.
fn several_kinds_at_once_are_each_told_by_its_place() {
    let (client, server) = pair(HERE[1]);
    let [one, other] = [Both::bound(HERE[0]), Both::bound(HERE[0])];
    let listener = listening(HERE[0]);
    client.write(b"x");
    one.send(b"x", Some(&other.own())).unwrap();
    soon(&server.input.subscribe());
    soon(&other.incoming.subscribe());
    let kept = file("awaited");
    let (reading, writing) = (kept.read_via_stream(0), kept.write_via_stream(0));
    let (reading, writing) = (reading.unwrap(), writing.unwrap());
    soon(&reading.subscribe());
    let (input, output) = (get_stdin(), get_stdout());
    let lookup = resolve_addresses(&instance_network(), "127.0.0.1").unwrap();
    let ready = [
        server.input.subscribe(),
        client.output.subscribe(),
        other.incoming.subscribe(),
        one.outgoing.subscribe(),
        reading.subscribe(),
        writing.subscribe(),
        input.subscribe(),
        output.subscribe(),
        lookup.subscribe(),
        subscribe_duration(0),
        client.socket.subscribe(),
        one.socket.subscribe(),
    ];
    let silence = [
        client.input.subscribe(),
        one.incoming.subscribe(),
        listener.subscribe(),
        subscribe_duration(1000 * SECOND),
    ];
    // In turns, so that no place stands for itself.
    let mut all = Vec::new();
    let mut expected = Vec::new();
    for (number, pollable) in ready.iter().enumerate() {
        all.push(&silence[number % silence.len()]);
        expected.push(all.len() as u32);
        all.push(pollable);
    }
    let mut told = poll(&all);
    told.sort_unstable();
    assert_eq!(told, expected);
    for pollable in &ready {
        assert!(pollable.ready());
    }
    for pollable in &silence {
        assert!(!pollable.ready());
    }
}

fn a_timer_ends_the_wait_for_what_does_not_come() {
    let (client, server) = pair(HERE[0]);
    let listener = listening(HERE[0]);
    let socket = Both::bound(HERE[0]);
    let silence = [
        client.input.subscribe(),
        server.input.subscribe(),
        listener.subscribe(),
        socket.incoming.subscribe(),
        subscribe_duration(SECOND / 50),
    ];
    let silence: Vec<&Pollable> = silence.iter().collect();
    assert_eq!(poll(&silence), [4]);
}

fn a_file_is_awaited_with_a_socket_that_has_nothing() {
    let listener = listening(HERE[0]);
    let kept = file("awaited");
    let reading = kept.read_via_stream(0).unwrap();
    let all = [listener.subscribe(), reading.subscribe()];
    assert_eq!(poll(&[&all[0], &all[1]]), [1]);
}

fn the_standard_input_is_awaited_like_a_socket() {
    let input = get_stdin();
    let waiting = input.subscribe();
    let listener = listening(HERE[0]);
    let incoming = listener.subscribe();
    assert_eq!(poll(&[&incoming, &waiting]), [1]);
    assert_eq!(input.blocking_read(5).unwrap(), b"hello");
    assert_eq!(input.read(5).unwrap(), b"");
    let timer = subscribe_duration(SECOND / 50);
    assert_eq!(poll(&[&incoming, &waiting, &timer]), [2]);
    assert!(!waiting.ready());
    let socket = tcp(HERE[0]);
    connect(&socket, &own(&listener)).unwrap();
    assert_eq!(poll(&[&incoming, &waiting]), [0]);
    connected(socket);
}

fn a_literal_is_found_at_once_and_ends() {
    for (host, found) in [
        ("127.0.0.1", IpAddress::Ipv4((127, 0, 0, 1))),
        ("::1", IpAddress::Ipv6((0, 0, 0, 0, 0, 0, 0, 1))),
        // No address is told in this form.
        ("::ffff:10.0.0.1", IpAddress::Ipv4((10, 0, 0, 1))),
    ] {
        let lookup = resolve_addresses(&instance_network(), host).unwrap();
        soon(&lookup.subscribe());
        let told = lookup.resolve_next_address().unwrap();
        assert_eq!(format!("{told:?}"), format!("{:?}", Some(found)));
        for _ in 0..2 {
            assert!(matches!(lookup.resolve_next_address(), Ok(None)));
            assert!(lookup.subscribe().ready());
        }
    }
}

fn a_name_that_is_none_is_told_at_once() {
    for host in ["", " ", "a..b", "a b", "256.256.256.256", "::1::"] {
        let lookup = resolve_addresses(&instance_network(), host);
        told(lookup.map(drop), ErrorCode::InvalidArgument);
    }
}

fn connections_are_awaited_while_they_are_made() {
    let listener = listening(HERE[0]);
    let sockets: Vec<_> = (0..20).map(|_| tcp(HERE[0])).collect();
    let waiting: Vec<_> = sockets.iter().map(|socket| socket.subscribe()).collect();
    for socket in &sockets {
        connect(socket, &own(&listener)).unwrap();
    }
    let mut left: Vec<usize> = (0..sockets.len()).collect();
    while !left.is_empty() {
        let asked: Vec<_> = left.iter().map(|&place| &waiting[place]).collect();
        for place in poll(&asked).into_iter().rev() {
            let (input, output) = sockets[left[place as usize]].finish_connect().unwrap();
            drop((input, output));
            left.remove(place as usize);
        }
    }
}
