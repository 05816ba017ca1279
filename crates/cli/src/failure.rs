//! What iwasm could not do, in the parts in which it is told: error, causes, hints.

use std::error::Error;

/// One message with its exit code. `report.rs` gives it its form.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    /// Lower case, no full stop, values in backticks.
    pub(crate) message: String,
    /// From the nearest cause to the deepest.
    pub(crate) causes: Vec<String>,
    /// Ways out.
    pub(crate) hints: Vec<String>,
}

impl Failure {
    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    /// The command line is right and cannot be carried out.
    pub(crate) fn host(message: impl Into<String>) -> Self {
        Self::new(HOST, message)
    }

    fn new(code: u8, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Adds one cause, below those that are there.
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds what an error goes back to.
    pub(crate) fn because_of(mut self, error: Option<&(dyn Error + 'static)>) -> Self {
        let mut deeper = error;
        while let Some(cause) = deeper {
            self.causes.push(cause.to_string());
            deeper = cause.source();
        }
        self
    }

    /// Adds a way out.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

/// A bad file, module, import or directory.
const HOST: u8 = 1;
/// clap's and most shells' number.
const USAGE: u8 = 2;
