//! Names to addresses: a literal needs no grant, a name needs one, and every answer is checked against the question.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use iwasm_abi::Errno;
use iwasm_policy::{Name, NamePermit};

use crate::{Caller, Fail, Family, Kernel, Kind};

/// What the guest asks for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// A name or an address; empty is this host.
    pub host: &'a str,
    /// A port, or a service by its name; empty is port 0.
    pub service: &'a str,
    /// Only addresses of this family.
    pub family: Option<Family>,
    /// Only endpoints of this kind.
    pub kind: Option<Kind>,
}

/// One answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where.
    pub addr: SocketAddr,
    /// For sockets of this kind.
    pub kind: Kind,
}

/// A host that may be looked up.
#[derive(Debug)]
pub enum Host {
    /// An address: there is nothing to look up.
    Address(IpAddr),
    /// A name that the policy lets the guest look up.
    Name(NamePermit),
}

/// More addresses than this are not one host's.
const MOST: usize = 1024;

impl<K: Kernel> Caller<'_, K> {
    /// Look up the host and the service.
    ///
    /// EACCES: no grant for the name. ENOENT: no such name, or no address in the family. EAGAIN: the resolver cannot
    /// say now. EINVAL: no such service, or neither host nor service.
    pub fn resolve(&self, query: &Query<'_>) -> Result<Vec<Endpoint>, Fail> {
        if query.host.is_empty() && query.service.is_empty() {
            return Err(Errno::Inval.into());
        }
        let ports = self.ports(query)?;
        let mut endpoints = Vec::new();
        for ip in self.hosts(query)? {
            for &(kind, port) in &ports {
                let addr = SocketAddr::new(ip, port);
                endpoints.push(Endpoint { addr, kind });
            }
        }
        Ok(endpoints)
    }

    fn hosts(&self, query: &Query<'_>) -> Result<Vec<IpAddr>, Fail> {
        if query.host.is_empty() {
            let here = [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()];
            return Ok(in_family(here.to_vec(), query.family)?);
        }
        let host = self.admit(query.host)?;
        self.look_up(&host, query.family)
    }

    /// Ask the policy whether the host may be looked up. This does not block.
    ///
    /// EACCES: no grant for the name. ENOENT: what the guest gave is no name.
    pub fn admit(&self, host: &str) -> Result<Host, Errno> {
        if let Ok(address) = host.parse() {
            return Ok(Host::Address(address));
        }
        let name: Name = host.parse().map_err(|_| Errno::Noent)?;
        let permit = self.net.policy.permit_name(&name);
        Ok(Host::Name(permit.map_err(|denial| self.denied(&denial))?))
    }

    /// The addresses of a host that was admitted, at least one. This blocks, until the guest is ended.
    pub fn look_up(&self, host: &Host, family: Option<Family>) -> Result<Vec<IpAddr>, Fail> {
        let found = match host {
            Host::Address(address) => vec![*address],
            Host::Name(permit) => {
                let stop = &self.net.stop;
                stop.blocking(|| self.kernel().resolve(permit, family, stop))?
            }
        };
        Ok(in_family(found, family)?)
    }

    /// The port of the service for each kind that was asked for and has one.
    fn ports(&self, query: &Query<'_>) -> Result<Vec<(Kind, u16)>, Errno> {
        let kinds = match query.kind {
            Some(kind) => vec![kind],
            None => vec![Kind::Stream, Kind::Datagram],
        };
        if query.service.is_empty() {
            return Ok(kinds.into_iter().map(|kind| (kind, 0)).collect());
        }
        if query.service.bytes().all(|byte| byte.is_ascii_digit()) {
            let port = query.service.parse().map_err(|_| Errno::Inval)?;
            return Ok(kinds.into_iter().map(|kind| (kind, port)).collect());
        }
        let named: Vec<_> = kinds
            .into_iter()
            .filter_map(|kind| Some((kind, self.kernel().service(query.service, kind).ok()?)))
            .collect();
        if named.is_empty() {
            return Err(Errno::Inval);
        }
        Ok(named)
    }
}

/// Those of the family, not too many of them, or ENOENT.
fn in_family(mut found: Vec<IpAddr>, family: Option<Family>) -> Result<Vec<IpAddr>, Errno> {
    found.retain(|ip| family.is_none_or(|family| Family::of(*ip) == family));
    found.truncate(MOST);
    if found.is_empty() {
        return Err(Errno::Noent);
    }
    Ok(found)
}
