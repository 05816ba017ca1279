//! Shows what `iwasm` does: builds it as users get it, runs real guests under it, and fails when one says something wrong.

mod matrix;

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::child::Running;
use crate::{Result, house};

/// A guest answers at once: what takes this long hangs.
const SOON: Duration = Duration::from_secs(20);

const CLIENTS: usize = 4;

type Scene = (&'static str, fn(&Stage) -> Result<Shown>);

const SCENES: [Scene; 7] = [
    ("TCP echo over IPv4", |stage| {
        echo(stage, "tcp", "127.0.0.1", "127.0.0.1/32")
    }),
    ("TCP echo over IPv6", tcp_over_ipv6),
    ("UDP pair", |stage| {
        echo(stage, "udp", "127.0.0.1", "127.0.0.1/32")
    }),
    ("a thread for each connection", threads),
    ("a name lookup", lookup),
    ("a denied connection", denied),
    ("every dialect with every other", matrix::show),
];

enum Shown {
    Whole,
    Skipped(&'static str),
}

/// Runs all scenes.
pub(crate) fn run() -> Result<()> {
    let stage = Stage {
        iwasm: house::release_iwasm()?,
    };
    let mut shown = Vec::new();
    for (at, (name, scene)) in SCENES.into_iter().enumerate() {
        println!("\n{}. {name}", at + 1);
        match scene(&stage).map_err(|e| format!("{name}: {e}"))? {
            Shown::Whole => shown.push(name.to_owned()),
            Shown::Skipped(why) => {
                println!("  skipped: {why}");
                shown.push(format!("{name} (SKIPPED: {why})"));
            }
        }
    }
    println!("\nshown and checked: {}", shown.join(", "));
    Ok(())
}

fn tcp_over_ipv6(stage: &Stage) -> Result<Shown> {
    // To ask the system is the only way to tell whether it has the family.
    if TcpListener::bind("[::1]:0").is_err() {
        return Ok(Shown::Skipped("this machine has no IPv6 on loopback"));
    }
    echo(stage, "tcp", "::1", "::1/128")
}

fn echo(stage: &Stage, protocol: &str, address: &str, pool: &str) -> Result<Shown> {
    let grant = format!("--addr-pool={pool}");
    let server = format!("c/{protocol}_echo_server.wasm");
    let (server, port) = stage.server(&grant, &server, &[address, "0", "1"])?;
    let client = format!("c/{protocol}_echo_client.wasm");
    stage
        .finish("client", &grant, &client, &[address, &port, "hello"])?
        .says("hello")?;
    Said::all_of(server)?;
    Ok(Shown::Whole)
}

fn threads(stage: &Stage) -> Result<Shown> {
    let grant = "--addr-pool=127.0.0.1/32";
    let count = (CLIENTS + 1).to_string();
    let (server, port) = stage.server(
        grant,
        "rust/threaded_echo_server.wasm",
        &["127.0.0.1", "0", &count],
    )?;
    println!(
        "  (a first connection stays open and silent meanwhile: a server without threads would wait for it)"
    );
    let silent = TcpStream::connect(format!("127.0.0.1:{port}"))
        .map_err(|e| format!("cannot connect: {e}"))?;
    let mut clients = Vec::new();
    for at in 1..=CLIENTS {
        let text = format!("hello from {at}");
        let name = format!("client {at}");
        let client = stage.start(
            &name,
            &[grant],
            "c/tcp_echo_client.wasm",
            &["127.0.0.1", &port, &text],
        )?;
        clients.push((client, text));
    }
    for (client, text) in clients {
        Said::all_of(client)?.says(&text)?;
    }
    drop(silent);
    Said::all_of(server)?;
    Ok(Shown::Whole)
}

fn lookup(stage: &Stage) -> Result<Shown> {
    let said = stage.finish(
        "guest",
        "--allow-resolve=localhost",
        "c/lookup.wasm",
        &["localhost"],
    )?;
    said.says("127.0.0.1").or_else(|_| said.says("::1"))?;
    Ok(Shown::Whole)
}

fn denied(stage: &Stage) -> Result<Shown> {
    let said = stage.finish(
        "guest",
        "--addr-pool=127.0.0.1/32",
        "c/denied.wasm",
        &["10.0.0.1", "80"],
    )?;
    said.says("--addr-pool=10.0.0.1/32")?;
    said.says("Permission denied")?;
    said.says("the guest goes on")?;
    Ok(Shown::Whole)
}

/// Where guests run.
struct Stage {
    iwasm: PathBuf,
}

impl Stage {
    /// Shows the command line as one would type it, and starts it.
    fn start(&self, name: &str, options: &[&str], guest: &str, args: &[&str]) -> Result<Running> {
        let guest = below(guest);
        let words: Vec<_> = options
            .iter()
            .chain([&guest.as_str()])
            .chain(args)
            .map(|word| quoted(word))
            .collect();
        println!("$ iwasm {}", words.join(" "));
        let mut command: Command = house::program(&self.iwasm);
        command.args(options).arg(guest).args(args);
        Running::start(name, &mut command)
    }

    /// The same without a word: what many guests say is shown at once.
    fn start_silently(&self, options: &[&str], guest: &str, args: &[&str]) -> Result<Running> {
        let mut command: Command = house::program(&self.iwasm);
        command.args(options).arg(below(guest)).args(args);
        Running::start("", &mut command)
    }

    /// A server and the port that it chose.
    fn server(&self, grant: &str, guest: &str, args: &[&str]) -> Result<(Running, String)> {
        let mut server = self.start("server", &[grant], guest, args)?;
        let address = server.wait_for("listening on ", SOON)?;
        match address.rsplit_once(':') {
            Some((_, port)) => Ok((server, port.to_owned())),
            None => Err(format!("`{address}` has no port")),
        }
    }

    /// A guest that comes to its end by itself.
    fn finish(&self, name: &str, grant: &str, guest: &str, args: &[&str]) -> Result<Said> {
        Said::all_of(self.start(name, &[grant], guest, args)?)
    }
}

/// All that a guest, and `iwasm` about it, had to say.
struct Said(Vec<String>);

impl Said {
    /// Waits for the guest's end, which has to be a good one.
    fn all_of(guest: Running) -> Result<Self> {
        let (status, lines) = guest.end(SOON)?;
        if status.success() {
            Ok(Self(lines))
        } else {
            Err(format!(
                "the guest ended with {status}: {}",
                lines.join("; ")
            ))
        }
    }

    fn says(&self, what: &str) -> Result<()> {
        if self.0.iter().any(|line| line.contains(what)) {
            return Ok(());
        }
        Err(format!("nobody said `{what}`"))
    }
}

/// A guest's file as one would type it.
fn below(guest: &str) -> String {
    format!("tests/guests/{guest}")
}

fn quoted(word: &str) -> String {
    if word.contains([' ', '*']) {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}
