//! `tollgate check`: validate a configuration and say every fault at once.

use std::process::ExitCode;

use super::load::{self, ConfigFlag};
use super::output;
use crate::clock::Clock;
use crate::service::Service;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFlag,
    /// Treat warnings as faults.
    #[arg(long)]
    strict: bool,
    /// Look at the file alone, not for the keys, certificates and variables that it names: they may
    /// lie on another machine.
    #[arg(long)]
    file_only: bool,
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
    let (file, warnings) = (plan.document.file().to_owned(), plan.warnings.len());
    if !args.file_only {
        let faults = Service::check(plan, Clock::start());
        if !faults.is_empty() {
            load::print(&faults);
            return ExitCode::FAILURE;
        }
    }
    output::line(format_args!("{file} is valid, {warnings} warnings"));
    if args.strict && warnings > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
