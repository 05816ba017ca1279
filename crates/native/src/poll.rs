//! Readiness: one question about a few handles, or a set that the system keeps between the questions.

#![allow(
    unsafe_code,
    reason = "no safe interface waits on an epoll set for less than a millisecond"
)]

use core::fmt;
use core::time::Duration;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use iwasm_abi::Errno;
use iwasm_net::{Interest, Readiness, Ready};
use rustix::event::epoll::{CreateFlags, EventData, EventFlags};
use rustix::event::{PollFd, PollFlags, Timespec, epoll};

use crate::Handle;
use crate::clock::timespec;
use crate::errno::{from_rustix, last};

/// How many bytes a read would give at once.
pub(crate) fn readable(handle: BorrowedFd<'_>) -> Result<u64, Errno> {
    match rustix::io::ioctl_fionread(handle) {
        Ok(bytes) => Ok(bytes),
        // A listening socket (tcp(7), SIOCINQ): it has connections, not bytes. Any number but 0 says that one waits.
        Err(rustix::io::Errno::INVAL) => Ok(1),
        Err(error) => Err(from_rustix(error)),
    }
}

/// Wait once until one of the handles is ready or the time is over, and say of each what it is.
pub(crate) fn poll(
    handles: &[(&Handle, Interest)],
    ready: &mut [Readiness],
    timeout: Option<Duration>,
) -> Result<(), Errno> {
    let mut asked: Vec<_> = handles
        .iter()
        .map(|(handle, interest)| PollFd::from_borrowed_fd(handle.as_fd(), poll_flags(*interest)))
        .collect();
    rustix::event::poll(&mut asked, timespec(timeout).as_ref()).map_err(from_rustix)?;
    for (ready, asked) in ready.iter_mut().zip(&asked) {
        *ready = polled(asked.revents());
    }
    Ok(())
}

/// A set of handles that the system watches: an epoll instance, told of what is ready for as long as it is.
pub struct Poller {
    epoll: Arc<OwnedFd>,
    /// Room for events, which the one who waits takes; a second one makes its own.
    room: Mutex<Vec<libc::epoll_event>>,
}

impl Poller {
    pub(crate) fn new() -> Result<Self, Errno> {
        let epoll = epoll::create(CreateFlags::CLOEXEC).map_err(from_rustix)?;
        Ok(Self {
            epoll: Arc::new(epoll),
            room: Mutex::default(),
        })
    }

    /// Put a handle into the set, or change what is asked of it.
    pub(crate) fn watch(
        &self,
        handle: &Handle,
        token: u64,
        interest: Interest,
    ) -> Result<(), Errno> {
        use rustix::io::Errno as Host;

        if let Some(sets) = handle.sets() {
            sets.enter(&self.epoll);
        }
        let (data, flags) = (EventData::new_u64(token), epoll_flags(interest));
        let mut done = epoll::add(&self.epoll, handle, data, flags);
        if done == Err(Host::EXIST) {
            done = epoll::modify(&self.epoll, handle, data, flags);
        }
        if done == Err(Host::NOENT) {
            done = epoll::add(&self.epoll, handle, data, flags);
        }
        done.map_err(from_rustix)
    }

    /// Take a handle out of the set.
    pub(crate) fn unwatch(&self, handle: &Handle) -> Result<(), Errno> {
        use rustix::io::Errno as Host;

        match epoll::delete(&self.epoll, handle) {
            Ok(()) | Err(Host::NOENT | Host::BADF) => Ok(()),
            Err(error) => Err(from_rustix(error)),
        }
    }

    /// Wait until handles of the set are ready or the time is over: how many of `ready` were written.
    pub(crate) fn wait(
        &self,
        ready: &mut [Ready],
        timeout: Option<Duration>,
    ) -> Result<usize, Errno> {
        let mut events = std::mem::take(&mut *self.room());
        events.clear();
        events.reserve(ready.len());
        let most = i32::try_from(ready.len())
            .unwrap_or(i32::MAX)
            .min(MOST_EVENTS);
        let count = wait(self.epoll.as_fd(), events.as_mut_ptr(), most, timeout)?;
        // SAFETY: the system has written so many events, which is at most what was reserved.
        unsafe { events.set_len(count) };
        for (ready, event) in ready.iter_mut().zip(&events) {
            ready.token = event.u64;
            ready.readiness = waited(EventFlags::from_bits_retain(event.events));
        }
        *self.room() = events;
        Ok(count)
    }

    fn room(&self) -> MutexGuard<'_, Vec<libc::epoll_event>> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Poller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Poller").field(&self.epoll).finish()
    }
}

/// The sets that a handle is in.
///
/// Linux takes a descriptor out of them when nobody holds its open file description any more (epoll(7)). Where somebody else
/// does, it goes on telling of one that is closed, and nothing can be done about it then.
#[derive(Debug, Default)]
pub(crate) struct Sets(Mutex<Vec<Weak<OwnedFd>>>);

impl Sets {
    fn enter(&self, set: &Arc<OwnedFd>) {
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sets.iter().any(|known| known.as_ptr() == Arc::as_ptr(set)) {
            sets.retain(|known| known.strong_count() > 0);
            sets.push(Arc::downgrade(set));
        }
    }

    /// Take the handle out of all of them, for it closes.
    pub(crate) fn forget(&self, handle: BorrowedFd<'_>) {
        let sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for set in sets.iter().filter_map(Weak::upgrade) {
            // It may have left the set already.
            let _ = epoll::delete(&set, handle);
        }
    }
}

/// Linux refuses to be offered more room: `EP_MAX_EVENTS` is `INT_MAX` over the size of an event.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "12 or 16 bytes"
)]
const MOST_EVENTS: i32 = i32::MAX / size_of::<libc::epoll_event>() as i32;

/// `epoll_wait`, and for a time that it cannot count `epoll_pwait2`.
fn wait(
    epoll: BorrowedFd<'_>,
    events: *mut libc::epoll_event,
    most: i32,
    timeout: Option<Duration>,
) -> Result<usize, Errno> {
    let mut milliseconds = -1;
    if let Some(time) = timespec(timeout) {
        let (rounded, exact) = in_milliseconds(time);
        if !exact {
            match wait_finely(epoll, events, most, time) {
                // Linux has the call since 5.11.
                Err(Errno::Nosys) => {}
                done => return done,
            }
        }
        milliseconds = rounded;
    }
    // SAFETY: the caller reserved room for `most` events.
    let count = unsafe { libc::epoll_wait(epoll.as_raw_fd(), events, most, milliseconds) };
    usize::try_from(count).map_err(|_| last())
}

fn wait_finely(
    epoll: BorrowedFd<'_>,
    events: *mut libc::epoll_event,
    most: i32,
    time: Timespec,
) -> Result<usize, Errno> {
    // SAFETY: the caller's caller reserved room for `most` events; the time is read; no mask is given.
    let count = unsafe {
        libc::syscall(
            libc::SYS_epoll_pwait2,
            epoll.as_raw_fd(),
            events,
            most,
            &raw const time,
            ptr::null::<libc::sigset_t>(),
            0_usize,
        )
    };
    usize::try_from(count).map_err(|_| last())
}

/// A time rounded up to milliseconds, at most the 24 days that an `int` holds, and whether that is the same time.
fn in_milliseconds(time: Timespec) -> (i32, bool) {
    let time = Duration::try_from(time).unwrap_or_default();
    let rounded = i32::try_from(time.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX);
    let exact = Duration::from_millis(rounded.unsigned_abs().into()) == time;
    (rounded, exact)
}

fn poll_flags(interest: Interest) -> PollFlags {
    let mut flags = PollFlags::empty();
    flags.set(PollFlags::IN, interest.read);
    flags.set(PollFlags::OUT, interest.write);
    flags.set(PollFlags::RDHUP, interest.ending);
    flags.set(PollFlags::PRI, interest.urgent);
    flags
}

fn polled(flags: PollFlags) -> Readiness {
    Readiness {
        read: flags.contains(PollFlags::IN),
        write: flags.contains(PollFlags::OUT),
        ending: flags.contains(PollFlags::RDHUP),
        urgent: flags.contains(PollFlags::PRI),
        error: flags.contains(PollFlags::ERR),
        hangup: flags.contains(PollFlags::HUP),
        invalid: flags.contains(PollFlags::NVAL),
    }
}

fn epoll_flags(interest: Interest) -> EventFlags {
    let mut flags = EventFlags::empty();
    flags.set(EventFlags::IN, interest.read);
    flags.set(EventFlags::OUT, interest.write);
    flags.set(EventFlags::RDHUP, interest.ending);
    flags.set(EventFlags::PRI, interest.urgent);
    flags.set(EventFlags::ET, interest.edge);
    flags.set(EventFlags::ONESHOT, interest.once);
    flags
}

/// A closed handle leaves the set: it is never reported as invalid.
fn waited(flags: EventFlags) -> Readiness {
    Readiness {
        read: flags.contains(EventFlags::IN),
        write: flags.contains(EventFlags::OUT),
        ending: flags.contains(EventFlags::RDHUP),
        urgent: flags.contains(EventFlags::PRI),
        error: flags.contains(EventFlags::ERR),
        hangup: flags.contains(EventFlags::HUP),
        invalid: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rounded_up_to_milliseconds_and_capped() {
        for (time, taken) in [
            (Duration::ZERO, (0, true)),
            (Duration::from_millis(7), (7, true)),
            (Duration::from_nanos(1), (1, false)),
            (Duration::from_micros(1001), (2, false)),
            (Duration::from_secs(1 << 40), (i32::MAX, false)),
        ] {
            let time = timespec(Some(time)).unwrap();
            assert_eq!(in_milliseconds(time), taken, "{time:?}");
        }
    }
}
