//! What a run needs, each thing decided: flags over environment over default.

use std::{
    env,
    ffi::OsString,
    path::{self, PathBuf},
    time::Duration,
};

use iwasm::{Policy, Quirks, Rule};

use crate::{
    args::RunArgs,
    cache::Cache,
    failure::Failure,
    grants::{Mount, Pool, Resolve, Variable},
    handed::{Handed, Manager},
    report::Verbosity,
    usage,
};

/// Everything that is known before anything is done.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) file: PathBuf,
    pub(crate) entry: Entry,
    pub(crate) policy: Policy,
    /// From the guest's descriptor 3 on.
    pub(crate) handed: Vec<Handed>,
    pub(crate) mounts: Vec<Mount>,
    pub(crate) variables: Vec<Variable>,
    /// `None` is the library's default.
    pub(crate) max_threads: Option<u32>,
    /// `None` is what the guest can address.
    pub(crate) max_memory: Option<u64>,
    pub(crate) timeout: Option<Duration>,
    /// `None` is the engine's default.
    pub(crate) stack_size: Option<usize>,
    pub(crate) cache: Cache,
    pub(crate) trap_unknown_imports: bool,
    pub(crate) quirks: Quirks,
    pub(crate) verbosity: Verbosity,
    /// What the user should know although it is no error.
    pub(crate) notices: Vec<String>,
}

/// Where the guest starts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// At its entry, with these words; the first is its own name, FILE as it was typed.
    Command(Vec<OsString>),
    /// At one export, with these numbers.
    Function { name: String, args: Vec<String> },
}

/// What of the environment counts.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    xdg_cache_home: Option<OsString>,
    home: Option<OsString>,
    manager: Manager,
}

impl Surroundings {
    /// The environment of iwasm itself.
    pub(crate) fn of_this_process() -> Self {
        Self {
            xdg_cache_home: env::var_os("XDG_CACHE_HOME"),
            home: env::var_os("HOME"),
            manager: Manager::of_this_process(),
        }
    }
}

impl Settings {
    /// Decides each thing, without a look at any file.
    pub(crate) fn resolve(args: RunArgs, around: &Surroundings) -> Result<Self, Failure> {
        if let Some(refusal) = args.foreign.refusal() {
            return Err(refusal);
        }
        let Some(file) = args.command.first().map(PathBuf::from) else {
            return Err(usage::no_file());
        };
        let mut notices = Vec::from_iter(args.foreign.notice());
        notices.extend(args.allow_resolve.iter().filter_map(needless));
        Ok(Self {
            file,
            entry: entry(args.execution.function, args.command)?,
            policy: policy(
                args.addr_pool,
                args.allow_net,
                args.deny_net,
                args.allow_resolve,
            ),
            handed: args.handed.resolve(&around.manager)?,
            mounts: [args.dir, args.map_dir].concat(),
            variables: args.env,
            max_threads: args.limits.max_threads.filter(|threads| *threads > 0),
            max_memory: args.limits.max_memory,
            timeout: args.limits.timeout.map(Duration::from_millis),
            stack_size: args.limits.stack_size.filter(|bytes| *bytes > 0),
            cache: cache(args.execution.no_cache, args.execution.cache_dir, around),
            trap_unknown_imports: args.execution.trap_unknown_imports,
            quirks: Quirks {
                wasmedge_udp_port: args.told.wasmedge_udp_port,
                wasmedge_v0: args.told.wasmedge_v0,
                wasix_port: args.told.wasix_port_order.unwrap_or_default(),
                ..Quirks::default()
            },
            verbosity: verbosity(args.diagnostics.quiet, args.diagnostics.verbosity),
            notices,
        })
    }
}

fn policy(pools: Vec<Pool>, allows: Vec<Rule>, denies: Vec<Rule>, names: Vec<Resolve>) -> Policy {
    let mut policy = Policy::nothing();
    for pool in pools {
        policy.allow_pool(pool.0);
    }
    for rule in allows {
        policy.allow(rule);
    }
    for rule in denies {
        policy.deny(rule);
    }
    for name in names {
        if let Resolve::Names(pattern) = name {
            policy.allow_resolve(pattern);
        }
    }
    policy
}

fn needless(resolve: &Resolve) -> Option<String> {
    let Resolve::Address(address) = resolve else {
        return None;
    };
    Some(format!(
        "`--allow-resolve={address}` is not needed: nothing is looked up for an address"
    ))
}

fn entry(function: Option<String>, command: Vec<OsString>) -> Result<Entry, Failure> {
    let Some(name) = function else {
        return Ok(Entry::Command(command));
    };
    let number = |word: OsString| {
        let odd = |word: OsString| {
            let word = word.display();
            Failure::usage(format!("the argument `{word}` of `{name}` is no number"))
        };
        word.into_string().map_err(odd)
    };
    let args = command.into_iter().skip(1).map(number);
    let args = args.collect::<Result<_, _>>()?;
    Ok(Entry::Function { name, args })
}

fn cache(off: bool, named: Option<PathBuf>, around: &Surroundings) -> Cache {
    match named {
        _ if off => Cache::Off,
        // The engine takes no relative one. Where the current directory is gone, that is what it tells.
        Some(dir) => Cache::Named(path::absolute(&dir).unwrap_or(dir)),
        None => Cache::usual(around.xdg_cache_home.clone(), around.home.clone()),
    }
}

fn verbosity(quiet: bool, level: u8) -> Verbosity {
    Verbosity::new(if quiet { 0 } else { level })
}
