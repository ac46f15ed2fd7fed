//! `tollgate prices check`: recorded calls with known prices, against what we would charge.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::{Choice, output, print_json, read};
use crate::genai::pricing::vectors::{Checker, Report};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Vector files, plain or gzip: strict, span-attribute and override rows, told apart by row.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How many differences to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    differences: usize,
    #[command(flatten)]
    choice: Choice,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, String> {
    let mut checker = Checker::new(args.choice.load()?);
    for path in &args.files {
        let fault = |fault| format!("{}: {fault}", path.display());
        checker.file(&read(path)?).map_err(fault)?;
    }
    let report = checker.report();
    if args.json {
        print_json(&as_json(&report, args.differences))?;
    } else {
        print(&report, args.differences);
    }
    let total = report.total();
    if total.passed + total.failed + total.skipped == 0 {
        return Err("the files hold no row".to_owned());
    }
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(report: &Report, differences: usize) {
    output::line(format_args!(
        "{:<28} {:>8} {:>8} {:>8}",
        "category", "passed", "failed", "skipped"
    ));
    let total = ("total".to_owned(), report.total());
    let rows = report
        .categories
        .iter()
        .map(|(name, tally)| (name.clone(), *tally));
    for (name, tally) in rows.chain([total]) {
        let (passed, failed, skipped) = (tally.passed, tally.failed, tally.skipped);
        output::line(format_args!(
            "{name:<28} {passed:>8} {failed:>8} {skipped:>8}"
        ));
    }
    for difference in report.differences.iter().take(differences) {
        output::line(format_args!(
            "\n{} ({})\n  expected {}\n  found    {}",
            difference.id, difference.category, difference.expected, difference.found
        ));
    }
}

fn as_json(report: &Report, differences: usize) -> serde_json::Value {
    let total = report.total();
    json!({
        "passed": total.passed,
        "failed": total.failed,
        "skipped": total.skipped,
        "categories": report.categories,
        "differences": report.differences.iter().take(differences).collect::<Vec<_>>(),
    })
}
