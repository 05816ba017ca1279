//! Name lookups, with names that need no network.

use std::io;

use iwasm_socket::{SocketAddr, TcpStream, ToSocketAddrs};

use crate::loopback::*;

sentences! {
    localhost_is_the_loopback_address {
        let found = all(("localhost", 0)).unwrap();
        assert!(found.contains(&SocketAddr::new(V4, 0)), "{found:?}");
        assert!(found.iter().all(|at| is_loopback(at) && at.port() == 0), "{found:?}");
    }
    localhost_of_any_family_is_the_loopback_address {
        let found = all("localhost:80").unwrap();
        assert!(!found.is_empty() && found.iter().all(is_loopback), "{found:?}");
    }
    case_makes_no_other_name {
        for name in ["LOCALHOST:0", "LocalHost:0"] {
            let found = all(name).unwrap();
            assert!(found.contains(&SocketAddr::new(V4, 0)), "{found:?}");
        }
    }
    a_numeric_service_is_the_port {
        for (text, port) in [("localhost:8080", 8080), ("localhost:65535", 65535)] {
            let found = all(text).unwrap();
            assert!(found.contains(&SocketAddr::new(V4, port)), "{found:?}");
        }
    }
    an_address_is_its_own_name {
        let it = SocketAddr::from(([192, 0, 2, 7], 7));
        assert_eq!(all("192.0.2.7:7").unwrap(), [it]);
        assert_eq!(all(("192.0.2.7", 7)).unwrap(), [it]);
    }
    an_ipv6_address_is_its_own_name {
        let it = SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, 7], 7));
        assert_eq!(all("[2001:db8::7]:7").unwrap(), [it]);
        assert_eq!(all(("2001:db8::7", 7)).unwrap(), [it]);
    }
    an_unknown_service_is_an_error {
        assert!(all("localhost:no-such-service-here").is_err());
    }
    an_empty_name_is_an_error {
        assert!(all(":0").is_err());
        assert!(all(("", 0)).is_err());
    }
    what_a_lookup_found_can_be_connected_to {
        let listener = listener(V4);
        let at = listener.local_addr().unwrap();
        let client = TcpStream::connect(("localhost", at.port())).unwrap();
        assert_eq!(client.peer_addr().unwrap(), at);
        assert_eq!(listener.accept().unwrap().1, client.local_addr().unwrap());
    }
}

fn all(name: impl ToSocketAddrs) -> io::Result<Vec<SocketAddr>> {
    Ok(name.to_socket_addrs()?.collect())
}

fn is_loopback(at: &SocketAddr) -> bool {
    at.ip() == V4 || at.ip() == V6
}
