//! Builds the guests again from their sources. The tests judge the result; what they refuse is put back.

mod tools;

use std::fs;
use std::path::{Path, PathBuf};

use crate::recipe::{self, Guest};
use crate::{Result, bench, demo, house, test};

/// The folders that have a `recipe.txt`.
const FOLDERS: [&str; 2] = ["tests/guests", "benches"];

/// A guest's file that is not what its sources make.
struct Change {
    file: PathBuf,
    old: Option<Vec<u8>>,
    new: Vec<u8>,
}

/// Builds all, takes what differs, and tests it.
pub(crate) fn run() -> Result<()> {
    let changes = build_all("")?;
    if changes.is_empty() {
        println!("every guest is what its sources make");
        return Ok(());
    }
    take(&changes)?;
    judge().or_else(|refusal| {
        for change in &changes {
            put_back(change)?;
        }
        Err(format!("{refusal}\nhint: the guests are as they were before; the new ones are in the folder `guests` of cargo's target folder"))
    })
}

/// Builds the guests whose files begin with `only`, and takes what differs, untested.
pub(crate) fn some(only: &str) -> Result<()> {
    take(&build_all(only)?)
}

fn build_all(only: &str) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    let mut found = false;
    for name in FOLDERS {
        let folder = house::root().join(name);
        let recipe = folder.join("recipe.txt");
        let guests = recipe::parse(&house::read(&recipe)?, &tools::words(&folder)?)
            .map_err(|e| format!("{}: {e}", house::short(&recipe)))?;
        for guest in guests.iter().filter(|guest| named(guest, only)) {
            found = true;
            changes.extend(build(guest, &folder)?);
        }
    }
    found.then_some(changes).ok_or_else(|| {
        format!("no guest's file begins with `{only}`: tests/guests/recipe.txt names all")
    })
}

fn named(guest: &Guest, only: &str) -> bool {
    guest.out.to_str().is_some_and(|out| out.starts_with(only))
}

fn take(changes: &[Change]) -> Result<()> {
    for change in changes {
        write(&change.file, &change.new)?;
        println!("changed: {}", house::short(&change.file));
    }
    Ok(())
}

/// The whole house stands on the guests, and so do the demo and the benchmark.
fn judge() -> Result<()> {
    test::build()?;
    test::tests()?;
    demo::run()?;
    bench::try_out()
}

/// What the sources make, when it is not what is there.
fn build(guest: &Guest, folder: &Path) -> Result<Option<Change>> {
    let file = folder.join(&guest.out);
    let built = house::target()?.join("guests").join(&guest.out);
    if let Some(parent) = built.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| format!("cannot make `{}`: {e}", parent.display()))?;
    }
    println!("building {}", house::short(&file));
    tools::build(guest, folder, &built)?;
    let new = fs::read(&built).map_err(|e| format!("cannot read `{}`: {e}", built.display()))?;
    let old = fs::read(&file).ok();
    Ok((old.as_ref() != Some(&new)).then_some(Change { file, old, new }))
}

fn put_back(change: &Change) -> Result<()> {
    match &change.old {
        Some(old) => write(&change.file, old),
        None => fs::remove_file(&change.file)
            .map_err(|e| format!("cannot remove `{}`: {e}", house::short(&change.file))),
    }
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| format!("cannot make `{}`: {e}", house::short(parent)))?;
    }
    fs::write(file, bytes).map_err(|e| format!("cannot write `{}`: {e}", house::short(file)))
}
