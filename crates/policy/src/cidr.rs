//! Networks as `--addr-pool` takes them: `ADDRESS/MASK`, read by strict CIDR arithmetic.
//!
//! An IPv4 address is in IPv4 networks only, in whichever clothes it comes: [`Cidr::contains`] and [`Cidr::new`] both
//! turn IPv4-mapped IPv6 into IPv4 first.

use alloc::{string::String, vec::Vec};
use core::{
    fmt,
    net::{IpAddr, Ipv4Addr},
    str::FromStr,
};

use ipnet::IpNet;

/// A network: an address and the number of leading bits that count.
///
/// Host bits may be set in what is parsed and are dropped, so that equal networks compare equal.
///
/// ```
/// # use iwasm_policy::Cidr;
/// let network: Cidr = "1.2.3.4/15".parse()?;
/// assert_eq!(network.to_string(), "1.2.0.0/15");
/// assert!(network.contains("1.3.255.255".parse()?));
/// assert!(!network.contains("1.4.0.0".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cidr(IpNet);

impl Cidr {
    /// The network of the first `mask` bits of `address`.
    ///
    /// `::ffff:10.0.0.0` with 104 bits is the IPv4 network `10.0.0.0/8`.
    pub fn new(address: IpAddr, mask: u8) -> Result<Self, CidrError> {
        let (network, bits) = match (address, address.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(ip)) => match mask.checked_sub(MAPPED_BITS) {
                Some(bits) => (IpAddr::V4(ip), bits),
                None => return Err(CidrError::Mapped { ip, mask }),
            },
            (_, network) => (network, mask),
        };
        let net = IpNet::new(network, bits).map_err(|_| CidrError::Mask {
            address,
            mask: alloc::format!("{mask}"),
        })?;
        Ok(Self(net.trunc()))
    }

    /// The network that holds `address` and no other.
    #[must_use]
    pub fn host(address: IpAddr) -> Self {
        Self(IpNet::from(address.to_canonical()))
    }

    /// Whether `address` is in this network. An IPv4-mapped address is asked about as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// The lowest address of the network.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.0.addr()
    }

    /// How many leading bits an address shares with the network to be in it.
    #[must_use]
    pub fn mask(&self) -> u8 {
        self.0.prefix_len()
    }
}

/// Reads the value of one `--addr-pool`: networks with commas between them.
///
/// Empty items are skipped (`a,,b`), as scripts written for WAMR expect. A value without a single network is an error.
pub fn parse_pool(text: &str) -> Result<Vec<Cidr>, CidrError> {
    let networks = text
        .split(',')
        .filter(|item| !item.is_empty())
        .map(str::parse)
        .collect::<Result<Vec<_>, _>>()?;
    if networks.is_empty() {
        return Err(CidrError::Form(text.into()));
    }
    Ok(networks)
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        if text.contains(char::is_whitespace) {
            return Err(CidrError::Space(text.into()));
        }
        let (address, mask) = text.split_once('/').unwrap_or((text, ""));
        if address.is_empty() || mask.contains('/') {
            return Err(CidrError::Form(text.into()));
        }
        let address = parse_address(address)?;
        if mask.is_empty() {
            return Err(CidrError::Bare(address));
        }
        Self::new(address, parse_mask(address, mask)?)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CidrError {
    /// A part is missing, or there are too many.
    #[error("`{}` does not have the form `ADDRESS/MASK`, as `10.0.0.0/8` has", .0.escape_debug())]
    Form(String),
    /// White space before, after or inside.
    #[error("`{}` has a space in it: the form is `ADDRESS/MASK`", .0.escape_debug())]
    Space(String),
    /// An address alone: refused, because a missing mask could be read as one host or as everything.
    #[error("`{0}` has no mask: the form is `ADDRESS/MASK`, and `{network}` is this address alone", network = Host(*.0))]
    Bare(IpAddr),
    /// The part before the slash is no address.
    #[error("`{}` is neither an IPv4 nor an IPv6 address", .0.escape_debug())]
    Address(String),
    /// The address names an interface.
    #[error("`{}` has a zone, which a network cannot have: leave out the `%` and what follows it", .0.escape_debug())]
    Zone(String),
    /// The mask is no number, or longer than the address.
    #[error("the mask `{}` after `{address}` is not a number from 0 to {}", .mask.escape_debug(), longest_mask(*.address))]
    Mask {
        /// What stands before the slash.
        address: IpAddr,
        /// What stands after it.
        mask: String,
    },
    /// An IPv4-mapped address whose mask is that of a wider IPv6 network, or was meant for IPv4.
    #[error(
        "the mask `{mask}` after `::ffff:{ip}` is under {MAPPED_BITS}, where IPv4 begins: for IPv4 write `{ip}/MASK`"
    )]
    Mapped {
        /// The address, as IPv4.
        ip: Ipv4Addr,
        /// The mask, as IPv6 counts.
        mask: u8,
    },
}

/// Rust's address parser is strict: four plain decimal octets, no `127.1`, no octal, no hexadecimal.
fn parse_address(text: &str) -> Result<IpAddr, CidrError> {
    text.parse().map_err(|_| {
        if text.contains('%') {
            CidrError::Zone(text.into())
        } else {
            CidrError::Address(text.into())
        }
    })
}

/// Digits only: `u8::from_str` alone takes `+8`. It does not wrap: WAMR reads `/256` as `/0`, which is everything.
pub(crate) fn parse_mask(address: IpAddr, text: &str) -> Result<u8, CidrError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(mask) if digits && mask <= longest_mask(address) => Ok(mask),
        _ => Err(CidrError::Mask {
            address,
            mask: text.into(),
        }),
    }
}

fn longest_mask(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// A bare address shown as the network to write instead of it, in the family in which it was written.
struct Host(IpAddr);

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0, longest_mask(self.0))
    }
}

/// `::ffff:0:0/96` is all of IPv4 (RFC 4291, section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_network_holds_exactly_what_its_mask_says() {
        for (network, address, inside) in [
            ("1.2.3.4/32", "1.2.3.4", true),
            ("1.2.3.4/32", "1.2.3.5", false),
            ("1.2.3.4/15", "1.2.0.0", true),
            ("1.2.3.4/15", "1.3.255.255", true),
            ("1.2.3.4/15", "1.4.0.0", false),
            ("1.2.3.4/15", "1.1.255.255", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/15", "0.1.255.255", true),
            ("0.0.0.0/15", "0.2.0.0", false),
            ("0.0.0.0/32", "127.0.0.1", false),
            ("::/0", "2001:db8::1", true),
            ("::/128", "::1", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false),
        ] {
            assert_eq!(
                parse(network).contains(ip(address)),
                inside,
                "{address} in {network}"
            );
        }
    }

    #[test]
    fn ipv4_is_in_ipv4_networks_only() {
        for (network, address, inside) in [
            ("::/0", "10.0.0.1", false),
            ("::/0", "::ffff:10.0.0.1", false),
            ("0.0.0.0/0", "::1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("::ffff:10.0.0.0/104", "10.0.0.1", true),
            ("::ffff:10.0.0.0/104", "::ffff:10.0.0.1", true),
            ("::ffff:10.0.0.0/104", "11.0.0.1", false),
            ("::ffff:0:0/96", "192.0.2.1", true),
        ] {
            assert_eq!(
                parse(network).contains(ip(address)),
                inside,
                "{address} in {network}"
            );
        }
    }

    #[test]
    fn a_network_is_shown_without_host_bits_and_as_the_family_it_is() {
        for (text, shown) in [
            ("1.2.3.4/15", "1.2.0.0/15"),
            ("1.2.3.4/08", "1.0.0.0/8"),
            ("2001:DB8::1/32", "2001:db8::/32"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:10.1.2.3/128", "10.1.2.3/32"),
        ] {
            assert_eq!(parse(text).to_string(), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused_with_the_reason() {
        for (text, message) in [
            (
                "",
                "`` does not have the form `ADDRESS/MASK`, as `10.0.0.0/8` has",
            ),
            (
                "/8",
                "`/8` does not have the form `ADDRESS/MASK`, as `10.0.0.0/8` has",
            ),
            (
                "1.2.3.4/8/9",
                "`1.2.3.4/8/9` does not have the form `ADDRESS/MASK`, as `10.0.0.0/8` has",
            ),
            (
                "1.2.3.4",
                "`1.2.3.4` has no mask: the form is `ADDRESS/MASK`, and `1.2.3.4/32` is this address alone",
            ),
            (
                "1.2.3.4/",
                "`1.2.3.4` has no mask: the form is `ADDRESS/MASK`, and `1.2.3.4/32` is this address alone",
            ),
            (
                "::1",
                "`::1` has no mask: the form is `ADDRESS/MASK`, and `::1/128` is this address alone",
            ),
            (
                " 10.0.0.0/8",
                "` 10.0.0.0/8` has a space in it: the form is `ADDRESS/MASK`",
            ),
            (
                "10.0.0.0/ 8",
                "`10.0.0.0/ 8` has a space in it: the form is `ADDRESS/MASK`",
            ),
            (
                "10.0.0.0/8\n",
                "`10.0.0.0/8\\n` has a space in it: the form is `ADDRESS/MASK`",
            ),
            ("127.1/8", "`127.1` is neither an IPv4 nor an IPv6 address"),
            (
                "010.0.0.0/8",
                "`010.0.0.0` is neither an IPv4 nor an IPv6 address",
            ),
            (
                "example.com",
                "`example.com` is neither an IPv4 nor an IPv6 address",
            ),
            (
                "fe80::1%eth0/64",
                "`fe80::1%eth0` has a zone, which a network cannot have: leave out the `%` and what follows it",
            ),
            (
                "10.0.0.0/33",
                "the mask `33` after `10.0.0.0` is not a number from 0 to 32",
            ),
            (
                "1.2.3.4/256",
                "the mask `256` after `1.2.3.4` is not a number from 0 to 32",
            ),
            (
                "10.0.0.0/-1",
                "the mask `-1` after `10.0.0.0` is not a number from 0 to 32",
            ),
            (
                "10.0.0.0/+8",
                "the mask `+8` after `10.0.0.0` is not a number from 0 to 32",
            ),
            (
                "10.0.0.0/255.0.0.0",
                "the mask `255.0.0.0` after `10.0.0.0` is not a number from 0 to 32",
            ),
            (
                "::/129",
                "the mask `129` after `::` is not a number from 0 to 128",
            ),
            (
                "::ffff:1.2.3.4/32",
                "the mask `32` after `::ffff:1.2.3.4` is under 96, where IPv4 begins: for IPv4 write `1.2.3.4/MASK`",
            ),
        ] {
            let error = text.parse::<Cidr>().expect_err(text);
            assert_eq!(error.to_string(), message);
        }
    }

    #[test]
    fn a_pool_is_networks_between_commas() {
        let pool = parse_pool(",1.2.3.4/15,,2.3.4.6/16,").expect("two networks");
        assert_eq!(pool, [parse("1.2.0.0/15"), parse("2.3.0.0/16")]);
    }

    #[test]
    fn a_pool_without_a_network_is_refused() {
        for text in [
            "",
            ",",
            ",,",
            "10.0.0.0/8,1.2.3.4",
            "10.0.0.0/8, 1.2.3.4/32",
        ] {
            assert!(parse_pool(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_host_network_holds_one_address() {
        assert_eq!(Cidr::host(ip("::ffff:10.0.0.1")), parse("10.0.0.1/32"));
        assert_eq!(Cidr::host(ip("::1")), parse("::1/128"));
    }

    fn parse(text: &str) -> Cidr {
        text.parse().expect("the case is a network")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("the case is an address")
    }
}
