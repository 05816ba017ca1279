//! Why a text is no rule.

use alloc::{string::String, vec::Vec};

use super::TABLE;
use crate::{Cidr, CidrError, PathError};

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// Nothing that a rule begins with.
    #[error("`{}` does not have the form of a rule, as `tcp://10.0.0.0/8:5432` has", .0.escape_debug())]
    Form(String),
    /// Another word before the `://`.
    #[error("`{}` is no kind of rule: there are {}", .0.escape_debug(), kinds())]
    Scheme(String),
    /// No port where the rule needs one.
    #[error("`{}` has no port: a number follows it, as in `:443`, a range, as in `:8000-8099`, or `:*` for all", .0.escape_debug())]
    NoPort(String),
    /// A port where the rule has none.
    #[error("`:{}` is a port, and this kind of rule has none", .0.escape_debug())]
    Port(String),
    /// What follows the colon is neither port nor range.
    #[error("the port `{}` is neither a number from 1 to 65535 nor a range of such nor `*`", .0.escape_debug())]
    Ports(String),
    /// Port 0.
    #[error("port 0 lets the system choose any port, so that only `:*` grants it")]
    PortZero,
    /// An IPv6 address whose colons could be that of the port.
    #[error("the IPv6 address in `{}` has to stand in brackets, as in `[2001:db8::]/32`", .0.escape_debug())]
    Brackets(String),
    /// A name where an address has to stand.
    #[error("`{}` is no address: grant the addresses, and the lookup of a name with `--allow-resolve`", .0.escape_debug())]
    Address(String),
    /// The mask does not fit.
    #[error(transparent)]
    Mask(CidrError),
    /// Addresses that are no groups.
    #[error("`{0}` holds addresses that are no multicast groups")]
    NoGroup(Cidr),
    /// No path.
    #[error(transparent)]
    Path(#[from] PathError),
}

fn kinds() -> String {
    let words: Vec<_> = TABLE.iter().map(|row| row.1).collect();
    words.join(", ")
}
