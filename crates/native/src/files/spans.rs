//! Reads and writes straight on guest memory.
//!
//! rustix's calls want `&mut [u8]`, which must never be made of bytes that other threads of the guest write to: this is
//! the one room of the files with `unsafe` in it.

#![allow(
    unsafe_code,
    reason = "the kernel takes pointers where no Rust reference may be made"
)]

use std::os::fd::{AsFd, AsRawFd};

use iwasm_abi::Errno;
use iwasm_net::Span;

use crate::errno;

// `Span` promises the layout of `struct iovec`: `#[repr(C)]`, the pointer first, the length second.
const _: () = assert!(size_of::<Span<'_>>() == size_of::<libc::iovec>());
const _: () = assert!(align_of::<Span<'_>>() == align_of::<libc::iovec>());

/// Read on from the position.
pub(super) fn read(from: impl AsFd, into: &[Span<'_>]) -> Result<usize, Errno> {
    let (vectors, count) = vectors(into)?;
    // SAFETY: `vectors` points at `count` vectors that `into` holds for the call. The range of each was checked by
    // `Memory::span`, is lent for longer than the call, and is reached through raw pointers only.
    answer(unsafe { libc::readv(from.as_fd().as_raw_fd(), vectors, count) })
}

/// Write on from the position.
pub(super) fn write(to: impl AsFd, from: &[Span<'_>]) -> Result<usize, Errno> {
    let (vectors, count) = vectors(from)?;
    // SAFETY: as in `read`.
    answer(unsafe { libc::writev(to.as_fd().as_raw_fd(), vectors, count) })
}

/// Read at an offset.
pub(super) fn read_at(from: impl AsFd, into: &[Span<'_>], at: u64) -> Result<usize, Errno> {
    let (vectors, count) = vectors(into)?;
    // SAFETY: as in `read`.
    answer(unsafe { libc::preadv(from.as_fd().as_raw_fd(), vectors, count, offset(at)?) })
}

/// Write at an offset.
pub(super) fn write_at(to: impl AsFd, from: &[Span<'_>], at: u64) -> Result<usize, Errno> {
    let (vectors, count) = vectors(from)?;
    // SAFETY: as in `read`.
    answer(unsafe { libc::pwritev(to.as_fd().as_raw_fd(), vectors, count, offset(at)?) })
}

/// The spans as the kernel takes them.
fn vectors(spans: &[Span<'_>]) -> Result<(*const libc::iovec, libc::c_int), Errno> {
    let count = spans.len().try_into().map_err(|_| Errno::Inval)?;
    Ok((spans.as_ptr().cast(), count))
}

fn offset(at: u64) -> Result<libc::off_t, Errno> {
    at.try_into().map_err(|_| Errno::Inval)
}

/// How many bytes went, or why none did: minus one means that `errno` says it.
fn answer(moved: isize) -> Result<usize, Errno> {
    usize::try_from(moved).map_err(|_| errno::last())
}
