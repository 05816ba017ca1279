//! The flags, as they are typed.
//!
//! Parsing stops at FILE: what follows belongs to the guest, whatever it looks like. Both `--name=value` and
//! `--name value` are read; of a flag that has one value the last counts.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand,
    builder::{OsStringValueParser, TypedValueParser},
    error::ErrorKind,
};

use crate::{
    failure::Failure,
    foreign::Foreign,
    grants::{Mount, Pool, Resolve, Variable},
    help, usage,
};

/// What a command line asks for.
pub(crate) enum Request {
    /// A guest shall run.
    Run(Box<RunArgs>),
    /// A text for stdout: `--help`, `--version`.
    Show(String),
}

/// Reads a command line, its first word being iwasm's own name.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Request, Failure> {
    let read = Cli::command()
        .try_get_matches_from(words)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match read {
        Ok(cli) => cli.into_run().map(Request::Run),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp => Ok(Request::Show(error.render().to_string())),
            ErrorKind::DisplayVersion => Ok(Request::Show(format!("iwasm {}\n", help::VERSION))),
            _ => Err(usage::failure(&error)),
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
    fn into_run(self) -> Result<Box<RunArgs>, Failure> {
        match self.command {
            Some(Verb::Run(run)) => Ok(run),
            None if self.run.command.first().is_some_and(|file| file == "run") => {
                Err(usage::late_run())
            }
            None => Ok(Box::new(self.run)),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run WebAssembly programs that use sockets, each with exactly the network its user grants
    #[command(
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
}

/// The flags of a run.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policy")]
pub(crate) struct RunArgs {
    /// FILE and its ARGS. One list of both: with FILE an argument of its own, clap reads flags between the two.
    #[arg(value_name = "FILE", hide = true, trailing_var_arg = true)]
    pub(crate) command: Vec<OsString>,

    /// Let the guest use the addresses of these networks, TCP and UDP, every port; repeatable
    #[arg(long, value_name = "ADDRESS/MASK[,...]", value_parser = Pool::parse)]
    pub(crate) addr_pool: Vec<Pool>,
    /// Let the guest look up a name: `example.com`, `*.example.com` (all below it) or `*`; repeatable
    #[arg(long, value_name = "PATTERN", value_parser = Resolve::parse)]
    pub(crate) allow_resolve: Vec<Resolve>,
    /// Let the guest use a directory, under the same path; repeatable
    #[arg(long, value_name = "HOST", value_parser = OsStringValueParser::new().try_map(Mount::same))]
    pub(crate) dir: Vec<Mount>,
    /// Let the guest use the directory HOST under the path GUEST; repeatable
    #[arg(long, value_name = "GUEST::HOST", value_parser = OsStringValueParser::new().try_map(Mount::mapped))]
    pub(crate) map_dir: Vec<Mount>,
    /// Give the guest an environment variable, of which it has none else; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = OsStringValueParser::new().try_map(Variable::parse))]
    pub(crate) env: Vec<Variable>,

    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) execution: Execution,
    #[command(flatten)]
    pub(crate) diagnostics: Diagnostics,
    #[command(flatten)]
    pub(crate) foreign: Foreign,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Limits {
    /// Threads that the guest may have besides its first; 0 is the default of 256
    #[arg(long, value_name = "N")]
    pub(crate) max_threads: Option<u32>,
    /// End the guest after this many milliseconds
    #[arg(long, value_name = "MS")]
    pub(crate) timeout: Option<u64>,
    /// Stack of each of the guest's threads, in bytes; 0 is the engine's default
    #[arg(long, value_name = "BYTES")]
    pub(crate) stack_size: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Execution")]
pub(crate) struct Execution {
    /// Call this export instead of the entry, with ARGS as its numbers, and print its results
    #[arg(short, long, value_name = "NAME")]
    pub(crate) function: Option<String>,
    /// Start a guest that has unknown imports; a call of one traps
    #[arg(long)]
    pub(crate) trap_unknown_imports: bool,
    /// Keep compiled modules in this directory [default: `iwasm` in $XDG_CACHE_HOME or ~/.cache]
    #[arg(long, value_name = "DIR", overrides_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Keep no compiled modules, and use none that were kept
    #[arg(long, overrides_with = "cache_dir")]
    pub(crate) no_cache: bool,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Diagnostics")]
pub(crate) struct Diagnostics {
    /// Tell more or less: 0 errors, 1 also what the policy denies, 2 also notices, 3 to 5 also what is run
    #[arg(short, value_name = "N", default_value_t = 2, overrides_with = "quiet",
        value_parser = clap::value_parser!(u8).range(0..=5))]
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
