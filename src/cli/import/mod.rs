//! `tollgate import`: turns a configuration of another product into `pipelines.toml`.

mod report;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{load, output};
use crate::config::{Document, Fault, process_environment};
use crate::import::{self, Grade, Imported, Source};
use crate::service::{Plan, Registers};

/// Largest configuration that is read.
const MAX_BYTES: u64 = 1 << 20;

/// The input cannot be read.
const UNREADABLE: u8 = 2;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 converted, 1 with --strict when something was left out, \
or when the result is not valid, 2 the file cannot be read.\n\n\
The new configuration goes to standard output, or to --output; the report to standard error."
)]
pub(super) struct Args {
    /// The configuration to convert; `-` reads standard input.
    file: PathBuf,
    /// Whose it is; without this its keys tell.
    #[arg(long, value_enum, value_name = "PRODUCT")]
    from: Option<Product>,
    /// Where to write the new configuration.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file if it is there.
    #[arg(long)]
    force: bool,
    /// Only report; write no configuration.
    #[arg(long)]
    check: bool,
    /// Fail when something has no equivalent.
    #[arg(long)]
    strict: bool,
    /// Report as JSON, to standard output; the configuration is in it unless --output takes it.
    #[arg(long)]
    json: bool,
    /// Also list what converted and what is not needed.
    #[arg(long, short)]
    verbose: bool,
}

/// Whose configurations are understood.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Product {
    /// The OpenTelemetry Collector, its Helm values or its Kubernetes resource.
    Collector,
    /// Honeycomb's Refinery: a file of rules.
    Refinery,
}

impl Product {
    fn source(self) -> Source {
        match self {
            Product::Collector => Source::Collector,
            Product::Refinery => Source::Refinery,
        }
    }
}

pub(super) fn run(args: Args) -> ExitCode {
    let imported = match read(&args.file).and_then(|text| {
        let name = args
            .file
            .file_name()
            .map_or("-".into(), |name| name.to_string_lossy());
        import::convert(args.from.map(Product::source), &name, &text)
            .map_err(|why| format!("{}: {why}", args.file.display()))
    }) {
        Ok(imported) => imported,
        Err(why) => {
            output::note(why);
            return ExitCode::from(UNREADABLE);
        }
    };
    let faults = verify(&imported);
    if let Err(why) = write(&args, &imported) {
        output::note(why);
        return ExitCode::FAILURE;
    }
    if args.json {
        output::line(report::json(
            &imported,
            &faults,
            args.output.is_none() && !args.check,
        ));
    } else {
        report::print(&imported, args.verbose);
        load::print(&faults);
    }
    let left_out = imported
        .findings
        .iter()
        .any(|finding| finding.grade == Grade::NoEquivalent);
    if !faults.is_empty() || args.strict && left_out {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn read(file: &Path) -> Result<String, String> {
    let fault = |error: std::io::Error| format!("cannot read {}: {error}", file.display());
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        let stdin = std::io::stdin().lock();
        stdin
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(fault)?;
    } else {
        let file = std::fs::File::open(file).map_err(fault)?;
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(fault)?;
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!(
            "{} has more than 1 MiB; is this the right file?",
            file.display()
        ));
    }
    String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", file.display()))
}

/// Reads the result as `tollgate check` would; variables that are not set have a value of the right
/// shape meanwhile.
fn verify(imported: &Imported) -> Vec<Fault> {
    let stand_ins: BTreeMap<&str, &str> = imported
        .variables
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    let environment = |name: &str| {
        process_environment(name).or_else(|| stand_ins.get(name).map(|value| (*value).to_owned()))
    };
    let document = Document::parse(
        "the result",
        Path::new("."),
        imported.toml.clone(),
        &environment,
    );
    let plan = document.and_then(|document| Plan::read(&document, Registers::all()));
    plan.err().unwrap_or_default()
}

fn write(args: &Args, imported: &Imported) -> Result<(), String> {
    let Some(path) = args.output.as_ref().filter(|_| !args.check) else {
        if !args.check && !args.json {
            output::line(imported.toml.trim_end());
        }
        return Ok(());
    };
    let there = path.try_exists().unwrap_or(true);
    if there && !args.force {
        return Err(format!(
            "{} is there already; --force replaces it",
            path.display()
        ));
    }
    std::fs::write(path, &imported.toml)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
