//! `fd_readdir`: a directory's entries, one close after the other, as many as fit.

use iwasm_abi::p1::{self as abi, dirent, rights};
use iwasm_net::{Fail, Span};
use iwasm_wasi::{Entry, Files};

use super::{ask, directory, encode};
use crate::Call;
use crate::registry::{Rows, Visitor};
use crate::transfer::counted;

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::FD_READDIR, fd_readdir::<F>);
}

/// `fd_readdir(fd, buffer, length, cookie, size)`.
fn fd_readdir<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    buffer: u32,
    length: u32,
    cookie: u64,
    size: u32,
) -> Result<(), Fail> {
    let descriptor = call.process.table.get(fd)?;
    let directory = directory(&descriptor, rights::FD_READDIR)?;
    let buffer = call.memory.span(buffer, length)?;
    let size = call.memory.reserve::<4>(size)?;
    let written = ask(call.process, |files| {
        directory.entries(files, cookie, |entries| pack(entries, cookie, buffer))
    })?;
    size.fill(counted(written, &[buffer])?);
    Ok(())
}

/// Write the entries that begin at `cookie` until none is left or the buffer is full: how many bytes were written.
///
/// The last one may be cut off anywhere. A buffer that is not full tells the guest that the directory ends there.
fn pack(entries: &[Entry], cookie: u64, buffer: Span<'_>) -> usize {
    let mut written = 0;
    for (entry, next) in entries.iter().zip(cookie.saturating_add(1)..) {
        for bytes in [&head(entry, next)[..], &entry.name] {
            let room = buffer.part(written, bytes.len());
            room.copy_from(bytes);
            written += room.len();
        }
        if written == buffer.len() {
            break;
        }
    }
    written
}

fn head(entry: &Entry, next: u64) -> [u8; dirent::SIZE] {
    let name_length = u32::try_from(entry.name.len()).unwrap_or(u32::MAX);
    let mut bytes = [0; dirent::SIZE];
    bytes[dirent::NEXT].copy_from_slice(&next.to_le_bytes());
    bytes[dirent::INODE].copy_from_slice(&entry.inode.to_le_bytes());
    bytes[dirent::NAME_LENGTH].copy_from_slice(&name_length.to_le_bytes());
    bytes[dirent::FILETYPE].copy_from_slice(&[encode::filetype(entry.kind)]);
    bytes
}

#[cfg(test)]
mod tests {
    use iwasm_wasi::FileKind;

    use super::*;

    #[rustfmt::skip]
    const GOLDEN: [u8; 51] = [
        0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // next cookie 3
        0x09, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // inode 9
        0x01, 0x00, 0x00, 0x00,                         // a name of 1 byte
        0x03,                                           // filetype: directory
        0x00, 0x00, 0x00,                               // padding
        b'a',
        0x04, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // next cookie 4
        0x0a, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // inode 10
        0x02, 0x00, 0x00, 0x00,                         // a name of 2 bytes
        0x04,                                           // filetype: regular file
        0x00, 0x00, 0x00,                               // padding
        b'b', b'c',
    ];

    fn entries() -> [Entry; 2] {
        let entry = |name: &[u8], inode, kind| Entry {
            name: name.to_vec(),
            inode,
            kind,
        };
        [
            entry(b"a", 9, FileKind::Directory),
            entry(b"bc", 10, FileKind::Regular),
        ]
    }

    #[test]
    fn entries_follow_each_other_without_padding() {
        let mut bytes = [b'?'; 60];
        assert_eq!(pack(&entries(), 2, Span::of(&mut bytes)), 51);
        assert_eq!(bytes[..51], GOLDEN);
        assert_eq!(bytes[51..], *b"?????????");
    }

    #[test]
    fn a_full_buffer_cuts_the_last_entry_off_anywhere() {
        for room in 0..=GOLDEN.len() {
            let mut bytes = [b'?'; 60];
            let written = pack(&entries(), 2, Span::of(&mut bytes[..room]));
            assert_eq!(written, room);
            assert_eq!(bytes[..room], GOLDEN[..room]);
            assert!(bytes[room..].iter().all(|&byte| byte == b'?'), "{room}");
        }
    }

    #[test]
    fn no_cookie_is_too_large_to_have_no_entries_after_it() {
        let mut bytes = [b'?'; 4];
        assert_eq!(pack(&[], u64::MAX, Span::of(&mut bytes)), 0);
        assert_eq!(&bytes, b"????");
    }
}
