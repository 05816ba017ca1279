//! What is no socket: threads, events, signals and processes.

use iwasm_wasi::Files;

use crate::registry::{Rows, Visitor};

pub(super) fn register<F: Files>(_rows: &mut Rows<'_, F, impl Visitor<F>>) {}
