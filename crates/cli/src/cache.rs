//! Where compiled modules are kept.

use std::{ffi::OsString, path::PathBuf};

/// A directory for compiled modules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cache {
    /// None: each run compiles.
    Off,
    /// The user named it: it is an error when it cannot be used.
    Named(PathBuf),
    /// Nobody named it: iwasm does without when it cannot be used.
    Usual(PathBuf),
}

impl Cache {
    /// The directory where programs keep what they can make again (XDG Base Directory Specification): a relative
    /// `$XDG_CACHE_HOME` counts as none.
    pub(crate) fn usual(xdg_cache_home: Option<OsString>, home: Option<OsString>) -> Self {
        let absolute = |text: OsString| Some(PathBuf::from(text)).filter(|path| path.is_absolute());
        let base = xdg_cache_home.and_then(absolute).or_else(|| {
            let home = home.and_then(absolute)?;
            Some(home.join(".cache"))
        });
        base.map_or(Self::Off, |base| Self::Usual(base.join("iwasm")))
    }

    pub(crate) fn dir(&self) -> Option<&PathBuf> {
        match self {
            Self::Off => None,
            Self::Named(dir) | Self::Usual(dir) => Some(dir),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_cache_is_where_the_environment_says() {
        for (xdg, home, dir) in [
            (Some("/x"), Some("/h"), Some("/x/iwasm")),
            (None, Some("/h"), Some("/h/.cache/iwasm")),
            (Some(""), Some("/h"), Some("/h/.cache/iwasm")),
            (Some("x"), Some("/h"), Some("/h/.cache/iwasm")),
            (None, Some(""), None),
            (None, None, None),
        ] {
            let cache = Cache::usual(xdg.map(Into::into), home.map(Into::into));
            assert_eq!(
                cache.dir(),
                dir.map(PathBuf::from).as_ref(),
                "{xdg:?} {home:?}"
            );
        }
    }
}
