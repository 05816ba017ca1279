//! What the engine does not say of a module that it has read and found valid.

/// The section that declares the memories which a module makes (core specification, 5.5.8).
const MEMORIES: u8 = 5;

/// The flag of a memory that threads share (threads proposal, binary format of limits).
const SHARED: u8 = 2;

/// Does the module make a shared memory, instead of importing one?
///
/// Nobody but the one instance would ever know that memory: no other thread, and not the host, which has to wake whoever
/// waits in it when the guest ends.
pub(crate) fn makes_shared_memory(module: &[u8]) -> bool {
    sections(module).any(|(id, content)| {
        let flags = number(content).and_then(|(_count, memories)| memories.first());
        id == MEMORIES && flags.is_some_and(|flags| flags & SHARED != 0)
    })
}

/// The sections behind the magic number and the version, each by its number and its content.
fn sections(module: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = module.get(8..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (id, behind) = rest.split_first()?;
        let (size, behind) = number(behind)?;
        let (content, behind) = behind.split_at_checked(size)?;
        rest = behind;
        Some((*id, content))
    })
}

/// A number in LEB128, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_memory_is_told_from_others() {
        for (module, makes) in [
            ("(module)", false),
            ("(module (memory 1))", false),
            ("(module (memory 1 2))", false),
            (
                r#"(module (import "env" "memory" (memory 1 2 shared)))"#,
                false,
            ),
            ("(module (memory 1 2 shared))", true),
            (
                "(module (func) (table 300 funcref) (memory 1 2 shared) (func))",
                true,
            ),
        ] {
            let binary = wat::parse_str(module).unwrap();
            assert_eq!(makes_shared_memory(&binary), makes, "{module}");
        }
    }

    #[test]
    fn what_is_cut_off_makes_nothing() {
        let binary = wat::parse_str("(module (func) (memory 1 2 shared))").unwrap();
        for len in 0..binary.len() {
            makes_shared_memory(&binary[..len]);
        }
        assert!(!makes_shared_memory(
            b"\0asm\x01\0\0\0\x05\xff\xff\xff\xff\xff\xff"
        ));
    }
}
