//! How a guest ended, and how its end travels through the engine.

use std::fmt;

use wasmtime::{Error, Trap, WasmBacktrace};

/// How a guest ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ended itself with this code; a return from its main function is code 0.
    Exited(u32),
    /// The function that was called returned these values, as `0x3:i32`.
    Returned(Vec<String>),
    /// It did what no program may, and this is what: a line, and lines of where.
    Trapped(String),
    /// Its time was over.
    TimedOut,
    /// [`Handle::stop`](crate::Handle::stop) ended it.
    Stopped,
}

impl Outcome {
    /// What an error that unwound a thread says of the guest: it exited, or trapped. None if somebody else ended it, who
    /// knows how, and if the thread only left the others.
    pub fn of(error: &Error) -> Option<Self> {
        match error.downcast_ref::<End>() {
            Some(End::Stopped | End::Leave) => None,
            Some(End::Exit(code)) => Some(Self::Exited(*code)),
            Some(End::Abort(cause)) => Some(Self::Trapped((*cause).to_owned())),
            None => Some(Self::Trapped(describe(error))),
        }
    }
}

/// The end of a thread, as an error that unwinds it through the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The guest is being ended; somebody else said why.
    Stopped,
    /// The guest ends itself with this code.
    Exit(u32),
    /// The guest raised a signal that ends it.
    Abort(&'static str),
    /// The guest ends this thread, and the others go on.
    Leave,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("the guest was ended"),
            Self::Exit(code) => write!(f, "the guest exited with code {code}"),
            Self::Abort(cause) => f.write_str(cause),
            Self::Leave => f.write_str("the thread ended itself"),
        }
    }
}

impl std::error::Error for End {}

/// A trap in a line, and where it happened in more.
fn describe(error: &Error) -> String {
    let mut text = match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    };
    if let Some(trace) = error.downcast_ref::<WasmBacktrace>() {
        for frame in trace.frames().iter().take(32) {
            let index = frame.func_index();
            match frame.func_name() {
                Some(name) => text.push_str(&format!("\n  in {name}")),
                None => text.push_str(&format!("\n  in function {index}")),
            }
        }
    }
    text
}
