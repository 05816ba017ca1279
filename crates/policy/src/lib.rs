//! iwasm-policy
