//! What a guest may reach.
//!
//! A [`Policy`] starts with nothing granted. It is asked about one [`Use`] of one address, or about one
//! [`Name`] or [`UnixPath`], and answers with a [`Permit`] (of its kind) that the socket core needs to act, or with a
//! [`Denial`] that tells the operator which flag would have allowed it.
//!
//! The rule of this crate: it decides and does nothing else. No call of the system, no clock, no environment; `no_std`
//! makes that a matter of what can be named.
//!
//! ```
//! use iwasm_policy::{Policy, TcpConnect, parse_pool};
//!
//! let mut policy = Policy::nothing();
//! policy.allow_pool(parse_pool("10.0.0.0/8,2001:db8::/32")?);
//!
//! let permit = policy.permit::<TcpConnect>("10.1.2.3:80".parse()?)?;
//! assert_eq!(permit.addr(), "10.1.2.3:80".parse()?);
//!
//! let denial = policy.permit::<TcpConnect>("11.0.0.1:80".parse()?).unwrap_err();
//! assert_eq!(denial.to_string(), "tcp connect to `11.0.0.1:80`");
//! assert_eq!(denial.cause(), "the address is in no `--addr-pool` network");
//! assert_eq!(denial.flag().as_deref(), Some("--addr-pool=11.0.0.1/32"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod cidr;
mod denial;
mod name;
mod path;
mod pattern;
mod permit;
mod policy;
mod rule;
mod uses;

pub use cidr::{Cidr, CidrError, parse_pool};
pub use denial::{Denial, Target};
pub use name::{Name, NameError};
pub use path::{PathError, PathPattern, UnixPath};
pub use pattern::{NamePattern, PatternError};
pub use permit::{NamePermit, PathPermit, Permit};
pub use policy::Policy;
pub use rule::{Ports, Rule, RuleError};
pub use uses::{
    AddrUse, MulticastJoin, PathUse, Resolve, TcpAccept, TcpBind, TcpConnect, TcpListen, UdpBind,
    UdpConnect, UdpReceive, UdpSend, UnixBind, UnixConnect, Use, UseKind,
};
