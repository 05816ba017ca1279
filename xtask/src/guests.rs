//! Builds the guests again from their sources. The tests judge the result; what they refuse is put back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::recipe::{self, Guest, Tool};
use crate::{Result, bench, demo, house, test};

/// The folders that have a `recipe.txt`.
const FOLDERS: [&str; 2] = ["tests/guests", "benches"];

const CLANG: [&str; 2] = ["clang-22", "clang"];

const GET_CLANG: &str = "hint: Debian has what C guests need in the packages clang-22, lld-22, libclang-rt-22-dev-wasm32 and wasi-libc";

const GET_TARGET: &str = "hint: `rustup target add wasm32-wasip1 wasm32-wasip1-threads wasm32-wasip2` brings what Rust guests need, and components in C";

/// A guest's file that is not what its sources make.
struct Change {
    file: PathBuf,
    old: Option<Vec<u8>>,
    new: Vec<u8>,
}

/// What recipes call tools by, but for the compilers themselves.
struct Tools {
    rust: String,
    host: String,
    builtins: String,
}

impl Tools {
    fn find() -> Result<Self> {
        let told =
            |command: &mut Command| house::output(command).map(|said| said.trim().to_owned());
        let rustc = |what| told(house::program("rustc").args(["--print", what]));
        let builtins = ["--target=wasm32-wasip1", "--print-libgcc-file-name"];
        Ok(Self {
            rust: rustc("sysroot")?,
            host: rustc("host-tuple")?,
            builtins: told(clang()?.args(builtins))?,
        })
    }
}

/// Builds all, takes what differs, and tests it.
pub(crate) fn run() -> Result<()> {
    let mut changes = Vec::new();
    let tools = Tools::find()?;
    for name in FOLDERS {
        let folder = house::root().join(name);
        let recipe = folder.join("recipe.txt");
        let here = folder.display().to_string();
        let given = [
            ("HERE", here.as_str()),
            ("RUST", &tools.rust),
            ("HOST", &tools.host),
            ("BUILTINS", &tools.builtins),
        ];
        for guest in recipe::parse(&house::read(&recipe)?, &given)
            .map_err(|e| format!("{}: {e}", house::short(&recipe)))?
        {
            changes.extend(build(&guest, &folder)?);
        }
    }
    if changes.is_empty() {
        println!("every guest is what its sources make");
        return Ok(());
    }
    for change in &changes {
        write(&change.file, &change.new)?;
        println!("changed: {}", house::short(&change.file));
    }
    judge().or_else(|refusal| {
        for change in &changes {
            put_back(change)?;
        }
        Err(format!("{refusal}\nhint: the guests are as they were before; the new ones are in the folder `guests` of cargo's target folder"))
    })
}

/// The whole house stands on the guests, and so do the demo and the benchmark.
fn judge() -> Result<()> {
    test::build()?;
    test::tests()?;
    demo::run()?;
    bench::try_out()
}

/// What the sources make, when it is not what is there.
fn build(guest: &Guest, folder: &Path) -> Result<Option<Change>> {
    let file = folder.join(&guest.out);
    let built = house::target()?.join("guests").join(&guest.out);
    if let Some(parent) = built.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| format!("cannot make `{}`: {e}", parent.display()))?;
    }
    let (mut command, hint) = match guest.tool {
        Tool::Clang => (clang()?, GET_CLANG),
        Tool::Rustc => (house::program("rustc"), GET_TARGET),
    };
    command
        .current_dir(folder)
        .args(&guest.flags)
        .arg("-o")
        .arg(&built)
        .args(&guest.sources);
    println!("building {}", house::short(&file));
    house::run(&mut command).map_err(|e| format!("{e}\n{hint}"))?;
    let new = fs::read(&built).map_err(|e| format!("cannot read `{}`: {e}", built.display()))?;
    let old = fs::read(&file).ok();
    Ok((old.as_ref() != Some(&new)).then_some(Change { file, old, new }))
}

fn clang() -> Result<Command> {
    match CLANG
        .into_iter()
        .find(|name| house::answers(house::program(name).arg("--version")))
    {
        Some(name) => Ok(house::program(name)),
        None => Err(format!("there is no `clang`\n{GET_CLANG}")),
    }
}

fn put_back(change: &Change) -> Result<()> {
    match &change.old {
        Some(old) => write(&change.file, old),
        None => fs::remove_file(&change.file)
            .map_err(|e| format!("cannot remove `{}`: {e}", house::short(&change.file))),
    }
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| format!("cannot make `{}`: {e}", house::short(parent)))?;
    }
    fs::write(file, bytes).map_err(|e| format!("cannot write `{}`: {e}", house::short(file)))
}
