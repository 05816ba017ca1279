//! Everything that must pass, in order: the cheap first, an end at the first failure.

use std::env;
use std::time::Instant;

use crate::house::{self, cargo, program};
use crate::{Result, demo, seam};

/// The version that the tests were written with.
const DENY: &str = "0.20.2";

enum Done {
    Passed,
    NotRun(String),
}

type Step = (&'static str, fn() -> Result<Done>);

const STEPS: [Step; 9] = [
    ("format", || passed(cargo(&["fmt", "--all", "--check"]))),
    ("seam", || seam::run().map(|()| Done::Passed)),
    ("licences, bans, sources", dependencies),
    ("clippy", clippy),
    ("build", || {
        passed(cargo(&[
            "build",
            "--workspace",
            "--all-targets",
            "--locked",
        ]))
    }),
    ("tests", tests),
    ("example", example),
    ("documentation", documentation),
    ("demo", || demo::run().map(|()| Done::Passed)),
];

/// Runs all steps.
pub(crate) fn run() -> Result<()> {
    let began = Instant::now();
    let mut left_out = Vec::new();
    for (name, step) in STEPS {
        println!("\n==> {name}");
        let at = Instant::now();
        match step().map_err(|e| format!("{name}: {e}"))? {
            Done::Passed => println!("<== {name}: passed in {} s", at.elapsed().as_secs()),
            Done::NotRun(why) => {
                println!("<== {name}: NOT RUN: {why}");
                left_out.push(format!("{name}: NOT RUN: {why}"));
            }
        }
    }
    println!("\nall that ran passed, in {} s", began.elapsed().as_secs());
    for line in left_out {
        println!("{line}");
    }
    Ok(())
}

fn passed(mut command: std::process::Command) -> Result<Done> {
    house::run(&mut command).map(|()| Done::Passed)
}

fn clippy() -> Result<Done> {
    passed(cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))
}

// The step before has built the command with the features that the tests have: nothing is built twice.
fn tests() -> Result<Done> {
    let mut tests = cargo(&["test", "--workspace", "--locked"]);
    tests.env("IWASM_BIN", house::target()?.join("debug").join("iwasm"));
    passed(tests)
}

fn example() -> Result<Done> {
    passed(program(
        house::target()?
            .join("debug")
            .join("examples")
            .join("embed"),
    ))
}

fn documentation() -> Result<Done> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    doc.env("RUSTDOCFLAGS", "--deny warnings");
    passed(doc)
}

// Advisories are fetched from the network at each run, and are no property of a change: they are asked for by hand.
fn dependencies() -> Result<Done> {
    if house::answers(&mut cargo(&["deny", "--version"])) {
        return passed(cargo(&[
            "deny", "--locked", "check", "licenses", "bans", "sources",
        ]));
    }
    let why = format!("`cargo install cargo-deny --version {DENY} --locked` brings it");
    if env::var_os("CI").is_some_and(|ci| ci == "true") {
        return Err(format!(
            "`cargo deny` is not installed, and `CI=true` asks for it\nhint: {why}"
        ));
    }
    Ok(Done::NotRun(format!(
        "`cargo deny` is not installed: {why}"
    )))
}
