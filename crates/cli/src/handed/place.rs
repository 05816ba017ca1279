//! Where a socket is: `[NAME=]tcp://HOST:PORT`, `[NAME=]udp://HOST:PORT` or `[NAME=]unix://PATH`, taken apart.

use iwasm::{HostSocket, Kind, SocketFamily, SocketName, UnixPath};

/// A place, and what the socket there is called.
pub(super) struct Named<'a> {
    pub(super) name: SocketName,
    pub(super) place: Place<'a>,
}

pub(super) enum Place<'a> {
    Host(Host<'a>),
    Path(UnixPath),
}

/// A host and a port, for sockets of one kind.
pub(super) struct Host<'a> {
    pub(super) kind: Kind,
    /// Host and port.
    pub(super) address: &'a str,
    /// Without the brackets of IPv6.
    pub(super) host: &'a str,
    pub(super) port: u16,
}

impl<'a> Named<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let (before, rest) = text
            .split_once("://")
            .ok_or("there is no `tcp://`, `udp://` or `unix://` before an address")?;
        let (name, scheme) = match before.rsplit_once('=') {
            Some(("", _)) => return Err("the name before the `=` is empty".into()),
            Some((name, scheme)) => {
                let name = name.parse().map_err(|error| format!("{error}"));
                (name?, scheme)
            }
            None => (SocketName::default(), before),
        };
        let place = match scheme {
            "tcp" => Place::Host(Host::parse(Kind::Stream, rest)?),
            "udp" => Place::Host(Host::parse(Kind::Datagram, rest)?),
            "unix" => Place::Path(rest.parse().map_err(|error| format!("{error}"))?),
            other => return Err(format!("`{other}` is neither `tcp`, `udp` nor `unix`")),
        };
        Ok(Self { name, place })
    }
}

impl<'a> Host<'a> {
    fn parse(kind: Kind, address: &'a str) -> Result<Self, String> {
        let (host, port) = address
            .rsplit_once(':')
            .ok_or_else(|| format!("`{address}` has no port: the form is `HOST:PORT`"))?;
        let host = bare(host)?;
        let port = port
            .parse()
            .map_err(|_| format!("the port `{port}` is not a number from 0 to 65535"))?;
        Ok(Self {
            kind,
            address,
            host,
            port,
        })
    }
}

/// The host without the brackets that an IPv6 address needs, or its colons would be taken for that of the port.
fn bare(host: &str) -> Result<&str, String> {
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match bracketed.unwrap_or(host) {
        "" => Err("there is no host before the port".into()),
        host if host.contains(':') && bracketed.is_none() => {
            Err("an IPv6 address stands in brackets, as `[::1]` does".into())
        }
        host => Ok(host),
    }
}

/// What is written before the `://` of such a socket.
pub(crate) fn scheme(socket: &HostSocket) -> &'static str {
    match (socket.family(), socket.kind()) {
        (SocketFamily::Unix, _) => "unix",
        (_, Kind::Stream) => "tcp",
        (_, Kind::Datagram) => "udp",
    }
}
