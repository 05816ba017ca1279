//! Paths of UNIX sockets, and the patterns that grant them.
//!
//! A path names one place in the host's file system in one way: what could name it in another is refused here, so that
//! text can be compared. Which file that is, and that no link leads elsewhere, is the business of who opens it.

use alloc::{string::String, sync::Arc};
use core::{fmt, str::FromStr};

/// The path of a UNIX socket on the host: absolute, of at most 107 bytes, with no part that is empty, `.` or `..`.
///
/// Control characters and `*` are refused as well: each path can be written in a rule, and each rule in a line of text.
///
/// ```
/// # use iwasm_policy::UnixPath;
/// assert_eq!("/run/app/db.sock".parse::<UnixPath>()?.as_str(), "/run/app/db.sock");
/// assert!("/run/app/../docker.sock".parse::<UnixPath>().is_err());
/// assert!("app.sock".parse::<UnixPath>().is_err());
/// # Ok::<(), iwasm_policy::PathError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixPath(Arc<str>);

impl UnixPath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directory that the socket is in, and its name there.
    #[must_use]
    pub fn split(&self) -> (&str, &str) {
        self.0.rsplit_once('/').expect("a path begins with a slash")
    }
}

impl FromStr for UnixPath {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        // First of all: the other errors carry the text, and a guest chose its length.
        if text.len() > LONGEST {
            return Err(PathError::TooLong(text.len()));
        }
        check(text)?;
        if text.contains('*') {
            return Err(PathError::Star(text.into()));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for UnixPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for UnixPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Which paths of UNIX sockets a rule is about: as a path, but that a `*` stands for anything within one part.
///
/// ```
/// # use iwasm_policy::PathPattern;
/// let sockets: PathPattern = "/run/app/*.sock".parse()?;
/// assert!(sockets.admits(&"/run/app/db.sock".parse()?));
/// assert!(!sockets.admits(&"/run/app/a/db.sock".parse()?));
/// # Ok::<(), iwasm_policy::PathError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathPattern(Arc<str>);

impl PathPattern {
    /// Whether the rule is about `path`.
    #[must_use]
    pub fn admits(&self, path: &UnixPath) -> bool {
        let (mut patterns, mut parts) = (self.0.split('/'), path.0.split('/'));
        loop {
            match (patterns.next(), parts.next()) {
                (None, None) => return true,
                (Some(pattern), Some(part)) if fits(pattern, part) => {}
                _ => return false,
            }
        }
    }
}

impl FromStr for PathPattern {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        // The shortest path that it admits.
        let shortest = text.bytes().filter(|byte| *byte != b'*').count();
        if shortest > LONGEST {
            return Err(PathError::TooLong(shortest));
        }
        check(text)?;
        Ok(Self(text.into()))
    }
}

impl From<UnixPath> for PathPattern {
    fn from(path: UnixPath) -> Self {
        Self(path.0)
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

/// Why a text is no path of a UNIX socket, and no pattern of such.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// It does not begin at the root. Names of Linux's abstract kind do not either.
    #[error("the path `{}` does not begin with a `/`", .0.escape_debug())]
    Relative(String),
    /// More bytes than the system's structure for it holds. The text is not repeated.
    #[error("the path has {0} bytes, and {LONGEST} are the most")]
    TooLong(usize),
    /// An empty part, which a slash at the end leaves as well, or one that means another directory.
    #[error("the path `{}` has a part that is empty, `.` or `..`", .0.escape_debug())]
    Part(String),
    /// A control character, NUL among them.
    #[error("the path `{}` has a control character in it", .0.escape_debug())]
    Control(String),
    /// A star, in a path that is no pattern.
    #[error("the path `{}` has a `*` in it, which only a rule can have", .0.escape_debug())]
    Star(String),
}

fn check(text: &str) -> Result<(), PathError> {
    let Some(parts) = text.strip_prefix('/') else {
        return Err(PathError::Relative(text.into()));
    };
    if parts.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(PathError::Part(text.into()));
    }
    if text.contains(char::is_control) {
        return Err(PathError::Control(text.into()));
    }
    Ok(())
}

/// Whether the part is what the pattern says. A star first stands for nothing, and for a byte more each time that what
/// follows it does not fit: only the last star can still be at fault then.
fn fits(pattern: &str, part: &str) -> bool {
    let (pattern, part) = (pattern.as_bytes(), part.as_bytes());
    let (mut at, mut seen) = (0, 0);
    let mut last_star = None;
    while seen < part.len() {
        if pattern.get(at) == Some(&b'*') {
            at += 1;
            last_star = Some((at, seen));
        } else if pattern.get(at) == Some(&part[seen]) {
            (at, seen) = (at + 1, seen + 1);
        } else if let Some((after, began)) = last_star {
            (at, seen) = (after, began + 1);
            last_star = Some((after, began + 1));
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// 108 bytes of `sun_path` with a NUL at the end (unix(7)).
const LONGEST: usize = 107;

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString};

    use super::*;

    #[test]
    fn a_star_stands_for_anything_within_one_part() {
        for (pattern, path, admitted) in [
            ("/run/a.sock", "/run/a.sock", true),
            ("/run/a.sock", "/run/a.sock2", false),
            ("/run/a.sock", "/run/A.sock", false),
            ("/run/*.sock", "/run/a.sock", true),
            ("/run/*.sock", "/run/.sock", true),
            ("/run/*.sock", "/run/a.sock.sock", true),
            ("/run/*.sock", "/run/a/b.sock", false),
            ("/run/*.sock", "/run/a.sock/b", false),
            ("/run/*", "/run/a", true),
            ("/run/*", "/run", false),
            ("/run/*", "/run/a/b", false),
            ("/run/*/s", "/run/user/s", true),
            ("/run/*/s", "/run/s", false),
            ("/*", "/a", true),
            ("/a*b*c", "/abc", true),
            ("/a*b*c", "/a-b-b-c", true),
            ("/a*b*c", "/acb", false),
            ("/a**b", "/ab", true),
            ("/*aab", "/aaab", true),
            ("/ü*", "/üb", true),
        ] {
            let found = parse(pattern).admits(&path.parse().expect(path));
            assert_eq!(found, admitted, "{path} under {pattern}");
        }
    }

    #[test]
    fn a_path_is_a_directory_and_a_name() {
        for (path, split) in [
            ("/run/app/a.sock", ("/run/app", "a.sock")),
            ("/a.sock", ("", "a.sock")),
        ] {
            assert_eq!(path.parse::<UnixPath>().expect(path).split(), split);
        }
    }

    #[test]
    fn what_is_no_path_is_refused_with_the_reason() {
        for (text, message) in [
            ("", "the path `` does not begin with a `/`"),
            ("a.sock", "the path `a.sock` does not begin with a `/`"),
            ("\0a", "the path `\\0a` does not begin with a `/`"),
            ("/", "the path `/` has a part that is empty, `.` or `..`"),
            (
                "//a",
                "the path `//a` has a part that is empty, `.` or `..`",
            ),
            (
                "/a/",
                "the path `/a/` has a part that is empty, `.` or `..`",
            ),
            (
                "/a/../b",
                "the path `/a/../b` has a part that is empty, `.` or `..`",
            ),
            (
                "/./a",
                "the path `/./a` has a part that is empty, `.` or `..`",
            ),
            ("/a\0b", "the path `/a\\0b` has a control character in it"),
            (
                "/a\u{1b}[2J",
                "the path `/a\\u{1b}[2J` has a control character in it",
            ),
        ] {
            let error = text.parse::<UnixPath>().expect_err(text);
            assert_eq!(error.to_string(), message);
            assert_eq!(text.parse::<PathPattern>(), Err(error), "{text}");
        }
        let error = "/run/*".parse::<UnixPath>().expect_err("a star");
        let message = "the path `/run/*` has a `*` in it, which only a rule can have";
        assert_eq!(error.to_string(), message);
    }

    #[test]
    fn dots_within_a_name_are_letters() {
        for text in ["/...", "/.a", "/a.", "/a/..b"] {
            assert!(text.parse::<UnixPath>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_path_ends_at_107_bytes_and_a_pattern_where_it_admits_none() {
        let longest = format!("/{}", "a".repeat(106));
        assert!(longest.parse::<UnixPath>().is_ok());
        let long = format!("{longest}a");
        assert_eq!(long.parse::<UnixPath>(), Err(PathError::TooLong(108)));
        assert_eq!(long.parse::<PathPattern>(), Err(PathError::TooLong(108)));
        let admits = parse(&format!("{longest}*"));
        assert!(admits.admits(&longest.parse().expect("it fits")));
    }

    fn parse(text: &str) -> PathPattern {
        text.parse().expect("the case is a pattern")
    }
}
