//! What clap found wrong with a command line, in our words.

use std::error::Error as _;

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::failure::Failure;

/// The error as it is told, of what was to be done.
pub(crate) fn failure(error: &Error, command: &str) -> Failure {
    let option = option(error);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            unknown(command, &option, text(error, ContextKind::SuggestedArg))
        }
        ErrorKind::ValueValidation => {
            let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
            with_example(
                Failure::usage(format!(
                    "`{option}` does not take `{}`",
                    value.escape_debug()
                ))
                .because_of(error.source()),
                &option,
            )
        }
        ErrorKind::InvalidValue | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            with_example(Failure::usage(format!("`{option}` needs a value")), &option)
        }
        ErrorKind::TooManyValues => Failure::usage(format!("`{option}` takes no value")),
        ErrorKind::InvalidUtf8 => Failure::usage("an option or its value is not UTF-8"),
        _ => Failure::usage(first_line(error)),
    }
}

/// No FILE.
pub(crate) fn no_file() -> Failure {
    Failure::usage("there is no FILE to run")
        .hint("the form is `iwasm [OPTIONS] FILE [ARGS]...`; `iwasm --help` shows the options")
}

/// A word like `run` in the place of FILE, after options: what follows it would go to the guest.
pub(crate) fn late(verb: &str) -> Failure {
    let way = match verb {
        "run" => "write them after it, or leave `run` out",
        _ => "write it first",
    };
    Failure::usage(format!("there are options before `{verb}`"))
        .hint(format!("{way}; a file of this name is `./{verb}`"))
}

/// No FILE for `inspect`.
pub(crate) fn no_file_to_inspect() -> Failure {
    Failure::usage("there is no FILE to inspect").hint("the form is `iwasm inspect [--json] FILE`")
}

fn unknown(command: &str, option: &str, near: Option<String>) -> Failure {
    let word = option.escape_debug();
    if !option.starts_with('-') {
        return Failure::usage(format!(
            "`{command}` takes one FILE, and there is `{word}` too"
        ));
    }
    let runs = command == "iwasm";
    let who = if runs {
        command.to_owned()
    } else {
        format!("`{command}`")
    };
    let failure = Failure::usage(format!("{who} has no option `{word}`"));
    match near {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None if runs => {
            failure.hint("`iwasm --help` shows the options; those of the guest come after FILE")
        }
        None => failure.hint(format!("`{command} --help` shows the options")),
    }
}

/// A value that would have been taken.
fn with_example(failure: Failure, option: &str) -> Failure {
    let example = EXAMPLES
        .iter()
        .find(|example| example.split('=').next() == Some(option));
    match example {
        Some(example) => failure.hint(format!("for example `{example}`")),
        None => failure,
    }
}

const EXAMPLES: &[&str] = &[
    "--addr-pool=192.168.0.0/16,::1/128",
    "--allow-net=tcp://10.0.0.0/8:5432",
    "--allow-resolve=*.example.com --allow-resolve=example.org",
    "--cache-dir=./cache",
    "--connect=tcp://db.example.com:5432",
    "--deny-net=tcp://10.0.0.1:*",
    "--dir=./data",
    "--env=LANG=C",
    "--listen=tcp://127.0.0.1:8080",
    "--map-dir=/data::./data",
    "--max-threads=64",
    "--stack-size=1048576",
    "--timeout=5000",
    "-f=add",
    "-v=3",
];

/// The option alone: clap names it with its values, as in `--env <NAME=VALUE>` or `-f, --function <NAME>`.
fn option(error: &Error) -> String {
    let named = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let option = named.split([' ', '=', ',']).next().unwrap_or_default();
    option.to_owned()
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}

fn first_line(error: &Error) -> String {
    let text = error.render().to_string();
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("error: ").to_owned()
}
