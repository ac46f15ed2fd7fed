//! `tollgate prices diff`: what a refresh would change.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::{catalogue, output, print_json};
use crate::genai::pricing::{Bounds, Diff};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The old catalogue, or `builtin`.
    old: PathBuf,
    /// The new catalogue, or `builtin`.
    new: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, String> {
    let diff = Diff::between(&*catalogue(&args.old)?, &*catalogue(&args.new)?);
    let suspicions = diff.suspicions(&Bounds::default());
    if args.json {
        print_json(&json!({ "diff": diff, "suspicions": suspicions.lines() }))?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&diff);
    if !suspicions.is_empty() {
        output::note(format_args!("a refresh would refuse this:\n{suspicions}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Every difference on a line, then the counts.
pub(super) fn print(diff: &Diff) {
    for entry in &diff.added {
        output::line(format_args!("+ {entry}"));
    }
    for entry in &diff.removed {
        output::line(format_args!("- {entry}"));
    }
    for change in &diff.changed {
        output::line(format_args!("~ {change}"));
    }
    let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
    output::line(format_args!(
        "{added} added, {removed} removed, {changed} prices changed"
    ));
}
