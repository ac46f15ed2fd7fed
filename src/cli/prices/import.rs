//! `tollgate prices import`: take over an upstream release, once it has been looked at.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use super::{BUILTIN, catalogue, name, output, read};
use crate::genai::pricing::{Bounds, Catalogue, Diff, Faults};

/// What a catalogue file carries besides names and prices.
const PROSE: &[&str] = &[
    "description",
    "price_comments",
    "pricing_urls",
    "extractors",
];

/// How many differences of a kind are shown: somebody reads them before they say yes.
const SHOWN: usize = 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The release: upstream's `data.json`, the slim form, or either of them as gzip.
    file: PathBuf,
    /// Where to write it.
    #[arg(long, value_name = "FILE", default_value = "prices.json")]
    out: PathBuf,
    /// The catalogue it follows: changes against it are shown and judged.
    #[arg(long, value_name = "FILE", default_value = BUILTIN)]
    against: PathBuf,
    /// Write only models that are new or have other prices, for use as an overlay.
    #[arg(long)]
    overlay: bool,
    /// Write it in spite of faults and suspicious changes.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, String> {
    let bytes = read(&args.file)?;
    let (fresh, faults) = Catalogue::parse_forced(&name(&args.file), &bytes, &[])
        .map_err(|faults| format!("{}: {faults}", args.file.display()))?;
    let diff = Diff::between(&*catalogue(&args.against)?, &fresh);
    super::diff::print(&diff, SHOWN);
    let suspicions = diff.suspicions(&Bounds::default());
    for found in [&faults, &suspicions]
        .into_iter()
        .filter(|found| !found.is_empty())
    {
        output::note(found);
    }
    let clean = faults.is_empty() && suspicions.is_empty();
    if !clean && !args.force {
        return Err(refusal(&faults, &suspicions));
    }
    let mut document: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    slim(&mut document);
    if args.overlay {
        keep_changed(&mut document, &diff);
    }
    write(&args.out, &document)?;
    output::line(format_args!(
        "wrote {} ({} models)",
        args.out.display(),
        fresh.len()
    ));
    Ok(ExitCode::SUCCESS)
}

fn refusal(faults: &Faults, suspicions: &Faults) -> String {
    let (faults, suspicions) = (faults.len(), suspicions.len());
    format!(
        "not imported: {faults} faults, {suspicions} suspicious changes; `--force` imports it anyway"
    )
}

fn providers(document: &mut Value) -> Option<&mut Vec<Value>> {
    if document.is_array() {
        return document.as_array_mut();
    }
    document.get_mut("providers")?.as_array_mut()
}

fn slim(document: &mut Value) {
    for provider in providers(document).into_iter().flatten() {
        drop_prose(provider);
        let models = provider.get_mut("models").and_then(Value::as_array_mut);
        models.into_iter().flatten().for_each(drop_prose);
    }
}

fn drop_prose(value: &mut Value) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, _| !PROSE.contains(&key.as_str()));
    }
}

fn keep_changed(document: &mut Value, diff: &Diff) {
    let changed = diff.changed.iter().map(|change| &change.entry);
    let entries: BTreeSet<&String> = diff.added.iter().chain(changed).collect();
    let Some(providers) = providers(document) else {
        return;
    };
    for provider in providers.iter_mut() {
        let id = provider
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned();
        let Some(models) = provider.get_mut("models").and_then(Value::as_array_mut) else {
            continue;
        };
        models.retain(|model| {
            let model = model.get("id").and_then(Value::as_str).unwrap_or("");
            entries.contains(&format!("{id}/{model}"))
        });
    }
    providers.retain(|provider| {
        provider
            .get("models")
            .and_then(Value::as_array)
            .is_some_and(|models| !models.is_empty())
    });
}

/// Writes beside the target first, so that a reader never sees half a file.
fn write(path: &Path, document: &Value) -> Result<(), String> {
    let fault = |error: std::io::Error| format!("{}: {error}", path.display());
    let text = serde_json::to_string(document).map_err(|error| error.to_string())?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    std::fs::write(&beside, text).map_err(fault)?;
    std::fs::rename(&beside, path).map_err(fault)
}
