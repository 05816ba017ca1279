//! What a lookup answers beside WASI's errors: numbers past WASI's own, which mean other things to other dialects.

macro_rules! errors {
    ($($(#[$doc:meta])* $variant:ident: $number:literal, $name:literal;)*) => {
        /// Why `sock_getaddrinfo` found nothing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        pub enum LookupErrno {
            $($(#[$doc])* $variant = $number,)*
        }

        impl LookupErrno {
            /// Every error, by rising number.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name that WasmEdge gives it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

errors! {
    /// The host has no address in the family.
    Addrfamily: 77, "AIADDRFAMILY";
    /// The resolver cannot say now.
    Again: 78, "AIAGAIN";
    /// A flag has no meaning.
    Badflag: 79, "AIBADFLAG";
    /// The resolver refused.
    Fail: 80, "AIFAIL";
    /// There is no such family.
    Family: 81, "AIFAMILY";
    /// There is no room for an answer.
    Memory: 82, "AIMEMORY";
    /// The host is known, and has no address.
    Nodata: 83, "AINODATA";
    /// There is no such host, or nothing was asked for.
    Noname: 84, "AINONAME";
    /// There is no such service.
    Service: 85, "AISERVICE";
    /// There is no such type of sockets, or not with the protocol.
    Socktype: 86, "AISOCKTYPE";
    /// The system failed.
    System: 87, "AISYSTEM";
}

impl LookupErrno {
    /// The number that the guest is told.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Errno;

    #[test]
    fn the_numbers_follow_wasi_s_own_without_a_gap() {
        let last = Errno::ALL.last().expect("the table has rows").number();
        let numbers = LookupErrno::ALL.iter().map(|errno| errno.number());
        assert!(numbers.eq(last + 1..=87));
    }

    #[test]
    fn the_names_rise_with_the_numbers() {
        assert!(LookupErrno::ALL.is_sorted_by_key(|errno| errno.name()));
    }
}
