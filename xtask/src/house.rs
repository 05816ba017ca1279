//! Where things are, which port is free, and the programs that a chore calls.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lives in a folder of the repository")
}

/// The folder that cargo builds into: the one that this program was built into.
pub(crate) fn target() -> Result<PathBuf> {
    let own = env::current_exe().map_err(|e| format!("cannot tell where xtask is: {e}"))?;
    match own.ancestors().nth(2) {
        Some(target) => Ok(target.to_owned()),
        None => Err(format!("`{}` is in no target folder", own.display())),
    }
}

/// The cargo that runs this, at the top of the repository.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut cargo = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(args);
    cargo
}

/// A program, run at the top of the repository with nothing to read.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Builds the command `iwasm` as users get it, and says where it is. `IWASM_BIN` names another one to take.
pub(crate) fn release_iwasm() -> Result<PathBuf> {
    if let Some(named) = env::var_os("IWASM_BIN") {
        return taken(named);
    }
    println!("$ cargo build --release --locked --package iwasm-cli");
    run(&mut cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "iwasm-cli",
    ]))?;
    Ok(target()?.join("release").join("iwasm"))
}

/// The same as the tests have it, which takes less long to build.
pub(crate) fn debug_iwasm() -> Result<PathBuf> {
    if let Some(named) = env::var_os("IWASM_BIN") {
        return taken(named);
    }
    // The features of the whole workspace: with those of one package alone, the engine would be built once more.
    run(&mut cargo(&[
        "build",
        "--locked",
        "--workspace",
        "--bin",
        "iwasm",
    ]))?;
    Ok(target()?.join("debug").join("iwasm"))
}

fn taken(named: OsString) -> Result<PathBuf> {
    let named = PathBuf::from(named);
    println!("taking `{}`, as IWASM_BIN says", named.display());
    fs::canonicalize(&named).map_err(|e| format!("cannot find `{}`: {e}", named.display()))
}

/// Runs to the end, showing what it prints.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .map_err(|e| format!("cannot start {}: {e}", words(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", words(command)))
    }
}

/// Runs to the end and returns what it prints.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|e| format!("cannot start {}: {e}", words(command)))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!(
            "{} ended with {}\n{said}",
            words(command),
            output.status
        ))
    }
}

/// A port that is free for TCP and UDP at this moment.
pub(crate) fn free_port() -> Result<String> {
    for _ in 0..16 {
        let tcp = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = tcp.map_err(|e| format!("cannot bind: {e}"))?.port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port.to_string());
        }
    }
    Err("no port is free for TCP and UDP alike".to_owned())
}

/// Whether the program is there and answers `--version`.
pub(crate) fn answers(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// A text file.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| format!("cannot read `{}`: {e}", short(path)))
}

/// A file's path as a person at the top of the repository would type it.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

fn words(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| short(Path::new(word)))
        .collect();
    format!("`{}`", words.join(" "))
}
