//! `path_open`.

use iwasm_abi::p1 as abi;
use iwasm_net::Fail;
use iwasm_wasi::Files;

use crate::Call;
use crate::open::{Opening, open};
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::PATH_OPEN, path_open::<F>);
}

/// `path_open(fd, lookupflags, path, length, oflags, base, inheriting, fdflags, opened)`.
#[expect(clippy::too_many_arguments, reason = "the import has as many")]
fn path_open<F: Files>(
    call: &mut Call<'_, F>,
    fd: u32,
    lookupflags: u32,
    path: u32,
    length: u32,
    oflags: u32,
    base: u64,
    inheriting: u64,
    fdflags: u32,
    opened: u32,
) -> Result<(), Fail> {
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
    open(call, &asked).map(drop)
}
