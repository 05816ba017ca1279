//! The same guest under `iwasm` and under the runtime that it was written for: what it says and how it ends is compared. Those
//! runtimes and two interpreters come from Python's package index, each in one version. CI does not run this.

mod cases;
mod python;
mod talk;

use std::path::PathBuf;
use std::process::Command;

use crate::{Result, house};
use cases::{CASES, Case, KNOWN, Known};
use python::Python;

/// Another runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oracle {
    Wasmer,
    Wasmtime,
}

/// What it takes to run a guest.
struct Stage {
    iwasm: PathBuf,
    python: Python,
}

enum Verdict {
    Same,
    /// They differ, but only in what is listed, by these reasons.
    Known(Vec<&'static str>),
}

/// Runs every case under both, then the guests for which there is no other runtime.
pub(crate) fn run() -> Result<()> {
    let stage = Stage {
        python: Python::prepare()?,
        iwasm: house::release_iwasm()?,
    };
    let mut used = vec![false; KNOWN.len()];
    let mut wrong = Vec::new();
    println!("\n{:<10} {:<24} verdict", "runtime", "guest");
    for case in &CASES {
        let name = format!("{:<10} {:<24}", format!("{:?}", case.oracle), case.name());
        match judge(&stage, case, &mut used) {
            Ok(Verdict::Same) => println!("{name} the same"),
            Ok(Verdict::Known(reasons)) => println!("{name} as known: {}", reasons.join("; ")),
            Err(error) => {
                println!("{name} WRONG: {error}");
                wrong.push(case.name());
            }
        }
    }
    for (known, used) in KNOWN.iter().zip(used) {
        if !used {
            println!("no longer so, or no longer seen: {}", known.reason);
            wrong.push(known.reason.to_owned());
        }
    }
    wrong.extend(not_served(&stage));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("not as they should be: {}", wrong.join(", ")))
}

/// The HTTP servers of others that did not serve.
fn not_served(stage: &Stage) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, served) in [
        ("CPython", talk::http_of_python(stage)),
        ("Go", talk::http_of_go(stage)),
    ] {
        match served {
            Ok(()) => println!("{:<10} {:<24} served", "-", format!("HTTP of {name}")),
            Err(error) => {
                println!("{:<10} HTTP of {name} WRONG: {error}", "-");
                wrong.push(format!("HTTP of {name}"));
            }
        }
    }
    wrong
}

fn judge(stage: &Stage, case: &Case, used: &mut [bool]) -> Result<Verdict> {
    let ours = talk::converse(case, ours(stage, case)).map_err(|e| format!("iwasm: {e}"))?;
    let theirs =
        talk::converse(case, theirs(stage, case)).map_err(|e| format!("{:?}: {e}", case.oracle))?;
    if ours == theirs {
        return Ok(Verdict::Same);
    }
    let mut reasons = Vec::new();
    let translated: Vec<_> = theirs
        .iter()
        .map(|line| translate(case, line, used, &mut reasons))
        .collect();
    if ours == translated {
        return Ok(Verdict::Known(reasons));
    }
    Err(format!(
        "it says\n    {}\n  under iwasm, and\n    {}\n  under the other",
        ours.join("\n    "),
        theirs.join("\n    ")
    ))
}

/// What iwasm says where the other says `line`.
fn translate(
    case: &Case,
    line: &str,
    used: &mut [bool],
    reasons: &mut Vec<&'static str>,
) -> String {
    let is = |known: &Known| known.oracle == case.oracle && known.theirs == line;
    let Some(at) = KNOWN.iter().position(is) else {
        return line.to_owned();
    };
    used[at] = true;
    if !reasons.contains(&KNOWN[at].reason) {
        reasons.push(KNOWN[at].reason);
    }
    KNOWN[at].ours.to_owned()
}

/// The guest under iwasm, with loopback granted.
fn ours(stage: &Stage, case: &Case) -> Command {
    let mut command = house::program(&stage.iwasm);
    command.args([
        "-v=0",
        "--addr-pool=127.0.0.0/8,::1/128",
        "--allow-resolve=localhost",
        "--wasix-port-order=wasmer",
    ]);
    for variable in case.oracle.environment() {
        command.arg(format!("--env={variable}"));
    }
    command.arg(case.guest());
    command
}

fn theirs(stage: &Stage, case: &Case) -> Command {
    let script = match case.oracle {
        Oracle::Wasmer => "on_wasmer.py",
        Oracle::Wasmtime => "on_wasmtime.py",
    };
    let mut command = stage.python.script(script);
    command.arg(case.guest()).args(case.oracle.environment());
    command.arg("--");
    command
}

impl Oracle {
    /// The variables that the guest gets under both, as `NAME=VALUE`.
    fn environment(self) -> &'static [&'static str] {
        match self {
            // Wasmer tells ports with their octets swapped, and so does `--wasix-port-order=wasmer`: the guest swaps them back.
            Self::Wasmer => &["PORTS=swapped"],
            Self::Wasmtime => &[],
        }
    }
}
