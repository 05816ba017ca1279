//! `poll_oneoff`: waiting for descriptors and clocks together.
//!
//! A program polls the same descriptors again and again. So each thread keeps what it asked last, and with it a set of
//! handles that the system watches: a call compares its subscriptions with the last ones, byte by byte, and hands the
//! system only the difference. Readiness is level-triggered, so nothing is lost by keeping.

mod clock;
mod subscription;
mod watched;

use core::time::Duration;

use iwasm_abi::Errno;
use iwasm_abi::p1::{event, eventrwflags, eventtype, subscription as layout};
use iwasm_net::{Fail, Memory, Readiness};

use crate::{Files, Process};
use clock::Clocks;
use subscription::{Subscription, What};
use watched::Watched;

/// More subscriptions than this in one call are EINVAL: twice the descriptors a guest can have, and some clocks.
pub const MAX_SUBSCRIPTIONS: u32 = 131_136;

const _: () = assert!(MAX_SUBSCRIPTIONS as usize == 2 * crate::MAX_DESCRIPTORS + 64);

/// What a thread asked in its last poll, and what of it the system holds.
pub struct PollCache<F: Files> {
    /// The subscriptions as the guest wrote them.
    raw: Vec<u8>,
    /// The same, read.
    subscriptions: Vec<Subscription>,
    /// Which of them wait on a clock.
    clocks: Vec<Subscription>,
    watched: Watched<F>,
}

impl<F: Files> Default for PollCache<F> {
    fn default() -> Self {
        Self {
            raw: Vec::new(),
            subscriptions: Vec::new(),
            clocks: Vec::new(),
            watched: Watched::default(),
        }
    }
}

impl<F: Files> PollCache<F> {
    /// Read what the guest wrote, in the way of its dialect.
    fn read(&mut self, wasix: bool) {
        let (wire, _) = self.raw.as_chunks::<{ layout::SIZE }>();
        self.subscriptions.clear();
        self.subscriptions
            .extend(wire.iter().map(|wire| Subscription::read(wire, wasix)));
        self.clocks.clear();
        let clocks = self.subscriptions.iter().filter(|one| one.is_clock());
        self.clocks.extend(clocks.copied());
    }
}

/// One `poll_oneoff`.
pub struct Poll<'a, F: Files> {
    /// The program.
    pub process: &'a Process<F>,
    /// What the thread polled last.
    pub cache: &'a mut PollCache<F>,
    /// The program's memory.
    pub memory: Memory<'a>,
}

impl<F: Files> Poll<'_, F> {
    /// Wait until one of the `count` subscriptions at `subscriptions` has come true, and write the events to `events`,
    /// which has room for as many: how many were written.
    ///
    /// What is wrong with one subscription is the error of its event. EINVAL: there are none, or too many.
    pub fn run(&mut self, subscriptions: u32, events: u32, count: u32) -> Result<u32, Fail> {
        if count == 0 || count > MAX_SUBSCRIPTIONS {
            return Err(Errno::Inval.into());
        }
        let mut out = Events::reserve(self.memory, events, count)?;
        self.take(subscriptions, count)?;
        let clocks = Clocks::new(&self.process.net.kernel, &self.cache.clocks)?;
        self.settled(&mut out);
        loop {
            let timeout = if out.written > 0 {
                Some(Duration::ZERO)
            } else {
                clocks.left(&self.process.net.kernel)?
            };
            self.wait(timeout, &mut out)?;
            if out.written == 0 {
                clocks.events(&self.process.net.kernel, &self.cache.clocks, &mut out)?;
            }
            if out.written > 0 {
                return Ok(out.written);
            }
        }
    }

    /// Take the subscriptions over from guest memory, as far as they are new.
    fn take(&mut self, at: u32, count: u32) -> Result<(), Fail> {
        let generation = self.process.table.generation();
        let len = layout_len(count, layout::SIZE);
        let span = self.memory.span(at, len)?;
        let cache = &mut *self.cache;
        let same = cache.raw.len() == len as usize && self.memory.same(at, &cache.raw)?;
        if same && cache.watched.is_current(generation) {
            return Ok(());
        }
        if !same {
            cache.raw.resize(len as usize, 0);
            span.copy_to(&mut cache.raw);
            cache.read(self.process.quirks.wasix);
        }
        cache
            .watched
            .follow(self.process, &cache.subscriptions, generation)
            .inspect_err(|_| cache.watched = Watched::default())?;
        Ok(())
    }

    /// Events that need no waiting: subscriptions with an error, and handles that are always ready.
    fn settled(&self, out: &mut Events<'_>) {
        for &(index, errno) in &self.cache.watched.refused {
            out.error(&self.cache.subscriptions[index as usize], errno);
        }
        for (index, descriptor) in self.cache.watched.always_ready() {
            let subscription = &self.cache.subscriptions[index as usize];
            let bytes = match subscription.what {
                What::Read(_) => descriptor.remaining(&self.process.files),
                _ => 1,
            };
            out.ready(subscription, bytes, false);
        }
    }

    /// Wait once, and write the events of what came.
    fn wait(&mut self, timeout: Option<Duration>, out: &mut Events<'_>) -> Result<(), Fail> {
        let cache = &mut *self.cache;
        self.process.net.stop.check()?;
        let came = match cache.watched.wait(self.process, timeout) {
            Err(Errno::Intr) => return Ok(()),
            came => came?,
        };
        for ready in 0..came {
            let Some(found) = cache.watched.ready(ready) else {
                continue;
            };
            for &index in found.subscriptions {
                let subscription = &cache.subscriptions[index as usize];
                let Some(readiness) = concerning(subscription, found.readiness) else {
                    continue;
                };
                if readiness.error {
                    out.error(subscription, Errno::Io);
                    continue;
                }
                let bytes = match subscription.what {
                    What::Read(_) => found.readable(self.process),
                    _ => 1,
                };
                out.ready(subscription, bytes, readiness.hangup);
            }
        }
        Ok(())
    }
}

/// What of a handle's readiness one subscription asked for. Errors and hangups concern all.
fn concerning(subscription: &Subscription, readiness: Readiness) -> Option<Readiness> {
    let readiness = readiness.masked(subscription.interest());
    readiness.any().then_some(readiness)
}

/// The guest's array of events, checked as a whole before anything is waited for.
struct Events<'a> {
    span: iwasm_net::Span<'a>,
    written: u32,
}

impl<'a> Events<'a> {
    fn reserve(memory: Memory<'a>, at: u32, count: u32) -> Result<Self, Errno> {
        let span = memory.span(at, layout_len(count, event::SIZE))?;
        Ok(Self { span, written: 0 })
    }

    fn ready(&mut self, subscription: &Subscription, bytes: u64, hangup: bool) {
        let flags = if hangup {
            eventrwflags::FD_READWRITE_HANGUP
        } else {
            0
        };
        self.push(subscription, 0, bytes, flags);
    }

    fn error(&mut self, subscription: &Subscription, errno: Errno) {
        self.push(subscription, errno.number(), 0, 0);
    }

    fn push(&mut self, subscription: &Subscription, error: u16, bytes: u64, flags: u16) {
        let mut wire = [0; event::SIZE];
        wire[event::USERDATA].copy_from_slice(&subscription.userdata.to_le_bytes());
        wire[event::ERROR].copy_from_slice(&error.to_le_bytes());
        wire[event::TYPE].copy_from_slice(&[subscription.tag()]);
        if subscription.tag() != eventtype::CLOCK {
            wire[event::BYTES].copy_from_slice(&bytes.to_le_bytes());
            wire[event::FLAGS].copy_from_slice(&flags.to_le_bytes());
        }
        let at = self.written as usize * event::SIZE;
        if at >= self.span.len() {
            // Each subscription has one event a call at most, unless the system names a handle twice.
            return;
        }
        self.span.part(at, event::SIZE).copy_from(&wire);
        self.written += 1;
    }
}

/// The size of an array of `count` structures. It never passes `u32`, for `count` is bounded.
fn layout_len(count: u32, size: usize) -> u32 {
    count * u32::try_from(size).expect("a wire structure is small")
}
