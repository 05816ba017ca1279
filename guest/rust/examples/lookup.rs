//! `lookup HOST:PORT...`: shows what each is, in order of the addresses.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use iwasm_socket::{SocketAddr, ToSocketAddrs};

fn main() {
    for name in std::env::args().skip(1) {
        match name.to_socket_addrs() {
            Ok(found) => {
                let mut found: Vec<SocketAddr> = found.collect();
                found.sort();
                found.dedup();
                println!("{name} is {found:?}");
            }
            Err(_) => println!("{name} is nothing"),
        }
    }
}
