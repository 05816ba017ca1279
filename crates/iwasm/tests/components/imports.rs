//! What components import: which releases are provided, and what becomes of the rest.

use iwasm::{ErrorKind, Guest, Outcome};

use crate::RUN;
use crate::common::{run, text};

#[test]
fn every_release_of_a_version_is_provided() {
    for (interface, function) in [
        (
            "wasi:clocks/monotonic-clock@0.2.0",
            "(export \"now\" (func (result u64)))",
        ),
        (
            "wasi:clocks/monotonic-clock@0.2.99",
            "(export \"now\" (func (result u64)))",
        ),
        (
            "wasi:sockets/network@0.2.0",
            "(export \"network\" (type (sub resource)))",
        ),
        (
            "wasi:sockets/network@0.2.12",
            "(export \"network\" (type (sub resource)))",
        ),
        (
            "wasi:random/random@0.3.0",
            "(export \"get-random-u64\" (func (result u64)))",
        ),
        (
            "wasi:random/random@0.3.99",
            "(export \"get-random-u64\" (func (result u64)))",
        ),
    ] {
        let import = format!("(import \"{interface}\" (instance {function}))");
        let outcome = run(Guest::new(&text(&format!("(component {import} {RUN}"))));
        assert_eq!(outcome, Outcome::Exited(0), "{interface}");
    }
}

#[test]
fn an_import_that_nothing_provides_is_told_before_the_start() {
    for (import, cause) in [
        (
            "wasi:http/types@0.2.0",
            "iwasm provides `wasi:cli`, `wasi:clocks`, `wasi:filesystem`, `wasi:io`, `wasi:random` and `wasi:sockets`",
        ),
        (
            "wasi:sockets/tcp@0.1.0",
            "the versions of it that iwasm provides are 0.2.0 and later",
        ),
        (
            "wasi:sockets/types@0.3.0-rc-2025-09-16",
            "the versions of it that iwasm provides are 0.3.0 and later",
        ),
    ] {
        let component = text(&importing(import));
        let error = Guest::new(&component).build().err().unwrap();
        assert_eq!(error.kind(), ErrorKind::UnknownImport);
        assert_eq!(
            error.to_string(),
            format!("`the module` imports `{import}`, which nothing provides")
        );
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), cause);
        let guest = Guest::new(&component).trap_unknown_imports(true);
        let Outcome::Trapped(told) = run(guest) else {
            panic!("the guest calls what is missing");
        };
        let first = told.lines().next().unwrap();
        assert_eq!(
            first,
            format!("unknown import: `{import}#call` is provided by nothing")
        );
    }
}

/// A component that imports one function, and calls it.
fn importing(interface: &str) -> String {
    format!(
        r#"(component
            (import "{interface}" (instance $missing
                (export "thing" (type (sub resource)))
                (export "call" (func))))
            (core func $call (canon lower (func $missing "call")))
            (core module $m
                (import "" "call" (func $call))
                (func (export "run") (result i32) call $call i32.const 0))
            (core instance $i (instantiate $m (with "" (instance (export "call" (func $call))))))
            (func $run (result (result)) (canon lift (core func $i "run")))
            (instance $exports (export "run" (func $run)))
            (export "wasi:cli/run@0.2.0" (instance $exports)))"#
    )
}
