//! The sections of a component.

use wasmparser::{ComponentExternalKind, Payload};

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
