//! `path_open2`.

use iwasm_abi::wasix::{fdflagsext, process as abi};
use iwasm_net::Fail;
use iwasm_wasi::Files;

use crate::open::{Opening, open};
use crate::registry::{Rows, Visitor};
use crate::{Call, decode};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::PATH_OPEN2, path_open2::<F>);
}

/// `path_open2(fd, lookupflags, path, length, oflags, base, inheriting, fdflags, fdflagsext, opened)`.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn path_open2<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    lookupflags: u32,
    path: u32,
    length: u32,
    oflags: u32,
    base: u64,
    inheriting: u64,
    fdflags: u32,
    fdflagsext: u32,
    opened: u32,
) -> Result<(), Fail> {
    let of_number = decode::flags(fdflagsext, fdflagsext::CLOEXEC)?;
    let asked = Opening {
        fd,
        lookupflags,
        path,
        length,
        oflags,
        base,
        inheriting,
        fdflags,
        opened,
    };
    let number = open(call, &asked)?;
    if of_number & fdflagsext::CLOEXEC != 0 {
        // Another thread may have closed it since.
        let _ = call.process.table.set_close_on_exec(number, true);
    }
    Ok(())
}
