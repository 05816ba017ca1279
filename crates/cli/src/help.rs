//! The words of `--help` that no single flag owns.

/// Our version and the engine's, as `--version` shows them after the name.
pub(crate) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\nwasmtime 48.0.8");

/// How a command line is put together.
pub(crate) const USAGE: &str = "iwasm [OPTIONS] FILE [ARGS]...
       iwasm run [OPTIONS] FILE [ARGS]...
       iwasm inspect [--json] FILE";

/// The order of the parts.
pub(crate) const TEMPLATE: &str = "{about}

{usage-heading} {usage}

Arguments:
  FILE     The module to run, whatever its suffix; for one named `run` or `inspect` write `./run`
  ARGS...  What the guest gets after its own name, also what looks like an option of iwasm

{all-args}{after-help}
";

/// What follows the flags.
pub(crate) const AFTER: &str = "\
The guest reaches nothing that no option grants: no address, no name, no file, no variable.
Options that tune WAMR's engine (`--interp`, `--heap-size=N` and others) are taken and ignored.

Exit codes:
  the guest's own, of which the system keeps the low 8 bits, or
  0    the guest came to its end
  1    iwasm could not run it: a bad file, module, import, directory or socket
  2    the command line is wrong
  124  the time of `--timeout` was over
  130  Ctrl-C (SIGINT); a second one ends iwasm at once
  134  the guest trapped
  143  SIGTERM
A call that the policy denies is no reason to exit: the guest sees EACCES.

Examples:
  iwasm --addr-pool=10.0.0.0/8,::1/128 server.wasm
  iwasm --allow-resolve='*.example.com' --addr-pool=0.0.0.0/0 client.wasm https://api.example.com
  iwasm --allow-net=tcp-listen://127.0.0.1:8080 --allow-net=unix:///run/db.sock server.wasm
  iwasm --listen=tcp://127.0.0.1:8080 std_server.wasm
  iwasm --map-dir=/data::./data --env=LANG=C tool.wasm --verbose /data/in.txt
  iwasm -f add math.wasm 1 2
  iwasm inspect server.wasm";

/// The same for `inspect`.
pub(crate) const INSPECT_USAGE: &str = "iwasm inspect [--json] FILE";

/// The order of its parts.
pub(crate) const INSPECT_TEMPLATE: &str = "{about}

{usage-heading} {usage}

Arguments:
  FILE  The file to tell of, whatever its suffix: a module or component, in binary or in text form

{all-args}{after-help}
";

/// What follows its flags.
pub(crate) const INSPECT_AFTER: &str = "\
Nothing is compiled or run. A file that would not run is no error: what keeps it from running is told.

Exit codes:
  0  the file was told of
  1  it cannot be read: it is missing, damaged, or no WebAssembly
  2  the command line is wrong";

#[cfg(test)]
mod tests {
    use super::VERSION;

    #[test]
    fn the_engine_has_the_version_that_is_shown() {
        let lock = include_str!("../../../Cargo.lock");
        let (_, engine) = lock
            .split_once("name = \"wasmtime\"\nversion = \"")
            .expect("the engine is locked");
        let (version, _) = engine.split_once('"').expect("a version ends in a quote");
        assert!(VERSION.ends_with(&format!("\nwasmtime {version}")));
    }
}
