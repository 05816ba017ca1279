//! The guest's Rust crate with each target that it is for: its tests, and its examples as guests and natively.
//!
//! What an example says natively is what it has to say as a guest: there is no other list of what is right.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::child::Running;
use crate::{Result, house};

/// Where the crate is.
const CRATE: &str = "guest/rust/Cargo.toml";

/// The targets whose sockets are the crate's own.
const TARGETS: [&str; 2] = ["wasm32-wasip1", "wasm32-wasip1-threads"];

/// Here its types are those of the standard library.
const OF_STD: &str = "wasm32-wasip2";

/// Nothing here takes long.
const SOON: Duration = Duration::from_secs(30);

/// What the examples talk to and ask for.
const GRANTS: [&str; 2] = [
    "--addr-pool=127.0.0.0/8,::1/128",
    "--allow-resolve=localhost",
];

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

/// Who runs an example.
enum Runner {
    Native(PathBuf),
    Guest { iwasm: PathBuf, folder: PathBuf },
}

/// Tests the crate, builds the examples for every target, and lets each talk to each.
pub(crate) fn run() -> Result<()> {
    cargo(&["test"])?;
    cargo(&["clippy", "--all-targets", "--", "-D", "warnings"])?;
    cargo(&["check", "--examples", "--target", OF_STD])?;
    let runners = runners()?;
    for words in ALONE {
        alike(&runners, |runner| runner.lines(words, "example"))?;
    }
    sentences(&runners)?;
    for talk in &TALKS {
        alike(&runners, |server| {
            let each = runners.iter().map(|client| talk.hold(server, client));
            each.collect::<Result<Vec<_>>>().map(|said| said.concat())
        })?;
    }
    println!("the guest's Rust crate does as the standard library does");
    Ok(())
}

fn runners() -> Result<Vec<Runner>> {
    let iwasm = house::debug_iwasm()?;
    cargo(&["build", "--examples"])?;
    let built = house::target()?.join("guest-crate");
    let mut runners = vec![Runner::Native(built.join("debug/examples"))];
    for target in TARGETS {
        cargo(&[
            "clippy",
            "--examples",
            "--target",
            target,
            "--",
            "-D",
            "warnings",
        ])?;
        cargo(&["build", "--examples", "--target", target])?;
        runners.push(Runner::Guest {
            iwasm: iwasm.clone(),
            folder: built.join(target).join("debug/examples"),
        });
    }
    Ok(runners)
}

/// Every sentence of the list holds everywhere.
fn sentences(runners: &[Runner]) -> Result<()> {
    let list = runners[0].lines(&["sentences", "--list"], "list")?;
    for runner in runners {
        for sentence in &list {
            let told = |e| format!("`{sentence}` does not hold\n{e}");
            runner.lines(&["sentences", sentence], "").map_err(told)?;
        }
    }
    Ok(())
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

/// What the first says, all have to say.
fn alike(runners: &[Runner], said: impl Fn(&Runner) -> Result<Vec<String>>) -> Result<()> {
    let mut first = None;
    for runner in runners {
        let said = said(runner)?;
        let first = first.get_or_insert_with(|| said.clone());
        if said != *first {
            return Err(format!(
                "a guest says what the native program does not\n  native: {first:#?}\n  guest: {said:#?}"
            ));
        }
    }
    Ok(())
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

impl Runner {
    fn start(&self, words: &[&str], name: &str) -> Result<Running> {
        let (example, words) = words.split_first().expect("the first word is an example");
        let mut command = match self {
            Self::Native(folder) => Command::new(folder.join(example)),
            Self::Guest { iwasm, folder } => {
                let mut command = Command::new(iwasm);
                command
                    .args(GRANTS)
                    .arg(folder.join(example).with_extension("wasm"));
                command
            }
        };
        Running::start(name, command.args(words))
    }

    fn lines(&self, words: &[&str], name: &str) -> Result<Vec<String>> {
        ended(self.start(words, name)?)
    }
}

/// All that a program said that ended well.
fn ended(program: Running) -> Result<Vec<String>> {
    let (status, said) = program.end(SOON)?;
    match status.success() {
        true => Ok(said),
        false => Err(format!("an example ended with {status}, after {said:#?}")),
    }
}
