//! What a module imports, each import bound by itself.
//!
//! The engine's linker knows a name once. Real modules import one name with two types, a C library's `sock_accept` beside
//! a crate's: so there is a linker for each type that a name has, and an import is looked up in the one of its own type.

use iwasm_dialects::{Nearest, Registry};
use iwasm_wasi::Files;
use wasmtime::{
    Extern, ExternType, FuncType, ImportType, Instance, InstancePre, Linker, Memory, Module,
    SharedMemory, Store,
};

use crate::link::{self, Host};
use crate::{Error, ErrorKind, Program};

/// A module and what its imports are bound to, from which each thread makes its instance.
pub(crate) struct Imports<F: Files> {
    module: Module,
    linkers: Vec<Linker<Host<F>>>,
    /// For each import in order, the linker that has it.
    places: Vec<usize>,
    /// The instance, prepared: where one linker has all, as is usual.
    pre: Option<InstancePre<Host<F>>>,
}

impl<F: Files> Imports<F> {
    /// Bind the program's imports: functions to the registry's, memories to `shared` or to new ones in the store.
    /// `trap` binds what nothing provides to a function that ends the guest.
    pub(crate) fn bind(
        program: &Program,
        store: &mut Store<Host<F>>,
        shared: Option<&SharedMemory>,
        trap: bool,
    ) -> Result<Self, Error> {
        let module = program.core()?.clone();
        let places = places(&module);
        let linkers = (0..=places.iter().copied().max().unwrap_or(0))
            .map(|place| {
                let mut linker = Linker::new(program.engine.wasmtime());
                let pairs = module.imports().zip(&places);
                let own = pairs.filter_map(|(import, at)| (*at == place).then_some(import));
                link::add(&mut linker, own, |host| host)?;
                Ok(linker)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let mut imports = Self {
            module,
            linkers,
            places,
            pre: None,
        };
        imports.add_memory(store, shared)?;
        if trap {
            imports.trap_unknown()?;
        }
        imports.check(store, &program.name)?;
        if let [linker] = imports.linkers.as_slice() {
            let pre = linker.instantiate_pre(&imports.module);
            imports.pre = Some(pre.map_err(refused)?);
        }
        Ok(imports)
    }

    /// The module.
    pub(crate) fn module(&self) -> &Module {
        &self.module
    }

    /// One more instance.
    pub(crate) fn instantiate(&self, store: &mut Store<Host<F>>) -> wasmtime::Result<Instance> {
        if let Some(pre) = &self.pre {
            return pre.instantiate(store);
        }
        let bound = self.bound().map(|(import, linker)| {
            let found = linker.get_by_import(&mut *store, &import);
            found.ok_or_else(|| wasmtime::Error::msg("an import is bound to nothing"))
        });
        let bound = bound.collect::<wasmtime::Result<Vec<_>>>()?;
        Instance::new(store, &self.module, &bound)
    }

    /// Each import with the linker that has it, if any does.
    fn bound(&self) -> impl Iterator<Item = (ImportType<'_>, &Linker<Host<F>>)> {
        let pairs = self.module.imports().zip(&self.places);
        pairs.map(|(import, place)| (import, &self.linkers[*place]))
    }

    /// Give the module the memories that it imports, whatever it calls them.
    fn add_memory(
        &mut self,
        store: &mut Store<Host<F>>,
        shared: Option<&SharedMemory>,
    ) -> Result<(), Error> {
        for (import, place) in self.module.imports().zip(&self.places) {
            let ExternType::Memory(ty) = import.ty() else {
                continue;
            };
            let memory = match shared {
                Some(shared) if ty.is_shared() => Extern::from(shared.clone()),
                _ => Memory::new(&mut *store, ty).map_err(refused)?.into(),
            };
            self.linkers[*place]
                .define(&mut *store, import.module(), import.name(), memory)
                .map_err(refused)?;
        }
        Ok(())
    }

    fn trap_unknown(&mut self) -> Result<(), Error> {
        for linker in &mut self.linkers {
            linker
                .define_unknown_imports_as_traps(&self.module)
                .map_err(refused)?;
        }
        Ok(())
    }

    /// The first import that is bound to nothing, as an error.
    fn check(&self, store: &mut Store<Host<F>>, file: &str) -> Result<(), Error> {
        let missing: Vec<_> = self
            .bound()
            .filter(|(import, linker)| linker.get_by_import(&mut *store, import).is_none())
            .map(|(import, _)| import)
            .collect();
        let Some(first) = missing.first() else {
            return Ok(());
        };
        let nearest = Registry::<F>::default().nearest(first.module(), first.name());
        Err(unknown(file, first, missing.len() - 1, &nearest))
    }
}

/// For each import, how many other types its name was imported with before.
fn places(module: &Module) -> Vec<usize> {
    let mut seen: Vec<(ImportType<'_>, String, usize)> = Vec::new();
    for import in module.imports() {
        let ty = match import.ty() {
            ExternType::Func(ty) => written(&ty),
            other => kind(&other).to_owned(),
        };
        let same_name = |(other, ..): &&(ImportType<'_>, String, usize)| {
            (other.module(), other.name()) == (import.module(), import.name())
        };
        let mut others = seen.iter().filter(same_name);
        let place = match others.clone().find(|(_, other, _)| *other == ty) {
            Some((.., place)) => *place,
            None => others
                .by_ref()
                .map(|(.., place)| place + 1)
                .max()
                .unwrap_or(0),
        };
        seen.push((import, ty, place));
    }
    seen.into_iter().map(|(.., place)| place).collect()
}

fn unknown(file: &str, import: &ImportType<'_>, more: usize, nearest: &Nearest) -> Error {
    let name = format!("{}.{}", import.module(), import.name());
    let asked = match import.ty() {
        ExternType::Func(ty) => format!(" of type `{}`", written(&ty)),
        other => format!(", a {}", kind(&other)),
    };
    let more = match more {
        0 => String::new(),
        more => format!(" (nor {more} more)"),
    };
    let error = Error::new(
        ErrorKind::UnknownImport,
        format!("`{file}` imports `{name}`{asked}, which nothing provides{more}"),
    );
    let known: Vec<_> = nearest.types.iter().map(|ty| format!("`{ty}`")).collect();
    let cause = match known.as_slice() {
        [] => format!("no import is called `{name}`"),
        known => format!("the types known for it are {}", known.join(" and ")),
    };
    // Where the name is known, it is the type that is wrong: another name would lead astray.
    let near = match nearest.name {
        Some((module, name)) if nearest.types.is_empty() => {
            format!("the nearest name is `{module}.{name}`; ")
        }
        _ => String::new(),
    };
    error.caused_by(cause).with_hint(format!(
        "{near}`--trap-unknown-imports` starts the guest all the same, and ends it when it calls what is missing"
    ))
}

fn kind(ty: &ExternType) -> &'static str {
    match ty {
        ExternType::Global(_) => "global",
        ExternType::Table(_) => "table",
        ExternType::Memory(_) => "memory",
        _ => "tag",
    }
}

/// A function type as the tables write it.
fn written(ty: &FuncType) -> String {
    let params: Vec<_> = ty.params().map(|ty| ty.to_string()).collect();
    let results: Vec<_> = ty.results().map(|ty| ty.to_string()).collect();
    match results.as_slice() {
        [one] => format!("({}) -> {one}", params.join(", ")),
        many => format!("({}) -> ({})", params.join(", "), many.join(", ")),
    }
}

fn refused(cause: wasmtime::Error) -> Error {
    Error::new(ErrorKind::Invalid, "the module cannot be linked").caused_by(cause)
}

#[cfg(test)]
mod tests {
    use wasmtime::Engine;

    use super::*;

    #[test]
    fn a_name_has_a_place_for_each_of_its_types() {
        let text = r#"(module
            (import "a" "f" (func))
            (import "a" "f" (func (param i32)))
            (import "b" "f" (func (param i32)))
            (import "a" "f" (func))
            (import "a" "f" (func (result i64)))
            (import "a" "m" (memory 1)))"#;
        let module = Module::new(&Engine::default(), text).unwrap();
        assert_eq!(places(&module), [0, 1, 0, 0, 2, 0]);
    }
}
