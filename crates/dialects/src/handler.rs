//! How a typed Rust function becomes a row of the registry: its parameters say the wasm type.

use std::marker::PhantomData;

use iwasm_abi::{Errno, ValType};
use iwasm_net::Fail;
use iwasm_wasi::Files;

use crate::Call;

/// The arguments as the engine has them: each in the low bits of a word.
pub type Args<'a> = &'a [u64];

/// A function of a dialect, ready to be called by an engine.
///
/// The answer is the call's one result, an errno or a number; a function without results answers 0.
pub trait Function<F: Files>: Send + Sync {
    /// Call it.
    fn call(&self, call: &mut Call<'_, F>, args: Args<'_>) -> Result<u32, Fail>;
    /// The types of its parameters.
    fn params(&self) -> &'static [ValType];
}

/// A value that a guest passes.
pub trait Value: Sized {
    /// The wasm type that it travels as.
    const TYPE: ValType;
    /// Take it from a word.
    fn take(word: u64) -> Self;
}

impl Value for u32 {
    const TYPE: ValType = ValType::I32;
    #[expect(clippy::cast_possible_truncation, reason = "the low half is the value")]
    fn take(word: u64) -> Self {
        word as Self
    }
}

impl Value for i32 {
    const TYPE: ValType = ValType::I32;
    fn take(word: u64) -> Self {
        u32::take(word).cast_signed()
    }
}

impl Value for u64 {
    const TYPE: ValType = ValType::I64;
    fn take(word: u64) -> Self {
        word
    }
}

impl Value for i64 {
    const TYPE: ValType = ValType::I64;
    fn take(word: u64) -> Self {
        word.cast_signed()
    }
}

/// What a handler can answer, as the one number that the guest gets.
pub trait Answer {
    /// The number, or the guest's end.
    fn number(self) -> Result<u32, Fail>;
}

/// Nothing to report but success or an errno.
impl Answer for Result<(), Fail> {
    #[inline]
    fn number(self) -> Result<u32, Fail> {
        match self {
            Ok(()) => Ok(0),
            Err(Fail::Errno(errno)) => Ok(errno.number().into()),
            Err(end) => Err(end),
        }
    }
}

/// A function that cannot block or end the guest.
impl Answer for Result<(), Errno> {
    #[inline]
    fn number(self) -> Result<u32, Fail> {
        Ok(self.map_or_else(|errno| errno.number().into(), |()| 0))
    }
}

/// A plain number, as thread-spawn has it.
impl Answer for i32 {
    fn number(self) -> Result<u32, Fail> {
        Ok(self.cast_unsigned())
    }
}

/// A Rust function that can stand in the registry: its first parameter is the call, the others are what the guest
/// passes.
pub trait Handler<F: Files, Params>: Copy + Send + Sync + 'static {
    /// The types of what the guest passes.
    const PARAMS: &'static [ValType];
    /// Call it.
    fn call(&self, call: &mut Call<'_, F>, args: Args<'_>) -> Result<u32, Fail>;
}

macro_rules! handlers {
    ($(($($param:ident $at:literal),*);)*) => {$(
        impl<F: Files, R: Answer, H, $($param: Value),*> Handler<F, (R, $($param,)*)> for H
        where
            H: Fn(&mut Call<'_, F>, $($param),*) -> R + Copy + Send + Sync + 'static,
        {
            const PARAMS: &'static [ValType] = &[$($param::TYPE),*];

            #[inline]
            #[allow(unused_variables, reason = "a function without parameters takes no arguments")]
            fn call(&self, call: &mut Call<'_, F>, args: Args<'_>) -> Result<u32, Fail> {
                self(call, $($param::take(args[$at])),*).number()
            }
        }
    )*};
}

handlers! {
    ();
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, G 5);
    (A 0, B 1, C 2, D 3, E 4, G 5, I 6);
    (A 0, B 1, C 2, D 3, E 4, G 5, I 6, J 7);
    (A 0, B 1, C 2, D 3, E 4, G 5, I 6, J 7, K 8);
    (A 0, B 1, C 2, D 3, E 4, G 5, I 6, J 7, K 8, L 9);
    (A 0, B 1, C 2, D 3, E 4, G 5, I 6, J 7, K 8, L 9, M 10, N 11, O 12);
    (A 0, B 1, C 2, D 3, E 4, G 5, I 6, J 7, K 8, L 9, M 10, N 11, O 12, P 13);
}

/// Serves a function of any type that there is not here: the journal is told, and the guest gets ENOTSUP, or where the
/// function has no result, its end.
#[derive(Clone, Copy)]
pub(crate) struct Unsupported {
    /// The cause of the guest's end.
    pub(crate) end: Option<&'static str>,
}

impl<F: Files> Handler<F, Self> for Unsupported {
    /// It looks at none.
    const PARAMS: &'static [ValType] = &[];

    fn call(&self, call: &mut Call<'_, F>, _args: Args<'_>) -> Result<u32, Fail> {
        let errno = call.net().unsupported();
        match self.end {
            None => Ok(errno.number().into()),
            Some(cause) => Err(Fail::Abort(cause)),
        }
    }
}

/// A handler with its parameters' types forgotten.
pub(crate) struct Erased<H, Params> {
    handler: H,
    params: PhantomData<fn(Params)>,
}

impl<H, Params> Erased<H, Params> {
    pub(crate) fn new(handler: H) -> Self {
        Self {
            handler,
            params: PhantomData,
        }
    }
}

impl<F: Files, Params, H: Handler<F, Params>> Function<F> for Erased<H, Params> {
    #[inline]
    fn call(&self, call: &mut Call<'_, F>, args: Args<'_>) -> Result<u32, Fail> {
        self.handler.call(call, args)
    }

    fn params(&self) -> &'static [ValType] {
        H::PARAMS
    }
}
