//! Rows of WASIX: in its module, and with its numbers of errors.

use std::marker::PhantomData;

use iwasm_abi::wasix::{self as abi, MODULE};
use iwasm_abi::{Errno, ValType};
use iwasm_net::Fail;
use iwasm_wasi::Files;

use crate::handler::{Args, Handler};
use crate::registry::{Row, Visitor};
use crate::{Call, Dialect};

/// Passes rows on as rows of WASIX.
pub(crate) struct Answers<'a, F: Files, V: Visitor<F>> {
    visitor: &'a mut V,
    of: PhantomData<fn(F)>,
}

impl<'a, F: Files, V: Visitor<F>> Answers<'a, F, V> {
    pub(crate) fn new(visitor: &'a mut V) -> Self {
        Self {
            visitor,
            of: PhantomData,
        }
    }
}

impl<F: Files, V: Visitor<F>> Visitor<F> for Answers<'_, F, V> {
    fn row<Params: 'static, H: Handler<F, Params>>(&mut self, row: Row, handler: H) {
        if row.module != MODULE && !abi::shares(row.import) {
            return;
        }
        let row = Row {
            module: MODULE,
            dialect: Dialect::Wasix,
            ..row
        };
        self.visitor.row(row, Renumbered(handler));
    }
}

/// A handler whose errors have WASIX's numbers: whatever a function of WASIX answers is one.
#[derive(Clone, Copy)]
struct Renumbered<H>(H);

impl<F: Files, Params, H: Handler<F, Params>> Handler<F, Params> for Renumbered<H> {
    const PARAMS: &'static [ValType] = H::PARAMS;

    #[inline]
    fn call(&self, call: &mut Call<'_, F>, args: Args<'_>) -> Result<u32, Fail> {
        const FAULT: u32 = Errno::Fault.number() as u32;
        match self.0.call(call, args)? {
            FAULT => Ok(abi::number(Errno::Fault).into()),
            number => Ok(number),
        }
    }
}
