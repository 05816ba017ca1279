//! The bytes of a file, bounded before they are read.

use std::error::Error as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Error, ErrorKind, Files, Inspection, Scan};
use crate::foreign;
use crate::form::Form;

/// Inspect a file, whatever its name ends in.
pub fn inspect_file<F: Files>(path: &Path) -> Result<Inspection, Error> {
    let name = path.display().to_string();
    let bytes = bytes(path).map_err(|cause| {
        Error::new(ErrorKind::File, format!("cannot read `{name}`")).caused_by(cause)
    })?;
    inspect_as::<F>(&bytes, &name)
}

pub(super) fn inspect_as<F: Files>(bytes: &[u8], name: &str) -> Result<Inspection, Error> {
    let (most, text) = match Form::of(bytes) {
        Form::Module | Form::Component => (MOST, false),
        Form::Text(_) => (MOST_TEXT, true),
        other => return Err(other.refused(name)),
    };
    if bytes.len() > most {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("`{name}` has more than {most} bytes"),
        )
        .caused_by("so much is not inspected"));
    }
    let damaged = |cause: String| {
        Error::new(ErrorKind::Invalid, format!("`{name}` is damaged")).caused_by(cause)
    };
    let binary = wat::parse_bytes(bytes).map_err(|error| damaged(error.to_string()))?;
    let scan = Scan::of(&binary).map_err(damaged)?;
    let refusal = if scan.component {
        None
    } else {
        foreign::check(&binary, name).err()
    };
    let mut inspection = Inspection::new::<F>(scan, text, binary.len());
    let refusal = refusal.map(|error| match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    });
    inspection.obstacles.splice(0..0, refusal);
    Ok(inspection)
}

/// What a file that the engine has read declares.
pub(crate) fn read(bytes: &[u8]) -> Result<Scan, String> {
    let binary = wat::parse_bytes(bytes).map_err(|error| error.to_string())?;
    Scan::of(&binary)
}

/// As much as the engine takes, of a component and in practice of a module.
const MOST: usize = 1 << 30;

/// Text is written by people, and costs more to read.
const MOST_TEXT: usize = 1 << 24;

/// The whole of the file, unless its first bytes say that it is nothing for us: a device may have no end.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    (&file).take(4).read_to_end(&mut bytes)?;
    let rest = match bytes.as_slice() {
        b"\0asm" => MOST,
        [0, ..] => 0,
        _ => MOST_TEXT,
    };
    // One more than is allowed, so that it is seen.
    file.take(rest as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
