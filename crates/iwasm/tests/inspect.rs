//! What is told of a file without running it: what each import is bound to and why, and what the file could reach.

use iwasm::{ErrorKind, Inspection, Reach, inspect};

/// A module that starts.
fn module(text: &str) -> Inspection {
    let text = format!(r#"(module {text} (func (export "_start")))"#);
    inspect(text.as_bytes()).expect("the test gives a module")
}

/// A function to import, of so many i32.
fn import(module: &str, name: &str, params: usize) -> String {
    let params = "i32 ".repeat(params);
    format!(r#"(import "{module}" "{name}" (func (param {params}) (result i32)))"#)
}

const P1: &str = "wasi_snapshot_preview1";

#[test]
fn each_name_and_arity_is_bound_to_its_meaning() {
    let same = "same meaning in WASIp1, WAMR and WasmEdge";
    for (name, params, provider, why) in [
        (
            "sock_accept",
            3,
            "WASIp1",
            "by its type: 3 parameters mean the same in WASIp1, WAMR and WasmEdge",
        ),
        (
            "sock_accept",
            2,
            "WasmEdge",
            "by its type: 2 parameters are WasmEdge's first version",
        ),
        (
            "sock_open",
            3,
            "WasmEdge",
            "by its type: 3 parameters are WasmEdge's",
        ),
        (
            "sock_open",
            4,
            "WAMR",
            "by its type: 4 parameters are WAMR's",
        ),
        (
            "sock_bind",
            3,
            "WasmEdge",
            "by its type: 3 parameters are WasmEdge's",
        ),
        (
            "sock_bind",
            2,
            "WAMR",
            "by its type: 2 parameters are WAMR's",
        ),
        (
            "sock_connect",
            3,
            "WasmEdge",
            "by its type: 3 parameters are WasmEdge's",
        ),
        (
            "sock_connect",
            2,
            "WAMR",
            "by its type: 2 parameters are WAMR's",
        ),
        (
            "sock_listen",
            2,
            "WAMR",
            "same meaning in WAMR and WasmEdge",
        ),
        ("sock_recv", 6, "WASIp1", same),
        ("sock_send", 5, "WASIp1", same),
        ("sock_shutdown", 2, "WASIp1", same),
        (
            "sock_recv_from",
            6,
            "WAMR",
            "by its type: 6 parameters are WAMR's",
        ),
        (
            "sock_recv_from",
            7,
            "WasmEdge",
            "by its type: 7 parameters are WasmEdge's first version",
        ),
        (
            "sock_recv_from",
            8,
            "WasmEdge",
            "by its type: 8 parameters are WasmEdge's second version",
        ),
        (
            "sock_send_to",
            6,
            "WAMR",
            "by its type: 6 parameters are WAMR's",
        ),
        (
            "sock_send_to",
            7,
            "WasmEdge",
            "by its type: 7 parameters are WasmEdge's",
        ),
        (
            "sock_getlocaladdr",
            4,
            "WasmEdge",
            "by its type: 4 parameters are WasmEdge's first version",
        ),
        (
            "sock_getlocaladdr",
            3,
            "WasmEdge",
            "by its type: 3 parameters are WasmEdge's second version",
        ),
        (
            "sock_getpeeraddr",
            4,
            "WasmEdge",
            "by its type: 4 parameters are WasmEdge's first version",
        ),
        (
            "sock_getpeeraddr",
            3,
            "WasmEdge",
            "by its type: 3 parameters are WasmEdge's second version",
        ),
        ("sock_getsockopt", 5, "WasmEdge", "by its name"),
        ("sock_setsockopt", 5, "WasmEdge", "by its name"),
        ("sock_getaddrinfo", 8, "WasmEdge", "by its name"),
        ("epoll_oneoff", 4, "WasmEdge", "by its name"),
        (
            "sock_open_v2",
            3,
            "WasmEdge",
            "by its name, WasmEdge's second version",
        ),
        (
            "sock_accept_v2",
            3,
            "WasmEdge",
            "by its name, WasmEdge's second version",
        ),
        (
            "sock_recv_from_v2",
            8,
            "WasmEdge",
            "by its name, WasmEdge's second version",
        ),
        ("sock_addr_local", 2, "WAMR", "by its name"),
        ("sock_addr_remote", 2, "WAMR", "by its name"),
        ("sock_close", 1, "WAMR", "by its name"),
        ("sock_addr_resolve", 6, "WAMR", "by its name"),
        ("sock_set_reuse_addr", 2, "WAMR", "by its name"),
        ("sock_get_linger", 3, "WAMR", "by its name"),
        ("fd_write", 4, "WASIp1", "by its name"),
    ] {
        let told = module(&import(P1, name, params));
        assert_eq!(told.imports[0].provider, Some(provider), "{name} {params}");
        assert_eq!(told.imports[0].why, why, "{name} {params}");
        assert_eq!(told.obstacles, [""; 0], "{name} {params}");
    }
    let told = module(&import("wasi", "thread-spawn", 1));
    assert_eq!(told.imports[0].provider, Some("wasi-threads"));
    assert_eq!(told.imports[0].why, "by its module");
    for (name, params) in [("sock_open", 4), ("fd_write", 4), ("sock_accept", 4)] {
        let told = module(&import("wasix_32v1", name, params));
        assert_eq!(told.imports[0].provider, Some("WASIX"), "{name}");
        assert_eq!(told.imports[0].why, "by its module", "{name}");
    }
    // WASI's first module name stands for the same functions.
    let told = module(&import("wasi_unstable", "sock_open", 4));
    assert_eq!(told.imports[0].provider, Some("WAMR"));
}

#[test]
fn what_nothing_provides_is_told_with_what_is_most_like_it() {
    for (imported, why) in [
        (
            import(P1, "sock_opem", 4),
            "nothing provides it; nearest: `wasi_snapshot_preview1.sock_open`",
        ),
        (
            import(P1, "sock_bind", 5),
            "nothing provides it with this type; known: `(i32, i32) -> i32` and `(i32, i32, i32) -> i32`",
        ),
        (
            r#"(import "wasi_snapshot_preview1" "sock_close" (func (param f64) (result i32)))"#
                .to_owned(),
            "nothing provides it with this type; known: `(i32) -> i32`",
        ),
        (import("env", "emscripten_sleep", 1), "nothing provides it"),
        (import(P1, &"x".repeat(50_000), 1), "nothing provides it"),
        (
            r#"(import "env" "table" (table 1 funcref))"#.to_owned(),
            "nothing provides a table",
        ),
        (
            r#"(import "env" "base" (global i32))"#.to_owned(),
            "nothing provides a global",
        ),
    ] {
        let told = module(&imported);
        assert_eq!(told.imports[0].provider, None, "{imported:.80}");
        assert_eq!(told.imports[0].why, why, "{imported:.80}");
        assert_eq!(told.obstacles.len(), 1, "{imported:.80}");
        assert!(told.flags.contains(&"--trap-unknown-imports"));
    }
}

#[test]
fn what_is_bound_is_what_a_run_binds() {
    let engine = iwasm::Engine::new().unwrap();
    let text = [
        import(P1, "sock_accept", 2),
        import(P1, "sock_accept", 3),
        import(P1, "sock_recv_from", 8),
        import("wasi", "thread-spawn", 1),
    ];
    let text = format!("(module {})", text.concat());
    let program = engine.compile(text.as_bytes()).unwrap();
    let run = iwasm::bindings(&program);
    let told = inspect(text.as_bytes()).unwrap();
    assert_eq!(run.len(), 4);
    for (run, told) in run.iter().zip(&told.imports) {
        assert_eq!((run.provider, &run.why), (told.provider, &told.why));
    }
}

#[test]
fn what_dialects_have_alike_is_told_as_the_rest_of_the_program_is() {
    for (beside, provider) in [
        (&[][..], "WAMR"),
        (&[("sock_bind", 2)], "WAMR"),
        (&[("sock_bind", 3)], "WasmEdge"),
        (&[("sock_bind", 2), ("sock_bind", 3)], "WAMR"),
        (
            &[("sock_bind", 2), ("sock_bind", 3), ("sock_connect", 3)],
            "WasmEdge",
        ),
    ] {
        let names = [&[("sock_listen", 2)], beside].concat();
        let imports = names.iter().map(|(name, count)| import(P1, name, *count));
        let told = module(&imports.collect::<String>());
        assert_eq!(told.imports[0].provider, Some(provider), "{beside:?}");
    }
}

#[test]
fn what_a_program_could_reach_is_told_with_the_flags_that_grant_it() {
    use Reach::{Connect, Files, Handed, Listen, Multicast, Names, Send, Threads};
    let pool = "--addr-pool=ADDRESS/MASK";
    for (names, reaches, flags) in [
        (&[("fd_write", 4)][..], &[][..], &[][..]),
        (
            &[("sock_open", 3), ("sock_connect", 3)],
            &[Connect],
            &[pool],
        ),
        (
            &[("sock_open", 4), ("sock_listen", 2), ("sock_accept", 3)],
            &[Listen],
            &[pool],
        ),
        (
            &[("sock_open", 4), ("sock_listen", 2), ("sock_connect", 2)],
            &[Listen, Connect],
            &[pool],
        ),
        (&[("sock_open", 4), ("sock_send_to", 6)], &[Send], &[pool]),
        (
            &[("sock_open", 4), ("sock_set_ip_add_membership", 3)],
            &[Multicast],
            &[pool],
        ),
        (
            &[("sock_accept", 3), ("sock_recv", 6)],
            &[Handed],
            &["--listen=tcp://ADDRESS:PORT"],
        ),
        (
            &[("sock_addr_resolve", 6)],
            &[Names],
            &["--allow-resolve=NAME"],
        ),
        (
            &[("sock_getaddrinfo", 8), ("sock_connect_v2", 3)],
            &[Connect, Names],
            &[pool, "--allow-resolve=NAME"],
        ),
    ] {
        let imports: String = names
            .iter()
            .map(|(name, params)| import(P1, name, *params))
            .collect();
        let told = module(&imports);
        assert_eq!(told.reaches, reaches, "{names:?}");
        assert_eq!(told.flags, flags, "{names:?}");
    }
    let open = r#"(import "wasi_snapshot_preview1" "path_open"
        (func (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"#;
    let spawn = import("wasi", "thread-spawn", 1);
    let told = module(&(open.to_owned() + &spawn));
    assert_eq!(told.reaches, [Files, Threads]);
    assert_eq!(told.flags, ["--dir=DIR"]);
    assert!(told.threads);
    // What is bound to nothing reaches nothing.
    assert_eq!(module(&import(P1, "sock_connect", 7)).reaches, []);
}

#[test]
fn what_keeps_a_file_from_running_is_told_and_no_error() {
    for (text, obstacle) in [
        (
            r#"(import "a" "b" (func)) (import "a" "c" (func))"#,
            "nothing provides `a.b`, nor 1 more",
        ),
        (
            "(memory 1 2 shared)",
            "it makes a shared memory of its own, where one is to be imported",
        ),
        (
            r#"(@custom "dylink.0" (before first) "")"#,
            "`the file` is a library for dynamic linking, or a program that needs some: it has a section `dylink.0`, \
             and nothing here links modules while they run",
        ),
        ("(memory i64 1)", "its memory has addresses of 64 bits"),
        (
            "(memory 1) (memory 1)",
            "it has 2 memories, and can have one",
        ),
    ] {
        assert_eq!(module(text).obstacles, [obstacle]);
    }
    let told = inspect(br#"(module (func (export "add")) (func (export "sub")))"#).unwrap();
    assert_eq!((told.main, told.flags), (None, vec!["-f NAME"]));
    assert_eq!(told.exports, ["add", "sub"]);
    assert_eq!(told.obstacles, [""; 0]);
    let told = inspect(b"(module)").unwrap();
    let nothing = "it has no main function, and exports none to call";
    assert_eq!(
        (told.flags, told.obstacles),
        (vec![], vec![nothing.to_owned()])
    );
}

#[test]
fn a_component_is_told_with_its_interfaces() {
    let text = r#"(component
        (import "wasi:sockets/tcp@0.2.3" (instance))
        (import "wasi:sockets/ip-name-lookup@0.2.0" (instance))
        (import "wasi:random/random@0.3.0" (instance))
        (import "my:own/thing" (instance))
        (core module (func (export "_start"))))"#;
    let told = inspect(text.as_bytes()).unwrap();
    assert!(told.component && told.text);
    assert_eq!(told.nested, 1);
    let imports: Vec<_> = told
        .imports
        .iter()
        .map(|import| (import.name.as_str(), import.ty.as_str(), import.provider))
        .collect();
    let expected = [
        ("wasi:sockets/tcp@0.2.3", "interface", Some("WASIp2")),
        (
            "wasi:sockets/ip-name-lookup@0.2.0",
            "interface",
            Some("WASIp2"),
        ),
        ("wasi:random/random@0.3.0", "interface", Some("WASIp3")),
        ("my:own/thing", "interface", None),
    ];
    assert_eq!(imports, expected);
    assert_eq!(told.reaches, [Reach::Listen, Reach::Connect, Reach::Names]);
    assert_eq!(
        told.flags,
        [
            "--addr-pool=ADDRESS/MASK",
            "--allow-resolve=NAME",
            "--trap-unknown-imports"
        ]
    );
    assert_eq!(told.obstacles[0], "nothing provides `my:own/thing`");
    let apart = told
        .obstacles
        .iter()
        .any(|it| it.contains("this build runs core modules only"));
    assert_eq!(apart, !cfg!(feature = "components"));
}

#[test]
fn go_is_told_by_what_its_compiler_leaves_and_by_what_its_library_imports() {
    let lookup = import(P1, "sock_getaddrinfo", 8);
    let v2 = import(P1, "sock_getlocaladdr", 3);
    let v1 = import(P1, "sock_getlocaladdr", 4);
    let build_id = r#"(@custom "go:buildid" "x")"#;
    let go = r#"(@producers (language "Go" "1.25"))"#;
    let rust = r#"(@producers (language "Rust" "1.95"))"#;
    for (text, is_go) in [
        (format!("{lookup} {v2} {build_id}"), true),
        (format!("{lookup} {v2} {go}"), true),
        (format!("{lookup} {go}"), true),
        (format!("{lookup} {v2}"), true),
        (format!("{lookup} {v2} {rust}"), false),
        (lookup.clone(), false),
        (format!("{v2} {go}"), false),
        // A fork of the compiler has the runtime's own layout.
        (format!("{lookup} {v1} {go}"), false),
        (
            format!("{lookup} {} {build_id}", import(P1, "sock_accept", 2)),
            false,
        ),
        (
            format!("{lookup} {} {go}", import(P1, "sock_recv_from_v2", 8)),
            false,
        ),
    ] {
        let told = module(&text);
        let found = told.quirks.iter().any(|quirk| quirk.name == "wasmedge-go");
        assert_eq!(found, is_go, "{text}");
        let engine = iwasm::Engine::new().unwrap();
        let program = engine
            .compile(format!("(module {text})").as_bytes())
            .unwrap();
        assert_eq!(program.quirks().wasmedge_go, is_go, "{text}");
    }
}

#[test]
fn sockets_handed_to_a_program_of_go_do_not_wait() {
    let accept = import(P1, "sock_accept", 3);
    for (text, by_go, is_told) in [
        (
            format!(r#"{accept} (@custom "go:buildid" "x")"#),
            true,
            true,
        ),
        (
            format!(r#"{accept} (@producers (language "Go" "1.27"))"#),
            true,
            true,
        ),
        (r#"(@custom "go:buildid" "x")"#.to_owned(), true, false),
        (accept.clone(), false, false),
    ] {
        let told = module(&text);
        let found = told.quirks.iter().any(|it| it.name == "handed-nonblocking");
        assert_eq!(found, is_told, "{text}");
        let engine = iwasm::Engine::new().unwrap();
        let program = engine.compile(format!("(module {text})").as_bytes());
        assert_eq!(
            program.unwrap().quirks().handed_nonblocking,
            by_go,
            "{text}"
        );
    }
}

#[test]
fn what_types_do_not_settle_is_told_where_it_concerns_the_file() {
    let names = |text: &str| -> Vec<_> {
        let told = module(text);
        told.quirks.iter().map(|quirk| quirk.name).collect()
    };
    let open = import(P1, "sock_open", 3);
    let wamr = import(P1, "sock_open", 4);
    for (text, quirks) in [
        (import(P1, "sock_recv_from", 8), &["wasmedge-udp-port"][..]),
        (import(P1, "sock_recv_from_v2", 8), &["wasmedge-udp-port"]),
        (import(P1, "sock_recv_from", 7), &[]),
        (import(P1, "sock_recv_from", 6), &[]),
        (open.clone(), &["wasmedge-v0"]),
        (open.clone() + &import(P1, "sock_send_to", 7), &[]),
        (wamr, &[]),
    ] {
        assert_eq!(names(&text), quirks, "{text}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_that_says_so() {
    let whole = inspect(b"(module (func (export \"f\")))").unwrap();
    assert_eq!(whole.exports, ["f"]);
    for (bytes, kind) in [
        (&b""[..], ErrorKind::NotWasm),
        (b"\x7fELF", ErrorKind::NotWasm),
        (b"\0aot\x03\0\0\0", ErrorKind::NotWasm),
        (b"\0asm", ErrorKind::Invalid),
        (b"\0asm\x01\0\0\0\x02", ErrorKind::Invalid),
        (b"\0asm\x01\0\0\0\x01\x7f\xff", ErrorKind::Invalid),
        (
            b"\0asm\x0d\0\x01\0\x0a\xff\xff\xff\xff\x0f",
            ErrorKind::Invalid,
        ),
        (b"(module (func", ErrorKind::Invalid),
    ] {
        assert_eq!(inspect(bytes).unwrap_err().kind(), kind, "{bytes:?}");
    }
}

#[test]
fn of_ten_thousand_imports_each_is_told_and_only_the_first_unknown_ones_are_compared() {
    let known = import(P1, "sock_recv_from", 8).repeat(10_000);
    assert_eq!(module(&known).imports.len(), 10_000);
    let names = (0..10_000).map(|at| import(P1, &format!("sock_oper{at}"), 4));
    let told = module(&names.collect::<String>());
    assert_eq!(told.imports.len(), 10_000);
    let compared = |at: usize| told.imports[at].why.contains("nearest");
    assert_eq!((compared(0), compared(63)), (true, true));
    assert_eq!((compared(64), compared(9_999)), (false, false));
    let first = "nothing provides `wasi_snapshot_preview1.sock_oper0`, nor 9999 more";
    assert_eq!(told.obstacles, [first]);
}
