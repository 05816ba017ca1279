//! Options of WAMR's iwasm that have no meaning here: one table of what they are and what becomes of them.
//!
//! What only tunes WAMR's engine is taken and ignored, so that its command lines work. What asks for something that
//! the run would lack is refused with the way out.

use clap::{Arg, ArgAction, ArgMatches, Command, Error, FromArgMatches};

use crate::failure::Failure;

/// The foreign options of one command line, each as it was spelled in the table, in its order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Foreign(Vec<&'static Row>);

impl Foreign {
    /// What to tell of the ignored ones, if there are any.
    pub(crate) fn notice(&self) -> Option<String> {
        let spelled = |row: &&Row| format!("`{}`", row.option());
        let names: Vec<_> = self.0.iter().map(spelled).collect();
        let (last, front) = names.split_last()?;
        let names = match front {
            [] => last.clone(),
            _ => format!("{} and {last}", front.join(", ")),
        };
        let bounds = if self.0.iter().any(|row| row.name == BOUNDS_CHECKS) {
            "; bounds checks stay on"
        } else {
            ""
        };
        Some(format!("ignored {names}, for WAMR's engine only{bounds}"))
    }

    /// The first one that cannot be ignored.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        self.0.iter().find_map(|row| match row.fate {
            Fate::Ignored => None,
            Fate::Refused { cause, hint } => Some(
                Failure::usage(format!("iwasm does not have `{}`", row.option()))
                    .because(cause)
                    .hint(hint),
            ),
        })
    }
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    value: Value,
    fate: Fate,
}

impl Row {
    fn option(&self) -> String {
        let dashes = if self.name.len() == 1 { "-" } else { "--" };
        format!("{dashes}{}", self.name)
    }

    fn arg(&self) -> Arg {
        let arg = Arg::new(self.name).hide(true).action(ArgAction::Append);
        let arg = match self.name.as_bytes() {
            [letter] => arg.short(char::from(*letter)),
            _ => arg.long(self.name),
        };
        match self.value {
            Value::None => arg.num_args(0).default_missing_value(""),
            Value::Optional => arg
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value(""),
            Value::Required => arg.num_args(1),
        }
    }
}

#[derive(Debug)]
enum Value {
    None,
    /// With `=` only.
    Optional,
    Required,
}

#[derive(Debug)]
enum Fate {
    Ignored,
    Refused {
        cause: &'static str,
        hint: &'static str,
    },
}

const BOUNDS_CHECKS: &str = "disable-bounds-checks";

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { name: "interp", value: Value::None, fate: Fate::Ignored },
    Row { name: "fast-jit", value: Value::None, fate: Fate::Ignored },
    Row { name: "llvm-jit", value: Value::None, fate: Fate::Ignored },
    Row { name: "multi-tier-jit", value: Value::None, fate: Fate::Ignored },
    Row { name: "heap-size", value: Value::Required, fate: Fate::Ignored },
    Row { name: "gc-heap-size", value: Value::Required, fate: Fate::Ignored },
    Row { name: "shared-heap-size", value: Value::Required, fate: Fate::Ignored },
    Row { name: "jit-codecache-size", value: Value::Required, fate: Fate::Ignored },
    Row { name: "llvm-jit-size-level", value: Value::Required, fate: Fate::Ignored },
    Row { name: "llvm-jit-opt-level", value: Value::Required, fate: Fate::Ignored },
    Row { name: "enable-segue", value: Value::Optional, fate: Fate::Ignored },
    Row { name: BOUNDS_CHECKS, value: Value::None, fate: Fate::Ignored },
    Row { name: "gen-prof-file", value: Value::Required, fate: Fate::Ignored },
    Row { name: "native-lib", value: Value::Required, fate: Fate::Refused {
        cause: "a native library is made for WAMR's own interface",
        hint: "build its functions into the guest, or give them to it from Rust with the library `iwasm`",
    } },
    Row { name: "repl", value: Value::None, fate: Fate::Refused {
        cause: "there is no prompt",
        hint: "call one function a run with `-f NAME FILE ARGS...`",
    } },
    Row { name: "module-path", value: Value::Required, fate: Fate::Refused {
        cause: "a guest is one module here",
        hint: "merge the modules into one file first, for example with `wasm-merge` of Binaryen",
    } },
    Row { name: "g", value: Value::Required, fate: Fate::Refused {
        cause: "there is no debug server",
        hint: "build the guest's source natively to debug it, or run without `-g`: a trap shows where it came from",
    } },
    Row { name: "enable-linux-perf", value: Value::None, fate: Fate::Refused {
        cause: "the guest's functions would have no names in the profile",
        hint: "profile without it: `perf record` sees the host's part of the time, and the guest's as a whole",
    } },
];

impl FromArgMatches for Foreign {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let given = |row: &&Row| matches.contains_id(row.name);
        Ok(Self(TABLE.iter().filter(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Foreign {
    fn augment_args(command: Command) -> Command {
        command.args(TABLE.iter().map(Row::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
