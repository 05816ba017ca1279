//! A host name as a guest gives it, in the one spelling that is compared and looked up.
//!
//! What a resolver would take for an address is never a [`Name`]: a policy on names cannot be passed with one.

use alloc::string::String;
use core::{fmt, net::IpAddr, str::FromStr};

/// A host name: lower case, no dot at the end, at most 253 bytes in labels of 1 to 63.
///
/// Labels are of ASCII letters, digits, hyphens and underscores (which service names use). A name outside ASCII has to
/// come in its `xn--` form.
///
/// ```
/// # use iwasm_policy::Name;
/// assert_eq!("API.Example.com.".parse::<Name>()?.as_str(), "api.example.com");
/// assert!("0x7f.1".parse::<Name>().is_err());
/// # Ok::<(), iwasm_policy::NameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(String);

impl Name {
    /// The name as it is compared and looked up.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.is_empty() {
            return Err(NameError::Empty);
        }
        // First of all: the other errors carry the text, and a guest chose its length.
        if name.len() > LONGEST_NAME {
            return Err(NameError::TooLong(name.len()));
        }
        if let Ok(address) = name.parse() {
            return Err(NameError::Address(address));
        }
        name.split('.')
            .try_for_each(|label| check_label(name, label))?;
        if name.rsplit('.').next().is_some_and(is_number) {
            return Err(NameError::Number(name.into()));
        }
        Ok(Self(name.to_ascii_lowercase()))
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Why a text is no host name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Nothing, or a dot alone.
    #[error("the host name is empty")]
    Empty,
    /// More bytes than a name can have; the text is not repeated.
    #[error("the host name has {0} bytes, and {LONGEST_NAME} are the most")]
    TooLong(usize),
    /// An address literal.
    #[error("`{0}` is an address, not a host name")]
    Address(IpAddr),
    /// Two dots in a row, or one at the start.
    #[error("the host name `{}` has nothing between two dots, or before the first", .0.escape_debug())]
    EmptyLabel(String),
    /// A part between dots that is over 63 bytes.
    #[error("the part `{}` of a host name has over {LONGEST_LABEL} bytes", .0.escape_debug())]
    LongLabel(String),
    /// A character that no host name has.
    #[error("the host name `{}` has `{}` in it: letters, digits, `-`, `_` and `.` are allowed, and other letters in their `xn--` form", .name.escape_debug(), .character.escape_debug())]
    Character {
        /// The whole name.
        name: String,
        /// The first such character.
        character: char,
    },
    /// The last label is a number, which resolvers read as an IPv4 address in one of its old forms.
    #[error("the host name `{0}` ends in a number, so that resolvers take it for an address")]
    Number(String),
}

fn check_label(name: &str, label: &str) -> Result<(), NameError> {
    if label.is_empty() {
        return Err(NameError::EmptyLabel(name.into()));
    }
    let odd = |c: &char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if let Some(character) = label.chars().find(odd) {
        let name = name.into();
        return Err(NameError::Character { name, character });
    }
    if label.len() > LONGEST_LABEL {
        return Err(NameError::LongLabel(label.into()));
    }
    Ok(())
}

/// A label that inet_aton(3) reads as a number: decimal, octal or hexadecimal. glibc's getaddrinfo resolves `0x7f.1`,
/// `127.1`, `2130706433` and `0177.0.0.1` to 127.0.0.1 (seen). No top-level domain is a number (RFC 3696, section 2).
fn is_number(label: &str) -> bool {
    let hexadecimal = label
        .strip_prefix("0x")
        .or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// 255 bytes on the wire (RFC 1035, section 2.3.4), less the first length byte and the root label.
const LONGEST_NAME: usize = 253;
/// RFC 1035, section 2.3.4.
const LONGEST_LABEL: usize = 63;

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use super::*;

    #[test]
    fn case_and_one_last_dot_do_not_matter() {
        for (text, name) in [
            ("example.com", "example.com"),
            ("EXAMPLE.Com", "example.com"),
            ("example.com.", "example.com"),
            ("localhost", "localhost"),
            ("_http._tcp.example.com", "_http._tcp.example.com"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("1.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa"),
            ("0x7f.com", "0x7f.com"),
            ("3com", "3com"),
            ("0xyz", "0xyz"),
        ] {
            assert_eq!(text.parse::<Name>().expect(text).as_str(), name);
        }
    }

    #[test]
    fn what_is_no_host_name_is_refused_with_the_reason() {
        for (text, message) in [
            ("", "the host name is empty"),
            (".", "the host name is empty"),
            (
                "example.com..",
                "the host name `example.com.` has nothing between two dots, or before the first",
            ),
            (
                ".example.com",
                "the host name `.example.com` has nothing between two dots, or before the first",
            ),
            ("10.0.0.1", "`10.0.0.1` is an address, not a host name"),
            ("10.0.0.1.", "`10.0.0.1` is an address, not a host name"),
            ("::1", "`::1` is an address, not a host name"),
            (
                "a b",
                "the host name `a b` has ` ` in it: letters, digits, `-`, `_` and `.` are allowed, and other letters in their `xn--` form",
            ),
            (
                "bücher.example",
                "the host name `bücher.example` has `ü` in it: letters, digits, `-`, `_` and `.` are allowed, and other letters in their `xn--` form",
            ),
            (
                "a\u{1b}[2J",
                "the host name `a\\u{1b}[2J` has `\\u{1b}` in it: letters, digits, `-`, `_` and `.` are allowed, and other letters in their `xn--` form",
            ),
        ] {
            let error = text.parse::<Name>().expect_err(text);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn an_address_in_an_old_form_is_no_name() {
        for text in [
            "0x7f.1",
            "127.1",
            "2130706433",
            "0177.0.0.1",
            "0x7f000001",
            "0X7F000001",
            "1.2.3.0x4",
            "0x",
            "a.1",
            "127.1.",
            "1.2.3.4.5",
            "256.256.256.256",
        ] {
            let error = text.parse::<Name>().expect_err(text);
            assert!(matches!(error, NameError::Number(_)), "{text}: {error}");
        }
    }

    #[test]
    fn labels_end_at_63_bytes_and_names_at_253() {
        let label = "a".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "b".repeat(61));
        assert_eq!(longest.len(), 253);
        assert!(longest.parse::<Name>().is_ok());
        assert!(format!("{longest}.").parse::<Name>().is_ok());
        assert_eq!(
            format!("{longest}b").parse::<Name>(),
            Err(NameError::TooLong(254))
        );
        let long = format!("{label}a");
        assert_eq!(long.parse::<Name>(), Err(NameError::LongLabel(long)));
    }
}
