//! The guest's C library with the tools of its users: compilers, linkers, C libraries, CMake, pkg-config.
//!
//! The tests of cargo run guests that were built before; what takes a compiler for WebAssembly is held here.

mod headers;
mod link;
mod package;
mod sdk;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Result, house};
use tools::Tools;

/// Where the library is.
const LIBRARY: &str = "guest/c";

/// What a warning of is an error, in the library and in what includes its header.
const STRICT: [&str; 6] = [
    "-O2",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-Werror",
];

/// What the checks share: the programs, where they may write, and the archive of the library.
struct Bench {
    tools: Tools,
    place: PathBuf,
    archive: PathBuf,
    iwasm: PathBuf,
}

type Check = (&'static str, fn(&Bench) -> Result<()>);

const CHECKS: [Check; 7] = [
    (
        "the header beside each of the system's, in C and C++",
        headers::check,
    ),
    (
        "the header where the C library has sockets itself",
        headers::unneeded,
    ),
    ("the symbols", symbols),
    ("linking with Debian's C library", link::debian),
    ("linking with the C libraries of Rust's targets", link::rust),
    ("linking with zig", link::zig),
    ("projects with CMake and pkg-config", package::check),
];

/// Builds the library and makes every check, up to the first that fails.
pub(crate) fn run() -> Result<()> {
    let bench = Bench::set_up()?;
    for (name, check) in CHECKS {
        println!("==> {name}");
        check(&bench).map_err(|e| format!("{name}: {e}"))?;
    }
    println!("the guest's C library is as its users need it");
    Ok(())
}

/// Takes the library's symbols as they are now.
pub(crate) fn take_symbols() -> Result<()> {
    let bench = Bench::set_up()?;
    write(&library().join("tests/symbols.txt"), &bench.symbols()?)
}

fn library() -> PathBuf {
    house::root().join(LIBRARY)
}

impl Bench {
    fn set_up() -> Result<Self> {
        let place = house::target()?.join("clib");
        if place.exists() {
            fs::remove_dir_all(&place)
                .map_err(|e| format!("cannot empty `{}`: {e}", place.display()))?;
        }
        let mut bench = Self {
            tools: Tools::find()?,
            archive: PathBuf::new(),
            iwasm: house::debug_iwasm()?,
            place,
        };
        println!("==> the library, with every warning an error");
        bench.archive = bench.build("library", &bench.tools.clang, &[])?;
        Ok(bench)
    }

    /// The library as an archive: one object a source.
    fn build(&self, name: &str, compiler: &tools::Compiler, flags: &[&str]) -> Result<PathBuf> {
        let folder = self.folder(name)?;
        let mut objects = Vec::new();
        for source in sources()? {
            let object = folder
                .join(source.file_name().unwrap_or_default())
                .with_extension("o");
            let mut command = compiler.c();
            command.args(STRICT).args(flags).arg("-c").arg(&source);
            house::run(command.arg("-o").arg(&object))?;
            objects.push(object);
        }
        let archive = folder.join("libsocket_wasi_ext.a");
        let mut ar = house::program(&self.tools.ar);
        house::run(ar.arg("rcs").arg(&archive).args(objects))?;
        Ok(archive)
    }

    /// A folder to write into, empty.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.place.join(name);
        fs::create_dir_all(&folder)
            .map_err(|e| format!("cannot make `{}`: {e}", folder.display()))?;
        Ok(folder)
    }

    /// What the archive gives its users, a line each, sorted: a letter of nm, and the name.
    fn symbols(&self) -> Result<String> {
        let mut nm = house::program(&self.tools.nm);
        nm.args(["--extern-only", "--defined-only", "--no-sort"])
            .arg(&self.archive);
        let said = house::output(&mut nm)?;
        let mut symbols: Vec<_> = said
            .lines()
            .filter_map(|line| line.split_once(' ').map(|(_, symbol)| symbol))
            .collect();
        symbols.sort_by_key(|symbol| symbol.split_once(' ').map(|(_, name)| name));
        Ok(symbols.join("\n") + "\n")
    }

    /// Runs a guest on loopback, and returns what it printed.
    fn run_guest(&self, guest: &Path) -> Result<String> {
        let mut iwasm = house::program(&self.iwasm);
        iwasm
            .args([
                "--addr-pool=127.0.0.0/8",
                "--allow-resolve=localhost",
                "--timeout=20000",
            ])
            .arg(guest);
        house::output(&mut iwasm)
    }
}

/// The library's sources, sorted.
fn sources() -> Result<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for folder in ["src", "src/foreign"] {
        let folder = library().join(folder);
        let unread = |e| format!("cannot read `{}`: {e}", house::short(&folder));
        for entry in fs::read_dir(&folder).map_err(unread)? {
            sources.push(entry.map_err(unread)?.path());
        }
    }
    sources.retain(|path| path.extension().is_some_and(|extension| extension == "c"));
    sources.sort();
    Ok(sources)
}

/// The archive has the symbols of the list, and no others.
fn symbols(bench: &Bench) -> Result<()> {
    let file = library().join("tests/symbols.txt");
    let listed = house::read(&file)?;
    let found = bench.symbols()?;
    let extra: Vec<_> = found
        .lines()
        .filter(|line| !listed.lines().any(|other| other == *line))
        .collect();
    let missing: Vec<_> = listed
        .lines()
        .filter(|line| !found.lines().any(|other| other == *line))
        .collect();
    if extra.is_empty() && missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "`{}` differs: {extra:?} are new, {missing:?} are gone\nhint: `cargo xtask clib --symbols` takes them as they are",
        house::short(&file)
    ))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).map_err(|e| format!("cannot write `{}`: {e}", house::short(file)))
}
