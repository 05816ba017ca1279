//! The one table of imports: told apart by module, name and function type, whatever the dialect.

use std::sync::Arc;

use iwasm_abi::{Import, ValType};
use iwasm_wasi::Files;

use crate::handler::{Erased, Function, Handler};
use crate::{Dialect, p1, threads, wamr};

/// Every import that a guest can have.
pub struct Registry<F: Files> {
    bindings: Vec<Binding<F>>,
}

/// One import and what serves it.
pub struct Binding<F: Files> {
    /// The import.
    pub import: &'static Import,
    /// The module that it stands in here, where it differs from the import's own.
    pub module: &'static str,
    /// The contract that it belongs to.
    pub dialect: Dialect,
    /// What serves it.
    pub function: Arc<dyn Function<F>>,
}

/// What the registry knows that is like an import it does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The types that the registry has for this very module and name.
    pub types: Vec<&'static Import>,
    /// The nearest other name, with its module.
    pub name: Option<(&'static str, &'static str)>,
}

impl<F: Files> Default for Registry<F> {
    fn default() -> Self {
        let mut registry = Self {
            bindings: Vec::with_capacity(160),
        };
        p1::register(&mut Rows::new(&mut registry, Dialect::P1));
        wamr::register(&mut Rows::new(&mut registry, Dialect::Wamr));
        registry.alias_first_names();
        threads::register(&mut Rows::new(&mut registry, Dialect::Threads));
        registry
    }
}

impl<F: Files> Registry<F> {
    /// WASI's first module name, which WAMR offers the same functions under. Four of them had another layout in those
    /// days, and are left out: a guest that needs them is told so when it is linked.
    fn alias_first_names(&mut self) {
        const OTHERWISE: [&str; 4] = [
            "fd_filestat_get",
            "fd_seek",
            "path_filestat_get",
            "poll_oneoff",
        ];
        let same = self
            .bindings
            .iter()
            .filter(|row| !OTHERWISE.contains(&row.import.name));
        let aliases: Vec<_> = same
            .map(|row| Binding {
                module: iwasm_abi::wamr::ALIAS_MODULE,
                function: Arc::clone(&row.function),
                ..*row
            })
            .collect();
        self.bindings.extend(aliases);
    }

    /// All rows.
    pub fn bindings(&self) -> &[Binding<F>] {
        &self.bindings
    }

    /// The row for this module, name and type.
    pub fn find(
        &self,
        module: &str,
        name: &str,
        params: &[ValType],
        results: &[ValType],
    ) -> Option<&Binding<F>> {
        self.bindings.iter().find(|row| {
            row.module == module
                && row.import.name == name
                && row.import.params == params
                && row.import.results == results
        })
    }

    /// What is like this import, for a message.
    pub fn nearest(&self, module: &str, name: &str) -> Nearest {
        let types: Vec<_> = self
            .bindings
            .iter()
            .filter(|row| row.module == module && row.import.name == name)
            .map(|row| row.import)
            .collect();
        let like = self
            .bindings
            .iter()
            .filter(|row| (row.module, row.import.name) != (module, name))
            .map(|row| (distance(row.import.name, name), row))
            .min_by_key(|(distance, row)| (*distance, row.module != module));
        let near_enough = name.len() / 3 + 1;
        Nearest {
            types,
            name: like
                .filter(|(distance, _)| *distance <= near_enough)
                .map(|(_, row)| (row.module, row.import.name)),
        }
    }
}

/// Where a dialect writes its rows.
pub(crate) struct Rows<'a, F: Files> {
    registry: &'a mut Registry<F>,
    dialect: Dialect,
}

impl<'a, F: Files> Rows<'a, F> {
    fn new(registry: &'a mut Registry<F>, dialect: Dialect) -> Self {
        Self { registry, dialect }
    }

    /// Serve the import with this function.
    pub(crate) fn bind<Params: 'static, H: Handler<F, Params>>(
        &mut self,
        import: &'static Import,
        handler: H,
    ) {
        debug_assert_eq!(H::PARAMS, import.params, "the handler of {}", import.name);
        self.registry.bindings.push(Binding {
            import,
            module: import.module,
            dialect: self.dialect,
            function: Arc::new(Erased::<H, Params>::new(handler)),
        });
    }
}

/// How many letters must be changed, added or left out to make one name of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distance_counts_changes_additions_and_omissions() {
        for (a, b, apart) in [
            ("sock_open", "sock_open", 0),
            ("sock_open", "sock_opem", 1),
            ("sock_open", "sockopen", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b), apart, "{a} {b}");
        }
    }
}
