//! The guest's C library: an everyday program on it does as natively, and imports what WAMR has and nothing else.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use conformance::{compile, package, run, runtime, target};
use iwasm_abi::{p1, wamr};
use wasmparser::{FuncType, Parser, Payload, TypeRef};

const LIMIT: Duration = Duration::from_secs(20);

fn guests() -> PathBuf {
    package().join("../guests")
}

fn said_by(mut command: Command) -> String {
    let outcome = run(&mut command, LIMIT).expect("the program starts");
    let said = outcome.stdout.clone();
    outcome.into_result().expect("the program succeeds");
    said
}

#[test]
fn an_everyday_program_says_the_same_natively_and_as_a_guest() {
    let source = guests().join("c/everyday.c");
    let native = compile("everyday-native", &[source], &[], target()).expect("it compiles");
    let mut guest = Command::new(runtime().expect("the runtime is built"));
    guest
        .args(["--addr-pool=127.0.0.0/8", "--allow-resolve=localhost"])
        .arg(guests().join("clib/everyday.wasm"));
    let said = said_by(guest);
    assert_eq!(said, said_by(Command::new(native)));
    assert!(said.contains("received hello, stream"), "{said}");
}

#[test]
fn an_everyday_program_imports_what_wamr_has_with_wamr_s_types() {
    let imports = imports_of("clib/everyday.wasm");
    assert!(
        imports
            .iter()
            .any(|import| import.starts_with("wasi_snapshot_preview1.sock_open "))
    );
    let foreign: Vec<_> = imports.difference(&wamr_s()).cloned().collect();
    assert_eq!(foreign, Vec::<String>::new());
}

#[test]
fn what_wamr_lacks_is_borrowed_from_two_others() {
    let imports = imports_of("clib/conformance.wasm");
    let foreign: Vec<_> = imports.difference(&wamr_s()).cloned().collect();
    assert_eq!(
        foreign,
        [
            "wasi_snapshot_preview1.sock_bind (i32, i32, i32) -> i32",
            "wasi_snapshot_preview1.sock_connect (i32, i32, i32) -> i32",
            "wasi_snapshot_preview1.sock_getlocaladdr (i32, i32, i32) -> i32",
            "wasi_snapshot_preview1.sock_getpeeraddr (i32, i32, i32) -> i32",
            "wasi_snapshot_preview1.sock_getsockopt (i32, i32, i32, i32, i32) -> i32",
            "wasi_snapshot_preview1.sock_open (i32, i32, i32) -> i32",
            "wasi_snapshot_preview1.sock_setsockopt (i32, i32, i32, i32, i32) -> i32",
            "wasix_32v1.sock_get_opt_size (i32, i32, i32) -> i32",
            "wasix_32v1.sock_pair (i32, i32, i32, i32, i32) -> i32",
            "wasix_32v1.sock_set_opt_size (i32, i32, i64) -> i32",
        ]
    );
}

/// Every import that WAMR serves: its own, and WASIp1's.
fn wamr_s() -> BTreeSet<String> {
    p1::IMPORTS
        .iter()
        .chain(wamr::IMPORTS)
        .map(|import| format!("{}.{} {import}", import.module, import.name))
        .collect()
}

fn imports_of(guest: &str) -> BTreeSet<String> {
    let bytes = fs::read(guests().join(guest)).expect("the guest is there");
    let mut types: Vec<FuncType> = Vec::new();
    let mut imports = BTreeSet::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.expect("the guest is a module") {
            Payload::TypeSection(section) => {
                types.extend(
                    section
                        .into_iter_err_on_gc_types()
                        .map(|ty| ty.expect("a function's type")),
                );
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.expect("an import");
                    let TypeRef::Func(ty) = import.ty else {
                        panic!("`{}` is no function", import.name);
                    };
                    let ty = shown(&types[ty as usize]);
                    imports.insert(format!("{}.{} {ty}", import.module, import.name));
                }
            }
            _ => {}
        }
    }
    imports
}

/// A type as the table of imports shows it.
fn shown(ty: &FuncType) -> String {
    let list = |types: &[wasmparser::ValType]| {
        let types: Vec<_> = types.iter().map(ToString::to_string).collect();
        types.join(", ")
    };
    match ty.results() {
        [one] => format!("({}) -> {one}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}
