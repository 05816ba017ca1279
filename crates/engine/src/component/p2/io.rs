//! What the streams and pollables of a component share.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use iwasm_net::{Fail, Kernel as _, Readiness, Receive, Room, Socket};
use iwasm_wasi::Files;

use super::connection::Connection;
use super::watch::Watch;
use crate::group::Group;

/// What the streams and pollables of a component share.
pub(in super::super) struct Io<F: Files> {
    pub(super) group: Arc<Group<F>>,
    alone: AtomicBool,
    /// Where data is received, before it is known how much there is.
    room: Mutex<Room>,
    /// The sockets that are waited for again and again.
    pub(super) watch: Mutex<Watch<F::Kernel>>,
    /// The connections that hold data which the system had no room for.
    rests: Mutex<Vec<Weak<Connection<F>>>>,
    left: Mutex<Left<F>>,
}

/// The connections that the guest has left while they held a rest, the oldest first.
struct Left<F: Files> {
    all: VecDeque<Arc<Connection<F>>>,
    /// Is there a thread that brings out what they hold?
    thread: bool,
}

/// A guest that leaves more of them loses what the oldest holds: whoever takes nothing has no claim on the host.
const MOST_LEFT: usize = 256;

/// So often the thread looks for connections that were left meanwhile.
const SPELL: Duration = Duration::from_millis(100);

/// So much moves in one call at most; a datagram is smaller.
pub(super) const MOST: usize = 64 << 10;

impl<F: Files> Io<F> {
    pub(in super::super) fn new(group: &Arc<Group<F>>) -> Arc<Self> {
        Arc::new(Self {
            group: Arc::clone(group),
            alone: AtomicBool::new(false),
            room: Mutex::new(Room::new(MOST)),
            watch: Mutex::default(),
            rests: Mutex::default(),
            left: Mutex::new(Left {
                all: VecDeque::new(),
                thread: false,
            }),
        })
    }

    /// From now on nothing of the component goes on while it waits in a call.
    pub(in super::super) fn be_alone(&self) {
        self.alone.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_alone(&self) -> bool {
        self.alone.load(Ordering::Relaxed)
    }

    /// Receive at most so much without waiting: what came, and from whom, where the system says so.
    pub(super) fn receive(
        &self,
        call: &'static str,
        socket: &Socket<F::Kernel>,
        most: usize,
    ) -> Result<(Arc<Vec<u8>>, Option<SocketAddr>), Fail> {
        let how = Receive {
            source: true,
            dont_wait: true,
            ..Receive::default()
        };
        let caller = self.group.process.net.caller(call);
        lock(&self.room).fill(most, |span| {
            let received = caller.receive(socket, &[span], how)?;
            Ok((received.len, received.source))
        })
    }

    /// This connection holds a rest from now on.
    pub(super) fn has_rest(&self, connection: &Arc<Connection<F>>) {
        if !connection.list(true) {
            let mut rests = lock(&self.rests);
            // A guest that never waits never has those that are gone taken off.
            rests.retain(|rest| rest.strong_count() > 0);
            rests.push(Arc::downgrade(connection));
        }
    }

    /// The guest has left the connection. What it wrote goes out all the same, whatever the guest does meanwhile: somebody
    /// stays who sees to it.
    pub(super) fn leave(self: &Arc<Self>, connection: Arc<Connection<F>>) {
        if !connection.has_rest() {
            return;
        }
        let mut left = lock(&self.left);
        left.all.push_back(connection);
        if left.all.len() > MOST_LEFT
            && let Some(oldest) = left.all.pop_front()
        {
            oldest.give_up(&self.group.process.net);
        }
        if !left.thread {
            let io = Arc::clone(self);
            // Without a thread it goes out when the guest waits for the next time, or ends.
            left.thread = self.group.help(move || io.see_off()).is_ok();
        }
    }

    /// Bring out what the connections hold that were left, until none does or the guest ends.
    fn see_off(&self) {
        let net = &self.group.process.net;
        loop {
            let all = {
                let mut left = lock(&self.left);
                left.all.retain(|connection| !connection.go_on(net));
                left.thread = !left.all.is_empty();
                left.all.clone()
            };
            let asked: Vec<_> = all
                .iter()
                .map(|connection| connection.output_socket())
                .map(|(socket, interest)| (socket.handle(), interest))
                .collect();
            let mut ready = vec![Readiness::default(); asked.len()];
            let poll = || net.kernel.poll(&asked, &mut ready, Some(SPELL));
            if asked.is_empty() || net.stop.blocking(poll).is_err() {
                return;
            }
        }
    }

    /// The connections that hold a rest.
    pub(super) fn rests(&self) -> Vec<Arc<Connection<F>>> {
        let mut rests = lock(&self.rests);
        if rests.is_empty() {
            return Vec::new();
        }
        let mut hold = Vec::new();
        rests.retain(|rest| {
            let Some(rest) = rest.upgrade() else {
                return false;
            };
            let holds = rest.has_rest();
            if holds {
                hold.push(rest);
            } else {
                rest.list(false);
            }
            holds
        });
        hold
    }

    /// Bring out what the guest wrote and left behind, as a system does for a process that is gone. A peer that takes
    /// nothing is not waited for without end.
    pub(in super::super) fn finish(&self) {
        let end = Instant::now() + LINGER;
        for rest in self.rests() {
            let left = end.saturating_duration_since(Instant::now());
            rest.finish(&self.group.process.net, left);
        }
    }
}

const LINGER: Duration = Duration::from_secs(2);

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
