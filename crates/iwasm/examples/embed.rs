//! Runs a guest that may listen and connect on loopback, and read one directory.
//!
//! `cargo run -p iwasm --example embed -- FILE [ARGS...]`

#![allow(clippy::print_stderr, reason = "an example prints")]

use iwasm::{Denial, Engine, Guest, Journal, Outcome, Policy, parse_pool};

struct Stderr;

impl Journal for Stderr {
    fn denied(&self, call: &'static str, denial: &Denial) {
        eprintln!("denied {call}: {denial}: {}", denial.cause());
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let file = args.first().ok_or("usage: embed FILE [ARGS...]")?;
    let program = Engine::new()?.load(file.as_ref())?;
    let mut policy = Policy::nothing();
    policy.allow_pool(parse_pool("127.0.0.0/8,::1/128")?);
    let guest = Guest::new(&program).policy(policy).journal(Stderr);
    match guest.args(args.clone()).dir(".", "/")?.build()?.run()? {
        Outcome::Exited(0) => Ok(()),
        outcome => Err(format!("{outcome:?}").into()),
    }
}
