//! Reads a page's blocks of `console`: commands after `$`, and what they say together.

use crate::Result;

/// What is to be run together.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// The heading that the block stands under.
    pub(super) heading: &'a str,
    pub(super) commands: Vec<Line>,
    pub(super) said: Vec<&'a str>,
}

/// A command line.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) words: Vec<String>,
    /// It ends with `&`: the next one does not wait for its end.
    pub(super) behind: bool,
}

pub(super) fn blocks(page: &str) -> Result<Vec<Block<'_>>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut heading = "";
    let mut inside = false;
    for line in page.lines() {
        match blocks.last_mut() {
            _ if !inside && line.starts_with('#') => heading = line.trim_start_matches(['#', ' ']),
            _ if !inside && line == "```console" => {
                inside = true;
                blocks.push(Block {
                    heading,
                    commands: Vec::new(),
                    said: Vec::new(),
                });
            }
            _ if line == "```" => inside = false,
            Some(block) if inside => match line.strip_prefix("$ ") {
                Some(command) => block.commands.push(parse(command)?),
                None => block.said.push(line),
            },
            _ => {}
        }
    }
    if inside || blocks.is_empty() {
        return Err("the page has no blocks, or one without an end".to_owned());
    }
    Ok(blocks)
}

/// The words of a line: blanks part them, but for those between single quotes.
fn parse(line: &str) -> Result<Line> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    if line.matches('\'').count() % 2 == 1 {
        return Err(format!("a quote without an end: {line}"));
    }
    let behind = words.last().is_some_and(|word| word == "&");
    if behind {
        words.pop();
    }
    Ok(Line { words, behind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_commands_and_what_they_say() {
        let page = "# Top\ntext\n## Under\n```sh\n$ not this\n```\n```console\n$ a 'b c' &\n$ d\nsaid\n```\n";
        let found = blocks(page).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].heading, "Under");
        assert_eq!(found[0].said, ["said"]);
        assert_eq!(
            found[0].commands,
            [
                Line {
                    words: vec!["a".to_owned(), "b c".to_owned()],
                    behind: true
                },
                Line {
                    words: vec!["d".to_owned()],
                    behind: false
                },
            ]
        );
    }

    #[test]
    fn a_page_without_blocks_and_an_open_quote_are_refused() {
        assert!(blocks("no block\n").is_err());
        assert!(
            blocks("```console\n$ a 'b\n```\n")
                .unwrap_err()
                .contains("quote")
        );
    }
}
