//! The list compiled for this machine, where the kernel is the judge.

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

/// Compiles the sources of `directory` with `$CC`, or `cc`, and gives the program in `target`.
///
/// # Errors
///
/// What the compiler said.
pub(crate) fn compile(directory: &Path, include: &Path, target: &Path) -> Result<PathBuf, String> {
    let program = target.join("conformance-native");
    // Another run may use the program at this moment: it is replaced, never rewritten.
    let fresh = target.join(format!("conformance-native-{}", process::id()));
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let sources = c_sources(directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    let output = Command::new(&compiler)
        .args(FLAGS)
        .arg("-I")
        .arg(include)
        .arg("-o")
        .arg(&fresh)
        .args(sources.iter().filter(|source| !is_for_wasm_only(source)))
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
