//! Guests against the same program run natively: interleaved, medians, as ratios beside what is to be reached.

mod cases;
mod programs;
mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Result;
use crate::child::Running;
use crate::house;
use cases::{CASES, Case};
use programs::{DIALECTS, Dialect, Programs};
use report::Column;

/// The name that `--only` knows for start-up time and memory.
const START: &str = "start";

struct Options {
    only: String,
    runs: usize,
    millis: String,
    /// The name of one dialect, or [`ALL`].
    dialect: String,
    peer: Option<PathBuf>,
}

/// The name that `--dialect` knows for every dialect beside the others.
const ALL: &str = "all";

/// Runs the cases that the options name.
pub(crate) fn run(options: &[String]) -> Result<()> {
    compare(&parse(options)?)
}

/// Each case once and short: that it works, not how fast it is.
pub(crate) fn try_out() -> Result<()> {
    compare(&Options {
        only: String::new(),
        runs: 1,
        millis: "10".into(),
        dialect: ALL.into(),
        peer: None,
    })
}

fn compare(options: &Options) -> Result<()> {
    let start = START.starts_with(&options.only);
    let chosen = chosen(&options.only, start)?;
    let programs = Programs::build(&dialects(&options.dialect)?, options.peer.clone())?;
    match &programs.core {
        Some(core) => println!(
            "both ends of each case on core {core}, {} runs of {} ms, interleaved",
            options.runs, options.millis
        ),
        None => {
            println!("NOT on one core, there is no `taskset`: ratios of round trips say little")
        }
    }
    let limit = programs::descriptor_limit();
    for case in chosen {
        if limit < case.descriptors() {
            println!(
                "{:<10} skipped: it needs {} descriptors a process, and `ulimit -Hn` is {limit}",
                case.name,
                case.descriptors()
            );
            continue;
        }
        measure(case, options, &programs)?;
    }
    if start {
        starts(options, &programs)?;
    }
    Ok(())
}

/// The cases whose names begin so; none is an error, unless `start` is meant.
fn chosen(only: &str, start: bool) -> Result<Vec<&'static Case>> {
    let chosen: Vec<_> = CASES
        .iter()
        .filter(|case| case.name.starts_with(only))
        .collect();
    if !chosen.is_empty() || start {
        return Ok(chosen);
    }
    let names: Vec<_> = CASES.iter().map(|case| case.name).chain([START]).collect();
    Err(format!(
        "no case begins with `{only}`; there are {}",
        names.join(", ")
    ))
}

fn dialects(name: &str) -> Result<Vec<&'static Dialect>> {
    let named: Vec<_> = DIALECTS
        .iter()
        .filter(|dialect| name == ALL || name == dialect.name)
        .collect();
    if named.is_empty() {
        let names: Vec<_> = DIALECTS.iter().map(|dialect| dialect.name).collect();
        return Err(format!(
            "`{name}` is no dialect; there are {} and {ALL}",
            names.join(", ")
        ));
    }
    Ok(named)
}

fn parse(words: &[String]) -> Result<Options> {
    let mut options = Options {
        only: String::new(),
        runs: 7,
        millis: "300".into(),
        dialect: DIALECTS[0].name.into(),
        peer: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| format!("`{word}` needs a value"))
        };
        match word.as_str() {
            "--only" => options.only.clone_from(value()?),
            "--runs" => options.runs = count(word, value()?)?,
            "--millis" => options.millis = count(word, value()?)?.to_string(),
            "--dialect" => options.dialect.clone_from(value()?),
            "--peer" => {
                let path = value()?;
                let whole = fs::canonicalize(path)
                    .map_err(|e| format!("cannot find the peer `{path}`: {e}"))?;
                options.peer = Some(whole);
            }
            _ => return Err(format!("`{word}` is no option of `bench`")),
        }
    }
    Ok(options)
}

fn count(option: &str, text: &str) -> Result<usize> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(format!("`{option}` takes a number from 1 on, not `{text}`")),
    }
}

fn measure(case: &Case, options: &Options, programs: &Programs) -> Result<()> {
    let mut native = Vec::new();
    let mut others = vec![Vec::new(); programs.columns.len()];
    let mut unit = String::new();
    for _ in 0..options.runs {
        let (number, its_unit) = once(case, options, programs, programs.pinned(&programs.native))?;
        native.push(number);
        unit = its_unit;
        for (guest, numbers) in programs.columns.iter().zip(&mut others) {
            numbers.push(once(case, options, programs, programs.guest(guest))?.0);
        }
    }
    let columns: Vec<_> = programs
        .columns
        .iter()
        .zip(&others)
        .map(|(guest, numbers)| Column {
            name: guest.name,
            numbers,
        })
        .collect();
    report::case(case, &unit, &native, &columns);
    let guests = programs.columns.iter();
    let dialects = guests.zip(&columns).filter_map(|(guest, column)| {
        let dialect = guest.dialect?;
        Some((column, dialect.of_core))
    });
    report::dialects(case, &dialects.collect::<Vec<_>>());
    Ok(())
}

/// One run of one program. The other end is the same native program, and new, for every column.
fn once(
    case: &Case,
    options: &Options,
    programs: &Programs,
    mut command: Command,
) -> Result<(f64, String)> {
    command.args([case.name, &options.millis]);
    let mut peer = None;
    if case.has_peer {
        let mut other = Running::start("", programs.pinned(&programs.native).arg("peer"))?;
        command.arg(other.wait_for("listening on 127.0.0.1:", Duration::from_secs(10))?);
        peer = Some(other);
    }
    let said = house::output(&mut command)?;
    drop(peer);
    number(&said, case.name)
}

/// The number and its unit from the line `NAME NUMBER UNIT`.
fn number(said: &str, name: &str) -> Result<(f64, String)> {
    for line in said.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        if let [first, number, unit] = words[..]
            && first == name
            && let Ok(number) = number.parse()
        {
            return Ok((number, unit.to_owned()));
        }
    }
    Err(format!(
        "no line `{name} NUMBER UNIT` in what the program printed:\n{said}"
    ))
}

/// Time from nothing to exit, and peak memory, of a program that does nothing.
fn starts(options: &Options, programs: &Programs) -> Result<()> {
    println!("{START:<10} a program that does nothing, from its start to its end");
    let native = launches(options, || Ok(programs.launched(&programs.nothing)))?;
    report_launches("native", "", &native, None);
    for (name, path) in &programs.runtimes {
        let launch = || {
            let mut command = programs.launched(path);
            command
                .env("XDG_CACHE_HOME", &programs.cache)
                .arg("benches/nothing.wasm");
            command
        };
        let first = launches(options, || {
            empty(&programs.cache)?;
            Ok(launch())
        })?;
        report_launches(name, "first ", &first, None);
        let second = launches(options, || Ok(launch()))?;
        report_launches(name, "second ", &second, Some(5e6));
    }
    Ok(())
}

fn report_launches(name: &str, which: &str, launches: &(Vec<f64>, Vec<f64>), most: Option<f64>) {
    let (times, peaks) = launches;
    let memory = (name != "native").then_some(12.0 * 1024.0);
    report::absolute(
        &format!("{which}time"),
        &Column {
            name,
            numbers: times,
        },
        "ns",
        most,
    );
    report::absolute(
        &format!("{which}memory"),
        &Column {
            name,
            numbers: peaks,
        },
        "KiB",
        memory,
    );
}

fn launches(
    options: &Options,
    command: impl Fn() -> Result<Command>,
) -> Result<(Vec<f64>, Vec<f64>)> {
    let mut times = Vec::new();
    let mut peaks = Vec::new();
    for _ in 0..options.runs {
        let said = house::output(&mut command()?)?;
        times.push(number(&said, "launch")?.0);
        peaks.push(number(&said, "peak")?.0);
    }
    Ok((times, peaks))
}

fn empty(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("cannot empty `{}`: {e}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_the_name_of_its_case() {
        assert_eq!(
            number("notice\nself-1 512.5 ns\n", "self-1").unwrap(),
            (512.5, "ns".into())
        );
        assert!(number("self-1k 512.5 ns\n", "self-1").is_err());
        assert!(number("self-1 much ns\n", "self-1").is_err());
    }

    #[test]
    fn options_take_values_and_unknown_ones_are_named() {
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let options = parse(&words("--only poll --runs 3")).unwrap();
        assert_eq!((options.only.as_str(), options.runs), ("poll", 3));
        for (text, said) in [
            ("--runs 0", "`0`"),
            ("--runs", "needs a value"),
            ("--fast", "`--fast`"),
        ] {
            let error = parse(&words(text)).map(|_| ()).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn a_dialect_is_named_alone_or_all_are_taken() {
        for (name, taken) in [("wamr", 1), ("wasix", 1), (ALL, DIALECTS.len())] {
            assert_eq!(dialects(name).map(|named| named.len()), Ok(taken), "{name}");
        }
        let error = dialects("posix").map(|_| ()).unwrap_err();
        assert!(
            error.contains("`posix`") && error.contains("wasmedge"),
            "{error}"
        );
    }
}
