//! Everything that must pass, in order: the cheap first, an end at the first failure.

use std::env;
use std::time::Instant;

use crate::house::{self, cargo, program};
use crate::{Result, bench, demo, seam};

/// The version that the tests were written with.
const DENY: &str = "0.20.2";

enum Done {
    Passed,
    NotRun(String),
}

type Step = (&'static str, fn() -> Result<Done>);

const STEPS: [Step; 11] = [
    ("format", || {
        passed(house::run(&mut cargo(&["fmt", "--all", "--check"])))
    }),
    ("seam", || passed(seam::run())),
    ("licences, bans, sources", dependencies),
    ("clippy", || passed(clippy())),
    ("without components", || passed(without_components())),
    ("build", || passed(build())),
    ("tests", || passed(tests())),
    ("example", || passed(example())),
    ("documentation", || passed(documentation())),
    ("demo", || passed(demo::run())),
    ("benchmark, each case once", || passed(bench::try_out())),
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

fn passed(done: Result<()>) -> Result<Done> {
    done.map(|()| Done::Passed)
}

fn clippy() -> Result<()> {
    house::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))
}

/// What the command says where a feature is left out. It comes before the build with all of them, which takes the place
/// of this command.
fn without_components() -> Result<()> {
    house::run(&mut cargo(&[
        "test",
        "--package=iwasm-cli",
        "--no-default-features",
        "--test=cli",
        "--locked",
        "components_run",
    ]))
}

/// Builds the command, the tests and the examples, all with the features that the tests have: nothing is built twice.
pub(crate) fn build() -> Result<()> {
    house::run(&mut cargo(&[
        "build",
        "--workspace",
        "--all-targets",
        "--locked",
    ]))
}

/// Runs the tests, with the command that [`build`] made.
pub(crate) fn tests() -> Result<()> {
    let mut tests = cargo(&["test", "--workspace", "--locked"]);
    tests.env("IWASM_BIN", house::target()?.join("debug").join("iwasm"));
    house::run(&mut tests)
}

fn example() -> Result<()> {
    let example = house::target()?
        .join("debug")
        .join("examples")
        .join("embed");
    house::run(program(example).args(["tests/guests/c/denied.wasm", "10.0.0.1", "80"]))
}

fn documentation() -> Result<()> {
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
    house::run(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

// Advisories are fetched from the network at each run, and are no property of a change: they are asked for by hand.
fn dependencies() -> Result<Done> {
    if house::answers(&mut cargo(&["deny", "--version"])) {
        return passed(house::run(&mut cargo(&[
            "deny", "--locked", "check", "licenses", "bans", "sources",
        ])));
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
