//! `recipe.txt`: how each guest is built, one line a file. Its form is written at the top of tests/guests/recipe.txt.

use std::collections::HashMap;
use std::path::PathBuf;

/// One line: `OUT <- TOOL: SOURCE... | FLAG...`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guest {
    pub(crate) out: PathBuf,
    pub(crate) tool: Tool,
    pub(crate) sources: Vec<String>,
    pub(crate) flags: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Clang,
    Rustc,
    /// The sources are a manifest, and the name of one of its programs.
    Cargo,
    /// The source is the folder of a Go package.
    Go,
}

impl Tool {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "clang" => Self::Clang,
            "rustc" => Self::Rustc,
            "cargo" => Self::Cargo,
            "go" => Self::Go,
            _ => return None,
        })
    }

    fn takes(self, sources: usize) -> bool {
        match self {
            Self::Clang | Self::Rustc => sources > 0,
            Self::Cargo => sources == 2,
            Self::Go => sources == 1,
        }
    }
}

/// Reads a recipe that lies in `folder`; `given` are the words that it may use and does not define.
pub(crate) fn parse(text: &str, given: &[(&str, String)]) -> Result<Vec<Guest>, String> {
    let mut words = Words::default();
    for (name, value) in given {
        words.0.insert(format!("${name}"), vec![value.clone()]);
    }
    let mut guests = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((name, value)) = line.split_once(" = ") {
            let value = words.of(value);
            words.0.insert(format!("${}", name.trim()), value);
        } else {
            let guest = guest(line, &words);
            guests.push(guest.ok_or_else(|| format!("line {} is no recipe: `{line}`", at + 1))?);
        }
    }
    Ok(guests)
}

fn guest(line: &str, words: &Words) -> Option<Guest> {
    let (out, rest) = line.split_once(" <- ")?;
    let (tool, rest) = rest.split_once(": ")?;
    let (sources, flags) = rest.split_once(" | ")?;
    let tool = Tool::named(tool.trim())?;
    let sources = words.of(sources);
    tool.takes(sources.len()).then(|| Guest {
        out: PathBuf::from(out.trim()),
        tool,
        sources,
        flags: words.of(flags),
    })
}

/// What stands behind each `$NAME`.
#[derive(Default)]
struct Words(HashMap<String, Vec<String>>);

impl Words {
    /// The words of a text: a `$NAME` on its own is all of its words, one inside of a word has to be one.
    fn of(&self, text: &str) -> Vec<String> {
        text.split_whitespace()
            .flat_map(|word| match self.0.get(word) {
                Some(words) => words.clone(),
                None => vec![self.inside(word)],
            })
            .collect()
    }

    fn inside(&self, word: &str) -> String {
        let mut single: Vec<_> = self
            .0
            .iter()
            .filter(|(_, words)| words.len() == 1)
            .collect();
        // One name may begin another: the longer one is meant.
        single.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        single.iter().fold(word.to_owned(), |word, (name, words)| {
            word.replace(name.as_str(), &words[0])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn top() -> [(&'static str, String); 1] {
        [("HERE", "/top".to_owned())]
    }

    #[test]
    fn a_line_is_an_output_a_tool_sources_and_flags() {
        let text = "# words\n\nc/a.wasm <- clang: c/a.c ../b.c | -O2 -ffile-prefix-map=$HERE=.\n";
        let guests = parse(text, &top()).unwrap();
        assert_eq!(
            guests,
            [Guest {
                out: "c/a.wasm".into(),
                tool: Tool::Clang,
                sources: vec!["c/a.c".into(), "../b.c".into()],
                flags: vec!["-O2".into(), "-ffile-prefix-map=/top=.".into()],
            }]
        );
    }

    #[test]
    fn a_name_stands_for_the_words_that_were_given_to_it() {
        let text = "C = -O2 -I$HERE/include\nHERE_TOO = x\nSHIM = a.c b.c\nc.wasm <- clang: c.c $SHIM | $C -g$HERE_TOO\n";
        let guests = parse(text, &top()).unwrap();
        assert_eq!(guests[0].sources, ["c.c", "a.c", "b.c"]);
        assert_eq!(guests[0].flags, ["-O2", "-I/top/include", "-gx"]);
    }

    #[test]
    fn a_program_of_a_package_is_its_manifest_and_its_name() {
        let text = "a/b.wasm <- cargo: a/Cargo.toml b | --target=wasm32-wasip1\n";
        let [guest] = &parse(text, &top()).unwrap()[..] else {
            panic!("one line is one guest");
        };
        assert_eq!(guest.tool, Tool::Cargo);
        assert_eq!(guest.sources, ["a/Cargo.toml", "b"]);
        assert_eq!(guest.flags, ["--target=wasm32-wasip1"]);
    }

    #[test]
    fn what_is_no_recipe_is_named_with_its_line() {
        for line in [
            "c/a.wasm",
            "a <- gcc: a.c | -O2",
            "a <- clang: a.c",
            "a <- cargo: a/Cargo.toml | --target=x",
            "a <- go: a b | -trimpath",
        ] {
            let error = parse(&format!("\n{line}"), &[]).unwrap_err();
            assert!(error.starts_with("line 2 "), "{error}");
        }
    }
}
