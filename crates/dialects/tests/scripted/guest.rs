//! A guest on the scripted system: its descriptors, its memory, and its calls as an engine makes them.

use std::sync::{Arc, LazyLock};

use iwasm_abi::{Errno, Import, p1, threads, wamr, wasix, wasmedge};
use iwasm_dialects::{Call, Registry, Thread};
use iwasm_net::{Fail, Family, Journal, Kind, Memory, Silent};
use iwasm_policy::{Policy, parse_pool};
use iwasm_wasi::{Descriptor, FILE_RIGHTS, Object, Process, Setup};

use crate::disk::Disk;
use crate::kernel::Sockets;
use crate::script::Script;

/// The guest's descriptors: two streams, a file, a directory, and a socket of each kind and family.
pub(crate) const IN: u64 = 0;
pub(crate) const OUT: u64 = 1;
pub(crate) const FILE: u64 = 2;
pub(crate) const DIR: u64 = 3;
pub(crate) const TCP4: u64 = 4;
pub(crate) const UDP4: u64 = 5;
pub(crate) const TCP6: u64 = 6;
pub(crate) const UDP6: u64 = 7;
/// A stream of the UNIX family.
pub(crate) const UNIX: u64 = 8;
/// The number that a new descriptor gets.
pub(crate) const NEXT: u64 = 9;
/// A number that no descriptor has.
pub(crate) const NONE: u64 = 99;

/// The guest's memory is so large.
pub(crate) const LEN: usize = 2048;

/// Places in it.
pub(crate) const IOVS: u64 = 0x10;
pub(crate) const DATA: u64 = 0x40;
pub(crate) const SIZE: u64 = 0x80;
pub(crate) const MORE: u64 = 0x90;
pub(crate) const ADDR: u64 = 0xa0;
pub(crate) const TEXT: u64 = 0xc0;
pub(crate) const TEXT2: u64 = 0xe0;
pub(crate) const ROOM: u64 = 0x100;
/// Beyond what a guest's pointers can be taken for sizes.
pub(crate) const FAR: u64 = 0x400;

pub(crate) static REGISTRY: LazyLock<Registry<Disk>> = LazyLock::new(Registry::default);

/// The import of this name with so many parameters: no two that have both in common differ in their types. A name that
/// WASIX shares with others has its module before it.
pub(crate) fn import(name: &str, params: usize) -> &'static Import {
    let (module, name) = match name.split_once('.') {
        Some((module, name)) => (Some(module), name),
        None => (None, name),
    };
    let all = p1::IMPORTS
        .iter()
        .chain(wamr::IMPORTS)
        .chain(wasmedge::IMPORTS)
        .chain(threads::IMPORTS)
        .chain(wasix::sockets::IMPORTS)
        .chain(wasix::process::IMPORTS);
    all.copied()
        .filter(|import| module.is_none_or(|module| import.module == module))
        .find(|import| import.name == name && import.params.len() == params)
        .expect("the test names an import")
}

/// How the dialect of the import of this name numbers the error.
pub(crate) fn number(name: &str, errno: Errno) -> u32 {
    match name.split_once('.') {
        Some((wasix::MODULE, _)) => wasix::number(errno).into(),
        _ => errno.number().into(),
    }
}

/// A guest program with one thread.
pub(crate) struct Guest {
    pub(crate) process: Arc<Process<Disk>>,
    pub(crate) script: Arc<Script>,
    pub(crate) memory: Vec<u8>,
    thread: Thread<Disk>,
}

impl Default for Guest {
    /// A guest that may reach everything.
    fn default() -> Self {
        let mut policy = pool("0.0.0.0/0,::/0");
        policy
            .allow_resolve("*".parse().expect("a pattern"))
            .allow("unix:///run/*".parse().expect("a rule"));
        Self::new(policy)
    }
}

impl Guest {
    /// A guest under this policy.
    pub(crate) fn new(policy: Policy) -> Self {
        Self::heard(policy, Box::new(Silent))
    }

    /// A guest under this policy, and somebody hears what it is refused.
    pub(crate) fn heard(policy: Policy, journal: Box<dyn Journal>) -> Self {
        let script = Arc::new(Script::default());
        let disk = Disk(Arc::clone(&script));
        let descriptors = vec![
            Descriptor::input(disk.stream("stdin")),
            Descriptor::output(disk.stream("stdout")),
            Descriptor::new(Object::File(disk.file("file")), FILE_RIGHTS, 0),
            Descriptor::preopen(disk.dir("dir"), "/data".to_owned()),
        ];
        let setup = Setup {
            policy,
            journal,
            args: vec![b"app".to_vec(), b"-x".to_vec()],
            environ: vec![b"K=v".to_vec()],
            quirks: iwasm_wasi::Quirks::default(),
            descriptors,
        };
        let process = Process::new(Sockets(Arc::clone(&script)), disk, setup);
        let guest = Self {
            process: Arc::new(process.expect("there is room for a few descriptors")),
            script,
            memory: vec![b'?'; LEN],
            thread: Thread::default(),
        };
        for family in [Family::V4, Family::V6] {
            guest.socket(family, Kind::Stream);
            guest.socket(family, Kind::Datagram);
        }
        guest.socket(Family::Unix, Kind::Stream);
        guest.script.transcript();
        guest
    }

    /// The same guest, served as it is said to want it.
    pub(crate) fn quirky(mut self, quirks: iwasm_wasi::Quirks) -> Self {
        let process = Arc::get_mut(&mut self.process);
        process.expect("nobody else has the program yet").quirks = quirks;
        self
    }

    /// One more socket of the guest: its number.
    pub(crate) fn socket(&self, family: Family, kind: Kind) -> u64 {
        let socket = self.process.net.caller("test").open(family, kind);
        let socket = Descriptor::socket(socket.expect("the system opens sockets"));
        let number = self.process.table.insert(socket);
        number.expect("the table has room").into()
    }

    /// Write into the guest's memory.
    pub(crate) fn put(&mut self, at: u64, bytes: &[u8]) {
        place(&mut self.memory, at, bytes);
    }

    /// The bytes at a place of the guest's memory.
    pub(crate) fn bytes<const N: usize>(&self, at: u64) -> [u8; N] {
        let at = usize::try_from(at).expect("a place in memory");
        self.memory[at..at + N].try_into().expect("N bytes")
    }

    pub(crate) fn word(&self, at: u64) -> u32 {
        u32::from_le_bytes(self.bytes(at))
    }

    /// Call the import of this name that takes so many arguments.
    pub(crate) fn call(&mut self, name: &str, args: &[u64]) -> Result<u32, Fail> {
        self.call_as(import(name, args.len()), args)
    }

    pub(crate) fn call_as(&mut self, import: &'static Import, args: &[u64]) -> Result<u32, Fail> {
        let found = REGISTRY.find(import.module, import.name, import.params, import.results);
        let row = found.expect("the registry has every import");
        let mut call = Call {
            process: &self.process,
            thread: &mut self.thread,
            memory: Memory::exclusive(&mut self.memory),
            name: import.name,
        };
        row.function.call(&mut call, args)
    }

    /// Call the import of this name, which answers this error.
    #[track_caller]
    pub(crate) fn refuses(&mut self, name: &str, args: &[u64], errno: Errno) {
        let answer = self.call(name, args);
        assert_eq!(answer, Ok(number(name, errno)), "{name} {args:?}");
    }

    /// Call the import of this name, which succeeds.
    #[track_caller]
    pub(crate) fn does(&mut self, name: &str, args: &[u64]) {
        assert_eq!(self.call(name, args), Ok(0), "{name} {args:?}");
    }
}

/// A policy that grants these networks.
pub(crate) fn pool(networks: &str) -> Policy {
    let mut policy = Policy::nothing();
    policy.allow_pool(parse_pool(networks).expect("the test names networks"));
    policy
}

pub(crate) fn place(memory: &mut [u8], at: u64, bytes: &[u8]) {
    let at = usize::try_from(at).expect("a place in memory");
    memory[at..at + bytes.len()].copy_from_slice(bytes);
}

/// One entry of an array of buffers.
pub(crate) fn vector(at: u64, len: u32) -> [u8; 8] {
    let at = u32::try_from(at).expect("a pointer");
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&at.to_le_bytes());
    bytes[4..].copy_from_slice(&len.to_le_bytes());
    bytes
}

/// An address as WAMR's guests write it, padding included.
pub(crate) fn addr(text: &str) -> Vec<u8> {
    let addr = text.parse().expect("the test names a socket address");
    let (bytes, used) = wamr::addr::emit(&addr);
    bytes[..used].to_vec()
}

/// An IP address likewise.
pub(crate) fn ip(text: &str) -> Vec<u8> {
    let ip = text.parse().expect("the test names an address");
    let (bytes, used) = wamr::addr_ip::emit(&ip);
    bytes[..used].to_vec()
}
