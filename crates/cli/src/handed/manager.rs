//! What a service manager says of the sockets that it left open: sd_listen_fds(3).

use std::{env, ffi::OsString, process};

use iwasm::SocketName;

use super::Handed;
use crate::failure::Failure;

/// What it says. It says so to this process: a guest inherits no variable, and nothing else is started.
#[derive(Debug, Default)]
pub(crate) struct Manager {
    pub(super) this_process: u32,
    pub(super) pid: Option<OsString>,
    pub(super) fds: Option<OsString>,
    pub(super) names: Option<OsString>,
}

impl Manager {
    /// What it says to this process.
    pub(crate) fn of_this_process() -> Self {
        Self {
            this_process: process::id(),
            pid: env::var_os("LISTEN_PID"),
            fds: env::var_os("LISTEN_FDS"),
            names: env::var_os("LISTEN_FDNAMES"),
        }
    }

    pub(super) fn sockets(&self) -> Result<Vec<Handed>, Failure> {
        self.to_this_process()?;
        let names = self.names(self.count()?)?;
        let socket = |(number, name)| Handed::Inherited { name, number };
        Ok((FIRST..).zip(names).map(socket).collect())
    }

    fn to_this_process(&self) -> Result<(), Failure> {
        let pid = text(&self.pid).ok_or_else(|| nothing("`LISTEN_PID` is not set"))?;
        if pid.parse() == Ok(self.this_process) {
            return Ok(());
        }
        let failure = nothing(&format!(
            "`LISTEN_PID` is `{pid}`, and this process is {}",
            self.this_process
        ));
        Err(failure.hint("a script in between has to start iwasm with `exec`"))
    }

    fn count(&self) -> Result<usize, Failure> {
        let fds = text(&self.fds).ok_or_else(|| nothing("`LISTEN_FDS` is not set"))?;
        match fds.parse() {
            Ok(count @ 1..=MOST) => Ok(count),
            _ => Err(nothing(&format!(
                "`LISTEN_FDS` is `{fds}`, and not a number from 1 to {MOST}"
            ))),
        }
    }

    fn names(&self, count: usize) -> Result<Vec<SocketName>, Failure> {
        let Some(names) = text(&self.names) else {
            return Ok(vec![SocketName::default(); count]);
        };
        let names: Result<Vec<SocketName>, _> = names.split(':').map(str::parse).collect();
        let names = names.map_err(|error| odd().because(error.to_string()))?;
        if names.len() != count {
            let given = names.len();
            return Err(odd().because(format!("it holds {given} for {count} sockets")));
        }
        Ok(names)
    }
}

fn text(variable: &Option<OsString>) -> Option<String> {
    let variable = variable.as_ref()?;
    Some(variable.to_string_lossy().into_owned())
}

fn nothing(cause: &str) -> Failure {
    Failure::host("there are no sockets to inherit with `--inherit-fds`")
        .because(cause)
        .hint("a service manager leaves sockets open for what it starts; `--listen` makes one here")
}

fn odd() -> Failure {
    Failure::host("the names in `LISTEN_FDNAMES` are not those of the inherited sockets")
}

/// The number of the first, `SD_LISTEN_FDS_START`.
const FIRST: i32 = 3;

/// A guest can hold no more.
const MOST: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sockets_are_inherited_by_the_process_that_they_were_left_for() {
        let manager = |pid: &str, fds: &str, names: Option<&str>| Manager {
            this_process: 7,
            pid: Some(pid.into()),
            fds: Some(fds.into()),
            names: names.map(OsString::from),
        };
        for (manager, names) in [
            (manager("7", "1", None), &["unknown"][..]),
            (manager("7", "2", Some("a:b")), &["a", "b"]),
            (manager("7", "2", Some(":")), &["", ""]),
        ] {
            let expected = (3..).zip(names).map(|(number, name)| Handed::Inherited {
                name: name.parse().expect("a name"),
                number,
            });
            let sockets = manager.sockets().expect("there are some");
            assert_eq!(sockets, expected.collect::<Vec<_>>(), "{manager:?}");
        }
        for manager in [
            Manager::default(),
            manager("8", "1", None),
            manager("", "1", None),
            manager("7", "0", None),
            manager("7", "-1", None),
            manager("7", "65537", None),
            manager("7", "2", Some("a")),
            manager("7", "1", Some("\u{fc}")),
        ] {
            assert!(manager.sockets().is_err(), "{manager:?}");
        }
    }
}
