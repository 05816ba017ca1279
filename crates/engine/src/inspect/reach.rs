//! What a program could want to reach, told from the functions that it imports.

use super::Binding;

/// Something outside that a program can reach, if it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reach {
    /// It serves on sockets that it is handed, and opens none.
    Handed,
    /// It lets others connect to it.
    Listen,
    /// It connects to others.
    Connect,
    /// It sends datagrams to whom it likes.
    Send,
    /// It joins groups, and gets what is sent to them.
    Multicast,
    /// It looks names up.
    Names,
    /// It opens files.
    Files,
    /// It starts threads.
    Threads,
}

impl Reach {
    /// A word for machines.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Handed => "handed",
            Self::Listen => "listen",
            Self::Connect => "connect",
            Self::Send => "send",
            Self::Multicast => "multicast",
            Self::Names => "names",
            Self::Files => "files",
            Self::Threads => "threads",
        }
    }

    /// The same for people, as what it does.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Handed => "serves on sockets that it is handed",
            Self::Listen => "listens",
            Self::Connect => "connects",
            Self::Send => "sends datagrams",
            Self::Multicast => "joins multicast groups",
            Self::Names => "looks names up",
            Self::Files => "opens files",
            Self::Threads => "starts threads",
        }
    }

    /// The flag of the command that grants it; threads need none.
    #[must_use]
    pub fn flag(self) -> Option<&'static str> {
        match self {
            Self::Handed => Some("--listen=tcp://ADDRESS:PORT"),
            Self::Listen | Self::Connect | Self::Send | Self::Multicast => {
                Some("--addr-pool=ADDRESS/MASK")
            }
            Self::Names => Some("--allow-resolve=NAME"),
            Self::Files => Some("--dir=DIR"),
            Self::Threads => None,
        }
    }
}

/// What is reached by a function of any dialect: the names mean the same in all.
pub(super) fn of_function(name: &str) -> &'static [Reach] {
    let row = TABLE.iter().find(|(of, _)| *of == name);
    row.map_or(&[], |(_, reaches)| reaches)
}

/// What all of the imports reach together.
pub(super) fn of(imports: &[Binding]) -> Vec<Reach> {
    let mut reaches: Vec<_> = imports.iter().flat_map(|it| it.reaches).copied().collect();
    let functions = || imports.iter().filter(|import| import.dialect.is_some());
    let has = |names: &[&str]| functions().any(|it| names.contains(&it.name.as_str()));
    if !has(OPENING) && has(SERVING) {
        reaches.push(Reach::Handed);
    }
    reaches.sort_unstable();
    reaches.dedup();
    reaches
}

/// Makes a socket.
const OPENING: &[&str] = &["sock_open", "sock_open_v2", "sock_pair"];

/// Is of use only to who has a socket that listens.
const SERVING: &[&str] = &["sock_accept", "sock_accept_v2"];

#[rustfmt::skip]
static TABLE: &[(&str, &[Reach])] = &[
    ("path_open", &[Reach::Files]),
    ("path_open2", &[Reach::Files]),
    ("resolve", &[Reach::Names]),
    ("sock_addr_resolve", &[Reach::Names]),
    ("sock_connect", &[Reach::Connect]),
    ("sock_connect_v2", &[Reach::Connect]),
    ("sock_getaddrinfo", &[Reach::Names]),
    ("sock_join_multicast_v4", &[Reach::Multicast]),
    ("sock_join_multicast_v6", &[Reach::Multicast]),
    ("sock_listen", &[Reach::Listen]),
    ("sock_listen_v2", &[Reach::Listen]),
    ("sock_send_to", &[Reach::Send]),
    ("sock_send_to_v2", &[Reach::Send]),
    ("sock_set_ip_add_membership", &[Reach::Multicast]),
    ("thread-spawn", &[Reach::Threads]),
    ("thread_spawn", &[Reach::Threads]),
    ("thread_spawn_v2", &[Reach::Threads]),
];

#[cfg(test)]
mod tests {
    use iwasm_abi::{p1, threads, wamr, wasix, wasmedge};

    use super::*;

    fn names() -> impl Iterator<Item = &'static str> {
        let tables = [
            p1::IMPORTS,
            wamr::IMPORTS,
            wasmedge::IMPORTS,
            wasix::sockets::IMPORTS,
            wasix::process::IMPORTS,
            threads::IMPORTS,
        ];
        tables.into_iter().flatten().map(|import| import.name)
    }

    #[test]
    fn every_name_of_the_table_is_a_function_of_some_dialect() {
        let listed = TABLE.iter().map(|(name, _)| name);
        for name in listed.chain(OPENING).chain(SERVING) {
            assert!(names().any(|known| known == *name), "{name}");
        }
    }

    #[test]
    fn no_function_that_reaches_something_is_forgotten() {
        let reaching = [
            "listen",
            "connect",
            "send_to",
            "resolve",
            "addrinfo",
            "join_multicast",
            "add_membership",
            "path_open",
            "thread_spawn",
            "thread-spawn",
        ];
        let options = ["fastopen_connect"];
        for name in names() {
            let reaches = reaching.iter().any(|word| name.contains(word));
            let option = options.iter().any(|word| name.contains(word));
            assert_eq!(!of_function(name).is_empty(), reaches && !option, "{name}");
        }
    }
}
