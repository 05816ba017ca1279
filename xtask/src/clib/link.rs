//! Programs on the library, linked with each C library in each order, and run.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::tools::Compiler;
use super::{Bench, library, sources};
use crate::{Result, house};

/// An archive, and all sources: a third party's object is redirected in both, and `accept4` collides with nothing.
pub(super) fn debian(bench: &Bench) -> Result<()> {
    let folder = bench.folder("debian")?;
    let clang = &bench.tools.clang;
    let third = third_party(clang, &folder, &[])?;
    let all = sources()?;
    for (name, library) in [("archive", &[bench.archive.clone()][..]), ("sources", &all)] {
        let guest = folder.join(name).with_extension("wasm");
        let mut link = clang.c();
        link.args(["-O2", "-D_GNU_SOURCE"])
            .arg(super::library().join("tests/redirected.c"));
        is_redirected(bench, link.arg(&third).args(library), &guest)?;
    }
    everyday(
        bench,
        clang.c().arg(&bench.archive),
        &folder.join("everyday.wasm"),
    )?;
    plain(bench, clang.c().arg(&bench.archive), &folder)?;
    plus_plus(bench, &folder)
}

/// A program that does not include the header.
fn plain(bench: &Bench, link: &mut Command, folder: &Path) -> Result<()> {
    let guest = folder.join("plain.wasm");
    link.args(super::STRICT)
        .arg(library().join("tests/plain.c"));
    house::run(link.arg("-o").arg(&guest))?;
    bench.run_guest(&guest).map(drop)
}

/// C++, though there is no C++ library here: the program needs none.
fn plus_plus(bench: &Bench, folder: &Path) -> Result<()> {
    let guest = folder.join("plus_plus.wasm");
    let mut link = bench.tools.clang.c_or_cpp();
    link.args(super::STRICT)
        .arg("-std=c++17")
        .arg(library().join("tests/plus_plus.cpp"));
    house::run(link.arg(&bench.archive).arg("-o").arg(&guest))?;
    bench.run_guest(&guest).map(drop)
}

/// The C libraries that Rust brings are newer than Debian's: one without threads, one with.
pub(super) fn rust(bench: &Bench) -> Result<()> {
    let folder = bench.folder("rust")?;
    let mut link = bench.tools.clang.c();
    link.arg("-nostdlib")
        .arg(&bench.archive)
        .args(rust_s_library(bench, "wasm32-wasip1")?);
    everyday(bench, &mut link, &folder.join("p1.wasm"))?;

    let clang = bench.tools.clang.with(&THREADS);
    let archive = bench.build("threads", &clang, &[])?;
    let mut link = clang.c();
    link.args(SHARED_MEMORY)
        .arg(archive)
        .args(rust_s_library(bench, "wasm32-wasip1-threads")?);
    everyday(bench, &mut link, &folder.join("threads.wasm"))
}

const THREADS: [&str; 6] = [
    "--target=wasm32-wasip1-threads",
    "-isystem/usr/include/wasm32-wasi",
    "-mcpu=generic",
    "-pthread",
    "-matomics",
    "-mbulk-memory",
];

const SHARED_MEMORY: [&str; 5] = [
    "-nostdlib",
    "-Wl,--import-memory",
    "-Wl,--export-memory",
    "-Wl,--shared-memory",
    "-Wl,--max-memory=67108864",
];

/// The C library of one of Rust's targets, and what stands before and behind it.
fn rust_s_library(bench: &Bench, target: &str) -> Result<[PathBuf; 3]> {
    let rust = house::output(house::program("rustc").args(["--print", "sysroot"]))?;
    let own = Path::new(rust.trim())
        .join("lib/rustlib")
        .join(target)
        .join("lib/self-contained");
    let mut asks = bench.tools.clang.bare();
    asks.args(["--target=wasm32-wasip1", "--print-libgcc-file-name"]);
    let builtins = house::output(&mut asks)?;
    Ok([
        own.join("crt1-command.o"),
        own.join("libc.a"),
        PathBuf::from(builtins.trim()),
    ])
}

/// With zig the C library stands before everything else. So the third party's source takes the header with it.
pub(super) fn zig(bench: &Bench) -> Result<()> {
    let folder = bench.folder("zig")?;
    let zig = &bench.tools.zig;
    let archive = bench.build("zig/library", zig, &[])?;
    let third = third_party(zig, &folder, &["-include", "wasi_socket_ext.h"])?;
    let all = sources()?;
    for (name, library) in [("archive", &[archive.clone()][..]), ("sources", &all)] {
        let guest = folder.join(name).with_extension("wasm");
        let mut link = zig.c();
        link.args(["-O2", "-D_GNU_SOURCE"])
            .arg(super::library().join("tests/redirected.c"));
        is_redirected(bench, link.arg(&third).args(library), &guest)?;
    }
    plain(bench, zig.c().arg(&archive), &folder)?;
    everyday(bench, zig.c().arg(archive), &folder.join("everyday.wasm"))
}

fn third_party(compiler: &Compiler, folder: &Path, flags: &[&str]) -> Result<PathBuf> {
    let object = folder.join("third_party.o");
    // With the header by force or not at all.
    let mut command = if flags.is_empty() {
        compiler.bare()
    } else {
        compiler.c()
    };
    command
        .args(["-O2", "-D_GNU_SOURCE"])
        .args(flags)
        .arg("-c")
        .arg(library().join("tests/third_party.c"));
    house::run(command.arg("-o").arg(&object))?;
    Ok(object)
}

fn is_redirected(bench: &Bench, link: &mut Command, guest: &Path) -> Result<()> {
    house::run(link.arg("-o").arg(guest))?;
    bench.run_guest(guest).map(drop)
}

/// The everyday program says what it says natively.
fn everyday(bench: &Bench, link: &mut Command, guest: &Path) -> Result<()> {
    let source = house::root().join("tests/guests/c/everyday.c");
    house::run(
        link.args(["-O2", "-D_GNU_SOURCE"])
            .arg(&source)
            .arg("-o")
            .arg(guest),
    )?;
    let native = bench.place.join("everyday");
    house::run(
        house::program("cc")
            .arg("-D_GNU_SOURCE")
            .arg(&source)
            .arg("-o")
            .arg(&native),
    )?;
    let (expected, said) = (
        house::output(&mut house::program(native))?,
        bench.run_guest(guest)?,
    );
    if said == expected {
        return Ok(());
    }
    Err(format!(
        "`{}` says\n{said}and not\n{expected}",
        guest.display()
    ))
}
