//! An inspection for machines. `docs/inspect.md` has its form, which only gains fields.

use iwasm::{Binding, Inspection};
use serde_json::{Value, json};

use crate::report::steers;

/// The inspection as one JSON object in one line.
pub(super) fn object(file: &str, it: &Inspection) -> String {
    let object = json!({
        "format": 1,
        "file": file,
        "kind": if it.component { "component" } else { "module" },
        "form": if it.text { "text" } else { "binary" },
        "size": it.size,
        "nested": it.nested,
        "threads": it.threads,
        "exceptions": it.exceptions,
        "memories": it.memories.iter().map(|memory| json!({
            "imported": memory.imported,
            "shared": memory.shared,
            "address_bits": if memory.wide { 64 } else { 32 },
            "minimum_pages": memory.minimum,
            "maximum_pages": memory.maximum,
        })).collect::<Value>(),
        "producers": it.producers.iter().map(|producer| json!({
            "part": producer.part,
            "name": producer.name,
            "version": producer.version,
        })).collect::<Value>(),
        "main": it.main,
        "exports": it.exports,
        "imports": it.imports.iter().map(import).collect::<Value>(),
        "reaches": it.reaches.iter().map(|reach| reach.word()).collect::<Value>(),
        "quirks": it.quirks.iter().map(|quirk| json!({
            "name": quirk.name,
            "why": quirk.why,
        })).collect::<Value>(),
        "flags": it.flags,
        "runs": it.obstacles.is_empty(),
        "obstacles": it.obstacles,
    });
    escaped(&object.to_string())
}

fn import(import: &Binding) -> Value {
    json!({
        "module": import.module,
        "name": import.name,
        "type": import.ty,
        "provider": import.provider,
        "why": import.why,
    })
}

/// The same text without a character that does something to a terminal: JSON has those only within strings, and an escape for
/// each.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if steers(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_still_the_same_json() {
        let name = "a\u{7f}\u{9b}\u{202e}\u{e0001}\n中";
        let json = serde_json::json!({ "name": name }).to_string();
        let safe = escaped(&json);
        assert_eq!(safe, r#"{"name":"a\u007f\u009b\u202e\udb40\udc01\n中"}"#);
        let read: serde_json::Value = serde_json::from_str(&safe).unwrap();
        assert_eq!(read["name"], name);
    }
}
