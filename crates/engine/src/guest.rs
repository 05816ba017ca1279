//! One guest, linked and ready to run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use iwasm_abi::wasix;
use iwasm_wasi::{Files, MAIN_THREAD, Process};
use wasmtime::{ExternType, Func, Instance, MemoryType, Module, SharedMemory, Store, Val};

use crate::group::{Group, Handle};
use crate::imports::Imports;
use crate::link::Host;
use crate::values;
use crate::{Engine, Error, ErrorKind, Outcome, Program};

/// Bounds of one guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many threads it may have beside its first.
    pub max_threads: u32,
    /// How many bytes of memory it may have, where that is less than it could address.
    pub max_memory: Option<u64>,
    /// After how long it is ended.
    pub timeout: Option<Duration>,
    /// Let it start though nothing provides some of its imports, and end it when it calls one of them.
    pub trap_unknown_imports: bool,
    /// It is all that the process is for: the thread that runs it gives up its own descriptors for it, for good.
    pub whole_process: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_threads: 256,
            max_memory: None,
            timeout: None,
            trap_unknown_imports: false,
            whole_process: false,
        }
    }
}

/// One guest, linked and ready to run.
pub struct Guest<F: Files> {
    group: Arc<Group<F>>,
    store: Store<Host<F>>,
    imports: Arc<Imports<F>>,
    file: String,
    timeout: Option<Duration>,
}

/// What a module can call its main function, the usual one first.
pub(crate) const MAIN: [&str; 4] = ["_start", "main", "__main_argc_argv", "_main"];

impl<F: Files> Guest<F> {
    /// Link the program's imports for this process.
    pub fn new(program: &Program, mut process: Process<F>, limits: &Limits) -> Result<Self, Error> {
        let module = program.core()?;
        process.quirks.wasix |= is_of_wasix(module);
        let pages = module.resources_required().max_initial_memory_size;
        check_memory(pages, limits.max_memory)?;
        let memory = shared_memory(&program.engine, module, limits.max_memory)?;
        let group = Group::new(program.engine.clone(), Arc::new(process), memory, *limits);
        let mut store = group.store(MAIN_THREAD);
        let trap = limits.trap_unknown_imports;
        let imports = Imports::bind(program, &mut store, group.memory.as_ref(), trap)?;
        let imports = Arc::new(imports);
        group.spawn_from(Arc::clone(&imports));
        Ok(Self {
            group,
            store,
            imports,
            file: program.name.clone(),
            timeout: limits.timeout,
        })
    }

    /// Ends the guest from another thread.
    pub fn handle(&self) -> Handle {
        Handle::new(&self.group)
    }

    /// Run its main function: `_start`, or a `main` that takes nothing.
    ///
    /// Returns when all of its threads are gone. One exception: a thread that waits at an address (`memory.atomic.wait`)
    /// in a memory of many megabytes is searched for, and may be found and ended only after this returns.
    pub fn run(self) -> Result<Outcome, Error> {
        let module = self.imports.module();
        let Some(main) = MAIN.iter().find(|name| takes_nothing(module, name)) else {
            return Err(Error::new(
                ErrorKind::MissingExport,
                format!("`{}` has no main function", self.file),
            )
            .caused_by("it exports no `_start`, and no `main` that takes nothing")
            .with_hint("name the function to call: `-f NAME`"));
        };
        self.enter(main, Vec::new(), |_| Outcome::Exited(0))
    }

    /// Call the function with arguments as text, and return its results as text.
    pub fn call(self, name: &str, arguments: &[String]) -> Result<Outcome, Error> {
        let Some(ExternType::Func(ty)) = self.imports.module().get_export(name) else {
            return Err(Error::new(
                ErrorKind::MissingExport,
                format!("`{}` exports no function `{name}`", self.file),
            )
            .with_hint(functions(self.imports.module())));
        };
        let arguments = values::arguments(name, &ty, arguments)?;
        self.enter(name, arguments, |results| {
            Outcome::Returned(results.iter().map(values::result).collect())
        })
    }

    fn enter(
        self,
        name: &str,
        arguments: Vec<Val>,
        outcome: impl FnOnce(&[Val]) -> Outcome + Send + 'static,
    ) -> Result<Outcome, Error> {
        let Self {
            group,
            mut store,
            imports,
            timeout,
            ..
        } = self;
        let name = name.to_owned();
        // A time that no clock reaches is no bound.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let main = move || {
            let instance = imports.instantiate(&mut store)?;
            drop(imports);
            if name != "_start" {
                initialize(&instance, &mut store)?;
            }
            let function = function(&instance, &mut store, &name)?;
            let mut results = vec![Val::I32(0); function.ty(&store).results().len()];
            function.call(&mut store, &arguments, &mut results)?;
            Ok(outcome(&results))
        };
        group.supervise(deadline, main).map_err(|cause| {
            Error::new(ErrorKind::System, "cannot start a thread").caused_by(cause)
        })
    }
}

fn function<T>(instance: &Instance, store: &mut Store<T>, name: &str) -> wasmtime::Result<Func> {
    let function = instance.get_func(&mut *store, name);
    function.ok_or_else(|| wasmtime::Error::msg(format!("no function `{name}`")))
}

/// A library's own start (WASI's reactor convention) comes before any of its functions.
fn initialize<T: 'static>(instance: &Instance, store: &mut Store<T>) -> wasmtime::Result<()> {
    match instance.get_typed_func::<(), ()>(&mut *store, "_initialize") {
        Ok(initialize) => initialize.call(store, ()),
        Err(_) => Ok(()),
    }
}

/// Is it a guest of WASIX? The C library of `guest/c` borrows these from it, and is WASIp1's in all else.
fn is_of_wasix(module: &Module) -> bool {
    let borrowed = [
        wasix::sockets::SOCK_PAIR.name,
        wasix::sockets::SOCK_GET_OPT_SIZE.name,
        wasix::sockets::SOCK_SET_OPT_SIZE.name,
    ];
    module
        .imports()
        .any(|import| import.module() == wasix::MODULE && !borrowed.contains(&import.name()))
}

fn takes_nothing(module: &Module, name: &str) -> bool {
    matches!(module.get_export(name), Some(ExternType::Func(ty)) if ty.params().len() == 0)
}

/// What one could have called, for a hint.
fn functions(module: &Module) -> String {
    let functions = module
        .exports()
        .filter(|export| export.ty().func().is_some());
    let names: Vec<_> = functions
        .take(20)
        .map(|export| format!("`{}`", export.name()))
        .collect();
    if names.is_empty() {
        return "the module exports no functions at all".to_owned();
    }
    format!("the module exports {}", names.join(", "))
}

/// The memory that the module's threads share, if it imports one.
fn shared_memory(
    engine: &Engine,
    module: &Module,
    max_memory: Option<u64>,
) -> Result<Option<SharedMemory>, Error> {
    let shared = module.imports().find_map(|import| match import.ty() {
        ExternType::Memory(ty) if ty.is_shared() => Some(ty),
        _ => None,
    });
    let Some(asked) = shared else {
        return Ok(None);
    };
    let least = asked.minimum() * PAGE;
    let ty = within(&asked, max_memory).ok_or_else(|| too_little(least))?;
    let memory = SharedMemory::new(engine.wasmtime(), ty).map_err(|cause| {
        Error::new(ErrorKind::System, "cannot make the guest's memory").caused_by(cause)
    })?;
    Ok(Some(memory))
}

/// The unit of linear memory in bytes.
const PAGE: u64 = 1 << 16;

/// The type of a shared memory with less to grow to; an import takes that. None if it cannot even start.
fn within(asked: &MemoryType, max_memory: Option<u64>) -> Option<MemoryType> {
    let (Some(bytes), Some(most)) = (max_memory, asked.maximum()) else {
        return Some(asked.clone());
    };
    let least = u32::try_from(asked.minimum()).ok()?;
    let most = u32::try_from(most.min(bytes / PAGE)).ok()?;
    (least <= most).then(|| MemoryType::shared(least, most))
}

/// A memory of the module's own must fit into its limit from the start.
pub(crate) fn check_memory(pages: Option<u64>, max_memory: Option<u64>) -> Result<(), Error> {
    match (pages.map(|pages| pages * PAGE), max_memory) {
        (Some(least), Some(most)) if least > most => Err(too_little(least)),
        _ => Ok(()),
    }
}

fn too_little(least: u64) -> Error {
    Error::new(
        ErrorKind::System,
        "the guest does not start with as little memory as it may have",
    )
    .caused_by(format!("it has {least} bytes from the start"))
}
