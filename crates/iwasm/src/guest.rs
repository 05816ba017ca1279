//! One run of a program: what it is handed, and how it ends.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use iwasm_engine::{Error, ErrorKind, Handle, Limits, Outcome, Program};
use iwasm_native::{Dir, File, HostSocket, Linux, SocketFile};
use iwasm_net::{Journal, Kind, Silent};
use iwasm_policy::{Policy, UnixPath};
use iwasm_wasi::{Descriptor, Process, Quirks, Setup};

use crate::SocketName;
use crate::handed::HandedIn;

/// One run of a program.
pub struct Guest {
    run: Run,
    /// They go when the run is over.
    files: Vec<SocketFile>,
}

enum Run {
    Module(iwasm_engine::Guest<Linux>),
    #[cfg(feature = "components")]
    Component(iwasm_engine::Component<Linux>),
}

impl Guest {
    /// Begin to say what the program is handed. Unless you say more that is nothing but the standard streams.
    #[expect(clippy::new_ret_no_self, reason = "what is made is a guest, in steps")]
    pub fn new(program: &Program) -> GuestBuilder {
        GuestBuilder {
            program: program.clone(),
            policy: Policy::nothing(),
            journal: Box::new(Silent),
            args: Vec::new(),
            environ: Vec::new(),
            sockets: HandedIn::default(),
            dirs: Vec::new(),
            #[cfg(feature = "components")]
            preopens: Vec::new(),
            streams: [None, None, None],
            system: None,
            quirks: program.quirks(),
            limits: Limits::default(),
        }
    }

    /// Run its main function, to the end of all of its threads.
    ///
    /// One exception: a thread that waits at an address (`memory.atomic.wait`) in a memory of many megabytes is searched
    /// for, and may be found and ended only after this returns.
    pub fn run(self) -> Result<Outcome, Error> {
        let _files = self.files;
        match self.run {
            Run::Module(guest) => guest.run(),
            #[cfg(feature = "components")]
            Run::Component(guest) => guest.run(),
        }
    }

    /// Call one of its functions with arguments as text; the outcome holds the results as text. A component has none that
    /// can be called so.
    pub fn call(self, function: &str, arguments: &[String]) -> Result<Outcome, Error> {
        let _files = self.files;
        match self.run {
            Run::Module(guest) => guest.call(function, arguments),
            #[cfg(feature = "components")]
            Run::Component(guest) => Err(guest.uncallable(function)),
        }
    }

    /// Ends the guest from another thread.
    pub fn handle(&self) -> Handle {
        match &self.run {
            Run::Module(guest) => guest.handle(),
            #[cfg(feature = "components")]
            Run::Component(guest) => guest.handle(),
        }
    }
}

/// What a guest is handed.
pub struct GuestBuilder {
    program: Program,
    policy: Policy,
    journal: Box<dyn Journal>,
    args: Vec<Vec<u8>>,
    environ: Vec<Vec<u8>>,
    sockets: HandedIn,
    dirs: Vec<(Dir, String)>,
    #[cfg(feature = "components")]
    preopens: Vec<iwasm_engine::Preopen>,
    streams: [Option<File>; 3],
    system: Option<Linux>,
    quirks: Quirks,
    limits: Limits,
}

impl GuestBuilder {
    /// What it may reach: nothing, unless you say otherwise.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Who hears what it was refused, each distinct refusal once.
    #[must_use]
    pub fn journal(mut self, journal: impl Journal + 'static) -> Self {
        self.journal = Box::new(journal);
        self
    }

    /// Its arguments, the program's name first.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item: Into<Vec<u8>>>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// One more variable of its environment; nothing is inherited.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Self {
        self.environ
            .push([name.as_ref(), value.as_ref()].join(&b'='));
        self
    }

    /// One more socket that we made, or have from elsewhere.
    ///
    /// The guest finds the sockets from descriptor 3 on, in the order in which they are handed in, and directories after
    /// them. Its environment says how many there are (`LISTEN_FDS`) and what they are called (`LISTEN_FDNAMES`), unless
    /// [`env`](Self::env) says otherwise.
    ///
    /// The policy is not asked whether it may accept there, receive, and send to the socket's peer. Whatever names an
    /// address, as a message to somebody else does, needs a grant as on every socket.
    ///
    /// A component has no place for it: [`build`](Self::build) refuses, as do those that make a socket.
    #[must_use]
    pub fn hand_in(mut self, name: SocketName, socket: HostSocket) -> Self {
        self.sockets.push(name, socket);
        self
    }

    /// One more socket, which takes connections or messages at this address: see [`hand_in`](Self::hand_in). With port 0
    /// the system chooses a port, which [`sockets`](Self::sockets) tell.
    pub fn listen(self, name: SocketName, kind: Kind, at: SocketAddr) -> Result<Self, Error> {
        self.takes_sockets()?;
        let socket = HostSocket::listening(kind, at).map_err(|cause| {
            let text = format!("cannot listen at `{}://{at}`", scheme(kind));
            Error::new(ErrorKind::Socket, text).caused_by(cause)
        })?;
        Ok(self.hand_in(name, socket))
    }

    /// One more socket, which is connected to this host, an address or a name: see [`hand_in`](Self::hand_in).
    pub fn connect(
        self,
        name: SocketName,
        kind: Kind,
        host: &str,
        port: u16,
    ) -> Result<Self, Error> {
        self.takes_sockets()?;
        let socket = HostSocket::connected(kind, host, port).map_err(|cause| {
            let colon = host.contains(':');
            let (open, close) = if colon { ("[", "]") } else { ("", "") };
            let text = format!(
                "cannot connect to `{}://{open}{host}{close}:{port}`",
                scheme(kind)
            );
            Error::new(ErrorKind::Socket, text).caused_by(cause)
        })?;
        Ok(self.hand_in(name, socket))
    }

    /// One more socket, a UNIX stream that takes connections at this path: see [`hand_in`](Self::hand_in).
    ///
    /// The file that it makes there is removed when the run is over, or when the guest is dropped before it runs. One that is
    /// there already is an error, and stays.
    pub fn listen_at_path(self, name: SocketName, path: &UnixPath) -> Result<Self, Error> {
        self.takes_sockets()?;
        let socket = HostSocket::listening_at_path(path).map_err(|cause| {
            let text = format!("cannot listen at `unix://{path}`");
            Error::new(ErrorKind::Socket, text).caused_by(cause)
        })?;
        Ok(self.hand_in(name, socket))
    }

    /// One more socket, a UNIX stream that is connected to the one at this path: see [`hand_in`](Self::hand_in).
    pub fn connect_to_path(self, name: SocketName, path: &UnixPath) -> Result<Self, Error> {
        self.takes_sockets()?;
        let socket = HostSocket::connected_to_path(path).map_err(|cause| {
            let text = format!("cannot connect to `unix://{path}`");
            Error::new(ErrorKind::Socket, text).caused_by(cause)
        })?;
        Ok(self.hand_in(name, socket))
    }

    /// One more socket, which whoever started this process left open under this number: see [`hand_in`](Self::hand_in)
    /// and [`HostSocket::inherited`].
    pub fn inherit(self, name: SocketName, number: i32) -> Result<Self, Error> {
        self.takes_sockets()?;
        let socket = HostSocket::inherited(number).map_err(|cause| {
            let text = format!("cannot hand in the inherited descriptor `{number}`");
            Error::new(ErrorKind::Socket, text).caused_by(cause)
        })?;
        Ok(self.hand_in(name, socket))
    }

    fn takes_sockets(&self) -> Result<(), Error> {
        if !self.program.is_component() {
            return Ok(());
        }
        let text = "a component cannot be handed a socket";
        Err(Error::new(ErrorKind::Socket, text)
            .caused_by("WASIp2 and p3 have no call in which it would find one")
            .with_hint("let it listen or connect itself, and grant it the address: `--addr-pool=ADDRESS/MASK`"))
    }

    /// The files of the sockets that were made at paths, for a guest that you run as [`into_process`](Self::into_process)
    /// leaves it: they are removed when these are dropped. Those that are not taken stay then.
    pub fn take_socket_files(&mut self) -> Vec<SocketFile> {
        self.sockets.take_files()
    }

    /// The sockets that are handed in so far, from descriptor 3 on.
    pub fn sockets(&self) -> impl Iterator<Item = (&SocketName, &HostSocket)> {
        self.sockets.iter()
    }

    /// One more directory, under the name that the guest knows it by. No path leads out of it.
    pub fn dir(mut self, host: impl AsRef<Path>, guest: impl Into<String>) -> Result<Self, Error> {
        let host = host.as_ref();
        let dir = Dir::open_ambient(host).map_err(|cause| {
            let text = format!("cannot open the directory `{}`", host.display());
            Error::new(ErrorKind::Directory, text).caused_by(cause)
        })?;
        let guest = guest.into();
        #[cfg(feature = "components")]
        self.preopens.push(iwasm_engine::Preopen {
            host: host.to_owned(),
            guest: guest.clone(),
        });
        self.dirs.push((dir, guest));
        Ok(self)
    }

    /// Its standard input: ours, unless you say otherwise.
    #[must_use]
    pub fn stdin(mut self, file: File) -> Self {
        self.streams[0] = Some(file);
        self
    }

    /// Its standard output: ours, unless you say otherwise.
    #[must_use]
    pub fn stdout(mut self, file: File) -> Self {
        self.streams[1] = Some(file);
        self
    }

    /// Its standard error: ours, unless you say otherwise.
    #[must_use]
    pub fn stderr(mut self, file: File) -> Self {
        self.streams[2] = Some(file);
        self
    }

    /// How many threads it may have beside its first: 256, unless you say otherwise. A component has one.
    #[must_use]
    pub fn max_threads(mut self, threads: u32) -> Self {
        self.limits.max_threads = threads;
        self
    }

    /// How many bytes of memory it may have: as much as it can address, unless you say otherwise.
    #[must_use]
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.limits.max_memory = Some(bytes);
        self
    }

    /// After how long it is ended: never, unless you say otherwise.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = Some(timeout);
        self
    }

    /// Let it start though nothing provides some of its imports, and end it when it calls one of them.
    #[must_use]
    pub fn trap_unknown_imports(mut self, trap: bool) -> Self {
        self.limits.trap_unknown_imports = trap;
        self
    }

    /// The guest is all that this process is for, as it is for a command. Its calls are quicker then, because the thread
    /// that runs it parts from the descriptors of the process for good, but for the standard streams. After the run begins,
    /// that thread must drop nothing that holds a descriptor which it had before: no file, and not the last clone of the
    /// [`Program`]. Let other threads part likewise: [`apart`](crate::apart).
    #[must_use]
    pub fn whole_process(mut self, whole: bool) -> Self {
        self.limits.whole_process = whole;
        self
    }

    /// How it wants to be served where its imports do not say: as the file tells ([`Program::quirks`]), unless you say
    /// otherwise.
    #[must_use]
    pub fn quirks(mut self, quirks: Quirks) -> Self {
        self.quirks = quirks;
        self
    }

    /// The system underneath: [`Linux::new`], unless you say otherwise. It owns one signal of the whole process;
    /// [`Linux::with_signal`] chooses another.
    #[must_use]
    pub fn system(mut self, system: Linux) -> Self {
        self.system = Some(system);
        self
    }

    /// Link the program. An import that nothing provides is an error here, before anything runs.
    pub fn build(mut self) -> Result<Guest, Error> {
        let program = self.program.clone();
        let limits = std::mem::take(&mut self.limits);
        #[cfg(feature = "components")]
        if program.is_component() {
            return self.build_component(&program, &limits);
        }
        let files = self.take_socket_files();
        let process = self.into_process()?;
        let guest = iwasm_engine::Guest::new(&program, process, &limits)?;
        let run = Run::Module(guest);
        Ok(Guest { run, files })
    }

    /// A component opens its directories itself. Nothing in it could take a socket.
    #[cfg(feature = "components")]
    fn build_component(mut self, program: &Program, limits: &Limits) -> Result<Guest, Error> {
        if self.sockets.iter().next().is_some() {
            self.takes_sockets()?;
        }
        let preopens = std::mem::take(&mut self.preopens);
        self.dirs.clear();
        let process = self.into_process()?;
        let guest = iwasm_engine::Component::new(program, process, &preopens, limits)?;
        let run = Run::Component(guest);
        let files = Vec::new();
        Ok(Guest { run, files })
    }

    /// The process alone, for a [`Host`](crate::Host) in a store of your own.
    pub fn into_process(mut self) -> Result<Process<Linux>, Error> {
        let refused = |text: &str| Error::new(ErrorKind::System, text);
        let system = match self.system {
            Some(system) => system,
            None => Linux::new()
                .map_err(|cause| refused("cannot make calls interruptible").caused_by(cause))?,
        };
        let [stdin, stdout, stderr] = self.streams;
        let stream = |file: Option<File>, ours: fn() -> std::io::Result<File>| {
            let file = file.map_or_else(ours, Ok);
            file.map_err(|cause| refused("cannot hand in a standard stream").caused_by(cause))
        };
        let mut descriptors = vec![
            Descriptor::input(stream(stdin, File::inherit_stdin)?),
            Descriptor::output(stream(stdout, File::inherit_stdout)?),
            Descriptor::output(stream(stderr, File::inherit_stderr)?),
        ];
        if self.quirks.handed_nonblocking {
            let made = self.sockets.make_nonblocking();
            made.map_err(|cause| refused("cannot hand in a socket").caused_by(cause))?;
        }
        self.sockets.announce(&mut self.environ);
        descriptors.extend(self.sockets.into_descriptors());
        let dirs = self.dirs.into_iter();
        descriptors.extend(dirs.map(|(dir, name)| Descriptor::preopen(dir, name)));
        let setup = Setup {
            policy: self.policy,
            journal: self.journal,
            args: self.args,
            environ: self.environ,
            quirks: self.quirks,
            descriptors,
        };
        Process::new(system.clone(), system, setup)
            .map_err(|errno| refused("too much is handed in").caused_by(errno))
    }
}

/// As it is written before `://`.
fn scheme(kind: Kind) -> &'static str {
    match kind {
        Kind::Stream => "tcp",
        Kind::Datagram => "udp",
    }
}
