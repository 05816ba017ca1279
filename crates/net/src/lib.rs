//! iwasm-net
