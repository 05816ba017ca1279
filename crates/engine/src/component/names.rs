//! `wasi:sockets/ip-name-lookup`, both versions: each name is admitted by the policy, then looked up by our resolver, on
//! a thread of its own.

use std::net::IpAddr;
use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Host, Kernel, Kind};
use iwasm_wasi::Files;
use tokio::sync::oneshot::{self, error::TryRecvError};
use wasmtime::StoreContextMut;
use wasmtime::component::{Accessor, Linker, Resource, ResourceType};
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddress, Network};
use wasmtime_wasi::p3::bindings::sockets::ip_name_lookup::ErrorCode as P3ErrorCode;
use wasmtime_wasi::p3::bindings::sockets::types::IpAddress as P3IpAddress;

use super::p2::{Pollable, subscribe};
use super::state::State;

/// The interfaces as `wasmtime-wasi` names them.
const P2: &str = "wasi:sockets/ip-name-lookup@0.2.12";
const P3: &str = "wasi:sockets/ip-name-lookup@0.3.0";

type Found = Result<Vec<IpAddr>, Errno>;

/// A lookup, and how far the guest has come in what it found.
enum Lookup {
    UnderWay(oneshot::Receiver<Found>),
    Done(Result<std::vec::IntoIter<IpAddr>, Errno>),
}

/// A lookup of p2's, which a guest can wait for beside other things.
struct Stream<F: Files> {
    lookup: Lookup,
    /// Can be read when it is done: the other side has gone then. None, where it was done at once.
    end: Option<Arc<<F::Kernel as Kernel>::Handle>>,
}

/// Link the lookups of WASIp3.
pub(super) fn link_p3<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    linker.instance(P3)?.func_wrap_concurrent(
        "resolve-addresses",
        |accessor: &Accessor<State<F>>, (host,): (String,)| {
            Box::pin(async move {
                let lookup = accessor.with(|mut store| begin(store.get(), &host, || Ok(())));
                let found = lookup.end().await;
                let found = found.map(|found| found.map(P3IpAddress::from).collect::<Vec<_>>());
                Ok((found.map_err(p3_code),))
            })
        },
    )
}

/// Link those of p2.
pub(super) fn link_p2<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    type Store<'a, F> = StoreContextMut<'a, State<F>>;

    let mut names = linker.instance(P2)?;
    names.resource(
        "resolve-address-stream",
        ResourceType::host::<Stream<F>>(),
        |mut store, place| {
            let lookup = Resource::<Stream<F>>::new_own(place);
            store.data_mut().table.delete(lookup)?;
            Ok(())
        },
    )?;
    names.func_wrap(
        "resolve-addresses",
        |mut store: Store<'_, F>, (network, host): (Resource<Network>, String)| {
            let state = store.data_mut();
            // It says that the guest may use the network; the policy says what of it.
            state.table.get(&network)?;
            let mut end = None;
            let lookup = begin(state, &host, || {
                let (near, far) = state.group.process.net.kernel.pair(Kind::Stream)?;
                end = Some(Arc::new(near));
                Ok(far)
            });
            if let Lookup::Done(Err(errno)) = lookup {
                return Ok((Err(p2_code(errno)),));
            }
            Ok((Ok(state.table.push(Stream::<F> { lookup, end })?),))
        },
    )?;
    names.func_wrap(
        "[method]resolve-address-stream.resolve-next-address",
        |mut store: Store<'_, F>, (lookup,): (Resource<Stream<F>>,)| {
            let stream = store.data_mut().table.get_mut(&lookup)?;
            Ok((stream.lookup.next(),))
        },
    )?;
    names.func_wrap(
        "[method]resolve-address-stream.subscribe",
        |mut store: Store<'_, F>, (lookup,): (Resource<Stream<F>>,)| {
            let state = store.data_mut();
            let end = state.table.get(&lookup)?.end.clone();
            let pollable = end.map_or(Pollable::Nothing, Pollable::Handle);
            subscribe(state, pollable, &lookup)
        },
    )
}

/// Ask the policy, which answers at once, and then the resolver. What `hold` makes is held until it has answered.
fn begin<F: Files, H: Send + 'static>(
    state: &State<F>,
    host: &str,
    hold: impl FnOnce() -> Result<H, Errno>,
) -> Lookup {
    let net = &state.group.process.net;
    let permit = match net.caller(CALL).admit(host) {
        Ok(Host::Address(address)) => return Lookup::done(vec![address]),
        Ok(permit) => permit,
        // It is no name, so there is nothing that could not be found.
        Err(Errno::Noent) => return Lookup::Done(Err(Errno::Inval)),
        Err(errno) => return Lookup::Done(Err(errno)),
    };
    let Some(seat) = state.lookups.take() else {
        return Lookup::Done(Err(Errno::Again));
    };
    let Ok(held) = hold() else {
        return Lookup::Done(Err(Errno::Again));
    };
    let (tell, told) = oneshot::channel();
    let group = Arc::clone(&state.group);
    let begun = state.group.help(move || {
        let _seat = seat;
        let _held = held;
        let found = group.process.net.caller(CALL).look_up(&permit, None);
        // Who asked may be gone.
        let _ = tell.send(found.map_err(|fail| match fail {
            Fail::Errno(errno) => errno,
            _ => Errno::Intr,
        }));
    });
    match begun {
        Ok(()) => Lookup::UnderWay(told),
        Err(_) => Lookup::Done(Err(Errno::Again)),
    }
}

const CALL: &str = "resolve-addresses";

impl Lookup {
    /// The contract has no IPv4-mapped addresses.
    fn done(found: Vec<IpAddr>) -> Self {
        let found: Vec<_> = found.iter().map(IpAddr::to_canonical).collect();
        Self::Done(Ok(found.into_iter()))
    }

    fn take(&mut self, found: Found) {
        *self = match found {
            Ok(found) => Self::done(found),
            Err(errno) => Self::Done(Err(errno)),
        };
    }

    /// Wait until it is done.
    async fn settle(&mut self) {
        if let Self::UnderWay(told) = self {
            let found = told.await.unwrap_or(Err(Errno::Io));
            self.take(found);
        }
    }

    async fn end(mut self) -> Result<std::vec::IntoIter<IpAddr>, Errno> {
        self.settle().await;
        match self {
            Self::Done(found) => found,
            Self::UnderWay(_) => Err(Errno::Io),
        }
    }

    /// The next address, or none after the last.
    fn next(&mut self) -> Result<Option<IpAddress>, ErrorCode> {
        if let Self::UnderWay(told) = self {
            match told.try_recv() {
                Err(TryRecvError::Empty) => {}
                found => self.take(found.unwrap_or(Err(Errno::Io))),
            }
        }
        match self {
            Self::UnderWay(_) => Err(ErrorCode::WouldBlock),
            Self::Done(Ok(found)) => Ok(found.next().map(IpAddress::from)),
            Self::Done(Err(errno)) => Err(p2_code(*errno)),
        }
    }
}

fn p2_code(errno: Errno) -> ErrorCode {
    match errno {
        Errno::Acces => ErrorCode::AccessDenied,
        Errno::Inval => ErrorCode::InvalidArgument,
        Errno::Noent => ErrorCode::NameUnresolvable,
        Errno::Again => ErrorCode::TemporaryResolverFailure,
        Errno::Nomem => ErrorCode::OutOfMemory,
        _ => ErrorCode::PermanentResolverFailure,
    }
}

fn p3_code(errno: Errno) -> P3ErrorCode {
    match errno {
        Errno::Acces => P3ErrorCode::AccessDenied,
        Errno::Inval => P3ErrorCode::InvalidArgument,
        Errno::Noent => P3ErrorCode::NameUnresolvable,
        Errno::Again => P3ErrorCode::TemporaryResolverFailure,
        _ => P3ErrorCode::PermanentResolverFailure,
    }
}
