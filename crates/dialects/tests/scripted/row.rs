//! A row of the table of calls: what one call of an import is given, does and answers.

use std::iter;
use std::ops::Range;

use iwasm_abi::Errno;
use iwasm_net::Fail;

use crate::guest::{Guest, LEN, place, vector};

/// One call that succeeds.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) args: Vec<u64>,
    /// What the guest has in its memory.
    pub(crate) given: Vec<(u64, Vec<u8>)>,
    /// What it has there afterwards, and nothing else changed.
    pub(crate) wrote: Vec<(u64, Vec<u8>)>,
    /// What the system is asked.
    pub(crate) asked: &'static [&'static str],
    pub(crate) answer: Result<u32, Fail>,
    /// Which arguments are descriptors.
    pub(crate) fds: Vec<usize>,
    pub(crate) pointers: Vec<Pointer>,
    /// Descriptors of the wrong kind, in the place of the first, and the error.
    pub(crate) wrong: Vec<(u64, Errno)>,
    /// Rights that the first descriptor must have, each of them.
    pub(crate) rights: u64,
    /// The question that may have to wait.
    pub(crate) waits: Option<&'static str>,
}

/// An argument that points to something.
#[derive(Clone, Copy)]
pub(crate) enum Pointer {
    /// To so many bytes that are read.
    Reads(usize, usize),
    /// To so many bytes that are written.
    Writes(usize, usize),
    /// To room for a path of a few bytes, that is written.
    Path(usize),
    /// To as many units as another argument says, each so large, that are written.
    Fills(usize, usize, usize),
    /// To as many bytes as another argument says, that are read.
    Takes(usize, usize),
    /// To an array of buffers, as many as another argument says, that are read.
    Gathers(usize, usize),
    /// The same, and they are written.
    Scatters(usize, usize),
    /// To where the bytes of an address are and how many, as WasmEdge's guests pass it, that are read.
    Names(usize),
    /// The same, and they are written.
    Told(usize),
    /// To the value of one of WasmEdge's options, of so many bytes (another option has 16 at most), before its size.
    Value(usize, usize),
    /// To where WasmEdge's chain of results begins, of at most as many nodes as another argument says.
    Chain(usize, usize),
}

pub(crate) fn row(name: &'static str, args: &[u64]) -> Row {
    Row {
        name,
        args: args.to_vec(),
        given: Vec::new(),
        wrote: Vec::new(),
        asked: &[],
        answer: Ok(0),
        fds: Vec::new(),
        pointers: Vec::new(),
        wrong: Vec::new(),
        rights: 0,
        waits: None,
    }
}

impl Row {
    pub(crate) fn given(mut self, at: u64, bytes: &[u8]) -> Self {
        self.given.push((at, bytes.to_vec()));
        self
    }

    pub(crate) fn wrote(mut self, at: u64, bytes: &[u8]) -> Self {
        self.wrote.push((at, bytes.to_vec()));
        self
    }

    pub(crate) fn asked(mut self, asked: &'static [&'static str]) -> Self {
        self.asked = asked;
        self
    }

    pub(crate) fn answers(mut self, answer: Result<u32, Fail>) -> Self {
        self.answer = answer;
        self
    }

    pub(crate) fn fd(mut self, argument: usize) -> Self {
        self.fds.push(argument);
        self
    }

    pub(crate) fn points(mut self, pointer: Pointer) -> Self {
        self.pointers.push(pointer);
        self
    }

    pub(crate) fn reads(self, argument: usize, size: usize) -> Self {
        self.points(Pointer::Reads(argument, size))
    }

    pub(crate) fn writes(self, argument: usize, size: usize) -> Self {
        self.points(Pointer::Writes(argument, size))
    }

    pub(crate) fn wrong(mut self, fd: u64, errno: Errno) -> Self {
        self.wrong.push((fd, errno));
        self
    }

    pub(crate) fn rights(mut self, rights: u64) -> Self {
        self.rights = rights;
        self
    }

    pub(crate) fn waits(mut self, call: &'static str) -> Self {
        self.waits = Some(call);
        self
    }

    /// A guest that is ready to make the call.
    pub(crate) fn guest(&self) -> Guest {
        let mut guest = Guest::default();
        guest.memory = self.memory_before();
        guest
    }

    pub(crate) fn memory_before(&self) -> Vec<u8> {
        let mut memory = vec![b'?'; LEN];
        for (at, bytes) in &self.given {
            place(&mut memory, *at, bytes);
        }
        memory
    }

    pub(crate) fn memory_after(&self) -> Vec<u8> {
        let mut memory = self.memory_before();
        for (at, bytes) in &self.wrote {
            place(&mut memory, *at, bytes);
        }
        memory
    }

    /// The same call with another argument.
    pub(crate) fn with(&self, argument: usize, value: u64) -> Self {
        let mut other = self.clone();
        other.args[argument] = value;
        other
    }

    /// The same call with a pointer that does not do, in each way that there is.
    pub(crate) fn out_of_bounds(&self) -> Vec<Self> {
        let mut rows = Vec::new();
        for pointer in &self.pointers {
            let (argument, size) = pointer.extent(&self.args);
            rows.push(self.with(argument, u32::MAX.into()));
            // One byte too far on.
            rows.push(self.with(argument, (LEN - size + 1) as u64));
            let at = self.args[argument];
            match *pointer {
                Pointer::Gathers(..) | Pointer::Scatters(..) => {
                    rows.push(self.clone().given(at, &vector(LEN as u64 - 1, 2)));
                }
                Pointer::Names(_) | Pointer::Told(_) => {
                    for len in [4, 16, 128] {
                        let bytes = vector(LEN as u64 + 1 - u64::from(len), len);
                        rows.push(self.clone().given(at, &bytes));
                    }
                }
                _ => {}
            }
        }
        rows
    }
}

impl Pointer {
    /// The argument, and how many bytes it points to.
    fn extent(self, args: &[u64]) -> (usize, usize) {
        let count = |argument: usize| usize::try_from(args[argument]).expect("a small number");
        match self {
            Self::Reads(argument, size)
            | Self::Writes(argument, size)
            | Self::Value(argument, size) => (argument, size),
            Self::Path(argument) => (argument, 2),
            Self::Names(argument) | Self::Told(argument) => (argument, 8),
            Self::Chain(argument, _) => (argument, 4),
            Self::Fills(argument, units, size) => (argument, count(units) * size),
            Self::Takes(argument, units) => (argument, count(units)),
            Self::Gathers(argument, units) | Self::Scatters(argument, units) => {
                (argument, count(units) * 8)
            }
        }
    }

    /// Where the call may write, given its arguments and the memory that it found.
    pub(crate) fn may_write(self, args: &[u64], memory: &[u8]) -> Vec<Range<usize>> {
        let word =
            |argument: usize| usize::try_from(args[argument] & 0xffff_ffff).expect("32 bits");
        match self {
            Self::Writes(argument, size) => {
                let at = word(argument);
                iter::once(at..at + size).collect()
            }
            Self::Path(argument) => {
                let at = word(argument);
                iter::once(at..at + 32).collect()
            }
            Self::Fills(argument, units, size) => {
                let at = word(argument);
                iter::once(at..at.saturating_add(word(units).saturating_mul(size))).collect()
            }
            Self::Scatters(argument, units) => {
                let array = memory.get(word(argument)..).unwrap_or_default();
                let (entries, _) = array.as_chunks::<8>();
                let buffers = entries.iter().take(word(units)).map(|entry| {
                    let [at, len] = halves(*entry);
                    at..at + len
                });
                buffers.collect()
            }
            Self::Value(argument, _) => {
                let (at, size) = (word(argument), word(argument + 1));
                vec![at..at + 16, size..size + 4]
            }
            Self::Told(argument) => {
                let told = memory.get(word(argument)..).unwrap_or_default();
                let told = told.first_chunk::<8>().map(|entry| halves(*entry));
                told.map(|[at, len]| at..at + len).into_iter().collect()
            }
            Self::Chain(argument, count) => chain(memory, word(argument), word(count)),
            Self::Reads(..) | Self::Takes(..) | Self::Gathers(..) | Self::Names(..) => Vec::new(),
        }
    }
}

/// What can be written of a chain of results: all but its pointers.
fn chain(memory: &[u8], head: usize, count: usize) -> Vec<Range<usize>> {
    let word = |at: usize| {
        let bytes = memory.get(at..).and_then(<[u8]>::first_chunk);
        bytes.map(|bytes| u32::from_le_bytes(*bytes) as usize)
    };
    let mut ranges = Vec::new();
    let mut node = word(head);
    for _ in 0..count.min(1024) {
        let Some(at) = node else { break };
        ranges.extend([at..at + 12, at + 20..at + 24]);
        if let (Some(name), Some(len)) = (word(at + 16), word(at + 20)) {
            ranges.push(name..name + if len == 0 { 30 } else { len });
        }
        if let Some(addr) = word(at + 12) {
            ranges.extend([addr..addr + 1, addr + 4..addr + 8]);
            ranges.extend(word(addr + 8).map(|data| data..data + 26));
        }
        node = word(at + 24);
    }
    ranges
}

fn halves(entry: [u8; 8]) -> [usize; 2] {
    let (words, _) = entry.as_chunks::<4>();
    [words[0], words[1]].map(|word| u32::from_le_bytes(word) as usize)
}
