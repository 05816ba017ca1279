//! The terminal, if the guest's standard streams are one: it can be looked at, and stays as it is.

use iwasm_abi::Errno;
use iwasm_abi::wasix::{process as abi, tty};
use iwasm_wasi::{Files, Object, Terminal};

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::TTY_GET, tty_get::<F>);
    rows.bind(&abi::TTY_SET, tty_set::<F>);
}

/// `tty_get(tty)`.
fn tty_get<F: Files>(call: &mut Call<'_, F>, at: u32) -> Result<(), Errno> {
    let slot = call.memory.reserve::<{ tty::SIZE }>(at)?;
    slot.fill(present(call));
    Ok(())
}

/// `tty_set(tty)`: only to what it is. A guest that is ended, by whatever means, must not leave a terminal that shows
/// nothing of what is typed; and one that wants a password typed unseen must hear that it is seen.
fn tty_set<F: Files>(call: &mut Call<'_, F>, at: u32) -> Result<(), Errno> {
    let wanted = call.memory.read::<{ tty::SIZE }>(at)?;
    let fields = tty::COLUMNS.start..tty::LINE_FEEDS.end;
    if wanted[fields.clone()] == present(call)[fields] {
        return Ok(());
    }
    Err(call.net().unsupported())
}

/// What the guest's terminal is like: that of the standard streams, output first.
fn present<F: Files>(call: &Call<'_, F>) -> [u8; tty::SIZE] {
    let streams = [0, 1, 2].map(|fd| {
        let descriptor = call.process.table.get(fd).ok()?;
        match &descriptor.object {
            Object::File(file) => call.process.files.terminal(file),
            _ => None,
        }
    });
    let [input, output, errors] = streams;
    let found = output.or(errors).or(input).unwrap_or(USUAL);
    let mut wire = [0; tty::SIZE];
    for (field, value) in [
        (tty::COLUMNS, found.columns),
        (tty::ROWS, found.rows),
        (tty::WIDTH, found.width),
        (tty::HEIGHT, found.height),
    ] {
        wire[field].copy_from_slice(&u32::from(value).to_le_bytes());
    }
    for (field, on) in [
        (tty::STDIN, input.is_some()),
        (tty::STDOUT, output.is_some()),
        (tty::STDERR, errors.is_some()),
        (tty::ECHO, found.echo),
        (tty::LINE_BUFFERED, found.lines),
        (tty::LINE_FEEDS, found.line_feeds),
    ] {
        wire[field.start] = on.into();
    }
    wire
}

/// What guests are told where there is none: as those terminals were that all others imitate.
const USUAL: Terminal = Terminal {
    columns: 80,
    rows: 25,
    width: 0,
    height: 0,
    echo: true,
    lines: true,
    line_feeds: true,
};
