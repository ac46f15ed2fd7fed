//! `tollgate redact`: try the redaction of a configuration on rows, texts and captured telemetry.

mod answer;
mod bar;
mod crew;
mod document;
mod explain;
mod feed;
mod part;
mod room;
mod row;
mod source;
mod split;
mod summary;
mod worker;

use std::io::{Error, ErrorKind};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;

use super::load::{self, ConfigFlag};
use super::output;
use crate::clock::Clock;
use crate::component::Context;
use crate::config::{Reading, Table};
use crate::processors::Rehearsal;
use crate::units::Size;
use feed::Feed;
use source::Watch;
use summary::Summary;
use worker::Worker;

/// More input than this is worth threads.
const LARGE: u64 = 1 << 20;

/// What the page of help says below the flags.
const MORE: &str = "\
It reads standard input, or files, and writes the same with personal data and secrets masked. Rows \
{\"id\", \"text\", \"key\"?, \"tenant\"?}, one a line, become {\"id\", \"text_redacted\", \"entities\"} with \
offsets in UTF-8 bytes. OTLP/JSON lines and .pb files become OTLP/JSON lines. Anything else is text; in a \
file of rows or OTLP it is text line by line, and that is said.

All is read and written as it comes, in order, in bounded memory: `tail -f app.log | tollgate redact` \
answers each line. A text of up to 4 MiB is looked at as one. A longer one is read in parts, which end at a \
blank line where there is one, else at the end of a line, and never within a private key; each is looked at \
together with the last 4 KiB before it and the head of its table. So is text that comes through a pipe, \
once the pipe is silent for 200 ms, and after a second at the latest.

An object with a text and no id is a row until a line that is neither a row nor OTLP stands before it or \
within the same MiB.";

/// What to redact, and how.
#[derive(Debug, clap::Args)]
#[command(after_long_help = MORE)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFlag,
    /// Only report: rows get their entities, texts and telemetry stay as they are, and a summary
    /// goes to standard error.
    #[arg(long)]
    report: bool,
    /// Tell for each finding which detector found it, what it checked, and what it won against; of
    /// telemetry also where it stands.
    #[arg(long)]
    explain: bool,
    /// List the detectors and stop.
    #[arg(long)]
    detectors: bool,
    /// With `--detectors`: as a page, with examples of what each finds and leaves alone.
    #[arg(long, requires = "detectors")]
    markdown: bool,
    /// Which `redact` instance of the configuration: `redact/strict`.
    #[arg(long, value_name = "NAME", default_value = "redact")]
    processor: String,
    /// How many threads work on an input of more than 1 MiB. Default: one for each core.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// The longest line, JSON object over many lines or `.pb` request that is read; a longer one ends
    /// the run.
    #[arg(long, value_name = "SIZE", default_value = "64 MiB")]
    line_max: Size,
    /// Files to read instead of standard input: rows, OTLP (.json, .jsonl, .pb, also .gz), texts.
    files: Vec<PathBuf>,
}

pub(super) fn run(args: Args) -> ExitCode {
    if args.markdown {
        output::line(explain::page().trim_end());
        return ExitCode::SUCCESS;
    }
    if args.detectors {
        explain::catalogue();
        return ExitCode::SUCCESS;
    }
    let rehearsal = match rehearsal(&args) {
        Ok(rehearsal) => rehearsal,
        Err(faults) => {
            load::print(&faults);
            return ExitCode::FAILURE;
        }
    };
    match work(&args, rehearsal) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has enough of it (`| head`).
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output::note(error);
            ExitCode::FAILURE
        }
    }
}

/// The configured processor; its defaults where the configuration has none.
fn rehearsal(args: &Args) -> Reading<Rehearsal> {
    let document = args.config.document()?;
    let processors = document.root().table("processors");
    let table = processors
        .and_then(|all| all.table(&args.processor))
        .unwrap_or_else(Table::empty);
    let mut context = Context::bare(&args.processor);
    document.folder().clone_into(&mut context.folder);
    Rehearsal::read(&table, args.report, &mut context)
}

fn work(args: &Args, rehearsal: Rehearsal) -> Result<(), Error> {
    let watch = Watch::new(Clock::start());
    let began = watch.clock.now().mono;
    let only_report = rehearsal.reports();
    let mut worker = Worker::new(rehearsal, args.explain);
    let mut feed = Feed::new(&args.files, args.line_max, &watch);
    let mut out = std::io::stdout().lock();
    let threads = args.threads.or_else(|| available_parallelism().ok());
    let threads = threads.map_or(1, NonZeroUsize::get);
    // Few bytes are worked on before threads have started.
    while threads == 1 || watch.plain.load(Ordering::Relaxed) < LARGE {
        let Some(batch) = feed.next()? else {
            break;
        };
        crew::put(worker.work(batch), &mut out)?;
    }
    let mut crew = vec![worker];
    if !feed.is_over() {
        crew.extend((1..threads).map(|_| crew[0].another()).collect::<Vec<_>>());
        crew::work(feed, &mut crew, &watch, &mut out)?;
    }
    if only_report {
        let mut summary = Summary::default();
        for worker in crew {
            summary.join(worker.summary);
        }
        let took = watch.clock.now().mono.saturating_sub(began);
        summary.print(watch.plain.load(Ordering::Relaxed), took);
    }
    Ok(())
}
