//! What a file is, between the system's words and the guest's.

use std::os::fd::AsFd;

use iwasm_abi::Errno;
use iwasm_wasi::{FileKind, Stat, Time, Times};
use rustix::fs::{FileType, OFlags, Timespec, Timestamps, UTIME_NOW, UTIME_OMIT};
use rustix::net::{SocketType, sockopt};

use crate::errno::from_rustix;

/// O_DSYNC. rustix 1.1.6 has O_SYNC under that name, which asks for more and is what a guest would then be told.
pub(crate) const DSYNC: OFlags = OFlags::from_bits_retain(libc::O_DSYNC.cast_unsigned());

/// What an open file is.
pub(crate) fn stat(file: impl AsFd) -> Result<Stat, Errno> {
    let file = file.as_fd();
    let found = rustix::fs::fstat(file).map_err(from_rustix)?;
    let kind = match FileType::from_raw_mode(found.st_mode) {
        FileType::Socket => socket_kind(file),
        other => kind(other),
    };
    Ok(Stat {
        device: found.st_dev,
        inode: found.st_ino,
        kind,
        links: links(found.st_nlink),
        size: found.st_size.try_into().unwrap_or_default(),
        accessed: nanoseconds(found.st_atime, found.st_atime_nsec),
        modified: nanoseconds(found.st_mtime, found.st_mtime_nsec),
        changed: nanoseconds(found.st_ctime, found.st_ctime_nsec),
    })
}

/// A type as the system names it.
pub(crate) fn kind(of: FileType) -> FileKind {
    match of {
        FileType::BlockDevice => FileKind::BlockDevice,
        FileType::CharacterDevice => FileKind::CharacterDevice,
        FileType::Directory => FileKind::Directory,
        FileType::RegularFile => FileKind::Regular,
        FileType::Symlink => FileKind::Link,
        // The name of a Unix socket does not say of what type it is; most are streams.
        FileType::Socket => FileKind::StreamSocket,
        FileType::Fifo | FileType::Unknown => FileKind::Unknown,
    }
}

/// An open socket says its type; one that is only named does not.
fn socket_kind(socket: impl AsFd) -> FileKind {
    match sockopt::socket_type(socket) {
        Ok(SocketType::DGRAM) => FileKind::DatagramSocket,
        _ => FileKind::StreamSocket,
    }
}

/// Times to set, as the system takes them.
pub(crate) fn timestamps(times: Times) -> Timestamps {
    Timestamps {
        last_access: timespec(times.accessed),
        last_modification: timespec(times.modified),
    }
}

fn timespec(time: Option<Time>) -> Timespec {
    let special = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    match time {
        None => special(UTIME_OMIT),
        Some(Time::Now) => special(UTIME_NOW),
        Some(Time::At(moment)) => {
            let moment = std::time::Duration::from_nanos(moment);
            Timespec {
                tv_sec: moment.as_secs().cast_signed(),
                tv_nsec: moment.subsec_nanos().into(),
            }
        }
    }
}

/// Nanoseconds since 1970: an earlier moment is 0, one after the year 2554 the greatest there is.
fn nanoseconds(seconds: i64, part: u64) -> u64 {
    let seconds = u64::try_from(seconds).unwrap_or_default();
    seconds.saturating_mul(1_000_000_000).saturating_add(part)
}

/// The number of names is 64 bits wide on x86 and 32 bits elsewhere.
fn links(count: impl Into<u64>) -> u64 {
    count.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_goes_to_the_system_and_back() {
        for moment in [
            0,
            1,
            999_999_999,
            1_000_000_000,
            1_234_567_890_123_456_789,
            u64::MAX,
        ] {
            let sent = timespec(Some(Time::At(moment)));
            assert_eq!(
                nanoseconds(sent.tv_sec, sent.tv_nsec.cast_unsigned()),
                moment
            );
        }
    }

    #[test]
    fn moments_that_the_guest_cannot_say_are_the_nearest_that_it_can() {
        assert_eq!(nanoseconds(-1, 5), 5);
        assert_eq!(nanoseconds(i64::MAX, 0), u64::MAX);
    }
}
