//! The flags, as they are typed.
//!
//! Parsing stops at FILE: what follows belongs to the guest, whatever it looks like. Both `--name=value` and
//! `--name value` are read; of a flag that has one value the last counts.

use std::{ffi::OsString, path::PathBuf, str::FromStr};

use clap::{
    ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand,
    builder::{OsStringValueParser, TypedValueParser},
    error::ErrorKind,
};

use iwasm::{PortOrder, Rule};

use crate::{
    failure::Failure,
    foreign::Foreign,
    grants::{Mount, Pool, Resolve, Variable},
    handed::InOrder,
    help, usage,
};

/// What a command line asks for.
pub(crate) enum Request {
    /// A guest shall run.
    Run(Box<RunArgs>),
    /// A file shall be told of.
    Inspect(InspectArgs),
    /// A text for stdout: `--help`, `--version`.
    Show(String),
}

/// Reads a command line, its first word being iwasm's own name.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Request, Failure> {
    let words = Vec::from_iter(words);
    let inspects = words.get(1).is_some_and(|word| word == "inspect");
    let read = Cli::command()
        .try_get_matches_from(words)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match read {
        Ok(cli) => cli.into_request(),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => Ok(Request::Show(error.render().to_string())),
            ErrorKind::DisplayVersion => Ok(Request::Show(format!("iwasm {}\n", help::VERSION))),
            _ if inspects => Err(usage::failure(&error, "iwasm inspect")),
            _ => Err(usage::failure(&error, "iwasm")),
        },
    }
}

/// Run WebAssembly programs that use sockets, each with exactly the network its user grants
#[derive(Debug, Parser)]
#[command(
    name = "iwasm",
    version = help::VERSION,
    override_usage = help::USAGE,
    help_template = help::TEMPLATE,
    after_help = help::AFTER,
    max_term_width = 100,
    args_override_self = true,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Verb>,
    #[command(flatten)]
    run: RunArgs,
}

impl Cli {
    fn into_request(self) -> Result<Request, Failure> {
        let file = self.run.command.first();
        let late = VERBS
            .iter()
            .find(|verb| file.is_some_and(|file| file == *verb));
        match (self.command, late) {
            (Some(Verb::Run(run)), _) => Ok(Request::Run(run)),
            (Some(Verb::Inspect(inspect)), _) => Ok(Request::Inspect(inspect)),
            (None, Some(verb)) => Err(usage::late(verb)),
            (None, None) => Ok(Request::Run(Box::new(self.run))),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run WebAssembly programs that use sockets, each with exactly the network its user grants
    #[command(
        hide = true,
        override_usage = help::USAGE,
        help_template = help::TEMPLATE,
        after_help = help::AFTER,
        max_term_width = 100,
        args_override_self = true,
        version = help::VERSION,
        disable_help_flag = true,
        disable_version_flag = true
    )]
    Run(Box<RunArgs>),
    /// Tell what a WebAssembly file is, what its imports are bound to, and what it could want to reach
    #[command(
        hide = true,
        override_usage = help::INSPECT_USAGE,
        help_template = help::INSPECT_TEMPLATE,
        after_help = help::INSPECT_AFTER,
        max_term_width = 100,
        disable_help_flag = true
    )]
    Inspect(InspectArgs),
}

/// The words that are no FILE.
const VERBS: [&str; 2] = ["run", "inspect"];

/// What `inspect` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct InspectArgs {
    /// FILE.
    #[arg(value_name = "FILE", hide = true)]
    pub(crate) file: Option<PathBuf>,
    /// Tell it as JSON, in one line
    #[arg(long)]
    pub(crate) json: bool,
    /// Show this help
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// The flags of a run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policy")]
pub(crate) struct RunArgs {
    /// FILE and its ARGS. One list of both: with FILE an argument of its own, clap reads flags between the two.
    #[arg(value_name = "FILE", hide = true, trailing_var_arg = true)]
    pub(crate) command: Vec<OsString>,

    /// Grant networks: TCP and UDP, every port; repeatable
    #[arg(long, value_name = "ADDRESS/MASK,...", value_parser = Pool::parse)]
    pub(crate) addr_pool: Vec<Pool>,
    /// Grant one thing, as `tcp://10.0.0.0/8:443` or `unix:///run/app/*.sock`; repeatable
    #[arg(long, value_name = "RULE", value_parser = Rule::from_str)]
    pub(crate) allow_net: Vec<Rule>,
    /// Forbid one thing, whatever grants it; repeatable
    #[arg(long, value_name = "RULE", value_parser = Rule::from_str)]
    pub(crate) deny_net: Vec<Rule>,
    /// Grant name lookup: `example.com`, `*.example.com`, `*`; repeatable
    #[arg(long, value_name = "PATTERN", value_parser = Resolve::parse)]
    pub(crate) allow_resolve: Vec<Resolve>,
    /// Grant a directory, under the same path; repeatable
    #[arg(long, value_name = "HOST", value_parser = OsStringValueParser::new().try_map(Mount::same))]
    pub(crate) dir: Vec<Mount>,
    /// Grant a directory, under another path; repeatable
    #[arg(long, value_name = "GUEST::HOST", value_parser = OsStringValueParser::new().try_map(Mount::mapped))]
    pub(crate) map_dir: Vec<Mount>,
    /// Set a variable for the guest, which sees no other; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = OsStringValueParser::new().try_map(Variable::parse))]
    pub(crate) env: Vec<Variable>,

    #[command(flatten)]
    pub(crate) handed: InOrder,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) execution: Execution,
    #[command(flatten)]
    pub(crate) told: Told,
    #[command(flatten)]
    pub(crate) diagnostics: Diagnostics,
    #[command(flatten)]
    pub(crate) foreign: Foreign,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Let the guest start at most this many threads [default: 256]
    #[arg(long, value_name = "N", value_parser = number::<u32>)]
    pub(crate) max_threads: Option<u32>,
    /// Let the guest have at most this much memory [default: what it can address]
    #[arg(long, value_name = "BYTES", value_parser = number::<u64>)]
    pub(crate) max_memory: Option<u64>,
    /// End the guest after this many milliseconds
    #[arg(long, value_name = "MS", value_parser = number::<u64>)]
    pub(crate) timeout: Option<u64>,
    /// Limit the stack of each thread [default: the engine's]
    #[arg(long, value_name = "BYTES", value_parser = number::<usize>)]
    pub(crate) stack_size: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Execution")]
pub(crate) struct Execution {
    /// Call this export with ARGS as its numbers and print its results
    #[arg(short, long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// Start although imports are unknown, and trap when one is called
    #[arg(long)]
    pub(crate) trap_unknown_imports: bool,
    /// Keep compiled code here [default: `iwasm` in $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR", overrides_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Compile anew, and keep nothing
    #[arg(long, overrides_with = "cache_dir")]
    pub(crate) no_cache: bool,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What imports do not tell")]
pub(crate) struct Told {
    /// Write UDP senders' ports for WasmEdge's guests so [default: by the import's name]
    #[arg(long, value_name = "host|be", value_parser = order)]
    pub(crate) wasmedge_udp_port: Option<PortOrder>,
    /// Number sockets' families and kinds as guests of WasmEdge 0.9 do [default: as the first tells]
    #[arg(long)]
    pub(crate) wasmedge_v0: bool,
    /// Write ports for WASIX's guests so: `wasmer` is big-endian [default: host]
    #[arg(long, value_name = "host|wasmer", value_parser = wasix_order)]
    pub(crate) wasix_port_order: Option<PortOrder>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Diagnostics")]
pub(crate) struct Diagnostics {
    /// Tell errors (0), also denials (1), notices (2), each step (3 to 5)
    #[arg(short, value_name = "N", default_value_t = 2, overrides_with = "quiet",
        value_parser = level)]
    pub(crate) verbosity: u8,
    /// Tell errors only, as `-v=0` does
    #[arg(short, long, overrides_with = "verbosity")]
    pub(crate) quiet: bool,
    /// Show the version of iwasm and of its engine
    #[arg(long, action = ArgAction::Version)]
    version: Option<bool>,
    /// Show this help
    #[arg(short, long, action = ArgAction::Help)]
    help: Option<bool>,
}

/// A whole number. WAMR's iwasm reads `5s` as 5, and `abc` as 0.
fn number<T: TryFrom<u64>>(text: &str) -> Result<T, &'static str> {
    let number = text.parse::<u64>().ok();
    let number = number.and_then(|number| number.try_into().ok());
    number.ok_or("it is not a whole number, or too large a one")
}

fn order(text: &str) -> Result<PortOrder, &'static str> {
    match text {
        "host" => Ok(PortOrder::Host),
        "be" => Ok(PortOrder::Network),
        _ => Err("it is neither `host` nor `be`"),
    }
}

fn wasix_order(text: &str) -> Result<PortOrder, &'static str> {
    match text {
        "host" => Ok(PortOrder::Host),
        "wasmer" => Ok(PortOrder::Network),
        _ => Err("it is neither `host` nor `wasmer`"),
    }
}

fn level(text: &str) -> Result<u8, &'static str> {
    match number(text) {
        Ok(level @ 0..=5) => Ok(level),
        _ => Err("it is not a number from 0 to 5"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_flags_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_follows_the_file_belongs_to_the_guest() {
        for line in [
            "iwasm a.wasm --addr-pool=1 -x -- --help run",
            "iwasm run a.wasm --addr-pool=1 -x -- --help run",
            "iwasm -q a.wasm --addr-pool=1 -x -- --help run",
            "iwasm -- a.wasm --addr-pool=1 -x -- --help run",
        ] {
            let words = ["a.wasm", "--addr-pool=1", "-x", "--", "--help", "run"];
            assert_eq!(read(line).command, words, "{line}");
        }
    }

    #[test]
    fn values_follow_an_equals_sign_or_a_space() {
        for line in [
            "iwasm --dir=d -f=add -v=3 --timeout=5 --heap-size=1 a.wasm 1",
            "iwasm --dir d -f add -v 3 --timeout 5 --heap-size 1 a.wasm 1",
            "iwasm run --dir d --function=add -v3 --timeout=5 --interp a.wasm 1",
        ] {
            let args = read(line);
            assert_eq!(args.dir.len(), 1, "{line}");
            assert_eq!(args.execution.function.as_deref(), Some("add"), "{line}");
            assert_eq!(args.diagnostics.verbosity, 3, "{line}");
            assert_eq!(args.limits.timeout, Some(5), "{line}");
            assert!(args.foreign.notice().is_some(), "{line}");
            assert_eq!(args.command, ["a.wasm", "1"], "{line}");
        }
    }

    #[test]
    fn grants_add_up_and_single_values_replace_each_other() {
        let grant = "--addr-pool=::/0,0.0.0.0/0 --allow-net=unix:///a --deny-net=tcp://1.1.1.1:* --allow-resolve=* --env=A=b --map-dir=a::b ";
        let args = read(&format!(
            "iwasm {} --timeout=1 --timeout=2 f",
            grant.repeat(9)
        ));
        assert_eq!(args.addr_pool.len(), 9);
        assert_eq!(args.allow_net.len(), 9);
        assert_eq!(args.deny_net.len(), 9);
        assert_eq!(args.allow_resolve.len(), 9);
        assert_eq!(args.env.len(), 9);
        assert_eq!(args.map_dir.len(), 9);
        assert_eq!(args.limits.timeout, Some(2));
    }

    #[test]
    fn of_two_opposite_flags_the_last_counts() {
        assert!(read("iwasm -v=3 -q f").diagnostics.quiet);
        assert!(!read("iwasm -q -v=3 f").diagnostics.quiet);
        assert!(read("iwasm --cache-dir=d --no-cache f").execution.no_cache);
        assert!(!read("iwasm --no-cache --cache-dir=d f").execution.no_cache);
    }

    #[test]
    fn no_foreign_option_is_mistaken_for_one_that_was_not_given() {
        assert!(read("iwasm f").foreign.notice().is_none());
        assert!(read("iwasm f").foreign.refusal().is_none());
        assert!(
            read("iwasm -g=127.0.0.1:1234 f")
                .foreign
                .refusal()
                .is_some()
        );
        assert!(read("iwasm --enable-segue f").foreign.notice().is_some());
        assert!(
            read("iwasm --enable-segue=i32.load f")
                .foreign
                .notice()
                .is_some()
        );
    }

    fn read(line: &str) -> RunArgs {
        match parse(line.split_whitespace().map(OsString::from)) {
            Ok(Request::Run(args)) => *args,
            Ok(Request::Show(text)) => panic!("{line}: {text}"),
            Ok(Request::Inspect(args)) => panic!("{line}: {args:?}"),
            Err(failure) => panic!("{line}: {failure:?}"),
        }
    }
}
