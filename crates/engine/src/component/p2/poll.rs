//! `wasi:io/poll`, and the clock that one can wait for.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use iwasm_net::{Clock, Interest, Kernel, Socket};
use iwasm_wasi::{Files, MAX_DESCRIPTORS};
use wasmtime::component::{Linker, Resource, ResourceTable, ResourceType};
use wasmtime::{Result, bail};
use wasmtime_wasi::clocks::WasiClocksView as _;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::Host as _;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, Pollable as _};

use super::connection::Connection;
use super::contract::{CLOCK, POLL, Store, gone};
use super::tcp::Tcp;
use super::wait::{Awaited, Waiting, ended};
use crate::component::state::State;
use crate::component::streams::Input;

/// What a guest can wait for. What is known by its place in the table is there for as long as the pollable is.
pub(in super::super) enum Pollable<F: Files> {
    /// Nothing: it is always ready.
    Nothing,
    /// A moment of the system's monotonic clock, in nanoseconds.
    Moment(u64),
    /// What a connection brings.
    Input(Arc<Connection<F>>),
    /// Room for what goes out by it.
    Output(Arc<Connection<F>>),
    /// A UDP socket.
    Socket(Arc<Socket<F::Kernel>>, Interest),
    /// The standard input.
    Standard(Input<F>),
    /// A TCP socket: its state says what there is to wait for.
    Tcp(u32),
    /// Another thing of the system's, until it can be read.
    Handle(Arc<<F::Kernel as Kernel>::Handle>),
    /// A file's stream that is read.
    FileInput(u32),
    /// A file's stream that is written.
    FileOutput(u32),
}

/// Subscribe to something that is in the table: it cannot go before the pollable does.
pub(in super::super) fn subscribe<F: Files, T: 'static>(
    state: &mut State<F>,
    pollable: Pollable<F>,
    to: &Resource<T>,
) -> Result<(Resource<Pollable<F>>,)> {
    Ok((state.table.push_child(pollable, to)?,))
}

/// Link the waiting.
pub(super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> Result<()> {
    let mut poll = linker.instance(POLL)?;
    poll.resource(
        "pollable",
        ResourceType::host::<Pollable<F>>(),
        gone::<F, Pollable<F>>,
    )?;
    poll.func_wrap_async(
        "poll",
        |mut store: Store<'_, F>, (all,): (Vec<Resource<Pollable<F>>>,)| {
            Box::new(async move { Ok((ready(store.data_mut(), &all).await?,)) })
        },
    )?;
    poll.func_wrap_async(
        "[method]pollable.block",
        |mut store: Store<'_, F>, (this,): (Resource<Pollable<F>>,)| {
            Box::new(async move { ready(store.data_mut(), &[this]).await.map(drop) })
        },
    )?;
    poll.func_wrap(
        "[method]pollable.ready",
        |mut store: Store<'_, F>, (this,): (Resource<Pollable<F>>,)| {
            Ok((!ready_now(store.data_mut(), &[this])?.is_empty(),))
        },
    )?;
    let mut clock = linker.instance(CLOCK)?;
    clock.func_wrap(
        "subscribe-duration",
        |mut store: Store<'_, F>, (duration,): (u64,)| moment(store.data_mut(), duration),
    )?;
    clock.func_wrap(
        "subscribe-instant",
        |mut store: Store<'_, F>, (instant,): (u64,)| {
            let state = store.data_mut();
            let now = state.clocks().now()?;
            moment(state, instant.saturating_sub(now))
        },
    )
}

/// A pollable that is ready after so many nanoseconds.
fn moment<F: Files>(state: &mut State<F>, after: u64) -> Result<(Resource<Pollable<F>>,)> {
    let now = state.group.process.net.kernel.now(Clock::Monotonic)?;
    let pollable = Pollable::<F>::Moment(now.saturating_add(after));
    Ok((state.table.push(pollable)?,))
}

/// Wait until one of them is ready: which are, by their places.
async fn ready<F: Files>(state: &mut State<F>, all: &[Resource<Pollable<F>>]) -> Result<Vec<u32>> {
    let (mut waiting, files) = asked(state, all)?;
    if files.is_empty() {
        return waiting.ready().await;
    }
    // A file is ready as soon as the disk has answered, which is waited for; but not what has no disk, a pipe with a name.
    loop {
        let table = &mut state.table;
        let settled = poll_fn(|context| match files_ready(table, &files, context) {
            Ok(ready) if ready.len() < files.len() => Poll::Pending,
            done => Poll::Ready(done),
        });
        let settled = tokio::time::timeout(SPELL, settled).await;
        let mut ready = match settled {
            Ok(ready) => ready?,
            Err(_) => files_now(&mut state.table, &files)?,
        };
        ready.extend(waiting.look(false).map_err(ended)?);
        if !ready.is_empty() {
            ready.sort_unstable();
            return Ok(ready);
        }
    }
}

/// So often the system is asked while a file has no answer.
const SPELL: Duration = Duration::from_millis(10);

/// Which are ready at once.
fn ready_now<F: Files>(state: &mut State<F>, all: &[Resource<Pollable<F>>]) -> Result<Vec<u32>> {
    let (mut waiting, files) = asked(state, all)?;
    let mut ready = waiting.look(false).map_err(ended)?;
    ready.extend(files_now(&mut state.table, &files)?);
    Ok(ready)
}

/// A file's stream among what is waited for.
struct File {
    place: u32,
    stream: Stream,
}

enum Stream {
    Input(u32),
    Output(u32),
}

/// What the system is asked about, and the files, which answer for themselves.
fn asked<F: Files>(
    state: &State<F>,
    all: &[Resource<Pollable<F>>],
) -> Result<(Waiting<F>, Vec<File>)> {
    if all.is_empty() || all.len() > MAX_DESCRIPTORS {
        bail!("the guest waits for {} things at once", all.len());
    }
    let table = &state.table;
    let mut files = Vec::new();
    let mut each = Vec::with_capacity(all.len());
    for (place, pollable) in (0..).zip(all) {
        each.push(match table.get(pollable)? {
            Pollable::Nothing => Awaited::Nothing,
            Pollable::Moment(moment) => Awaited::Moment(*moment),
            Pollable::Input(connection) => connection.input(),
            Pollable::Output(connection) => connection.output(),
            Pollable::Socket(socket, interest) => Awaited::Socket(Arc::clone(socket), *interest),
            Pollable::Standard(input) => Awaited::Input(input.clone()),
            Pollable::Tcp(tcp) => table.get(&Resource::<Tcp<F>>::new_borrow(*tcp))?.awaited(),
            Pollable::Handle(handle) => Awaited::Handle(Arc::clone(handle)),
            Pollable::FileInput(stream) => {
                let stream = Stream::Input(*stream);
                files.push(File { place, stream });
                Awaited::Elsewhere
            }
            Pollable::FileOutput(stream) => {
                let stream = Stream::Output(*stream);
                files.push(File { place, stream });
                Awaited::Elsewhere
            }
        });
    }
    Ok((Waiting::new(&state.io, each), files))
}

fn files_now(table: &mut ResourceTable, files: &[File]) -> Result<Vec<u32>> {
    files_ready(
        table,
        files,
        &mut Context::from_waker(std::task::Waker::noop()),
    )
}

/// Which files are ready; of the others the context hears.
fn files_ready(
    table: &mut ResourceTable,
    files: &[File],
    context: &mut Context<'_>,
) -> Result<Vec<u32>> {
    let mut all = Vec::new();
    for file in files {
        let is_ready = match file.stream {
            Stream::Input(stream) => {
                let stream = table.get_mut(&Resource::<DynInputStream>::new_borrow(stream))?;
                pin!(stream.ready()).poll(context).is_ready()
            }
            Stream::Output(stream) => {
                let stream = table.get_mut(&Resource::<DynOutputStream>::new_borrow(stream))?;
                pin!(stream.ready()).poll(context).is_ready()
            }
        };
        if is_ready {
            all.push(file.place);
        }
    }
    Ok(all)
}
