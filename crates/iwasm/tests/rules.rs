//! What single rules grant and forbid, on the sockets of this machine.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use common::{Heard, folder, lines, program, run, start, text};
use iwasm::{Guest, GuestBuilder, Outcome, Policy};

const EACCES: u32 = 2;
const ELOOP: u32 = 32;

/// A policy that allows these rules, and denies those after a `!`.
fn ruled(rules: &[&str]) -> Policy {
    let mut policy = Policy::nothing();
    for rule in rules {
        match rule.strip_prefix('!') {
            Some(rule) => policy.deny(rule.parse().unwrap()),
            None => policy.allow(rule.parse().unwrap()),
        };
    }
    policy
}

fn echo(words: &[&str], at: &Path, more: &[&str]) -> GuestBuilder {
    let words = words.iter().copied().chain([at.to_str().unwrap()]);
    let words: Vec<_> = words.chain(more.iter().copied()).collect();
    Guest::new(&program("c/unix_echo")).args(words)
}

/// A folder without a link in its path, and the rule that grants its sockets.
fn sockets(name: &str) -> (PathBuf, String) {
    let folder = folder(name).canonicalize().unwrap();
    let rule = format!("unix://{}/*.sock", folder.display());
    (folder, rule)
}

#[test]
fn two_guests_meet_at_a_path_and_each_knows_it_by_the_name_it_gave() {
    let (folder, rule) = sockets("rules_unix");
    let at = folder.join("echo.sock");
    let (stdout, said) = lines();
    let server = echo(&["unix_echo", "serve"], &at, &["2"]).stdout(stdout);
    let server = start(server.policy(ruled(&[&rule])));
    assert_eq!(said.next(), "ready");
    for message in ["first", "second"] {
        let (stdout, heard) = lines();
        let client = echo(&["unix_echo", "ask"], &at, &[message]).stdout(stdout);
        assert_eq!(run(client.policy(ruled(&[&rule]))), Outcome::Exited(0));
        let ends = format!("from `` to `{}`", at.display());
        assert_eq!(heard.rest(), [ends.as_str(), message]);
        assert_eq!(said.next(), format!("from `{}` to ``", at.display()));
    }
    assert_eq!(server.end(), Outcome::Exited(0));
    assert!(at.exists(), "a guest's file is the guest's matter");
}

#[test]
fn a_path_that_no_rule_grants_is_eacces_and_named() {
    let (folder, rule) = sockets("rules_denied");
    let forbidden = format!("!unix://{}/echo.sock", folder.display());
    let at = folder.join("echo.sock");
    for (rules, flag) in [
        (vec![], format!("--allow-net=unix://{}", at.display())),
        (vec![rule.as_str(), &forbidden], String::new()),
    ] {
        for (what, used) in [("serve", "bind"), ("ask", "connect")] {
            let heard = Heard::default();
            let (stdout, said) = lines();
            let guest = echo(&["unix_echo", what], &at, &[])
                .policy(ruled(&rules))
                .journal(heard.clone())
                .stdout(stdout);
            assert_eq!(run(guest), Outcome::Exited(EACCES));
            assert_eq!(said.rest(), [format!("{used}: errno 2")]);
            let line = format!("sock_{used}: unix {used} to `{}`; {flag}", at.display());
            assert_eq!(heard.lines(), [line]);
            assert!(!at.exists());
        }
    }
}

#[test]
fn a_granted_path_through_a_link_is_eloop() {
    let (folder, _) = sockets("rules_link");
    std::fs::create_dir(folder.join("real")).unwrap();
    symlink("real", folder.join("link")).unwrap();
    let rule = format!("unix://{}/link/*.sock", folder.display());
    let at = folder.join("link/echo.sock");
    for (what, call) in [("serve", "bind"), ("ask", "connect")] {
        let (stdout, said) = lines();
        let guest = echo(&["unix_echo", what], &at, &[]).stdout(stdout);
        let outcome = run(guest.policy(ruled(&[&rule])));
        assert_eq!(outcome, Outcome::Exited(ELOOP));
        assert_eq!(said.rest(), [format!("{call}: errno 32")]);
    }
    assert!(!folder.join("real/echo.sock").exists());
}

/// Binds a TCP socket to the port at 20 of 127.0.0.1 and listens, and exits with the errno of what failed. What the
/// system gave is at 48 then, and written to stdout: four octets and the port.
const LISTEN: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "sock_open" (func $open (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_bind" (func $bind (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_listen" (func $listen (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_addr_local" (func $local (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "\00\00\00\00\7f\00\00\01PORT")
    (data (i32.const 80) "\34\00\00\00\06\00\00\00")
    (func $must (param i32)
        (if (local.get 0) (then (call $exit (local.get 0)))))
    (func (export "_start")
        (call $must (call $open (i32.const -1) (i32.const 0) (i32.const 1) (i32.const 0)))
        (call $must (call $bind (i32.load (i32.const 0)) (i32.const 16)))
        (call $must (call $listen (i32.load (i32.const 0)) (i32.const 4)))
        (call $must (call $local (i32.load (i32.const 0)) (i32.const 48)))
        (call $must (call $write (i32.const 1) (i32.const 80) (i32.const 1) (i32.const 96)))))"#;

/// What the guest got when it asked for a port: where it listens, or the errno.
fn listen(rules: &[&str], port: u16) -> Result<([u8; 4], u16), u32> {
    let [low, high] = port.to_le_bytes();
    let module = LISTEN.replace("PORT", &format!("\\{low:02x}\\{high:02x}"));
    let (stdout, mut output) = iwasm::File::pipe().unwrap();
    let guest = Guest::new(&text(&module)).stdout(stdout);
    match run(guest.policy(ruled(rules))) {
        Outcome::Exited(0) => {
            let mut told = [0; 6];
            std::io::Read::read_exact(&mut output, &mut told).unwrap();
            let [a, b, c, d, low, high] = told;
            Ok(([a, b, c, d], u16::from_le_bytes([low, high])))
        }
        Outcome::Exited(errno) => Err(errno),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_system_gives_for_port_0_is_granted_or_nothing_is_bound() {
    let any = "tcp-listen://127.0.0.1:*";
    let (address, port) = listen(&[any], 0).unwrap();
    assert_eq!(address, [127, 0, 0, 1]);
    assert_ne!(port, 0);
    // A range is no grant of what the system likes, and a port that is denied is no part of one.
    assert_eq!(
        listen(&["tcp-listen://127.0.0.1:1024-65535"], 0),
        Err(EACCES)
    );
    let denied = "!tcp-listen://127.0.0.1:40000-50000";
    assert_eq!(listen(&[any, denied], 0), Err(EACCES));
}

#[test]
fn a_port_of_a_range_is_bound_as_it_is_named_and_no_other() {
    // Free a moment ago; a range around it can be granted.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let range = format!("tcp-listen://127.0.0.1:{port}-{port}");
    assert_eq!(listen(&[&range], port), Ok(([127, 0, 0, 1], port)));
    let other = if port == u16::MAX { port - 1 } else { port + 1 };
    assert_eq!(listen(&[&range], other), Err(EACCES));
    assert_eq!(listen(&["tcp://127.0.0.1:*"], port), Err(EACCES));
}
