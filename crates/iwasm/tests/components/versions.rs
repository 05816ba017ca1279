//! A program of WASIp3 that uses interfaces of WASIp2 as well: its standard library does.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use iwasm::{File, Outcome, Policy};

use crate::common::{Heard, LONG, loopback, until_no_guest_thread_is_left};
use crate::{P2, P3, began, done, guest, tell};

#[test]
fn it_speaks_to_others_over_tcp() {
    for (server, client) in [
        ((P3, &["std", "serve"][..]), (P2, &["connect"][..])),
        ((P2, &["serve"]), (P3, &["std", "connect"])),
        ((P3, &["serve"]), (P3, &["std", "connect"])),
        ((P3, &["std", "serve"]), (P3, &["connect"])),
    ] {
        let words = [server.1, &["127.0.0.1:0"]].concat();
        let (serving, lines) = began(guest(server.0, &words).policy(loopback()));
        let line = lines.next();
        let at = line.strip_prefix("at ").unwrap();
        let words = [client.1, &[at]].concat();
        let client = guest(client.0, &words).policy(loopback());
        assert_eq!(tell(client), done("over tcp\n"), "{words:?}");
        assert_eq!(serving.end(), Outcome::Exited(0), "{words:?}");
    }
}

#[test]
fn it_asks_over_udp_and_looks_names_up() {
    let (answering, lines) = began(guest(P2, &["answer", "127.0.0.1:0"]).policy(loopback()));
    let line = lines.next();
    let at = line.strip_prefix("at ").unwrap();
    let asking = guest(P3, &["std", "ask", "127.0.0.1:0", at]).policy(loopback());
    assert_eq!(tell(asking), done("over udp\n"));
    assert_eq!(answering.end(), Outcome::Exited(0));
    let mut policy = Policy::nothing();
    policy.allow_resolve("localhost".parse().unwrap());
    let (outcome, told) = tell(guest(P3, &["std", "lookup", "localhost"]).policy(policy));
    assert_eq!(outcome, Outcome::Exited(0), "{told}");
    assert!(told.lines().any(|line| line == "127.0.0.1"), "{told}");
}

#[test]
fn its_sockets_of_either_version_speak_to_each_other() {
    let both = guest(P3, &["both", "127.0.0.1:0"]).policy(loopback());
    assert_eq!(tell(both), done("question\nanswer\n"));
}

#[test]
fn it_reaches_nothing_that_is_not_granted() {
    for (words, heard) in [
        (
            ["std", "connect", "10.0.0.1:80"],
            "start-connect: tcp connect to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            ["std", "serve", "10.0.0.1:80"],
            "start-bind: tcp bind to `10.0.0.1:80`; --addr-pool=10.0.0.1/32",
        ),
        (
            ["std", "lookup", "api.example.com"],
            "resolve-addresses: name lookup of `api.example.com`; --allow-resolve=api.example.com",
        ),
    ] {
        let journal = Heard::default();
        let (outcome, told) = tell(guest(P3, &words).journal(journal.clone()));
        assert_eq!(outcome, Outcome::Exited(1), "{told}");
        assert_eq!(journal.lines(), [heard], "{told}");
    }
}

#[test]
fn what_it_wrote_arrives_though_it_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap().to_string();
    let words = ["std", "leave", &to, "30000000"];
    let (leaving, lines) = began(guest(P3, &words).policy(loopback()));
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let written: u64 = lines.next().parse().unwrap();
    let read = std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    assert_eq!(read, written);
    assert_eq!(leaving.end(), Outcome::Exited(0));
}

#[test]
fn it_ends_at_once_whatever_it_waits_for() {
    for words in [
        &["std", "serve", "127.0.0.1:0"][..],
        &["std", "receive", "127.0.0.1:0"],
        &["std", "flood", "127.0.0.1:0"],
        &["std", "sleep"],
    ] {
        for timeout in [None, Some(Duration::from_millis(300))] {
            let (stdout, _output) = File::pipe().unwrap();
            let mut guest = guest(P3, words).policy(loopback()).stdout(stdout);
            if let Some(timeout) = timeout {
                guest = guest.timeout(timeout);
            }
            let running = crate::start(guest);
            let began = Instant::now();
            let mut outcome = Outcome::TimedOut;
            if timeout.is_none() {
                // That its thread is inside the call then, nothing outside can see.
                std::thread::sleep(Duration::from_millis(300));
                running.handle.stop();
                outcome = Outcome::Stopped;
            }
            assert_eq!(running.end(), outcome, "{words:?}");
            let took = began.elapsed();
            assert!(took < Duration::from_secs(5), "{words:?} took {took:?}");
        }
    }
    until_no_guest_thread_is_left();
}
