//! An inspection for people.

use std::{borrow::Cow, collections::HashMap};

use iwasm::{Binding, Inspection, Memory};

/// The lines that tell of the file.
pub(super) fn lines(file: &str, it: &Inspection) -> Vec<String> {
    let mut lines = vec![format!("{file}: {}", kind(it))];
    lines.extend(it.memories.iter().map(memory));
    lines.extend(it.producers.iter().map(|producer| {
        let words = [&producer.name, &producer.version].map(|word| short(word));
        format!("  {}: {}", producer.part, words.join(" ").trim_end())
    }));
    lines.push(format!("  {}", entry(it)));
    imports(it, &mut lines);
    if !it.quirks.is_empty() {
        section("What imports do not tell:", &mut lines);
        lines.extend(
            it.quirks
                .iter()
                .map(|quirk| format!("  {}: {}", quirk.name, quirk.why)),
        );
    }
    section(&reaches(it), &mut lines);
    for obstacle in &it.obstacles {
        lines.push(format!("It would not run: {}", short(obstacle)));
    }
    lines.push(command(file, it));
    lines
}

fn section(title: &str, lines: &mut Vec<String>) {
    lines.extend([String::new(), title.to_owned()]);
}

fn kind(it: &Inspection) -> String {
    let mut words = vec![
        if it.component {
            "component"
        } else {
            "core module"
        }
        .to_owned(),
    ];
    words.push(if it.text { "text" } else { "binary" }.to_owned());
    words.push(match it.size {
        1 => "1 byte".to_owned(),
        size => format!("{size} bytes"),
    });
    match it.nested {
        0 => {}
        1 => words.push("1 module within".to_owned()),
        nested => words.push(format!("{nested} modules and components within")),
    }
    if it.threads {
        words.push("threads".to_owned());
    }
    if it.exceptions {
        words.push("exceptions".to_owned());
    }
    words.join(", ")
}

fn memory(memory: &Memory) -> String {
    let pages = match (memory.minimum, memory.maximum) {
        (minimum, Some(maximum)) => format!("{minimum} to {maximum} pages"),
        (1, None) => "1 page or more".to_owned(),
        (minimum, None) => format!("{minimum} pages or more"),
    };
    let mut words = vec![pages];
    for (is, word) in [
        (memory.imported, "imported"),
        (memory.shared, "shared"),
        (memory.wide, "64-bit addresses"),
    ] {
        if is {
            words.push(word.to_owned());
        }
    }
    format!("  memory: {}", words.join(", "))
}

fn entry(it: &Inspection) -> String {
    if let Some(main) = it.main {
        return format!("starts at: {main}");
    }
    if it.exports.is_empty() {
        return "starts nowhere, and exports nothing to call".to_owned();
    }
    let names = it.exports.iter().map(|name| short(name));
    format!(
        "starts nowhere, but exports: {}",
        names.collect::<Vec<_>>().join(", ")
    )
}

/// Each import with its provider and the reason, in columns, under its module.
fn imports(it: &Inspection, lines: &mut Vec<String>) {
    if it.imports.is_empty() {
        section("It imports nothing.", lines);
        return;
    }
    section("Imports:", lines);
    let width = |of: &dyn Fn(&Binding) -> usize| {
        let widths = it.imports.iter().map(of);
        widths.max().unwrap_or_default().min(WIDEST)
    };
    let widths = [
        width(&|binding| binding.name.chars().count()),
        width(&|binding| who(binding).len()),
    ];
    for (module, bindings) in by_module(it) {
        let indent = if module.is_some() { "    " } else { "  " };
        lines.extend(
            module
                .as_deref()
                .map(|module| format!("  {}", short(module))),
        );
        let bindings = bindings.into_iter();
        lines.extend(bindings.map(|binding| format!("{indent}{}", columns(binding, widths))));
    }
}

/// The imports of each module, in the order in which the modules come first.
fn by_module(it: &Inspection) -> Vec<(&Option<String>, Vec<&Binding>)> {
    let mut found: Vec<(&Option<String>, Vec<&Binding>)> = Vec::new();
    let mut places = HashMap::new();
    for binding in &it.imports {
        let place = *places.entry(&binding.module).or_insert_with(|| {
            found.push((&binding.module, Vec::new()));
            found.len() - 1
        });
        found[place].1.push(binding);
    }
    found
}

fn columns(binding: &Binding, [name, provider]: [usize; 2]) -> String {
    let what = match binding.provider {
        Some(_) => binding.why.clone(),
        None => format!("{} [{}]", binding.why, binding.ty),
    };
    let (is, who) = (short(&binding.name), who(binding));
    format!("{is:name$}  {who:provider$}  {what}")
}

fn who(binding: &Binding) -> &'static str {
    binding.provider.unwrap_or("-")
}

fn reaches(it: &Inspection) -> String {
    let phrases: Vec<_> = it.reaches.iter().map(|reach| reach.phrase()).collect();
    match phrases.as_slice() {
        [] => "It reaches for nothing outside.".to_owned(),
        [one] => format!("What it could do: it {one}."),
        [front @ .., last] => format!("What it could do: it {} and {last}.", front.join(", ")),
    }
}

/// A command line with all the flags that it may need.
fn command(file: &str, it: &Inspection) -> String {
    let mut words = vec!["iwasm"];
    words.extend(&it.flags);
    words.push(file);
    let run = if it.obstacles.is_empty() {
        "Run it"
    } else {
        "A try"
    };
    format!(
        "{run}, with the flags for what it shall do: {}",
        words.join(" ")
    )
}

/// Names are shown so far; a file can have very long ones.
const LONGEST: usize = 200;

/// No column is wider.
const WIDEST: usize = 40;

/// The beginning of a name that is too long for a line.
pub(super) fn short(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(name),
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
    }
}
