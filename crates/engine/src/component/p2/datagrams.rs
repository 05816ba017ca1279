//! The streams of a UDP socket of `wasi:sockets@0.2`: what comes in, and what goes out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Interest, Net, Sending};
use iwasm_wasi::Files;
use wasmtime::component::{Resource, ResourceType};
use wasmtime_wasi::p2::bindings::sockets::network::ErrorCode;
use wasmtime_wasi::p2::bindings::sockets::udp::{IncomingDatagram, OutgoingDatagram};

use super::answer::{Refusal, answer, in_family, of_a_peer, of_connect};
use super::contract::{Calls, Store, gone, with};
use super::io::{Io, MOST};
use super::poll::{Pollable, subscribe};
use super::udp::Port;

/// What comes in.
pub(super) struct Incoming<F: Files> {
    port: Arc<Port<F>>,
    remote: Option<SocketAddr>,
    _present: Arc<()>,
}

/// What goes out.
pub(super) struct Outgoing<F: Files> {
    port: Arc<Port<F>>,
    remote: Option<SocketAddr>,
    /// How many datagrams the guest may send in its next call.
    permit: usize,
    /// The system took less than it was offered.
    full: bool,
    _present: Arc<()>,
}

/// So many datagrams in one call, at most.
const MOST_DATAGRAMS: usize = 16;

/// What the length of a datagram is written in.
const LONGEST: usize = u16::MAX as usize;

impl<F: Files> Incoming<F> {
    pub(super) fn new(port: &Arc<Port<F>>, remote: Option<SocketAddr>, present: Arc<()>) -> Self {
        Self {
            port: Arc::clone(port),
            remote,
            _present: present,
        }
    }

    /// What has come, at most so many.
    fn receive(&self, io: &Io<F>, most: u64) -> Result<Vec<IncomingDatagram>, Refusal> {
        self.port.bind_now(&io.group.process.net)?;
        let most = usize::try_from(most).map_or(MOST_DATAGRAMS, |most| most.min(MOST_DATAGRAMS));
        let mut all = Vec::new();
        let mut bytes = 0;
        while all.len() < most && bytes < MOST {
            match self.next(io) {
                Ok(Some(datagram)) => {
                    bytes += datagram.data.len();
                    all.push(datagram);
                }
                Ok(None) => {}
                Err(Fail::Errno(Errno::Again)) => break,
                // It comes again, if it is to stay.
                Err(Fail::Errno(_)) if !all.is_empty() => break,
                Err(fail) => return Err(fail.into()),
            }
        }
        Ok(all)
    }

    /// The next one; none is one that came from somebody else before there was one peer.
    fn next(&self, io: &Io<F>) -> Result<Option<IncomingDatagram>, Fail> {
        let (bytes, source) = io.receive("receive", &self.port.socket, LONGEST)?;
        let source = source.ok_or(Errno::Io)?;
        if self.remote.is_some_and(|remote| !same(remote, source)) {
            return Ok(None);
        }
        Ok(Some(IncomingDatagram {
            data: bytes.to_vec(),
            remote_address: source.into(),
        }))
    }
}

/// The same peer, whatever the rest of an IPv6 address says.
fn same(one: SocketAddr, other: SocketAddr) -> bool {
    (one.ip(), one.port()) == (other.ip(), other.port())
}

impl<F: Files> Outgoing<F> {
    pub(super) fn new(port: &Arc<Port<F>>, remote: Option<SocketAddr>, present: Arc<()>) -> Self {
        Self {
            port: Arc::clone(port),
            remote,
            permit: 0,
            full: false,
            _present: present,
        }
    }

    /// How many may be sent now.
    fn check_send(&mut self, net: &Net<F::Kernel>) -> Result<u64, Refusal> {
        if self.full {
            let caller = net.caller("check-send");
            self.full = !caller.ready_within(&self.port.socket, Interest::WRITE, Duration::ZERO)?;
        }
        self.permit = if self.full { 0 } else { MOST_DATAGRAMS };
        Ok(self.permit as u64)
    }

    /// Send what was permitted: how many the system took.
    fn send(&mut self, net: &Net<F::Kernel>, all: &[OutgoingDatagram]) -> Result<u64, Refusal> {
        if all.is_empty() {
            return Ok(0);
        }
        if all.len() > self.permit {
            let text = "the guest sends more than it was permitted to";
            return Err(Refusal::Ended(wasmtime::Error::msg(text)));
        }
        self.permit = 0;
        let mut sent = 0;
        for datagram in all {
            match self.send_one(net, datagram) {
                Ok(()) => sent += 1,
                Err(Refusal::Told(ErrorCode::WouldBlock)) => {
                    self.full = true;
                    break;
                }
                // It is told when the guest sends that one again.
                Err(Refusal::Told(_)) if sent > 0 => break,
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(sent)
    }

    fn send_one(&self, net: &Net<F::Kernel>, datagram: &OutgoingDatagram) -> Result<(), Refusal> {
        if datagram.data.len() > LONGEST {
            return Err(ErrorCode::DatagramTooLarge.into());
        }
        let to = datagram.remote_address.map(SocketAddr::from);
        let to = match (to, self.remote) {
            (Some(to), None) => {
                of_a_peer(to)?;
                in_family(to, self.port.socket.family())?;
                Some(to)
            }
            (Some(to), Some(remote)) if !same(to, remote) => {
                return Err(ErrorCode::InvalidArgument.into());
            }
            (None, None) => return Err(ErrorCode::InvalidArgument.into()),
            (_, Some(_)) => None,
        };
        let how = Sending { dont_wait: true };
        let socket = &self.port.socket;
        let caller = net.caller("send");
        let sent = caller.send_bytes(socket, &datagram.data, to, how);
        self.port.note(sent).map_err(of_connect)?;
        Ok(())
    }
}

/// Link what the streams do.
pub(super) fn link<F: Files>(udp: &mut Calls<'_, F>) -> wasmtime::Result<()> {
    udp.resource(
        "incoming-datagram-stream",
        ResourceType::host::<Incoming<F>>(),
        gone::<F, Incoming<F>>,
    )?;
    udp.resource(
        "outgoing-datagram-stream",
        ResourceType::host::<Outgoing<F>>(),
        gone::<F, Outgoing<F>>,
    )?;
    udp.func_wrap(
        "[method]incoming-datagram-stream.receive",
        |store: Store<'_, F>, (this, most): (Resource<Incoming<F>>, u64)| {
            let state = store.data();
            answer(state.table.get(&this)?.receive(&state.io, most))
        },
    )?;
    udp.func_wrap(
        "[method]incoming-datagram-stream.subscribe",
        |mut store: Store<'_, F>, (this,): (Resource<Incoming<F>>,)| {
            let state = store.data_mut();
            let socket = Arc::clone(&state.table.get(&this)?.port.socket);
            subscribe(state, Pollable::Socket(socket, Interest::READ), &this)
        },
    )?;
    udp.func_wrap(
        "[method]outgoing-datagram-stream.check-send",
        |mut store: Store<'_, F>, (this,): (Resource<Outgoing<F>>,)| {
            with(&mut store, &this, Outgoing::check_send)
        },
    )?;
    udp.func_wrap(
        "[method]outgoing-datagram-stream.send",
        |mut store: Store<'_, F>, (this, all): (Resource<Outgoing<F>>, Vec<OutgoingDatagram>)| {
            with(&mut store, &this, |stream, net| stream.send(net, &all))
        },
    )?;
    udp.func_wrap(
        "[method]outgoing-datagram-stream.subscribe",
        |mut store: Store<'_, F>, (this,): (Resource<Outgoing<F>>,)| {
            let state = store.data_mut();
            let socket = Arc::clone(&state.table.get(&this)?.port.socket);
            subscribe(state, Pollable::Socket(socket, Interest::WRITE), &this)
        },
    )
}
