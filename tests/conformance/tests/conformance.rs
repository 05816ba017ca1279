//! Mounts each behaviour of the list twice: `native::NAME` and `wamr::NAME`.
//!
//! `IWASM_BIN` names the runtime to test; without it, the one beside this test is taken.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

use std::collections::{BTreeSet, HashMap};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use conformance::{Behaviour, Need, compile, list, run};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// A behaviour takes well under a second: what takes this long hangs.
const LIMIT: Duration = Duration::from_secs(20);

/// What the list needs: loopback, the two wildcards, multicast, and one name.
const GRANTS: [&str; 2] = [
    "--addr-pool=127.0.0.0/8,0.0.0.0/32,::1/128,::/128,224.0.0.0/4,ff00::/8",
    "--allow-resolve=localhost",
];

/// Compiled by the first native behaviour that runs, so that `--list` compiles nothing.
static NATIVE: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let include = package().join("../guests/c/include");
    compile(&package().join("c"), &include, target())
});

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let behaviours = list(&package().join("c")).expect("the list of behaviours is readable");
    let mut trials = vec![
        guard("native", &behaviours, native_command),
        guard("wamr", &behaviours, wamr_command),
    ];
    let mut missing = HashMap::new();
    for behaviour in &behaviours {
        let reason = behaviour
            .need
            .and_then(|need| *missing.entry(need).or_insert_with(|| Need::missing(need)));
        if !behaviour.only_wamr {
            trials.push(mount("native", behaviour, reason, native_command));
        }
        trials.push(mount("wamr", behaviour, reason, wamr_command));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A way to start the program `conformance`, given a directory it may write into.
type Start = fn(&Path) -> Result<Command, String>;

fn mount(
    provider: &str,
    behaviour: &Behaviour,
    reason: Option<&'static str>,
    start: Start,
) -> Trial {
    let title = format!("{provider}::{}", behaviour.name);
    let scratch = target().join(provider).join(&behaviour.name);
    let name = behaviour.name.clone();
    Trial::ignorable_test(title, move || {
        if let Some(reason) = reason {
            return Ok(Completion::ignored_with(reason));
        }
        empty(&scratch)?;
        let mut command = start(&scratch)?;
        run(command.arg(&name).arg(&scratch), LIMIT)
            .map_err(|e| format!("{command:?}: {e}"))?
            .into_result()?;
        Ok(Completion::Completed)
    })
}

/// The program knows exactly the behaviours of the sources: a stale guest fails here.
fn guard(provider: &str, behaviours: &[Behaviour], start: Start) -> Trial {
    let expected: Arc<BTreeSet<String>> = Arc::new(
        behaviours
            .iter()
            .filter(|behaviour| provider == "wamr" || !behaviour.only_wamr)
            .map(|behaviour| behaviour.name.clone())
            .collect(),
    );
    let title = format!("{provider}::the_program_knows_every_behaviour_of_the_list");
    let scratch = target().join(provider);
    Trial::test(title, move || {
        fs::create_dir_all(&scratch)?;
        let mut command = start(&scratch)?;
        let outcome = run(command.arg("--list"), LIMIT)?;
        let known: BTreeSet<String> = outcome.stdout.lines().map(str::to_owned).collect();
        outcome.into_result()?;
        let differ: Vec<_> = known.symmetric_difference(&expected).collect();
        if differ.is_empty() {
            return Ok(());
        }
        Err(Failed::from(format!(
            "the program and the sources differ in {differ:?}\n\
             hint: build the guests again with `cargo xtask guests`"
        )))
    })
}

fn native_command(_scratch: &Path) -> Result<Command, String> {
    NATIVE.clone().map(Command::new)
}

fn wamr_command(scratch: &Path) -> Result<Command, String> {
    let runtime = runtime();
    if !runtime.exists() {
        return Err(format!(
            "no runtime at `{}`\nhint: build it with `cargo build -p iwasm-cli`, or name it in IWASM_BIN",
            runtime.display()
        ));
    }
    let mut command = Command::new(runtime);
    command
        .args(GRANTS)
        .arg(format!("--dir={}", scratch.display()))
        .arg(package().join("../guests/c/conformance.wasm"));
    Ok(command)
}

/// `IWASM_BIN`, or `iwasm` of the profile that this test was built with.
fn runtime() -> PathBuf {
    if let Some(named) = env::var_os("IWASM_BIN") {
        return named.into();
    }
    let this = env::current_exe().expect("a running test has a path");
    let profile = this
        .ancestors()
        .nth(2)
        .expect("tests lie in `PROFILE/deps`");
    profile.join("iwasm")
}

fn empty(directory: &Path) -> Result<(), String> {
    let told = |e| format!("{}: {e}", directory.display());
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(told)?;
    }
    fs::create_dir_all(directory).map_err(told)
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}
