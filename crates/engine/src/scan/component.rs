//! The sections of a component.

use wasmparser::{
    BinaryReader, ComponentExternalKind, ComponentType, ComponentTypeDeclaration, Payload,
};

use super::{Import, Item, MOST_DECLARED, MOST_IMPORTS, Scan, bounded};

impl Scan {
    /// A section of the component itself. Its imports can be in several.
    pub(super) fn component(&mut self, payload: Payload<'_>) -> Result<(), String> {
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import.map_err(|error| error.to_string())?;
                    let so_far = u32::try_from(self.imports.len()).unwrap_or(u32::MAX);
                    bounded(so_far + 1, MOST_IMPORTS, "imports")?;
                    self.imports.push(Import {
                        module: None,
                        name: import.name.name.to_owned(),
                        item: Item::Other(kind(import.ty.kind())),
                    });
                }
            }
            Payload::ComponentExportSection(section) => {
                bounded(section.count(), MOST_DECLARED, "exports")?;
                for export in section {
                    let export = export.map_err(|error| error.to_string())?;
                    self.component_export(export.name.name);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn component_export(&mut self, name: &str) {
        if name.starts_with("wasi:cli/run@") {
            self.main = Some("wasi:cli/run");
        }
        self.tell_export(name);
    }
}

/// As deep may types hold types in a component that is valid.
const DEEPEST: u32 = 100;

/// See that no type of a section holds others deeper than that. Who reads such types, as the engine does, goes down one call
/// for each: a file of a few kilobytes could leave it without a stack.
pub(super) fn check_depth(section: &[u8], offset: usize) -> Result<(), String> {
    let mut reader = BinaryReader::new(section, offset);
    let types = reader.read_var_u32().map_err(|error| error.to_string())?;
    (0..types).try_for_each(|_| pass_type(&mut reader, 0))
}

fn pass_type(reader: &mut BinaryReader<'_>, depth: u32) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!(
            "it has types within types, and more than {DEEPEST} are not read"
        ));
    }
    let mut ahead = reader.clone();
    let declared = match ahead.read_u8() {
        Ok(COMPONENT_TYPE | INSTANCE_TYPE) => ahead.read_var_u32(),
        // No other holds types, but only numbers of them.
        _ => {
            return reader
                .read::<ComponentType<'_>>()
                .map(drop)
                .map_err(|error| error.to_string());
        }
    };
    *reader = ahead;
    let declared = declared.map_err(|error| error.to_string())?;
    (0..declared).try_for_each(|_| pass_declaration(reader, depth))
}

fn pass_declaration(reader: &mut BinaryReader<'_>, depth: u32) -> Result<(), String> {
    let mut ahead = reader.clone();
    if matches!(ahead.read_u8(), Ok(TYPE)) {
        *reader = ahead;
        return pass_type(reader, depth + 1);
    }
    // What a component declares has all that an instance does.
    let passed = reader.read::<ComponentTypeDeclaration<'_>>();
    passed.map(drop).map_err(|error| error.to_string())
}

/// The first bytes of types that hold others, and of a declaration that is one (component model, Binary.md).
const COMPONENT_TYPE: u8 = 0x41;
const INSTANCE_TYPE: u8 = 0x42;
const TYPE: u8 = 0x01;

fn kind(of: ComponentExternalKind) -> &'static str {
    match of {
        ComponentExternalKind::Module => "module",
        ComponentExternalKind::Func => "function",
        ComponentExternalKind::Value => "value",
        ComponentExternalKind::Type => "type",
        ComponentExternalKind::Instance => "interface",
        ComponentExternalKind::Component => "component",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section with one type that holds so many others, each in the one before.
    fn nested(depth: usize) -> Vec<u8> {
        let held = [INSTANCE_TYPE, 1, TYPE].repeat(depth);
        [&[1], held.as_slice(), &[INSTANCE_TYPE, 0]].concat()
    }

    #[test]
    fn types_within_types_are_passed_to_a_depth_that_a_stack_holds() {
        for (depth, passed) in [
            (0, true),
            (1, true),
            (100, true),
            (101, false),
            (1_000_000, false),
        ] {
            assert_eq!(check_depth(&nested(depth), 0).is_ok(), passed, "{depth}");
        }
    }

    #[test]
    fn a_component_that_is_too_deep_is_an_error_and_not_an_end() {
        let section = nested(100_000);
        let len = u32::try_from(section.len()).unwrap();
        let size = [0, 7, 14, 21].map(|by| u8::try_from(len >> by & 0x7f).unwrap() | 0x80);
        let binary = [b"\0asm\x0d\0\x01\0\x07", &size[..], &[0], &section].concat();
        let error = Scan::of(&binary).err().unwrap();
        assert!(error.contains("types within types"), "{error}");
    }

    #[test]
    fn every_kind_of_declaration_is_passed() {
        let text = r#"(component
            (type (instance
                (type $t (record (field "a" u32) (field "b" (list string))))
                (export "t" (type (eq $t)))
                (export "r" (type (sub resource)))
                (export "f" (func (param "x" u32) (result string)))
                (core type (module (import "m" "f" (func)) (export "g" (func))))
                (type (instance (export "h" (func))))))
            (type (component
                (import "i" (func))
                (export "e" (func))
                (type (component (import "j" (func))))))
            (type (result u32 (error string)))
            (type (func async (param "p" u64))))"#;
        Scan::of(&wat::parse_str(text).unwrap()).map(drop).unwrap();
    }
}
