//! `recipe.txt`: how each guest is built, one line a file. Its form is written at the top of tests/guests/recipe.txt.

use std::path::{Path, PathBuf};

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
    /// The source is the folder of a Go module.
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

/// Reads a recipe that lies in `folder`.
pub(crate) fn parse(text: &str, folder: &Path) -> Result<Vec<Guest>, String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(at, line)| {
            guest(line, folder).ok_or_else(|| format!("line {} is no recipe: `{line}`", at + 1))
        })
        .collect()
}

fn guest(line: &str, folder: &Path) -> Option<Guest> {
    let (out, rest) = line.split_once(" <- ")?;
    let (tool, rest) = rest.split_once(": ")?;
    let (sources, flags) = rest.split_once(" | ")?;
    let here = folder.to_str()?;
    let tool = Tool::named(tool.trim())?;
    let sources: Vec<_> = sources.split_whitespace().map(str::to_owned).collect();
    tool.takes(sources.len()).then(|| Guest {
        out: PathBuf::from(out.trim()),
        tool,
        sources,
        flags: flags
            .split_whitespace()
            .map(|flag| flag.replace("$HERE", here))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_output_a_tool_sources_and_flags() {
        let text = "# words\n\nc/a.wasm <- clang: c/a.c ../b.c | -O2 -ffile-prefix-map=$HERE=.\n";
        let guests = parse(text, Path::new("/top")).unwrap();
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
    fn a_program_of_a_package_is_its_manifest_and_its_name() {
        let text = "a/b.wasm <- cargo: a/Cargo.toml b | --target=wasm32-wasip1\n";
        let [guest] = &parse(text, Path::new("/top")).unwrap()[..] else {
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
            let error = parse(&format!("\n{line}"), Path::new("/")).unwrap_err();
            assert!(error.starts_with("line 2 "), "{error}");
        }
    }
}
