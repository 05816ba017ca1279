//! What keeps a guest from starting, said so that a person can act on it.

use std::error::Error as StdError;
use std::fmt;

/// What keeps a guest from starting.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    hint: Option<String>,
}

/// Kinds of errors, for programs that act on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file could not be read.
    File,
    /// The file is no WebAssembly that this build runs.
    NotWasm,
    /// The program is damaged, or uses what the engine does not have.
    Invalid,
    /// Nothing provides an import.
    UnknownImport,
    /// The program does not export what was to be called.
    MissingExport,
    /// A directory to hand in could not be opened.
    Directory,
    /// A socket to hand in could not be made or taken.
    Socket,
    /// An argument is not what the guest can take.
    BadArgument,
    /// The system or the engine refused.
    System,
}

impl Error {
    /// An error of this kind: lower case, no full stop, values in backticks.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
            hint: None,
        }
    }

    /// With what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// With the way out.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Its kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The way out, if there is one to name.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}
