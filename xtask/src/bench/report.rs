//! Numbers of many runs as one line each.

use super::cases::Case;

/// The middle of the numbers; of an even count, the lower middle.
pub(crate) fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() - 1) / 2]
}

/// What one program measured in all runs of one case, the same order as the native program's.
pub(crate) struct Column<'a> {
    pub(crate) name: &'a str,
    pub(crate) numbers: &'a [f64],
}

pub(crate) fn case(case: &Case, unit: &str, native: &[f64], others: &[Column<'_>]) {
    println!("{:<10} {}", case.name, case.says);
    println!("  {:<8} {:>14}", "native", amount(median(native), unit));
    for column in others {
        let ratios: Vec<_> = native
            .iter()
            .zip(column.numbers)
            .map(|(native, guest)| case.compare.ratio(*native, *guest))
            .collect();
        let ratio = case.compare.ratio(median(native), median(column.numbers));
        let (low, high) = spread(&ratios);
        let verdict = verdict(case.compare.reached(ratio, case.target));
        println!(
            "  {:<8} {:>14}   ratio {ratio:.3} ({low:.3} to {high:.3}), to reach: {} {}: {verdict}",
            column.name,
            amount(median(column.numbers), unit),
            case.compare.bound(),
            case.target,
        );
    }
}

/// How much more each dialect takes for the same work than the fastest. One alone is compared with nobody.
///
/// The best run of each counts: what the machine did beside a program only ever adds to what it takes. Those over the core
/// of this house are to be equal: they differ in how they say things, and not in what is done. The others stand on sockets
/// of the engine's own, and are shown beside them.
pub(crate) fn dialects(case: &Case, columns: &[(&Column<'_>, bool)]) {
    const MOST: f64 = 1.05;
    if columns.len() < 2 {
        return;
    }
    let cost = |column: &Column<'_>| {
        let costs = column
            .numbers
            .iter()
            .map(|number| case.compare.cost(*number));
        costs.fold(f64::INFINITY, f64::min)
    };
    let least = columns
        .iter()
        .map(|(column, _)| cost(column))
        .fold(f64::INFINITY, f64::min);
    let told = |of_core: bool| {
        let of_kind = columns.iter().filter(move |(_, core)| *core == of_core);
        let told =
            of_kind.map(|(column, _)| format!("{} {:.3}", column.name, cost(column) / least));
        told.collect::<Vec<_>>().join(", ")
    };
    let met = columns
        .iter()
        .all(|(column, core)| !core || cost(column) / least <= MOST);
    println!(
        "  by the fastest: {}, to reach: at most {MOST}: {}; {}",
        told(true),
        verdict(met),
        told(false)
    );
}

/// A number with no native twin: `at_most` is what it may be.
pub(crate) fn absolute(what: &str, column: &Column<'_>, unit: &str, at_most: Option<f64>) {
    let middle = median(column.numbers);
    let (low, high) = spread(column.numbers);
    let verdict = match at_most {
        None => String::new(),
        Some(most) if middle <= most => {
            format!(", to reach: at most {}: reached", amount(most, unit))
        }
        Some(most) => format!(", to reach: at most {}: MISSED", amount(most, unit)),
    };
    println!(
        "  {:<8} {what:<14} {:>10} ({} to {}){verdict}",
        column.name,
        amount(middle, unit),
        amount(low, unit),
        amount(high, unit)
    );
}

fn verdict(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

fn spread(numbers: &[f64]) -> (f64, f64) {
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (low, high)
}

fn amount(number: f64, unit: &str) -> String {
    match unit {
        "ns" if number >= 1e6 => format!("{:.2} ms", number / 1e6),
        "ns" => format!("{:.2} µs", number / 1e3),
        "B/s" => format!("{:.0} MiB/s", number / 1_048_576.0),
        "KiB" => format!("{:.1} MiB", number / 1024.0),
        _ => format!("{number:.0} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_a_number_that_was_measured() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.0);
        assert_eq!(median(&[7.0]), 7.0);
    }

    #[test]
    fn amounts_carry_the_unit_that_a_person_reads() {
        for (number, unit, text) in [
            (1_234.0, "ns", "1.23 µs"),
            (4_500_000.0, "ns", "4.50 ms"),
            (1_048_576.0, "B/s", "1 MiB/s"),
            (12_288.0, "KiB", "12.0 MiB"),
            (170_209.3, "1/s", "170209 1/s"),
        ] {
            assert_eq!(amount(number, unit), text);
        }
    }
}
