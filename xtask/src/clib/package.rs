//! Projects of users: the library by `include()`, by `add_subdirectory()`, by `find_package()`, by pkg-config; and natively.

use std::path::Path;
use std::process::Command;

use super::{Bench, library, sdk};
use crate::{Result, house};

pub(super) fn check(bench: &Bench) -> Result<()> {
    let installed = bench.place.join("installed");
    let built = bench.place.join("package");
    quiet(
        configure(&library(), &built)
            .arg(toolchain(""))
            .arg(set("CMAKE_INSTALL_PREFIX", &installed)),
    )?;
    quiet(cmake("--build").arg(&built))?;
    quiet(cmake("--install").arg(&built))?;
    for how in ["include", "subdirectory", "package"] {
        let built = bench.place.join("project").join(how);
        let mut project = configure(&library().join("tests/project"), &built);
        project
            .arg(format!("-DHOW={how}"))
            .arg(set("CMAKE_PREFIX_PATH", &installed));
        quiet(project.arg(toolchain("")))?;
        quiet(cmake("--build").arg(&built))?;
        for guest in ["everyday.wasm", "redirected.wasm", "plus_plus.wasm"] {
            bench.run_guest(&built.join(guest))?;
        }
    }
    pkg_config(bench, &installed)?;
    of_others(bench, &installed)?;
    threads(bench)?;
    sdk::check(bench, &installed)?;
    native(bench)
}

fn flags(installed: &Path, which: &[&str]) -> Result<String> {
    let mut asks = house::program("pkg-config");
    asks.env("PKG_CONFIG_PATH", installed.join("lib/pkgconfig"));
    house::output(asks.args(which).arg("socket_wasi_ext")).map(|said| said.trim().to_owned())
}

/// A program that knows the library by pkg-config only.
fn pkg_config(bench: &Bench, installed: &Path) -> Result<()> {
    let flags = flags(installed, &["--cflags", "--libs"])?;
    let guest = bench.place.join("pkg_config.wasm");
    let mut link = bench.tools.clang.bare();
    link.args(["-O2", "-D_GNU_SOURCE"])
        .arg(house::root().join("tests/guests/c/everyday.c"));
    house::run(link.args(flags.split_whitespace()).arg("-o").arg(&guest))?;
    bench.run_guest(&guest).map(drop)
}

/// A project that does not know the library, and checks what there is.
fn of_others(bench: &Bench, installed: &Path) -> Result<()> {
    let built = bench.place.join("project").join("others");
    let mut project = configure(&library().join("tests/others"), &built);
    project
        .arg(toolchain(""))
        .arg("-Wno-dev")
        .arg(format!(
            "-DCMAKE_C_FLAGS={}",
            flags(installed, &["--cflags"])?
        ))
        .arg(format!(
            "-DCMAKE_C_STANDARD_LIBRARIES={}",
            flags(installed, &["--libs"])?
        ));
    quiet(&mut project)?;
    quiet(cmake("--build").arg(&built))?;
    bench.run_guest(&built.join("plain.wasm")).map(drop)
}

/// With the C library that has threads; flags of a project's own come beside those of the toolchain file.
fn threads(bench: &Bench) -> Result<()> {
    let built = bench.place.join("project").join("threads");
    let mut project = configure(&library().join("tests/project"), &built);
    project.args([
        "-DHOW=include",
        "-DCMAKE_C_FLAGS=-DOWN",
        "-DCMAKE_EXE_LINKER_FLAGS=-Wl,--strip-all",
    ]);
    quiet(project.arg(toolchain("-threads")))?;
    quiet(cmake("--build").arg(&built))?;
    bench.run_guest(&built.join("everyday.wasm")).map(drop)
}

/// The same project for this machine, where the target is empty.
fn native(bench: &Bench) -> Result<()> {
    let built = bench.place.join("project").join("native");
    let mut project = configure(&library().join("tests/project"), &built);
    quiet(project.args(["-DHOW=include", "-DCMAKE_C_FLAGS=-D_GNU_SOURCE"]))?;
    quiet(cmake("--build").arg(&built))?;
    quiet(&mut house::program(built.join("redirected")))
}

/// What these print is of interest only when it fails.
pub(super) fn quiet(command: &mut Command) -> Result<()> {
    house::output(command).map(drop)
}

pub(super) fn configure(source: &Path, built: &Path) -> Command {
    let mut command = cmake("--log-level=WARNING");
    command
        .args(["-GNinja", "-DCMAKE_BUILD_TYPE=Release", "-S"])
        .arg(source)
        .arg("-B")
        .arg(built);
    command
}

pub(super) fn cmake(what: &str) -> Command {
    let mut command = house::program("cmake");
    command.arg(what);
    command
}

fn toolchain(kind: &str) -> String {
    let file = format!("cmake/debian-wasi{kind}.cmake");
    set("CMAKE_TOOLCHAIN_FILE", &library().join(file))
}

pub(super) fn set(name: &str, path: &Path) -> String {
    format!("-D{name}={}", path.display())
}
