//! UDP sockets of `wasi:sockets@0.2`.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use iwasm_abi::Errno;
use iwasm_net::{Fail, Family, Kind, Net, Socket};
use iwasm_policy::UdpBind;
use iwasm_wasi::Files;
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime_wasi::p2::bindings::sockets::network::{
    ErrorCode, IpAddressFamily, IpSocketAddress, Network,
};

use super::answer::{Answer, Refusal, family, handed, in_family, of_a_peer, of_connect};
use super::contract::{Calls, Store, UDP, UDP_CREATE, family_of, gone, open, with};
use super::datagrams::{Incoming, Outgoing};
use super::poll::{Pollable, subscribe};
use crate::component::state::State;

/// A UDP socket.
pub(super) struct Udp<F: Files> {
    port: Arc<Port<F>>,
    stage: Stage,
    remote: Option<SocketAddr>,
    /// What its present streams hold.
    streams: Weak<()>,
}

/// How far its life has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Made. Next: `Binding`.
    Unbound,
    /// Bound, and the guest is to ask how that went. Next: `Bound`.
    Binding,
    /// Has an address of its own, or is to have one. Stays so.
    Bound,
}

/// What a socket and its streams share.
pub(super) struct Port<F: Files> {
    pub(super) socket: Arc<Socket<F::Kernel>>,
    /// The bind was put off: see [`Port::bind`].
    put_off: AtomicBool,
    /// It was, and the system has given the socket a port since.
    given: AtomicBool,
}

impl<F: Files> Port<F> {
    /// Give the socket its own address.
    ///
    /// The contract lets no unbound socket send, so every client binds: to any address and any port. To whoever only sends
    /// that is as good as no bind, with which the system picks the port, as for the guests of other contracts. So where the
    /// policy denies it, it is put off until the guest does what needs it, and told then.
    fn bind(&self, net: &Net<F::Kernel>, at: SocketAddr) -> Result<(), Refusal> {
        let anywhere = at == self.anywhere();
        if anywhere && net.policy.permit::<UdpBind>(at).is_err() {
            self.put_off.store(true, Ordering::Relaxed);
            return Ok(());
        }
        Ok(net.caller("start-bind").bind(&self.socket, at)?)
    }

    /// Make the bind that was put off, for what needs it.
    pub(super) fn bind_now(&self, net: &Net<F::Kernel>) -> Result<(), Refusal> {
        if self.put_off.load(Ordering::Relaxed) && !self.given.load(Ordering::Relaxed) {
            net.caller("start-bind")
                .bind(&self.socket, self.anywhere())?;
        }
        Ok(())
    }

    /// What sends or connects has come to this. Unless the policy forbade it, the system has picked a port, whatever came
    /// of it then.
    pub(super) fn note<T>(&self, done: Result<T, Fail>) -> Result<T, Fail> {
        if !matches!(done, Err(Fail::Errno(Errno::Acces))) {
            self.given.store(true, Ordering::Relaxed);
        }
        done
    }

    /// Let the peer go. A port that the guest was granted stays; one that the system gave goes with the peer.
    fn let_go(&self, net: &Net<F::Kernel>) -> Result<(), Refusal> {
        let caller = net.caller("stream");
        if self.put_off.load(Ordering::Relaxed) {
            self.given.store(false, Ordering::Relaxed);
            return Ok(caller.disconnect(&self.socket)?);
        }
        Ok(caller.disconnect_in_place(&self.socket)?)
    }

    fn anywhere(&self) -> SocketAddr {
        match self.socket.family() {
            Family::V6 => (Ipv6Addr::UNSPECIFIED, 0).into(),
            _ => (Ipv4Addr::UNSPECIFIED, 0).into(),
        }
    }
}

impl<F: Files> Udp<F> {
    fn open(net: &Net<F::Kernel>, family: Family) -> Result<Self, Refusal> {
        let socket = open(net.caller("create-udp-socket"), family, Kind::Datagram)?;
        let port = Port {
            socket: Arc::new(socket),
            put_off: AtomicBool::default(),
            given: AtomicBool::default(),
        };
        Ok(Self {
            port: Arc::new(port),
            stage: Stage::Unbound,
            remote: None,
            streams: Weak::new(),
        })
    }

    pub(super) fn socket(&self) -> &Socket<F::Kernel> {
        &self.port.socket
    }

    fn start_bind(&mut self, net: &Net<F::Kernel>, at: SocketAddr) -> Result<(), Refusal> {
        match self.stage {
            Stage::Unbound => {}
            Stage::Binding => return Err(ErrorCode::ConcurrencyConflict.into()),
            Stage::Bound => return Err(ErrorCode::InvalidState.into()),
        }
        in_family(at, self.socket().family())?;
        self.port.bind(net, at)?;
        self.stage = Stage::Binding;
        Ok(())
    }

    fn finish_bind(&mut self) -> Result<(), Refusal> {
        if self.stage != Stage::Binding {
            return Err(ErrorCode::NotInProgress.into());
        }
        self.stage = Stage::Bound;
        Ok(())
    }

    /// Streams to and from everybody, or one peer.
    ///
    /// Those that were made before must be gone. The contract lets a host end a guest that still has them; here it is told.
    fn streams(
        &mut self,
        net: &Net<F::Kernel>,
        remote: Option<SocketAddr>,
    ) -> Result<(Incoming<F>, Outgoing<F>), Refusal> {
        match self.stage {
            Stage::Bound if self.streams.strong_count() == 0 => {}
            Stage::Binding => return Err(ErrorCode::ConcurrencyConflict.into()),
            _ => return Err(ErrorCode::InvalidState.into()),
        }
        if let Some(remote) = remote {
            of_a_peer(remote)?;
            in_family(remote, self.socket().family())?;
        }
        // A socket that goes on from one peer to the next keeps the address by which it reached the first.
        if self.remote.take().is_some() {
            self.port.let_go(net)?;
        }
        if let Some(remote) = remote {
            let done = net.caller("stream").connect(self.socket(), remote);
            self.port.note(done).map_err(of_connect)?;
        }
        self.remote = remote;
        let present = Arc::new(());
        self.streams = Arc::downgrade(&present);
        let incoming = Incoming::new(&self.port, remote, Arc::clone(&present));
        Ok((incoming, Outgoing::new(&self.port, remote, present)))
    }

    fn local(&self, net: &Net<F::Kernel>) -> Result<IpSocketAddress, Refusal> {
        if self.stage == Stage::Unbound {
            return Err(ErrorCode::InvalidState.into());
        }
        self.port.bind_now(net)?;
        let local = net.caller("local-address").local(self.socket())?;
        Ok(local.inet()?.into())
    }

    fn remote(&self) -> Result<IpSocketAddress, Refusal> {
        Ok(self.remote.ok_or(ErrorCode::InvalidState)?.into())
    }
}

type This<F> = Resource<Udp<F>>;
type Streams<F> = (Resource<Incoming<F>>, Resource<Outgoing<F>>);

/// Link what makes sockets, and what they do.
pub(super) fn link<F: Files>(linker: &mut Linker<State<F>>) -> wasmtime::Result<()> {
    linker.instance(UDP_CREATE)?.func_wrap(
        "create-udp-socket",
        |mut store: Store<'_, F>, (of,): (IpAddressFamily,)| {
            let state = store.data_mut();
            let made = Udp::<F>::open(&state.group.process.net, family(of));
            handed(&mut state.table, made)
        },
    )?;
    let mut udp = linker.instance(UDP)?;
    udp.resource(
        "udp-socket",
        ResourceType::host::<Udp<F>>(),
        gone::<F, Udp<F>>,
    )?;
    calls(&mut udp)?;
    super::options::link_udp(&mut udp)?;
    super::datagrams::link(&mut udp)
}

fn calls<F: Files>(udp: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    type At<F> = (This<F>, Resource<Network>, IpSocketAddress);

    udp.func_wrap(
        "[method]udp-socket.start-bind",
        |mut store: Store<'_, F>, (this, network, at): At<F>| {
            store.data().table.get(&network)?;
            with(&mut store, &this, |udp, net| udp.start_bind(net, at.into()))
        },
    )?;
    udp.func_wrap(
        "[method]udp-socket.finish-bind",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |udp, _| udp.finish_bind())
        },
    )?;
    udp.func_wrap(
        "[method]udp-socket.stream",
        |mut store: Store<'_, F>,
         (this, to): (This<F>, Option<IpSocketAddress>)|
         -> Answer<Streams<F>> {
            let to = to.map(SocketAddr::from);
            let (made,) = with(&mut store, &this, |udp, net| udp.streams(net, to))?;
            let table = &mut store.data_mut().table;
            let (incoming, outgoing) = match made {
                Ok(made) => made,
                Err(code) => return Ok((Err(code),)),
            };
            let incoming = table.push_child(incoming, &this)?;
            let outgoing = table.push_child(outgoing, &this)?;
            Ok((Ok((incoming, outgoing)),))
        },
    )?;
    udp.func_wrap(
        "[method]udp-socket.local-address",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |udp, net| udp.local(net))
        },
    )?;
    udp.func_wrap(
        "[method]udp-socket.remote-address",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            with(&mut store, &this, |udp, _| udp.remote())
        },
    )?;
    udp.func_wrap(
        "[method]udp-socket.address-family",
        |store: Store<'_, F>, (this,): (This<F>,)| {
            let socket = store.data().table.get(&this)?.socket();
            Ok((family_of(socket),))
        },
    )?;
    udp.func_wrap(
        "[method]udp-socket.subscribe",
        |mut store: Store<'_, F>, (this,): (This<F>,)| {
            // None of its steps waits.
            subscribe(store.data_mut(), Pollable::Nothing, &this)
        },
    )
}
