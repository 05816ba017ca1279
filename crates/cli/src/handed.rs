//! Sockets that the user hands in: `--listen`, `--connect` and `--inherit-fds`, in the order in which they stand.

mod manager;
mod place;

use std::net::SocketAddr;

use clap::{ArgMatches, Command, Error, FromArgMatches, parser::ValueSource};
use iwasm::{Kind, SocketName, UnixPath};

pub(crate) use manager::Manager;
pub(crate) use place::scheme;
use place::{Named, Place};

use crate::failure::Failure;

/// The flags, as they are defined; clap keeps them apart.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Sockets handed in")]
struct Flags {
    /// Hand in a socket at this address, `tcp` or `udp`, or at a path, `unix://PATH`; repeatable
    #[arg(long, value_name = "[NAME=]tcp://ADDRESS:PORT", value_parser = Listen::parse)]
    listen: Vec<Listen>,
    /// Hand in a connection to this host, `tcp` or `udp`, or to a path, `unix://PATH`; repeatable
    #[arg(long, value_name = "[NAME=]tcp://HOST:PORT", value_parser = Connect::parse)]
    connect: Vec<Connect>,
    /// Hand in the sockets that a service manager left open (LISTEN_FDS)
    #[arg(long)]
    inherit_fds: bool,
}

/// The same in the order of the command line, which is that of the guest's descriptors.
#[derive(Clone, Debug, Default)]
pub(crate) struct InOrder(Vec<Flag>);

#[derive(Clone, Debug)]
enum Flag {
    Listen(Listen),
    Connect(Connect),
    Inherit,
}

impl FromArgMatches for InOrder {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let flags = Flags::from_arg_matches(matches)?;
        let places = |id| matches.indices_of(id).into_iter().flatten();
        let mut placed = Vec::new();
        placed.extend(places("listen").zip(flags.listen.into_iter().map(Flag::Listen)));
        placed.extend(places("connect").zip(flags.connect.into_iter().map(Flag::Connect)));
        if matches.value_source("inherit_fds") == Some(ValueSource::CommandLine) {
            placed.extend(places("inherit_fds").map(|place| (place, Flag::Inherit)));
        }
        placed.sort_by_key(|(place, _)| *place);
        Ok(Self(placed.into_iter().map(|(_, flag)| flag).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for InOrder {
    fn augment_args(command: Command) -> Command {
        Flags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Flags::augment_args_for_update(command)
    }
}

/// One socket to hand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Handed {
    Listen(Listen),
    Connect(Connect),
    /// What was left open under this number.
    Inherited {
        name: SocketName,
        number: i32,
    },
}

impl InOrder {
    /// The sockets one by one, those that are inherited in the place of their flag.
    pub(crate) fn resolve(self, manager: &Manager) -> Result<Vec<Handed>, Failure> {
        let mut all = Vec::new();
        for flag in self.0 {
            match flag {
                Flag::Listen(listen) => all.push(Handed::Listen(listen)),
                Flag::Connect(connect) => all.push(Handed::Connect(connect)),
                Flag::Inherit => all.extend(manager.sockets()?),
            }
        }
        Ok(all)
    }
}

/// The value of one `--listen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) name: SocketName,
    pub(crate) at: At,
}

/// Where a socket is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Address(Kind, SocketAddr),
    Path(UnixPath),
}

impl Listen {
    fn parse(text: &str) -> Result<Self, String> {
        let Named { name, place } = Named::parse(text)?;
        let at = match place {
            Place::Path(path) => At::Path(path),
            Place::Host(at) => {
                let addr = at.address.parse().map_err(|_| {
                    let host = at.host;
                    format!(
                        "`{host}` is no address, and a socket is bound to an address, not to a name"
                    )
                })?;
                At::Address(at.kind, addr)
            }
        };
        Ok(Self { name, at })
    }

    /// Must the user be told where the socket is, to know?
    pub(crate) fn is_chosen_by_the_system(&self) -> bool {
        matches!(self.at, At::Address(_, at) if at.port() == 0)
    }
}

/// The value of one `--connect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Connect {
    pub(crate) name: SocketName,
    pub(crate) to: To,
}

/// What a socket is connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Host {
        kind: Kind,
        /// An address without brackets, or a name.
        host: String,
        port: u16,
    },
    Path(UnixPath),
}

impl Connect {
    fn parse(text: &str) -> Result<Self, String> {
        let Named { name, place } = Named::parse(text)?;
        let to = match place {
            Place::Path(path) => To::Path(path),
            Place::Host(to) if to.port == 0 => {
                return Err("nothing can be reached at port 0".into());
            }
            Place::Host(to) => To::Host {
                kind: to.kind,
                host: to.host.into(),
                port: to.port,
            },
        };
        Ok(Self { name, to })
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::args::{self, Request};

    #[test]
    fn a_socket_is_named_or_not() {
        for (text, name, kind, at) in [
            (
                "tcp://127.0.0.1:80",
                "unknown",
                Kind::Stream,
                "127.0.0.1:80",
            ),
            ("udp://[::1]:0", "unknown", Kind::Datagram, "[::1]:0"),
            ("http=tcp://[::]:8080", "http", Kind::Stream, "[::]:8080"),
            ("a=b=udp://0.0.0.0:1", "a=b", Kind::Datagram, "0.0.0.0:1"),
        ] {
            let listen = Listen::parse(text).expect(text);
            assert_eq!(listen.name.as_str(), name, "{text}");
            let at = at.parse().expect("an address");
            assert_eq!(listen.at, At::Address(kind, at), "{text}");
        }
    }

    #[test]
    fn a_peer_is_an_address_or_a_name() {
        for (text, host, port) in [
            ("tcp://127.0.0.1:80", "127.0.0.1", 80),
            ("udp://[::1]:53", "::1", 53),
            ("db=tcp://db.example.com:5432", "db.example.com", 5432),
        ] {
            let connect = Connect::parse(text).expect(text);
            let To::Host {
                host: to, port: at, ..
            } = connect.to
            else {
                panic!("{text} is no path");
            };
            assert_eq!((to.as_str(), at), (host, port), "{text}");
        }
    }

    #[test]
    fn a_path_is_a_place_for_either() {
        for (text, name) in [
            ("unix:///run/a.sock", "unknown"),
            ("db=unix:///run/a.sock", "db"),
        ] {
            let path: UnixPath = "/run/a.sock".parse().expect("a path");
            let (listen, connect) = (Listen::parse(text), Connect::parse(text));
            let (listen, connect) = (listen.expect(text), connect.expect(text));
            assert_eq!(listen.at, At::Path(path.clone()), "{text}");
            assert_eq!(connect.to, To::Path(path), "{text}");
            assert_eq!((listen.name.as_str(), connect.name.as_str()), (name, name));
        }
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in [
            "",
            "127.0.0.1:80",
            "tcp:127.0.0.1:80",
            "http://127.0.0.1:80",
            "unix://a.sock",
            "unix:///run/../a.sock",
            "unix:///run/*.sock",
            "=tcp://127.0.0.1:80",
            "a:b=tcp://127.0.0.1:80",
            "tcp://127.0.0.1",
            "tcp://127.0.0.1:",
            "tcp://127.0.0.1:65536",
            "tcp://127.0.0.1:80/",
            "tcp://:80",
            "tcp://::1:80",
            "tcp://[]:80",
        ] {
            assert!(Listen::parse(text).is_err(), "{text}");
            assert!(Connect::parse(text).is_err(), "{text}");
        }
        assert!(Listen::parse("tcp://localhost:80").is_err());
        assert!(Connect::parse("tcp://localhost:0").is_err());
    }

    #[test]
    fn sockets_stand_in_the_order_of_the_command_line() {
        let manager = Manager {
            this_process: 7,
            pid: Some("7".into()),
            fds: Some("2".into()),
            names: Some("x:y".into()),
        };
        for (line, order) in [
            ("--listen=a=tcp://[::1]:1 --connect=b=tcp://h:1", "a b"),
            ("--connect=b=tcp://h:1 --listen=a=tcp://[::1]:1", "b a"),
            (
                "--listen a=udp://[::1]:1 --inherit-fds --connect b=udp://h:1 --listen=c=tcp://[::1]:1",
                "a x y b c",
            ),
            ("--inherit-fds --connect=b=tcp://h:1 --inherit-fds", "b x y"),
            ("-q", ""),
        ] {
            for run in ["", "run "] {
                let line = format!("iwasm {run}{line} f");
                let words = line.split_whitespace().map(OsString::from);
                let Ok(Request::Run(args)) = args::parse(words) else {
                    panic!("{line}");
                };
                let all = args.handed.resolve(&manager).expect(&line);
                let names: Vec<_> = all.iter().map(|handed| name(handed).as_str()).collect();
                assert_eq!(names.join(" "), order, "{line}");
            }
        }
    }

    fn name(handed: &Handed) -> &SocketName {
        match handed {
            Handed::Listen(listen) => &listen.name,
            Handed::Connect(connect) => &connect.name,
            Handed::Inherited { name, .. } => name,
        }
    }
}
