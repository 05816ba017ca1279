//! What is not served says so: the guest by an error each time, its operator once.

use std::sync::{Arc, Mutex};

use iwasm_abi::{Errno, Import, wasix};
use iwasm_net::{Fail, Journal};
use iwasm_policy::{Denial, Policy};

use crate::guest::Guest;
use crate::script::lock;

struct Heard(Arc<Mutex<Vec<&'static str>>>);

impl Journal for Heard {
    fn denied(&self, _: &'static str, _: &Denial) {}

    fn unsupported(&self, call: &'static str) {
        lock(&self.0).push(call);
    }
}

/// Functions of WASIX by the beginning of their names.
fn named(begin: &'static str) -> impl Iterator<Item = &'static Import> {
    let all = wasix::sockets::IMPORTS
        .iter()
        .chain(wasix::process::IMPORTS);
    all.copied().filter(move |it| it.name.starts_with(begin))
}

#[test]
fn a_function_that_is_not_served_is_told_once() {
    let begins = [
        "port_",
        "proc_fork",
        "proc_exec",
        "proc_spawn",
        "proc_join",
        "proc_signal",
        "dl",
        "closure_",
        "context_",
        "stack_",
    ];
    let mut count = 0;
    for import in begins.into_iter().flat_map(named) {
        // There is no signal, so these two have their answers.
        if import.name.starts_with("proc_signals_") {
            continue;
        }
        let heard = Arc::default();
        let journal = Box::new(Heard(Arc::clone(&heard)));
        let mut guest = Guest::heard(Policy::nothing(), journal);
        for _ in 0..2 {
            match guest.call_as(import, &vec![0; import.params.len()]) {
                Ok(answer) => assert_eq!(answer, Errno::Notsup.number().into(), "{}", import.name),
                Err(end) => assert!(matches!(end, Fail::Abort(_)), "{}", import.name),
            }
        }
        assert_eq!(*lock(&heard), [import.name]);
        count += 1;
    }
    assert_eq!(count, 13 + 2 + 4 + 3 + 1 + 1 + 3 + 3 + 3 + 2);
}
