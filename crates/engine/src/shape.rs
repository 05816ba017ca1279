//! What the engine does not say of a module that it has read and found valid.

use wasmparser::{Parser, Payload};

/// Does the module make a shared memory, instead of importing one?
///
/// Nobody but the one instance would ever know that memory: no other thread, and not the host, which has to wake whoever
/// waits in it when the guest ends.
pub(crate) fn makes_shared_memory(module: &[u8]) -> bool {
    let payloads = Parser::new(0).parse_all(module);
    payloads.flatten().any(|payload| match payload {
        Payload::MemorySection(memories) => {
            memories.into_iter().flatten().any(|memory| memory.shared)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_memory_is_told_from_others() {
        for (module, makes) in [
            ("(module)", false),
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
}
