//! iwasm-dialects
