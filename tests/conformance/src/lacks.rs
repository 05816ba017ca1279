//! What a provider cannot do: a file of lines `SENTENCE: reason`, each held against the truth by the run.
//!
//! A reason that begins with `at times` is of a sentence that may hold, for it hangs on the moment.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The lacks, by sentence.
pub type Lacks = BTreeMap<String, Lack>;

/// Why a sentence does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// In words.
    pub reason: String,
    /// Whether it is one at every time.
    pub always: bool,
}

/// Reads a file of lacks. A provider without one lacks nothing.
pub(crate) fn read(file: &Path) -> Result<Lacks, String> {
    let told = |reason: String| format!("{}: {reason}", file.display());
    match fs::read_to_string(file) {
        Ok(text) => parse(&text).map_err(told),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Lacks::new()),
        Err(e) => Err(told(e.to_string())),
    }
}

fn parse(text: &str) -> Result<Lacks, String> {
    let mut lacks = Lacks::new();
    for line in text.lines() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, reason) = line
            .split_once(": ")
            .ok_or_else(|| format!("`{line}` says no reason: the form is `SENTENCE: reason`"))?;
        let lack = Lack {
            reason: reason.to_owned(),
            always: !reason.starts_with("at times"),
        };
        if lacks.insert(name.to_owned(), lack).is_some() {
            return Err(format!("`{name}` stands there twice"));
        }
    }
    Ok(lacks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_sentence_and_its_reason() {
        for (reason, always) in [("it: never did", true), ("at times late", false)] {
            let lacks =
                parse(&format!("# words\n\nit_works: {reason}\n")).expect("it is of the form");
            let reason = reason.to_owned();
            let expected = [("it_works".to_owned(), Lack { reason, always })];
            assert_eq!(lacks, Lacks::from(expected));
        }
    }

    #[test]
    fn a_line_without_a_reason_or_a_sentence_twice_is_an_error() {
        for text in ["it_works\n", "it_works:\n", "a: b\na: c\n"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
