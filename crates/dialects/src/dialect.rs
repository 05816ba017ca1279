//! What each dialect is called, and which imports are its own: for whoever has to say what a guest is made for.

use iwasm_abi::{Import, p1, threads, wamr, wasix, wasmedge};

use crate::Dialect;

impl Dialect {
    /// Every dialect, in the order in which they are named.
    pub const ALL: &[Self] = &[
        Self::P1,
        Self::Wamr,
        Self::WasmEdge,
        Self::Wasix,
        Self::Threads,
    ];

    /// As its users call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P1 => "WASIp1",
            Self::Wamr => "WAMR",
            Self::WasmEdge => "WasmEdge",
            Self::Wasix => "WASIX",
            Self::Threads => "wasi-threads",
        }
    }

    /// Is the function of its contract? One function can be of several, and mean the same in each.
    #[must_use]
    pub fn has(self, import: &Import) -> bool {
        let of = match self {
            Self::P1 => p1::IMPORTS,
            Self::Wamr => wamr::IMPORTS,
            Self::WasmEdge => wasmedge::IMPORTS,
            Self::Wasix => {
                return wasix::sockets::IMPORTS.contains(&import)
                    || wasix::process::IMPORTS.contains(&import);
            }
            Self::Threads => threads::IMPORTS,
        };
        of.contains(&import)
    }

    /// Which version of the contract the import is of, counted from 1; none if it has one only.
    #[must_use]
    pub fn version(self, import: &Import) -> Option<u8> {
        match self {
            Self::WasmEdge => wasmedge::version(import),
            _ => None,
        }
    }
}
