//! Modules of other runtimes that cannot run here, told by what is in them: who, what, and the way out.

use wasmparser::{Operator, Parser, Payload};

use crate::{Error, ErrorKind};

/// Go on only with a module that is not known to need what there is not. Whatever else is wrong with it, the engine says.
pub(crate) fn check(module: &[u8], name: &str) -> Result<(), Error> {
    for payload in Parser::new(0).parse_all(module) {
        match payload {
            Ok(Payload::CustomSection(section)) if section.name() == "dylink.0" => {
                return Err(library(name));
            }
            Ok(Payload::ImportSection(imports)) => {
                let modules = imports.into_imports().flatten().map(|import| import.module);
                let mut strange = modules.filter_map(stranger);
                return strange
                    .next()
                    .map_or(Ok(()), |strange| Err(strange.error(name)));
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    Ok(())
}

/// A module that is to be imported from, and that is nowhere here.
struct Stranger {
    module: &'static str,
    what: &'static str,
    way_out: &'static str,
}

fn stranger(module: &str) -> Option<&'static Stranger> {
    STRANGERS.iter().find(|stranger| stranger.module == module)
}

static STRANGERS: [Stranger; 3] = [
    Stranger {
        module: "wasix_64v1",
        what: "it is WASIX for programs with pointers of 64 bits",
        way_out: "build the program for 32 bits: the target `wasm32-wasix`, whose module is `wasix_32v1`",
    },
    Stranger {
        module: "wasix_http_client_v1",
        what: "it is a client of HTTP that Wasmer once had in the host",
        way_out: "build the program on a later WASIX, where a client of HTTP uses sockets",
    },
    Stranger {
        module: "wasm_bus",
        what: "it is a bus between programs that Wasmer once had in the host",
        way_out: "build the program on a later WASIX, and let it use sockets",
    },
];

impl Stranger {
    fn error(&self, name: &str) -> Error {
        let message = format!(
            "`{name}` imports from `{}`, which nothing provides",
            self.module
        );
        Error::new(ErrorKind::UnknownImport, message)
            .caused_by(self.what)
            .with_hint(self.way_out)
    }
}

/// A library says in a section of this name what it needs of its linker.
fn library(name: &str) -> Error {
    let message =
        format!("`{name}` is a library for dynamic linking, or a program that needs some");
    Error::new(ErrorKind::Invalid, message)
        .caused_by("it has a section `dylink.0`, and nothing here links modules while they run")
        .with_hint("link the program statically: without `-shared`, `-pie` and `-Wl,-Bdynamic`")
}

/// Add the way out to the engine's own refusal of the module, where there is one to name.
pub(crate) fn explain(error: Error, module: &[u8]) -> Error {
    if has_old_exceptions(module) {
        return error.with_hint(
            "it has exceptions of the old form: build it with `-mllvm -wasm-use-legacy-eh=false`, or let \
             `wasm-opt --translate-to-exnref` translate it",
        );
    }
    error
}

/// Does a function have an instruction of exceptions as they were before they became a part of WebAssembly?
fn has_old_exceptions(module: &[u8]) -> bool {
    let payloads = Parser::new(0).parse_all(module).flatten();
    let bodies = payloads.filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => body.get_operators_reader().ok(),
        _ => None,
    });
    bodies.flatten().flatten().any(|operator| {
        matches!(
            operator,
            Operator::Try { .. }
                | Operator::Catch { .. }
                | Operator::CatchAll
                | Operator::Rethrow { .. }
                | Operator::Delegate { .. }
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<(), Error> {
        check(&wat::parse_str(text).unwrap(), "app.wasm")
    }

    #[test]
    fn a_module_that_imports_from_a_stranger_is_refused_by_its_name() {
        for (module, allowed) in [
            ("wasix_64v1", false),
            ("wasix_http_client_v1", false),
            ("wasm_bus", false),
            ("wasix_32v1", true),
            ("wasi_snapshot_preview1", true),
        ] {
            let text =
                format!(r#"(module (import "env" "f" (func)) (import "{module}" "f" (func)))"#);
            match checked(&text) {
                Ok(()) => assert!(allowed, "{module}"),
                Err(error) => {
                    assert!(!allowed, "{module}");
                    assert_eq!(error.kind(), ErrorKind::UnknownImport);
                    let said =
                        format!("`app.wasm` imports from `{module}`, which nothing provides");
                    assert_eq!(error.to_string(), said);
                    assert!(error.hint().is_some());
                }
            }
        }
    }

    #[test]
    fn a_library_for_dynamic_linking_is_refused_and_another_section_is_not() {
        for (section, allowed) in [("dylink.0", false), ("dylink.1", true), ("name", true)] {
            let done = checked(&format!(
                r#"(module (@custom "{section}" (before first) ""))"#
            ));
            assert_eq!(done.is_ok(), allowed, "{section}");
        }
    }

    #[test]
    fn exceptions_of_the_old_form_are_told_from_those_of_the_new() {
        for (body, old) in [
            ("try throw $e catch $e end", true),
            ("try throw $e catch_all end", true),
            ("try throw $e delegate 0", true),
            ("block $b try_table (catch $e $b) throw $e end end", false),
            ("block end", false),
        ] {
            let text = format!("(module (tag $e) (func {body}))");
            let binary = wat::parse_str(&text).unwrap();
            assert_eq!(has_old_exceptions(&binary), old, "{body}");
        }
    }

    #[test]
    fn what_is_no_module_is_left_to_the_engine() {
        for bytes in [&b""[..], b"\0asm\x01\0\0\0", b"\0asm\x01\0\0\0\x02\xff\xff"] {
            assert!(check(bytes, "app.wasm").is_ok());
            assert!(!has_old_exceptions(bytes));
        }
    }
}
