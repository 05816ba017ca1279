//! The streams of `wasi:io/streams` that are known here: those of connections, and the standard ones. The rest are files'.

use std::sync::Arc;

use iwasm_wasi::Files;
use wasmtime::component::{Linker, Resource, ResourceType, WasmList};
use wasmtime::{Result, bail};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, StreamResult};
use wasmtime_wasi_io::bindings::wasi::io::streams::{
    Host as _, HostInputStream as _, HostOutputStream as _, StreamError,
};

use super::connection::{Connection, Input, Output, TOO_MUCH};
use super::contract::{STDERR, STDIN, STDOUT, STREAMS, Store};
use super::io::MOST;
use super::poll::{Pollable, subscribe};
use super::tcp::Tcp;
use crate::component::state::State;
use crate::component::streams;

/// What is known of a stream, beside what every stream can do.
pub(in super::super) enum Known<F: Files> {
    Connection(Arc<Connection<F>>),
    /// The standard input.
    Input(streams::Input<F>),
    /// Where a write waits, so that waiting before is no use.
    Output,
}

/// The two streams of a connection.
pub(super) fn streams_of<F: Files>(
    state: &mut State<F>,
    connection: &Arc<Connection<F>>,
    socket: &Resource<Tcp<F>>,
) -> Result<(Resource<DynInputStream>, Resource<DynOutputStream>)> {
    let input: DynInputStream = Box::new(Input {
        io: Arc::clone(&state.io),
        connection: Arc::clone(connection),
    });
    let output: DynOutputStream = Box::new(Output {
        io: Arc::clone(&state.io),
        connection: Arc::clone(connection),
    });
    let input = state.table.push_child(input, socket)?;
    let output = state.table.push_child(output, socket)?;
    for place in [input.rep(), output.rep()] {
        let known = Known::Connection(Arc::clone(connection));
        state.known.insert(place, known);
    }
    Ok((input, output))
}

/// Put what is known of a stream in the place of what every stream does.
pub(super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> Result<()> {
    let mut streams = linker.instance(STREAMS)?;
    streams.resource_async(
        "input-stream",
        ResourceType::host::<DynInputStream>(),
        |mut store, place| {
            Box::new(async move {
                let state = store.data_mut();
                state.known.remove(&place);
                let stream = Resource::<DynInputStream>::new_own(place);
                state.table.delete(stream)?.cancel().await;
                Ok(())
            })
        },
    )?;
    streams.resource_async(
        "output-stream",
        ResourceType::host::<DynOutputStream>(),
        |mut store, place| {
            Box::new(async move {
                let state = store.data_mut();
                let known = state.known.remove(&place);
                let stream = Resource::<DynOutputStream>::new_own(place);
                let mut stream = state.table.delete(stream)?;
                match known {
                    Some(Known::Connection(connection)) => state.io.leave(connection),
                    _ => stream.cancel().await,
                }
                Ok(())
            })
        },
    )?;
    streams.func_wrap(
        "[method]input-stream.subscribe",
        |mut store: Store<'_, F>, (this,): (Resource<DynInputStream>,)| {
            let state = store.data_mut();
            let pollable = match state.known.get(&this.rep()) {
                Some(Known::Connection(connection)) => Pollable::Input(Arc::clone(connection)),
                Some(Known::Input(input)) => Pollable::Standard(input.clone()),
                _ => Pollable::FileInput(this.rep()),
            };
            subscribe(state, pollable, &this)
        },
    )?;
    streams.func_wrap(
        "[method]output-stream.subscribe",
        |mut store: Store<'_, F>, (this,): (Resource<DynOutputStream>,)| {
            let state = store.data_mut();
            let pollable = match state.known.get(&this.rep()) {
                Some(Known::Connection(connection)) => Pollable::Output(Arc::clone(connection)),
                Some(Known::Output) => Pollable::Nothing,
                _ => Pollable::FileOutput(this.rep()),
            };
            subscribe(state, pollable, &this)
        },
    )?;
    streams.func_wrap("[method]input-stream.read", read)?;
    streams.func_wrap("[method]output-stream.write", write)?;
    standard(linker)
}

/// The standard streams, so that it is known which they are.
fn standard<F: Files>(linker: &mut Linker<State<F>>) -> Result<()> {
    linker
        .instance(STDIN)?
        .func_wrap("get-stdin", |mut store: Store<'_, F>, (): ()| {
            let state = store.data_mut();
            let input = state.standard.input.clone();
            let stream: DynInputStream = Box::new(input.clone());
            let stream = state.table.push(stream)?;
            state.known.insert(stream.rep(), Known::Input(input));
            Ok((stream,))
        })?;
    linker
        .instance(STDOUT)?
        .func_wrap("get-stdout", |mut store: Store<'_, F>, (): ()| {
            let state = store.data_mut();
            let output = state.standard.output.clone();
            output_of(state, output)
        })?;
    linker
        .instance(STDERR)?
        .func_wrap("get-stderr", |mut store: Store<'_, F>, (): ()| {
            let state = store.data_mut();
            let error = state.standard.error.clone();
            output_of(state, error)
        })
}

fn output_of<F: Files>(
    state: &mut State<F>,
    output: streams::Output<F>,
) -> Result<(Resource<DynOutputStream>,)> {
    let stream: DynOutputStream = Box::new(output);
    let stream = state.table.push(stream)?;
    state.known.insert(stream.rep(), Known::Output);
    Ok((stream,))
}

/// Read what a connection brings into room that is used again, where there is one.
fn read<F: Files>(
    mut store: Store<'_, F>,
    (this, len): (Resource<DynInputStream>, u64),
) -> Result<(Result<Arc<Vec<u8>>, StreamError>,)> {
    let state = store.data_mut();
    let read = match state.known.get(&this.rep()) {
        Some(Known::Connection(connection)) => {
            connection.read(&state.io, usize::try_from(len).unwrap_or(usize::MAX))
        }
        _ => state.table.read(this, len).map(Arc::new),
    };
    told(&mut store, read)
}

/// Write straight from the guest's memory, where a connection takes it.
fn write<F: Files>(
    mut store: Store<'_, F>,
    (this, bytes): (Resource<DynOutputStream>, WasmList<u8>),
) -> Result<(Result<(), StreamError>,)> {
    let state = store.data();
    let written = match state.known.get(&this.rep()) {
        Some(Known::Connection(connection)) => {
            connection.write(&state.io, bytes.as_le_slice(&store))
        }
        // A file keeps what it is given until the disk has it, and looks at no permit of its own: this is what it permits.
        None if bytes.len() > MOST => bail!("{TOO_MUCH}"),
        Some(_) if bytes.len() > MOST_WRITTEN => bail!("{TOO_MUCH}"),
        _ => {
            let bytes = bytes.as_le_slice(&store).to_vec();
            store.data_mut().table.write(this, bytes)
        }
    };
    told(&mut store, written)
}

/// No stream permits as much; the standard ones are not strict about it, for they keep nothing.
const MOST_WRITTEN: usize = 32 << 20;

fn told<F: Files, T>(
    store: &mut Store<'_, F>,
    done: StreamResult<T>,
) -> Result<(Result<T, StreamError>,)> {
    let done = match done {
        Ok(value) => Ok(value),
        Err(error) => Err(store.data_mut().table.convert_stream_error(error)?),
    };
    Ok((done,))
}
