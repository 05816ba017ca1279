//! A program that runs beside this one: its lines are shown as they come, every wait has an end, and it never outlives us.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::Result;

/// Ended when dropped.
pub(crate) struct Running {
    name: String,
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Running {
    /// Starts the program; `name` stands before each line that it prints, on either stream.
    pub(crate) fn start(name: &str, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| format!("cannot start `{}`: {e}", command.get_program().display()))?;
        let (sender, lines) = channel();
        if let Some(out) = child.stdout.take() {
            tell(name, out, sender.clone());
        }
        if let Some(err) = child.stderr.take() {
            tell(name, err, sender);
        }
        Ok(Self {
            name: name.to_owned(),
            child,
            lines,
            heard: Vec::new(),
        })
    }

    /// The rest of the first line that holds `what`, said before or now.
    pub(crate) fn wait_for(&mut self, what: &str, at_most: Duration) -> Result<String> {
        let end = Instant::now() + at_most;
        loop {
            let found = self.heard.iter().find_map(|line| line.split_once(what));
            if let Some((_, rest)) = found {
                return Ok(rest.to_owned());
            }
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => self.heard.push(line),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("{} did not say `{what}` in {at_most:?}", self.name));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("{} ended without saying `{what}`", self.name));
                }
            }
        }
    }

    /// Waits for the program's end; returns how it ended and all that it said.
    pub(crate) fn end(mut self, at_most: Duration) -> Result<(ExitStatus, Vec<String>)> {
        let end = Instant::now() + at_most;
        // Both streams close when the program ends: that, and not a clock, is waited for.
        loop {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => self.heard.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("{} did not end in {at_most:?}", self.name));
                }
            }
        }
        let status = self
            .child
            .wait()
            .map_err(|e| format!("cannot wait for {}: {e}", self.name))?;
        Ok((status, std::mem::take(&mut self.heard)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tell(name: &str, from: impl Read + Send + 'static, to: Sender<String>) {
    let name = name.to_owned();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(std::io::Result::ok) {
            if !name.is_empty() {
                println!("  {name:>8} | {line}");
            }
            if to.send(line).is_err() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Running {
        Running::start("", Command::new("sh").args(["-c", script])).unwrap()
    }

    #[test]
    fn the_rest_of_an_awaited_line_is_returned_and_all_lines_are_kept() {
        let mut child = shell("echo first; echo listening on here >&2; exit 3");
        assert_eq!(child.wait_for("listening on ", SOON).unwrap(), "here");
        let (status, mut lines) = child.end(SOON).unwrap();
        lines.sort();
        assert_eq!(status.code(), Some(3));
        assert_eq!(lines, ["first", "listening on here"]);
    }

    #[test]
    fn a_wait_ends_with_the_program_or_with_its_time() {
        let mut child = shell("echo other");
        assert!(
            child
                .wait_for("listening on ", SOON)
                .unwrap_err()
                .contains("ended")
        );
        let mut child = shell("exec sleep 60");
        let short = Duration::from_millis(20);
        assert!(
            child
                .wait_for("listening on ", short)
                .unwrap_err()
                .contains("20ms")
        );
    }
}
