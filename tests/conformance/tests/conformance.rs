//! Mounts each behaviour of the list once per provider: `native::NAME`, `wamr::NAME` and so on.
//!
//! What a provider lacks is run as well: it has to fail, and is ignored with its reason.
//! `IWASM_BIN` names the runtime to test; without it, the one beside this test is taken.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use conformance::{Behaviour, Lack, Lacks, Need, PROVIDERS, Provider, list, package, run, target};
use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// A behaviour takes well under a second: what takes this long hangs.
const LIMIT: Duration = Duration::from_secs(20);

/// What is expected not to hold need not be waited for as long.
const LIMIT_OF_A_LACK: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let behaviours = list(&package().join("c")).expect("the list of behaviours is readable");
    let mut missing = HashMap::new();
    let mut trials = Vec::new();
    for provider in &PROVIDERS {
        let mut lacks = provider.lacks().expect("what a provider lacks is readable");
        let own = behaviours.iter().filter(|it| provider.takes(it));
        trials.push(guard(provider, own.clone(), &lacks));
        for behaviour in own {
            let reason = behaviour
                .need
                .and_then(|need| *missing.entry(need).or_insert_with(|| Need::missing(need)));
            let lack = lacks.remove(&behaviour.name);
            trials.push(mount(provider, behaviour, reason, lack));
        }
        trials.push(no_other(provider, lacks));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A name for the directory of a sentence. The path of a UNIX socket has room for 107 bytes, and a checkout may lie deep.
fn short(name: &str) -> String {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

fn mount(
    provider: &'static Provider,
    behaviour: &Behaviour,
    missing: Option<&'static str>,
    lack: Option<Lack>,
) -> Trial {
    let title = format!("{}::{}", provider.name, behaviour.name);
    let name = behaviour.name.clone();
    Trial::ignorable_test(title, move || {
        if let Some(reason) = missing {
            return Ok(Completion::ignored_with(reason));
        }
        let limit = lack.as_ref().map_or(LIMIT, |_| LIMIT_OF_A_LACK);
        match (holds(provider, &name, limit)?, lack) {
            (Err(said), None) => Err(said.into()),
            (Err(_), Some(lack)) => Ok(Completion::ignored_with(lack.reason)),
            (Ok(()), Some(lack)) if lack.always => Err(Failed::from(format!(
                "it holds, against `{}`\nhint: strike `{name}` from {}.lacks",
                lack.reason, provider.name
            ))),
            (Ok(()), _) => Ok(Completion::Completed),
        }
    })
}

/// Whether a behaviour holds, or what the program said against it.
fn holds(provider: &Provider, name: &str, limit: Duration) -> Result<Result<(), String>, String> {
    let scratch = target().join(provider.name).join(short(name));
    empty(&scratch)?;
    let mut command = provider.start(&scratch)?;
    let outcome = run(command.arg(name).arg(&scratch), limit);
    let outcome = outcome.map_err(|e| format!("{command:?}: {e}"))?;
    Ok(outcome.into_result())
}

/// The program knows what the sources have, but for what it lacks: a stale guest fails here.
fn guard<'a>(
    provider: &'static Provider,
    own: impl Iterator<Item = &'a Behaviour>,
    lacks: &Lacks,
) -> Trial {
    let list: BTreeSet<String> = own.map(|behaviour| behaviour.name.clone()).collect();
    let lacks: BTreeSet<String> = lacks.keys().cloned().collect();
    let title = format!(
        "{}::the_program_knows_every_behaviour_of_the_list",
        provider.name
    );
    Trial::test(title, move || {
        let scratch = target().join(provider.name);
        fs::create_dir_all(&scratch)?;
        let mut command = provider.start(&scratch)?;
        let outcome = run(command.arg("--list"), LIMIT)?;
        let known: BTreeSet<String> = outcome.stdout.lines().map(str::to_owned).collect();
        outcome.into_result()?;
        let differ = known.symmetric_difference(&list);
        let differ: Vec<_> = differ
            .filter(|name| known.contains(*name) || !lacks.contains(*name))
            .collect();
        if differ.is_empty() {
            return Ok(());
        }
        Err(Failed::from(format!(
            "the program and the sources differ in {differ:?}\n\
             hint: build the guests again with `cargo xtask guests`"
        )))
    })
}

/// Nothing is left of the lacks when every behaviour took its own.
fn no_other(provider: &Provider, left: Lacks) -> Trial {
    let title = format!("{}::what_it_lacks_is_of_the_list", provider.name);
    Trial::test(title, move || {
        if left.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = left.into_keys().collect();
        Err(Failed::from(format!(
            "no behaviours of the list: {names:?}"
        )))
    })
}

fn empty(directory: &Path) -> Result<(), String> {
    let told = |e| format!("{}: {e}", directory.display());
    if directory.exists() {
        fs::remove_dir_all(directory).map_err(told)?;
    }
    fs::create_dir_all(directory).map_err(told)
}
