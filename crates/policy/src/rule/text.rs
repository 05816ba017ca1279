//! Rules as text: `SCHEME://ADDRESS[/MASK][:PORTS]`, an IPv6 address in brackets and its mask behind them, or
//! `unix://PATH`.

use core::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use super::{Form, Object, Row, Rule, RuleError, TABLE};
use crate::{Cidr, cidr::parse_mask};

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let Some((word, object)) = text.split_once("://") else {
            return Err(RuleError::Form(text.into()));
        };
        let Some(Row(scheme, _, form, _)) = TABLE.iter().find(|row| row.1 == word) else {
            return Err(RuleError::Scheme(word.into()));
        };
        Ok(Self {
            scheme: *scheme,
            object: Object::parse(*form, object)?,
        })
    }
}

impl Object {
    fn parse(form: Form, text: &str) -> Result<Self, RuleError> {
        if form == Form::Paths {
            return Ok(Self::Paths(text.parse()?));
        }
        let (network, rest) = network(text)?;
        match (form, rest.strip_prefix(':')) {
            (Form::Ports, None) => Err(RuleError::NoPort(text.into())),
            (Form::Ports, Some(ports)) => Ok(Self::Ports(network, ports.parse()?)),
            (_, Some(port)) => Err(RuleError::Port(port.into())),
            (Form::Groups, None) if !is_groups(network) => Err(RuleError::NoGroup(network)),
            (_, None) => Ok(Self::Network(network)),
        }
    }
}

/// The network that the text begins with, and the rest, which is empty or begins with a colon.
fn network(text: &str) -> Result<(Cidr, &str), RuleError> {
    let (address, rest) = address(text)?;
    let Some(rest) = rest.strip_prefix('/') else {
        return match rest {
            "" => Ok((Cidr::host(address), rest)),
            _ if rest.starts_with(':') => Ok((Cidr::host(address), rest)),
            _ => Err(RuleError::Address(text.into())),
        };
    };
    let (mask, rest) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
    let mask = parse_mask(address, mask).map_err(RuleError::Mask)?;
    let network = Cidr::new(address, mask).map_err(RuleError::Mask)?;
    Ok((network, rest))
}

/// The address that the text begins with, and the rest.
fn address(text: &str) -> Result<(IpAddr, &str), RuleError> {
    if let Some(inside) = text.strip_prefix('[') {
        let (inside, rest) = inside
            .split_once(']')
            .ok_or_else(|| RuleError::Brackets(text.into()))?;
        let address: Ipv6Addr = inside
            .parse()
            .map_err(|_| RuleError::Address(inside.into()))?;
        return Ok((address.into(), rest));
    }
    if text.matches(':').count() > 1 {
        return Err(RuleError::Brackets(text.into()));
    }
    let (address, rest) = text.split_at(text.find(['/', ':']).unwrap_or(text.len()));
    let address: Ipv4Addr = address
        .parse()
        .map_err(|_| RuleError::Address(address.into()))?;
    Ok((address.into(), rest))
}

/// Are all of its addresses multicast groups? Those have the first four bits (RFC 5771) or eight bits (RFC 4291) alike.
fn is_groups(network: Cidr) -> bool {
    let bits = match network.address() {
        IpAddr::V4(_) => 4,
        IpAddr::V6(_) => 8,
    };
    network.address().is_multicast() && network.mask() >= bits
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme.row().1)?;
        match &self.object {
            Object::Ports(network, ports) => write!(f, "{}:{ports}", Shown(*network)),
            Object::Network(network) => Shown(*network).fmt(f),
            Object::Paths(paths) => paths.fmt(f),
        }
    }
}

/// A network as a rule has it.
struct Shown(Cidr);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.address() {
            IpAddr::V4(address) => write!(f, "{address}")?,
            IpAddr::V6(address) => write!(f, "[{address}]")?,
        }
        if self.0 == Cidr::host(self.0.address()) {
            return Ok(());
        }
        write!(f, "/{}", self.0.mask())
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_rule_is_shown_as_it_is_compared() {
        for (text, shown) in [
            ("tcp://10.0.0.0/8:5432", "tcp://10.0.0.0/8:5432"),
            ("tcp://10.1.2.3/8:5432", "tcp://10.0.0.0/8:5432"),
            ("udp://1.1.1.1:53", "udp://1.1.1.1:53"),
            ("udp://1.1.1.1/32:53", "udp://1.1.1.1:53"),
            ("tcp://[::1]:80", "tcp://[::1]:80"),
            ("tcp://[2001:DB8::1]/32:80", "tcp://[2001:db8::]/32:80"),
            ("tcp://[::ffff:10.0.0.1]:80", "tcp://10.0.0.1:80"),
            ("tcp://[::ffff:10.0.0.1]/104:80", "tcp://10.0.0.0/8:80"),
            ("tcp://[::]/0:*", "tcp://[::]/0:*"),
            (
                "tcp-listen://127.0.0.1:8000-8099",
                "tcp-listen://127.0.0.1:8000-8099",
            ),
            ("tcp-listen://127.0.0.1:80-80", "tcp-listen://127.0.0.1:80"),
            ("udp-bind://0.0.0.0:1-65535", "udp-bind://0.0.0.0:*"),
            ("tcp-accept://10.0.0.0/8", "tcp-accept://10.0.0.0/8"),
            ("multicast://[ff02::fb]", "multicast://[ff02::fb]"),
            ("multicast://224.0.0.0/4", "multicast://224.0.0.0/4"),
            ("unix:///run/app/*.sock", "unix:///run/app/*.sock"),
        ] {
            let rule: Rule = text.parse().expect(text);
            assert_eq!(rule.to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_with_the_reason() {
        let no_rule = "does not have the form of a rule, as `tcp://10.0.0.0/8:5432` has";
        let no_port = "has no port: a number follows it, as in `:443`, a range, as in `:8000-8099`, or `:*` for all";
        let no_ports = "is neither a number from 1 to 65535 nor a range of such nor `*`";
        let no_address =
            "is no address: grant the addresses, and the lookup of a name with `--allow-resolve`";
        for (text, value, reason) in [
            ("", "`` ", no_rule),
            ("10.0.0.1:80", "`10.0.0.1:80` ", no_rule),
            (
                "http://10.0.0.1:80",
                "`http` is no kind of rule: ",
                "there are tcp, udp, tcp-listen, udp-bind, tcp-accept, multicast, unix",
            ),
            ("tcp://10.0.0.1", "`10.0.0.1` ", no_port),
            ("tcp://10.0.0.0/8", "`10.0.0.0/8` ", no_port),
            ("tcp://[::1]", "`[::1]` ", no_port),
            ("tcp://10.0.0.1:", "the port `` ", no_ports),
            ("tcp://10.0.0.1:http", "the port `http` ", no_ports),
            ("tcp://10.0.0.1:65536", "the port `65536` ", no_ports),
            ("tcp://10.0.0.1:+80", "the port `+80` ", no_ports),
            ("tcp://10.0.0.1:9-8", "the port `9-8` ", no_ports),
            ("tcp://10.0.0.1:80/x", "the port `80/x` ", no_ports),
            (
                "tcp-listen://10.0.0.1:0",
                "port 0 lets the system choose any port, ",
                "so that only `:*` grants it",
            ),
            (
                "tcp://::1:80",
                "the IPv6 address in `::1:80` ",
                "has to stand in brackets, as in `[2001:db8::]/32`",
            ),
            (
                "tcp://api.example.com:443",
                "`api.example.com` ",
                no_address,
            ),
            ("tcp://*:443", "`*` ", no_address),
            ("tcp://127.1:443", "`127.1` ", no_address),
            ("tcp://:443", "`` ", no_address),
            ("tcp://[10.0.0.1]:443", "`10.0.0.1` ", no_address),
            ("tcp://[::1]x:443", "`[::1]x:443` ", no_address),
            (
                "tcp://10.0.0.0/33:80",
                "the mask `33` after `10.0.0.0` ",
                "is not a number from 0 to 32",
            ),
            (
                "tcp://10.0.0.0/:80",
                "the mask `` after `10.0.0.0` ",
                "is not a number from 0 to 32",
            ),
            (
                "tcp-accept://10.0.0.0/8:80",
                "`:80` is a port, ",
                "and this kind of rule has none",
            ),
            (
                "multicast://10.0.0.1",
                "`10.0.0.1/32` ",
                "holds addresses that are no multicast groups",
            ),
            (
                "multicast://224.0.0.0/3",
                "`224.0.0.0/3` ",
                "holds addresses that are no multicast groups",
            ),
            (
                "unix://run/app.sock",
                "the path `run/app.sock` ",
                "does not begin with a `/`",
            ),
        ] {
            let error = text.parse::<Rule>().expect_err(text);
            assert_eq!(error.to_string(), [value, reason].concat(), "{text}");
        }
    }
}
