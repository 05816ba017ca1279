//! A directory for one test, and short words for what the tests do most.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use iwasm_abi::Errno;
use iwasm_native::{Dir, File, Linux};
use iwasm_net::Span;
use iwasm_wasi::{FileFlags, Files, Open, Opened};

/// The system under test.
pub(crate) static LINUX: LazyLock<Linux> = LazyLock::new(|| Linux::new().unwrap());

/// Follow links, and read.
pub(crate) const READ: Open = Open {
    follow: true,
    read: true,
    write: false,
    create: false,
    exclusive: false,
    directory: false,
    truncate: false,
    flags: NO_FLAGS,
};

/// Read and write, and make the file if need be.
pub(crate) const EDIT: Open = Open {
    write: true,
    create: true,
    ..READ
};

pub(crate) const NO_FLAGS: FileFlags = FileFlags {
    append: false,
    dsync: false,
    nonblock: false,
    rsync: false,
    sync: false,
};

pub(crate) const NONBLOCK: FileFlags = FileFlags {
    nonblock: true,
    ..NO_FLAGS
};

/// A directory `given` that a guest has, with things beside it that the guest shall not reach.
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "iwasm-files-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        fs::create_dir(path.join("given")).unwrap();
        fs::create_dir(path.join("beside")).unwrap();
        fs::write(path.join("secret"), "outside").unwrap();
        fs::write(path.join("beside/secret"), "outside").unwrap();
        Self(path)
    }

    /// What the guest gets.
    pub(crate) fn dir(&self) -> Dir {
        Dir::open_ambient(&self.0.join("given")).unwrap()
    }

    /// A path as the host sees it, by its name in the guest's directory.
    pub(crate) fn inside(&self, name: &str) -> PathBuf {
        self.0.join("given").join(name)
    }

    pub(crate) fn outside(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.inside(name), text).unwrap();
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.inside(name)).unwrap()
    }

    pub(crate) fn make_dir(&self, name: &str) {
        fs::create_dir(self.inside(name)).unwrap();
    }

    pub(crate) fn link(&self, target: impl AsRef<Path>, name: &str) {
        std::os::unix::fs::symlink(target, self.inside(name)).unwrap();
    }

    pub(crate) fn fifo(&self, name: &str) {
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mknodat(
            rustix::fs::CWD,
            self.inside(name),
            rustix::fs::FileType::Fifo,
            mode,
            0,
        )
        .unwrap();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Open what must not be a directory.
pub(crate) fn open(dir: &Dir, path: &str, how: &Open) -> Result<File, Errno> {
    LINUX.open(dir, path, how).map(|opened| match opened {
        Opened::File(file) => file,
        Opened::Dir(_) => panic!("`{path}` is a directory"),
    })
}

/// Open what must be a directory.
pub(crate) fn open_dir(dir: &Dir, path: &str, how: &Open) -> Result<Dir, Errno> {
    LINUX.open(dir, path, how).map(|opened| match opened {
        Opened::File(_) => panic!("`{path}` is no directory"),
        Opened::Dir(dir) => dir,
    })
}

/// At most 16 bytes from the position on.
pub(crate) fn read(file: &File) -> Result<Vec<u8>, Errno> {
    let mut bytes = [0; 16];
    let got = LINUX.read(file, &[Span::of(&mut bytes)])?;
    Ok(bytes[..got].to_vec())
}

pub(crate) fn write(file: &File, text: &str) -> Result<usize, Errno> {
    LINUX.write(file, &[Span::of(&mut text.to_owned().into_bytes())])
}

/// What a call that waits answers when it is interrupted.
pub(crate) fn interrupted<T: Send>(call: impl FnOnce() -> T + Send) -> T {
    use iwasm_net::Kernel;
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let (allow, allowed) = mpsc::channel();
        let calling = scope.spawn(move || {
            tell.send(LINUX.this_thread()).unwrap();
            let answer = call();
            tell.send(LINUX.this_thread()).unwrap();
            // A thread may end only when nobody interrupts it any more.
            allowed.recv().unwrap();
            answer
        });
        let thread = told.recv().unwrap();
        // Once is not enough: the first ones may come before the call does.
        while told.recv_timeout(Duration::from_millis(5)).is_err() {
            LINUX.interrupt(&thread);
        }
        allow.send(()).unwrap();
        calling.join().unwrap()
    })
}
