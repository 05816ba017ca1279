//! WASIX (`wasix_32v1`), Wasmer's extension of WASIp1: sockets and processes, their structures and their numbers.
//!
//! Every function results in an errno, 0 for success, but for those that do not return. A flag (`bool`) is one byte.
//! Structures are shared by both halves: [`sockets`], and [`process`] with all that is no socket.

mod errno;
mod layouts;
mod numbers;
pub mod process;
pub mod sockets;

pub use errno::*;
pub use layouts::*;
pub use numbers::*;

use crate::Import;

/// The module that guests import WASIX from. A guest that imports anything from it but `sock_pair` is a guest of WASIX.
pub const MODULE: &str = "wasix_32v1";

/// Is this function of WASIp1 one of WASIX too, under [`MODULE`]? All are but one, which takes more there.
#[must_use]
pub fn shares(p1: &Import) -> bool {
    p1.name != sockets::SOCK_ACCEPT.name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::p1;

    #[test]
    fn no_function_of_its_own_has_the_name_of_one_that_it_shares() {
        let own = || sockets::IMPORTS.iter().chain(process::IMPORTS);
        for shared in p1::IMPORTS.iter().filter(|p1| shares(p1)) {
            assert!(own().all(|own| own.name != shared.name), "{}", shared.name);
        }
        assert_eq!(p1::IMPORTS.iter().filter(|p1| shares(p1)).count(), 45);
        assert_eq!(own().count(), 95);
    }

    #[test]
    fn no_two_functions_share_a_name() {
        let own = || sockets::IMPORTS.iter().chain(process::IMPORTS);
        for import in own() {
            assert_eq!(own().filter(|other| other.name == import.name).count(), 1);
        }
    }
}
