//! The bytes of a file, bounded before they are read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Error, ErrorKind, Files, Inspection, Scan};
use crate::compile::Form;

/// Inspect a file, whatever its name ends in.
pub fn inspect_file<F: Files>(path: &Path) -> Result<Inspection, Error> {
    let name = path.display().to_string();
    let bytes = bytes(path).map_err(|cause| {
        Error::new(ErrorKind::File, format!("cannot read `{name}`")).caused_by(cause)
    })?;
    inspect_as::<F>(&bytes, &name)
}

pub(super) fn inspect_as<F: Files>(bytes: &[u8], name: &str) -> Result<Inspection, Error> {
    let form = Form::of(bytes);
    if form == Form::Other || form == Form::Aot {
        form.check(name)?;
    }
    let most = if form == Form::Text { MOST_TEXT } else { MOST };
    if bytes.len() > most {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("`{name}` has more than {most} bytes"),
        )
        .caused_by("so much is not inspected"));
    }
    let (scan, size) = read(bytes).map_err(|cause| {
        Error::new(ErrorKind::Invalid, format!("`{name}` is damaged")).caused_by(cause)
    })?;
    Ok(Inspection::new::<F>(scan, form == Form::Text, size))
}

/// What the file declares, and how long it is in binary form.
pub(crate) fn read(bytes: &[u8]) -> Result<(Scan, usize), String> {
    let binary = wat::parse_bytes(bytes).map_err(|error| error.to_string())?;
    Ok((Scan::of(&binary)?, binary.len()))
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
