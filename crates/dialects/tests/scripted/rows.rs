//! The table: at least one row for each import.

mod descriptors;
mod files;
mod options;
mod paths;
mod process;
mod sockets;
pub(crate) mod wasix;
mod wasix_process;
mod wasmedge;

use crate::row::Row;

/// All rows.
pub(crate) fn all() -> Vec<Row> {
    [
        process::rows(),
        descriptors::rows(),
        files::rows(),
        paths::rows(),
        sockets::rows(),
        options::rows(),
        wasmedge::rows(),
        wasix::rows(),
        wasix_process::rows(),
    ]
    .concat()
}
