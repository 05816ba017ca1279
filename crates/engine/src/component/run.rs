//! A component's run: its main function, driven to the end or to the moment when it is ended.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use iwasm_wasi::Files;
use tokio::runtime::{Builder, Runtime};
use wasmtime::component::InstancePre;
use wasmtime::{Engine, Result, Store, UpdateDeadline};
use wasmtime_wasi::{I32Exit, p2, p3};

use super::state::State;
use crate::group::Group;
use crate::outcome::End;
use crate::{Error, ErrorKind, Outcome};

/// Where a component begins.
pub(super) enum Entry<F: Files> {
    /// `wasi:cli/run@0.2`.
    P2(p2::bindings::CommandPre<State<F>>),
    /// `wasi:cli/run@0.3`.
    P3(p3::bindings::CommandPre<State<F>>),
}

impl<F: Files> Entry<F> {
    pub(super) fn of(
        linked: InstancePre<State<F>>,
        tasks: bool,
        file: &str,
    ) -> Result<Self, Error> {
        if tasks && let Ok(p3) = p3::bindings::CommandPre::new(linked.clone()) {
            return Ok(Self::P3(p3));
        }
        p2::bindings::CommandPre::new(linked)
            .map(Self::P2)
            .map_err(|_| {
                let text = format!("`{file}` has no main function");
                Error::new(ErrorKind::MissingExport, text)
                    .caused_by("it exports no `wasi:cli/run` of version 0.2 or 0.3")
                    .with_hint("build it as a command, not as a library: `wasi:cli/command`")
            })
    }

    async fn run(self, store: &mut Store<State<F>>) -> Result<Result<(), ()>> {
        match self {
            Self::P2(command) => {
                let command = command.instantiate_async(&mut *store).await?;
                command.wasi_cli_run().call_run(store).await
            }
            Self::P3(command) => {
                let command = command.instantiate_async(&mut *store).await?;
                let run = store
                    .run_concurrent(async |store| command.wasi_cli_run().call_run(store).await);
                run.await?
            }
        }
    }
}

/// A store that looks at the stop flag whenever the epoch goes on, and has bounds.
pub(super) fn store<F: Files>(engine: &Engine, state: State<F>) -> Store<State<F>> {
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.bounds);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|context| {
        if context.data().group.process.net.stop.is_raised() {
            return Err(End::Stopped.into());
        }
        Ok(UpdateDeadline::Continue(1))
    });
    store.set_hostcall_fuel(MOST_IN_A_CALL);
    if let Some(tasks) = store.concurrent_resource_table() {
        tasks.set_max_capacity(iwasm_wasi::MAX_DESCRIPTORS);
    }
    store
}

/// So many bytes of arguments the host takes in one call, as texts and lists.
const MOST_IN_A_CALL: usize = 32 << 20;

/// What waits for files, on some threads when it has to, and for what has tasks: those' sockets tell of themselves to one
/// thread more, or a guest that asks without ever waiting heard of none.
pub(super) fn runtime(tasks: bool) -> io::Result<Runtime> {
    let mut runtime = match tasks {
        true => Builder::new_multi_thread(),
        false => Builder::new_current_thread(),
    };
    if tasks {
        runtime.worker_threads(1).enable_io();
    }
    runtime
        .max_blocking_threads(MOST_BLOCKING)
        .thread_name("guest-io")
        .enable_time()
        .build()
}

/// Calls on files that may wait, at once.
const MOST_BLOCKING: usize = 32;

/// Run it on this thread. The runtime's own ends with it; a file's call that hangs is left to itself.
pub(super) fn to_the_end<F: Files>(
    runtime: Runtime,
    stop: &Stopping<F>,
    mut store: Store<State<F>>,
    entry: Entry<F>,
) -> Result<Outcome> {
    let done = runtime.block_on(stop.or(entry.run(&mut store)));
    store.data().io.finish();
    {
        // What the guest held may have something to say to the runtime.
        let _entered = runtime.enter();
        drop(store);
    }
    runtime.shutdown_background();
    outcome(done)
}

fn outcome(done: Result<Result<(), ()>>) -> Result<Outcome> {
    match done {
        Ok(Ok(())) => Ok(Outcome::Exited(0)),
        Ok(Err(())) => Ok(Outcome::Exited(1)),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(I32Exit(code)) => Ok(Outcome::Exited(code.cast_unsigned())),
            None => Err(error),
        },
    }
}

/// Hears of the guest's end, for a future that waits.
pub(super) struct Stopping<F: Files> {
    group: Arc<Group<F>>,
    waker: Arc<Mutex<Option<Waker>>>,
}

impl<F: Files> Stopping<F> {
    pub(super) fn of(group: &Arc<Group<F>>) -> Self {
        let waker = Arc::<Mutex<Option<Waker>>>::default();
        let waits = Arc::clone(&waker);
        group.wake_with(Box::new(move || {
            let waker = waits.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }));
        let group = Arc::clone(group);
        Self { group, waker }
    }

    /// Do the work, but no longer than until the guest is ended.
    async fn or<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            let mut waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
            *waker = Some(context.waker().clone());
            drop(waker);
            if self.group.process.net.stop.is_raised() {
                return Poll::Ready(Err(End::Stopped.into()));
            }
            work.as_mut().poll(context)
        })
        .await
    }
}
