//! The working directory, as far as a guest has one: a path that it can ask for and change.
//!
//! It opens nothing: a guest's C library makes each path absolute, and then relative to a directory that it holds. So no
//! path that a guest passes is looked up from here but that of the next working directory.

use std::sync::{Arc, Mutex, PoisonError};

use iwasm_abi::Errno;
use iwasm_abi::p1::rights;
use iwasm_net::Fail;

use crate::{Descriptor, FileKind, Files, Object, Process};

/// The longest path in bytes: Linux's `PATH_MAX`.
const PATH_MAX: usize = 4096;

/// An absolute path without `.` and `..`.
pub(crate) struct Cwd(Mutex<String>);

impl Default for Cwd {
    fn default() -> Self {
        Self(Mutex::new("/".to_owned()))
    }
}

impl<F: Files> Process<F> {
    /// The working directory.
    pub fn working_directory(&self) -> String {
        let path = self.cwd.0.lock().unwrap_or_else(PoisonError::into_inner);
        path.clone()
    }

    /// Change it. ENOENT: the guest holds no such directory. ENOTDIR: it is something else.
    ///
    /// `..` is the path's part before it, whether or not that is a link.
    pub fn change_directory(&self, path: &str) -> Result<(), Fail> {
        if path.is_empty() {
            return Err(Errno::Noent.into());
        }
        let to = join(&self.working_directory(), path);
        if to.len() > PATH_MAX {
            return Err(Errno::Nametoolong.into());
        }
        match self.holder(&to) {
            Some((descriptor, rest)) => self.is_directory(&descriptor, &rest)?,
            // A root that nothing was mounted at holds the directories that were handed in.
            None if to == "/" => {}
            None => return Err(Errno::Noent.into()),
        }
        *self.cwd.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
        Ok(())
    }

    /// The directory that was handed in under the longest beginning of the path, and the path from there.
    fn holder(&self, path: &str) -> Option<(Arc<Descriptor<F>>, String)> {
        let path: Vec<_> = parts(path).collect();
        self.table.with(|slots| {
            let holders = slots.iter().filter_map(|descriptor| {
                let name = descriptor.as_directory().ok()?.preopened.as_deref()?;
                let name: Vec<_> = parts(name).collect();
                path.starts_with(&name).then_some((name.len(), descriptor))
            });
            let (depth, found) = holders.max_by_key(|(depth, _)| *depth)?;
            Some((Arc::clone(found), path[depth..].join("/")))
        })
    }

    fn is_directory(&self, within: &Descriptor<F>, path: &str) -> Result<(), Fail> {
        let Object::Directory(directory) = &within.object else {
            return Err(Errno::Notdir.into());
        };
        if path.is_empty() {
            return Ok(());
        }
        within.demand(rights::PATH_FILESTAT_GET)?;
        let stat = || self.files.stat_at(&directory.dir, path, true);
        match self.net.stop.blocking(stat)?.kind {
            FileKind::Directory => Ok(()),
            _ => Err(Errno::Notdir.into()),
        }
    }
}

/// The parts of a path but those that say nothing.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !matches!(*part, "" | "."))
}

/// The path, from the directory if it is a relative one.
fn join(directory: &str, path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { directory };
    let mut joined = Vec::new();
    for part in parts(from).chain(parts(path)) {
        match part {
            ".." => drop(joined.pop()),
            part => joined.push(part),
        }
    }
    format!("/{}", joined.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_to_the_working_directory_unless_it_begins_with_a_slash() {
        for (directory, path, joined) in [
            ("/", "a", "/a"),
            ("/", "/", "/"),
            ("/a", "b/c", "/a/b/c"),
            ("/a", "/b", "/b"),
            ("/a/b", "..", "/a"),
            ("/a", "../../..", "/"),
            ("/a", "./b//c/", "/a/b/c"),
            ("/a", ".", "/a"),
            ("/a", "/b/../c/.", "/c"),
        ] {
            assert_eq!(join(directory, path), joined, "{directory} {path}");
        }
    }
}
