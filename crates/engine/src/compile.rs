//! From a file to compiled code, through a cache on disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
#[cfg(feature = "components")]
use std::sync::OnceLock;

use iwasm_wasi::{Files, Quirks};
use wasmtime::{Cache, CacheConfig, Config, Module};

use crate::form::{Form, Text};
use crate::inspect::{self, Binding};
use crate::scan::{Memory, Scan};
use crate::{Error, ErrorKind, foreign};

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

/// Exceptions that a thread has thrown and still holds have so much room. What it holds no more makes room for others.
const MOST_THROWN: u64 = 16 << 20;

/// Compiles guests. Cheap to clone; one for a whole program is enough.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    #[cfg(feature = "components")]
    components: Arc<Components>,
    settings: Settings,
    cache: Option<Cache>,
}

/// The engines for components, each made when the first one comes that needs it. What one needs would make each start, or
/// each call, of the others slower.
#[cfg(feature = "components")]
#[derive(Default)]
struct Components {
    /// For those that do one thing at a time.
    plain: OnceLock<wasmtime::Engine>,
    /// For those with tasks, as WASIp3 has them.
    tasks: OnceLock<wasmtime::Engine>,
}

impl Engine {
    /// An engine with these settings.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let settings = Settings {
            stack_size: settings.stack_size.clamp(LEAST_STACK, MOST_STACK),
            ..settings.clone()
        };
        let cache = settings.cache_dir.as_deref().map(cache).transpose()?;
        let mut config = config(&settings, cache.as_ref());
        config
            .wasm_threads(true)
            .shared_memory(true)
            // Pointers of the dialects have 32 bits and lead into one memory.
            .wasm_memory64(false)
            .wasm_multi_memory(false)
            // Newer toolchains throw exceptions where older ones jumped. What else the engine's heap is for, no guest of
            // any dialect uses: it stays closed.
            .wasm_exceptions(true)
            .wasm_gc(false)
            .wasm_function_references(false)
            .gc_heap_reservation(MOST_THROWN)
            .gc_heap_may_move(false);
        #[cfg(feature = "components")]
        config.concurrency_support(false);
        Ok(Self {
            inner: start(&config)?,
            #[cfg(feature = "components")]
            components: Arc::default(),
            settings,
            cache,
        })
    }

    /// Compile the file, whatever its name ends in.
    pub fn load(&self, path: &Path) -> Result<Program, Error> {
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::new(ErrorKind::File, format!("cannot read `{}`", path.display()))
                .caused_by(cause)
        })?;
        self.compile_as(&bytes, &path.display().to_string())
    }

    /// Compile a module or component, in binary or in text form.
    pub fn compile(&self, bytes: &[u8]) -> Result<Program, Error> {
        self.compile_as(bytes, "the module")
    }

    fn compile_as(&self, bytes: &[u8], name: &str) -> Result<Program, Error> {
        let code = match Form::of(bytes) {
            Form::Module | Form::Text(Text::Module) => Code::Module(self.module(bytes, name)?),
            Form::Component | Form::Text(Text::Component) => self.component(bytes, name)?,
            other => return Err(other.refused(name)),
        };
        // The engine read it just now, so what this refuses is only too much of something.
        let scan = inspect::read(bytes).map_err(|cause| {
            Error::new(ErrorKind::Invalid, format!("`{name}` cannot be linked")).caused_by(cause)
        })?;
        check_memories(&scan, name)?;
        Ok(Program {
            code,
            scan: Arc::new(scan),
            name: name.to_owned(),
            engine: self.clone(),
        })
    }

    fn module(&self, bytes: &[u8], name: &str) -> Result<Module, Error> {
        // Where text is no module the engine says it better, with the place.
        let binary = wat::parse_bytes(bytes).unwrap_or_default();
        foreign::check(&binary, name)?;
        let module = Module::new(&self.inner, bytes).map_err(|cause| {
            let error = Error::new(
                ErrorKind::Invalid,
                format!("`{name}` is not a module that can run"),
            );
            foreign::explain(error.caused_by(cause), &binary)
        })?;
        Ok(module)
    }

    #[cfg(feature = "components")]
    fn component(&self, bytes: &[u8], name: &str) -> Result<Code, Error> {
        let invalid = || {
            let text = format!("`{name}` is not a component that can run");
            Error::new(ErrorKind::Invalid, text)
        };
        // First, for the engine reads its types without a bound on how deep they hold each other. Where text is no
        // component the engine says it better, with the place.
        let mut tasks = false;
        if let Ok(binary) = wat::parse_bytes(bytes) {
            let scan = inspect::read(&binary).map_err(|cause| invalid().caused_by(cause))?;
            tasks = scan.speaks_p3();
        }
        let compile = |tasks| -> Result<_, Error> {
            let engine = self.for_components(tasks)?;
            Ok(wasmtime::component::Component::new(engine, bytes))
        };
        let mut component = compile(tasks)?;
        if component.is_err() && !tasks {
            // It can have tasks without a word of WASI's about it.
            component = compile(true)?;
        }
        component
            .map(Code::Component)
            .map_err(|cause| invalid().caused_by(cause))
    }

    #[cfg(not(feature = "components"))]
    fn component(&self, _bytes: &[u8], name: &str) -> Result<Code, Error> {
        Err(Error::new(
            ErrorKind::NotWasm,
            format!("`{name}` is a component, and this build of iwasm runs core modules only"),
        )
        .with_hint("build iwasm with its feature `components`, or the program for `wasm32-wasip1`"))
    }

    /// The engine that runs components, with tasks or without.
    #[cfg(feature = "components")]
    fn for_components(&self, tasks: bool) -> Result<&wasmtime::Engine, Error> {
        let made = match tasks {
            true => &self.components.tasks,
            false => &self.components.plain,
        };
        if let Some(engine) = made.get() {
            return Ok(engine);
        }
        let mut config = config(&self.settings, self.cache.as_ref());
        config
            .wasm_component_model_async(tasks)
            .concurrency_support(tasks)
            .async_stack_size(self.settings.stack_size + MOST_HOST_STACK);
        let engine = start(&config)?;
        Ok(made.get_or_init(|| engine))
    }

    /// Has what this engine runs tasks?
    #[cfg(feature = "components")]
    pub(crate) fn has_tasks(&self, component: &wasmtime::component::Component) -> bool {
        let tasks = self.components.tasks.get();
        tasks.is_some_and(|tasks| wasmtime::Engine::same(tasks, component.engine()))
    }

    /// The engine underneath, for programs that link a module themselves.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }

    /// Let every guest look whether it is to end.
    pub(crate) fn increment_epoch(&self) {
        self.inner.increment_epoch();
        #[cfg(feature = "components")]
        for made in [&self.components.plain, &self.components.tasks] {
            if let Some(engine) = made.get() {
                engine.increment_epoch();
            }
        }
    }

    pub(crate) fn stack_size(&self) -> usize {
        self.settings.stack_size
    }
}

/// What modules and components have alike.
fn config(settings: &Settings, cache: Option<&Cache>) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(settings.stack_size)
        .cache(cache.cloned());
    // Not used but for components, and not to be less in any case.
    #[cfg(feature = "components")]
    config.async_stack_size(settings.stack_size);
    config
}

/// Room for the host's frames above a guest's, a name lookup's at the deepest.
pub(crate) const HOST_STACK: usize = 256 << 10;

/// The same for a component, whose calls end in more of other people's code.
#[cfg(feature = "components")]
const MOST_HOST_STACK: usize = 1 << 20;

fn start(config: &Config) -> Result<wasmtime::Engine, Error> {
    wasmtime::Engine::new(config).map_err(|cause| {
        Error::new(ErrorKind::System, "the engine does not start").caused_by(cause)
    })
}

/// A compiled module or component. Cheap to clone.
#[derive(Clone)]
pub struct Program {
    pub(crate) code: Code,
    scan: Arc<Scan>,
    pub(crate) name: String,
    pub(crate) engine: Engine,
}

/// What was compiled.
#[derive(Clone)]
pub(crate) enum Code {
    Module(Module),
    #[cfg(feature = "components")]
    Component(wasmtime::component::Component),
}

impl Program {
    /// The core module underneath; a component has none of its own.
    pub fn module(&self) -> Option<&Module> {
        match &self.code {
            Code::Module(module) => Some(module),
            #[cfg(feature = "components")]
            Code::Component(_) => None,
        }
    }

    /// The core module, or an error that says why there is none.
    pub(crate) fn core(&self) -> Result<&Module, Error> {
        self.module().ok_or_else(|| {
            let text = format!("`{}` is a component, and no core module", self.name);
            Error::new(ErrorKind::NotWasm, text)
        })
    }

    /// Is it a component, of WASIp2 or p3?
    pub fn is_component(&self) -> bool {
        self.module().is_none()
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
