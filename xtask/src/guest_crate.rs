//! The guest's Rust crate with each target that it is for: its tests and its examples, as guests and natively.
//!
//! What an example says natively is what it has to say as a guest: there is no other list of what is right.

mod runner;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use conformance::{Behaviour, GRANTS, Need};

use crate::{Result, house};
use runner::{Runner, alike, ended};

/// Where the crate is.
const CRATE: &str = "guest/rust/Cargo.toml";

/// The targets whose sockets are the crate's own. The last has threads.
const TARGETS: [&str; 2] = ["wasm32-wasip1", "wasm32-wasip1-threads"];

/// Here its types are those of the standard library.
const OF_STD: &str = "wasm32-wasip2";

/// Nothing here takes long.
const SOON: Duration = Duration::from_secs(30);

/// What a server and its clients are started with; `AT` is the address that the server tells.
struct Talk {
    server: &'static [&'static str],
    client: &'static [&'static str],
    clients: usize,
}

const TALKS: [Talk; 3] = [
    Talk {
        server: &["echo_server", "127.0.0.1:0", "2"],
        client: &["echo_client", "AT", "hello"],
        clients: 2,
    },
    Talk {
        server: &["poll_server", "127.0.0.1:0", "3"],
        client: &["echo_client", "AT", "hello"],
        clients: 3,
    },
    Talk {
        server: &["udp", "serve", "127.0.0.1:0", "2"],
        client: &["udp", "send", "AT", "hello"],
        clients: 2,
    },
];

/// What needs no other.
const ALONE: [&[&str]; 3] = [
    &["timeouts"],
    &["take_error"],
    &[
        "lookup",
        "localhost:80",
        "127.0.0.1:81",
        "localhost:99999",
        "no address",
    ],
];

/// What needs no other, and a thread beside the first.
const WITH_THREADS: &[&str] = &["halves"];

/// Tests the crate, builds the examples for every target, and lets each talk to each.
pub(crate) fn run() -> Result<()> {
    let iwasm = house::debug_iwasm()?;
    checks()?;
    tests(&iwasm)?;
    let runners = runners(&iwasm)?;
    for words in ALONE {
        alike(&runners, |runner| runner.lines(words, "example"))?;
    }
    let [native, .., threads] = &runners[..] else {
        return Err("there are no guests to run".to_owned());
    };
    alike([native, threads], |runner| {
        runner.lines(WITH_THREADS, "example")
    })?;
    let left_out = sentences(&runners)?;
    for talk in &TALKS {
        alike(&runners, |server| {
            let each = runners.iter().map(|client| talk.hold(server, client));
            each.collect::<Result<Vec<_>>>().map(|said| said.concat())
        })?;
    }
    println!("the guest's Rust crate does as the standard library does");
    for line in left_out {
        println!("{line}");
    }
    Ok(())
}

/// What the compiler, its lints and its documentation say of the crate, target by target.
fn checks() -> Result<()> {
    const STRICTLY: [&str; 3] = ["--", "-D", "warnings"];
    house::run(&mut house::cargo(&[
        "fmt",
        "--check",
        "--manifest-path",
        CRATE,
    ]))?;
    cargo(&[&["clippy", "--all-targets"], &STRICTLY[..]].concat())?;
    cargo(&["check", "--examples", "--target", OF_STD])?;
    for target in TARGETS {
        let of = ["--target", target];
        cargo(&[&["clippy", "--all-targets"], &of[..], &STRICTLY].concat())?;
        cargo(&[&["rustdoc", "--lib"], &of[..], &STRICTLY].concat())?;
    }
    Ok(())
}

/// The tests and the documented examples: natively, where the types are the standard library's, and as guests.
fn tests(iwasm: &Path) -> Result<()> {
    cargo(&["test"])?;
    for target in TARGETS {
        let mut words = vec![iwasm.display().to_string()];
        words.extend(GRANTS.map(str::to_owned));
        // A list of words prints in Rust as in TOML.
        let runner = format!("target.{target}.runner={words:?}");
        cargo(&["test", "--target", target, "--config", &runner])?;
    }
    Ok(())
}

/// Who runs the examples: this machine, and `iwasm` for each target.
fn runners(iwasm: &Path) -> Result<Vec<Runner>> {
    cargo(&["build", "--examples"])?;
    let built = house::target()?.join("guest-crate");
    let mut runners = vec![Runner::Native(built.join("debug/examples"))];
    for target in TARGETS {
        cargo(&["build", "--examples", "--target", target])?;
        runners.push(Runner::Guest {
            iwasm: iwasm.to_owned(),
            folder: built.join(target).join("debug/examples"),
        });
    }
    Ok(runners)
}

/// Every sentence that the crate says is one of the list, and holds everywhere. Returns those that need what this machine
/// lacks.
fn sentences(runners: &[Runner]) -> Result<Vec<String>> {
    let list = conformance::list(&conformance::package().join("c"))
        .map_err(|e| format!("cannot read the list: {e}"))?;
    let scratch = scratch()?;
    let mut left_out = Vec::new();
    for name in runners[0].lines(&["sentences", "--list"], "list")? {
        let Some(sentence) = list.iter().find(|it| it.name == name) else {
            return Err(format!("`{name}` is no sentence of tests/conformance"));
        };
        match sentence.need.and_then(Need::missing) {
            Some(missing) => left_out.push(format!("`{name}`: NOT RUN: {missing}")),
            None => holds(sentence, runners, &scratch)?,
        }
    }
    Ok(left_out)
}

fn holds(sentence: &Behaviour, runners: &[Runner], scratch: &Path) -> Result<()> {
    let name = &sentence.name;
    for runner in runners {
        let said = runner.start_in(scratch, &["sentences", name], "");
        said.and_then(ended)
            .map_err(|e| format!("`{name}` does not hold\n{e}"))?;
    }
    Ok(())
}

/// A directory that sentences may write into.
fn scratch() -> Result<PathBuf> {
    let scratch = house::target()?.join("guest-crate").join("scratch");
    fs::create_dir_all(&scratch)
        .map_err(|e| format!("cannot make `{}`: {e}", scratch.display()))?;
    Ok(scratch)
}

/// Calls cargo for the crate: the words up to `--`, its own flags, and the rest.
fn cargo(words: &[&str]) -> Result<()> {
    let end = words.iter().position(|word| *word == "--");
    let (words, rest) = words.split_at(end.unwrap_or(words.len()));
    let mut cargo = house::cargo(words);
    cargo
        .args(["--locked", "--manifest-path", CRATE, "--target-dir"])
        .arg(house::target()?.join("guest-crate"))
        .args(rest);
    house::run(&mut cargo)
}

impl Talk {
    /// What the server and its clients say, without the address.
    fn hold(&self, server: &Runner, client: &Runner) -> Result<Vec<String>> {
        let mut server = server.start(self.server, "server")?;
        let at = server.wait_for("listening on ", SOON)?;
        let words: Vec<_> = self
            .client
            .iter()
            .map(|word| if *word == "AT" { &at } else { *word })
            .collect();
        let mut said = Vec::new();
        for _ in 0..self.clients {
            said.extend(client.lines(&words, "client")?);
        }
        let served = ended(server)?;
        said.extend(served.into_iter().filter(|line| !line.contains(&at)));
        Ok(said)
    }
}
