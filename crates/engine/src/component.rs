//! One component of WASIp2 or p3, linked and ready to run.
//!
//! What it imports comes from `wasmtime-wasi`, but for what reaches the network: the sockets of p2 are our core's (`p2`), those
//! of p3 are judged by it (`sockets`), and it looks names up for both (`names`). It is a group of one thread, and ends as every guest does.

mod bounds;
mod imports;
mod names;
mod p2;
mod run;
mod seats;
mod sockets;
mod state;
mod streams;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use iwasm_wasi::{Files, Process};
use wasmtime::Store;
use wasmtime::component::Linker;

use crate::compile::Code;
use crate::group::{Group, Handle};
use crate::guest::check_memory;
use crate::{Error, ErrorKind, Limits, Outcome, Program};

use run::Entry;
use state::State;

/// A directory of the host, and the name that the guest knows it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preopen {
    /// Where the host has it.
    pub host: PathBuf,
    /// Where the guest finds it.
    pub guest: String,
}

/// One component, linked and ready to run.
pub struct Component<F: Files> {
    group: Arc<Group<F>>,
    store: Store<State<F>>,
    entry: Entry<F>,
    file: String,
    timeout: Option<Duration>,
    tasks: bool,
}

impl<F: Files> Component<F> {
    /// Link the program's imports for this process. Of its descriptors a component has the standard streams; directories
    /// come as `preopens`, and sockets that are handed in have no place in it.
    pub fn new(
        program: &Program,
        process: Process<F>,
        preopens: &[Preopen],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let Code::Component(component) = &program.code else {
            let text = format!("`{}` is a core module, and no component", program.name);
            return Err(Error::new(ErrorKind::NotWasm, text));
        };
        let needs = component.resources_required();
        let pages = needs.and_then(|needs| needs.max_initial_memory_size);
        check_memory(pages, limits.max_memory)?;

        let engine = component.engine();
        let tasks = program.engine.has_tasks(component);
        let mut linker = Linker::new(engine);
        imports::link(&mut linker, tasks).map_err(refused)?;
        imports::check(&mut linker, component, program, limits)?;
        let linked = linker.instantiate_pre(component).map_err(refused)?;
        let entry = Entry::of(linked, tasks, &program.name)?;

        let group = Group::new(program.engine.clone(), Arc::new(process), None, *limits);
        let state = State::new(&group, preopens, limits)?;
        if !tasks {
            state.io.be_alone();
        }
        Ok(Self {
            store: run::store(engine, state),
            group,
            entry,
            file: program.name.clone(),
            timeout: limits.timeout,
            tasks,
        })
    }

    /// Ends the component from another thread.
    pub fn handle(&self) -> Handle {
        Handle::new(&self.group)
    }

    /// Run it: call its `wasi:cli/run`.
    pub fn run(self) -> Result<Outcome, Error> {
        let Self {
            group,
            store,
            entry,
            timeout,
            tasks,
            ..
        } = self;
        // A time that no clock reaches is no bound.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let stop = run::Stopping::of(&group);
        let runtime = run::runtime(tasks).map_err(no_thread)?;
        let main = move || run::to_the_end(runtime, &stop, store, entry);
        group.supervise(deadline, main).map_err(no_thread)
    }

    /// Why none of its functions can be called alone: they take and return what has no form as text here.
    pub fn uncallable(self, name: &str) -> Error {
        let text = format!(
            "`{}` is a component: `{name}` cannot be called alone",
            self.file
        );
        Error::new(ErrorKind::MissingExport, text)
            .caused_by("`-f` calls functions of core modules")
            .with_hint("run it without `-f`: that calls its `wasi:cli/run`")
    }
}

fn no_thread(cause: io::Error) -> Error {
    Error::new(ErrorKind::System, "cannot start a thread").caused_by(cause)
}

fn refused(cause: wasmtime::Error) -> Error {
    Error::new(ErrorKind::Invalid, "the component cannot be linked").caused_by(cause)
}
