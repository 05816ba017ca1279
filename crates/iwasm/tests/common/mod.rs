//! What the tests of whole guests share. Every wait is bounded.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each of the tests uses some of it"
)]

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use iwasm::{
    Denial, Engine, Error, File, Guest, GuestBuilder, Handle, Journal, Outcome, Policy, Program,
    parse_pool,
};

/// Nothing here takes long. What takes longer than this hangs.
pub const LONG: Duration = Duration::from_secs(30);

/// The engine of all guests of a test.
pub fn engine() -> &'static Engine {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());
    &ENGINE
}

/// A guest of `tests/guests`, by its path without the `.wasm`.
pub fn program(name: &str) -> Program {
    engine().load(&file(name)).unwrap()
}

/// Where that guest is.
pub fn file(name: &str) -> PathBuf {
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/guests");
    guests.join(name).with_extension("wasm")
}

/// A guest written here.
pub fn text(module: &str) -> Program {
    engine().compile(module.as_bytes()).unwrap()
}

/// A policy that grants loopback.
pub fn loopback() -> Policy {
    let mut policy = Policy::nothing();
    policy.allow_pool(parse_pool("127.0.0.0/8,::1/128").unwrap());
    policy
}

/// Run a guest to its end.
pub fn run(guest: GuestBuilder) -> Outcome {
    start(guest).end()
}

/// Call a function of a guest, and end it where that ends.
pub fn call(guest: GuestBuilder, function: &'static str, arguments: &[i32]) -> Outcome {
    let arguments: Vec<_> = arguments.iter().map(i32::to_string).collect();
    begin(guest, move |guest| guest.call(function, &arguments)).end()
}

/// A guest on a thread of its own.
pub struct Running {
    pub handle: Handle,
    outcome: Receiver<Result<Outcome, Error>>,
}

/// Run a guest, and go on.
pub fn start(guest: GuestBuilder) -> Running {
    begin(guest, Guest::run)
}

fn begin(
    guest: GuestBuilder,
    run: impl FnOnce(Guest) -> Result<Outcome, Error> + Send + 'static,
) -> Running {
    let guest = guest.build().unwrap();
    let handle = guest.handle();
    let (tell, outcome) = mpsc::channel();
    thread::spawn(move || tell.send(run(guest)));
    Running { handle, outcome }
}

impl Running {
    /// How it ended.
    pub fn end(self) -> Outcome {
        let outcome = self.outcome.recv_timeout(LONG).expect("the guest ends");
        outcome.unwrap()
    }
}

/// The lines that a guest writes, as they come.
pub struct Lines(Receiver<String>);

/// A stream for a guest's output, and its lines.
pub fn lines() -> (File, Lines) {
    let (stream, output) = File::pipe().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            let _ = tell.send(line.unwrap());
        }
    });
    (stream, Lines(told))
}

impl Lines {
    /// The next one.
    pub fn next(&self) -> String {
        self.0.recv_timeout(LONG).expect("the guest writes a line")
    }

    /// All that come before the end.
    pub fn rest(&self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            match self.0.recv_timeout(LONG) {
                Ok(line) => lines.push(line),
                Err(mpsc::RecvTimeoutError::Disconnected) => return lines,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("the output does not end"),
            }
        }
    }
}

/// All that is in a pipe whose writers are gone.
pub fn contents(mut pipe: impl Read) -> String {
    let mut text = String::new();
    pipe.read_to_string(&mut text).unwrap();
    text
}

/// Wait until something is so.
pub fn until(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < LONG, "{what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Wait until no thread of a guest is left in this process, but of guests that began since.
pub fn until_no_guest_thread_is_left() {
    let of_now = guest_threads();
    until("threads of the guest are left", || {
        let left = guest_threads();
        !of_now.iter().any(|thread| left.contains(thread))
    });
}

/// The threads that all guests of this process have.
pub fn guest_threads() -> Vec<OsString> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let threads = tasks.filter_map(|task| {
        let task = task.ok()?;
        // A thread that ended since is none.
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        name.starts_with("guest-").then(|| task.file_name())
    });
    threads.collect()
}

/// A journal that keeps what it hears: call, refusal and flag in a line each, and `muted`.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// What it heard so far.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Journal for Heard {
    fn denied(&self, call: &'static str, denial: &Denial) {
        let line = format!("{call}: {denial}; {}", denial.flag().unwrap_or_default());
        self.0.lock().unwrap().push(line);
    }

    fn muted(&self) {
        self.0.lock().unwrap().push("muted".to_owned());
    }

    fn unsupported(&self, call: &'static str) {
        self.0.lock().unwrap().push(format!("no {call}"));
    }
}

/// A folder of its own for one test, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // It need not be there.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A named pipe.
pub fn fifo(at: &Path) {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    mknodat(CWD, at, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}
