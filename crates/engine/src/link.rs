//! The guest's imports: each row of the registry as a function of the engine.
//!
//! This is the boundary at which the guest enters the host: it lends its memory for one call, and nothing else.

#![allow(
    unsafe_code,
    reason = "functions of any arity from one table need the engine's unchecked calling convention"
)]

use std::mem::MaybeUninit;
use std::sync::Arc;

use iwasm_abi::ValType;
use iwasm_dialects::{Call, Handler, Row, Thread, Visitor};
use iwasm_net::{Fail, Memory};
use iwasm_wasi::{Files, Process};
use wasmtime::{
    Caller, Extern, FuncType, ImportType, Linker, Module, SharedMemory, StoreLimits, ValRaw,
};

use crate::outcome::End;
use crate::{Error, ErrorKind};

/// What a guest thread brings to each of its calls: a store holds one.
pub struct Host<F: Files> {
    process: Arc<Process<F>>,
    thread: Thread<F>,
    memory: Lent,
    limits: StoreLimits,
}

/// The memory that the thread's instance works in.
enum Lent {
    /// Not asked for yet.
    Unknown,
    /// It has none: whatever it points to is out of bounds.
    None,
    /// One of its own.
    Private(wasmtime::Memory),
    /// One that all threads of the program share.
    Shared(SharedMemory),
}

impl<F: Files> Host<F> {
    /// A thread of the program.
    pub fn new(process: Arc<Process<F>>) -> Self {
        Self {
            process,
            thread: Thread::default(),
            memory: Lent::Unknown,
            limits: StoreLimits::default(),
        }
    }

    /// A thread of the program with a memory that is imported, and so need not be exported by its name, and within
    /// limits.
    pub(crate) fn within(
        process: Arc<Process<F>>,
        tid: u32,
        shared: Option<SharedMemory>,
        limits: StoreLimits,
    ) -> Self {
        Self {
            thread: Thread {
                tid,
                ..Thread::default()
            },
            memory: shared.map_or(Lent::Unknown, Lent::Shared),
            limits,
            ..Self::new(process)
        }
    }

    /// The limits, for a store that holds this.
    pub(crate) fn limits(&mut self) -> &mut StoreLimits {
        &mut self.limits
    }

    /// The program.
    pub fn process(&self) -> &Arc<Process<F>> {
        &self.process
    }
}

/// Provide the imports of `module` that the registry knows to a linker of your own. `host` finds the thread in what
/// your stores hold. What the registry does not know is left to you; a linker knows a name once, so a module that imports
/// one name with two types is an error here. An error that a call of the guest comes back with
/// tells its end to [`Outcome::of`](crate::Outcome::of).
pub fn add_to_linker<T: 'static, F: Files>(
    linker: &mut Linker<T>,
    module: &Module,
    host: fn(&mut T) -> &mut Host<F>,
) -> Result<(), Error> {
    add(linker, module.imports(), host)
}

/// Provide these imports, as far as the registry knows them.
pub(crate) fn add<'a, T: 'static, F: Files>(
    linker: &mut Linker<T>,
    imports: impl Iterator<Item = ImportType<'a>>,
    host: fn(&mut T) -> &mut Host<F>,
) -> Result<(), Error> {
    let mut linking = Linking {
        wanted: imports.filter_map(|import| key(&import)).collect(),
        linker,
        host,
        done: Ok(()),
    };
    iwasm_dialects::visit(&mut linking);
    linking.done
}

/// Goes through the registry and takes what the module wants.
struct Linking<'a, T: 'static, F: Files> {
    wanted: Vec<Key<'a>>,
    linker: &'a mut Linker<T>,
    host: fn(&mut T) -> &mut Host<F>,
    done: Result<(), Error>,
}

/// What tells imports apart: module, name and function type.
struct Key<'a> {
    module: &'a str,
    name: &'a str,
    params: Vec<ValType>,
    results: Vec<ValType>,
}

/// The import as the registry knows imports; none if it is of a type that no dialect has.
fn key<'a>(import: &ImportType<'a>) -> Option<Key<'a>> {
    let ty = import.ty();
    let ty = ty.func()?;
    Some(Key {
        module: import.module(),
        name: import.name(),
        params: ty.params().map(|ty| plain(&ty)).collect::<Option<_>>()?,
        results: ty.results().map(|ty| plain(&ty)).collect::<Option<_>>()?,
    })
}

impl<T: 'static, F: Files> Visitor<F> for Linking<'_, T, F> {
    fn row<Params: 'static, H: Handler<F, Params>>(&mut self, row: Row, handler: H) {
        let wanted = self.wanted.iter().any(|key| {
            key.module == row.module
                && key.name == row.import.name
                && key.params == row.import.params
                && key.results == row.import.results
        });
        if !wanted || self.done.is_err() {
            return;
        }
        let linked = define::<T, F, Params, H>(self.linker, row, handler, self.host);
        self.done = linked.map(drop).map_err(|cause| {
            let name = row.import.name;
            Error::new(ErrorKind::System, format!("cannot link `{name}`")).caused_by(cause)
        });
    }
}

fn plain(ty: &wasmtime::ValType) -> Option<ValType> {
    match ty {
        wasmtime::ValType::I32 => Some(ValType::I32),
        wasmtime::ValType::I64 => Some(ValType::I64),
        _ => None,
    }
}

/// No function of any dialect takes more.
const MOST_PARAMS: usize = 14;

fn define<T: 'static, F: Files, Params: 'static, H: Handler<F, Params>>(
    linker: &mut Linker<T>,
    row: Row,
    handler: H,
    host: fn(&mut T) -> &mut Host<F>,
) -> wasmtime::Result<()> {
    let import = row.import;
    let of = |types: &[ValType]| -> Vec<_> {
        types
            .iter()
            .map(|ty| match ty {
                ValType::I32 => wasmtime::ValType::I32,
                ValType::I64 => wasmtime::ValType::I64,
            })
            .collect()
    };
    let ty = FuncType::new(linker.engine(), of(import.params), of(import.results));
    let answers = !import.results.is_empty();
    assert!(
        H::PARAMS.len() <= MOST_PARAMS,
        "`{}` takes too much",
        import.name
    );
    let entry = move |mut caller: Caller<'_, T>, values: &mut [MaybeUninit<ValRaw>]| {
        let mut args = [0; MOST_PARAMS];
        for ((arg, ty), value) in args.iter_mut().zip(H::PARAMS).zip(values.iter()) {
            // SAFETY: the engine passes as many values as the type has parameters, each of its parameter's type.
            let value = unsafe { value.assume_init_ref() };
            *arg = match ty {
                ValType::I32 => value.get_u32().into(),
                ValType::I64 => value.get_u64(),
            };
        }
        let answer = enter(
            &mut caller,
            host,
            handler,
            import.name,
            &args[..H::PARAMS.len()],
        )?;
        if answers && let Some(result) = values.first_mut() {
            result.write(ValRaw::u32(answer));
        }
        Ok(())
    };
    // SAFETY: the closure reads what `ty` says it is given and writes what `ty` says it answers: every result in the
    // tables is one i32.
    unsafe { linker.func_new_unchecked(row.module, import.name, ty, entry)? };
    Ok(())
}

/// Lend the guest's memory to one call.
#[inline]
fn enter<T: 'static, F: Files, Params, H: Handler<F, Params>>(
    caller: &mut Caller<'_, T>,
    host: fn(&mut T) -> &mut Host<F>,
    handler: H,
    name: &'static str,
    args: &[u64],
) -> wasmtime::Result<u32> {
    let private = match &host(caller.data_mut()).memory {
        Lent::Private(memory) => Some(*memory),
        Lent::Shared(_) | Lent::None => None,
        Lent::Unknown => find_memory(caller, host),
    };
    let (bytes, data): (&mut [u8], &mut T) = match private {
        Some(memory) => memory.data_and_store_mut(caller),
        None => (&mut [], caller.data_mut()),
    };
    let Host {
        process,
        thread,
        memory,
        ..
    } = host(data);
    let memory = match memory {
        Lent::Shared(shared) => Memory::shared(shared.data()),
        _ => Memory::exclusive(bytes),
    };
    let mut call = Call {
        process,
        thread,
        memory,
        name,
    };
    let answer = handler.call(&mut call, args);
    answer.map_err(|fail| match fail {
        Fail::Exit(code) => End::Exit(code).into(),
        Fail::Abort(cause) => End::Abort(cause).into(),
        Fail::Leave => End::Leave.into(),
        // An errno is an answer, so what is left is the guest's end.
        Fail::Stopped | Fail::Errno(_) => End::Stopped.into(),
    })
}

/// Find the memory that the instance exports, and remember it. It is answered if it is a private one.
#[cold]
fn find_memory<T: 'static, F: Files>(
    caller: &mut Caller<'_, T>,
    host: fn(&mut T) -> &mut Host<F>,
) -> Option<wasmtime::Memory> {
    let export = caller.get_export("memory");
    let (found, private) = match export {
        Some(Extern::Memory(memory)) => (Lent::Private(memory), Some(memory)),
        Some(Extern::SharedMemory(memory)) => (Lent::Shared(memory), None),
        _ => (Lent::None, None),
    };
    host(caller.data_mut()).memory = found;
    private
}
