//! Who runs an example of the crate, and what it then says.

use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::GRANTS;

use super::SOON;
use crate::Result;
use crate::child::Running;

/// Where the examples of one target are, and what runs them.
pub(super) enum Runner {
    Native(PathBuf),
    Guest { iwasm: PathBuf, folder: PathBuf },
}

impl Runner {
    /// Starts the example that the first word names, with the others.
    pub(super) fn start(&self, words: &[&str], name: &str) -> Result<Running> {
        let (mut command, words) = self.command(words, &[]);
        Running::start(name, command.args(words))
    }

    /// The same with a directory as the last word, in which it may write.
    pub(super) fn start_in(&self, directory: &Path, words: &[&str], name: &str) -> Result<Running> {
        let granted = format!("--dir={}", directory.display());
        let (mut command, words) = self.command(words, &[&granted]);
        Running::start(name, command.args(words).arg(directory))
    }

    /// All that an example says that ends well.
    pub(super) fn lines(&self, words: &[&str], name: &str) -> Result<Vec<String>> {
        ended(self.start(words, name)?)
    }

    fn command<'a>(&self, words: &'a [&'a str], granted: &[&str]) -> (Command, &'a [&'a str]) {
        let (example, words) = words.split_first().expect("the first word is an example");
        let command = match self {
            Self::Native(folder) => Command::new(folder.join(example)),
            Self::Guest { iwasm, folder } => {
                let mut command = Command::new(iwasm);
                command
                    .args(GRANTS)
                    .args(granted)
                    .arg(folder.join(example).with_extension("wasm"));
                command
            }
        };
        (command, words)
    }
}

/// All that a program said that ended well.
pub(super) fn ended(program: Running) -> Result<Vec<String>> {
    let (status, said) = program.end(SOON)?;
    match status.success() {
        true => Ok(said),
        false => Err(format!("an example ended with {status}, after {said:#?}")),
    }
}

/// What the first says, all have to say.
pub(super) fn alike<'a>(
    runners: impl IntoIterator<Item = &'a Runner>,
    said: impl Fn(&Runner) -> Result<Vec<String>>,
) -> Result<()> {
    let mut first = None;
    for runner in runners {
        let said = said(runner)?;
        let first = first.get_or_insert_with(|| said.clone());
        if said != *first {
            return Err(format!(
                "a guest says what the native program does not\n  native: {first:#?}\n  guest: {said:#?}"
            ));
        }
    }
    Ok(())
}
