//! iwasm-wasi
