//! Proofs that the policy said yes. The socket core acts on these and on nothing else.
//!
//! Only [`Policy`](crate::Policy) makes them, and they cannot be copied: one question, one act.

use core::{fmt, marker::PhantomData, net::SocketAddr};

use crate::{Name, PathUse, UnixPath, Use, UseKind};

/// Proof that [`Policy::permit`](crate::Policy::permit) said yes to one address for one use.
///
/// A permit for one use is of no use for another:
///
/// ```compile_fail,E0308
/// use iwasm_policy::{Cidr, Permit, Policy, TcpBind, TcpConnect};
///
/// fn connect(_: Permit<TcpConnect>) {}
///
/// let mut policy = Policy::nothing();
/// policy.allow_pool(["10.0.0.0/8".parse::<Cidr>()?]);
/// let permit: Permit<TcpBind> = policy.permit("10.0.0.1:80".parse()?)?;
/// connect(permit);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The same with the permit that `connect` asks for:
///
/// ```
/// use iwasm_policy::{Cidr, Permit, Policy, TcpBind, TcpConnect};
///
/// fn connect(_: Permit<TcpConnect>) {}
///
/// let mut policy = Policy::nothing();
/// policy.allow_pool(["10.0.0.0/8".parse::<Cidr>()?]);
/// let permit: Permit<TcpConnect> = policy.permit("10.0.0.1:80".parse()?)?;
/// connect(permit);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a permit does nothing until the socket core acts on it"]
pub struct Permit<U> {
    addr: SocketAddr,
    used: PhantomData<U>,
}

impl<U: Use> Permit<U> {
    pub(crate) fn new(addr: SocketAddr) -> Self {
        let used = PhantomData;
        Self { addr, used }
    }

    /// The address that was decided on, never IPv4-mapped: the one to act on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The use that was decided on.
    pub fn used(&self) -> UseKind {
        U::KIND
    }
}

impl<U: Use> fmt::Debug for Permit<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permit({} {} {})", U::KIND, U::KIND.link(), self.addr)
    }
}

/// Proof that [`Policy::permit_name`](crate::Policy::permit_name) said yes to the lookup of one name.
///
/// It says nothing of the addresses that the lookup finds: each needs a [`Permit`] when it is used.
#[must_use = "a permit does nothing until the name is looked up"]
#[derive(Debug)]
pub struct NamePermit {
    name: Name,
}

impl NamePermit {
    pub(crate) fn new(name: Name) -> Self {
        Self { name }
    }

    /// The name that was decided on: the one to look up.
    pub fn name(&self) -> &Name {
        &self.name
    }
}

/// Proof that [`Policy::permit_path`](crate::Policy::permit_path) said yes to one path for one use.
#[must_use = "a permit does nothing until the socket core acts on it"]
pub struct PathPermit<U> {
    path: UnixPath,
    used: PhantomData<U>,
}

impl<U: PathUse> PathPermit<U> {
    pub(crate) fn new(path: UnixPath) -> Self {
        let used = PhantomData;
        Self { path, used }
    }

    /// The path that was decided on: the one to act on.
    pub fn path(&self) -> &UnixPath {
        &self.path
    }
}

impl<U: PathUse> fmt::Debug for PathPermit<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PathPermit({} {})", U::KIND, self.path)
    }
}
