//! WASIp2: what its interfaces are linked to.
//!
//! Sockets, and the waiting for anything, are this house's own, on the one core that all dialects share. Files, streams,
//! clocks, random numbers and the command line come from `wasmtime-wasi`.

mod answer;
mod connection;
mod contract;
mod datagrams;
mod io;
mod options;
mod poll;
mod streams;
mod tcp;
mod udp;
mod wait;
mod watch;

use iwasm_wasi::Files;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::{cli, clocks, filesystem, random, sockets};
use wasmtime_wasi::random::WasiRandom;
use wasmtime_wasi::sockets::{WasiSockets, WasiSocketsView as _};
use wasmtime_wasi_io::bindings::wasi::io as wasi_io;

use super::state::State;

pub(super) use io::Io;
pub(super) use poll::{Pollable, subscribe};
pub(super) use streams::Known;

/// Link all of it but the lookups of names.
pub(super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    provided(linker)?;
    linker.allow_shadowing(true);
    poll::link(linker)?;
    streams::link(linker)?;
    linker.allow_shadowing(false);
    tcp::link(linker)?;
    udp::link(linker)
}

/// What `wasmtime-wasi` provides.
fn provided<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    let l = linker;
    wasi_io::error::add_to_linker::<_, Table>(l, State::table)?;
    wasi_io::streams::add_to_linker::<_, Table>(l, State::table)?;
    clocks::wall_clock::add_to_linker::<_, WasiClocks>(l, State::clocks)?;
    clocks::monotonic_clock::add_to_linker::<_, WasiClocks>(l, State::clocks)?;
    filesystem::preopens::add_to_linker::<_, WasiFilesystem>(l, State::filesystem)?;
    filesystem::types::add_to_linker::<_, WasiFilesystem>(l, State::filesystem)?;
    random::random::add_to_linker::<_, WasiRandom>(l, State::random)?;
    random::insecure::add_to_linker::<_, WasiRandom>(l, State::random)?;
    random::insecure_seed::add_to_linker::<_, WasiRandom>(l, State::random)?;
    cli::exit::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::environment::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::stdin::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::stdout::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::stderr::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_input::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_output::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_stdin::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_stdout::add_to_linker::<_, WasiCli>(l, State::cli)?;
    cli::terminal_stderr::add_to_linker::<_, WasiCli>(l, State::cli)?;
    sockets::instance_network::add_to_linker::<_, WasiSockets>(l, State::sockets)?;
    let options = sockets::network::LinkOptions::default();
    sockets::network::add_to_linker::<_, WasiSockets>(l, &options, State::sockets)
}

/// The table of what the guest holds, as the streams of `wasmtime-wasi` see it.
struct Table;

impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}
