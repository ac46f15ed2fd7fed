//! `tollgate test`: run the unit tests written beside a configuration.

mod case;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{load, output};
use crate::config::{Document, Reading, process_environment};
use crate::service::{Plan, Registers};
use case::Case;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Configurations with `[[tests]]` in them.
    #[arg(value_name = "FILE", default_value = "pipelines.toml")]
    files: Vec<PathBuf>,
    /// Run only tests whose name contains this.
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

pub(super) fn run(args: Args) -> ExitCode {
    let (mut passed, mut failed) = (0, 0);
    for file in &args.files {
        let (plan, cases) = match read(file) {
            Ok(read) => read,
            Err(faults) => {
                load::print(&faults);
                return ExitCode::FAILURE;
            }
        };
        let wanted = |case: &&Case| {
            args.only
                .as_ref()
                .is_none_or(|text| case.name.contains(text))
        };
        for case in cases.iter().filter(wanted) {
            match case.run(&plan) {
                Ok(()) => {
                    passed += 1;
                    output::line(format_args!("ok    {}", case.name));
                }
                Err(why) => {
                    failed += 1;
                    output::line(format_args!("FAIL  {}\n{why}", case.name));
                }
            }
        }
    }
    output::line(format_args!("{passed} passed, {failed} failed"));
    if passed + failed == 0 {
        output::note(match args.only {
            Some(text) => format!("no test has `{text}` in its name"),
            None => NONE.to_owned(),
        });
    }
    if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What is said of a file without tests.
const NONE: &str = "there is no `[[tests]]` in it; \
    `tollgate test --help` and docs/testing.md say how to write one";

/// A configuration and its tests, or the faults of both.
fn read(file: &Path) -> Reading<(Plan, Vec<Case>)> {
    let document = Document::open(file, &process_environment)?;
    match (
        Plan::read(&document, Registers::all()),
        case::read(&document),
    ) {
        (Ok(plan), Ok(cases)) => Ok((plan, cases)),
        (plan, cases) => {
            let faults = [plan.err(), cases.err()];
            Err(faults.into_iter().flatten().flatten().collect())
        }
    }
}
