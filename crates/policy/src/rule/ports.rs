//! Ports as a rule names them: one, a range, or `*` for all.

use core::{fmt, str::FromStr};

use super::RuleError;

/// Ports from one to another, both among them. Port 0 is none: it asks the system to choose one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ports {
    first: u16,
    last: u16,
}

impl Ports {
    /// Every port there is.
    pub const ALL: Self = Self {
        first: 1,
        last: u16::MAX,
    };

    /// Are all ports that this number can lead to among them?
    #[inline]
    pub(super) fn hold_all_of(self, port: u16) -> bool {
        match port {
            0 => self == Self::ALL,
            port => self.first <= port && port <= self.last,
        }
    }

    /// Is any port that this number can lead to among them?
    pub(super) fn hold_some_of(self, port: u16) -> bool {
        port == 0 || self.hold_all_of(port)
    }
}

impl FromStr for Ports {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if text == "*" {
            return Ok(Self::ALL);
        }
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        match (number(first), number(last)) {
            (Some(0), _) | (_, Some(0)) => Err(RuleError::PortZero),
            (Some(first), Some(last)) if first <= last => Ok(Self { first, last }),
            _ => Err(RuleError::Ports(text.into())),
        }
    }
}

/// Digits only: `u16::from_str` alone takes `+80`.
fn number(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("*"),
            Self { first, last } if first == last => write!(f, "{first}"),
            Self { first, last } => write!(f, "{first}-{last}"),
        }
    }
}
