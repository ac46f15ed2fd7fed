//! `tollgate check`: validate a configuration and say every fault at once.

use std::process::ExitCode;

use super::load::{self, ConfigFlag};
use super::output;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFlag,
    /// Treat warnings as faults.
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: Args) -> ExitCode {
    let plan = match args.config.plan() {
        Ok(plan) => plan,
        Err(faults) => {
            load::print(&faults);
            return ExitCode::FAILURE;
        }
    };
    load::print(&plan.warnings);
    for pipeline in &plan.pipelines {
        output::line(format_args!(
            "{}: {} -> {} -> {}",
            pipeline.name,
            pipeline.receivers.join(" + "),
            if pipeline.processors.is_empty() {
                "(as it is)".into()
            } else {
                pipeline.processors.join(" -> ")
            },
            pipeline.exporters.join(" + "),
        ));
    }
    let warnings = plan.warnings.len();
    output::line(format_args!(
        "{} is valid, {warnings} warnings",
        plan.document.file()
    ));
    if args.strict && warnings > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
