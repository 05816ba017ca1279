//! What a component may import, and what becomes of the rest.

use iwasm_wasi::Files;
use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem};
use wasmtime::component::{Component, Linker, LinkerInstance, ResourceType};
use wasmtime::{Engine, bail};
use wasmtime_wasi::p3;
use wasmtime_wasi::p3::bindings::sockets::types;
use wasmtime_wasi::sockets::WasiSockets;

use super::state::State;
use super::{names, p2, refused, sockets};
use crate::inspect::interfaces;
use crate::{Error, ErrorKind, Limits, Program};

/// Provide what there is; that of WASIp3 to a component with tasks.
pub(super) fn link<F: Files>(linker: &mut Linker<State<F>>, tasks: bool) -> wasmtime::Result<()> {
    p2::link(linker)?;
    names::link_p2(linker)?;
    if !tasks {
        return Ok(());
    }
    p3::cli::add_to_linker(linker)?;
    p3::clocks::add_to_linker(linker)?;
    p3::filesystem::add_to_linker(linker)?;
    p3::random::add_to_linker(linker)?;
    types::add_to_linker::<_, WasiSockets>(linker, State::p3_sockets)?;
    linker.allow_shadowing(true);
    sockets::p3::link(linker)?;
    linker.allow_shadowing(false);
    names::link_p3(linker)
}

/// See that each import is provided, or bind it to a function that ends the guest where that was asked for.
pub(super) fn check<F: Files>(
    linker: &mut Linker<State<F>>,
    component: &Component,
    program: &Program,
    limits: &Limits,
) -> Result<(), Error> {
    let engine = linker.engine().clone();
    let component = component.component_type();
    let missing: Vec<_> = component
        .imports(&engine)
        .filter(|(name, import)| {
            !interfaces::is_provided(name) && does_something(&engine, &import.ty)
        })
        .collect();
    if limits.trap_unknown_imports {
        return missing.iter().try_for_each(|(name, import)| {
            trap(&engine, &mut linker.root(), name, &import.ty).map_err(refused)
        });
    }
    match missing.as_slice() {
        [] => Ok(()),
        [(name, _), more @ ..] => Err(unknown(&program.name, name, more.len())),
    }
}

/// Types alone need nobody who provides them.
fn does_something(engine: &Engine, import: &ComponentItem) -> bool {
    match import {
        ComponentItem::Type(_) => false,
        ComponentItem::ComponentInstance(instance) => instance
            .exports(engine)
            .any(|(_, export)| does_something(engine, &export.ty)),
        _ => true,
    }
}

/// Bind an import to functions that end the guest.
fn trap<F: Files>(
    engine: &Engine,
    linker: &mut LinkerInstance<'_, State<F>>,
    name: &str,
    import: &ComponentItem,
) -> wasmtime::Result<()> {
    match import {
        ComponentItem::ComponentInstance(instance) => {
            trap_all(engine, &mut linker.instance(name)?, name, instance)
        }
        ComponentItem::ComponentFunc(function) => trap_call(linker, name, name, function),
        ComponentItem::Type(_) => Ok(()),
        ComponentItem::Resource(_) => {
            linker.resource(name, ResourceType::host::<()>(), |_, _| Ok(()))
        }
        _ => bail!("`{name}` is code, which nothing can stand for"),
    }
}

fn trap_all<F: Files>(
    engine: &Engine,
    linker: &mut LinkerInstance<'_, State<F>>,
    interface: &str,
    instance: &ComponentInstance,
) -> wasmtime::Result<()> {
    for (name, export) in instance.exports(engine) {
        match &export.ty {
            ComponentItem::ComponentFunc(function) => {
                let called = format!("{interface}#{name}");
                trap_call(linker, name, &called, function)?;
            }
            other => trap(engine, linker, name, other)?,
        }
    }
    Ok(())
}

fn trap_call<F: Files>(
    linker: &mut LinkerInstance<'_, State<F>>,
    name: &str,
    called: &str,
    function: &ComponentFunc,
) -> wasmtime::Result<()> {
    let text = format!("unknown import: `{called}` is provided by nothing");
    if function.async_() {
        return linker.func_new_concurrent(name, move |_, _, _, _| {
            let error = wasmtime::Error::msg(text.clone());
            Box::pin(async move { Err(error) })
        });
    }
    linker.func_new(name, move |_, _, _, _| {
        Err(wasmtime::Error::msg(text.clone()))
    })
}

fn unknown(file: &str, import: &str, more: usize) -> Error {
    let more = match more {
        0 => String::new(),
        more => format!(" (nor {more} more)"),
    };
    let text = format!("`{file}` imports `{import}`, which nothing provides{more}");
    let path = import.split_once('@').map_or(import, |(path, _)| path);
    let cause = match interfaces::releases(path) {
        (false, false) => {
            "iwasm provides `wasi:cli`, `wasi:clocks`, `wasi:filesystem`, `wasi:io`, `wasi:random` and `wasi:sockets`"
        }
        (true, false) => "the versions of it that iwasm provides are 0.2.0 and later",
        (false, true) => "the versions of it that iwasm provides are 0.3.0 and later",
        (true, true) => "the versions of it that iwasm provides are 0.2.0, 0.3.0 and later",
    };
    Error::new(ErrorKind::UnknownImport, text)
        .caused_by(cause)
        .with_hint("`--trap-unknown-imports` starts the guest all the same, and ends it when it calls what is missing")
}
