//! wasi-threads: one import to start a thread, one export where it starts.

use crate::ValType;
use crate::import::imports;

/// The module of [`THREAD_SPAWN`].
pub const MODULE: &str = "wasi";

imports! {
    module: MODULE;
    /// `thread-spawn(start_arg)`: starts a thread; its number (1 to [`MAX_TID`]), or a negative one if it cannot.
    THREAD_SPAWN = "thread-spawn", [I32] => [I32];
}

/// The export that a thread starts in: `wasi_thread_start(tid, start_arg)`.
pub const START_NAME: &str = "wasi_thread_start";

/// The types of the parameters of [`START_NAME`]; it has no result.
pub const START_PARAMS: &[ValType] = &[ValType::I32, ValType::I32];

/// The highest thread number. The bits above it are kept free for the guest's locks.
pub const MAX_TID: i32 = 0x1FFF_FFFF;

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::string::ToString;

    use super::*;

    #[test]
    fn the_spawn_import_is_what_guests_of_wasi_libc_and_rust_ask_for() {
        let [spawn] = IMPORTS else {
            panic!("one import");
        };
        assert_eq!((spawn.module, spawn.name), ("wasi", "thread-spawn"));
        assert_eq!(spawn.to_string(), "(i32) -> i32");
    }
}
