//! What guests pass besides numbers: flags, times and paths. What has no meaning is EINVAL.

use iwasm_abi::Errno;
use iwasm_abi::p1::{fdflags, fstflags, lookupflags};
use iwasm_net::Memory;
use iwasm_wasi::{FileFlags, Time, Times};

/// Flags, of which only those in `all` have a meaning.
pub(crate) fn flags(value: u32, all: u16) -> Result<u16, Errno> {
    match u16::try_from(value) {
        Ok(flags) if flags & !all == 0 => Ok(flags),
        _ => Err(Errno::Inval),
    }
}

/// `lookupflags`: is a link at the end of the path followed?
pub(crate) fn follow(value: u32) -> Result<bool, Errno> {
    if value & !lookupflags::ALL != 0 {
        return Err(Errno::Inval);
    }
    Ok(value & lookupflags::SYMLINK_FOLLOW != 0)
}

/// `fdflags`.
pub(crate) fn file_flags(value: u32) -> Result<FileFlags, Errno> {
    let flags = flags(value, fdflags::ALL)?;
    Ok(FileFlags {
        append: flags & fdflags::APPEND != 0,
        dsync: flags & fdflags::DSYNC != 0,
        nonblock: flags & fdflags::NONBLOCK != 0,
        rsync: flags & fdflags::RSYNC != 0,
        sync: flags & fdflags::SYNC != 0,
    })
}

/// Two times and the `fstflags` that say what is done with them.
pub(crate) fn times(atim: u64, mtim: u64, value: u32) -> Result<Times, Errno> {
    let flags = flags(value, fstflags::ALL)?;
    let time = |given: u16, now: u16, at: u64| match (flags & given != 0, flags & now != 0) {
        (true, true) => Err(Errno::Inval),
        (true, false) => Ok(Some(Time::At(at))),
        (false, true) => Ok(Some(Time::Now)),
        (false, false) => Ok(None),
    };
    Ok(Times {
        accessed: time(fstflags::ATIM, fstflags::ATIM_NOW, atim)?,
        modified: time(fstflags::MTIM, fstflags::MTIM_NOW, mtim)?,
    })
}

/// A path: UTF-8, or EILSEQ. A NUL in it is EINVAL, for systems would end it there.
pub(crate) fn path(memory: Memory<'_>, at: u32, len: u32) -> Result<String, Errno> {
    let bytes = memory.read_bytes(at, len, PATH_MAX)?;
    if bytes.contains(&0) {
        return Err(Errno::Inval);
    }
    String::from_utf8(bytes).map_err(|_| Errno::Ilseq)
}

/// The longest path in bytes: Linux's `PATH_MAX`. A longer one is ENAMETOOLONG.
const PATH_MAX: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_without_a_meaning_is_refused() {
        for (value, all, read) in [
            (0, 3, Ok(0)),
            (3, 3, Ok(3)),
            (4, 3, Err(Errno::Inval)),
            (7, 3, Err(Errno::Inval)),
            (0x1_0001, 3, Err(Errno::Inval)),
        ] {
            assert_eq!(flags(value, all), read, "{value:#x}");
        }
        assert_eq!(follow(0), Ok(false));
        assert_eq!(follow(1), Ok(true));
        assert_eq!(follow(2), Err(Errno::Inval));
        assert_eq!(file_flags(32), Err(Errno::Inval));
    }

    #[test]
    fn each_flag_of_a_file_is_read_from_its_own_bit() {
        for bit in 0..5 {
            let flags = file_flags(1 << bit).unwrap();
            let read = [
                flags.append,
                flags.dsync,
                flags.nonblock,
                flags.rsync,
                flags.sync,
            ];
            assert_eq!(read, std::array::from_fn(|index| index == bit), "bit {bit}");
        }
    }

    #[test]
    fn a_time_is_left_or_given_or_now_but_not_two_of_them() {
        let (at, now) = (Some(Time::At(7)), Some(Time::Now));
        let set = |accessed, modified| Ok(Times { accessed, modified });
        for (flags, read) in [
            (0b0000, set(None, None)),
            (0b0001, set(at, None)),
            (0b0010, set(now, None)),
            (0b0100, set(None, Some(Time::At(8)))),
            (0b1000, set(None, now)),
            (0b1001, set(at, now)),
            (0b0011, Err(Errno::Inval)),
            (0b1100, Err(Errno::Inval)),
            (0b1_0000, Err(Errno::Inval)),
        ] {
            assert_eq!(times(7, 8, flags), read, "{flags:#b}");
        }
    }

    #[test]
    fn a_path_is_text_of_at_most_4096_bytes() {
        let mut bytes = vec![b'a'; 5000];
        bytes[..8].copy_from_slice(b"\xc3\xa9/x\0\xff..");
        let memory = Memory::exclusive(&mut bytes);
        for (at, len, read) in [
            (0, 4, Ok("é/x")),
            (0, 0, Ok("")),
            (0, 1, Err(Errno::Ilseq)),
            (5, 1, Err(Errno::Ilseq)),
            (2, 3, Err(Errno::Inval)),
            (8, 4097, Err(Errno::Nametoolong)),
            (904, 4097, Err(Errno::Fault)),
        ] {
            assert_eq!(
                path(memory, at, len).as_deref(),
                read.as_ref().copied(),
                "{at}+{len}"
            );
        }
        assert_eq!(path(memory, 8, 4096).map(|path| path.len()), Ok(4096));
    }
}
