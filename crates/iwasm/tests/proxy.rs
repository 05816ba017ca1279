//! The guest's import boundary: a proxy guest, made from the registry, passes its arguments on to every import, and its
//! memory is masked with `?` so that each byte the host writes is seen.

#![allow(clippy::unwrap_used, reason = "a test ends where it goes wrong")]

use std::fmt::Write;
use std::sync::Arc;

use iwasm::wasmtime::{Engine, Instance, Linker, Memory, Module, Store, Val};
use iwasm::{Guest, Host, Linux, Policy, add_to_linker, parse_pool};
use iwasm_abi::{Import, ValType, wasix};
use iwasm_dialects::Registry;

/// A guest with one export for each import of a [layer](imports), of the same type, which only calls it.
struct Proxy {
    store: Store<Host<Linux>>,
    instance: Instance,
    memory: Memory,
}

const SIZE: usize = 1 << 16;

impl Proxy {
    fn new() -> Self {
        Self::of(0)
    }

    fn of(layer: usize) -> Self {
        let engine = Engine::default();
        let module = Module::new(&engine, text(layer)).unwrap();
        let mut linker = Linker::new(&engine);
        add_to_linker(&mut linker, &module, |host| host).unwrap();
        let program = iwasm::Engine::new().unwrap().compile(b"(module)").unwrap();
        let mut policy = Policy::nothing();
        policy.allow_pool(parse_pool("127.0.0.0/8").unwrap());
        let process = Guest::new(&program)
            .policy(policy)
            .args(["a", "bc"])
            .into_process();
        let mut store = Store::new(&engine, Host::new(Arc::new(process.unwrap())));
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        let mut proxy = Self {
            store,
            instance,
            memory,
        };
        proxy.mask();
        proxy
    }

    fn mask(&mut self) {
        self.memory.data_mut(&mut self.store).fill(b'?');
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.memory.data_mut(&mut self.store)[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// What is not `?`: the first of it, with one byte more on each side.
    fn written(&mut self) -> Vec<u8> {
        let bytes = self.memory.data(&self.store);
        let Some(first) = bytes.iter().position(|&byte| byte != b'?') else {
            return Vec::new();
        };
        let last = bytes.iter().rposition(|&byte| byte != b'?').unwrap();
        bytes[first.saturating_sub(1)..(last + 2).min(SIZE)].to_vec()
    }

    /// Call an import through its proxy: its errno, or none if it has no result or ends the guest.
    fn call(&mut self, name: &str, args: &[Val]) -> Option<i32> {
        let function = self.instance.get_func(&mut self.store, name).unwrap();
        let mut results = vec![Val::I32(-1); function.ty(&self.store).results().len()];
        function.call(&mut self.store, args, &mut results).ok()?;
        results.first().and_then(Val::i32)
    }
}

/// What an import is called in the proxy: WASIX has names of its own that stand in WASIp1's module too.
fn label(module: &str, import: &Import) -> String {
    match module {
        wasix::MODULE => format!("wasix.{}", import.name),
        _ => import.name.to_owned(),
    }
}

/// How many functions WASIX has beside WASIp1's.
const WASIX: usize = 95;

/// No name of the registry has more types.
const LAYERS: usize = 3;

/// Each import once, under the module's name that it has first: in layer 0 with the first type that its name has, in
/// the next with the second, and so on.
fn imports(layer: usize) -> Vec<(&'static str, &'static Import)> {
    let registry = Registry::<Linux>::default();
    let rows = registry.bindings().iter();
    let all: Vec<_> = rows
        .filter(|row| row.module == row.import.module)
        .map(|row| (row.module, row.import))
        .collect();
    let name = |(module, import): (&'static str, &'static Import)| (module, import.name);
    let of_layer = |at: &usize| {
        let before = all[..*at]
            .iter()
            .filter(|row| name(**row) == name(all[*at]));
        before.count() == layer
    };
    (0..all.len()).filter(of_layer).map(|at| all[at]).collect()
}

fn text(layer: usize) -> String {
    let mut imported = String::new();
    let mut exported = String::new();
    for (module, import) in imports(layer) {
        let (name, label, ty) = (import.name, label(module, import), signature(import));
        writeln!(
            imported,
            r#"(import "{module}" "{name}" (func ${label} {ty}))"#
        )
        .unwrap();
        let args: Vec<_> = (0..import.params.len())
            .map(|at| format!("(local.get {at})"))
            .collect();
        let args = args.join(" ");
        writeln!(
            exported,
            r#"(func (export "{label}") {ty} (call ${label} {args}))"#
        )
        .unwrap();
    }
    format!(r#"(module {imported} (memory (export "memory") 1 1) {exported})"#)
}

fn signature(import: &Import) -> String {
    let mut text = String::new();
    for ty in import.params {
        write!(text, "(param {ty})").unwrap();
    }
    for ty in import.results {
        write!(text, "(result {ty})").unwrap();
    }
    text
}

const CONTENT: [&str; 4] = [
    "sched_yield",
    "thread-spawn",
    "wasix.proc_signals_get",
    "wasix.thread_join",
];

#[test]
fn arguments_of_all_ones_change_no_byte_through_any_import() {
    let mut content = Vec::new();
    // All ones are a longer sleep than any.
    let sleeps = ["wasix.thread_sleep"];
    let layers: Vec<_> = (0..LAYERS).map(imports).collect();
    assert_eq!(layers.concat().len(), 46 + 48 + 26 + 1 + WASIX);
    for (layer, imports) in layers.iter().enumerate() {
        let mut proxy = Proxy::of(layer);
        for (module, import) in imports {
            let name = label(module, import);
            if sleeps.contains(&name.as_str()) {
                continue;
            }
            let args: Vec<_> = import
                .params
                .iter()
                .map(|ty| match ty {
                    ValType::I32 => Val::I32(-1),
                    ValType::I64 => Val::I64(-1),
                })
                .collect();
            let errno = proxy.call(&name, &args);
            assert_eq!(proxy.written(), b"", "{name}");
            // What has no result ends the guest, or has nothing to say.
            if !import.results.is_empty() && errno.is_none_or(|errno| errno <= 0) {
                content.push(name);
            }
        }
    }
    // No arguments of theirs can be wrong, or a thread is refused by a number that is no errno.
    assert_eq!(content, CONTENT);
}

#[test]
fn results_are_written_where_the_guest_said_and_nowhere_else() {
    let mut proxy = Proxy::new();
    let (i32s, at) = (
        |numbers: &[i32]| numbers.iter().copied().map(Val::I32).collect::<Vec<_>>(),
        64,
    );
    for (name, args, written) in [
        (
            "args_sizes_get",
            i32s(&[at, at + 4]),
            &b"?\x02\0\0\0\x05\0\0\0?"[..],
        ),
        (
            "args_get",
            i32s(&[at, at + 8]),
            b"?\x48\0\0\0\x4a\0\0\0a\0bc\0?",
        ),
        ("sock_open", i32s(&[-1, 0, 1, at]), b"?\x03\0\0\0?"),
        ("sock_get_reuse_addr", i32s(&[3, at]), b"?\0?"),
        ("sock_get_linger", i32s(&[3, at, at + 1]), b"?\0\0\0\0\0?"),
        ("sock_addr_local", i32s(&[3, at]), b"?\0\0\0\0\0\0\0\0\0\0?"),
    ] {
        proxy.mask();
        assert_eq!(proxy.call(name, &args), Some(0), "{name}");
        assert_eq!(proxy.written(), written, "{name}");
    }
}

#[test]
fn all_64_bits_of_an_argument_arrive() {
    let mut proxy = Proxy::new();
    let open = [-1, 0, 1, 64].map(Val::I32);
    assert_eq!(proxy.call("sock_open", &open), Some(0));
    let micros = 5_000_000_123_i64 * 4_000;
    let set = [Val::I32(3), Val::I64(micros)];
    assert_eq!(proxy.call("sock_set_recv_timeout", &set), Some(0));
    proxy.mask();
    assert_eq!(
        proxy.call("sock_get_recv_timeout", &[Val::I32(3), Val::I32(64)]),
        Some(0)
    );
    let mut expected = vec![b'?'];
    expected.extend(micros.to_le_bytes());
    assert_eq!(proxy.written().strip_suffix(b"?"), Some(&expected[..]));
}

#[test]
fn a_call_under_the_policy_passes_its_address() {
    let mut proxy = Proxy::new();
    assert_eq!(
        proxy.call("sock_open", &[-1, 0, 1, 64].map(Val::I32)),
        Some(0)
    );
    for (octets, errno) in [([127, 0, 0, 1], 0), ([10, 0, 0, 1], 2)] {
        proxy.put(128, &[0, 0, 0, 0]);
        proxy.put(132, &octets);
        proxy.put(136, &[0, 0]);
        assert_eq!(
            proxy.call("sock_bind", &[3, 128].map(Val::I32)),
            Some(errno),
            "{octets:?}"
        );
    }
}

#[test]
fn the_end_of_the_guest_is_no_answer() {
    let mut proxy = Proxy::new();
    assert_eq!(proxy.call("proc_exit", &[Val::I32(7)]), None);
}
