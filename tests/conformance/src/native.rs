//! What is compiled for this machine: the list, where the kernel is the judge, and what hands sockets in.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use crate::list::c_sources;

/// Warnings are errors: the list compiles cleanly with any recent C compiler.
const FLAGS: [&str; 8] = [
    "-std=c11",
    "-D_GNU_SOURCE",
    "-O1",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Werror",
];

/// The C sources of a directory, but those that only guests have.
pub(crate) fn sources(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let mut sources = c_sources(directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    sources.retain(|source| !is_for_wasm_only(source));
    Ok(sources)
}

/// Compiles `sources` with `$CC`, or `cc`, and gives the program of that name in `target`.
///
/// # Errors
///
/// What the compiler said.
pub fn compile(
    name: &str,
    sources: &[PathBuf],
    includes: &[PathBuf],
    target: &Path,
) -> Result<PathBuf, String> {
    let program = target.join(name);
    // Another run may use the program at this moment: it is replaced, never rewritten.
    let fresh = target.join(format!("{name}-{}", process::id()));
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut command = Command::new(&compiler);
    command.args(FLAGS);
    for include in includes {
        command.arg("-I").arg(include);
    }
    let output = command
        .arg("-o")
        .arg(&fresh)
        .args(sources)
        .output()
        .map_err(|e| format!("`{}`: {e}", compiler.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    fs::rename(&fresh, &program).map_err(|e| format!("{}: {e}", program.display()))?;
    Ok(program)
}

fn is_for_wasm_only(source: &Path) -> bool {
    source
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with("wamr_"))
}
