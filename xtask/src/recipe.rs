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
    Some(Guest {
        out: PathBuf::from(out.trim()),
        tool: match tool.trim() {
            "clang" => Tool::Clang,
            "rustc" => Tool::Rustc,
            _ => return None,
        },
        sources: sources.split_whitespace().map(str::to_owned).collect(),
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
    fn what_is_no_recipe_is_named_with_its_line() {
        for line in ["c/a.wasm", "a <- gcc: a.c | -O2", "a <- clang: a.c"] {
            let error = parse(&format!("\n{line}"), Path::new("/")).unwrap_err();
            assert!(error.starts_with("line 2 "), "{error}");
        }
    }
}
