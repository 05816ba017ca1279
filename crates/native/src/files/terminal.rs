//! What a terminal is like.

use std::os::fd::AsFd;

use iwasm_wasi::Terminal;
use rustix::termios::{InputModes, LocalModes, tcgetattr, tcgetwinsize};

/// The terminal that the file is; none if it is something else.
pub(super) fn of(file: impl AsFd) -> Option<Terminal> {
    let modes = tcgetattr(&file).ok()?;
    let size = tcgetwinsize(&file).ok()?;
    Some(Terminal {
        columns: size.ws_col,
        rows: size.ws_row,
        width: size.ws_xpixel,
        height: size.ws_ypixel,
        echo: modes.local_modes.contains(LocalModes::ECHO),
        lines: modes.local_modes.contains(LocalModes::ICANON),
        line_feeds: modes.input_modes.contains(InputModes::ICRNL),
    })
}
