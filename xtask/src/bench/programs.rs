//! The programs that are compared, and the machine that they are compared on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, house};

/// A dialect that the program is built for: the same work over the imports of each.
pub(super) struct Dialect {
    pub(super) name: &'static str,
    file: &'static str,
    /// Whether its sockets are those of this house's core. Components have the engine's.
    pub(super) of_core: bool,
}

/// All of them; the first is the one that is meant when none is named.
pub(super) const DIALECTS: [Dialect; 4] = [
    dialect("wamr", "benches/bench.wasm", true),
    dialect("wasmedge", "benches/wasmedge/bench.wasm", true),
    dialect("wasix", "benches/wasix/bench.wasm", true),
    dialect("p2", "benches/p2/bench.wasm", false),
];

const fn dialect(name: &'static str, file: &'static str, of_core: bool) -> Dialect {
    Dialect {
        name,
        file,
        of_core,
    }
}

const SOURCES: [&str; 4] = ["bench.c", "sockets.c", "cases.c", "native.c"];

/// What is compared, built.
pub(super) struct Programs {
    pub(super) native: PathBuf,
    pub(super) nothing: PathBuf,
    /// The runtimes: a name, and a program that takes the command line of `iwasm`.
    pub(super) runtimes: Vec<(&'static str, PathBuf)>,
    /// What stands beside the native program in each case.
    pub(super) columns: Vec<Guest>,
    /// An own place for the compile cache, so that a user's is neither used nor filled.
    pub(super) cache: PathBuf,
    /// Runs everything on one core, where the machine can.
    pub(super) core: Option<String>,
}

/// The program as a guest of one dialect.
pub(super) struct Guest {
    pub(super) name: &'static str,
    /// None is the peer's, which is compared with the native program only.
    pub(super) dialect: Option<&'static Dialect>,
    runtime: PathBuf,
    file: &'static str,
}

impl Programs {
    /// A column for each of the dialects, and one for the peer, which runs the first of them.
    pub(super) fn build(dialects: &[&'static Dialect], peer: Option<PathBuf>) -> Result<Self> {
        let iwasm = house::release_iwasm()?;
        let folder = house::target()?.join("bench");
        fs::create_dir_all(&folder)
            .map_err(|e| format!("cannot make `{}`: {e}", folder.display()))?;
        let native = folder.join("bench");
        let nothing = folder.join("nothing");
        compile(&SOURCES, &native)?;
        compile(&["nothing.c"], &nothing)?;
        let mut runtimes = vec![("iwasm", iwasm)];
        runtimes.extend(peer.map(|peer| ("peer", peer)));
        let mut columns: Vec<_> = dialects
            .iter()
            .map(|dialect| Guest {
                name: dialect.name,
                dialect: Some(dialect),
                runtime: runtimes[0].1.clone(),
                file: dialect.file,
            })
            .collect();
        columns.extend(runtimes.iter().skip(1).map(|(name, runtime)| Guest {
            name,
            dialect: None,
            runtime: runtime.clone(),
            file: dialects[0].file,
        }));
        Ok(Self {
            native,
            nothing,
            runtimes,
            columns,
            cache: folder.join("cache"),
            core: last_core(),
        })
    }

    /// On the one core, if there is one to choose.
    pub(super) fn pinned(&self, program: &Path) -> Command {
        match &self.core {
            Some(core) => {
                let mut command = house::program("taskset");
                command.args(["-c", core]).arg(program);
                command
            }
            None => house::program(program),
        }
    }

    pub(super) fn guest(&self, guest: &Guest) -> Command {
        let mut command = self.pinned(&guest.runtime);
        command.env("XDG_CACHE_HOME", &self.cache);
        command.args(["--addr-pool=127.0.0.1/32", guest.file]);
        command
    }

    /// Timed and weighed. Not on one core: a user's start has them all.
    pub(super) fn launched(&self, program: &Path) -> Command {
        let mut command = house::program(&self.native);
        command.arg("launch").arg(program);
        command
    }
}

fn compile(sources: &[&str], program: &Path) -> Result<()> {
    let cc = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut command = house::program(cc);
    command
        .args([
            "-std=c11",
            "-D_GNU_SOURCE",
            "-O2",
            "-I",
            "tests/guests/c/include",
            "-o",
        ])
        .arg(program);
    command.args(sources.iter().map(|name| format!("benches/c/{name}")));
    house::run(&mut command)
}

/// How many descriptors a process may come to have.
pub(super) fn descriptor_limit() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let row = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    let hard = row.and_then(|row| row.split_whitespace().nth(1)?.parse().ok());
    hard.unwrap_or(usize::MAX)
}

/// The last core that this process may use, if there is a `taskset` to choose it.
fn last_core() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let list = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?;
    let core = list.trim().rsplit([',', '-']).next()?.to_owned();
    house::answers(house::program("taskset").arg("--version")).then_some(core)
}
