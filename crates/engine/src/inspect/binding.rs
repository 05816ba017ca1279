//! What an import is bound to, and why: in words.

use iwasm_abi::ValType;
use iwasm_dialects::{Dialect, Registry, Row};
use wasmparser::FuncType;

use super::{Files, Import, Reach, Scan, interfaces, reach};
use crate::scan::Item;

/// One import, and what it is bound to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Binding {
    /// The module that it is imported from; the imports of a component have none.
    pub module: Option<String>,
    /// Its name.
    pub name: String,
    /// A function's type, as in `(i32, i64) -> i32`, or what else it is.
    pub ty: String,
    /// The dialect that provides it, or who else does; none is nobody.
    pub provider: Option<&'static str>,
    /// Why it is bound to that, or what is most like it.
    pub why: String,
    /// What a program reaches by it.
    pub reaches: &'static [Reach],
    /// The dialect, where one provides it.
    pub(super) dialect: Option<Dialect>,
}

impl Binding {
    /// The name with the module before it.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.module {
            Some(module) => format!("{module}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Binds imports by the registry.
pub(super) struct Binder<F: Files> {
    registry: Registry<F>,
    rows: Vec<Row>,
    /// For how many more unknown imports the nearest one is looked for.
    patience: u32,
}

/// So many unknown imports are compared with each known one: a program that has them is lost after the first.
const PATIENCE: u32 = 64;

impl<F: Files> Default for Binder<F> {
    fn default() -> Self {
        let registry = Registry::default();
        Self {
            rows: registry.rows().collect(),
            registry,
            patience: PATIENCE,
        }
    }
}

impl<F: Files> Binder<F> {
    pub(super) fn bind(mut self, scan: &Scan) -> Vec<Binding> {
        let mut all: Vec<_> = scan.imports.iter().map(|import| self.one(import)).collect();
        self.tell_shared_as_the_rest(&mut all);
        all
    }

    /// What several dialects have alike is told as that of the one that the program has most of beside it. What they took
    /// over from WASIp1 stays that.
    fn tell_shared_as_the_rest(&self, all: &mut [Binding]) {
        let contracts: Vec<_> = all.iter().map(|binding| self.contracts(binding)).collect();
        let alone = |dialect| contracts.iter().filter(|of| **of == [dialect]).count();
        let counts: Vec<_> = Dialect::ALL.iter().map(|it| (*it, alone(*it))).collect();
        for (binding, contracts) in all.iter_mut().zip(&contracts) {
            let told = binding.dialect.filter(|told| contracts.contains(told));
            if told.is_none_or(|told| told == Dialect::P1) {
                continue;
            }
            let mut most = 0;
            for (dialect, count) in counts.iter().filter(|(it, _)| contracts.contains(it)) {
                if *count > most {
                    most = *count;
                    binding.provider = Some(dialect.name());
                    binding.dialect = Some(*dialect);
                }
            }
        }
    }

    /// The dialects that have just this import.
    fn contracts(&self, binding: &Binding) -> Vec<Dialect> {
        let row = self.rows.iter().find(|row| {
            let names = (Some(row.module), row.import.name);
            names == (binding.module.as_deref(), &*binding.name)
                && Some(row.dialect) == binding.dialect
        });
        let all = Dialect::ALL.iter().copied();
        row.map_or_else(Vec::new, |row| {
            all.filter(|dialect| dialect.has(row.import)).collect()
        })
    }

    fn one(&mut self, import: &Import) -> Binding {
        let (provider, why, dialect, reaches) = match (&import.item, &import.module) {
            (Item::Function(ty), Some(module)) => self.function(module, &import.name, ty),
            (Item::Memory { shared: true }, _) => (
                Some("iwasm"),
                "one memory for all of its threads".to_owned(),
                None,
                &[][..],
            ),
            (Item::Memory { .. }, _) => (Some("iwasm"), "a new memory".to_owned(), None, &[][..]),
            (Item::Other(what), Some(_)) => {
                (None, format!("nothing provides a {what}"), None, &[][..])
            }
            (_, None) => {
                let (provider, why) = interfaces::bound(&import.name);
                (provider, why, None, interfaces::reaches(&import.name))
            }
        };
        Binding {
            module: import.module.clone(),
            name: import.name.clone(),
            ty: written(&import.item),
            provider,
            why,
            reaches: if provider.is_some() { reaches } else { &[] },
            dialect,
        }
    }

    fn function(
        &mut self,
        module: &str,
        name: &str,
        ty: &FuncType,
    ) -> (
        Option<&'static str>,
        String,
        Option<Dialect>,
        &'static [Reach],
    ) {
        let of =
            |types: &[wasmparser::ValType]| types.iter().map(plain).collect::<Option<Vec<_>>>();
        let types = of(ty.params()).zip(of(ty.results()));
        let found = self.rows.iter().find(|row| {
            let types = types.as_ref();
            (row.module, row.import.name) == (module, name)
                && types.is_some_and(|(params, results)| {
                    row.import.params == params && row.import.results == results
                })
        });
        match found {
            Some(row) => {
                let why = self.reason(row);
                (
                    Some(row.dialect.name()),
                    why,
                    Some(row.dialect),
                    reach::of_function(name),
                )
            }
            None => (None, self.unknown(module, name), None, &[]),
        }
    }

    /// What told that this row is meant.
    fn reason(&self, row: &Row) -> String {
        let beside = || self.rows.iter().filter(|other| other.module == row.module);
        if beside().all(|other| other.dialect == row.dialect) {
            return "by its module".to_owned();
        }
        let contracts: Vec<_> = Dialect::ALL
            .iter()
            .filter(|dialect| dialect.has(row.import))
            .map(|dialect| dialect.name())
            .collect();
        let shared = contracts.len() > 1;
        let mut others = beside()
            .filter(|other| other.import.name == row.import.name && other.import != row.import)
            .peekable();
        if others.peek().is_none() {
            return match row.dialect.version(row.import) {
                _ if shared => format!("same meaning in {}", list(&contracts)),
                Some(version) => format!("by its name, {}", of_version(row.dialect, version)),
                None => "by its name".to_owned(),
            };
        }
        let count = row.import.params.len();
        let type_said = if others.all(|other| other.import.params.len() != count) {
            format!("{count} parameters")
        } else {
            format!("`{}`", row.import)
        };
        let whose = match row.dialect.version(row.import) {
            _ if shared => format!("mean the same in {}", list(&contracts)),
            Some(version) => format!("are {}", of_version(row.dialect, version)),
            None => format!("are {}'s", row.dialect.name()),
        };
        format!("by its type: {type_said} {whose}")
    }

    fn unknown(&mut self, module: &str, name: &str) -> String {
        let Some(patience) = self.patience.checked_sub(1) else {
            return "nothing provides it".to_owned();
        };
        self.patience = patience;
        let nearest = self.registry.nearest(module, name);
        let known: Vec<_> = nearest.types.iter().map(|ty| format!("`{ty}`")).collect();
        match (known.as_slice(), nearest.name) {
            ([], None) => "nothing provides it".to_owned(),
            ([], Some((module, name))) => {
                format!("nothing provides it; nearest: `{module}.{name}`")
            }
            (known, _) => {
                let known: Vec<_> = known.iter().map(String::as_str).collect();
                format!(
                    "nothing provides it with this type; known: {}",
                    list(&known)
                )
            }
        }
    }
}

fn of_version(dialect: Dialect, version: u8) -> String {
    let version = if version == 1 { "first" } else { "second" };
    format!("{}'s {version} version", dialect.name())
}

/// `a, b and c`.
fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

fn plain(ty: &wasmparser::ValType) -> Option<ValType> {
    match ty {
        wasmparser::ValType::I32 => Some(ValType::I32),
        wasmparser::ValType::I64 => Some(ValType::I64),
        _ => None,
    }
}

/// More parameters than this no known function has, and a hostile one may have very many.
const MOST_WRITTEN: usize = 16;

fn written(item: &Item) -> String {
    let ty = match item {
        Item::Function(ty) => ty,
        Item::Memory { shared: true } => return "shared memory".to_owned(),
        Item::Memory { .. } => return "memory".to_owned(),
        Item::Other(what) => return (*what).to_owned(),
    };
    let types = |types: &[wasmparser::ValType]| {
        let mut words: Vec<_> = types
            .iter()
            .take(MOST_WRITTEN)
            .map(ToString::to_string)
            .collect();
        if types.len() > MOST_WRITTEN {
            words.push(format!("{} more", types.len() - MOST_WRITTEN));
        }
        words.join(", ")
    };
    match ty.results() {
        [one] => format!("({}) -> {one}", types(ty.params())),
        many => format!("({}) -> ({})", types(ty.params()), types(many)),
    }
}
