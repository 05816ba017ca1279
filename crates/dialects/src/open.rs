//! Opening files: the only way to new ones, and the place where rights are handed down.

use iwasm_abi::Errno;
use iwasm_abi::p1::{oflags, rights};
use iwasm_net::Fail;
use iwasm_wasi::{
    DIRECTORY_RIGHTS, Descriptor, Directory, FILE_RIGHTS, Files, Object, Open, Opened,
};

use crate::files::{ask, directory};
use crate::{Call, decode};

/// What `path_open` and its kin are passed.
pub(crate) struct Opening {
    pub(crate) fd: u32,
    pub(crate) lookupflags: u32,
    pub(crate) path: u32,
    pub(crate) length: u32,
    pub(crate) oflags: u32,
    pub(crate) base: u64,
    pub(crate) inheriting: u64,
    pub(crate) fdflags: u32,
    pub(crate) opened: u32,
}

/// Open, and tell the guest the new number, which is also the answer here.
///
/// The new descriptor gets of the rights asked for those that the directory hands down and that have a meaning for what
/// was opened: guests ask for all rights there are, so to ask for too many is no error.
pub(crate) fn open<F: Files>(call: &mut Call<'_, F>, asked: &Opening) -> Result<u32, Fail> {
    let parent = call.process.table.get(asked.fd)?;
    let base = asked.base & parent.inheriting();
    let inheriting = asked.inheriting & parent.inheriting();
    let how = how(asked.lookupflags, asked.oflags, base, asked.fdflags)?;
    let dir = &directory(&parent, needed(&how))?.dir;
    let path = decode::path(call.memory, asked.path, asked.length)?;
    let slot = call.memory.reserve::<4>(asked.opened)?;
    // An open can make a file or cut one off, and then have no number for it.
    call.process.table.has_room()?;
    let descriptor = match ask(call.process, |files| files.open(dir, &path, &how))? {
        Opened::File(file) => Descriptor::new(Object::File(file), base & file_rights(&how), 0),
        Opened::Dir(dir) => {
            let object = Object::Directory(Directory::new(dir, None));
            Descriptor::new(object, base & DIRECTORY_RIGHTS, inheriting)
        }
    };
    let number = call.process.table.insert(descriptor)?;
    slot.fill(number.to_le_bytes());
    Ok(number)
}

/// How to open, as flags and rights say together.
fn how(lookupflags: u32, oflags: u32, base: u64, fdflags: u32) -> Result<Open, Errno> {
    let oflags = decode::flags(oflags, oflags::ALL)?;
    let directory = oflags & oflags::DIRECTORY != 0;
    if directory && oflags & !oflags::DIRECTORY != 0 {
        return Err(Errno::Inval);
    }
    let truncate = oflags & oflags::TRUNC != 0;
    // Not FD_FILESTAT_SET_SIZE: Go asks for it with every file that it opens for reading (syscall/fs_wasip1.go), which
    // may be one that the user cannot write.
    let write = truncate || base & (rights::FD_WRITE | rights::FD_ALLOCATE) != 0;
    let read = base & (rights::FD_READ | rights::FD_READDIR) != 0;
    Ok(Open {
        follow: decode::follow(lookupflags)?,
        // A file is opened for something, also for a guest that asks for no right but to look at it.
        read: read || !write,
        write,
        create: oflags & oflags::CREAT != 0,
        exclusive: oflags & oflags::EXCL != 0,
        directory,
        truncate,
        flags: decode::file_flags(fdflags)?,
    })
}

/// The rights that the directory must have for such an open.
fn needed(how: &Open) -> u64 {
    [
        (true, rights::PATH_OPEN),
        (how.create, rights::PATH_CREATE_FILE),
        (how.truncate, rights::PATH_FILESTAT_SET_SIZE),
        (how.flags.dsync, rights::FD_DATASYNC),
        (how.flags.rsync || how.flags.sync, rights::FD_SYNC),
    ]
    .into_iter()
    .filter(|(asked, _)| *asked)
    .fold(0, |rights, (_, right)| rights | right)
}

/// The rights that a file opened like this can have: none that its opening does not carry.
fn file_rights(how: &Open) -> u64 {
    let write = rights::FD_WRITE | rights::FD_ALLOCATE | rights::FD_FILESTAT_SET_SIZE;
    if how.write {
        FILE_RIGHTS
    } else {
        FILE_RIGHTS & !write
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_and_flags_say_together_what_a_file_is_opened_for() {
        for (base, oflags, read, write) in [
            (0, 0, true, false),
            (rights::FD_READ, 0, true, false),
            (rights::FD_READDIR, oflags::DIRECTORY, true, false),
            (rights::FD_WRITE, 0, false, true),
            (rights::FD_READ | rights::FD_WRITE, 0, true, true),
            (rights::FD_ALLOCATE, 0, false, true),
            (
                rights::FD_READ | rights::FD_FILESTAT_SET_SIZE,
                0,
                true,
                false,
            ),
            (0, oflags::TRUNC, false, true),
            (rights::FD_READ, oflags::TRUNC, true, true),
            (rights::FD_READ, oflags::CREAT, true, false),
        ] {
            let how = how(0, oflags.into(), base, 0).unwrap();
            assert_eq!(
                (how.read, how.write),
                (read, write),
                "{base:#x} {oflags:#x}"
            );
        }
    }

    #[test]
    fn a_directory_is_neither_made_nor_cut_off_by_an_open() {
        for other in [oflags::CREAT, oflags::EXCL, oflags::TRUNC] {
            let asked = u32::from(oflags::DIRECTORY | other);
            assert_eq!(how(0, asked, 0, 0), Err(Errno::Inval), "{other}");
        }
        assert!(how(0, oflags::DIRECTORY.into(), 0, 0).unwrap().directory);
    }

    #[test]
    fn unknown_flags_of_any_sort_are_refused() {
        for (lookupflags, oflags, fdflags) in [(2, 0, 0), (0, 16, 0), (0, 0, 32)] {
            assert_eq!(how(lookupflags, oflags, 0, fdflags), Err(Errno::Inval));
        }
    }

    #[test]
    fn the_directory_needs_a_right_for_each_thing_that_an_open_does() {
        for (oflags, fdflags, right) in [
            (0, 0, 0),
            (oflags::CREAT, 0, rights::PATH_CREATE_FILE),
            (oflags::TRUNC, 0, rights::PATH_FILESTAT_SET_SIZE),
            (0, 1 << 1, rights::FD_DATASYNC),
            (0, 1 << 3, rights::FD_SYNC),
            (0, 1 << 4, rights::FD_SYNC),
        ] {
            let how = how(0, oflags.into(), 0, fdflags).unwrap();
            assert_eq!(needed(&how), rights::PATH_OPEN | right);
        }
    }

    #[test]
    fn a_file_opened_for_reading_is_given_no_right_to_change_it() {
        let reading = how(
            0,
            0,
            rights::ALL & !(rights::FD_WRITE | rights::FD_ALLOCATE),
            0,
        )
        .unwrap();
        assert_eq!(file_rights(&reading) & rights::FD_FILESTAT_SET_SIZE, 0);
        assert_eq!(file_rights(&reading) & rights::FD_READ, rights::FD_READ);
        let writing = how(0, 0, rights::FD_WRITE, 0).unwrap();
        assert_eq!(file_rights(&writing), FILE_RIGHTS);
    }
}
