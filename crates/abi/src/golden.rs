//! Compares the tables with what was written down by hand: a structure's bytes in both directions, functions' types.

extern crate alloc;

use alloc::collections::BTreeSet;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ops::Range;

use crate::Import;

/// Asserts that writing `fields` gives `golden`, that reading `golden` gives `fields`, and that no
/// two fields overlap (a field that does would be overwritten, and read back otherwise).
pub(crate) fn agree<const N: usize>(golden: [u8; N], fields: &[(Range<usize>, u64)]) {
    let mut written = [0; N];
    for (range, value) in fields {
        let width = range.len();
        assert!(matches!(width, 1 | 2 | 4 | 8), "{range:?}");
        assert_eq!(range.start % width, 0, "{range:?} is aligned");
        assert!(value.to_le_bytes()[width..].iter().all(|&byte| byte == 0));
        written[range.clone()].copy_from_slice(&value.to_le_bytes()[..width]);
    }
    assert_eq!(written, golden);

    let read: Vec<_> = fields
        .iter()
        .map(|(range, _)| number(&golden[range.clone()]))
        .collect();
    assert!(fields.iter().map(|(_, value)| *value).eq(read));
    assert_eq!(overlap(fields), None);
}

/// Asserts that `imports` are `module`'s functions with these names and types, in this order, and each only once.
pub(crate) fn types_are(module: &str, imports: &[&Import], expected: &[(&str, &str)]) {
    for (import, (name, of)) in imports.iter().zip(expected) {
        assert_eq!((import.module, import.name), (module, *name));
        assert_eq!(import.to_string(), *of, "{name}");
    }
    assert_eq!(imports.len(), expected.len());
    let keys = imports
        .iter()
        .map(|import| (import.name, import.to_string()));
    assert_eq!(keys.collect::<BTreeSet<_>>().len(), imports.len());
}

fn number(bytes: &[u8]) -> u64 {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(wide)
}

fn overlap(fields: &[(Range<usize>, u64)]) -> Option<usize> {
    (0..).zip(fields).find_map(|(index, (range, _))| {
        let earlier = &fields[..index];
        earlier
            .iter()
            .any(|(other, _)| other.start < range.end && range.start < other.end)
            .then_some(index)
    })
}
