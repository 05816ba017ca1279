//! `iwasm inspect`: what the library knows of a file, as lines for people or as JSON.

mod json;
mod text;

use iwasm::{Binding, inspect_file};

use crate::{args::InspectArgs, failure::Failure, run::told, usage};

/// The lines that tell of the file.
pub(crate) fn inspect(args: &InspectArgs) -> Result<Vec<String>, Failure> {
    let Some(file) = &args.file else {
        return Err(usage::no_file_to_inspect());
    };
    let inspection = inspect_file(file).map_err(|error| told(&error))?;
    let name = file.display().to_string();
    Ok(if args.json {
        vec![json::object(&name, &inspection)]
    } else {
        text::lines(&name, &inspection)
    })
}

/// What one import is bound to, in a line.
pub(crate) fn line(binding: &Binding) -> String {
    let provider = binding.provider.unwrap_or("nothing");
    let name = binding.full_name();
    let name = text::short(&name);
    format!("`{name}` is bound to {provider}: {}", binding.why)
}
