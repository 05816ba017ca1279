//! Programs that embed `iwasm`: the example, streams of their own, and a linker of their own.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a test stands outside of the seam"
)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;

use common::{contents, engine, file, lines, loopback, program, run, start, text};
use iwasm::wasmtime::{Caller, Linker, Module, Store};
use iwasm::{File, Guest, Host, Linux, Outcome, add_to_linker, wasmtime};

#[test]
fn the_example_has_less_than_thirty_lines_of_code() {
    let source = include_str!("../examples/embed.rs").lines();
    let code = source.filter(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("//")
    });
    let lines = code.count();
    assert!(lines < 30, "{lines}");
}

#[test]
fn the_example_runs_a_guest() {
    let hello = example(&["c/hello"]);
    assert_eq!(output(hello), ("hello\n".to_owned(), true));
    let (_, exited_well) = output(example(&["c/exit_code", "3"]));
    assert!(!exited_well);
}

#[test]
fn the_example_s_guests_reach_each_other_on_loopback() {
    for (server, client, address) in [
        ("c/tcp_echo_server", "c/tcp_echo_client", "127.0.0.1"),
        ("c/tcp_echo_server", "c/tcp_echo_client", "::1"),
        ("c/udp_echo_server", "c/udp_echo_client", "127.0.0.1"),
    ] {
        let mut server = example(&[server, address, "0", "1"]);
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let (_, port) = line.trim().rsplit_once(':').unwrap();
        let (answer, well) = output(example(&[client, address, port, "over the wire"]));
        assert!(well && answer.contains("over the wire"), "{answer}");
        assert!(output(server).1);
    }
}

/// The example with a guest and its arguments.
fn example(words: &[&str]) -> Child {
    // Beside the folder of this test's own binary; `cargo test` builds it first.
    let mut example: PathBuf = std::env::current_exe().unwrap();
    example.pop();
    example.pop();
    example.push("examples/embed");
    let (guest, arguments) = words.split_first().unwrap();
    Command::new(&example)
        .arg(file(guest))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("`cargo build --example embed` makes {example:?}: {error}"))
}

/// What is left of its output, and whether it ended well.
fn output(mut child: Child) -> (String, bool) {
    let (tell, told) = mpsc::channel();
    let stdout = child.stdout.take();
    thread::spawn(move || tell.send(stdout.map(contents).unwrap_or_default()));
    let Ok(text) = told.recv_timeout(common::LONG) else {
        child.kill().unwrap();
        panic!("the example does not end");
    };
    (text, child.wait().unwrap().success())
}

#[test]
fn what_a_guest_writes_is_captured() {
    let (stdout, output) = File::pipe().unwrap();
    let guest = Guest::new(&program("c/hello")).stdout(stdout);
    assert_eq!(run(guest), Outcome::Exited(0));
    assert_eq!(contents(output), "hello\n");
}

#[test]
fn what_a_guest_reads_is_fed() {
    let (stdin, mut feeding) = File::feed().unwrap();
    let (stdout, output) = lines();
    let guest = start(Guest::new(&text(CAT)).stdin(stdin).stdout(stdout));
    for line in ["first", "second"] {
        writeln!(feeding, "{line}").unwrap();
        assert_eq!(output.next(), line);
    }
    drop(feeding);
    assert_eq!(guest.end(), Outcome::Exited(0));
}

/// Copies its input to its output until the end.
const CAT: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (loop $more
            (i32.store (i32.const 0) (i32.const 64))
            (i32.store (i32.const 4) (i32.const 1024))
            (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
            (i32.store (i32.const 4) (i32.load (i32.const 8)))
            (if (i32.eqz (i32.load (i32.const 8))) (then (return)))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
            (br $more))))"#;

#[test]
fn arguments_and_environment_are_what_the_builder_names() {
    let (stdout, output) = File::pipe().unwrap();
    let guest = Guest::new(&program("c/args_env"))
        .args(["app", "one", ""])
        .env("NAME", "value")
        .stdout(stdout);
    assert_eq!(run(guest), Outcome::Exited(0));
    let text = contents(output);
    assert!(
        text.contains("one") && text.contains("NAME=value"),
        "{text}"
    );
    assert!(!text.contains("PATH="), "{text}");
}

/// What an embedder's store holds: something of its own beside ours.
struct Mine {
    host: Host<Linux>,
    counted: i32,
}

#[test]
fn an_embedder_links_our_imports_beside_its_own() {
    let ours = engine().wasmtime().clone();
    for engine in [ours, wasmtime::Engine::default()] {
        let module = Module::new(&engine, COUNTING).unwrap();
        let mut linker = Linker::<Mine>::new(&engine);
        add_to_linker(&mut linker, &module, |mine| &mut mine.host).unwrap();
        let count = |mut caller: Caller<'_, Mine>, by: i32| {
            caller.data_mut().counted += by;
        };
        linker.func_wrap("own", "count", count).unwrap();

        let (stdout, output) = File::pipe().unwrap();
        let program = text("(module)");
        let builder = Guest::new(&program).policy(loopback()).stdout(stdout);
        let host = Host::new(Arc::new(builder.into_process().unwrap()));
        let mut store = Store::new(&engine, Mine { host, counted: 0 });
        store.set_epoch_deadline(1_000_000);
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let entry = instance.get_typed_func::<(), ()>(&mut store, "run");
        entry.unwrap().call(&mut store, ()).unwrap();
        assert_eq!(store.data().counted, 42);
        drop(store);
        assert_eq!(contents(output), "counted\n");
    }
}

/// Counts, and writes a line.
const COUNTING: &str = r#"(module
    (import "own" "count" (func $count (param i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\10\00\00\00\08\00\00\00")
    (data (i32.const 16) "counted\n")
    (func (export "run")
        (call $count (i32.const 40))
        (call $count (i32.const 2))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

#[test]
fn an_embedder_learns_how_its_guest_ended() {
    let exits = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;
    for (body, outcome) in [
        ("(call $exit (i32.const 7))", "Exited(7)"),
        ("unreachable", "Trapped"),
    ] {
        let module = format!(r#"(module {exits} (func (export "run") {body}))"#);
        let program = text(&module);
        let engine = engine().wasmtime();
        let mut linker = Linker::<Host<Linux>>::new(engine);
        add_to_linker(&mut linker, program.module().unwrap(), |host| host).unwrap();
        let process = Guest::new(&program).into_process().unwrap();
        let mut store = Store::new(engine, Host::new(Arc::new(process)));
        store.set_epoch_deadline(1_000_000);
        let instance = linker
            .instantiate(&mut store, program.module().unwrap())
            .unwrap();
        let entry = instance.get_typed_func::<(), ()>(&mut store, "run");
        let error = entry.unwrap().call(&mut store, ()).unwrap_err();
        let told = format!("{:?}", Outcome::of(&error).unwrap());
        assert!(told.starts_with(outcome), "{told}");
    }
}

#[test]
fn an_import_that_an_embedder_does_not_provide_is_its_linker_s_error() {
    let engine = engine().wasmtime();
    let module = Module::new(engine, COUNTING).unwrap();
    let mut linker = Linker::<Host<Linux>>::new(engine);
    add_to_linker(&mut linker, &module, |host| host).unwrap();
    let refused = linker.instantiate_pre(&module).err().unwrap();
    assert!(refused.to_string().contains("own"), "{refused}");
}
