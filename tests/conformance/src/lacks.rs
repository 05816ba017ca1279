//! What a provider cannot do: a file of lines `SENTENCE: reason`, each held against the truth by the run.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The reasons, by sentence.
pub type Lacks = BTreeMap<String, String>;

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
        if lacks.insert(name.to_owned(), reason.to_owned()).is_some() {
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
        let lacks = parse("# words\n\nit_works: it: never did\n").expect("it is of the form");
        let expected = [("it_works".to_owned(), "it: never did".to_owned())];
        assert_eq!(lacks, Lacks::from(expected));
    }

    #[test]
    fn a_line_without_a_reason_or_a_sentence_twice_is_an_error() {
        for text in ["it_works\n", "it_works:\n", "a: b\na: c\n"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
