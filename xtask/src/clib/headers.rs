//! The library's headers in sources of users, in each order, language and standard; and where nobody needs them.

use std::path::Path;
use std::process::Command;

use super::{Bench, STRICT, library, write};
use crate::{Result, house};

/// The headers that sockets are in, or near.
const OTHERS: [&str; 16] = [
    "arpa/inet.h",
    "errno.h",
    "ifaddrs.h",
    "net/if.h",
    "netdb.h",
    "netinet/in.h",
    "netinet/tcp.h",
    "poll.h",
    "sys/ioctl.h",
    "sys/select.h",
    "sys/socket.h",
    "sys/time.h",
    "sys/types.h",
    "sys/uio.h",
    "sys/un.h",
    "unistd.h",
];

const LANGUAGES: [&[&str]; 4] = [
    &["-xc", "-std=c11"],
    &["-xc", "-std=gnu17", "-D_GNU_SOURCE"],
    &[
        "-xc",
        "-std=c99",
        "-D_POSIX_C_SOURCE=200809L",
        "-Wredundant-decls",
    ],
    &["-xc++", "-std=c++17"],
];

/// What a program includes for sockets on Linux.
const LINUX: [&str; 6] = [
    "sys/socket.h",
    "netinet/in.h",
    "arpa/inet.h",
    "netdb.h",
    "poll.h",
    "net/if.h",
];

/// A bit of everything that the header declares.
const USE: &str = "
int use(struct addrinfo *info, fd_set *set, struct pollfd *poll_entry, struct timeval *wait, struct cmsghdr *control);
int use(struct addrinfo *info, fd_set *set, struct pollfd *poll_entry, struct timeval *wait, struct cmsghdr *control)
{
    int value = MSG_TRUNC | MSG_DONTWAIT | MSG_NOSIGNAL | AI_PASSIVE | NI_NUMERICHOST | (int)control->cmsg_len;
    socklen_t len = sizeof value;
    struct sockaddr_in at;
    at.sin_zero[7] = 0;
    value += socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) + accept(0, NULL, NULL) + at.sin_zero[7];
    value += getsockopt(0, SOL_SOCKET, SO_ERROR, &value, &len) + setsockopt(0, IPPROTO_TCP, TCP_NODELAY, &value, len);
    value += getaddrinfo(\"localhost\", NULL, NULL, &info) + select(1, set, NULL, NULL, wait) + poll(poll_entry, 1, 0);
    return value + (int)if_nametoindex(\"lo\") + (int)inet_addr(\"127.0.0.1\");
}
";

/// Before and after each of the system's, and without being named at all; and the assertions over what it stands on.
pub(super) fn check(bench: &Bench) -> Result<()> {
    let source = bench.folder("headers")?.join("both.c");
    for other in OTHERS {
        compiles(bench, &source, &[other, "wasi_socket_ext.h"])?;
        compiles(bench, &source, &["wasi_socket_ext.h", other])?;
        let unnamed: Vec<_> = [other, "netinet/tcp.h", "sys/select.h", "sys/time.h"]
            .into_iter()
            .chain(LINUX)
            .collect();
        compiles(bench, &source, &unnamed)?;
    }
    let mut layout = bench.tools.clang.c();
    layout.args(STRICT).arg("-fsyntax-only");
    house::run(layout.arg(library().join("tests/layout.c")))
}

fn compiles(bench: &Bench, source: &Path, includes: &[&str]) -> Result<()> {
    write_use(source, includes)?;
    for language in LANGUAGES {
        let mut command = bench.tools.clang.c_or_cpp();
        command.args(STRICT).args(language).arg("-fsyntax-only");
        house::run(command.arg(source))?;
    }
    Ok(())
}

fn write_use(source: &Path, includes: &[&str]) -> Result<()> {
    let includes: String = includes
        .iter()
        .map(|header| format!("#include <{header}>\n"))
        .collect();
    write(source, &(includes + USE))
}

/// Natively, and for WASIp2, the header is the system's own, and the sources say that nobody needs them.
pub(super) fn unneeded(bench: &Bench) -> Result<()> {
    let folder = bench.folder("unneeded")?;
    let source = folder.join("own.c");
    let native = || house::program("cc");
    write_use(&source, &["wasi_socket_ext.h"])?;
    house::run(plain(native()).arg("-D_GNU_SOURCE").arg(&source))?;
    says_so(native())?;

    // No package brings WASIp2's headers: WASIp1's stand in for them. Of those that these lack, those have <netdb.h>.
    write(&folder.join("netdb.h"), "#define A_NETDB_H\n")?;
    let p2 = || {
        let mut clang = bench.tools.clang.bare();
        clang.args(["-D__wasip2__", "-nostdlibinc", "-isystem"]);
        clang.arg(&folder).arg("-isystem/usr/include/wasm32-wasi");
        clang
    };
    for header in [
        "wasi_socket_ext.h",
        "sys/socket.h",
        "netinet/in.h",
        "net/if.h",
    ] {
        let wants = "#if defined WASI_SOCKET_EXT_DECLARES || defined SO_REUSEADDR\n#error not its own\n#endif\n";
        write(&source, &format!("#include <{header}>\n{wants}"))?;
        house::run(plain(p2()).arg(&source))?;
    }
    says_so(p2())
}

/// A call that looks at a source.
fn plain(mut compiler: Command) -> Command {
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
    compiler.arg("-fsyntax-only");
    compiler.arg("-I").arg(library().join("include"));
    compiler
}

fn says_so(compiler: Command) -> Result<()> {
    match house::output(plain(compiler).arg(library().join("src/socket.c"))) {
        Err(said) if said.contains("has sockets itself") => Ok(()),
        Err(said) => Err(said),
        Ok(_) => Err("the library's sources compile where nobody needs them".to_owned()),
    }
}
