//! The scripted system's files.

use std::sync::Arc;

use iwasm_abi::Errno;
use iwasm_net::memory::total;
use iwasm_net::{Family, Span};
use iwasm_wasi::{
    Advice, Entry, FileFlags, FileKind, Files, Open, Opened, Seek, Stat, Terminal, Times,
};

use crate::kernel::Sockets;
use crate::script::{Handle, Script};
use crate::traffic::{Message, PAYLOAD, gather, scatter};

/// The files of a script.
pub(crate) struct Disk(pub(crate) Arc<Script>);

/// A file; a stream can be waited for.
pub(crate) struct File {
    handle: Handle,
    stream: bool,
}

impl Disk {
    pub(crate) fn file(&self, name: &str) -> File {
        let handle = self.0.handle(name, Family::V4);
        File {
            handle,
            stream: false,
        }
    }

    pub(crate) fn stream(&self, name: &str) -> File {
        File {
            stream: true,
            ..self.file(name)
        }
    }

    pub(crate) fn dir(&self, name: &str) -> Handle {
        self.0.handle(name, Family::V4)
    }

    /// An operation that answers nothing but that it is done.
    fn done(&self, call: &'static str, words: std::fmt::Arguments<'_>) -> Result<(), Errno> {
        self.0.ask(call, words, || ())
    }

    fn reading(
        &self,
        call: &'static str,
        words: std::fmt::Arguments<'_>,
        into: &[Span<'_>],
    ) -> Result<usize, Errno> {
        let came = self.0.ask(call, words, || Message {
            bytes: PAYLOAD.to_vec(),
            told: total(into).min(PAYLOAD.len()),
            truncated: false,
            source: None,
        })?;
        scatter(&came.bytes, into);
        Ok(came.told)
    }
}

/// What an honest system says of every file.
pub(crate) fn honest(kind: FileKind) -> Stat {
    Stat {
        device: 1,
        inode: 2,
        kind,
        links: 3,
        size: 20,
        accessed: 4,
        modified: 5,
        changed: 6,
    }
}

/// What an honest system finds in every directory.
pub(crate) fn entries() -> Vec<Entry> {
    let entry = |name: &str, inode, kind| Entry {
        name: name.into(),
        inode,
        kind,
    };
    vec![
        entry(".", 1, FileKind::Directory),
        entry("file", 2, FileKind::Regular),
    ]
}

impl Files for Disk {
    type Kernel = Sockets;
    type File = File;
    type Dir = Handle;

    fn pipe(&self) -> Result<(File, File), Errno> {
        self.done("pipe", format_args!(""))?;
        Ok((self.stream("reader"), self.stream("writer")))
    }

    fn counter(&self, count: u64, one_at_a_time: bool) -> Result<File, Errno> {
        let how = if one_at_a_time { " one at a time" } else { "" };
        self.done("counter", format_args!(" {count}{how}"))?;
        Ok(self.stream("counter"))
    }

    fn handle<'a>(&self, file: &'a File) -> Option<&'a Handle> {
        file.stream.then_some(&file.handle)
    }

    fn read(&self, file: &File, into: &[Span<'_>]) -> Result<usize, Errno> {
        let (file, room) = (&file.handle, total(into));
        self.reading("read", format_args!(" {file} {room}"), into)
    }

    fn write(&self, file: &File, from: &[Span<'_>]) -> Result<usize, Errno> {
        let (file, data) = (&file.handle, gather(from));
        self.0
            .ask("write", format_args!(" {file} `{data}`"), || total(from))
    }

    fn read_at(&self, file: &File, into: &[Span<'_>], at: u64) -> Result<usize, Errno> {
        let (file, room) = (&file.handle, total(into));
        self.reading("read_at", format_args!(" {file} {room} at {at}"), into)
    }

    fn write_at(&self, file: &File, from: &[Span<'_>], at: u64) -> Result<usize, Errno> {
        let (file, data) = (&file.handle, gather(from));
        self.0
            .ask("write_at", format_args!(" {file} `{data}` at {at}"), || {
                total(from)
            })
    }

    fn seek(&self, file: &File, to: Seek) -> Result<u64, Errno> {
        self.0
            .ask("seek", format_args!(" {} {to:?}", file.handle), || 11)
    }

    fn sync(&self, file: &File) -> Result<(), Errno> {
        self.done("sync", format_args!(" {}", file.handle))
    }

    fn sync_data(&self, file: &File) -> Result<(), Errno> {
        self.done("sync_data", format_args!(" {}", file.handle))
    }

    fn allocate(&self, file: &File, at: u64, len: u64) -> Result<(), Errno> {
        self.done("allocate", format_args!(" {} {len} at {at}", file.handle))
    }

    fn advise(&self, file: &File, at: u64, len: u64, advice: Advice) -> Result<(), Errno> {
        let file = &file.handle;
        self.done("advise", format_args!(" {file} {len} at {at} {advice:?}"))
    }

    fn flags(&self, file: &File) -> Result<FileFlags, Errno> {
        self.0
            .ask("flags", format_args!(" {}", file.handle), || FileFlags {
                append: true,
                ..FileFlags::default()
            })
    }

    fn set_flags(&self, file: &File, flags: FileFlags) -> Result<(), Errno> {
        let appends = if flags.append { " append" } else { "" };
        self.done("set_flags", format_args!(" {}{appends}", file.handle))
    }

    fn stat(&self, file: &File) -> Result<Stat, Errno> {
        self.0.ask("stat", format_args!(" {}", file.handle), || {
            honest(FileKind::Regular)
        })
    }

    fn terminal(&self, file: &File) -> Option<Terminal> {
        self.0
            .ask("terminal", format_args!(" {}", file.handle), || None)
            .ok()?
    }

    fn set_size(&self, file: &File, size: u64) -> Result<(), Errno> {
        self.done("set_size", format_args!(" {} {size}", file.handle))
    }

    fn set_times(&self, file: &File, times: Times) -> Result<(), Errno> {
        self.done(
            "set_times",
            format_args!(" {} {}", file.handle, told(times)),
        )
    }

    fn open(&self, dir: &Handle, path: &str, how: &Open) -> Result<Opened<Self>, Errno> {
        let is_directory: bool = self.0.ask(
            "open_at",
            format_args!(" {dir} `{path}`{}", opening(how)),
            || how.directory,
        )?;
        Ok(if is_directory {
            Opened::Dir(self.dir(path))
        } else {
            Opened::File(self.file(path))
        })
    }

    fn stat_dir(&self, dir: &Handle) -> Result<Stat, Errno> {
        self.0.ask("stat_dir", format_args!(" {dir}"), || {
            honest(FileKind::Directory)
        })
    }

    fn sync_dir(&self, dir: &Handle) -> Result<(), Errno> {
        self.done("sync_dir", format_args!(" {dir}"))
    }

    fn set_dir_times(&self, dir: &Handle, times: Times) -> Result<(), Errno> {
        self.done("set_dir_times", format_args!(" {dir} {}", told(times)))
    }

    fn list(&self, dir: &Handle) -> Result<Vec<Entry>, Errno> {
        self.0.ask("list", format_args!(" {dir}"), entries)
    }

    fn stat_at(&self, dir: &Handle, path: &str, follow: bool) -> Result<Stat, Errno> {
        let follow = if follow { " follow" } else { "" };
        self.0
            .ask("stat_at", format_args!(" {dir} `{path}`{follow}"), || {
                honest(FileKind::Regular)
            })
    }

    fn set_times_at(
        &self,
        dir: &Handle,
        path: &str,
        follow: bool,
        times: Times,
    ) -> Result<(), Errno> {
        let follow = if follow { " follow" } else { "" };
        let times = told(times);
        self.done(
            "set_times_at",
            format_args!(" {dir} `{path}`{follow} {times}"),
        )
    }

    fn make_dir(&self, dir: &Handle, path: &str) -> Result<(), Errno> {
        self.done("make_dir", format_args!(" {dir} `{path}`"))
    }

    fn remove_dir(&self, dir: &Handle, path: &str) -> Result<(), Errno> {
        self.done("remove_dir", format_args!(" {dir} `{path}`"))
    }

    fn remove_file(&self, dir: &Handle, path: &str) -> Result<(), Errno> {
        self.done("remove_file", format_args!(" {dir} `{path}`"))
    }

    fn rename(&self, dir: &Handle, path: &str, to_dir: &Handle, to: &str) -> Result<(), Errno> {
        self.done("rename", format_args!(" {dir} `{path}` {to_dir} `{to}`"))
    }

    fn link(&self, dir: &Handle, path: &str, to_dir: &Handle, to: &str) -> Result<(), Errno> {
        self.done("link", format_args!(" {dir} `{path}` {to_dir} `{to}`"))
    }

    fn symlink(&self, target: &str, dir: &Handle, path: &str) -> Result<(), Errno> {
        self.done("symlink", format_args!(" `{target}` {dir} `{path}`"))
    }

    fn read_link(&self, dir: &Handle, path: &str) -> Result<Vec<u8>, Errno> {
        self.0
            .ask("read_link", format_args!(" {dir} `{path}`"), || {
                b"target".to_vec()
            })
    }
}

fn told(times: Times) -> String {
    format!("{:?} {:?}", times.accessed, times.modified)
}

/// How to open, in words.
fn opening(how: &Open) -> String {
    let words = [
        (how.follow, " follow"),
        (how.read, " read"),
        (how.write, " write"),
        (how.create, " create"),
        (how.exclusive, " exclusive"),
        (how.directory, " directory"),
        (how.truncate, " truncate"),
    ];
    words
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| word)
        .collect()
}
