//! The samples as their readers meet them: built for this machine and for `iwasm`, and every line of their page run on both.
//!
//! The page, `samples/README.md`, is the list of tests: a block is commands and, in any order, what they say.

mod page;

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::child::Running;
use crate::{Result, house};
use page::{Block, Line};

/// A sample is done at once: what takes this long hangs.
const SOON: Duration = Duration::from_secs(20);

/// The port of the page, in whose place a free one is used.
const PORT: &str = "8080";

/// Where the samples' programs are.
struct Programs {
    iwasm: PathBuf,
    native: PathBuf,
    guests: PathBuf,
    /// Of the guests that have threads.
    threads: PathBuf,
}

#[derive(Clone, Copy, Debug)]
enum On {
    Native,
    Iwasm,
}

/// Builds the samples, and runs every block.
pub(crate) fn run() -> Result<()> {
    let programs = Programs::build()?;
    let text = house::read(&house::root().join("samples/README.md"))?;
    let blocks = page::blocks(&text)?;
    let mut skipped = 0;
    for block in &blocks {
        println!("==> {}", block.heading);
        if let Some(why) = missing(block) {
            println!("  skipped: {why}");
            skipped += 1;
            continue;
        }
        for on in [On::Native, On::Iwasm] {
            programs
                .check(block, on)
                .map_err(|e| format!("{}, {on:?}: {e}", block.heading))?;
        }
    }
    println!(
        "{} of {} blocks say the same here, under `iwasm` and on the page",
        blocks.len() - skipped,
        blocks.len()
    );
    Ok(())
}

impl Programs {
    fn build() -> Result<Self> {
        let iwasm = house::release_iwasm()?;
        let place = house::target()?.join("samples");
        let cmake = house::root().join("guest/c/cmake");
        Ok(Self {
            iwasm,
            native: build(&place.join("native"), None)?,
            guests: build(&place.join("wasm"), Some(&cmake.join("debian-wasi.cmake")))?,
            threads: build(
                &place.join("threads"),
                Some(&cmake.join("debian-wasi-threads.cmake")),
            )?,
        })
    }

    /// The block's commands say what the page says that they say.
    fn check(&self, block: &Block<'_>, on: On) -> Result<()> {
        let port = house::free_port()?;
        let mut said = Vec::new();
        let mut behind = Vec::new();
        for line in &block.commands {
            let mut running = Running::start("", &mut self.command(line, &port, on)?)?;
            if line.behind {
                // Its first line says that it is ready.
                running.wait_for("", SOON)?;
                behind.push(running);
            } else {
                said.extend(all_of(running)?);
            }
        }
        for running in behind {
            said.extend(all_of(running)?);
        }
        let mut said: Vec<_> = said.iter().map(|line| as_on_page(line, &port)).collect();
        let mut expected = block.said.clone();
        said.sort();
        expected.sort_unstable();
        if said == expected {
            return Ok(());
        }
        Err(format!(
            "said\n  {}\nand not\n  {}",
            said.join("\n  "),
            expected.join("\n  ")
        ))
    }

    /// A line's command; natively without `iwasm` and its options.
    fn command(&self, line: &Line, port: &str, on: On) -> Result<Command> {
        let mut words = line.words.iter().map(|word| word.replace(PORT, port));
        let first = words.next().ok_or("a line without a command")?;
        if first != "iwasm" {
            let mut other = house::program(first);
            other.args(words);
            return Ok(other);
        }
        let options: Vec<_> = words
            .by_ref()
            .take_while(|word| word.starts_with('-'))
            .collect();
        let name = line
            .words
            .get(options.len() + 1)
            .and_then(|path| path.strip_prefix("build/")?.strip_suffix(".wasm"))
            .ok_or_else(|| format!("`{}` runs no sample", line.words.join(" ")))?;
        let mut command = match on {
            On::Native => house::program(self.native.join(name)),
            On::Iwasm => {
                let mut iwasm = house::program(&self.iwasm);
                iwasm.args(options).arg(self.guest(name));
                iwasm
            }
        };
        command.args(words);
        Ok(command)
    }

    fn guest(&self, name: &str) -> PathBuf {
        let folder = if name == "threads" {
            &self.threads
        } else {
            &self.guests
        };
        folder.join(name).with_extension("wasm")
    }
}

/// Configures and builds; returns the folder.
fn build(folder: &Path, toolchain: Option<&Path>) -> Result<PathBuf> {
    let mut configure = house::program("cmake");
    configure
        .args([
            "--log-level=WARNING",
            "-GNinja",
            "-DCMAKE_BUILD_TYPE=Release",
        ])
        .args(["-DCMAKE_COMPILE_WARNING_AS_ERROR=ON", "-S", "samples", "-B"])
        .arg(folder);
    if let Some(toolchain) = toolchain {
        configure.arg(format!("-DCMAKE_TOOLCHAIN_FILE={}", toolchain.display()));
    }
    house::output(&mut configure)?;
    let mut build = house::program("cmake");
    house::run(build.arg("--build").arg(folder).args(["--", "--quiet"]))?;
    Ok(folder.to_owned())
}

/// What a program said until its end, which has to be a good one.
fn all_of(running: Running) -> Result<Vec<String>> {
    let (status, lines) = running.end(SOON)?;
    if status.success() {
        Ok(lines)
    } else {
        Err(format!("ended with {status}\n  {}", lines.join("\n  ")))
    }
}

/// The line with the page's port: also that of a server which had the system choose one.
fn as_on_page(line: &str, port: &str) -> String {
    match line
        .strip_prefix("listening on ")
        .and_then(|place| place.rsplit_once(':'))
    {
        Some((address, _)) => format!("listening on {address}:{PORT}"),
        None => line.replace(&format!(":{port}"), &format!(":{PORT}")),
    }
}

/// What the block takes that this machine lacks.
fn missing(block: &Block<'_>) -> Option<&'static str> {
    let names = |what: &str| {
        let mut words = block.commands.iter().flat_map(|line| &line.words);
        words.any(|word| word.starts_with(what))
    };
    if names("::1") && TcpListener::bind("[::1]:0").is_err() {
        return Some("this machine has no IPv6 on loopback");
    }
    if names("239.") && !hears_itself("127.0.0.1:0", "239.255.0.5") {
        return Some("this machine has no multicast on loopback");
    }
    if names("ff15:") && !hears_itself("[::]:0", "ff15::4242") {
        return Some("this machine has no route for multicast over IPv6");
    }
    None
}

/// Whether what is sent to the group comes back.
fn hears_itself(from: &str, group: &str) -> bool {
    let try_it = || -> std::io::Result<usize> {
        let sender = UdpSocket::bind(from)?;
        let v6 = group.parse::<Ipv6Addr>();
        let receiver = UdpSocket::bind(if v6.is_ok() { "[::]:0" } else { "0.0.0.0:0" })?;
        match (v6, group.parse::<Ipv4Addr>()) {
            (Ok(group), _) => receiver.join_multicast_v6(&group, 0)?,
            (_, Ok(group)) => receiver.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)?,
            (Err(_), Err(_)) => return Err(std::io::ErrorKind::InvalidInput.into()),
        }
        receiver.set_read_timeout(Some(Duration::from_secs(1)))?;
        sender.send_to(b"probe", (group, receiver.local_addr()?.port()))?;
        receiver.recv(&mut [0; 8])
    };
    try_it().is_ok()
}
