//! The programs that the checks call, and how to get those that are missing.

use std::path::PathBuf;
use std::process::Command;

use super::library;
use crate::{Result, house};

/// A compiler for WASIp1: the words that call it.
pub(super) struct Compiler {
    words: Vec<String>,
}

/// All of them.
pub(super) struct Tools {
    /// Debian's clang, with its wasi-libc.
    pub(super) clang: Compiler,
    pub(super) zig: Compiler,
    pub(super) ar: String,
    pub(super) nm: String,
}

const DEBIAN: &str = "hint: Debian has it in the packages clang-22, lld-22, llvm-22, libclang-rt-22-dev-wasm32, libc++-22-dev-wasm32, wasi-libc, cmake, ninja-build and pkg-config";

const ZIG: &str = "hint: `pip install ziglang` brings it, also into a folder that PYTHONPATH names";

impl Tools {
    pub(super) fn find() -> Result<Self> {
        for name in [
            "wasm-ld-22",
            "clang++-22",
            "cmake",
            "ninja",
            "pkg-config",
            "cc",
        ] {
            one_of(&[name], DEBIAN)?;
        }
        let clang = one_of(&["clang-22"], DEBIAN)?;
        Ok(Self {
            clang: Compiler::new(&[
                &clang,
                "--target=wasm32-wasi",
                "-Wno-deprecated",
                "-mcpu=mvp",
            ]),
            zig: zig()?,
            ar: one_of(&["llvm-ar-22"], DEBIAN)?,
            nm: one_of(&["llvm-nm-22"], DEBIAN)?,
        })
    }
}

fn one_of(names: &[&str], hint: &str) -> Result<String> {
    names
        .iter()
        .find(|name| house::answers(house::program(name).arg("--version")))
        .map(|name| (*name).to_owned())
        .ok_or_else(|| format!("there is no `{}`\n{hint}", names[0]))
}

/// zig by itself, or the one that Python has.
fn zig() -> Result<Compiler> {
    for words in [&["zig"][..], &["python3", "-m", "ziglang"]] {
        let mut command = house::program(words[0]);
        if house::answers(command.args(&words[1..]).arg("version")) {
            return Ok(Compiler::new(
                &[words, &["cc", "--target=wasm32-wasi", "-mcpu=mvp"]].concat(),
            ));
        }
    }
    Err(format!("there is no `zig`\n{ZIG}"))
}

impl Compiler {
    fn new(words: &[&str]) -> Self {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { words }
    }

    /// The same with further words.
    pub(super) fn with(&self, more: &[&str]) -> Self {
        let mut words = self.words.clone();
        words.extend(more.iter().map(|word| (*word).to_owned()));
        Self { words }
    }

    /// A call that compiles C, with the library's headers.
    pub(super) fn c(&self) -> Command {
        let mut command = self.c_or_cpp();
        command.arg("-std=c11");
        command
    }

    /// A call that says which language it compiles.
    pub(super) fn c_or_cpp(&self) -> Command {
        let mut command = self.bare();
        command.arg("-I").arg(include());
        command
    }

    /// A call that does not find the library's headers.
    pub(super) fn bare(&self) -> Command {
        let mut command = house::program(&self.words[0]);
        command.args(&self.words[1..]);
        command
    }
}

fn include() -> PathBuf {
    library().join("include")
}
