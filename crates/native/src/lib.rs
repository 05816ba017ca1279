//! iwasm-native
