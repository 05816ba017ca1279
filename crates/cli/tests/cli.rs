//! The command line as its users meet it: `tests/cli` holds what they type and what they get.
//!
//! `TRYCMD=overwrite` and `SNAPSHOTS=overwrite` write what is got into those files and into `docs/help.txt`.

#![allow(clippy::disallowed_types, reason = "a test of a command starts it")]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use snapbox::{Data, cmd::cargo_bin};

#[test]
fn each_case_tells_what_it_says() {
    trycmd::TestCases::new()
        .env("HOME", "")
        .env("XDG_CACHE_HOME", "")
        .env("COLUMNS", "100")
        .timeout(Duration::from_secs(20))
        .case(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/cli/*.trycmd"
        ));
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

/// A guest that wrote its line and then spins for ever.
fn started_guest() -> Child {
    let guest = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/cli/run.in/spin.wat"
    );
    let mut child = iwasm(&[guest]).spawn().expect("iwasm starts");
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
