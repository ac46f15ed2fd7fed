//! `tollgate redact`: try the redaction of a configuration on rows, texts and captured telemetry.

mod explain;
mod input;
mod summary;

use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::load::{self, ConfigFlag};
use super::output;
use crate::clock::Clock;
use crate::component::Context;
use crate::config::{Reading, Table};
use crate::otlp::Telemetry;
use crate::pii::Findings;
use crate::processors::Rehearsal;
use input::Piece;
use summary::Summary;

/// Reads standard input, or files, and writes the same with personal data and secrets masked.
///
/// Rows `{"id", "text", "key"?}`, one a line, become `{"id", "text_redacted", "entities"}` with
/// offsets in UTF-8 bytes. OTLP/JSON lines and `.pb` files become OTLP/JSON lines. Anything else is
/// one text.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: ConfigFlag,
    /// Only report: rows get their entities and keep their text, and a summary goes to standard
    /// error.
    #[arg(long)]
    report: bool,
    /// Tell for each finding which detector found it, what it checked, and what it won against.
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
    match work(&args, &rehearsal) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has enough of it (`| head`).
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
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
    Rehearsal::read(&table, &mut context)
}

fn work(args: &Args, rehearsal: &Rehearsal) -> std::io::Result<()> {
    let only_report = args.report || rehearsal.reports();
    let mut job = Job {
        rehearsal,
        only_report,
        explain: args.explain,
        findings: if args.explain {
            Findings::explained()
        } else {
            Findings::default()
        },
        summary: Summary::default(),
        out: BufWriter::new(std::io::stdout().lock()),
    };
    let clock = Clock::start();
    let began = clock.now().mono;
    if args.files.is_empty() {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        job.pieces(input::pieces(bytes, None)?)?;
    }
    for path in &args.files {
        let bytes = std::fs::read(path)
            .map_err(|error| std::io::Error::other(format!("{}: {error}", path.display())))?;
        job.pieces(input::pieces(bytes, Some(path))?)?;
    }
    job.out.flush()?;
    if only_report {
        job.summary.print(clock.now().mono.saturating_sub(began));
    }
    Ok(())
}

/// What is done to each piece of input.
struct Job<'a, W: Write> {
    rehearsal: &'a Rehearsal,
    only_report: bool,
    explain: bool,
    findings: Findings,
    summary: Summary,
    out: W,
}

impl<W: Write> Job<'_, W> {
    fn pieces(&mut self, pieces: Vec<Piece>) -> std::io::Result<()> {
        for piece in pieces {
            match piece {
                Piece::Row(row) => self.row(&row)?,
                Piece::Otlp(telemetry) => self.telemetry(*telemetry)?,
                Piece::Text(text) => self.text(&text)?,
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &Value) -> std::io::Result<()> {
        let text = row.get("text").and_then(Value::as_str).unwrap_or_default();
        let key = row.get("key").and_then(Value::as_str);
        let redacted = self.rehearsal.text(key, text, &mut self.findings);
        let scanner = self.rehearsal.scanner();
        self.summary.add(scanner, text, &self.findings);
        let entities: Vec<Value> = self
            .findings
            .iter()
            .map(|found| {
                let name = scanner.name(found.kind);
                let mut entity = json!({"type": name, "start": found.start, "end": found.end});
                if self.explain {
                    entity["why"] = explain::why(found, text, &self.findings, scanner);
                }
                entity
            })
            .collect();
        let mut answer = json!({"id": row.get("id"), "entities": entities});
        if !self.only_report {
            answer["text_redacted"] = redacted.into();
        }
        writeln!(self.out, "{answer}")
    }

    fn telemetry(&mut self, telemetry: Telemetry) -> std::io::Result<()> {
        match self.rehearsal.telemetry(telemetry) {
            Some(passed) => writeln!(self.out, "{}", passed.to_json()),
            None => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> std::io::Result<()> {
        let redacted = self.rehearsal.text(None, text, &mut self.findings);
        let scanner = self.rehearsal.scanner();
        self.summary.add(scanner, text, &self.findings);
        if self.explain {
            return explain::write(text, &self.findings, scanner, &mut self.out);
        }
        let shown = if self.only_report { text } else { &redacted };
        self.out.write_all(shown.as_bytes())
    }
}
