//! What a behaviour may need of the machine, found out by trying it.

use std::net::{Ipv4Addr, UdpSocket};
use std::path::Path;
use std::str::FromStr;

/// Something that a machine has or lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Need {
    /// The address `::1`.
    Ipv6,
    /// Groups that can be joined, and sent to, on the loopback interface.
    Multicast,
    /// A broadcast address of the loopback network.
    Broadcast,
    /// The table of services in `/etc/services`.
    Services,
}

impl Need {
    /// Why the machine cannot serve this need, or nothing when it can.
    #[must_use]
    pub fn missing(self) -> Option<&'static str> {
        let (met, reason) = match self {
            Self::Ipv6 => (UdpSocket::bind("[::1]:0").is_ok(), "no `::1` here"),
            Self::Multicast => (multicast_works(), "no multicast on loopback here"),
            Self::Broadcast => (broadcast_works(), "no broadcast on loopback here"),
            Self::Services => (
                Path::new("/etc/services").exists(),
                "no `/etc/services` here",
            ),
        };
        (!met).then_some(reason)
    }
}

impl FromStr for Need {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "ipv6" => Ok(Self::Ipv6),
            "multicast" => Ok(Self::Multicast),
            "broadcast" => Ok(Self::Broadcast),
            "services" => Ok(Self::Services),
            _ => Err(format!("`{text}` is no known need")),
        }
    }
}

fn multicast_works() -> bool {
    let group = Ipv4Addr::new(239, 255, 0, 1);
    UdpSocket::bind("127.0.0.1:0").is_ok_and(|socket| {
        socket
            .join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)
            .is_ok()
            && socket.send_to(b"probe", (group, 9)).is_ok()
    })
}

fn broadcast_works() -> bool {
    UdpSocket::bind("127.0.0.1:0").is_ok_and(|socket| {
        socket.set_broadcast(true).is_ok() && socket.send_to(b"probe", "127.255.255.255:9").is_ok()
    })
}
