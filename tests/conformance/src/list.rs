//! The list as its C sources have it: the first line of each behaviour says all.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::Need;

/// One behaviour of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// The sentence, in snake case.
    pub name: String,
    /// The one provider of whose imports it is a fact; nothing when it is a fact of sockets.
    pub only: Option<String>,
    /// What the machine must have.
    pub need: Option<Need>,
}

/// Reads the behaviours of every C source in `directory`, in the order of file and line.
///
/// # Errors
///
/// An unreadable directory, or a first line that names an unknown need.
pub fn list(directory: &Path) -> io::Result<Vec<Behaviour>> {
    let mut found = Vec::new();
    for path in c_sources(directory)? {
        for line in fs::read_to_string(&path)?.lines() {
            found.extend(
                parse(line)
                    .map_err(|reason| io::Error::other(format!("{}: {reason}", path.display())))?,
            );
        }
    }
    Ok(found)
}

/// The C sources of `directory`, sorted.
pub(crate) fn c_sources(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "c") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn parse(line: &str) -> Result<Option<Behaviour>, String> {
    let Some((head, rest)) = line.split_once('(') else {
        return Ok(None);
    };
    let (kind, needing) = match head.strip_suffix("_NEEDING") {
        Some(kind) => (kind, true),
        None => (head, false),
    };
    let only = match kind.strip_suffix("_ONLY") {
        Some(provider) if is_a_macro(provider) => Some(provider.to_ascii_lowercase()),
        None if kind == "BEHAVIOUR" => None,
        _ => return Ok(None),
    };
    let inside = rest
        .strip_suffix(')')
        .ok_or_else(|| format!("`{line}` does not end its line with `)`"))?;
    let (need, name) = match inside.split_once(", ") {
        Some((need, name)) if needing => (Some(need.parse()?), name),
        None if !needing => (None, inside),
        _ => return Err(format!("`{line}` has the wrong number of arguments")),
    };
    Ok(Some(Behaviour {
        name: name.to_owned(),
        only,
        need,
    }))
}

fn is_a_macro(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_says_name_kind_and_need() {
        for (line, only, need) in [
            ("BEHAVIOUR(it_works)", None, None),
            ("BEHAVIOUR_NEEDING(ipv6, it_works)", None, Some(Need::Ipv6)),
            ("WAMR_ONLY(it_works)", Some("wamr"), None),
            (
                "P2_ONLY_NEEDING(ipv6, it_works)",
                Some("p2"),
                Some(Need::Ipv6),
            ),
        ] {
            let expected = Behaviour {
                name: "it_works".to_owned(),
                only: only.map(str::to_owned),
                need,
            };
            assert_eq!(parse(line), Ok(Some(expected)), "{line}");
        }
    }

    #[test]
    fn any_other_line_is_no_behaviour() {
        for line in [
            "",
            "{",
            "    EXPECT(ok);",
            "static int f(int a)",
            "static int f_ONLY(int a)",
            "#define WAMR_ONLY(name) BEHAVIOUR(name)",
        ] {
            assert_eq!(parse(line), Ok(None), "{line}");
        }
    }

    #[test]
    fn a_first_line_that_cannot_be_read_is_an_error() {
        for line in [
            "BEHAVIOUR(it_works) {",
            "BEHAVIOUR(ipv6, it_works)",
            "BEHAVIOUR_NEEDING(it_works)",
            "BEHAVIOUR_NEEDING(magic, it_works)",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
