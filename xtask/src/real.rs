//! Network programs that other people wrote, fetched from Debian's source archive, compiled against the guest's C library,
//! and at work under `iwasm`: libcoap over UDP, mosquitto over TCP, and curl, which is built on the installed library.
//!
//! Nothing of them is in the repository. What WASIp1 lacks beside sockets is in `tests/real`.

mod archive;
mod web;

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

/// curl's checks find all else.
const CURL: [&str; 9] = [
    "-DBUILD_SHARED_LIBS=OFF",
    "-DBUILD_TESTING=OFF",
    "-DCURL_ENABLE_SSL=OFF",
    "-DCURL_USE_LIBSSH2=OFF",
    "-DCURL_ZLIB=OFF",
    "-DENABLE_MANUAL=OFF",
    "-DENABLE_THREADED_RESOLVER=OFF",
    "-DHTTP_ONLY=ON",
    "-DUSE_LIBIDN2=OFF",
];

/// Fetches, builds and runs all.
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
        &[&COAP[..], &[&included()]].concat(),
        &["coap-server", "coap-client"],
    )?;
    programs.coap(&coap)?;
    println!("==> mosquitto");
    let mosquitto = programs.build(
        &archive.source("mosquitto")?,
        "mosquitto",
        &[&MOSQUITTO[..], &[&included()]].concat(),
        &["mosquitto", "mosquitto_sub", "mosquitto_pub"],
    )?;
    programs.mosquitto(&mosquitto)?;
    println!("==> curl");
    let mut options = programs.installed()?;
    options.extend(CURL.map(str::to_owned));
    let options: Vec<_> = options.iter().map(String::as_str).collect();
    let curl = programs.build(&archive.source("curl")?, "curl", &options, &["curl"])?;
    programs.curl(&curl)?;
    println!("all are at work under `iwasm {GRANT}`");
    Ok(())
}

/// The library, and what else stands in `tests/real`, for every target of a project.
fn included() -> String {
    let file = house::root().join("tests/real/real.cmake");
    format!("-DCMAKE_PROJECT_INCLUDE={}", file.display())
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
        house::output(configure(source, &built).args(options))?;
        let mut build = house::program("cmake");
        build
            .arg("--build")
            .arg(&built)
            .arg("--target")
            .args(targets);
        house::run(build.args(["--", "--quiet"]))?;
        Ok(built)
    }

    /// Installs the library; returns the options that give it to a project which does not know it.
    fn installed(&self) -> Result<Vec<String>> {
        let built = self.place.join("built").join("library");
        let prefix = self.place.join("installed");
        let place = format!("-DCMAKE_INSTALL_PREFIX={}", prefix.display());
        house::output(configure(&house::root().join("guest/c"), &built).arg(place))?;
        for step in ["--build", "--install"] {
            house::output(house::program("cmake").arg(step).arg(&built))?;
        }
        let asks = |which| {
            let mut asks = house::program("pkg-config");
            asks.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"));
            house::output(asks.args([which, "socket_wasi_ext"]))
        };
        let (compiles, links) = (asks("--cflags")?, asks("--libs")?);
        Ok(vec![
            format!(
                "-DCMAKE_C_FLAGS={} -D_WASI_EMULATED_SIGNAL",
                compiles.trim()
            ),
            format!(
                "-DCMAKE_C_STANDARD_LIBRARIES={} -lwasi-emulated-signal",
                links.trim()
            ),
        ])
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

    /// Pages come by address and by name, one sent and one of some size; nobody is found where nobody is.
    fn curl(&self, built: &Path) -> Result<()> {
        let client = built.join("src/curl.wasm");
        let web = web::Web::start(2)?;
        let at = |host: &str| format!("http://{host}:{}/page", web.port);
        let get = |options: &[&str], args: &[&str]| {
            let mut curl = self.guest(
                options,
                &client,
                &["--silent", "--show-error", "--max-time", "60"],
            );
            ended_well("curl", Running::start("curl", curl.args(args))?)
        };
        says(&get(&[], &[&at("127.0.0.1")])?, web::PAGE)?;
        let named = ["--ipv4", "--data", "a few words", &at("localhost")];
        says(&get(&["--allow-resolve=localhost"], &named)?, web::PAGE)?;
        let asked = web.asked()?;
        if !asked[0].starts_with("GET /page ") || !asked[1].ends_with("\r\n\r\na few words") {
            return Err(format!("curl asked {asked:?}"));
        }
        let nowhere = format!("http://127.0.0.1:{}/", house::free_port()?);
        match get(&[], &[&nowhere]) {
            Err(said) if said.contains("exit status: 7") => Ok(()),
            other => Err(format!("where nobody listens, curl ended with {other:?}")),
        }
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

/// A call that configures a project for WASIp1.
fn configure(source: &Path, built: &Path) -> Command {
    let toolchain = house::root().join("guest/c/cmake/debian-wasi.cmake");
    let mut configure = house::program("cmake");
    configure
        .args([
            "--log-level=WARNING",
            "-Wno-dev",
            "-GNinja",
            "-DCMAKE_BUILD_TYPE=Release",
        ])
        .arg(format!("-DCMAKE_TOOLCHAIN_FILE={}", toolchain.display()))
        .arg("-S")
        .arg(source)
        .arg("-B")
        .arg(built);
    configure
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
