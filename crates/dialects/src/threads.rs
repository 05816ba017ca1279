//! wasi-threads: one function, which starts a thread on the same memory and the same descriptors.

use iwasm_abi::threads as abi;
use iwasm_wasi::Files;

use crate::Call;
use crate::registry::{Rows, Visitor};

pub(crate) fn register<F: Files>(rows: &mut Rows<'_, F, impl Visitor<F>>) {
    rows.bind(&abi::THREAD_SPAWN, thread_spawn::<F>);
}

/// `thread-spawn(start_arg) -> tid`: a number from 1 on, or an errno made negative (wasi-threads README).
fn thread_spawn<F: Files>(call: &mut Call<'_, F>, start_arg: u32) -> i32 {
    match call.process.spawn(start_arg) {
        Ok(tid) => tid.cast_signed(),
        Err(errno) => -i32::from(errno.number()),
    }
}
