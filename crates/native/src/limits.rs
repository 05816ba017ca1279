//! How many descriptors the process may have.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Let the process have as many descriptors as its hard limit allows, and say how many that is.
///
/// The soft limit is 1024 on most systems, for the sake of `select`, which nothing here calls.
pub fn raise_descriptor_limit() -> io::Result<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        let raised = Rlimit {
            current: maximum,
            maximum,
        };
        setrlimit(Resource::Nofile, raised)?;
    }
    Ok(maximum.unwrap_or(u64::MAX))
}
