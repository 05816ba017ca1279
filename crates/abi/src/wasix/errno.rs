//! What WASIX numbers otherwise than WASIp1: one error, and those that WASIp1 has not.

use crate::Errno;

/// The socket is shut down.
pub const SHUTDOWN: u16 = 77;
/// A bad address in memory, which WASIp1 calls EFAULT.
pub const MEMVIOLATION: u16 = 78;
/// Something went wrong that has no number.
pub const UNKNOWN: u16 = 79;
/// The operation is under way.
pub const PENDING: u16 = 80;

/// How WASIX numbers the error.
#[must_use]
pub const fn number(errno: Errno) -> u16 {
    match errno {
        Errno::Fault => MEMVIOLATION,
        errno => errno.number(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_but_one_has_its_wasip1_number() {
        for &errno in Errno::ALL {
            let expected = match errno {
                Errno::Fault => 78,
                errno => errno.number(),
            };
            assert_eq!(number(errno), expected, "{errno}");
        }
    }
}
