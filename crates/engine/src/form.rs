//! What kind of file it is, by its first bytes.

use crate::{Error, ErrorKind};

/// What the first bytes of a file say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Module,
    Component,
    Aot,
    Text(Text),
    Other,
}

/// What text stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    Module,
    Component,
}

impl Form {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            // The version word of a component has 1 in its upper half (component model, Binary.md).
            [0, b'a', b's', b'm', _, _, 1, 0, ..] => Self::Component,
            [0, b'a', b's', b'm', ..] => Self::Module,
            [0, b'a', b'o', b't', ..] => Self::Aot,
            _ => text(bytes).map_or(Self::Other, Self::Text),
        }
    }

    /// Why a file of this form cannot run.
    pub(crate) fn refused(self, name: &str) -> Error {
        match self {
            Self::Aot => Error::new(
                ErrorKind::NotWasm,
                format!("`{name}` is code that WAMR compiled ahead of time"),
            )
            .with_hint("give the `.wasm` file that it was made from: it is compiled once and kept in the cache"),
            _ => Error::new(
                ErrorKind::NotWasm,
                format!("`{name}` is not a WebAssembly module"),
            )
            .with_hint("a module begins with the bytes `00 61 73 6d`"),
        }
    }
}

/// Text begins, after space and comments, with a parenthesis, and a component says next that it is one.
fn text(bytes: &[u8]) -> Option<Text> {
    let text = str::from_utf8(bytes).ok()?;
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(";;"))?;
    let inside = first.strip_prefix('(')?.trim_start();
    Some(if inside.starts_with("component") {
        Text::Component
    } else {
        Text::Module
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        for (bytes, form) in [
            (&b"\0asm\x01\0\0\0"[..], Form::Module),
            (b"\0asm\x0d\0\x01\0", Form::Component),
            (b"\0asm", Form::Module),
            (b"\0aot\x03\0\0\0", Form::Aot),
            (b";; a comment\n (module)", Form::Text(Text::Module)),
            (b"(func)", Form::Text(Text::Module)),
            (b"( component $c)", Form::Text(Text::Component)),
            (b"\x7fELF", Form::Other),
            (b"#!/bin/sh", Form::Other),
            (b"", Form::Other),
        ] {
            assert_eq!(Form::of(bytes), form, "{bytes:?}");
        }
    }
}
