//! The command `iwasm`: flags become [`Settings`], settings become a run, and its end becomes an exit code.
//!
//! The rule of this crate: it alone reads the environment, and one file of it, `report.rs`, prints and ends the process.

#![forbid(unsafe_code)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the command stands above the seam: it reads the environment and waits for signals in a thread"
)]

mod args;
mod cache;
mod failure;
mod foreign;
mod grants;
mod handed;
mod help;
mod inspect;
mod report;
mod run;
mod settings;
mod signals;
mod usage;

use std::process::ExitCode;

use args::Request;
use report::Console;
use settings::{Settings, Surroundings};

fn main() -> ExitCode {
    match args::parse(std::env::args_os()) {
        Ok(Request::Show(text)) => report::show(&text),
        Ok(Request::Inspect(args)) => match inspect::inspect(&args) {
            Ok(lines) => report::list(&lines),
            Err(failure) => report::fail(&failure),
        },
        Ok(Request::Run(args)) => {
            match Settings::resolve(*args, &Surroundings::of_this_process()) {
                Ok(settings) => start(settings),
                Err(failure) => report::fail(&failure),
            }
        }
        Err(failure) => report::fail(&failure),
    }
}

fn start(settings: Settings) -> ExitCode {
    let console = Console::new(settings.verbosity);
    match run::run(settings, console) {
        Ok(ending) => report::end(&ending),
        Err(failure) => report::fail(&failure),
    }
}
