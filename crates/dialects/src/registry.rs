//! The one table of imports: told apart by module, name and function type, whatever the dialect.

use std::marker::PhantomData;
use std::sync::Arc;

use iwasm_abi::{Import, ValType};
use iwasm_wasi::Files;

use crate::handler::{Erased, Function, Handler, Unsupported};
use crate::{Dialect, p1, threads, wamr, wasix, wasmedge};

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
            bindings: Vec::with_capacity(400),
        };
        visit(&mut registry);
        registry
    }
}

impl<F: Files> Visitor<F> for Registry<F> {
    fn row<Params: 'static, H: Handler<F, Params>>(&mut self, row: Row, handler: H) {
        self.bindings.push(Binding {
            import: row.import,
            module: row.module,
            dialect: row.dialect,
            function: Arc::new(Erased::<H, Params>::new(handler)),
        });
    }
}

impl<F: Files> Registry<F> {
    /// All rows.
    pub fn bindings(&self) -> &[Binding<F>] {
        &self.bindings
    }

    /// All rows, without what serves them.
    pub fn rows(&self) -> impl Iterator<Item = Row> {
        self.bindings.iter().map(|row| Row {
            import: row.import,
            module: row.module,
            dialect: row.dialect,
        })
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
        let near_enough = name.len() / 3 + 1;
        let like = self
            .bindings
            .iter()
            .filter(|row| (row.module, row.import.name) != (module, name))
            // So far apart are the two at least, and a guest may have a very long name.
            .filter(|row| row.import.name.len().abs_diff(name.len()) <= near_enough)
            .map(|row| (distance(row.import.name, name), row))
            .min_by_key(|(distance, row)| (*distance, row.module != module));
        Nearest {
            types,
            name: like
                .filter(|(distance, _)| *distance <= near_enough)
                .map(|(_, row)| (row.module, row.import.name)),
        }
    }
}

/// One import, without what serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The import.
    pub import: &'static Import,
    /// The module that it stands in here, where it differs from the import's own.
    pub module: &'static str,
    /// The contract that it belongs to.
    pub dialect: Dialect,
}

/// Who goes through the rows, and meets each handler with its own type: an engine, which so makes one piece of code of
/// the guest's call and the handler.
pub trait Visitor<F: Files> {
    /// One row and what serves it.
    fn row<Params: 'static, H: Handler<F, Params>>(&mut self, row: Row, handler: H);
}

/// Go through all rows.
pub fn visit<F: Files>(visitor: &mut impl Visitor<F>) {
    p1::register(&mut Rows::new(visitor, Dialect::P1));
    wamr::register(&mut Rows::new(visitor, Dialect::Wamr));
    wasmedge::register(&mut Rows::new(visitor, Dialect::WasmEdge));
    threads::register(&mut Rows::new(visitor, Dialect::Threads));
    let mut answers = wasix::Answers::new(visitor);
    p1::register(&mut Rows::new(&mut answers, Dialect::Wasix));
    wasix::register(&mut Rows::new(&mut answers, Dialect::Wasix));
}

/// Where a dialect writes its rows.
pub(crate) struct Rows<'a, F: Files, V: Visitor<F>> {
    visitor: &'a mut V,
    dialect: Dialect,
    of: PhantomData<fn(F)>,
}

impl<'a, F: Files, V: Visitor<F>> Rows<'a, F, V> {
    fn new(visitor: &'a mut V, dialect: Dialect) -> Self {
        Self {
            visitor,
            dialect,
            of: PhantomData,
        }
    }

    /// Serve the import with this function.
    pub(crate) fn bind<Params: 'static, H: Handler<F, Params>>(
        &mut self,
        import: &'static Import,
        handler: H,
    ) {
        debug_assert_eq!(H::PARAMS, import.params, "the handler of {}", import.name);
        let row = self.row(import);
        self.visitor.row(row, handler);
        if has_first_name(import, self.dialect) {
            let module = iwasm_abi::wamr::ALIAS_MODULE;
            self.visitor.row(Row { module, ..row }, handler);
        }
    }

    /// Let the import be linked, and answer ENOTSUP when it is called.
    pub(crate) fn refuse(&mut self, import: &'static Import) {
        let row = self.row(import);
        self.visitor.row(row, Unsupported { end: None });
    }

    /// The same for one that has no result to say so: its call ends the guest for this cause.
    pub(crate) fn refuse_for_good(&mut self, import: &'static Import, cause: &'static str) {
        let row = self.row(import);
        self.visitor.row(row, Unsupported { end: Some(cause) });
    }

    fn row(&self, import: &'static Import) -> Row {
        Row {
            import,
            module: import.module,
            dialect: self.dialect,
        }
    }
}

/// Is the import the same under WASI's first module name, where WAMR offers its own and WASI's too? Four of WASIp1's had another layout
/// in those days, and are left out: a guest that needs them is told so when it is linked.
fn has_first_name(import: &Import, dialect: Dialect) -> bool {
    const OTHERWISE: [&str; 4] = [
        "fd_filestat_get",
        "fd_seek",
        "path_filestat_get",
        "poll_oneoff",
    ];
    matches!(dialect, Dialect::P1 | Dialect::Wamr) && !OTHERWISE.contains(&import.name)
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
