//! iwasm-engine
