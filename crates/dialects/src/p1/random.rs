//! Random bytes, straight into the guest's memory.

use iwasm_abi::p1 as abi;
use iwasm_net::{Fail, Kernel};
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::RANDOM_GET, random_get::<F>);
}

/// `random_get(buffer, length)`.
fn random_get<F: Files>(call: &mut Call<'_, F>, buffer: u32, length: u32) -> Result<(), Fail> {
    let into = call.memory.span(buffer, length)?;
    let net = &call.process.net;
    for from in (0..into.len()).step_by(PIECE) {
        let piece = into.part(from, PIECE);
        net.stop.blocking(|| net.kernel.random(piece))?;
    }
    Ok(())
}

/// A guest can ask for 4 GiB at once, which takes seconds: it can be ended between pieces of this size.
const PIECE: usize = 1 << 20;
