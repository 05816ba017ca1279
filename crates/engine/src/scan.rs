//! What a file declares: read from its sections, without a look at its code.
//!
//! A file may be hostile, and is not compiled before this. So everything that is kept of it is bounded, and nothing is
//! believed but the form of what is read.

mod component;
mod module;

use std::sync::Arc;

use wasmparser::{Chunk, CustomSectionReader, FuncType, KnownCustom, Parser, Payload};

/// What a file declares.
#[derive(Default)]
pub(crate) struct Scan {
    /// It is a component, and no core module.
    pub(crate) component: bool,
    /// In order.
    pub(crate) imports: Vec<Import>,
    /// Those that it imports, then its own.
    pub(crate) memories: Vec<Memory>,
    /// It has tags, so it throws or catches.
    pub(crate) tags: bool,
    /// The function in which it starts.
    pub(crate) main: Option<&'static str>,
    /// The first functions that it exports; of a component, whatever it exports.
    pub(crate) exports: Vec<String>,
    /// Who made it, as it says.
    pub(crate) producers: Vec<Producer>,
    /// It has the section in which Go's linker leaves a number.
    pub(crate) go_build_id: bool,
    /// How many modules and components are within.
    pub(crate) nested: usize,
}

/// What it wants from outside.
pub(crate) struct Import {
    /// A component's imports have none.
    pub(crate) module: Option<String>,
    pub(crate) name: String,
    pub(crate) item: Item,
}

/// What kind of thing is imported.
pub(crate) enum Item {
    Function(Arc<FuncType>),
    Memory {
        shared: bool,
    },
    /// Whatever is provided to no module, by its name.
    Other(&'static str),
}

/// A memory of the module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Memory {
    /// The module takes it from outside.
    pub imported: bool,
    /// Several threads can work in it.
    pub shared: bool,
    /// It is addressed with 64 bits.
    pub wide: bool,
    /// How many pages of 64 KiB it has from the start.
    pub minimum: u64,
    /// How many it may have; none is as many as can be addressed.
    pub maximum: Option<u64>,
}

/// A tool or language that had a part in making the file, as it says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Producer {
    /// Its part: `language`, `processed-by` or `sdk`.
    pub part: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// So many imports no program has: 500 are many.
const MOST_IMPORTS: u32 = 1 << 14;

/// How many exports and producers are kept to be told.
const MOST_TOLD: usize = 32;

/// As many functions, exports and types have the engine's modules at most.
const MOST_DECLARED: u32 = 1_000_000;

impl Scan {
    /// Read a file in binary form: why it cannot be read is an error, as text.
    pub(crate) fn of(binary: &[u8]) -> Result<Self, String> {
        let mut scan = Self {
            component: Parser::is_component(binary),
            ..Self::default()
        };
        let mut module = module::Module::default();
        let mut outer = Vec::new();
        let mut parser = Parser::new(0);
        let mut rest = binary;
        loop {
            let (payload, behind) = next(&mut parser, rest)?;
            rest = behind;
            if let Payload::ComponentTypeSection(section) = &payload {
                let range = section.range();
                component::check_depth(&binary[range.clone()], range.start)?;
            }
            match payload {
                Payload::ModuleSection { parser: inner, .. }
                | Payload::ComponentSection { parser: inner, .. } => {
                    scan.nested += 1;
                    outer.push(std::mem::replace(&mut parser, inner));
                }
                Payload::End(_) => match outer.pop() {
                    Some(of) => parser = of,
                    None => return Ok(scan),
                },
                Payload::CustomSection(section) => scan.custom(&section),
                payload if !outer.is_empty() => scan.inner(&payload),
                payload if scan.component => scan.component(payload)?,
                payload => module.read(&mut scan, payload)?,
            }
        }
    }

    /// Sections that nobody has to understand: who made it. One that is damaged says nothing.
    fn custom(&mut self, section: &CustomSectionReader<'_>) {
        self.go_build_id |= section.name() == "go:buildid";
        let KnownCustom::Producers(fields) = section.as_known() else {
            return;
        };
        for field in fields.into_iter().flatten() {
            for value in field.values.into_iter().flatten() {
                let producer = Producer {
                    part: field.name.to_owned(),
                    name: value.name.to_owned(),
                    version: value.version.to_owned(),
                };
                if self.producers.len() < MOST_TOLD && !self.producers.contains(&producer) {
                    self.producers.push(producer);
                }
            }
        }
    }

    /// A module in a component: what it imports is between the two.
    fn inner(&mut self, payload: &Payload<'_>) {
        self.tags |= matches!(payload, Payload::TagSection(_));
    }

    /// Does a component import or export what is of WASIp3?
    #[cfg(feature = "components")]
    pub(crate) fn speaks_p3(&self) -> bool {
        let imports = self.imports.iter().map(|import| &*import.name);
        let mut names = imports.chain(self.exports.iter().map(|export| &**export));
        names.any(|name| name.contains("@0.3."))
    }

    fn tell_export(&mut self, name: &str) {
        if self.exports.len() < MOST_TOLD {
            self.exports.push(name.to_owned());
        }
    }
}

/// The next section, and what is behind it. Code is passed over.
fn next<'a>(parser: &mut Parser, rest: &'a [u8]) -> Result<(Payload<'a>, &'a [u8]), String> {
    let (consumed, payload) = match parser.parse(rest, true) {
        Ok(Chunk::Parsed { consumed, payload }) => (consumed, payload),
        Ok(Chunk::NeedMoreData(_)) => return Err(CUT_OFF.to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    let mut rest = &rest[consumed..];
    if let Payload::CodeSectionStart { size, .. } = payload {
        parser.skip_section();
        let size = usize::try_from(size).ok();
        rest = size.and_then(|size| rest.get(size..)).ok_or(CUT_OFF)?;
    }
    Ok((payload, rest))
}

const CUT_OFF: &str = "it ends within its code";

/// A list of the file is not too long to be kept.
fn bounded(count: u32, most: u32, what: &str) -> Result<(), String> {
    if count > most {
        return Err(format!(
            "it has {count} {what}, and more than {most} are not read"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &str) -> Scan {
        Scan::of(&wat::parse_str(text).unwrap()).unwrap()
    }

    #[test]
    fn memories_are_told_with_their_bounds_and_whose_they_are() {
        let scan = scan(
            r#"(module
                (import "env" "memory" (memory 1 2 shared))
                (memory 3)
                (memory i64 4 5)
                (func))"#,
        );
        let told: Vec<_> = scan
            .memories
            .iter()
            .map(|m| (m.imported, m.shared, m.wide, m.minimum, m.maximum))
            .collect();
        let own = [
            (true, true, false, 1, Some(2)),
            (false, false, false, 3, None),
            (false, false, true, 4, Some(5)),
        ];
        assert_eq!(told, own);
    }

    #[test]
    fn the_main_function_is_the_first_usual_one_that_takes_nothing() {
        for (exports, main) in [
            (r#"(func (export "_start"))"#, Some("_start")),
            (r#"(func (export "main"))"#, Some("main")),
            (
                r#"(func (export "main")) (func (export "_start"))"#,
                Some("_start"),
            ),
            (r#"(func (export "main") (param i32 i32))"#, None),
            (r#"(memory (export "_start") 1)"#, None),
            (r#"(func (export "add"))"#, None),
            ("", None),
        ] {
            let text = format!(r#"(module (import "m" "f" (func (param i32))) {exports})"#);
            assert_eq!(scan(&text).main, main, "{exports}");
        }
    }

    #[test]
    fn what_a_component_has_within_is_not_taken_for_its_own() {
        let scan = scan(
            r#"(component
                (import "wasi:sockets/tcp@0.2.3" (instance))
                (core module
                    (import "env" "sock_open" (func))
                    (memory 1 2 shared)
                    (tag)
                    (func (export "_start"))
                    (@custom "go:buildid" "x"))
                (component (import "f" (func))))"#,
        );
        assert!(scan.component && scan.tags && scan.go_build_id);
        assert_eq!((scan.nested, scan.main), (2, None));
        assert_eq!(scan.memories, []);
        let names: Vec<_> = scan.imports.iter().map(|import| &import.name).collect();
        assert_eq!(names, ["wasi:sockets/tcp@0.2.3"]);
        assert!(matches!(scan.imports[0].item, Item::Other("interface")));
    }

    #[test]
    fn a_file_is_read_to_any_end_without_a_panic() {
        let whole = wat::parse_str(
            r#"(module
                (import "m" "f" (func (param i32 f64) (result i64)))
                (import "m" "g" (global i32))
                (func (export "_start") (nop) (nop))
                (memory 1)
                (tag)
                (data (i32.const 0) "abc")
                (@producers (language "Rust" "1.95")))"#,
        )
        .unwrap();
        assert!(Scan::of(&whole).is_ok());
        for len in 0..whole.len() {
            // It can end between two sections, and is whole then.
            _ = Scan::of(&whole[..len]);
            let mut other = whole.clone();
            other[len] ^= 0xff;
            _ = Scan::of(&other);
        }
        let code = whole.windows(4).position(|at| at == [1, 1, 0x0b, 0]);
        let within = code.unwrap_or(whole.len() / 2);
        assert!(Scan::of(&whole[..within]).is_err());
    }

    #[test]
    fn long_lists_are_refused_and_short_ones_told_in_part() {
        let import = r#"(import "m" "f" (func))"#;
        for (times, read) in [(1 << 14, true), ((1 << 14) + 1, false)] {
            let module = format!("(module {})", import.repeat(times));
            let binary = wat::parse_str(module).unwrap();
            assert_eq!(Scan::of(&binary).is_ok(), read, "{times}");
        }
        // A count that no bytes are behind.
        let claims = b"\0asm\x01\0\0\0\x02\x05\xff\xff\xff\xff\x0f";
        assert!(Scan::of(claims).is_err());
        let exports: String = (0..100)
            .map(|at| format!(r#"(export "{at}" (func 0))"#))
            .collect();
        let module = format!("(module (func) {exports})");
        assert_eq!(scan(&module).exports.len(), MOST_TOLD);
    }
}
