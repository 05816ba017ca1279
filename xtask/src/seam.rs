//! The seam: `abi`, `policy`, `net`, `wasi` and `dialects` name nothing of an operating system, so that they build
//! where there is none. Held in three ways: what they depend on, what their sources name, and a build.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::house;

const CORE: [&str; 5] = ["abi", "policy", "net", "wasi", "dialects"];

/// All that the core may depend on besides itself. `thiserror` brings the four crates of its derive, which run in the compiler.
const ALLOWED: [&str; 7] = [
    "ipnet",
    "proc-macro2",
    "quote",
    "syn",
    "thiserror",
    "thiserror-impl",
    "unicode-ident",
];

/// What acts on a system in the standard library, and what would lift the lint table's word on it.
const SYSTEM: [&str; 9] = [
    "clippy::disallowed",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time",
];

/// Targets without the system calls of a common one, best first. One that the toolchain has is built for.
const BARE: [&str; 3] = [
    "x86_64-fortanix-unknown-sgx",
    "wasm32-unknown-unknown",
    "wasm32-wasip1",
];

/// Runs all three.
pub(crate) fn run() -> Result<()> {
    named()?;
    println!(
        "seam: {} depend on nothing of the system, and name nothing of it",
        CORE.join(", ")
    );
    build()
}

fn named() -> Result<()> {
    for name in CORE {
        strangers_in(name)?;
        table_holds(name)?;
        sources_hold(name)?;
    }
    Ok(())
}

fn strangers_in(name: &str) -> Result<()> {
    let package = format!("iwasm-{name}");
    let tree = house::output(&mut house::cargo(&[
        "tree",
        "--locked",
        "--package",
        &package,
        "--edges",
        "normal,build",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    let strangers = strangers(&tree);
    if strangers.is_empty() {
        return Ok(());
    }
    Err(format!(
        "`{package}` depends on {}\nhint: the core acts through the traits `Kernel` and `Files`; put it into `native`, or, if it \
         makes no system call, into the list in xtask/src/seam.rs",
        strangers.join(", ")
    ))
}

fn strangers(tree: &str) -> Vec<&str> {
    let mut names: Vec<_> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| !ALLOWED.contains(name))
        .filter(|name| {
            !name
                .strip_prefix("iwasm-")
                .is_some_and(|rest| CORE.contains(&rest))
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn table_holds(name: &str) -> Result<()> {
    let path = crate_folder(name).join("Cargo.toml");
    let text = house::read(&path)?;
    let mut lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[lints]");
    if lines.nth(1) == Some("workspace = true") {
        return Ok(());
    }
    Err(format!(
        "`{}` does not take the lint table of the workspace",
        house::short(&path)
    ))
}

fn sources_hold(name: &str) -> Result<()> {
    let mut files = Vec::new();
    rust_files(&crate_folder(name).join("src"), &mut files)?;
    for path in files {
        if let Some((line, named)) = system_named(&house::read(&path)?) {
            return Err(format!(
                "`{}` line {line} names `{named}`\nhint: the core asks its `Kernel` or `Files` instead",
                house::short(&path)
            ));
        }
    }
    Ok(())
}

/// The first line, counted from 1, outside comments and tests that names something of the system.
fn system_named(source: &str) -> Option<(usize, &'static str)> {
    for (at, line) in source.lines().enumerate() {
        let line = line.trim_start();
        // Tests are the last thing in a file.
        if line.starts_with("#[cfg(test)]")
            && source
                .lines()
                .nth(at + 1)
                .is_some_and(|next| next.trim_end() == "mod tests {")
        {
            return None;
        }
        if line.starts_with("//") {
            continue;
        }
        if let Some(named) = SYSTEM.into_iter().find(|name| line.contains(name)) {
            return Some((at + 1, named));
        }
        if line.contains("use std::{") {
            return Some((at + 1, "std::{…}"));
        }
    }
    None
}

fn build() -> Result<()> {
    let installed = house::output(house::program("rustc").args(["--print", "sysroot"]))?;
    let libraries = Path::new(installed.trim()).join("lib").join("rustlib");
    let Some(target) = BARE
        .into_iter()
        .find(|target| libraries.join(target).is_dir())
    else {
        println!(
            "seam: NOT RUN: the build without a system; add a target for it: `rustup target add {}`",
            BARE[1]
        );
        return Ok(());
    };
    let mut check = house::cargo(&["check", "--locked", "--target", target]);
    check.args(
        CORE.iter()
            .flat_map(|name| ["--package".to_owned(), format!("iwasm-{name}")]),
    );
    house::run(&mut check)?;
    println!("seam: the core builds for {target}");
    Ok(())
}

fn crate_folder(name: &str) -> PathBuf {
    house::root().join("crates").join(name)
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let unread = |e| format!("cannot read `{}`: {e}", house::short(folder));
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_names_nothing_of_the_system() {
        assert_eq!(named(), Ok(()));
    }

    #[test]
    fn a_crate_of_the_system_is_a_stranger_and_the_core_itself_is_not() {
        let tree = "iwasm-net v0.1.0 (/x)\niwasm-abi v0.1.0\nipnet v2.12.0\nrustix v1.1.6\nrustix v1.1.6 (*)\niwasm-native v0.1.0\n";
        assert_eq!(strangers(tree), ["iwasm-native", "rustix"]);
    }

    #[test]
    fn a_name_of_the_system_counts_outside_comments_and_tests() {
        for (source, found) in [
            ("use core::net::IpAddr;\n", None),
            ("use std::sync::Mutex;\n", None),
            (
                "let x = 1;\nlet t = std::time::Instant::now();\n",
                Some((2, "std::time")),
            ),
            ("use std::{fs, sync};\n", Some((1, "std::{…}"))),
            (
                "#[allow(clippy::disallowed_types)]\nfn f() {}\n",
                Some((1, "clippy::disallowed")),
            ),
            ("/// unlike `std::net::TcpStream`\nfn f() {}\n", None),
            (
                "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::thread;\n}\n",
                None,
            ),
            (
                "#[cfg(test)]\nmod golden;\nuse std::fs;\n",
                Some((3, "std::fs")),
            ),
        ] {
            assert_eq!(system_named(source), found, "{source}");
        }
    }
}
