//! The values of flags that grant something, read from text as soon as they are seen.

use std::{
    ffi::OsString,
    net::IpAddr,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::PathBuf,
};

use iwasm::{Cidr, CidrError, NamePattern, PatternError, parse_pool};

/// The networks of one `--addr-pool`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pool(pub(crate) Vec<Cidr>);

impl Pool {
    pub(crate) fn parse(text: &str) -> Result<Self, CidrError> {
        parse_pool(text).map(Self)
    }
}

/// The value of one `--allow-resolve`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resolve {
    /// Names that may be looked up.
    Names(NamePattern),
    /// An address: WAMR's iwasm wants a grant for it; here nothing is looked up.
    Address(IpAddr),
}

impl Resolve {
    pub(crate) fn parse(text: &str) -> Result<Self, PatternError> {
        match text.parse() {
            Ok(pattern) => Ok(Self::Names(pattern)),
            Err(PatternError::Address(address)) => Ok(Self::Address(address)),
            Err(error) => Err(error),
        }
    }
}

/// A directory of the host, and where the guest finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    pub(crate) host: PathBuf,
    pub(crate) guest: String,
}

impl Mount {
    /// `--dir=HOST`: the guest finds it under the same text.
    pub(crate) fn same(text: OsString) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the path is empty".into());
        }
        let Some(guest) = text.to_str().map(String::from) else {
            return Err(
                "the path is not UTF-8, as a path of the guest has to be: name one with `--map-dir=GUEST::HOST`".into(),
            );
        };
        let host = text.into();
        Ok(Self { host, guest })
    }

    /// `--map-dir=GUEST::HOST`. The first `::` divides: a path of the guest has no need of one.
    pub(crate) fn mapped(text: OsString) -> Result<Self, String> {
        let bytes = text.as_bytes();
        let Some(middle) = bytes.windows(2).position(|pair| pair == b"::") else {
            return Err("there is no `::` between the guest's path and the host's".into());
        };
        let guest = str::from_utf8(&bytes[..middle])
            .map_err(|_| "the guest's path is not UTF-8")?
            .to_owned();
        let host = &bytes[middle + 2..];
        if guest.is_empty() || host.is_empty() {
            return Err("a path is missing beside the `::`".into());
        }
        let host = OsString::from_vec(host.to_vec()).into();
        Ok(Self { host, guest })
    }
}

/// A variable of the guest's environment: bytes, as the guest gets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: Vec<u8>,
    pub(crate) value: Vec<u8>,
}

impl Variable {
    /// `--env=NAME=VALUE`. The value may hold more of `=`, or nothing.
    pub(crate) fn parse(text: OsString) -> Result<Self, &'static str> {
        let mut name = text.into_vec();
        match name.iter().position(|byte| *byte == b'=') {
            None => Err("there is no `=` between a name and a value"),
            Some(0) => Err("the name before the `=` is empty"),
            Some(middle) => {
                let value = name[middle + 1..].to_vec();
                name.truncate(middle);
                Ok(Self { name, value })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_divided_at_its_first_pair_of_colons() {
        for (text, guest, host) in [
            ("/data::./d", "/data", "./d"),
            ("/::/", "/", "/"),
            ("a::b::c", "a", "b::c"),
            ("a:::b", "a", ":b"),
        ] {
            let mount = Mount::mapped(text.into()).expect(text);
            assert_eq!(mount.guest, guest, "{text}");
            assert_eq!(mount.host, PathBuf::from(host), "{text}");
        }
    }

    #[test]
    fn what_is_no_mapping_is_refused() {
        for text in ["", "/data", "/data:./d", "::./d", "/data::", "::"] {
            assert!(Mount::mapped(text.into()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_path_of_the_guest_is_utf8_and_one_of_the_host_need_not_be() {
        let host = OsString::from_vec(b"/data::\xff".to_vec());
        assert!(Mount::mapped(host).is_ok());
        let guest = OsString::from_vec(b"\xff::/data".to_vec());
        assert!(Mount::mapped(guest).is_err());
        assert!(Mount::same(OsString::from_vec(b"\xff".to_vec())).is_err());
    }

    #[test]
    fn a_variable_is_divided_at_its_first_equals_sign() {
        for (text, name, value) in [("A=b", "A", "b"), ("A=", "A", ""), ("A=b=c", "A", "b=c")] {
            let variable = Variable::parse(text.into()).expect(text);
            assert_eq!(variable.name, name.as_bytes());
            assert_eq!(variable.value, value.as_bytes());
        }
        for text in ["", "A", "=", "=b"] {
            assert!(Variable::parse(text.into()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_needs_no_grant_to_be_resolved() {
        for (text, literal) in [("127.0.0.1", true), ("::1", true), ("localhost", false)] {
            let resolve = Resolve::parse(text).expect(text);
            assert_eq!(matches!(resolve, Resolve::Address(_)), literal, "{text}");
        }
        assert!(Resolve::parse("127.1").is_err());
    }
}
