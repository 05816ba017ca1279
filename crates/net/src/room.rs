//! Room of the host's own for what is received, where it cannot go straight to the guest.

#![allow(
    unsafe_code,
    reason = "bytes that were written once need not be written again to be lent"
)]

use std::sync::Arc;

use crate::Span;

/// Room for so many bytes, used again and again.
#[derive(Debug)]
pub struct Room {
    bytes: Arc<Vec<u8>>,
    size: usize,
}

impl Room {
    /// Room of this size, which is taken when it is used for the first time.
    pub fn new(size: usize) -> Self {
        let bytes = Arc::default();
        Self { bytes, size }
    }

    /// Have at most so much of it filled: what is in it then. It is used again once nobody holds that any more.
    pub fn fill<T, E>(
        &mut self,
        most: usize,
        fill: impl FnOnce(Span<'_>) -> Result<(usize, T), E>,
    ) -> Result<(Arc<Vec<u8>>, T), E> {
        let all = self.all();
        let most = most.min(all.len());
        let filled = fill(Span::of(&mut all[..most]));
        let len = filled.as_ref().map_or(0, |(len, _)| *len);
        all.truncate(len.min(most));
        filled.map(|(_, rest)| (Arc::clone(&self.bytes), rest))
    }

    /// All of it, with whatever is there.
    fn all(&mut self) -> &mut Vec<u8> {
        if Arc::get_mut(&mut self.bytes).is_none_or(|bytes| bytes.capacity() < self.size) {
            self.bytes = Arc::new(vec![0; self.size]);
        }
        let bytes = Arc::get_mut(&mut self.bytes).expect("nobody else holds it");
        // SAFETY: it was made with so many bytes, all of them written, and has only been cut since.
        unsafe { bytes.set_len(self.size) };
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(room: &mut Room, most: usize, text: &[u8]) -> Arc<Vec<u8>> {
        let filled = room.fill(most, |span| {
            span.copy_from(text);
            Ok::<_, ()>((text.len().min(span.len()), ()))
        });
        filled.unwrap().0
    }

    #[test]
    fn it_is_used_again_once_nobody_holds_what_was_in_it() {
        let mut room = Room::new(4);
        let first = text(&mut room, 4, b"abcd");
        let place = first.as_ptr();
        let second = text(&mut room, 4, b"ef");
        assert_eq!((&**first, &**second), (&b"abcd"[..], &b"ef"[..]));
        drop((first, second));
        let third = text(&mut room, 9, b"ghijkl");
        assert_eq!(**third, *b"ghij");
        assert_ne!(third.as_ptr(), place);
        let again = third.as_ptr();
        drop(third);
        assert_eq!(text(&mut room, 1, b"k").as_ptr(), again);
    }

    #[test]
    fn no_more_is_lent_than_was_asked_for_and_nothing_after_a_failure() {
        let mut room = Room::new(4);
        let failed = room.fill(2, |span| {
            assert_eq!(span.len(), 2);
            Err::<(usize, ()), _>("no")
        });
        assert_eq!(failed.err(), Some("no"));
        let more = room.fill(2, |_| Ok::<_, ()>((9, ()))).unwrap().0;
        assert_eq!(more.len(), 2, "whoever fills it lies");
    }
}
