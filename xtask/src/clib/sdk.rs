//! A project under wasi-sdk's toolchain file, as far as a machine without the SDK can tell: a folder that is laid out as the SDK
//! is, of Debian's tools, and a toolchain file that sets what the SDK's sets.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::package::{cmake, configure, quiet, set};
use super::{Bench, library, write};
use crate::{Result, house};

/// Packages, headers and libraries are looked for in the system's folder only.
const TOOLCHAIN: &str = "
set(CMAKE_SYSTEM_NAME WASI)
set(CMAKE_SYSTEM_VERSION 1)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_C_COMPILER ${WASI_SDK_PREFIX}/bin/clang)
set(CMAKE_CXX_COMPILER ${WASI_SDK_PREFIX}/bin/clang++)
set(CMAKE_AR ${WASI_SDK_PREFIX}/bin/llvm-ar)
set(CMAKE_RANLIB ${WASI_SDK_PREFIX}/bin/llvm-ranlib)
set(CMAKE_C_COMPILER_TARGET wasm32-wasi)
set(CMAKE_CXX_COMPILER_TARGET wasm32-wasi)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(what LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${what} ONLY)
endforeach()
";

const TOOLS: [&str; 5] = ["clang", "clang++", "llvm-ar", "llvm-ranlib", "wasm-ld"];

/// The library by `include()`, and the package that was installed elsewhere.
pub(super) fn check(bench: &Bench, installed: &Path) -> Result<()> {
    let sdk = lay_out(bench)?;
    let package = set(
        "socket_wasi_ext_DIR",
        &installed.join("lib/cmake/socket_wasi_ext"),
    );
    for (how, more) in [("include", None), ("package", Some(package))] {
        let built = bench.place.join("project").join(format!("sdk-{how}"));
        let mut project = configure(&library().join("tests/project"), &built);
        project
            .arg(format!("-DHOW={how}"))
            .args(more)
            .arg("-Wno-dev")
            .arg(set("WASI_SDK_PREFIX", &sdk))
            .arg(set(
                "CMAKE_TOOLCHAIN_FILE",
                &sdk.join("share/cmake/wasi-sdk.cmake"),
            ))
            .arg(set("CMAKE_SYSROOT", &sdk.join("share/wasi-sysroot")));
        quiet(&mut project)?;
        quiet(cmake("--build").arg(&built))?;
        bench.run_guest(&built.join("everyday"))?;
    }
    Ok(())
}

fn lay_out(bench: &Bench) -> Result<PathBuf> {
    let sdk = bench.folder("sdk")?;
    for folder in [
        "bin",
        "share/cmake",
        "share/wasi-sysroot/include",
        "share/wasi-sysroot/lib",
    ] {
        bench.folder(&format!("sdk/{folder}"))?;
    }
    for tool in TOOLS {
        let place =
            house::output(house::program("sh").args(["-c", &format!("command -v {tool}-22")]))?;
        link(Path::new(place.trim()), &sdk.join("bin").join(tool))?;
    }
    for folder in ["include", "lib"] {
        let there = Path::new("/usr").join(folder).join("wasm32-wasi");
        let here = sdk.join("share/wasi-sysroot").join(folder);
        link(&there, &here.join("wasm32-wasi"))?;
    }
    write(&sdk.join("share/cmake/wasi-sdk.cmake"), TOOLCHAIN)?;
    Ok(sdk)
}

fn link(there: &Path, here: &Path) -> Result<()> {
    let there = fs::canonicalize(there).unwrap_or_else(|_| there.to_owned());
    symlink(&there, here).map_err(|e| format!("cannot link `{}`: {e}", here.display()))
}
