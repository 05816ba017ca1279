//! iwasm
