//! Who runs the list: one row a provider. A further one is one more row, and a file of what it lacks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::lacks::{self, Lacks};
use crate::place::{package, runtime, target};
use crate::{Behaviour, native};

/// Something that the program `conformance` is built for.
#[derive(Debug)]
pub struct Provider {
    /// What stands before each sentence in the names of its tests, and names its file of lacks.
    pub name: &'static str,
    program: Program,
}

#[derive(Debug)]
enum Program {
    /// Compiled for this machine, where the kernel is the judge.
    Native,
    /// A guest, by its path below `tests/guests`.
    Guest(&'static str),
    /// A guest that is handed its sockets, for it cannot make any.
    Handed(&'static str),
}

/// All of them.
pub const PROVIDERS: [Provider; 8] = [
    Provider {
        name: "native",
        program: Program::Native,
    },
    Provider {
        name: "wamr",
        program: Program::Guest("c/conformance.wasm"),
    },
    Provider {
        name: "wasmedge",
        program: Program::Guest("wasmedge/conformance.wasm"),
    },
    Provider {
        name: "wasix",
        program: Program::Guest("wasix/conformance.wasm"),
    },
    Provider {
        name: "p2",
        program: Program::Guest("p2/conformance.wasm"),
    },
    Provider {
        name: "clib",
        program: Program::Guest("clib/conformance.wasm"),
    },
    Provider {
        name: "rust",
        program: Program::Guest("rust/crate_sentences.wasm"),
    },
    Provider {
        name: "handed",
        program: Program::Handed("handed/conformance.wasm"),
    },
];

/// Those that have all of POSIX: the others' shims have what the list needs.
const WHOLE: [&str; 2] = ["native", "clib"];

/// What the list needs: loopback, the two wildcards, multicast, and one name.
pub const GRANTS: [&str; 2] = [
    "--addr-pool=127.0.0.0/8,0.0.0.0/32,::1/128,::/128,224.0.0.0/4,ff00::/8",
    "--allow-resolve=localhost",
];

/// Compiled by the first native behaviour that runs, so that `--list` compiles nothing.
static NATIVE: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let include = package().join("../guests/c/include");
    let sources = native::sources(&package().join("c"))?;
    native::compile("conformance-native", &sources, &[include], target())
});

/// What makes sockets and hands them to the program that it then becomes.
static HAND: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let source = package().join("hand/hand.c");
    native::compile(
        "conformance-hand",
        &[source],
        &[package().join("c")],
        target(),
    )
});

impl Provider {
    /// Whether a behaviour is meant for it: all are that are no fact of another's imports, and not in POSIX in full.
    #[must_use]
    pub fn takes(&self, behaviour: &Behaviour) -> bool {
        match behaviour.only.as_deref() {
            None => true,
            Some("posix") => WHOLE.contains(&self.name),
            Some(only) => only == self.name,
        }
    }

    /// What it cannot do, sentence by sentence.
    ///
    /// # Errors
    ///
    /// Its file of lacks has a line that says no reason, or one sentence twice.
    pub fn lacks(&self) -> Result<Lacks, String> {
        lacks::read(&package().join(self.name).with_extension("lacks"))
    }

    /// The program, given a directory that it may write into. Its arguments are still to come.
    ///
    /// # Errors
    ///
    /// There is no compiler, or no runtime.
    pub fn start(&self, scratch: &Path) -> Result<Command, String> {
        match self.program {
            Program::Native => NATIVE.clone().map(Command::new),
            Program::Guest(file) => {
                let mut command = Command::new(runtime()?);
                // And sockets in the scratch directory.
                command
                    .args(GRANTS)
                    .arg(format!("--allow-net=unix://{}/*.sock", scratch.display()));
                Ok(guest(command, file, scratch))
            }
            Program::Handed(file) => {
                let mut command = Command::new(HAND.clone()?);
                command.arg(runtime()?).arg("--inherit-fds");
                Ok(guest(command, file, scratch))
            }
        }
    }
}

fn guest(mut command: Command, file: &str, scratch: &Path) -> Command {
    command
        .arg(format!("--dir={}", scratch.display()))
        .arg(package().join("../guests").join(file));
    command
}
