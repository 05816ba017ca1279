//! The engine, as an embedder makes one.

use std::path::{Path, PathBuf};

use iwasm_engine::{Error, Program, Settings};

/// Compiles guests. Cheap to clone; one for a whole program is enough.
#[derive(Clone)]
pub struct Engine(iwasm_engine::Engine);

impl Engine {
    /// An engine that keeps no compiled code.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// An engine with settings of your own.
    pub fn builder() -> EngineBuilder {
        EngineBuilder(Settings::default())
    }

    /// Compile the file, whatever its name ends in.
    pub fn load(&self, path: &Path) -> Result<Program, Error> {
        self.0.load(path)
    }

    /// Compile a module or component, in binary or in text form.
    pub fn compile(&self, bytes: &[u8]) -> Result<Program, Error> {
        self.0.compile(bytes)
    }

    /// The engine underneath, for programs that link a module themselves.
    ///
    /// Its epoch goes on whenever one of its guests ends. A store of your own traps at its first instruction until you
    /// give it an epoch deadline, or a callback that lets it go on.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        self.0.wasmtime()
    }
}

/// Settings of an [`Engine`].
#[derive(Clone, Debug)]
pub struct EngineBuilder(Settings);

impl EngineBuilder {
    /// Keep compiled code in this directory, so that the next start of the same module is quick. Who can write there
    /// decides what code runs. The default keeps none.
    #[must_use]
    pub fn cache_dir(mut self, dir: Option<PathBuf>) -> Self {
        self.0.cache_dir = dir;
        self
    }

    /// How many bytes of stack the code of each guest thread has: 1 MiB, unless you say otherwise. From 64 KiB to
    /// 1 GiB; what is outside is taken as the nearest of the two.
    #[must_use]
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.0.stack_size = bytes;
        self
    }

    /// Make the engine.
    pub fn build(self) -> Result<Engine, Error> {
        iwasm_engine::Engine::new(&self.0).map(Engine)
    }
}
