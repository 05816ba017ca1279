//! The scripted system's sockets, names, readiness and clocks.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::memory::total;
use iwasm_net::{
    Address, Clock, Family, Flag, Group, Interest, Kernel, Kind, Limit, Readiness, Ready, Receive,
    Received, Sending, Shutdown, Size, Span, Stop,
};
use iwasm_policy::{NamePermit, UnixPath};

use crate::script::{Handle, Script, Thing, lock, socket_name};
use crate::traffic::{Message, PAYLOAD, PLACE, Woken, gather, own, peer, scatter};

/// The sockets of a script.
pub(crate) struct Sockets(pub(crate) Arc<Script>);

/// What is in a set: handle, token and interest. What closes is no longer in it.
pub(crate) struct Set(Mutex<Vec<Held>>);

type Held = (Weak<Thing>, u64, Interest);

impl Kernel for Sockets {
    type Handle = Handle;
    type Poller = Set;
    type Thread = ();

    fn open(&self, family: Family, kind: Kind) -> Result<Handle, Errno> {
        self.0
            .ask("open", format_args!(" {family:?} {kind:?}"), || ())?;
        Ok(self.0.handle(socket_name(family, kind), family))
    }

    fn pair(&self, kind: Kind) -> Result<(Handle, Handle), Errno> {
        self.0.ask("pair", format_args!(" {kind:?}"), || ())?;
        let half = || self.0.handle("paired", Family::Unix);
        Ok((half(), half()))
    }

    fn bind(&self, socket: &Handle, at: SocketAddr) -> Result<(), Errno> {
        self.0.reach(at);
        self.0.ask("bind", format_args!(" {socket} {at}"), || ())
    }

    fn bind_path(&self, socket: &Handle, at: &UnixPath) -> Result<(), Errno> {
        self.0.reach(at.clone());
        self.0
            .ask("bind_path", format_args!(" {socket} {at}"), || ())
    }

    fn listen(&self, socket: &Handle, backlog: u32) -> Result<(), Errno> {
        self.0
            .ask("listen", format_args!(" {socket} {backlog}"), || ())
    }

    fn accept(&self, socket: &Handle, nonblocking: bool) -> Result<(Handle, Address), Errno> {
        let how = if nonblocking { " nonblocking" } else { "" };
        let family = socket.0.family;
        let from = self
            .0
            .ask("accept", format_args!(" {socket}{how}"), || peer(family))?;
        Ok((self.0.handle("accepted", family), from))
    }

    fn connect(&self, socket: &Handle, to: SocketAddr) -> Result<(), Errno> {
        self.0.reach(to);
        self.0.ask("connect", format_args!(" {socket} {to}"), || ())
    }

    fn connect_path(&self, socket: &Handle, to: &UnixPath) -> Result<(), Errno> {
        self.0.reach(to.clone());
        self.0
            .ask("connect_path", format_args!(" {socket} {to}"), || ())
    }

    fn disconnect(&self, socket: &Handle) -> Result<(), Errno> {
        self.0.ask("disconnect", format_args!(" {socket}"), || ())
    }

    fn local(&self, socket: &Handle) -> Result<Address, Errno> {
        self.0
            .ask("local", format_args!(" {socket}"), || own(socket.0.family))
    }

    fn remote(&self, socket: &Handle) -> Result<Address, Errno> {
        self.0.ask("remote", format_args!(" {socket}"), || {
            peer(socket.0.family)
        })
    }

    fn receive(&self, socket: &Handle, into: &[Span<'_>], how: Receive) -> Result<Received, Errno> {
        let room = total(into);
        let came = self.0.ask(
            "receive",
            format_args!(" {socket} {room}{}", How(how)),
            || Message {
                bytes: PAYLOAD.to_vec(),
                told: room.min(PAYLOAD.len()),
                truncated: false,
                source: how
                    .source
                    .then(|| peer(socket.0.family).inet().expect("a message of IP")),
            },
        )?;
        scatter(&came.bytes, into);
        Ok(Received {
            len: came.told,
            truncated: came.truncated,
            source: came.source,
        })
    }

    fn send(
        &self,
        socket: &Handle,
        from: &[Span<'_>],
        to: Option<SocketAddr>,
        how: Sending,
    ) -> Result<usize, Errno> {
        let data = gather(from);
        let mut whither = to.map_or_else(String::new, |to| format!(" to {to}"));
        whither.push_str(if how.dont_wait { " at once" } else { "" });
        if let Some(to) = to {
            self.0.reach(to);
        }
        self.0
            .ask("send", format_args!(" {socket} `{data}`{whither}"), || {
                total(from)
            })
    }

    fn shutdown(&self, socket: &Handle, how: Shutdown) -> Result<(), Errno> {
        self.0
            .ask("shutdown", format_args!(" {socket} {how:?}"), || ())
    }

    fn nonblocking(&self, handle: &Handle) -> Result<bool, Errno> {
        self.0
            .ask("nonblocking", format_args!(" {handle}"), || true)
    }

    fn set_nonblocking(&self, handle: &Handle, on: bool) -> Result<(), Errno> {
        self.0
            .ask("set_nonblocking", format_args!(" {handle} {on}"), || ())
    }

    fn flag(&self, socket: &Handle, flag: Flag) -> Result<bool, Errno> {
        self.0
            .ask("flag", format_args!(" {socket} {flag:?}"), || true)
    }

    fn set_flag(&self, socket: &Handle, flag: Flag, on: bool) -> Result<(), Errno> {
        self.0
            .ask("set_flag", format_args!(" {socket} {flag:?} {on}"), || ())
    }

    fn size(&self, socket: &Handle, size: Size) -> Result<u32, Errno> {
        self.0
            .ask("size", format_args!(" {socket} {size:?}"), || 0x40)
    }

    fn set_size(&self, socket: &Handle, size: Size, to: u32) -> Result<(), Errno> {
        self.0
            .ask("set_size", format_args!(" {socket} {size:?} {to}"), || ())
    }

    fn limit(&self, socket: &Handle, limit: Limit) -> Result<Option<Duration>, Errno> {
        self.0
            .ask("limit", format_args!(" {socket} {limit:?}"), || {
                Some(Duration::from_millis(2))
            })
    }

    fn set_limit(&self, socket: &Handle, limit: Limit, to: Option<Duration>) -> Result<(), Errno> {
        self.0.ask(
            "set_limit",
            format_args!(" {socket} {limit:?} {to:?}"),
            || (),
        )
    }

    fn linger(&self, socket: &Handle) -> Result<Option<u32>, Errno> {
        self.0.ask("linger", format_args!(" {socket}"), || Some(7))
    }

    fn set_linger(&self, socket: &Handle, seconds: Option<u32>) -> Result<(), Errno> {
        self.0
            .ask("set_linger", format_args!(" {socket} {seconds:?}"), || ())
    }

    fn take_error(&self, socket: &Handle) -> Result<Option<Errno>, Errno> {
        self.0.ask("take_error", format_args!(" {socket}"), || {
            Some(Errno::Connrefused)
        })
    }

    fn accepting(&self, socket: &Handle) -> Result<bool, Errno> {
        self.0.ask("accepting", format_args!(" {socket}"), || true)
    }

    fn join(&self, socket: &Handle, group: Group) -> Result<(), Errno> {
        self.0.reach(SocketAddr::new(named(group), 0));
        self.0
            .ask("join", format_args!(" {socket} {group:?}"), || ())
    }

    fn leave(&self, socket: &Handle, group: Group) -> Result<(), Errno> {
        self.0
            .ask("leave", format_args!(" {socket} {group:?}"), || ())
    }

    fn resolve(
        &self,
        name: &NamePermit,
        family: Option<Family>,
        _stop: &Stop,
    ) -> Result<Vec<IpAddr>, Errno> {
        self.0.ask(
            "resolve",
            format_args!(" {} {family:?}", name.name()),
            || {
                [Family::V6, Family::V4]
                    .map(|family| peer(family).inet().expect("an address").ip())
                    .into()
            },
        )
    }

    fn service(&self, name: &str, kind: Kind) -> Result<u16, Errno> {
        self.0
            .ask("service", format_args!(" {name} {kind:?}"), || 80)
    }

    fn readable(&self, handle: &Handle) -> Result<u64, Errno> {
        self.0.ask("readable", format_args!(" {handle}"), || 5)
    }

    fn poll(
        &self,
        handles: &[(&Handle, Interest)],
        ready: &mut [Readiness],
        timeout: Option<Duration>,
    ) -> Result<(), Errno> {
        let asked: Vec<_> = handles
            .iter()
            .map(|(handle, interest)| format!("{handle}{}", Letters(*interest)))
            .collect();
        let words = format!(" [{}] {timeout:?}", asked.join(", "));
        let found: Vec<Readiness> = self.0.ask("poll", format_args!("{words}"), || {
            let found = handles
                .iter()
                .map(|(handle, asked)| self.0.readiness(&handle.0.name).masked(*asked));
            let found: Vec<_> = found.collect();
            if !found.iter().any(|one| one.any()) {
                self.0.sleep(timeout);
            }
            found
        })?;
        for (slot, found) in ready.iter_mut().zip(found) {
            *slot = found;
        }
        Ok(())
    }

    fn poller(&self) -> Result<Set, Errno> {
        self.0.ask("poller", format_args!(""), || ())?;
        Ok(Set(Mutex::default()))
    }

    fn watch(
        &self,
        poller: &Set,
        handle: &Handle,
        token: u64,
        interest: Interest,
    ) -> Result<(), Errno> {
        self.0.ask(
            "watch",
            format_args!(" {handle}{}", Letters(interest)),
            || (),
        )?;
        let new = (Arc::downgrade(&handle.0), token, interest);
        let mut held = lock(&poller.0);
        held.retain(|(thing, ..)| thing.strong_count() > 0);
        match held.iter_mut().find(|held| is(held, handle)) {
            Some(held) => *held = new,
            None => held.push(new),
        }
        Ok(())
    }

    fn unwatch(&self, poller: &Set, handle: &Handle) -> Result<(), Errno> {
        self.0.ask("unwatch", format_args!(" {handle}"), || ())?;
        poller.forget(handle);
        Ok(())
    }

    fn wait(
        &self,
        poller: &Set,
        ready: &mut [Ready],
        timeout: Option<Duration>,
    ) -> Result<usize, Errno> {
        let mut woken = self.0.ask("wait", format_args!(" {timeout:?}"), || {
            let ready = poller.ready(&self.0);
            if ready.is_empty() {
                self.0.sleep(timeout);
            }
            Woken {
                told: ready.len(),
                ready,
            }
        })?;
        poller.put_tokens(&mut woken.ready);
        for (slot, found) in ready.iter_mut().zip(woken.ready) {
            *slot = found;
        }
        Ok(woken.told)
    }

    fn now(&self, clock: Clock) -> Result<u64, Errno> {
        self.0
            .ask("now", format_args!(" {clock:?}"), || match clock {
                Clock::Realtime => self.0.clocks().realtime,
                Clock::Monotonic => self.0.clocks().monotonic,
                Clock::Process | Clock::Thread => 7,
            })
    }

    fn resolution(&self, clock: Clock) -> Result<u64, Errno> {
        self.0.ask("resolution", format_args!(" {clock:?}"), || 1)
    }

    fn random(&self, into: Span<'_>) -> Result<(), Errno> {
        self.0
            .ask("random", format_args!(" {}", into.len()), || ())?;
        into.copy_from(&vec![b'R'; into.len()]);
        Ok(())
    }

    fn yield_now(&self) {
        self.0.note("yield_now".to_owned());
    }

    fn this_thread(&self) {}

    fn interrupt(&self, (): &()) {}
}

fn named(group: Group) -> IpAddr {
    match group {
        Group::V4 { group, .. } => group.into(),
        Group::V6 { group, .. } => group.into(),
    }
}

fn is(held: &Held, handle: &Handle) -> bool {
    std::ptr::eq(held.0.as_ptr(), Arc::as_ptr(&handle.0))
}

impl Set {
    fn forget(&self, handle: &Handle) {
        lock(&self.0).retain(|held| !is(held, handle));
    }

    fn ready(&self, script: &Script) -> Vec<Ready> {
        let held = lock(&self.0);
        let ready = held.iter().filter_map(|(held, token, asked)| {
            let readiness = script.readiness(&held.upgrade()?.name).masked(*asked);
            readiness.any().then_some(Ready {
                token: *token,
                readiness,
            })
        });
        ready.collect()
    }

    /// A scripted token from [`PLACE`] on stands for the handle that was put in as the one of that number.
    fn put_tokens(&self, ready: &mut [Ready]) {
        let held = lock(&self.0);
        for one in ready {
            let place = one.token.checked_sub(PLACE);
            let place = place.and_then(|place| usize::try_from(place).ok());
            if let Some((_, token, _)) = place.and_then(|place| held.get(place)) {
                one.token = *token;
            }
        }
    }
}

/// What is waited for, in letters.
struct Letters(Interest);

impl fmt::Display for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = [
            (self.0.read, "r"),
            (self.0.write, "w"),
            (self.0.ending, "e"),
            (self.0.urgent, "u"),
            (self.0.edge, " edge"),
            (self.0.once, " once"),
        ];
        f.write_str(" ")?;
        letters
            .into_iter()
            .filter(|(on, _)| *on)
            .try_for_each(|(_, letter)| f.write_str(letter))
    }
}

/// How to receive, in words.
struct How(Receive);

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            (self.0.peek, " peek"),
            (self.0.wait_all, " all"),
            (self.0.source, " source"),
            (self.0.truncation, " truncation"),
            (self.0.dont_wait, " at once"),
        ];
        words
            .into_iter()
            .filter(|(on, _)| *on)
            .try_for_each(|(_, word)| f.write_str(word))
    }
}
