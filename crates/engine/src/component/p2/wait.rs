//! Waiting, as WASIp2 has it: one question to the system for all that the guest waits for.

use std::collections::HashMap;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Clock, Fail, Interest, Kernel, Net, Readiness, Socket};
use iwasm_wasi::Files;

use super::connection::Connection;
use super::io::{Io, lock};
use super::watch::{Asked, FEW};
use crate::component::streams::Input;

/// What is waited for. It is held, so that any thread can wait for it.
pub(super) enum Awaited<F: Files> {
    /// Nothing: it is ready.
    Nothing,
    /// What is not for the system to say: never ready here.
    Elsewhere,
    /// A moment of the system's monotonic clock, in nanoseconds.
    Moment(u64),
    /// A socket.
    Socket(Arc<Socket<F::Kernel>>, Interest),
    /// Room for more than what a connection still holds.
    Output(Arc<Connection<F>>),
    /// Another thing of the system's, until it can be read.
    Handle(Arc<<F::Kernel as Kernel>::Handle>),
    /// The standard input.
    Input(Input<F>),
}

impl<F: Files> Awaited<F> {
    /// What the system is asked about.
    fn handle(&self) -> Option<(&<F::Kernel as Kernel>::Handle, Interest)> {
        match self {
            Self::Nothing | Self::Elsewhere | Self::Moment(_) => None,
            Self::Socket(socket, interest) => Some((socket.handle(), *interest)),
            Self::Output(connection) => {
                let (socket, interest) = connection.output_socket();
                Some((socket.handle(), interest))
            }
            Self::Handle(handle) => Some((handle, Interest::READ)),
            Self::Input(input) => input.handle().map(|handle| (handle, Interest::READ)),
        }
    }

    /// Is it ready, of which the system said so?
    fn is_ready(&self, net: &Net<F::Kernel>) -> bool {
        match self {
            // The system may have room for a part of what the connection holds, and then a write is not permitted yet.
            Self::Output(connection) => connection.go_on(net),
            _ => true,
        }
    }

    /// Is it ready, where the system was not asked?
    fn is_past(&self, now: u64) -> bool {
        match self {
            Self::Elsewhere => false,
            Self::Moment(moment) => *moment <= now,
            // What cannot be waited for is always ready.
            _ => true,
        }
    }
}

/// All that one call waits for.
pub(super) struct Waiting<F: Files> {
    io: Arc<Io<F>>,
    each: Vec<Awaited<F>>,
    /// Connections that have taken more of the guest than the system took of them, which goes on meanwhile.
    rests: Vec<Arc<Connection<F>>>,
}

impl<F: Files> Waiting<F> {
    pub(super) fn new(io: &Arc<Io<F>>, each: Vec<Awaited<F>>) -> Self {
        let rests = io.rests();
        let io = Arc::clone(io);
        Self { io, each, rests }
    }

    /// Wait until one of them is ready: which are, by their places.
    ///
    /// A component that has nothing beside this call waits on its own thread. Where the rest of it goes on meanwhile,
    /// a helper waits.
    pub(super) async fn ready(mut self) -> wasmtime::Result<Vec<u32>> {
        if self.io.is_alone() {
            return self.look(true).map_err(ended);
        }
        let ready = self.look(false).map_err(ended)?;
        if !ready.is_empty() {
            return Ok(ready);
        }
        let (tell, told) = tokio::sync::oneshot::channel();
        let group = Arc::clone(&self.io.group);
        group.help(move || {
            // Who waited may be gone.
            let _ = tell.send(self.look(true));
        })?;
        told.await
            .map_or_else(|_| Err(ended(Fail::Stopped)), |ready| ready.map_err(ended))
    }

    /// Which of them are ready: at once or, if `patient`, as soon as one is.
    pub(super) fn look(&mut self, patient: bool) -> Result<Vec<u32>, Fail> {
        let net = &self.io.group.process.net;
        loop {
            let limit = if patient {
                self.limit(&net.kernel)?
            } else {
                Some(Duration::ZERO)
            };
            let ready = self.ask(limit)?;
            let (asked, rests) = ready.split_at(ready.len() - self.rests.len());
            // One whose rest is out is let go at once: it may be the last that its peer waits for.
            let mut rests = rests.iter();
            self.rests.retain(|rest| {
                let has_room = rests.next().is_some_and(|ready| ready.any());
                !(has_room && rest.go_on(net))
            });
            let places = self.places(net, asked)?;
            if !places.is_empty() || !patient {
                return Ok(places);
            }
        }
    }

    /// Ask the system about each of them, and about the rests.
    fn ask(&self, limit: Option<Duration>) -> Result<Vec<Readiness>, Fail> {
        let asking = Asking::of(self);
        let mut ready = vec![Readiness::default(); asking.len()];
        asking.ask(&self.io, &mut ready, limit)?;
        Ok(ready)
    }

    /// How long the system is asked to wait.
    fn limit(&self, kernel: &F::Kernel) -> Result<Option<Duration>, Fail> {
        let moments = self.each.iter().filter_map(|awaited| match awaited {
            Awaited::Moment(moment) => Some(*moment),
            Awaited::Elsewhere => None,
            other => other.handle().is_none().then_some(0),
        });
        match moments.min() {
            None => Ok(None),
            Some(0) => Ok(Some(Duration::ZERO)),
            Some(moment) => {
                let now = kernel.now(Clock::Monotonic)?;
                Ok(Some(Duration::from_nanos(moment.saturating_sub(now))))
            }
        }
    }

    /// Which of them are ready, by what the system said of those that it was asked about.
    fn places(&self, net: &Net<F::Kernel>, ready: &[Readiness]) -> Result<Vec<u32>, Fail> {
        let now = match self
            .each
            .iter()
            .any(|awaited| matches!(awaited, Awaited::Moment(_)))
        {
            true => net.kernel.now(Clock::Monotonic)?,
            false => 0,
        };
        let mut ready = ready.iter();
        let places = (0..).zip(&self.each).filter_map(|(place, awaited)| {
            let is_ready = match awaited.handle() {
                Some(_) => ready.next().is_some_and(|ready| ready.any()) && awaited.is_ready(net),
                None => awaited.is_past(now),
            };
            is_ready.then_some(place)
        });
        Ok(places.collect())
    }
}

/// What the system is asked about.
enum Asking<'a, K: Kernel> {
    /// Each anew.
    Handles(Vec<(&'a K::Handle, Interest)>),
    /// By a set that stays.
    Sockets(Vec<Asked<'a, K>>),
}

impl<'a, K: Kernel> Asking<'a, K> {
    /// A set is for many sockets. It is one for the component, so nobody else may use it meanwhile.
    fn of<F: Files<Kernel = K>>(waiting: &'a Waiting<F>) -> Self {
        let rests = waiting.rests.iter().map(|rest| rest.output_socket());
        let handles = waiting.each.iter().filter_map(Awaited::handle);
        let sockets = waiting.each.iter().filter_map(|awaited| match awaited {
            Awaited::Socket(socket, interest) => Some((socket, *interest)),
            Awaited::Output(connection) => Some(connection.output_socket()),
            _ => None,
        });
        if waiting.io.is_alone() && waiting.each.len() > FEW {
            let sockets: Vec<_> = sockets.collect();
            if sockets.len() > FEW && sockets.len() == handles.clone().count() {
                return Self::Sockets(sockets.into_iter().chain(rests).collect());
            }
        }
        let rests = rests.map(|(socket, interest)| (socket.handle(), interest));
        Self::Handles(handles.chain(rests).collect())
    }

    fn len(&self) -> usize {
        match self {
            Self::Handles(handles) => handles.len(),
            Self::Sockets(sockets) => sockets.len(),
        }
    }

    fn ask<F: Files<Kernel = K>>(
        &self,
        io: &Io<F>,
        ready: &mut [Readiness],
        limit: Option<Duration>,
    ) -> Result<(), Fail> {
        let net = &io.group.process.net;
        match self {
            Self::Handles(handles) => {
                net.stop
                    .blocking(|| match net.kernel.poll(handles, ready, limit) {
                        Err(Errno::Inval) => each_once(handles, ready, |handles, ready| {
                            net.kernel.poll(handles, ready, limit)
                        }),
                        done => done,
                    })
            }
            Self::Sockets(sockets) => lock(&io.watch).ask(net, sockets, ready, limit),
        }
    }
}

/// The same question, with each handle in it once: a system takes no more of them than the process may have, but a guest
/// waits for both directions of a socket by a pollable each.
fn each_once<H>(
    handles: &[(&H, Interest)],
    ready: &mut [Readiness],
    ask: impl FnOnce(&[(&H, Interest)], &mut [Readiness]) -> Result<(), Errno>,
) -> Result<(), Errno> {
    let mut places = HashMap::new();
    let mut merged: Vec<(&H, Interest)> = Vec::new();
    let mut place_of = Vec::with_capacity(handles.len());
    for (handle, interest) in handles {
        let place = *places
            .entry(ptr::from_ref(*handle))
            .or_insert_with(|| merged.len());
        match merged.get_mut(place) {
            Some((_, all)) => *all = all.and(*interest),
            None => merged.push((handle, *interest)),
        }
        place_of.push(place);
    }
    let mut of_merged = vec![Readiness::default(); merged.len()];
    ask(&merged, &mut of_merged)?;
    for ((ready, place), (_, interest)) in ready.iter_mut().zip(place_of).zip(handles) {
        *ready = of_merged[place].masked(*interest);
    }
    Ok(())
}

/// The guest's end, or a system that cannot say what is ready, which ends the guest: the contract has no word for it.
pub(super) fn ended(fail: Fail) -> wasmtime::Error {
    match fail {
        Fail::Errno(errno) => wasmtime::Error::from(errno).context("the system cannot wait"),
        _ => crate::outcome::End::Stopped.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Interest = Interest {
        write: true,
        ..Interest::READ
    };

    #[test]
    fn each_handle_is_asked_about_once_and_each_place_is_answered() {
        // Equal handles are not the same one.
        let (one, other) = ("handle".to_owned(), "handle".to_owned());
        let handles = [
            (&one, Interest::READ),
            (&other, Interest::READ),
            (&one, Interest::WRITE),
            (&one, Interest::READ),
        ];
        let (read, write) = (
            Readiness { read: true, ..NONE },
            Readiness {
                write: true,
                ..NONE
            },
        );
        let error = Readiness {
            error: true,
            ..NONE
        };
        for (answers, each) in [
            ([NONE, NONE], [NONE; 4]),
            ([read, NONE], [read, NONE, NONE, read]),
            ([write, read], [NONE, read, write, NONE]),
            // An error is told to whoever asked for anything.
            ([error, NONE], [error, NONE, error, error]),
        ] {
            let mut ready = [NONE; 4];
            let done = each_once(&handles, &mut ready, |asked, ready| {
                let asked: Vec<_> = asked.iter().map(|(_, interest)| *interest).collect();
                assert_eq!(asked, [BOTH, Interest::READ]);
                ready.copy_from_slice(&answers);
                Ok(())
            });
            assert_eq!((done, ready), (Ok(()), each));
        }
    }

    #[test]
    fn what_the_system_refuses_twice_is_told() {
        let done = each_once(&[(&1, Interest::READ)], &mut [NONE], |_, _| {
            Err(Errno::Nomem)
        });
        assert_eq!(done, Err(Errno::Nomem));
    }

    const NONE: Readiness = Readiness {
        read: false,
        write: false,
        ending: false,
        urgent: false,
        error: false,
        hangup: false,
        invalid: false,
    };
}
