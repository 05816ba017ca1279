//! Patterns of host names, as `--allow-resolve` takes them.
//!
//! A star stands for whole labels at the front of a name, or for everything: there is no match on bare text.

use alloc::{borrow::ToOwned, string::String};
use core::{fmt, net::IpAddr, str::FromStr};

use crate::{Name, NameError};

/// Which names may be looked up.
///
/// ```
/// # use iwasm_policy::NamePattern;
/// let below: NamePattern = "*.example.com".parse()?;
/// assert!(below.admits(&"api.example.com".parse()?));
/// assert!(!below.admits(&"example.com".parse()?));
/// assert!(!below.admits(&"evilexample.com".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NamePattern {
    /// `*`: every name.
    Any,
    /// `example.com`: this name alone.
    Exact(Name),
    /// `*.example.com`: every name below this one, at any depth, and not this one.
    Below(Name),
}

impl NamePattern {
    /// Whether `name` may be looked up under this pattern.
    #[must_use]
    pub fn admits(&self, name: &Name) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(only) => name == only,
            Self::Below(parent) => name
                .as_str()
                .strip_suffix(parent.as_str())
                .is_some_and(|front| front.ends_with('.')),
        }
    }
}

impl FromStr for NamePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let parent = text.strip_prefix("*.");
        let name = parent.unwrap_or(text);
        if name.contains('*') || (parent.is_some() && name.is_empty()) {
            return Err(PatternError::Star(text.to_owned()));
        }
        let name = name.parse()?;
        Ok(match parent {
            Some(_) => Self::Below(name),
            None => Self::Exact(name),
        })
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Exact(name) => write!(f, "{name}"),
            Self::Below(parent) => write!(f, "*.{parent}"),
        }
    }
}

/// Why a text is no pattern of host names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// A star that is not the whole first label.
    #[error("the star in `{}` stands for part of a name: the forms are `example.com`, `*.example.com` and `*`", .0.escape_debug())]
    Star(String),
    /// An address, which no guest needs to look up.
    #[error("`{0}` is an address: nothing is looked up for it, and it needs no `--allow-resolve`")]
    Address(IpAddr),
    /// What the star leaves is no host name.
    #[error(transparent)]
    Name(NameError),
}

impl From<NameError> for PatternError {
    fn from(error: NameError) -> Self {
        match error {
            NameError::Address(address) => Self::Address(address),
            other => Self::Name(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_pattern_admits_whole_labels() {
        for (pattern, name, admitted) in [
            ("example.com", "example.com", true),
            ("example.com", "EXAMPLE.com.", true),
            ("Example.COM.", "example.com", true),
            ("example.com", "a.example.com", false),
            ("example.com", "evilexample.com", false),
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.example.com", true),
            ("*.EXAMPLE.com.", "A.Example.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "evilexample.com", false),
            ("*.example.com", "example.com.evil.net", false),
            ("*.com", "example.com", true),
            ("*.com", "com", false),
            ("*", "localhost", true),
            ("*", "a.example.com", true),
        ] {
            assert_eq!(
                parse(pattern).admits(&name.parse().expect(name)),
                admitted,
                "{name} under {pattern}"
            );
        }
    }

    #[test]
    fn a_pattern_is_shown_as_it_is_compared() {
        for (text, shown) in [
            ("*", "*"),
            ("Example.COM.", "example.com"),
            ("*.Example.COM.", "*.example.com"),
        ] {
            assert_eq!(parse(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        for (text, message) in [
            (
                "*example.com",
                "the star in `*example.com` stands for part of a name: the forms are `example.com`, `*.example.com` and `*`",
            ),
            (
                "*.",
                "the star in `*.` stands for part of a name: the forms are `example.com`, `*.example.com` and `*`",
            ),
            (
                "*.*",
                "the star in `*.*` stands for part of a name: the forms are `example.com`, `*.example.com` and `*`",
            ),
            (
                "api.*.com",
                "the star in `api.*.com` stands for part of a name: the forms are `example.com`, `*.example.com` and `*`",
            ),
            (
                "**",
                "the star in `**` stands for part of a name: the forms are `example.com`, `*.example.com` and `*`",
            ),
            (
                "127.0.0.1",
                "`127.0.0.1` is an address: nothing is looked up for it, and it needs no `--allow-resolve`",
            ),
            ("", "the host name is empty"),
            (
                "*..com",
                "the host name `.com` has nothing between two dots, or before the first",
            ),
            (
                "127.1",
                "the host name `127.1` ends in a number, so that resolvers take it for an address",
            ),
        ] {
            let error = text.parse::<NamePattern>().expect_err(text);
            assert_eq!(error.to_string(), message);
        }
    }

    fn parse(text: &str) -> NamePattern {
        text.parse().expect("the case is a pattern")
    }
}
