//! What a guest imports: a function's module, name and type.
//!
//! The three together are the key: two dialects may give one name different types.

use core::fmt;

/// A type of a parameter or result. No guest contract passes any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// 32 bits: a number, a descriptor, a pointer or a length.
    I32,
    /// 64 bits: an offset, a size, a time or a set of rights.
    I64,
}

impl fmt::Display for ValType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::I32 => "i32",
            Self::I64 => "i64",
        })
    }
}

/// One function that a guest can import. Displayed as its type: `(i32, i64) -> i32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Import {
    /// The module's name.
    pub module: &'static str,
    /// The function's name in that module.
    pub name: &'static str,
    /// The types of the parameters, in order.
    pub params: &'static [ValType],
    /// The types of the results, in order.
    pub results: &'static [ValType],
}

impl fmt::Display for Import {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        parenthesised(self.params, formatter)?;
        formatter.write_str(" -> ")?;
        match self.results {
            [one] => one.fmt(formatter),
            results => parenthesised(results, formatter),
        }
    }
}

fn parenthesised(types: &[ValType], formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_str("(")?;
    for (index, of) in types.iter().enumerate() {
        let separator = if index == 0 { "" } else { ", " };
        write!(formatter, "{separator}{of}")?;
    }
    formatter.write_str(")")
}

/// Makes one static [`Import`] a row, and `IMPORTS`, the list of them all. Rows in `shared` are
/// another table's, which this one offers too.
macro_rules! imports {
    (
        module: $module:expr $(, shared: [$($shared:path),+])?;
        $($(#[$doc:meta])* $import:ident = $name:literal, [$($param:ident),*] => [$($result:ident),*];)*
    ) => {
        $(
            $(#[$doc])*
            pub static $import: $crate::Import = $crate::Import {
                module: $module,
                name: $name,
                params: &[$($crate::ValType::$param),*],
                results: &[$($crate::ValType::$result),*],
            };
        )*

        /// Every function of this contract.
        pub static IMPORTS: &[&$crate::Import] = &[$($(&$shared,)+)? $(&$import),*];
    };
}

pub(crate) use imports;

#[cfg(test)]
mod tests {
    extern crate alloc;

    use alloc::string::ToString;

    use super::ValType::{I32, I64};
    use super::*;

    #[test]
    fn an_import_is_displayed_as_its_type() {
        for (params, results, text) in [
            (&[I32, I64][..], &[I32][..], "(i32, i64) -> i32"),
            (&[I32], &[], "(i32) -> ()"),
            (&[], &[I32], "() -> i32"),
            (&[], &[I32, I64], "() -> (i32, i64)"),
        ] {
            let import = Import {
                module: "m",
                name: "n",
                params,
                results,
            };
            assert_eq!(import.to_string(), text);
        }
    }
}
