//! The file of a UNIX socket that the host made: who made it removes it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

use iwasm_policy::UnixPath;

/// A socket file at a path. Dropping this removes the file, unless another has taken its place since.
#[derive(Debug)]
pub struct SocketFile {
    path: UnixPath,
    /// Its device and inode; none if it shall stay.
    identity: Option<(u64, u64)>,
}

impl SocketFile {
    /// The file that has just been made at the path.
    pub(crate) fn made(path: UnixPath) -> io::Result<Self> {
        let identity = Some(identity(&path)?);
        Ok(Self { path, identity })
    }

    /// Let it stay.
    pub fn leave(mut self) {
        self.identity = None;
    }

    /// Where it is.
    pub fn path(&self) -> &UnixPath {
        &self.path
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let made = self.identity.is_some();
        if made && identity(&self.path).ok() == self.identity {
            // Where it cannot be removed it stays: nobody is left to be told.
            let _ = fs::remove_file(self.path.as_str());
        }
    }
}

fn identity(path: &UnixPath) -> io::Result<(u64, u64)> {
    let file = fs::symlink_metadata(path.as_str())?;
    Ok((file.dev(), file.ino()))
}
