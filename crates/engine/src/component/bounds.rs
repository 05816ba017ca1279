//! How much of the host's memory a component may have.
//!
//! A component is made of instances, each with memories and tables of its own: what counts is their sum.

use wasmtime::{ResourceLimiter, Result};

/// Bounds on all instances of a component together.
pub(super) struct Bounds {
    memory: usize,
    most_memory: usize,
    elements: usize,
}

/// A table lives in the host's memory. Programs have an entry for each function whose address they take.
const MOST_ELEMENTS: usize = 1 << 20;

/// Compilers make a component of some five instances. One that is composed of others has theirs as well.
const MOST_INSTANCES: usize = 1 << 10;

/// Each reserves addresses of the host, some gigabytes of them.
const MOST_MEMORIES: usize = 1 << 7;

impl Bounds {
    pub(super) fn new(max_memory: Option<u64>) -> Self {
        let most = max_memory.map(|bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        Self {
            memory: 0,
            most_memory: most.unwrap_or(usize::MAX),
            elements: 0,
        }
    }
}

impl ResourceLimiter for Bounds {
    fn memory_growing(&mut self, now: usize, then: usize, _: Option<usize>) -> Result<bool> {
        Ok(grow(&mut self.memory, now, then, self.most_memory))
    }

    fn table_growing(&mut self, now: usize, then: usize, _: Option<usize>) -> Result<bool> {
        Ok(grow(&mut self.elements, now, then, MOST_ELEMENTS))
    }

    fn instances(&self) -> usize {
        MOST_INSTANCES
    }

    fn tables(&self) -> usize {
        MOST_INSTANCES
    }

    fn memories(&self) -> usize {
        MOST_MEMORIES
    }
}

/// Let one part of the sum grow, unless the sum would be more than the most.
fn grow(sum: &mut usize, now: usize, then: usize, most: usize) -> bool {
    let grown = sum.saturating_add(then.saturating_sub(now));
    if grown > most {
        return false;
    }
    *sum = grown;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_of_all_memories_that_is_bounded() {
        let mut bounds = Bounds::new(Some(100));
        for (now, then, granted) in [
            (0, 40, true),
            (0, 40, true),
            (40, 61, false),
            (40, 60, true),
            (60, 61, false),
        ] {
            let answer = bounds.memory_growing(now, then, None).unwrap();
            assert_eq!(answer, granted, "{now} to {then}");
        }
    }

    #[test]
    fn without_a_limit_memory_grows_and_tables_are_bounded_all_the_same() {
        let mut bounds = Bounds::new(None);
        assert!(bounds.memory_growing(0, usize::MAX, None).unwrap());
        assert!(bounds.table_growing(0, MOST_ELEMENTS, None).unwrap());
        assert!(!bounds.table_growing(0, 1, None).unwrap());
    }
}
