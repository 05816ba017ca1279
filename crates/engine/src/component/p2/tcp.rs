//! TCP sockets of `wasi:sockets@0.2`: each step of a socket's life is begun by one call and ended by another.

use std::net::SocketAddr;
use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Family, Flag, Interest, Kind, Net, Shutdown, Socket};
use iwasm_wasi::Files;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime_wasi::p2::bindings::sockets::network::{
    ErrorCode, IpAddressFamily, IpSocketAddress, Network,
};
use wasmtime_wasi::p2::bindings::sockets::tcp::ShutdownType;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use super::answer::{
    Answer, Refusal, family, handed, in_family, of_a_peer, of_accept, of_connect, of_one_host,
};
use super::connection::Connection;
use super::contract::{Calls, Store, TCP, TCP_CREATE, family_of, gone, open, with};
use super::poll::{Pollable, subscribe};
use super::streams::streams_of;
use super::wait::Awaited;
use crate::component::state::State;

/// A TCP socket.
pub(super) struct Tcp<F: Files> {
    socket: Arc<Socket<F::Kernel>>,
    stage: Stage<F>,
    backlog: u32,
}

/// How far its life has come.
enum Stage<F: Files> {
    /// Made. Next: `Binding`, `Connecting`.
    Unbound,
    /// Bound, and the guest is to ask how that went. Next: `Bound`.
    Binding,
    /// Has an address of its own. Next: `StartingToListen`, `Connecting`.
    Bound,
    /// Looks for its peer. Next: `Connected`, `Broken`.
    Connecting,
    /// Has a peer. Stays so.
    Connected(Arc<Connection<F>>),
    /// Listens, and the guest is to ask how that went. Next: `Listening`.
    StartingToListen,
    /// Takes connections. Stays so.
    Listening,
    /// Found no peer. Stays so.
    Broken,
}

/// What a listener has that nobody said a number for: as Rust's standard library, among others.
const BACKLOG: u32 = 128;

impl<F: Files> Tcp<F> {
    fn new(socket: Socket<F::Kernel>, stage: Stage<F>) -> Self {
        Self {
            socket: Arc::new(socket),
            stage,
            backlog: BACKLOG,
        }
    }

    fn open(net: &Net<F::Kernel>, family: Family) -> Result<Self, Refusal> {
        let socket = open(net.caller("create-tcp-socket"), family, Kind::Stream)?;
        Ok(Self::new(socket, Stage::Unbound))
    }

    pub(super) fn socket(&self) -> &Socket<F::Kernel> {
        &self.socket
    }

    /// What whoever subscribed to the socket itself waits for.
    pub(super) fn awaited(&self) -> Awaited<F> {
        let interest = match self.stage {
            Stage::Connecting => Interest::WRITE,
            Stage::Listening => Interest::READ,
            _ => return Awaited::Nothing,
        };
        Awaited::Socket(Arc::clone(&self.socket), interest)
    }

    /// One step at a time.
    fn idle(&self) -> Result<(), ErrorCode> {
        match self.stage {
            Stage::Binding | Stage::Connecting | Stage::StartingToListen => {
                Err(ErrorCode::ConcurrencyConflict)
            }
            _ => Ok(()),
        }
    }

    fn start_bind(&mut self, net: &Net<F::Kernel>, at: SocketAddr) -> Result<(), Refusal> {
        self.idle()?;
        let Stage::Unbound = self.stage else {
            return Err(ErrorCode::InvalidState.into());
        };
        of_one_host(at)?;
        in_family(at, self.socket.family())?;
        let caller = net.caller("start-bind");
        // A server finds its port free again after a restart: the contract has no option for it. Linux wants it of both
        // sockets, also of the first one, for which it chose the port.
        caller.set_flag(&self.socket, Flag::ReuseAddr, true)?;
        caller.bind(&self.socket, at)?;
        self.stage = Stage::Binding;
        Ok(())
    }

    fn finish_bind(&mut self) -> Result<(), Refusal> {
        let Stage::Binding = self.stage else {
            return Err(ErrorCode::NotInProgress.into());
        };
        self.stage = Stage::Bound;
        Ok(())
    }

    fn start_connect(&mut self, net: &Net<F::Kernel>, to: SocketAddr) -> Result<(), Refusal> {
        self.idle()?;
        let (Stage::Unbound | Stage::Bound) = self.stage else {
            return Err(ErrorCode::InvalidState.into());
        };
        of_one_host(to)?;
        of_a_peer(to)?;
        in_family(to, self.socket.family())?;
        match net.caller("start-connect").connect(&self.socket, to) {
            Ok(()) | Err(Fail::Errno(Errno::Inprogress)) => {
                self.stage = Stage::Connecting;
                Ok(())
            }
            // The policy spoke before anything was tried.
            Err(Fail::Errno(Errno::Acces)) => Err(Errno::Acces.into()),
            Err(fail) => {
                self.stage = Stage::Broken;
                Err(of_connect(fail).into())
            }
        }
    }

    /// The connection, once there is one.
    fn finish_connect(&mut self, net: &Net<F::Kernel>) -> Result<Arc<Connection<F>>, Refusal> {
        let Stage::Connecting = self.stage else {
            return Err(ErrorCode::NotInProgress.into());
        };
        let caller = net.caller("finish-connect");
        if !caller.is_settled(&self.socket)? {
            return Err(ErrorCode::WouldBlock.into());
        }
        if let Some(errno) = caller.take_error(&self.socket)? {
            self.stage = Stage::Broken;
            return Err(of_connect(errno.into()).into());
        }
        Ok(self.connected())
    }

    fn connected(&mut self) -> Arc<Connection<F>> {
        let connection = Arc::new(Connection::new(Arc::clone(&self.socket)));
        self.stage = Stage::Connected(Arc::clone(&connection));
        connection
    }

    fn start_listen(&mut self, net: &Net<F::Kernel>) -> Result<(), Refusal> {
        self.idle()?;
        let Stage::Bound = self.stage else {
            return Err(ErrorCode::InvalidState.into());
        };
        net.caller("start-listen")
            .listen(&self.socket, self.backlog)?;
        self.stage = Stage::StartingToListen;
        Ok(())
    }

    fn finish_listen(&mut self) -> Result<(), Refusal> {
        let Stage::StartingToListen = self.stage else {
            return Err(ErrorCode::NotInProgress.into());
        };
        self.stage = Stage::Listening;
        Ok(())
    }

    fn accept(&self, net: &Net<F::Kernel>) -> Result<(Self, Arc<Connection<F>>), Refusal> {
        let Stage::Listening = self.stage else {
            return Err(ErrorCode::InvalidState.into());
        };
        let accepted = net.caller("accept").accept(&self.socket, true);
        let (socket, _) = accepted.map_err(of_accept)?;
        let mut accepted = Self::new(socket, Stage::Unbound);
        let connection = accepted.connected();
        Ok((accepted, connection))
    }

    fn local(&self, net: &Net<F::Kernel>) -> Result<IpSocketAddress, Refusal> {
        match self.stage {
            Stage::Unbound | Stage::Broken => Err(ErrorCode::InvalidState.into()),
            // Whoever looks for a peer has an address, too: the system gives it at once.
            _ => Ok(net
                .caller("local-address")
                .local(&self.socket)?
                .inet()?
                .into()),
        }
    }

    fn remote(&self, net: &Net<F::Kernel>) -> Result<IpSocketAddress, Refusal> {
        let Stage::Connected(_) = self.stage else {
            return Err(ErrorCode::InvalidState.into());
        };
        let remote = net.caller("remote-address").remote(&self.socket)?;
        Ok(remote.inet()?.into())
    }

    /// A listener takes it at once.
    pub(super) fn set_backlog(&mut self, net: &Net<F::Kernel>, size: u64) -> Result<(), Refusal> {
        if size == 0 {
            return Err(ErrorCode::InvalidArgument.into());
        }
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        match self.stage {
            Stage::Unbound | Stage::Binding | Stage::Bound => {}
            Stage::StartingToListen | Stage::Listening => {
                let caller = net.caller("set-listen-backlog-size");
                caller.listen(&self.socket, size)?;
            }
            _ => return Err(ErrorCode::InvalidState.into()),
        }
        self.backlog = size;
        Ok(())
    }

    fn shut_down(&self, net: &Net<F::Kernel>, how: ShutdownType) -> Result<(), Refusal> {
        let Stage::Connected(connection) = &self.stage else {
            return Err(ErrorCode::InvalidState.into());
        };
        let how = match how {
            ShutdownType::Receive => Shutdown::Read,
            ShutdownType::Send => Shutdown::Write,
            ShutdownType::Both => Shutdown::Both,
        };
        Ok(connection.shut_down(net, how)?)
    }
}

type This<F> = Resource<Tcp<F>>;
type Streams = (Resource<DynInputStream>, Resource<DynOutputStream>);

/// Link what makes sockets, and what they do.
pub(super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    linker.instance(TCP_CREATE)?.func_wrap(
        "create-tcp-socket",
        |mut store: Store<'_, F>, (of,): (IpAddressFamily,)| {
            let state = store.data_mut();
            let made = Tcp::<F>::open(&state.group.process.net, family(of));
            handed(&mut state.table, made)
        },
    )?;
    let mut tcp = linker.instance(TCP)?;
    tcp.resource(
        "tcp-socket",
        ResourceType::host::<Tcp<F>>(),
        gone::<F, Tcp<F>>,
    )?;
    binding(&mut tcp)?;
    connecting(&mut tcp)?;
    listening(&mut tcp)?;
    super::options::link_tcp(&mut tcp)
}

type At<F> = (This<F>, Resource<Network>, IpSocketAddress);

fn binding<F: Files>(tcp: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    tcp.func_wrap(
        "[method]tcp-socket.start-bind",
        |mut store: Store<'_, F>, (this, network, at): At<F>| {
            store.data().table.get(&network)?;
            with(&mut store, &this, |tcp, net| tcp.start_bind(net, at.into()))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.finish-bind",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |tcp, _| tcp.finish_bind())
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.local-address",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |tcp, net| tcp.local(net))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.address-family",
        |store: Store<'_, F>, (this,): (This<F>,)| {
            let socket = store.data().table.get(&this)?.socket();
            Ok((family_of(socket),))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.subscribe",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            let pollable = Pollable::Tcp(this.rep());
            subscribe(store.data_mut(), pollable, &this)
        },
    )
}

fn connecting<F: Files>(tcp: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    tcp.func_wrap(
        "[method]tcp-socket.start-connect",
        |mut store: Store<'_, F>, (this, network, to): At<F>| {
            store.data().table.get(&network)?;
            with(&mut store, &this, |tcp, net| {
                tcp.start_connect(net, to.into())
            })
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.finish-connect",
        |mut store: Store<'_, F>, (this,): (This<F>,)| -> Answer<Streams> {
            let (made,) = with(&mut store, &this, |tcp, net| tcp.finish_connect(net))?;
            Ok((match made {
                Ok(connection) => Ok(streams_of(store.data_mut(), &connection, &this)?),
                Err(code) => Err(code),
            },))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.remote-address",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |tcp, net| tcp.remote(net))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.shutdown",
        |mut store: Store<'_, F>, (this, how): (This<F>, ShutdownType)| {
            with(&mut store, &this, |tcp, net| tcp.shut_down(net, how))
        },
    )
}

fn listening<F: Files>(tcp: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    tcp.func_wrap(
        "[method]tcp-socket.start-listen",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |tcp, net| tcp.start_listen(net))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.finish-listen",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |tcp, _| tcp.finish_listen())
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.accept",
        |mut store: Store<'_, F>, (this,): (This<F>,)| -> Answer<(This<F>, _, _)> {
            let (made,) = with(&mut store, &this, |tcp, net| tcp.accept(net))?;
            let (socket, connection) = match made {
                Ok(made) => made,
                Err(code) => return Ok((Err(code),)),
            };
            let state = store.data_mut();
            let socket = state.table.push(socket)?;
            let (input, output) = streams_of(state, &connection, &socket)?;
            Ok((Ok((socket, input, output)),))
        },
    )?;
    tcp.func_wrap(
        "[method]tcp-socket.is-listening",
        |store: Store<'_, F>, (this,): (This<F>,)| {
            let tcp = store.data().table.get(&this)?;
            Ok((matches!(tcp.stage, Stage::Listening),))
        },
    )
}
