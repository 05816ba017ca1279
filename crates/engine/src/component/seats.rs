//! How many calls of one kind a component may have under way at once, each of which holds memory or a thread of the host.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The seats of one kind.
#[derive(Clone)]
pub(super) struct Seats {
    taken: Arc<AtomicUsize>,
    most: usize,
}

/// One seat; it is free again when this is dropped.
pub(super) struct Seat(Arc<AtomicUsize>);

impl Seats {
    pub(super) fn new(most: usize) -> Self {
        let taken = Arc::default();
        Self { taken, most }
    }

    /// A seat, if one is free.
    pub(super) fn take(&self) -> Option<Seat> {
        let seat = Seat(Arc::clone(&self.taken));
        (self.taken.fetch_add(1, Ordering::Relaxed) < self.most).then_some(seat)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_when_its_holder_leaves() {
        let seats = Seats::new(2);
        let first = seats.take().unwrap();
        let _second = seats.take().unwrap();
        assert!(seats.take().is_none());
        assert!(seats.take().is_none());
        drop(first);
        assert!(seats.take().is_some());
    }
}
