//! Debian's source archive, by way of apt: from the mirrors that this machine has its packages from.
//!
//! Most machines list no sources. Here a list of our own, with lists and a cache of our own, stands in for the system's,
//! which stays as it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Result, house};

const HINT: &str = "hint: this takes a Debian with apt, and dpkg-dev";

pub(super) struct Archive {
    place: PathBuf,
}

impl Archive {
    /// Writes the list, and reads what the archive has.
    pub(super) fn open(place: &Path) -> Result<Self> {
        let archive = Self {
            place: place.to_owned(),
        };
        for folder in ["lists/partial", "cache/archives/partial", "sources"] {
            let folder = place.join(folder);
            fs::create_dir_all(&folder)
                .map_err(|e| format!("cannot make `{}`: {e}", folder.display()))?;
        }
        let list = house::output(house::program("apt-get").args([
            "indextargets",
            "--format",
            "deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)",
            "Created-By: Packages",
            "Origin: Debian",
        ]))
        .map_err(|e| format!("{e}\n{HINT}"))?;
        if list.is_empty() {
            return Err(format!("apt has no packages of Debian\n{HINT}"));
        }
        fs::write(place.join("sources.list"), list)
            .map_err(|e| format!("cannot write the list of sources: {e}"))?;
        house::output(archive.apt().args(["--error-on=any", "update"]))?;
        Ok(archive)
    }

    /// The unpacked source of a package, with Debian's patches.
    pub(super) fn source(&self, package: &str) -> Result<PathBuf> {
        let sources = self.place.join("sources");
        if let Some(there) = unpacked(&sources, package)? {
            return Ok(there);
        }
        let mut fetch = self.apt();
        fetch.args(["source", "--only-source", package]);
        house::output(fetch.current_dir(&sources)).map_err(|e| format!("{e}\n{HINT}"))?;
        unpacked(&sources, package)?.ok_or_else(|| format!("apt brought no source of {package}"))
    }

    fn apt(&self) -> Command {
        let mut apt = house::program("apt-get");
        for (option, path) in [
            ("Dir::Etc::sourcelist", "sources.list"),
            ("Dir::State::lists", "lists"),
            ("Dir::Cache", "cache"),
        ] {
            let path = self.place.join(path);
            apt.arg("-o").arg(format!("{option}={}", path.display()));
        }
        apt.args(["-o", "Dir::Etc::sourceparts=-", "--quiet=2"]);
        apt
    }
}

/// The folder `PACKAGE-VERSION`.
fn unpacked(sources: &Path, package: &str) -> Result<Option<PathBuf>> {
    let unread = |e| format!("cannot read `{}`: {e}", sources.display());
    for entry in fs::read_dir(sources).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let version = name.strip_prefix(package);
        if path.is_dir() && version.is_some_and(|version| version.starts_with('-')) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}
