//! The command line as its users meet it: `tests/cli` holds what they type and what they get.
//!
//! `TRYCMD=overwrite` and `SNAPSHOTS=overwrite` write what is got into those files and into `docs/help.txt`.

#![allow(clippy::disallowed_types, reason = "a test of a command starts it")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    os::fd::OwnedFd,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use snapbox::{Data, cmd::cargo_bin};

#[test]
fn each_case_tells_what_it_says() {
    cases("*.trycmd");
}

#[test]
fn components_run_where_the_build_has_them() {
    cases(if cfg!(feature = "components") {
        "components/*.trycmd"
    } else {
        "modules-only/*.trycmd"
    });
}

fn cases(which: &str) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cli");
    trycmd::TestCases::new()
        .env("HOME", "")
        .env("XDG_CACHE_HOME", "")
        .env("COLUMNS", "100")
        .timeout(Duration::from_secs(20))
        .case(format!("{folder}/{which}"));
}

#[test]
fn the_help_is_the_one_in_the_manual() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/help.txt");
    for words in [&["--help"][..], &["-h"], &["run", "--help"]] {
        snapbox::cmd::Command::new(cargo_bin!("iwasm"))
            .args(words)
            .env("COLUMNS", "100")
            .assert()
            .success()
            .stdout_eq(Data::read_from(golden.as_ref(), None))
            .stderr_eq("");
    }
}

#[test]
fn names_of_a_file_do_nothing_to_a_terminal() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cli/inspect.in/unknown.wat"
    );
    for (words, name) in [
        (&["inspect", file][..], r"\u{1b}[2J\u{9b}31m\u{202e}"),
        (&["inspect", "--json", file], r"\u001b[2J\u009b31m\u202e"),
    ] {
        let output = iwasm(words).output().expect("iwasm starts");
        assert!(output.status.success(), "{output:?}");
        let stdout = String::from_utf8(output.stdout).expect("it is text");
        assert!(stdout.contains(name), "{stdout}");
        let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!stdout.contains(steers), "{stdout:?}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let mut help = iwasm(&["--help"]).spawn().expect("iwasm starts");
    drop(help.stdout.take());
    let output = help.wait_with_output().expect("iwasm ends");
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_signal_ends_the_guest_with_the_code_that_tells_of_it() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut child = started_guest();
        kill_process(Pid::from_child(&child), signal).expect("iwasm still runs");
        let status = child.wait().expect("iwasm ends");
        assert_eq!(status.code(), Some(code), "{signal:?}");
    }
}

#[test]
fn a_signal_that_comes_before_the_guest_ends_iwasm_at_once() {
    // The module never comes, and the line on stderr says that it is awaited.
    let mut child = iwasm(&["-v=3", "--no-cache", "/dev/stdin"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("iwasm starts");
    let stderr = child.stderr.take().expect("stderr is a pipe");
    let mut line = String::new();
    BufReader::new(stderr)
        .read_line(&mut line)
        .expect("stderr can be read");
    assert_eq!(line, "iwasm: no compiled code is kept\n");
    // A wait closes the child's input, and its end would be an empty module.
    let module = child.stdin.take();
    kill_process(Pid::from_child(&child), Signal::INT).expect("iwasm still runs");
    let status = child.wait().expect("iwasm ends");
    assert_eq!(status.code(), Some(130));
    drop(module);
}

#[test]
fn the_port_that_the_system_chose_is_told_and_the_guest_serves_there() {
    let mut child = iwasm(&["--listen=http=tcp://127.0.0.1:0", ECHO, "1"])
        .spawn()
        .expect("iwasm starts");
    let stderr = child.stderr.take().expect("stderr is a pipe");
    let mut line = String::new();
    BufReader::new(stderr)
        .read_line(&mut line)
        .expect("stderr can be read");
    let told = line.strip_prefix("iwasm: the guest's descriptor 3 (`http`) is at `tcp://");
    let at = told.and_then(|told| told.strip_suffix("`\n")).expect(&line);
    assert_eq!(echo(at), "hello");
    assert!(child.wait().expect("iwasm ends").success());
}

#[test]
fn a_socket_that_a_service_manager_left_open_is_handed_in() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
    let at = listener.local_addr().expect("it is bound").to_string();
    let child = manager("LISTEN_PID=$$", listener);
    assert_eq!(echo(&at), "hello");
    let output = child.wait_with_output().expect("iwasm ends");
    assert!(output.status.success(), "{output:?}");
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert_eq!(stdout, "LISTEN_FDS=2\nLISTEN_FDNAMES=web:own\nready\n");
}

#[test]
fn what_was_left_open_for_another_process_is_not_handed_in() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a port");
    let output = manager("LISTEN_PID=1", listener).wait_with_output();
    let output = output.expect("iwasm ends");
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let cause = "  caused by: `LISTEN_PID` is `1`, and this process is ";
    assert!(stderr.contains(cause), "{stderr}");
}

/// An echo server in the place of one that a service manager starts, with this socket and one that iwasm makes.
fn manager(pid: &str, socket: TcpListener) -> Child {
    let iwasm = cargo_bin!("iwasm").display();
    let script = format!(
        "export {pid} LISTEN_FDS=1 LISTEN_FDNAMES=web; \
         exec '{iwasm}' --inherit-fds --listen=own=udp://127.0.0.1:0 '{ECHO}' 1 3<&0 </dev/null"
    );
    Command::new("sh")
        .args(["-c", &script])
        .stdin(OwnedFd::from(socket))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("there is a shell")
}

/// What an echo server answers to `hello`.
fn echo(at: &str) -> String {
    let mut stream = TcpStream::connect(at).expect("somebody listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a time is set");
    stream.write_all(b"hello").expect("there is a peer");
    stream.shutdown(Shutdown::Write).expect("there is a peer");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer comes");
    answer
}

const ECHO: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/guests/rust/handed_echo_server.wasm"
);

/// A guest that wrote its line and then spins for ever.
fn started_guest() -> Child {
    let guest = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cli/run.in/spin.wat"
    );
    let mut child = iwasm(&["--timeout=20000", guest])
        .spawn()
        .expect("iwasm starts");
    let stdout = child.stdout.take().expect("stdout is a pipe");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("stdout can be read");
    assert_eq!(line, "ready\n");
    child
}

fn iwasm(words: &[&str]) -> Command {
    let mut command = Command::new(cargo_bin!("iwasm"));
    command
        .args(words)
        .env_remove("HOME")
        .env_remove("XDG_CACHE_HOME")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
