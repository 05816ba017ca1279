//! Network programs that other people wrote, fetched from Debian's source archive, compiled against the guest's C library,
//! and serving real clients under `iwasm`: libcoap over UDP, mosquitto over TCP.
//!
//! Nothing of them is in the repository. What WASIp1 lacks beside sockets is in `tests/real`.

mod archive;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::child::Running;
use crate::{Result, house};

/// To compile a broker takes a while the first time that it starts.
const SOON: Duration = Duration::from_secs(60);

/// All that either of them is granted. libcoap's client binds to the wildcard before it connects.
const GRANT: &str = "--addr-pool=127.0.0.1/32,0.0.0.0/32";

/// Options of libcoap's project. Its checks compile without the library, so it is told what that has.
const COAP: [&str; 8] = [
    "-DENABLE_DTLS=OFF",
    "-DENABLE_TCP=OFF",
    "-DENABLE_TESTS=OFF",
    "-DENABLE_DOCS=OFF",
    "-DENABLE_EXAMPLES=ON",
    "-DWITH_EPOLL=OFF",
    "-DHAVE_IF_NAMETOINDEX=1",
    "-DHAVE_NET_IF_H=1",
];

const MOSQUITTO: [&str; 9] = [
    "-DWITH_TLS=OFF",
    "-DWITH_THREADING=OFF",
    "-DDOCUMENTATION=OFF",
    "-DWITH_STATIC_LIBRARIES=ON",
    "-DWITH_PLUGINS=OFF",
    "-DWITH_APPS=OFF",
    "-DWITH_LIB_CPP=OFF",
    "-DWITH_CJSON=OFF",
    "-DWITH_UNIX_SOCKETS=OFF",
];

/// Fetches, builds and runs both.
pub(crate) fn run() -> Result<()> {
    let iwasm = house::release_iwasm()?;
    let place = house::target()?.join("real");
    println!("==> the sources, from Debian");
    let archive = archive::Archive::open(&place)?;
    let programs = Programs { iwasm, place };
    println!("==> libcoap");
    let coap = programs.build(
        &archive.source("libcoap3")?,
        "libcoap",
        &COAP,
        &["coap-server", "coap-client"],
    )?;
    programs.coap(&coap)?;
    println!("==> mosquitto");
    let mosquitto = programs.build(
        &archive.source("mosquitto")?,
        "mosquitto",
        &MOSQUITTO,
        &["mosquitto", "mosquitto_sub", "mosquitto_pub"],
    )?;
    programs.mosquitto(&mosquitto)?;
    println!("both serve their clients under `iwasm {GRANT}`");
    Ok(())
}

struct Programs {
    iwasm: PathBuf,
    place: PathBuf,
}

impl Programs {
    /// Builds targets of a project for WASIp1; returns the folder.
    fn build(
        &self,
        source: &Path,
        name: &str,
        options: &[&str],
        targets: &[&str],
    ) -> Result<PathBuf> {
        let built = self.place.join("built").join(name);
        let top = house::root();
        let mut configure = house::program("cmake");
        configure
            .args([
                "--log-level=WARNING",
                "-Wno-dev",
                "-GNinja",
                "-DCMAKE_BUILD_TYPE=Release",
            ])
            .arg(format!(
                "-DCMAKE_TOOLCHAIN_FILE={}",
                top.join("guest/c/cmake/debian-wasi.cmake").display()
            ))
            .arg(format!(
                "-DCMAKE_PROJECT_INCLUDE={}",
                top.join("tests/real/real.cmake").display()
            ))
            .args(options);
        house::output(configure.arg("-S").arg(source).arg("-B").arg(&built))?;
        let mut build = house::program("cmake");
        build
            .arg("--build")
            .arg(&built)
            .arg("--target")
            .args(targets);
        house::run(build.args(["--", "--quiet"]))?;
        Ok(built)
    }

    fn guest(&self, options: &[&str], guest: &Path, args: &[&str]) -> Command {
        let mut iwasm = house::program(&self.iwasm);
        iwasm.arg(GRANT).args(options).arg(guest).args(args);
        iwasm
    }

    /// A client that has to come to a good end, and what it said.
    fn client(&self, name: &str, guest: &Path, args: &[&str]) -> Result<Vec<String>> {
        ended_well(
            name,
            Running::start(name, &mut self.guest(&[], guest, args))?,
        )
    }

    /// A server's page is read; another is written, and read as it was written.
    fn coap(&self, built: &Path) -> Result<()> {
        let port = house::free_port()?;
        let server = ["-A", "127.0.0.1", "-p", &port, "-d", "10"];
        let mut server = self.guest(&[], &built.join("coap-server.wasm"), &server);
        let _server = Running::start("server", &mut server)?;
        let client = built.join("coap-client.wasm");
        let at = |path: &str| format!("coap://127.0.0.1:{port}/{path}");
        // A request is repeated until it is answered, so it may come before the server is ready.
        let home = self.client("client", &client, &["-B", "40", "-m", "get", &at("")])?;
        says(&home, "This is a test server made with libcoap")?;
        let list = self.client("client", &client, &["-m", "get", &at(".well-known/core")])?;
        says(&list, "</time>")?;
        self.client(
            "client",
            &client,
            &["-m", "put", "-e", "hello", &at("thing")],
        )?;
        let thing = self.client("client", &client, &["-m", "get", &at("thing")])?;
        says(&thing, "hello")
    }

    /// What is published, in each quality of service, reaches the subscriber through the broker.
    fn mosquitto(&self, built: &Path) -> Result<()> {
        let port = house::free_port()?;
        let folder = self.place.join("settings");
        fs::create_dir_all(&folder)
            .map_err(|e| format!("cannot make `{}`: {e}", folder.display()))?;
        let settings = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest stderr\n"
        );
        fs::write(folder.join("broker.conf"), settings)
            .map_err(|e| format!("cannot write the broker's settings: {e}"))?;
        let mut broker = self.guest(
            &[&format!("--map-dir=/settings::{}", folder.display())],
            &built.join("src/mosquitto.wasm"),
            &["-v", "-c", "/settings/broker.conf"],
        );
        let mut broker = Running::start("broker", &mut broker)?;
        broker.wait_for(" running", SOON)?;
        let to = ["-h", "127.0.0.1", "-p", &port, "-t", "house/door"];
        let mut subscriber = self.guest(&[], &built.join("client/mosquitto_sub.wasm"), &to);
        subscriber.args(["-C", "3", "-q", "2"]);
        let subscriber = Running::start("sub", &mut subscriber)?;
        broker.wait_for("Sending SUBACK", SOON)?;
        let publisher = built.join("client/mosquitto_pub.wasm");
        let messages = [("0", "open"), ("1", "closed"), ("2", "locked")];
        for (quality, message) in messages {
            let args = [&to[..], &["-q", quality, "-m", message]].concat();
            self.client("pub", &publisher, &args)?;
        }
        let heard = ended_well("sub", subscriber)?;
        if heard == messages.map(|(_, message)| message) {
            return Ok(());
        }
        Err(format!("the subscriber heard {heard:?}"))
    }
}

fn ended_well(name: &str, running: Running) -> Result<Vec<String>> {
    let (status, lines) = running.end(SOON)?;
    if status.success() {
        Ok(lines)
    } else {
        Err(format!("{name} ended with {status}"))
    }
}

fn says(lines: &[String], what: &str) -> Result<()> {
    if lines.iter().any(|line| line.contains(what)) {
        return Ok(());
    }
    Err(format!("nobody said `{what}`"))
}
