//! What a file is, what each of its imports is bound to, and what it could want to reach: told without compiling it.
//!
//! All of it comes from the file's declarations and the registry of the dialects, as a run does: what is told to be bound
//! is what a run binds.

mod binding;
mod file;
pub(crate) mod interfaces;
mod quirks;
mod reach;

use iwasm_wasi::Files;

use crate::scan::{Import, Memory, Producer, Scan};
use crate::{Error, ErrorKind};

pub use binding::Binding;
pub use file::inspect_file;
pub use quirks::Quirk;
pub use reach::Reach;

pub(crate) use file::read;
pub(crate) use quirks::found as quirks_of;

/// What is known of a file without running it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// It is a component, and no core module.
    pub component: bool,
    /// It was written as text.
    pub text: bool,
    /// How many bytes it has in binary form.
    pub size: usize,
    /// How many modules and components it has within: a component is made of them.
    pub nested: usize,
    /// Its memories: those that it imports, then its own.
    pub memories: Vec<Memory>,
    /// It can start threads.
    pub threads: bool,
    /// It throws or catches exceptions.
    pub exceptions: bool,
    /// Who made it, as it says.
    pub producers: Vec<Producer>,
    /// Where it starts; none if a function has to be named.
    pub main: Option<&'static str>,
    /// What it exports: of a module the functions, and the first ones only.
    pub exports: Vec<String>,
    /// Its imports in order, and what they are bound to.
    pub imports: Vec<Binding>,
    /// What it could want to reach.
    pub reaches: Vec<Reach>,
    /// What its imports do not tell, and how it was settled.
    pub quirks: Vec<Quirk>,
    /// What keeps it from running; a file without any starts.
    pub obstacles: Vec<String>,
    /// The flags of the command that it may need, with placeholders in capitals.
    pub flags: Vec<&'static str>,
}

/// Inspect a file, in binary or in text form.
///
/// A file that would not run is no error: [`Inspection::obstacles`] says why. One that cannot be read is.
pub fn inspect<F: Files>(bytes: &[u8]) -> Result<Inspection, Error> {
    file::inspect_as::<F>(bytes, "the file")
}

/// What the imports of a file are bound to.
pub(crate) fn bindings<F: Files>(scan: &Scan) -> Vec<Binding> {
    binding::Binder::<F>::default().bind(scan)
}

impl Inspection {
    fn new<F: Files>(scan: Scan, text: bool, size: usize) -> Self {
        let imports = bindings::<F>(&scan);
        let reaches = reach::of(&imports);
        let obstacles = obstacles(&scan, &imports);
        let threads = reaches.contains(&Reach::Threads) || scan.memories.iter().any(|m| m.shared);
        Self {
            component: scan.component,
            text,
            size,
            nested: scan.nested,
            threads,
            exceptions: scan.tags,
            main: scan.main,
            flags: flags(&scan, &reaches, &imports),
            quirks: quirks::told(&scan, &imports),
            memories: scan.memories,
            producers: scan.producers,
            exports: scan.exports,
            imports,
            reaches,
            obstacles,
        }
    }
}

/// What keeps the file from running, each in a sentence.
fn obstacles(scan: &Scan, imports: &[Binding]) -> Vec<String> {
    let mut obstacles = Vec::new();
    let missing: Vec<_> = imports.iter().filter(|it| it.provider.is_none()).collect();
    if let Some(first) = missing.first() {
        let more = match missing.len() - 1 {
            0 => String::new(),
            more => format!(", nor {more} more"),
        };
        obstacles.push(format!("nothing provides `{}`{more}", first.full_name()));
    }
    if scan.component && !cfg!(feature = "components") {
        obstacles.push("it is a component, and this build runs core modules only".to_owned());
    }
    match scan.main {
        Some(_) => {}
        None if scan.component => {
            obstacles
                .push("it does not export `wasi:cli/run`, in which a component starts".to_owned());
        }
        None if scan.exports.is_empty() => {
            obstacles.push("it has no main function, and exports none to call".to_owned());
        }
        None => {}
    }
    obstacles.extend(of_memories(&scan.memories));
    obstacles
}

fn of_memories(memories: &[Memory]) -> Vec<String> {
    let mut obstacles = Vec::new();
    if memories
        .iter()
        .any(|memory| memory.shared && !memory.imported)
    {
        obstacles
            .push("it makes a shared memory of its own, where one is to be imported".to_owned());
    }
    if memories.iter().any(|memory| memory.wide) {
        obstacles.push("its memory has addresses of 64 bits".to_owned());
    }
    if memories.len() > 1 {
        obstacles.push(format!(
            "it has {} memories, and can have one",
            memories.len()
        ));
    }
    obstacles
}

/// The flags that the file may need, in the order in which they are written.
fn flags(scan: &Scan, reaches: &[Reach], imports: &[Binding]) -> Vec<&'static str> {
    let mut flags = Vec::new();
    for flag in reaches.iter().filter_map(|reach| reach.flag()) {
        if !flags.contains(&flag) {
            flags.push(flag);
        }
    }
    if imports.iter().any(|import| import.provider.is_none()) {
        flags.push("--trap-unknown-imports");
    }
    if scan.main.is_none() && !scan.component && !scan.exports.is_empty() {
        flags.push("-f NAME");
    }
    flags
}
