//! `tollgate prices diff`: what a refresh would change.

use std::fmt::Display;
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
    print(&diff, usize::MAX);
    if !suspicions.is_empty() {
        output::note(format_args!("a refresh would refuse this:\n{suspicions}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Every difference on a line, at the most so many of a kind, then the counts.
pub(super) fn print(diff: &Diff, most: usize) {
    print_kind('+', &diff.added, most);
    print_kind('-', &diff.removed, most);
    print_kind('~', &diff.changed, most);
    let (added, removed, changed) = (diff.added.len(), diff.removed.len(), diff.changed.len());
    output::line(format_args!(
        "{added} added, {removed} removed, {changed} prices changed"
    ));
}

fn print_kind(sign: char, differences: &[impl Display], most: usize) {
    for difference in differences.iter().take(most) {
        output::line(format_args!("{sign} {difference}"));
    }
    let more = differences.len().saturating_sub(most);
    if more > 0 {
        output::line(format_args!(
            "{sign} and {more} more; `tollgate prices diff` shows all"
        ));
    }
}
