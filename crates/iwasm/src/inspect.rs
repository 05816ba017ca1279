//! What a program is and wants, as an embedder asks for it: nothing is compiled or run.

use std::path::Path;

use iwasm_engine::{Binding, Error, Inspection, Program};
use iwasm_native::Linux;

/// Inspect a file, in binary or in text form: what it is, what its imports are bound to, what it could want to reach.
///
/// That it would not run is no error, but among what is told.
///
/// ```
/// # fn main() -> Result<(), iwasm::Error> {
/// let module = br#"(module (import "wasi_snapshot_preview1" "sock_connect"
///     (func (param i32 i32 i32) (result i32))))"#;
/// let inspection = iwasm::inspect(module)?;
/// assert_eq!(inspection.imports[0].provider, Some("WasmEdge"));
/// assert_eq!(inspection.reaches, [iwasm::Reach::Connect]);
/// # Ok(())
/// # }
/// ```
pub fn inspect(bytes: &[u8]) -> Result<Inspection, Error> {
    iwasm_engine::inspect::<Linux>(bytes)
}

/// The same for a file, whatever its name ends in.
pub fn inspect_file(path: &Path) -> Result<Inspection, Error> {
    iwasm_engine::inspect_file::<Linux>(path)
}

/// What the imports of a program are bound to.
pub fn bindings(program: &Program) -> Vec<Binding> {
    program.bindings::<Linux>()
}
