//! `tollgate test`: run the unit tests written beside a configuration.

mod case;

use std::path::PathBuf;
use std::process::ExitCode;

use super::{load, output};
use crate::config::{Document, process_environment};
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
        let document = match Document::open(file, &process_environment) {
            Ok(document) => document,
            Err(faults) => {
                load::print(&faults);
                return ExitCode::FAILURE;
            }
        };
        let cases = match case::read(&document) {
            Ok(cases) => cases,
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
            match case.run(&document) {
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
        output::note(
            "there is no `[[tests]]` in it; `tollgate test --help` and docs/testing.md say how to write one",
        );
    }
    if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
