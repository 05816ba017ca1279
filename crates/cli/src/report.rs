//! Every word of iwasm's own, and its exit code: the only file that prints.
//!
//! Stdout belongs to the guest: help, version and the results of `-f` go there, all else to stderr. A reader that went
//! away is no error.

use std::{
    borrow::Cow,
    io::{self, ErrorKind, Write},
    process::ExitCode,
    time::Duration,
};

use crate::failure::Failure;

/// How much is told: `-v` and `-q`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verbosity(u8);

impl Verbosity {
    pub(crate) fn new(level: u8) -> Self {
        Self(level)
    }
}

/// Tells what happens while a guest runs, as far as the user wants to know. One line is one write, so that the lines of
/// threads do not mix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console(Verbosity);

impl Console {
    pub(crate) fn new(verbosity: Verbosity) -> Self {
        Self(verbosity)
    }

    /// The policy denied the guest something.
    pub(crate) fn denial(self, text: &str) {
        self.line(1, text);
    }

    /// The user may have meant something else.
    pub(crate) fn notice(self, text: &str) {
        self.line(2, text);
    }

    /// Are steps told? Some take work to find out.
    pub(crate) fn steps(self) -> bool {
        self.0.0 >= 3
    }

    /// What iwasm does next, or has done.
    pub(crate) fn step(self, text: &str) {
        self.line(3, text);
    }

    fn line(self, level: u8, text: &str) {
        if self.0.0 >= level {
            tell(&format!("iwasm: {}\n", printable(text)));
        }
    }
}

/// How a guest came to its end.
#[derive(Debug)]
pub(crate) enum Ending {
    Exited(u32),
    /// The results of `-f`.
    Returned(Vec<String>),
    /// The cause, of one or more lines.
    Trapped(String),
    TimedOut(Duration),
    /// By a signal, with the exit code that tells of it.
    Stopped(u8),
}

/// Tells how the guest ended.
pub(crate) fn end(ending: &Ending) -> ExitCode {
    match ending {
        // The system keeps the low 8 bits, as wait(2) shows them.
        Ending::Exited(code) => ExitCode::from(code.to_le_bytes()[0]),
        Ending::Returned(results) if results.is_empty() => ExitCode::SUCCESS,
        Ending::Returned(results) => show(&format!("{}\n", results.join(","))),
        Ending::Trapped(cause) => {
            let causes = vec![cause.clone()];
            fail(&Failure {
                code: TRAP,
                message: "the guest trapped".into(),
                causes,
                hints: Vec::new(),
            })
        }
        Ending::TimedOut(limit) => fail(&Failure {
            code: TIMEOUT,
            message: format!(
                "the guest was not done after `--timeout={}`",
                limit.as_millis()
            ),
            causes: Vec::new(),
            hints: Vec::new(),
        }),
        Ending::Stopped(code) => ExitCode::from(*code),
    }
}

/// Puts a text on stdout.
pub(crate) fn show(text: &str) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            fail(&Failure::host("stdout cannot be written").because(error.to_string()))
        }
        _ => ExitCode::SUCCESS,
    }
}

/// Puts lines on stdout that hold what a file says of itself.
pub(crate) fn list(lines: &[String]) -> ExitCode {
    let lines = lines.iter().map(|line| format!("{}\n", printable(line)));
    show(&lines.collect::<String>())
}

/// Ends iwasm without a word, whatever runs.
#[expect(clippy::exit, reason = "the user asked for it twice")]
pub(crate) fn exit_at_once(code: u8) -> ! {
    std::process::exit(code.into())
}

/// Tells why iwasm ends without a guest's end.
pub(crate) fn fail(failure: &Failure) -> ExitCode {
    tell(&message(failure));
    ExitCode::from(failure.code)
}

/// The form of all messages: a line `error:`, indented lines `caused by:`, lines `hint:`.
fn message(failure: &Failure) -> String {
    let mut text = String::new();
    paragraph(&mut text, "error: ", &failure.message);
    for cause in &failure.causes {
        paragraph(&mut text, "  caused by: ", cause);
    }
    for hint in &failure.hints {
        paragraph(&mut text, "hint: ", hint);
    }
    text
}

/// Further lines go under the first, in from its label.
fn paragraph(out: &mut String, label: &str, text: &str) {
    for (number, line) in text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .enumerate()
    {
        let label = if number == 0 { label } else { "    " };
        out.push_str(label);
        out.push_str(&printable(line));
        out.push('\n');
    }
}

/// A guest chooses the names in its module: none of them shall move the cursor of the terminal, or turn the line around.
fn printable(line: &str) -> Cow<'_, str> {
    if !line.contains(steers) {
        return Cow::Borrowed(line);
    }
    let escaped = line.chars().map(|c| match c {
        '\t' => " ".to_owned(),
        c if steers(c) => c.escape_default().to_string(),
        c => c.to_string(),
    });
    Cow::Owned(escaped.collect())
}

/// Does the character do something to a terminal, beside standing there? Those of Unicode turn the direction of writing, end
/// a line, or are not seen.
pub(crate) fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Stderr may be gone: nobody is left to hear of that.
fn tell(text: &str) {
    _ = io::stderr().write_all(text.as_bytes());
}

/// As timeout(1) has it.
const TIMEOUT: u8 = 124;
/// 128 and SIGABRT: as a native program that aborts.
const TRAP: u8 = 134;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_error_causes_and_hints() {
        let failure = Failure::host("the file `a` cannot be read")
            .because("one\n\n  two")
            .because("three")
            .hint("four");
        assert_eq!(
            message(&failure),
            "error: the file `a` cannot be read\n  caused by: one\n      two\n  caused by: three\nhint: four\n"
        );
    }

    #[test]
    fn what_a_guest_named_cannot_steer_the_terminal() {
        let failure = Failure::host("unknown import `\u{1b}[2J\r`");
        assert_eq!(message(&failure), "error: unknown import `\\u{1b}[2J\\r`\n");
        for (name, shown) in [
            ("a\u{9b}b", "a\\u{9b}b"),
            ("a\u{202e}b", "a\\u{202e}b"),
            ("a\u{2028}b", "a\\u{2028}b"),
            ("grün\tand 中", "grün and 中"),
        ] {
            assert_eq!(printable(name), shown);
        }
    }
}
