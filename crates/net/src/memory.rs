//! A guest's linear memory as the host sees it: checked spans, never borrowed as `&[u8]`.
//!
//! Other threads of the guest may write the same bytes at any moment, so nothing here hands out a Rust reference to
//! them, and each decision is made on a copy. This is the one room of the core with `unsafe` in it.

#![allow(
    unsafe_code,
    reason = "bytes that other threads share can only be reached through raw pointers"
)]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;

use iwasm_abi::Errno;

/// At most this many buffers travel in one call: Linux's `IOV_MAX`, and what the dialects document.
pub const MAX_VECTORS: u32 = 1024;

/// A guest's whole memory, lent for one call.
#[derive(Clone, Copy)]
pub struct Memory<'a> {
    cells: &'a [UnsafeCell<u8>],
}

impl<'a> Memory<'a> {
    /// A memory that only the calling thread can reach.
    #[inline]
    pub fn exclusive(bytes: &'a mut [u8]) -> Self {
        // SAFETY: `UnsafeCell<u8>` has the layout of `u8`; the exclusive borrow is given up for `'a`.
        let cells = unsafe { &*(std::ptr::from_mut(bytes) as *const [UnsafeCell<u8>]) };
        Self { cells }
    }

    /// A memory that other threads of the guest write to meanwhile.
    #[inline]
    pub fn shared(cells: &'a [UnsafeCell<u8>]) -> Self {
        Self { cells }
    }

    /// The one bounds check: `len` bytes at `at`, or EFAULT.
    #[inline]
    pub fn span(&self, at: u32, len: u32) -> Result<Span<'a>, Errno> {
        let (start, len) = (at as usize, len as usize);
        match start.checked_add(len) {
            Some(end) if end <= self.cells.len() => Ok(Span {
                base: self
                    .cells
                    .as_ptr()
                    .wrapping_add(start)
                    .cast::<u8>()
                    .cast_mut(),
                len,
                life: PhantomData,
            }),
            _ => Err(Errno::Fault),
        }
    }

    /// A copy of `N` bytes.
    #[inline]
    pub fn read<const N: usize>(&self, at: u32) -> Result<[u8; N], Errno> {
        let span = self.span(at, len32(N))?;
        let mut copy = [0; N];
        span.copy_to(&mut copy);
        Ok(copy)
    }

    /// A little-endian word.
    #[inline]
    pub fn read_u32(&self, at: u32) -> Result<u32, Errno> {
        self.read(at).map(u32::from_le_bytes)
    }

    /// A copy of `len` bytes, where `len` may not pass `max`, for then the answer is ENAMETOOLONG.
    pub fn read_bytes(&self, at: u32, len: u32, max: u32) -> Result<Vec<u8>, Errno> {
        let span = self.span(at, len)?;
        if len > max {
            return Err(Errno::Nametoolong);
        }
        let mut copy = vec![0; len as usize];
        span.copy_to(&mut copy);
        Ok(copy)
    }

    /// A copy of a string that a NUL ends, without it. At most `max` bytes are looked at; the copy is what is
    /// judged, so a thread that moves the NUL later changes nothing.
    pub fn read_text(&self, at: u32, max: u32) -> Result<Vec<u8>, Errno> {
        let room = self.cells.len().saturating_sub(at as usize);
        let window = u32::try_from(room)
            .unwrap_or(u32::MAX)
            .min(max.saturating_add(1));
        let mut copy = vec![0; window as usize];
        self.span(at, window)?.copy_to(&mut copy);
        match copy.iter().position(|&byte| byte == 0) {
            Some(end) => {
                copy.truncate(end);
                Ok(copy)
            }
            None if window > max => Err(Errno::Nametoolong),
            None => Err(Errno::Fault),
        }
    }

    /// Are the bytes at `at` those of `with`?
    pub fn same(&self, at: u32, with: &[u8]) -> Result<bool, Errno> {
        let span = self.span(at, len32(with.len()))?;
        // SAFETY: in bounds; only raw pointers, so no reference to bytes that others may write is made. A torn read
        // gives an answer that was true of no single moment, which the guest's own race explains.
        Ok(unsafe { memcmp(span.base, with.as_ptr(), with.len()) })
    }

    /// Room for a result of `N` bytes, checked before anything is done that could not be reported.
    #[inline]
    pub fn reserve<const N: usize>(&self, at: u32) -> Result<Slot<'a, N>, Errno> {
        self.span(at, len32(N)).map(Slot)
    }

    /// The guest's array of buffers as the kernel takes it: each one checked, no byte of payload touched.
    #[inline]
    pub fn vectors<'s>(
        &self,
        at: u32,
        count: u32,
        scratch: &'s mut Scratch,
    ) -> Result<&'s [Span<'s>], Errno>
    where
        'a: 's,
    {
        if count > MAX_VECTORS {
            return Err(Errno::Inval);
        }
        let table = self.span(at, count * 8)?;
        scratch.0.clear();
        for entry in 0..count as usize {
            let mut bytes = [0; 8];
            table.part(entry * 8, 8).copy_to(&mut bytes);
            let [b0, b1, b2, b3, l0, l1, l2, l3] = bytes;
            let span = self.span(
                u32::from_le_bytes([b0, b1, b2, b3]),
                u32::from_le_bytes([l0, l1, l2, l3]),
            )?;
            scratch.0.push(Span {
                base: span.base,
                len: span.len,
                life: PhantomData,
            });
        }
        Ok(&scratch.0)
    }
}

impl fmt::Debug for Memory<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} bytes)", self.cells.len())
    }
}

/// A checked range of guest memory: a pointer and a length, laid out as the kernel's `struct iovec`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Span<'a> {
    base: *mut u8,
    len: usize,
    life: PhantomData<&'a UnsafeCell<u8>>,
}

impl<'a> Span<'a> {
    /// Where it begins. Good for as long as the memory is lent; others may write there meanwhile.
    pub fn as_ptr(&self) -> *mut u8 {
        self.base
    }

    /// Its length in bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Is it of no length?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The `len` bytes from `from` on, cut off where the span ends.
    #[inline]
    pub fn part(&self, from: usize, len: usize) -> Self {
        let from = from.min(self.len);
        Self {
            base: self.base.wrapping_add(from),
            len: len.min(self.len - from),
            life: PhantomData,
        }
    }

    /// Copy into the host as much as both sides hold.
    #[inline]
    pub fn copy_to(&self, into: &mut [u8]) {
        let len = self.len.min(into.len());
        // SAFETY: `Memory::span` checked the range, which outlives `'a`; host memory never overlaps a guest's.
        unsafe { std::ptr::copy_nonoverlapping(self.base, into.as_mut_ptr(), len) }
    }

    /// Copy into the guest as much as both sides hold.
    #[inline]
    pub fn copy_from(&self, from: &[u8]) {
        let len = self.len.min(from.len());
        // SAFETY: `Memory::span` checked the range, which outlives `'a`; host memory never overlaps a guest's.
        unsafe { std::ptr::copy_nonoverlapping(from.as_ptr(), self.base, len) }
    }

    /// Overwrite it with zeros.
    pub fn clear(&self) {
        // SAFETY: `Memory::span` checked the range, which outlives `'a`.
        unsafe { std::ptr::write_bytes(self.base, 0, self.len) }
    }

    /// Is there nothing in it but zeros?
    pub fn is_zero(&self) -> bool {
        let words = self.len / 8;
        // SAFETY: `Memory::span` checked the range, which outlives `'a`. The reads may race with the guest's writes, and
        // then see either.
        unsafe {
            (0..words).all(|word| self.base.cast::<u64>().add(word).read_unaligned() == 0)
                && (words * 8..self.len).all(|at| self.base.add(at).read() == 0)
        }
    }

    /// Host bytes as a span, for a call that takes spans: a test's, or a transfer of the host's own.
    pub fn of(bytes: &'a mut [u8]) -> Self {
        Self {
            base: bytes.as_mut_ptr(),
            len: bytes.len(),
            life: PhantomData,
        }
    }

    /// Host bytes that are only read, for a call that sends: [`Kernel::send`](crate::Kernel::send) writes to no span.
    pub(crate) fn of_read_only(bytes: &'a [u8]) -> Self {
        Self {
            base: bytes.as_ptr().cast_mut(),
            len: bytes.len(),
            life: PhantomData,
        }
    }
}

/// How many bytes the spans hold together.
#[inline]
pub fn total(spans: &[Span<'_>]) -> usize {
    // At most 1024 spans of at most 4 GiB: no overflow on 64 bits.
    spans.iter().map(Span::len).sum()
}

/// Room for a result of `N` bytes in guest memory. It stays good: such memory never shrinks.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Slot<'a, const N: usize>(Span<'a>);

impl<const N: usize> Slot<'_, N> {
    /// Write the result.
    #[inline]
    pub fn fill(self, bytes: [u8; N]) {
        self.0.copy_from(&bytes);
    }

    /// Write the first bytes of the result, and leave the others as the guest had them.
    #[inline]
    pub fn fill_part(self, bytes: &[u8]) {
        self.0.copy_from(bytes);
    }
}

/// Where a thread keeps the buffers of its present call, so that a call allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch(Vec<Span<'static>>);

// SAFETY: the pointers are read only through the borrow that `Memory::vectors` returns, which ends with the call; what
// stays behind in the vector is never followed.
unsafe impl Send for Scratch {}

/// Compare raw bytes without making a reference to them.
///
/// # Safety
/// Both sides must be readable for `len` bytes.
unsafe fn memcmp(guest: *const u8, host: *const u8, len: usize) -> bool {
    let words = len / 8;
    for word in 0..words {
        // SAFETY: within `len`, by the caller's word.
        let (a, b) = unsafe {
            (
                guest.cast::<u64>().add(word).read_unaligned(),
                host.cast::<u64>().add(word).read_unaligned(),
            )
        };
        if a != b {
            return false;
        }
    }
    // SAFETY: within `len`, by the caller's word.
    (words * 8..len).all(|at| unsafe { guest.add(at).read() == host.add(at).read() })
}

/// The size of a wire structure, which always fits.
const fn len32(len: usize) -> u32 {
    assert!(len <= u32::MAX as usize, "wire structures are small");
    #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
    let len = len as u32;
    len
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_ends_where_the_memory_does() {
        let mut bytes = [0; 16];
        let memory = Memory::exclusive(&mut bytes);
        for (at, len, inside) in [
            (0, 16, true),
            (16, 0, true),
            (17, 0, false),
            (15, 2, false),
            (u32::MAX, 1, false),
            (1, u32::MAX, false),
        ] {
            assert_eq!(memory.span(at, len).is_ok(), inside, "{at}+{len}");
        }
    }

    #[test]
    fn a_slot_is_written_and_nothing_beside_it() {
        let mut bytes = *b"????????";
        let memory = Memory::exclusive(&mut bytes);
        memory.reserve::<4>(2).unwrap().fill(*b"abcd");
        assert_eq!(&bytes, b"??abcd??");
    }

    #[test]
    fn text_is_what_stands_before_the_nul() {
        let mut bytes = *b"abc\0defg";
        let memory = Memory::exclusive(&mut bytes);
        assert_eq!(memory.read_text(1, 100), Ok(b"bc".to_vec()));
        assert_eq!(
            memory.read_text(4, 100),
            Err(Errno::Fault),
            "no NUL before the end"
        );
        assert_eq!(memory.read_text(4, 3), Err(Errno::Nametoolong));
        assert_eq!(memory.read_text(9, 3), Err(Errno::Fault));
    }

    #[test]
    fn each_buffer_is_checked_and_too_many_are_refused() {
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&[16, 0, 0, 0, 4, 0, 0, 0, 24, 0, 0, 0, 8, 0, 0, 0]);
        let memory = Memory::exclusive(&mut bytes);
        let mut scratch = Scratch::default();
        let spans = memory.vectors(0, 2, &mut scratch).unwrap();
        assert_eq!(total(spans), 12);
        assert_eq!(
            memory.vectors(0, 3, &mut scratch).map(total),
            Ok(12),
            "an empty one counts"
        );
        assert_eq!(
            memory.vectors(8, 1025, &mut scratch).map(total),
            Err(Errno::Inval)
        );
        memory.span(4, 4).unwrap().copy_from(&17_u32.to_le_bytes());
        assert_eq!(
            memory.vectors(0, 1, &mut scratch).map(total),
            Err(Errno::Fault)
        );
    }

    #[test]
    fn sameness_looks_at_every_byte() {
        let mut bytes = *b"0123456789a";
        let memory = Memory::exclusive(&mut bytes);
        assert_eq!(memory.same(0, b"0123456789a"), Ok(true));
        for at in 0..11 {
            let mut other = *b"0123456789a";
            other[at] ^= 1;
            assert_eq!(memory.same(0, &other), Ok(false), "byte {at}");
        }
        assert_eq!(memory.same(1, b"0123456789a"), Err(Errno::Fault));
    }
}
