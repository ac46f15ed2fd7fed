//! `tollgate replay`: captured traffic through a candidate configuration, before it is trusted.

mod report;
mod run;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::account::Audit;
use super::{load, output};
use crate::config::{Document, process_environment};
use run::Outcome;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Captured OTLP: the file exporter's output, or payloads (.pb, .json, .gz), or folders.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The candidate: a whole pipelines.toml, or only `[processors.…]` tables to try.
    #[arg(long, value_name = "FILE")]
    policies: PathBuf,
    /// What runs now, to compare with.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// The pipeline whose processors are run.
    #[arg(long, default_value = "traces", value_name = "NAME")]
    pipeline: String,
    /// What the backend charges for a gibibyte taken in.
    #[arg(long, default_value_t = 0.5, value_name = "USD")]
    usd_per_gib: f64,
    /// A trace is expensive from this much on.
    #[arg(long, default_value_t = 0.1, value_name = "USD")]
    expensive: f64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: Args) -> ExitCode {
    match replay(&args) {
        Ok(report) => {
            if args.json {
                output::line(format_args!("{:#}", report.json()));
            } else {
                output::line(report.text());
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            output::note(why);
            ExitCode::FAILURE
        }
    }
}

fn replay(args: &Args) -> Result<report::Report, String> {
    let traffic = run::Traffic::read(&args.files)?;
    let mut audit = Audit::default();
    traffic.each(|telemetry| audit.add(telemetry));
    let candidate = outcome(args, &args.policies, &traffic)?;
    let current = args
        .against
        .as_ref()
        .map(|path| outcome(args, path, &traffic))
        .transpose()?;
    Ok(report::Report {
        traces: traffic.traces(&audit.settle()),
        candidate,
        current,
        usd_per_gib: args.usd_per_gib,
        expensive: args.expensive,
    })
}

fn outcome(args: &Args, path: &Path, traffic: &run::Traffic) -> Result<Outcome, String> {
    let read = Document::open(path, &process_environment)
        .and_then(|document| run::through(&document, &args.pipeline, traffic));
    read.map_err(|faults| {
        load::print(&faults);
        format!("{} cannot be replayed", path.display())
    })
}
