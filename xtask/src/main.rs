//! The house's own chores: `cargo xtask demo`, `test`, `guests`, `clib`, `samples`, `real`, `guest-crate`, `oracle`,
//! `bench`, `seam`.
//!
//! Needs nothing installed beyond Rust and a C compiler; what a chore needs more, it asks for by name. It depends on
//! the list of the conformance tests alone.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a tool for the terminal: it prints and starts programs, and no guest ever meets it"
)]

mod bench;
mod child;
mod clib;
mod demo;
mod guest_crate;
mod guests;
mod house;
mod oracle;
mod real;
mod recipe;
mod samples;
mod seam;
mod test;

use std::process::ExitCode;

/// What a chore says when it fails: whole lines for the terminal.
type Result<T> = std::result::Result<T, String>;

const USAGE: &str = "\
usage: cargo xtask CHORE

  demo      build `iwasm`, then run the guests of tests/guests and show what they say
  test      everything that must pass before a change goes in, in order, ending at the first failure
  seam      only the test that the core names nothing of the system
  guests    rebuild the guests' .wasm files from their sources, and test the result
              --only START   those whose files begin so, untested
  clib      hold the guest's C library against compilers, C libraries and build tools of its users
              --symbols      take the symbols that it has now for those that it has to have
  guest-crate   build the guest's Rust crate for every target that it has, and run its examples as guests and
            natively, against each other
  samples   build the samples for this machine and for `iwasm`, and run every line of their page on both
  real      fetch programs of others from Debian's source archive, build them for `iwasm`, and have them
            serve clients; needs apt and the network
  oracle    run guests under `iwasm` and under Wasmer and wasmtime, and compare what they say; needs
            Python 3 and the network
  bench     compare guests with the same program run natively
              --only CASE    one case, or the cases whose names begin so
              --runs N       how often each is run (default 7)
              --millis N     how long each run measures (default 300)
              --dialect NAME whose guest: wamr (default), wasmedge, wasix, p2, or all beside each other
              --peer PATH    a further column: another program that takes the same command line";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((chore, rest)) = args.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match (chore.as_str(), rest) {
        ("demo", []) => demo::run(),
        ("test", []) => test::run(),
        ("oracle", []) => oracle::run(),
        ("seam", []) => seam::run(),
        ("guests", []) => guests::run(),
        ("guests", [option, start]) if option == "--only" => guests::some(start),
        ("clib", []) => clib::run(),
        ("clib", [option]) if option == "--symbols" => clib::take_symbols(),
        ("guest-crate", []) => guest_crate::run(),
        ("samples", []) => samples::run(),
        ("real", []) => real::run(),
        ("bench", options) => bench::run(options),
        ("help" | "-h" | "--help", []) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => Err(format!("`{}` is no chore\n{USAGE}", args.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
