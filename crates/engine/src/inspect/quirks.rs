//! What the imports of a file do not tell, and what else in the file tells it.

use iwasm_abi::wasmedge;
use iwasm_dialects::Dialect;
use iwasm_wasi::Quirks;

use super::{Binding, Scan};
use crate::scan::{Import, Item};

/// Something that the types of imports do not settle.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quirk {
    /// What it is called; where there is a flag, as that.
    pub name: &'static str,
    /// How it is settled, and by what.
    pub why: String,
}

/// How a guest of this file wants to be served, as far as the file tells.
pub(crate) fn found(scan: &Scan) -> Quirks {
    Quirks {
        wasmedge_go: go(scan).is_some(),
        handed_nonblocking: compiler(scan).is_some(),
        ..Quirks::default()
    }
}

/// What concerns this file, in words.
pub(super) fn told(scan: &Scan, imports: &[Binding]) -> Vec<Quirk> {
    let mut quirks = Vec::new();
    if let Some(evidence) = go(scan) {
        let why = format!("IPv6 addresses of a lookup are right behind the port: {evidence}");
        quirks.push(Quirk {
            name: "wasmedge-go",
            why,
        });
    }
    if let Some(evidence) = compiler(scan)
        && imports.iter().any(|it| it.name == "sock_accept")
    {
        quirks.push(Quirk {
            name: "handed-nonblocking",
            why: format!("sockets that are handed in do not wait, as Go expects: {evidence}"),
        });
    }
    let edge = |name: &str| {
        let mut functions = imports
            .iter()
            .filter(|it| it.dialect == Some(Dialect::WasmEdge));
        functions.any(|it| it.name == name)
    };
    for (name, written, order, other) in [
        ("sock_recv_from", "a number", "be", "as WasmEdge does"),
        ("sock_recv_from_v2", "big-endian", "host", "a number"),
    ] {
        // The first version tells no port.
        let tells =
            |it: &&Binding| it.name == name && it.ty != wasmedge::SOCK_RECV_FROM_V1.to_string();
        if edge(name) && imports.iter().any(|it| tells(&it)) {
            let why = format!(
                "`{name}` writes a sender's port as {written}, by its name; `--wasmedge-udp-port={order}` writes it {other}"
            );
            quirks.push(Quirk {
                name: "wasmedge-udp-port",
                why,
            });
        }
    }
    if (edge("sock_open") || edge("sock_open_v2")) && !later(scan) {
        quirks.push(Quirk {
            name: "wasmedge-v0",
            why: "the first socket that it opens tells whether it counts families and kinds as programs for WasmEdge 0.9 do; \
                `--wasmedge-v0` says that it does"
                .to_owned(),
        });
    }
    quirks
}

/// Why the file is taken for Go's on the library that has WasmEdge's calls there; none if it is not.
///
/// A fork of Go's compiler has those calls as well, and lays everything out as WasmEdge does. It imports some of them in
/// their first version, or by the names of the second, which the library never does.
fn go(scan: &Scan) -> Option<&'static str> {
    let imports = |name: &str, params: usize| {
        let mut imports = scan.imports.iter();
        imports.any(|import| is(import, name, params))
    };
    let looks_up = imports("sock_getaddrinfo", 8);
    let otherwise = imports("sock_accept", 2)
        || imports("sock_getlocaladdr", 4)
        || imports("sock_getpeeraddr", 4)
        || scan
            .imports
            .iter()
            .any(|import| import.name.ends_with("_v2"));
    if !looks_up || otherwise {
        return None;
    }
    if let Some(evidence) = compiler(scan) {
        return Some(evidence);
    }
    let ends = imports("sock_getlocaladdr", 3) || imports("sock_getpeeraddr", 3);
    let unsaid = scan.producers.iter().all(|it| it.part != "language");
    (ends && unsaid)
        .then_some("it asks for addresses as a library of Go's does, and names no language")
}

/// What Go's compiler left in the file.
fn compiler(scan: &Scan) -> Option<&'static str> {
    if scan.go_build_id {
        return Some("it has the section `go:buildid`");
    }
    let mut languages = scan.producers.iter().filter(|it| it.part == "language");
    languages
        .any(|it| it.name == "Go")
        .then_some("its producers name Go")
}

/// It imports what WasmEdge has only since it counts from 1.
fn later(scan: &Scan) -> bool {
    let mut imports = scan.imports.iter();
    imports.any(|import| {
        let name = import.name.as_str();
        name.ends_with("_v2") || matches!(name, "sock_recv_from" | "sock_send_to")
    })
}

fn is(import: &Import, name: &str, params: usize) -> bool {
    let module = import.module.as_deref();
    match &import.item {
        Item::Function(ty) => {
            module == Some(wasmedge::MODULE) && import.name == name && ty.params().len() == params
        }
        _ => false,
    }
}
