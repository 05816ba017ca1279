//! The sections of a core module.

use std::sync::Arc;

use wasmparser::{
    CompositeInnerType, ExportSectionReader, ExternalKind, FuncType, FunctionSectionReader,
    ImportSectionReader, MemoryType, Payload, TypeRef, TypeSectionReader,
};

use super::{Import, Item, MOST_DECLARED, MOST_IMPORTS, Memory, Scan, bounded};
use crate::guest::MAIN;

/// What later sections of a module refer to.
#[derive(Default)]
pub(super) struct Module {
    /// Its types, where they are functions'.
    types: Vec<Option<Arc<FuncType>>>,
    /// The types of its functions, imported ones first.
    functions: Vec<u32>,
}

impl Module {
    pub(super) fn read(&mut self, scan: &mut Scan, payload: Payload<'_>) -> Result<(), String> {
        let read = match payload {
            Payload::TypeSection(section) => return self.types(section),
            Payload::ImportSection(section) => return self.imports(scan, section),
            Payload::FunctionSection(section) => {
                bounded(section.count(), MOST_DECLARED, "functions")?;
                self.functions(section)
            }
            Payload::MemorySection(section) => section.into_iter().try_for_each(|memory| {
                keep(scan, memory?, false);
                Ok(())
            }),
            Payload::TagSection(section) => {
                scan.tags |= section.count() > 0;
                Ok(())
            }
            Payload::ExportSection(section) => {
                bounded(section.count(), MOST_DECLARED, "exports")?;
                self.exports(scan, section)
            }
            _ => Ok(()),
        };
        read.map_err(|error| error.to_string())
    }

    fn types(&mut self, section: TypeSectionReader<'_>) -> Result<(), String> {
        for group in section {
            let group = group.map_err(|error| error.to_string())?;
            for ty in group.into_types() {
                self.types.push(match ty.composite_type.inner {
                    CompositeInnerType::Func(ty) => Some(Arc::new(ty)),
                    _ => None,
                });
            }
            let count = u32::try_from(self.types.len()).unwrap_or(u32::MAX);
            bounded(count, MOST_DECLARED, "types")?;
        }
        Ok(())
    }

    fn imports(&mut self, scan: &mut Scan, section: ImportSectionReader<'_>) -> Result<(), String> {
        let mut count = 0;
        for import in section.into_imports() {
            let import = import.map_err(|error| error.to_string())?;
            count += 1;
            bounded(count, MOST_IMPORTS, "imports")?;
            let item = match import.ty {
                TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                    self.functions.push(ty);
                    let ty = self.function_type(ty);
                    Item::Function(Arc::clone(ty.ok_or("it imports a function of no type")?))
                }
                TypeRef::Memory(ty) => {
                    keep(scan, ty, true);
                    Item::Memory { shared: ty.shared }
                }
                TypeRef::Table(_) => Item::Other("table"),
                TypeRef::Global(_) => Item::Other("global"),
                TypeRef::Tag(_) => {
                    scan.tags = true;
                    Item::Other("tag")
                }
            };
            scan.imports.push(Import {
                module: Some(import.module.to_owned()),
                name: import.name.to_owned(),
                item,
            });
        }
        Ok(())
    }

    fn functions(&mut self, section: FunctionSectionReader<'_>) -> wasmparser::Result<()> {
        for ty in section {
            self.functions.push(ty?);
        }
        Ok(())
    }

    fn exports(&self, scan: &mut Scan, section: ExportSectionReader<'_>) -> wasmparser::Result<()> {
        let mut first = MAIN.len();
        for export in section {
            let export = export?;
            if !matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact) {
                continue;
            }
            scan.tell_export(export.name);
            let place = MAIN.iter().position(|name| *name == export.name);
            if let Some(place) = place.filter(|place| *place < first)
                && self.takes_nothing(export.index)
            {
                first = place;
                scan.main = Some(MAIN[place]);
            }
        }
        Ok(())
    }

    fn takes_nothing(&self, function: u32) -> bool {
        let function = usize::try_from(function).ok();
        let ty = function.and_then(|function| self.functions.get(function));
        let ty = ty.and_then(|ty| self.function_type(*ty));
        ty.is_some_and(|ty| ty.params().is_empty())
    }

    fn function_type(&self, index: u32) -> Option<&Arc<FuncType>> {
        let index = usize::try_from(index).ok()?;
        self.types.get(index)?.as_ref()
    }
}

/// How many memories are kept to be told; a module that can run has one.
const MOST_MEMORIES: usize = 100;

fn keep(scan: &mut Scan, memory: MemoryType, imported: bool) {
    if scan.memories.len() < MOST_MEMORIES {
        scan.memories.push(Memory {
            imported,
            shared: memory.shared,
            wide: memory.memory64,
            minimum: memory.initial,
            maximum: memory.maximum,
        });
    }
}
