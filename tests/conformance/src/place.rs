//! Where things are: the sources, what is written, the runtime to test.

use std::env;
use std::path::{Path, PathBuf};

/// This package's folder.
#[must_use]
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where tests may write.
#[must_use]
pub fn target() -> &'static Path {
    static TARGET: std::sync::LazyLock<PathBuf> =
        std::sync::LazyLock::new(|| profile().with_file_name("tmp"));
    &TARGET
}

/// `IWASM_BIN`, or `iwasm` of the profile that this test was built with.
///
/// # Errors
///
/// There is none.
pub fn runtime() -> Result<PathBuf, String> {
    let runtime = env::var_os("IWASM_BIN").map_or_else(|| profile().join("iwasm"), PathBuf::from);
    if runtime.exists() {
        return Ok(runtime);
    }
    Err(format!(
        "no runtime at `{}`\nhint: build it with `cargo build --workspace`, or name it in IWASM_BIN",
        runtime.display()
    ))
}

/// The folder that cargo built this test's profile into.
fn profile() -> PathBuf {
    let this = env::current_exe().expect("a running test has a path");
    let profile = this
        .ancestors()
        .nth(2)
        .expect("tests lie in `PROFILE/deps`");
    profile.to_owned()
}
