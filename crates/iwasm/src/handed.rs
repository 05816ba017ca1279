//! The sockets that a guest has from the start, and how it learns of them.

use std::fmt;
use std::str::FromStr;

use iwasm_native::{HostSocket, Linux, SocketFile};
use iwasm_wasi::Descriptor;

/// What a socket that is handed in is called. It tells the guest what the socket is for, in `LISTEN_FDNAMES`.
///
/// ```
/// use iwasm::SocketName;
///
/// assert_eq!(SocketName::default().as_str(), "unknown");
/// assert!("http".parse::<SocketName>().is_ok());
/// assert!("a:b".parse::<SocketName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketName(String);

/// Why a text is no name of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketNameError;

impl SocketName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The one that service managers give a socket without a name.
impl Default for SocketName {
    fn default() -> Self {
        Self("unknown".to_owned())
    }
}

/// What a service manager takes, sd_listen_fds(3): a colon would end the name in the list.
impl FromStr for SocketName {
    type Err = SocketNameError;

    fn from_str(text: &str) -> Result<Self, SocketNameError> {
        let fits = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b':';
        if text.len() > LONGEST || !text.bytes().all(fits) {
            return Err(SocketNameError);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SocketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SocketNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a socket's name is made of at most 255 ASCII characters, and no `:`")
    }
}

impl std::error::Error for SocketNameError {}

const LONGEST: usize = 255;

/// The sockets that are handed in, in the order of their numbers.
#[derive(Default)]
pub(crate) struct HandedIn(Vec<(SocketName, HostSocket)>);

impl HandedIn {
    pub(crate) fn push(&mut self, name: SocketName, socket: HostSocket) {
        self.0.push((name, socket));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&SocketName, &HostSocket)> {
        self.0.iter().map(|(name, socket)| (name, socket))
    }

    /// Say how many there are, and their names, unless the guest is told otherwise already.
    pub(crate) fn announce(&self, environ: &mut Vec<Vec<u8>>) {
        if self.0.is_empty() {
            return;
        }
        let names: Vec<_> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        tell(environ, "LISTEN_FDS", &self.0.len().to_string());
        tell(environ, "LISTEN_FDNAMES", &names.join(":"));
    }

    /// Let no call on one of them wait.
    pub(crate) fn make_nonblocking(&self) -> std::io::Result<()> {
        self.0
            .iter()
            .try_for_each(|(_, socket)| socket.set_nonblocking(true))
    }

    pub(crate) fn take_files(&mut self) -> Vec<SocketFile> {
        let sockets = self.0.iter_mut();
        sockets
            .filter_map(|(_, socket)| socket.take_file())
            .collect()
    }

    pub(crate) fn into_descriptors(self) -> impl Iterator<Item = Descriptor<Linux>> {
        let sockets = self.0.into_iter();
        sockets.map(|(_, socket)| Descriptor::handed_in(socket.into()))
    }
}

fn tell(environ: &mut Vec<Vec<u8>>, name: &str, value: &str) {
    let begin = format!("{name}=");
    if !environ
        .iter()
        .any(|entry| entry.starts_with(begin.as_bytes()))
    {
        environ.push((begin + value).into_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_service_manager_takes() {
        for (text, fits) in [
            ("http", true),
            ("my socket=1", true),
            ("", true),
            ("a:b", false),
            ("a\nb", false),
            ("ü", false),
        ] {
            assert_eq!(text.parse::<SocketName>().is_ok(), fits, "{text:?}");
        }
        assert!("x".repeat(255).parse::<SocketName>().is_ok());
        assert!("x".repeat(256).parse::<SocketName>().is_err());
    }

    #[test]
    fn a_variable_that_is_set_already_stays() {
        let mut environ = vec![b"LISTEN_FDS=7".to_vec(), b"LISTEN_FDNAMESAKE=".to_vec()];
        tell(&mut environ, "LISTEN_FDS", "1");
        tell(&mut environ, "LISTEN_FDNAMES", "a");
        assert_eq!(
            environ,
            [
                b"LISTEN_FDS=7".to_vec(),
                b"LISTEN_FDNAMESAKE=".to_vec(),
                b"LISTEN_FDNAMES=a".to_vec()
            ]
        );
    }
}
