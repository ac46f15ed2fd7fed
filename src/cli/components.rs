//! `tollgate components`: the register, and the configuration reference made from it.

use std::process::ExitCode;

use schemars::SchemaGenerator;
use serde_json::Value;

use super::output;
use crate::component::Entry;
use crate::service::Registers;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Explain this component: every key with its type, default and meaning.
    name: Option<String>,
    /// Print the whole reference as Markdown.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print the JSON schemas.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> ExitCode {
    let registers = Registers::all();
    if args.json {
        output::line(format_args!("{:#}", schemas(registers)));
        return ExitCode::SUCCESS;
    }
    if args.markdown {
        output::line(super::reference::markdown(registers));
        return ExitCode::SUCCESS;
    }
    match args.name {
        None => {
            list(registers);
            ExitCode::SUCCESS
        }
        Some(name) => explain(registers, &name),
    }
}

fn list(registers: Registers) {
    for (kind, entries) in registers.kinds() {
        output::line(format_args!("{kind}:"));
        for entry in entries {
            output::line(format_args!("  {:<16} {}", entry.name, entry.summary));
        }
    }
    output::line("\n`tollgate components NAME` explains one.");
}

fn explain(registers: Registers, name: &str) -> ExitCode {
    let mut found = false;
    for (kind, entries) in registers.kinds() {
        for entry in entries.iter().filter(|entry| entry.name == name) {
            found = true;
            output::line(super::reference::section(kind, entry));
        }
    }
    if found {
        return ExitCode::SUCCESS;
    }
    let names = registers
        .kinds()
        .into_iter()
        .flat_map(|(_, entries)| entries);
    let names = names.map(|entry| entry.name).collect::<Vec<_>>();
    let hint = crate::config::nearest(name, names.iter().copied()).map_or_else(
        || format!("there are: {}", names.join(", ")),
        |one| format!("did you mean `{one}`?"),
    );
    output::note(format_args!("no component `{name}`; {hint}"));
    ExitCode::FAILURE
}

fn schemas(registers: Registers) -> Value {
    let of = |entry: &Entry| {
        let mut generator = SchemaGenerator::default();
        let schema = (entry.schema)(&mut generator).to_value();
        let definitions = generator.take_definitions(true);
        serde_json::json!({ "schema": schema, "$defs": definitions, "example": entry.example })
    };
    registers
        .kinds()
        .into_iter()
        .map(|(kind, entries)| {
            let rows = entries
                .iter()
                .map(|entry| (entry.name.to_owned(), of(entry)));
            (kind.to_owned(), Value::Object(rows.collect()))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}
