//! `tollgate prices`: look into the price catalogue, audit it, and bring it up to date.

mod check;
mod diff;
mod explain;
mod import;
mod list;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;

use super::output;
use crate::clock::Clock;
use crate::genai::pricing::{Catalogue, EMBEDDED_JSON, EMBEDDED_OVERLAY_JSON, Moment, unpack};

/// A catalogue file larger than this is none.
const FILE_MAX: u64 = 256 * 1024 * 1024;
/// What stands for the catalogue inside the program wherever a file is asked for.
const BUILTIN: &str = "builtin";

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List providers, or the models of one with their prices.
    List(list::Args),
    /// Price one call and tell every step: the names tried, the rule that matched, each line.
    Explain(Box<explain::Args>),
    /// Compare two catalogues: models added and removed, prices changed.
    Diff(diff::Args),
    /// Check an upstream release file and write it where `cost` can use it.
    Import(import::Args),
    /// Evaluate files of recorded calls with known prices; any difference is a failure.
    Check(check::Args),
}

pub(super) fn run(args: Args) -> ExitCode {
    let done = match args.verb {
        Verb::List(args) => list::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Diff(args) => diff::run(&args),
        Verb::Import(args) => import::run(&args),
        Verb::Check(args) => check::run(&args),
    };
    done.unwrap_or_else(|fault| {
        output::note(fault);
        ExitCode::FAILURE
    })
}

/// Which prices to use.
#[derive(Debug, clap::Args)]
struct Choice {
    /// A catalogue in upstream's form, or `builtin`.
    #[arg(long, value_name = "FILE", default_value = BUILTIN)]
    catalogue: PathBuf,
    /// Laid over the catalogue, in the same form; the last one wins. `builtin` is ours.
    #[arg(long, value_name = "FILE")]
    overlay: Vec<PathBuf>,
}

impl Choice {
    fn load(&self) -> Result<Arc<Catalogue>, String> {
        if self.overlay.is_empty() {
            return catalogue(&self.catalogue);
        }
        let overlays: Vec<Vec<u8>> = self
            .overlay
            .iter()
            .map(|path| bytes(path, EMBEDDED_OVERLAY_JSON))
            .collect::<Result<_, _>>()?;
        let overlays: Vec<&[u8]> = overlays.iter().map(Vec::as_slice).collect();
        let base = bytes(&self.catalogue, EMBEDDED_JSON)?;
        let read = Catalogue::parse(&name(&self.catalogue), &base, &overlays);
        read.map(Arc::new).map_err(|faults| faults.to_string())
    }
}

/// The catalogue of a file, refused with every fault in it.
fn catalogue(path: &Path) -> Result<Arc<Catalogue>, String> {
    if path == Path::new(BUILTIN) {
        return Ok(Catalogue::embedded());
    }
    let read = Catalogue::parse(&name(path), &read(path)?, &[]);
    read.map(Arc::new)
        .map_err(|faults| format!("{}:\n{faults}", path.display()))
}

fn bytes(path: &Path, builtin: &[u8]) -> Result<Vec<u8>, String> {
    if path == Path::new(BUILTIN) {
        return Ok(builtin.to_vec());
    }
    read(path)
}

fn name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// A file's bytes, unpacked if it is a gzip file.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path)
        .map_err(|error| fault(&error))?
        .len();
    if size > FILE_MAX {
        return Err(fault(&format_args!(
            "{size} bytes are more than {FILE_MAX}"
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| fault(&error))?;
    unpack(bytes).map_err(|error| fault(&error))
}

/// Reads `2026-11-20T12:00:00Z` or `2026-11-20`; now, if nothing is given.
fn moment(text: Option<&str>) -> Result<(u64, Moment), String> {
    let nanos = match text {
        None => Clock::start().now().unix_nanos,
        Some(text) => {
            let whole = if text.contains('T') {
                text.to_owned()
            } else {
                format!("{text}T00:00:00Z")
            };
            let time: Option<jiff::Timestamp> = whole.parse().ok();
            let nanos = time.and_then(|time| u64::try_from(time.as_nanosecond()).ok());
            nanos.ok_or_else(|| format!("`{text}` is not a time like 2026-11-20T12:00:00Z"))?
        }
    };
    Ok((nanos, Moment::from_unix_nanos(nanos)))
}

/// Prints a value as indented JSON.
fn print_json(value: &impl serde::Serialize) -> Result<(), String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    output::line(text);
    Ok(())
}

#[cfg(test)]
mod tests;
