//! What a policy makes of it, told in lines: the host's side of the test has the other ends.

use std::fmt::Display;

use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasip2::sockets::network::ErrorCode;
use wasip2::sockets::tcp::ShutdownType;

use crate::datagrams::{Both, udp_bound};
use crate::tools::{SECOND, address, connect, connected, listening, own, pair, shown, tcp};

pub fn hold(name: &str, words: &[&str]) {
    match (name, words) {
        ("ask-and-let-go", [at, peer]) => ask_and_let_go(at, peer),
        ("ask-and-hear", [at, peer]) => ask_and_hear(at, peer),
        ("fail-and-hear", [at, to]) => fail_and_hear(at, to),
        ("take-peers", [at, peers @ ..]) => take_peers(at, peers),
        ("accept", [at]) => accept(at),
        ("leave-full", [to, count]) => leave_full(to, count.parse().unwrap()),
        ("leave-and-compute", [to, count]) => leave_and_compute(to, count.parse().unwrap()),
        ("leave-and-wait", [to, count]) => leave_and_wait(to, count.parse().unwrap()),
        ("block", [what]) => block(what),
        _ => panic!("no such thing to do"),
    }
}

fn say<T: Display>(result: Result<T, ErrorCode>) {
    match result {
        Ok(value) => println!("{value}"),
        Err(code) => println!("{}", code.name()),
    }
}

/// Each message that comes, until `end`.
fn hear_to_the_end(both: &Both) {
    loop {
        let heard = both.hear();
        let text = String::from_utf8(heard.data).unwrap();
        println!("heard {text}");
        if text == "end" {
            break;
        }
    }
}

/// Take a peer and send to it, let it go and send again.
fn ask_and_let_go(at: &str, peer: &str) {
    let both = Both::of(udp_bound(at), Some(peer)).unwrap();
    both.send(b"with a peer", None).unwrap();
    let both = both.again(None);
    say(both.incoming.receive(1).map(|all| all.len()));
    say(both.socket.local_address().map(shown));
    both.send(b"without", Some(peer)).unwrap();
    hear_to_the_end(&both);
}

fn ask_and_hear(at: &str, peer: &str) {
    let both = Both::bound(at);
    both.send(b"hello", Some(peer)).unwrap();
    hear_to_the_end(&both);
}

/// A message that is too long leaves, and the port of it stays.
fn fail_and_hear(at: &str, to: &str) {
    let both = Both::bound(at);
    say(both.send(&[0; 65_520], Some(to)));
    say(both.incoming.receive(1).map(|all| all.len()));
    println!("at {}", both.own());
    hear_to_the_end(&both);
}

/// One peer after the other, as far as that is granted.
fn take_peers(at: &str, peers: &[&str]) {
    let mut socket = udp_bound(at);
    for peer in peers {
        socket = match socket.stream(Some(address(peer))) {
            Ok((incoming, outgoing)) => {
                let both = Both {
                    incoming,
                    outgoing,
                    socket,
                };
                both.send(b"x", None).unwrap();
                println!("{peer}");
                drop((both.incoming, both.outgoing));
                both.socket
            }
            Err(code) => {
                println!("{}", code.name());
                socket
            }
        };
    }
}

/// One connection, and who that is.
fn accept(at: &str) {
    let listener = listening(at);
    println!("at {}", own(&listener));
    let waiting = listener.subscribe();
    // Of who is not let in one hears that somebody is there, and no more.
    let (socket, input, output) = loop {
        match listener.accept() {
            Err(ErrorCode::WouldBlock) => waiting.block(),
            done => break done.unwrap(),
        }
    };
    let peer = socket.remote_address().unwrap();
    println!("peer {}", shown(peer));
    drop((input, output));
}

/// Fill connections to a peer that does not read, leave each, say how much each took, and end.
fn leave_full(to: &str, count: usize) {
    let written: Vec<_> = (0..count)
        .map(|_| {
            let socket = tcp(to);
            socket.set_send_buffer_size(50_000).unwrap();
            connect(&socket, to).unwrap();
            connected(socket).fill().to_string()
        })
        .collect();
    println!("{}", written.join(" "));
}

/// The same, and never wait.
fn leave_and_compute(to: &str, count: usize) {
    leave_full(to, count);
    loop {
        std::hint::black_box(0);
    }
}

/// The same, and go on for as long as it is let.
fn leave_and_wait(to: &str, count: usize) {
    leave_full(to, count);
    subscribe_duration(1000 * SECOND).block();
}

/// Wait where nothing comes.
fn block(what: &str) {
    let (client, server) = pair("127.0.0.1:0");
    println!("waiting");
    match what {
        "read" => drop(client.input.blocking_read(1)),
        "skip" => drop(client.input.blocking_skip(1)),
        "write" => loop {
            client.output.blocking_write_and_flush(&[0; 4096]).unwrap();
        },
        "zeroes" => loop {
            client.output.blocking_write_zeroes_and_flush(4096).unwrap();
        },
        "flush" => {
            client.fill();
            client.output.blocking_flush().unwrap();
        }
        "splice" => drop(client.output.blocking_splice(&client.input, 1)),
        "pollable" => client.input.subscribe().block(),
        "shut" => {
            client.fill();
            client.socket.shutdown(ShutdownType::Send).unwrap();
            client.output.subscribe().block();
        }
        "poll" => {
            let both = Both::bound("127.0.0.1:0");
            let input = wasip2::cli::stdin::get_stdin();
            let all = [
                client.input.subscribe(),
                server.input.subscribe(),
                both.incoming.subscribe(),
                input.subscribe(),
                subscribe_duration(1000 * SECOND),
            ];
            let all: Vec<_> = all.iter().collect();
            wasip2::io::poll::poll(&all);
        }
        // A pipe, which somebody holds and nobody writes to.
        "file" => {
            let (directory, _) = wasip2::filesystem::preopens::get_directories().remove(0);
            let (path, how) = (PathFlags::empty(), OpenFlags::empty());
            let pipe = directory.open_at(path, "pipe", how, DescriptorFlags::READ);
            let stream = pipe.unwrap().read_via_stream(0).unwrap();
            let all = [stream.subscribe(), client.input.subscribe()];
            wasip2::io::poll::poll(&[&all[0], &all[1]]);
        }
        "questions" => while !client.input.subscribe().ready() {},
        _ => panic!("no such wait"),
    }
    println!("over");
}
