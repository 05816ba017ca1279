//! From a file to compiled code, through a cache on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use iwasm_wasi::{Files, Quirks};
use wasmtime::{Cache, CacheConfig, Config, Module};

use crate::inspect::{self, Binding};
use crate::scan::{Memory, Scan};
use crate::{Error, ErrorKind};

/// How code is compiled and run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where compiled code is kept from one start to the next; none keeps nothing. Who can write there decides what
    /// code runs.
    pub cache_dir: Option<PathBuf>,
    /// How many bytes of stack the code of each guest thread has.
    pub stack_size: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cache_dir: None,
            stack_size: DEFAULT_STACK,
        }
    }
}

/// Room for deep recursion, as much as most systems give a thread.
const DEFAULT_STACK: usize = 1 << 20;

/// Less than this does not carry the guest's C library to its main function.
const LEAST_STACK: usize = 64 << 10;

/// More than this is no stack but a mistake, and each thread would reserve it.
const MOST_STACK: usize = 1 << 30;

/// Compiles guests. Cheap to clone; one for a whole program is enough.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    stack_size: usize,
}

impl Engine {
    /// An engine with these settings.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let stack_size = settings.stack_size.clamp(LEAST_STACK, MOST_STACK);
        let mut config = Config::new();
        config
            .epoch_interruption(true)
            .wasm_threads(true)
            .shared_memory(true)
            // Pointers of the dialects have 32 bits and lead into one memory.
            .wasm_memory64(false)
            .wasm_multi_memory(false)
            .max_wasm_stack(stack_size);
        if let Some(dir) = &settings.cache_dir {
            config.cache(Some(cache(dir)?));
        }
        let inner = wasmtime::Engine::new(&config).map_err(|cause| {
            Error::new(ErrorKind::System, "the engine does not start").caused_by(cause)
        })?;
        Ok(Self { inner, stack_size })
    }

    /// Compile the file, whatever its name ends in.
    pub fn load(&self, path: &Path) -> Result<Program, Error> {
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::new(ErrorKind::File, format!("cannot read `{}`", path.display()))
                .caused_by(cause)
        })?;
        self.compile_as(&bytes, &path.display().to_string())
    }

    /// Compile a module, in binary or in text form.
    pub fn compile(&self, bytes: &[u8]) -> Result<Program, Error> {
        self.compile_as(bytes, "the module")
    }

    fn compile_as(&self, bytes: &[u8], name: &str) -> Result<Program, Error> {
        Form::of(bytes).check(name)?;
        let module = Module::new(&self.inner, bytes).map_err(|cause| {
            Error::new(
                ErrorKind::Invalid,
                format!("`{name}` is not a module that can run"),
            )
            .caused_by(cause)
        })?;
        // The engine read it just now, so what this refuses is only too much of something.
        let (scan, _) = inspect::read(bytes).map_err(|cause| {
            Error::new(ErrorKind::Invalid, format!("`{name}` cannot be linked")).caused_by(cause)
        })?;
        check_memories(&scan, name)?;
        Ok(Program {
            module,
            scan: Arc::new(scan),
            name: name.to_owned(),
            engine: self.clone(),
        })
    }

    /// The engine underneath, for programs that link a module themselves.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }

    pub(crate) fn stack_size(&self) -> usize {
        self.stack_size
    }
}

/// A compiled module. Cheap to clone.
#[derive(Clone)]
pub struct Program {
    pub(crate) module: Module,
    scan: Arc<Scan>,
    pub(crate) name: String,
    pub(crate) engine: Engine,
}

impl Program {
    /// The module underneath.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// What its imports are bound to.
    pub fn bindings<F: Files>(&self) -> Vec<Binding> {
        inspect::bindings::<F>(&self.scan)
    }

    /// How it wants to be served where its imports do not say, as far as the file tells.
    pub fn quirks(&self) -> Quirks {
        inspect::quirks_of(&self.scan)
    }
}

/// A shared memory must be imported: nobody but the one instance would ever know one that it makes, no other thread, and
/// not the host, which has to wake whoever waits in it when the guest ends.
fn check_memories(scan: &Scan, name: &str) -> Result<(), Error> {
    let own = |memory: &Memory| memory.shared && !memory.imported;
    if !scan.memories.iter().any(own) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Invalid,
        format!("`{name}` makes a shared memory of its own"),
    )
    .caused_by("the threads of a program share one memory, which they import")
    .with_hint("link the program with `--import-memory`"))
}

fn cache(dir: &Path) -> Result<Cache, Error> {
    let mut config = CacheConfig::new();
    config.with_directory(dir);
    Cache::new(config).map_err(|cause| {
        Error::new(
            ErrorKind::System,
            format!("cannot keep compiled code in `{}`", dir.display()),
        )
        .caused_by(cause)
    })
}

/// What the first bytes of a file say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Module,
    Component,
    Aot,
    Text,
    Other,
}

impl Form {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            // The version word of a component has 1 in its upper half (component model, Binary.md).
            [0, b'a', b's', b'm', _, _, 1, 0, ..] => Self::Component,
            [0, b'a', b's', b'm', ..] => Self::Module,
            [0, b'a', b'o', b't', ..] => Self::Aot,
            _ if is_text(bytes) => Self::Text,
            _ => Self::Other,
        }
    }

    pub(crate) fn check(self, name: &str) -> Result<(), Error> {
        match self {
            Self::Module | Self::Text => Ok(()),
            Self::Component => Err(Error::new(
                ErrorKind::NotWasm,
                format!("`{name}` is a component, and this build runs core modules"),
            )
            .with_hint("build the program for `wasm32-wasip1`")),
            Self::Aot => Err(Error::new(
                ErrorKind::NotWasm,
                format!("`{name}` is code that WAMR compiled ahead of time"),
            )
            .with_hint("give the `.wasm` file that it was made from: it is compiled once and kept in the cache")),
            Self::Other => Err(Error::new(
                ErrorKind::NotWasm,
                format!("`{name}` is not a WebAssembly module"),
            )
            .with_hint("a module begins with the bytes `00 61 73 6d`")),
        }
    }
}

/// Text begins, after space and comments, with a parenthesis.
fn is_text(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else {
        return false;
    };
    let first = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with(";;"));
    first.is_some_and(|line| line.starts_with('('))
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
            (b";; a comment\n (module)", Form::Text),
            (b"\x7fELF", Form::Other),
            (b"#!/bin/sh", Form::Other),
            (b"", Form::Other),
        ] {
            assert_eq!(Form::of(bytes), form, "{bytes:?}");
        }
    }
}
