//! iwasm-abi
