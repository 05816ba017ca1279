//! What guests are told besides numbers: the kinds of files, their flags, and the structures that hold them.

use iwasm_abi::p1::{fdflags, fdstat, filestat, filetype};
use iwasm_net::Kind;
use iwasm_wasi::{FileFlags, FileKind, Stat};

/// An `fdstat`.
pub(super) fn fdstat(
    kind: FileKind,
    flags: FileFlags,
    rights: u64,
    inheriting: u64,
) -> [u8; fdstat::SIZE] {
    let mut bytes = [0; fdstat::SIZE];
    bytes[fdstat::FILETYPE].copy_from_slice(&[filetype(kind)]);
    bytes[fdstat::FLAGS].copy_from_slice(&file_flags(flags).to_le_bytes());
    bytes[fdstat::RIGHTS_BASE].copy_from_slice(&rights.to_le_bytes());
    bytes[fdstat::RIGHTS_INHERITING].copy_from_slice(&inheriting.to_le_bytes());
    bytes
}

/// A `filestat`.
pub(super) fn filestat(stat: &Stat) -> [u8; filestat::SIZE] {
    let mut bytes = [0; filestat::SIZE];
    bytes[filestat::DEVICE].copy_from_slice(&stat.device.to_le_bytes());
    bytes[filestat::INODE].copy_from_slice(&stat.inode.to_le_bytes());
    bytes[filestat::FILETYPE].copy_from_slice(&[filetype(stat.kind)]);
    bytes[filestat::LINKS].copy_from_slice(&stat.links.to_le_bytes());
    bytes[filestat::LENGTH].copy_from_slice(&stat.size.to_le_bytes());
    bytes[filestat::ATIM].copy_from_slice(&stat.accessed.to_le_bytes());
    bytes[filestat::MTIM].copy_from_slice(&stat.modified.to_le_bytes());
    bytes[filestat::CTIM].copy_from_slice(&stat.changed.to_le_bytes());
    bytes
}

/// A `filetype`.
pub(super) fn filetype(kind: FileKind) -> u8 {
    match kind {
        FileKind::Unknown => filetype::UNKNOWN,
        FileKind::BlockDevice => filetype::BLOCK_DEVICE,
        FileKind::CharacterDevice => filetype::CHARACTER_DEVICE,
        FileKind::Directory => filetype::DIRECTORY,
        FileKind::Regular => filetype::REGULAR_FILE,
        FileKind::DatagramSocket => filetype::SOCKET_DGRAM,
        FileKind::StreamSocket => filetype::SOCKET_STREAM,
        FileKind::Link => filetype::SYMBOLIC_LINK,
    }
}

/// What kind of file a socket is.
pub(super) fn socket(kind: Kind) -> FileKind {
    match kind {
        Kind::Stream => FileKind::StreamSocket,
        Kind::Datagram => FileKind::DatagramSocket,
    }
}

/// `fdflags`.
fn file_flags(flags: FileFlags) -> u16 {
    [
        (flags.append, fdflags::APPEND),
        (flags.dsync, fdflags::DSYNC),
        (flags.nonblock, fdflags::NONBLOCK),
        (flags.rsync, fdflags::RSYNC),
        (flags.sync, fdflags::SYNC),
    ]
    .into_iter()
    .filter(|(on, _)| *on)
    .fold(0, |flags, (_, flag)| flags | flag)
}

#[cfg(test)]
mod tests {
    use super::super::decode;
    use super::*;

    #[test]
    fn flags_of_a_file_survive_the_way_to_the_guest_and_back() {
        for value in 0..=fdflags::ALL {
            let flags = decode::file_flags(value.into()).unwrap();
            assert_eq!(file_flags(flags), value);
        }
    }

    #[test]
    fn an_fdstat_is_its_golden_bytes() {
        let flags = FileFlags {
            nonblock: true,
            ..FileFlags::default()
        };
        let bytes = fdstat(socket(Kind::Stream), flags, 0x3f_f820_004a, 0x3f_ffff_ffff);
        #[rustfmt::skip]
        let golden = [
            0x06,                                           // filetype: stream socket
            0x00,                                           // padding
            0x04, 0x00,                                     // flags: nonblocking
            0x00, 0x00, 0x00, 0x00,                         // padding
            0x4a, 0x00, 0x20, 0xf8, 0x3f, 0x00, 0x00, 0x00, // base rights
            0xff, 0xff, 0xff, 0xff, 0x3f, 0x00, 0x00, 0x00, // inheriting rights
        ];
        assert_eq!(bytes, golden);
    }

    #[test]
    fn a_filestat_is_its_golden_bytes() {
        let stat = Stat {
            device: 1,
            inode: 2,
            kind: FileKind::Regular,
            links: 3,
            size: 1 << 32,
            accessed: 4,
            modified: 5,
            changed: 6,
        };
        #[rustfmt::skip]
        let golden = [
            1, 0, 0, 0, 0, 0, 0, 0, // device
            2, 0, 0, 0, 0, 0, 0, 0, // inode
            4, 0, 0, 0, 0, 0, 0, 0, // filetype: regular file, and padding
            3, 0, 0, 0, 0, 0, 0, 0, // links
            0, 0, 0, 0, 1, 0, 0, 0, // 4 GiB long
            4, 0, 0, 0, 0, 0, 0, 0, // read
            5, 0, 0, 0, 0, 0, 0, 0, // written
            6, 0, 0, 0, 0, 0, 0, 0, // changed
        ];
        assert_eq!(filestat(&stat), golden);
    }
}
