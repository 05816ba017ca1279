//! What calls on files have in common, whatever their dialect.

use iwasm_abi::Errno;
use iwasm_net::Fail;
use iwasm_wasi::{Descriptor, Directory, Files, Process};

/// Ask the system's files, again after each interruption, until there is an answer or the guest is ended.
pub(crate) fn ask<F: Files, T>(
    process: &Process<F>,
    mut question: impl FnMut(&F) -> Result<T, Errno>,
) -> Result<T, Fail> {
    process.net.stop.blocking(|| question(&process.files))
}

/// The directory, if it has these rights. Anything else is ENOTDIR, whatever its rights.
pub(crate) fn directory<F: Files>(
    descriptor: &Descriptor<F>,
    rights: u64,
) -> Result<&Directory<F>, Errno> {
    let directory = descriptor.as_directory()?;
    descriptor.demand(rights)?;
    Ok(directory)
}
