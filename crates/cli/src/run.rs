//! Settings into a guest, and the guest to its end.

use std::{error::Error as _, ffi::OsStr, io, os::unix::ffi::OsStrExt, path::Path, time::Instant};

use iwasm::{
    Denial, Engine, Error, Guest, GuestBuilder, Journal, Outcome, Program, Quirks, Stage, apart,
    bindings, raise_descriptor_limit,
};

use crate::{
    cache::Cache,
    failure::Failure,
    handed::{At, Connect, Handed, Listen, To, scheme},
    inspect,
    report::{Console, Ending},
    settings::{Entry, Settings},
    signals::Signals,
};

/// Loads the module, links it and runs it.
pub(crate) fn run(settings: Settings, console: Console) -> Result<Ending, Failure> {
    for notice in &settings.notices {
        console.notice(notice);
    }
    let signals = Signals::wait().map_err(|error| cannot("wait for signals", &error))?;
    // The compiler and its cache leave threads behind. They share no descriptors with the guest, or its calls are slower.
    let program = apart(|| load(&engine(&settings, console)?, &settings.file, console))
        .map_err(|error| cannot("start a thread", &error))??;
    // A guest may hold more sockets than the usual soft limit of 1024. Without it the guest sees EMFILE, in time.
    if let Err(error) = raise_descriptor_limit() {
        console.step(&format!("the limit of descriptors stays as it is: {error}"));
    }
    if console.steps() {
        for binding in bindings(&program) {
            console.step(&inspect::line(&binding));
        }
    }
    let guest = guest(&program, &settings, console).map_err(|error| told(&error))?;
    // The guest has it now, and drops it in a thread of its own: it can hold descriptors.
    drop(program);
    signals.end(guest.handle());
    let outcome = start(guest, settings.entry, console).map_err(|error| told(&error))?;
    Ok(match outcome {
        Outcome::Exited(code) => Ending::Exited(code),
        Outcome::Returned(results) => Ending::Returned(results),
        Outcome::Trapped(cause) => Ending::Trapped(cause),
        Outcome::TimedOut => Ending::TimedOut(settings.timeout.unwrap_or_default()),
        Outcome::Stopped => Ending::Stopped(signals.exit_code()),
    })
}

fn cannot(what: &str, error: &io::Error) -> Failure {
    Failure::host(format!("cannot {what}")).because(error.to_string())
}

/// A cache that nobody asked for is no reason to fail.
fn engine(settings: &Settings, console: Console) -> Result<Engine, Failure> {
    match (build_engine(settings, &settings.cache), &settings.cache) {
        (Ok(engine), cache) => {
            match cache.dir() {
                Some(dir) => console.step(&format!("compiled code is kept in `{}`", dir.display())),
                None => console.step("no compiled code is kept"),
            }
            Ok(engine)
        }
        (Err(error), Cache::Usual(_)) => {
            console.step(&format!("no compiled code is kept: {error}"));
            let engine = build_engine(settings, &Cache::Off).map_err(|error| told(&error))?;
            Ok(engine)
        }
        (Err(error), _) => Err(told(&error)),
    }
}

fn build_engine(settings: &Settings, cache: &Cache) -> Result<Engine, Error> {
    let mut builder = Engine::builder().cache_dir(cache.dir().cloned());
    if let Some(bytes) = settings.stack_size {
        builder = builder.stack_size(bytes);
    }
    builder.build()
}

fn load(engine: &Engine, file: &Path, console: Console) -> Result<Program, Failure> {
    let begin = Instant::now();
    let program = engine.load(file).map_err(|error| told(&error))?;
    let took = begin.elapsed().as_millis();
    console.step(&format!("loaded `{}` in {took} ms", file.display()));
    Ok(program)
}

fn guest(program: &Program, settings: &Settings, console: Console) -> Result<Guest, Error> {
    if program.is_component() && settings.max_threads.is_some() {
        console.notice("`--max-threads` says nothing to a component, which has one thread");
    }
    let builder = Guest::new(program)
        .whole_process(true)
        .policy(settings.policy.clone())
        .journal(Told(console))
        .trap_unknown_imports(settings.trap_unknown_imports)
        .quirks(Quirks {
            wasmedge_go: program.quirks().wasmedge_go,
            handed_nonblocking: program.quirks().handed_nonblocking,
            ..settings.quirks
        });
    let mut builder = limited(builder, settings);
    for variable in &settings.variables {
        builder = builder.env(variable.name.clone(), variable.value.clone());
    }
    for handed in &settings.handed {
        builder = hand_in(builder, handed)?;
        tell_of_last(&builder, handed, console);
    }
    for mount in &settings.mounts {
        builder = builder.dir(&mount.host, &mount.guest)?;
        let (host, guest) = (mount.host.display(), &mount.guest);
        console.step(&format!("the guest's `{guest}` is the directory `{host}`"));
    }
    with_words(builder, settings).build()
}

fn limited(mut builder: GuestBuilder, settings: &Settings) -> GuestBuilder {
    if let Some(threads) = settings.max_threads {
        builder = builder.max_threads(threads);
    }
    if let Some(bytes) = settings.max_memory {
        builder = builder.max_memory(bytes);
    }
    if let Some(limit) = settings.timeout {
        builder = builder.timeout(limit);
    }
    builder
}

fn hand_in(builder: GuestBuilder, handed: &Handed) -> Result<GuestBuilder, Error> {
    match handed {
        Handed::Listen(Listen { name, at }) => match at {
            At::Address(kind, at) => builder.listen(name.clone(), *kind, *at),
            At::Path(path) => builder.listen_at_path(name.clone(), path),
        },
        Handed::Connect(Connect { name, to }) => match to {
            To::Host { kind, host, port } => builder.connect(name.clone(), *kind, host, *port),
            To::Path(path) => builder.connect_to_path(name.clone(), path),
        },
        Handed::Inherited { name, number } => builder.inherit(name.clone(), *number),
    }
}

/// Tells of the socket that was handed in last. Where the system chose its port, who does not hear of it cannot reach
/// the guest.
fn tell_of_last(builder: &GuestBuilder, handed: &Handed, console: Console) {
    let Some((at, (name, socket))) = (FIRST..).zip(builder.sockets()).last() else {
        return;
    };
    let (is, addr) = match socket.stage() {
        Stage::Connected => ("is connected to", socket.remote()),
        _ => ("is at", socket.local()),
    };
    let addr = addr.map_or_else(|error| error.to_string(), |addr| addr.to_string());
    let scheme = scheme(socket);
    let text = format!("the guest's descriptor {at} (`{name}`) {is} `{scheme}://{addr}`");
    match handed {
        Handed::Listen(listen) if listen.is_chosen_by_the_system() => console.notice(&text),
        _ => console.step(&text),
    }
}

/// A function that is called with `-f` gets its numbers when it is called; the guest still has its name.
fn with_words(builder: GuestBuilder, settings: &Settings) -> GuestBuilder {
    let bytes = |word: &OsStr| word.as_bytes().to_vec();
    match &settings.entry {
        Entry::Command(words) => builder.args(words.iter().map(|word| bytes(word))),
        Entry::Function { .. } => builder.args([bytes(settings.file.as_os_str())]),
    }
}

fn start(guest: Guest, entry: Entry, console: Console) -> Result<Outcome, Error> {
    match entry {
        Entry::Command(_) => {
            console.step("the guest starts");
            guest.run()
        }
        Entry::Function { name, args } => {
            console.step(&format!("the guest's `{name}` is called"));
            guest.call(&name, &args)
        }
    }
}

/// Tells the operator what the policy denied. The library tells each distinct denial once.
struct Told(Console);

impl Journal for Told {
    fn denied(&self, call: &'static str, denial: &Denial) {
        let cause = denial.cause();
        let way_out = denial
            .flag()
            .map(|flag| format!("; allow it with `{flag}`"));
        let way_out = way_out.unwrap_or_default();
        self.0
            .denial(&format!("denied {call}: {denial}: {cause}{way_out}"));
    }

    fn unsupported(&self, call: &'static str) {
        self.0.notice(&format!(
            "the guest called `{call}`, which is not supported"
        ));
    }

    fn notice(&self, text: &'static str) {
        self.0.notice(text);
    }

    fn muted(&self) {
        self.0
            .denial("denied so much that further denials are not told");
    }
}

/// An error of the library, as a message.
pub(crate) fn told(error: &Error) -> Failure {
    let mut failure = Failure::host(error.to_string()).because_of(error.source());
    failure.hints.extend(error.hint().map(String::from));
    failure
}

/// The descriptor of the first socket that is handed in: below are the standard streams.
const FIRST: u32 = 3;
