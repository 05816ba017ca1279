//! What the store of a component holds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use iwasm_wasi::{Descriptor, Files, MAX_DESCRIPTORS};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::random::WasiRandomCtx;
use wasmtime_wasi::sockets::{WasiSocketsCtx, WasiSocketsCtxView};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::Preopen;
use super::bounds::Bounds;
use super::p2::{Io, Known};
use super::seats::Seats;
use super::sockets;
use super::streams::{Input, Output};
use crate::group::Group;
use crate::{Error, ErrorKind, Limits};

/// What the store of a component holds.
pub(super) struct State<F: Files> {
    pub(super) group: Arc<Group<F>>,
    pub(super) bounds: Bounds,
    /// Lookups under way: each has a thread.
    pub(super) lookups: Seats,
    /// Datagrams of p3 under way, in either direction: each has a buffer of 64 KiB.
    pub(super) datagrams: Seats,
    /// The UDP sockets of p3, by their place in the table, that have an address which they asked for.
    pub(super) bound: HashSet<u32>,
    /// What the streams and pollables of p2 share.
    pub(super) io: Arc<Io<F>>,
    /// What is known of streams, by their place in the table.
    pub(super) known: HashMap<u32, Known<F>>,
    /// The standard streams.
    pub(super) standard: Standard<F>,
    /// What the guest holds.
    pub(super) table: ResourceTable,
    wasi: WasiCtx,
    p3_sockets: WasiSocketsCtx,
}

/// The standard streams.
pub(super) struct Standard<F: Files> {
    pub(super) input: Input<F>,
    pub(super) output: Output<F>,
    pub(super) error: Output<F>,
}

impl<F: Files> State<F> {
    pub(super) fn new(
        group: &Arc<Group<F>>,
        preopens: &[Preopen],
        limits: &Limits,
    ) -> Result<Self, Error> {
        let mut wasi = WasiCtx::builder();
        words(&mut wasi, group)?;
        let standard = Standard::of(group)?;
        wasi.stdin(standard.input.clone());
        wasi.stdout(standard.output.clone());
        wasi.stderr(standard.error.clone());
        for preopen in preopens {
            wasi.preopened_dir(&preopen.host, &preopen.guest, FsPerms::ReadWrite)
                .map_err(|cause| {
                    let host = preopen.host.display();
                    let text = format!("cannot open the directory `{host}`");
                    Error::new(ErrorKind::Directory, text).caused_by(cause)
                })?;
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_DESCRIPTORS);
        Ok(Self {
            bounds: Bounds::new(limits.max_memory),
            lookups: Seats::new(MOST_LOOKUPS),
            datagrams: Seats::new(MOST_DATAGRAMS),
            bound: HashSet::new(),
            io: Io::new(group),
            known: HashMap::new(),
            standard,
            table,
            wasi: wasi.build(),
            p3_sockets: sockets::granted(group).sockets().clone(),
            group: Arc::clone(group),
        })
    }

    /// What the guest holds, to be lent.
    pub(super) fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }

    /// Where its random numbers come from.
    pub(super) fn random(&mut self) -> &mut WasiRandomCtx {
        self.wasi.random()
    }

    /// Its sockets of WASIp3.
    pub(super) fn p3_sockets(&mut self) -> WasiSocketsCtxView<'_> {
        WasiSocketsCtxView {
            ctx: &mut self.p3_sockets,
            table: &mut self.table,
        }
    }
}

impl<F: Files> WasiView for State<F> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// A program asks for a few names at once; one that asks for many waits for the first ones.
const MOST_LOOKUPS: usize = 64;

/// 64 MiB of buffers.
const MOST_DATAGRAMS: usize = 1 << 10;

/// Arguments and environment, which have to be text here.
fn words<F: Files>(wasi: &mut WasiCtxBuilder, group: &Group<F>) -> Result<(), Error> {
    for word in &group.process.args {
        wasi.arg(text("argument", word)?);
    }
    for variable in &group.process.environ {
        let variable = text("variable", variable)?;
        let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
        wasi.env(name, value);
    }
    Ok(())
}

fn text<'a>(what: &str, word: &'a [u8]) -> Result<&'a str, Error> {
    str::from_utf8(word).map_err(|cause| {
        let shown = word.escape_ascii();
        let text = format!("the {what} `{shown}` is not UTF-8, as a component's has to be");
        Error::new(ErrorKind::BadArgument, text).caused_by(cause)
    })
}

impl<F: Files> Standard<F> {
    fn of(group: &Arc<Group<F>>) -> Result<Self, Error> {
        let stream = |number| -> Result<Arc<Descriptor<F>>, Error> {
            let found = group.process.table.get(number);
            found.map_err(|errno| {
                Error::new(ErrorKind::System, "a standard stream is missing").caused_by(errno)
            })
        };
        Ok(Self {
            input: Input::new(Arc::clone(group), stream(0)?),
            output: Output::new(Arc::clone(group), stream(1)?),
            error: Output::new(Arc::clone(group), stream(2)?),
        })
    }
}
