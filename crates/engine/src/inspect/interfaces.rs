//! The interfaces that components import, and which of them are provided.
//!
//! A table of names, so that a build that runs no components knows them too.

use super::Reach;

/// Is the interface of this name provided?
#[cfg(feature = "components")]
pub(crate) fn is_provided(name: &str) -> bool {
    bound(name).0.is_some()
}

/// Is the interface, without a version, one of WASI 0.2, and of 0.3?
#[cfg(feature = "components")]
pub(crate) fn releases(interface: &str) -> (bool, bool) {
    let has = |release| rows(interface).any(|row| row.release == release);
    (has(Release::Two), has(Release::Three))
}

/// Who provides the interface of this name, `PACKAGE/INTERFACE@VERSION`, and why.
pub(super) fn bound(name: &str) -> (Option<&'static str>, String) {
    let Some((interface, version)) = name.split_once('@') else {
        return (None, NOTHING.to_owned());
    };
    let releases: Vec<_> = rows(interface).map(|row| row.release).collect();
    if releases.is_empty() {
        return (None, NOTHING.to_owned());
    }
    let Some(release) = releases.iter().find(|release| release.is(version)) else {
        let known: Vec<_> = releases.iter().map(|release| release.versions()).collect();
        let known = known.join(" and ");
        return (
            None,
            format!("nothing provides this version; known: {known}"),
        );
    };
    let why = if cfg!(feature = "components") {
        format!("by its name, in any version {}", release.versions())
    } else {
        "in a build that runs components".to_owned()
    };
    (Some(release.name()), why)
}

/// What the interface has is not looked at: its type can be nested so deep that no stack holds who reads it.
const NOTHING: &str = "nothing provides it, which does no harm if it has types alone";

/// What a program reaches by the interface of this name.
pub(super) fn reaches(name: &str) -> &'static [Reach] {
    let Some((interface, version)) = name.split_once('@') else {
        return &[];
    };
    match rows(interface).find(|row| row.release.is(version)) {
        Some(row) => row.reaches,
        None => &[],
    }
}

fn rows(interface: &str) -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(move |row| row.interface == interface)
}

/// A line of versions that understand each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Release {
    Two,
    Three,
}

impl Release {
    fn name(self) -> &'static str {
        match self {
            Self::Two => "WASIp2",
            Self::Three => "WASIp3",
        }
    }

    fn versions(self) -> &'static str {
        match self {
            Self::Two => "0.2.x",
            Self::Three => "0.3.x",
        }
    }

    /// Is the version of this line? What was made before the first of them is of none.
    fn is(self, version: &str) -> bool {
        let begin = self.versions().trim_end_matches('x');
        let patch = version.strip_prefix(begin);
        patch.is_some_and(|patch| !patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit()))
    }
}

struct Row {
    interface: &'static str,
    release: Release,
    reaches: &'static [Reach],
}

const fn two(interface: &'static str) -> Row {
    Row {
        interface,
        release: Release::Two,
        reaches: &[],
    }
}

const fn three(interface: &'static str) -> Row {
    Row {
        release: Release::Three,
        ..two(interface)
    }
}

impl Row {
    const fn reaching(self, reaches: &'static [Reach]) -> Self {
        Self { reaches, ..self }
    }
}

use Reach::{Connect, Files, Listen, Names, Send};

static TABLE: &[Row] = &[
    two("wasi:cli/environment"),
    two("wasi:cli/exit"),
    two("wasi:cli/stderr"),
    two("wasi:cli/stdin"),
    two("wasi:cli/stdout"),
    two("wasi:cli/terminal-input"),
    two("wasi:cli/terminal-output"),
    two("wasi:cli/terminal-stderr"),
    two("wasi:cli/terminal-stdin"),
    two("wasi:cli/terminal-stdout"),
    two("wasi:clocks/monotonic-clock"),
    two("wasi:clocks/wall-clock"),
    two("wasi:filesystem/preopens"),
    two("wasi:filesystem/types").reaching(&[Files]),
    two("wasi:io/error"),
    two("wasi:io/poll"),
    two("wasi:io/streams"),
    two("wasi:random/insecure"),
    two("wasi:random/insecure-seed"),
    two("wasi:random/random"),
    two("wasi:sockets/instance-network"),
    two("wasi:sockets/ip-name-lookup").reaching(&[Names]),
    two("wasi:sockets/network"),
    two("wasi:sockets/tcp").reaching(&[Listen, Connect]),
    two("wasi:sockets/tcp-create-socket"),
    two("wasi:sockets/udp").reaching(&[Send]),
    two("wasi:sockets/udp-create-socket"),
    three("wasi:cli/environment"),
    three("wasi:cli/exit"),
    three("wasi:cli/stderr"),
    three("wasi:cli/stdin"),
    three("wasi:cli/stdout"),
    three("wasi:cli/terminal-input"),
    three("wasi:cli/terminal-output"),
    three("wasi:cli/terminal-stderr"),
    three("wasi:cli/terminal-stdin"),
    three("wasi:cli/terminal-stdout"),
    three("wasi:cli/types"),
    three("wasi:clocks/monotonic-clock"),
    three("wasi:clocks/system-clock"),
    three("wasi:clocks/types"),
    three("wasi:filesystem/preopens"),
    three("wasi:filesystem/types").reaching(&[Files]),
    three("wasi:random/insecure"),
    three("wasi:random/insecure-seed"),
    three("wasi:random/random"),
    three("wasi:sockets/ip-name-lookup").reaching(&[Names]),
    three("wasi:sockets/types").reaching(&[Listen, Connect, Send]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_is_provided_in_every_version_of_its_line() {
        for (name, provider) in [
            ("wasi:sockets/tcp@0.2.0", Some("WASIp2")),
            ("wasi:sockets/tcp@0.2.3", Some("WASIp2")),
            ("wasi:sockets/tcp@0.2.99", Some("WASIp2")),
            ("wasi:sockets/types@0.3.0", Some("WASIp3")),
            ("wasi:random/random@0.2.1", Some("WASIp2")),
            ("wasi:random/random@0.3.1", Some("WASIp3")),
            ("wasi:sockets/tcp@0.3.0", None),
            ("wasi:sockets/types@0.3.0-rc-2025-09-16", None),
            ("wasi:sockets/tcp@0.2.", None),
            ("wasi:sockets/tcp@0.20.1", None),
            ("wasi:sockets/tcp@1.0.0", None),
            ("wasi:sockets/tcp", None),
            ("wasi:sockets@0.2.0", None),
            ("other:io/poll@0.2.0", None),
            ("wasi:sockets/types@0.2.0", None),
            ("wasi:sockets/types@0.3.2", Some("WASIp3")),
            ("wasi:sockets/tcp@0.2.12", Some("WASIp2")),
            ("wasi:http/outgoing-handler@0.2.3", None),
            ("a-plain-name", None),
        ] {
            assert_eq!(bound(name).0, provider, "{name}");
        }
    }

    #[test]
    fn no_interface_is_in_the_table_twice() {
        for row in TABLE {
            let twins = rows(row.interface).filter(|other| other.release == row.release);
            assert_eq!(twins.count(), 1, "{}", row.interface);
        }
    }
}
