//! One program run to its end, or to its time limit.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Outcome {
    /// Nothing when it was still running at the time limit, and was killed.
    pub status: Option<ExitStatus>,
    /// All it wrote to its standard output.
    pub stdout: String,
    /// All it wrote to its standard error.
    pub stderr: String,
}

impl Outcome {
    /// Success, or one text with the end and the output.
    ///
    /// # Errors
    ///
    /// The program failed or was killed.
    pub fn into_result(self) -> Result<(), String> {
        let end = match self.status {
            Some(status) if status.success() => return Ok(()),
            Some(status) => status.to_string(),
            None => "still running at the time limit, killed".to_owned(),
        };
        Err(format!("{end}\n{}{}", self.stdout, self.stderr))
    }
}

/// Runs `command` without input for at most `limit`.
///
/// # Errors
///
/// The program could not be started or waited for.
pub fn run(command: &mut Command, limit: Duration) -> io::Result<Outcome> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let status = wait(&mut child, limit)?;
    Ok(Outcome {
        status,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

fn collect(stream: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What came before an error is still worth showing.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn text(stream: JoinHandle<Vec<u8>>) -> String {
    let bytes = stream.join().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_killed_at_the_limit() {
        let start = Instant::now();
        let outcome =
            run(Command::new("sleep").arg("60"), Duration::from_millis(50)).expect("sleep exists");
        assert!(outcome.status.is_none());
        assert!(start.elapsed() < Duration::from_secs(30));
        assert!(outcome.into_result().is_err());
    }

    #[test]
    fn a_failure_shows_what_the_program_said() {
        let outcome = run(
            Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]),
            Duration::from_secs(20),
        )
        .expect("sh exists");
        let error = outcome.into_result().expect_err("it exits with 3");
        assert!(
            error.contains("out\n") && error.contains("err\n"),
            "{error}"
        );
    }
}
