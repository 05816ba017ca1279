//! Many sockets that are waited for again and again: a set that the system keeps from one question to the next.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_net::{Fail, Interest, Kernel, Net, Readiness, Ready, Socket};

/// Up to so many sockets, asking anew each time is as fast as keeping a set.
pub(super) const FEW: usize = 16;

/// So many answers are taken at once. The others come with the next question.
const MOST_ANSWERS: usize = 256;

/// A socket, and what is asked of it.
pub(super) type Asked<'a, K> = (&'a Arc<Socket<K>>, Interest);

/// The sockets that were asked about last, and the system's set of them.
///
/// They are held weakly: what the guest drops closes, and leaves the set by itself. Its place in memory stays taken, so
/// none that comes later is mistaken for it.
pub(super) struct Watch<K: Kernel> {
    set: Option<K::Poller>,
    asked: Vec<(Weak<Socket<K>>, Interest)>,
    items: HashMap<u64, Item<K>>,
}

/// A socket of the set.
struct Item<K: Kernel> {
    socket: Weak<Socket<K>>,
    /// All that is asked of it.
    interest: Interest,
    /// What is watched; none is nothing yet.
    watched: Option<Interest>,
    /// Where it is among what was asked.
    places: Vec<usize>,
}

impl<K: Kernel> Default for Watch<K> {
    fn default() -> Self {
        Self {
            set: None,
            asked: Vec::new(),
            items: HashMap::new(),
        }
    }
}

impl<K: Kernel> Watch<K> {
    /// Wait until one of the sockets is ready, or for so long: what each is ready for, by its place.
    pub(super) fn ask(
        &mut self,
        net: &Net<K>,
        sockets: &[Asked<'_, K>],
        ready: &mut [Readiness],
        limit: Option<Duration>,
    ) -> Result<(), Fail> {
        if let Err(errno) = self.follow(&net.kernel, sockets) {
            // What the set holds now is not known.
            *self = Self::default();
            return Err(errno.into());
        }
        ready.fill(Readiness::default());
        let Some(set) = &self.set else { return Ok(()) };
        let mut answers = [Ready::default(); MOST_ANSWERS];
        let count = net
            .stop
            .blocking(|| net.kernel.wait(set, &mut answers, limit))?;
        for answer in answers.get(..count).ok_or(Errno::Io)? {
            let item = self.items.get(&answer.token).ok_or(Errno::Io)?;
            for place in &item.places {
                ready[*place] = answer.readiness.masked(sockets[*place].1);
            }
        }
        Ok(())
    }

    /// Watch just these sockets. Where they are those of the last time, nothing is done.
    fn follow(&mut self, kernel: &K, sockets: &[Asked<'_, K>]) -> Result<(), Errno> {
        let same = self.asked.len() == sockets.len()
            && self
                .asked
                .iter()
                .zip(sockets)
                .all(|(was, now)| was.0.as_ptr() == Arc::as_ptr(now.0) && was.1 == now.1);
        if same {
            return Ok(());
        }
        self.asked.clear();
        self.asked.extend(
            sockets
                .iter()
                .map(|(socket, interest)| (Arc::downgrade(socket), *interest)),
        );
        self.list(sockets);
        self.bring_up_to_date(kernel)
    }

    /// Note what is asked of each.
    fn list(&mut self, sockets: &[Asked<'_, K>]) {
        for item in self.items.values_mut() {
            item.places.clear();
        }
        for (place, (socket, interest)) in sockets.iter().enumerate() {
            let item = self.items.entry(token(socket)).or_insert_with(|| Item {
                socket: Arc::downgrade(socket),
                interest: *interest,
                watched: None,
                places: Vec::new(),
            });
            item.interest = match item.places.is_empty() {
                true => *interest,
                false => item.interest.and(*interest),
            };
            item.places.push(place);
        }
    }

    /// Tell the system what has changed.
    fn bring_up_to_date(&mut self, kernel: &K) -> Result<(), Errno> {
        let set = match &mut self.set {
            Some(set) => set,
            none => none.insert(kernel.poller()?),
        };
        let mut done = Ok(());
        self.items.retain(|token, item| {
            let Some(socket) = item.socket.upgrade() else {
                return false;
            };
            if item.places.is_empty() {
                let taken_out = kernel.unwatch(set, socket.handle());
                done = done.and(taken_out);
                return false;
            }
            if item.watched != Some(item.interest) {
                done =
                    done.and_then(|()| kernel.watch(set, socket.handle(), *token, item.interest));
                item.watched = Some(item.interest);
            }
            true
        });
        done
    }
}

/// A number for a socket, which no other has while anybody remembers it.
fn token<K: Kernel>(socket: &Arc<Socket<K>>) -> u64 {
    Arc::as_ptr(socket).addr() as u64
}
