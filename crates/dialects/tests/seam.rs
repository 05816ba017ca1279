//! The crates above the system use nothing of it: no library that does, and no part of `std` that does.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this test looks at the crates from outside, through files and cargo"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates that must build where there is no operating system to call.
const PURE: [&str; 5] = ["abi", "policy", "net", "wasi", "dialects"];

/// All that they may depend on.
const ALLOWED: [&str; 3] = ["ipnet", "thiserror", "iwasm-"];

/// The parts of `std` that call the system.
const FORBIDDEN: [&str; 8] = ["env", "fs", "io", "net", "os", "process", "thread", "time"];

#[test]
fn the_pure_crates_depend_on_nothing_that_calls_the_system() {
    let cargo = std::env::var("CARGO").expect("cargo runs its tests with its own path");
    let mut tree = Command::new(cargo);
    tree.args([
        "tree",
        "--offline",
        "--locked",
        "--target=all",
        "--prefix=none",
    ])
    .args(["-e", "normal,no-proc-macro"])
    .args(PURE.map(|name| format!("-p=iwasm-{name}")))
    .current_dir(env!("CARGO_MANIFEST_DIR"));
    let out = tree.output().expect("cargo is there");
    let text = String::from_utf8_lossy(&out.stdout);
    let errors = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{errors}");

    let names: BTreeSet<_> = text
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    for name in &names {
        let ours = name
            .strip_prefix("iwasm-")
            .is_none_or(|name| PURE.contains(&name));
        let allowed = ALLOWED.iter().any(|allowed| name.starts_with(allowed));
        assert!(ours && allowed, "{name} is not among {ALLOWED:?}");
    }
    assert!(
        PURE.iter()
            .all(|name| names.contains(format!("iwasm-{name}").as_str()))
    );
}

#[test]
fn the_pure_crates_name_no_part_of_std_that_calls_the_system() {
    for name in PURE {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
        let files = sources(&root.join("src"));
        assert!(!files.is_empty(), "{name} has sources");
        for file in files {
            let text = fs::read_to_string(&file).expect("a source is text");
            let named = named_of_std(&code(&text));
            let forbidden: Vec<_> = named
                .iter()
                .filter(|part| FORBIDDEN.contains(&part.as_str()))
                .collect();
            assert!(
                forbidden.is_empty(),
                "{} names {forbidden:?}",
                file.display()
            );
        }
    }
}

#[test]
fn parts_of_std_are_found_however_they_are_written() {
    for (code, parts) in [
        ("use std::net::TcpStream;", vec!["net"]),
        ("std :: env :: args()", vec!["env"]),
        (
            "use std::{sync::Arc, fs, io::{self, Read}};",
            vec!["sync", "fs", "io"],
        ),
        ("use core::net::SocketAddr;", vec![]),
        ("my_std::net::x()", vec![]),
    ] {
        assert_eq!(named_of_std(code), parts, "{code}");
    }
    let text = "//! std::net\nlet a = 1; // std::fs\n#[cfg(test)]\nmod tests { use std::env; }";
    assert_eq!(code(text).trim(), "let a = 1;");
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}

/// The code of a file, without comments and without its tests, which stand at its end.
fn code(text: &str) -> String {
    let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = shipped
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// Each `a` of `std::a` and `std::{a, …}`.
fn named_of_std(code: &str) -> Vec<String> {
    let tight: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let tight = tight.replace(" ::", "::").replace(":: ", "::");
    let mut parts = Vec::new();
    for (at, _) in tight.match_indices("std::") {
        let before = tight[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let rest = &tight[at + "std::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => parts.extend(first_level(list)),
            None => parts.push(word(rest)),
        }
    }
    parts
}

/// The names in a list in braces that has been entered, but not those in braces inside it.
fn first_level(list: &str) -> Vec<String> {
    let (mut depth, mut begin, mut names) = (0_usize, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                names.push(word(list[begin..at].trim()));
                begin = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    let is_part = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    text.chars().take_while(is_part).collect()
}
