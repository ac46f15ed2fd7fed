//! `tollgate redact`: try the redaction of a configuration on rows, texts and captured telemetry.

mod explain;
mod input;
mod summary;

use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::load::{self, ConfigFlag};
use super::output;
use crate::clock::Clock;
use crate::component::Context;
use crate::config::{Reading, Table};
use crate::otlp::Telemetry;
use crate::pii::Findings;
use crate::processors::{Rehearsal, Treated};
use input::Piece;
use summary::Summary;

/// Reads standard input, or files, and writes the same with personal data and secrets masked.
///
/// Rows `{"id", "text", "key"?, "tenant"?}`, one a line, become `{"id", "text_redacted", "entities"}`
/// with offsets in UTF-8 bytes. OTLP/JSON lines and `.pb` files become OTLP/JSON lines. Anything
/// else is text; in a file of rows or OTLP it is text line by line, and that is said.
#[derive(Debug, clap::Args)]
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
    Rehearsal::read(&table, args.report, &mut context)
}

fn work(args: &Args, rehearsal: Rehearsal) -> std::io::Result<()> {
    let only_report = rehearsal.reports();
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
        job.input(bytes, None)?;
    }
    for path in &args.files {
        let named = |error| std::io::Error::other(format!("{}: {error}", path.display()));
        let bytes = std::fs::read(path).map_err(named)?;
        job.input(bytes, Some(path))?;
    }
    job.out.flush()?;
    if only_report {
        job.summary.print(clock.now().mono.saturating_sub(began));
    }
    Ok(())
}

/// What is done to each piece of input.
struct Job<W: Write> {
    rehearsal: Rehearsal,
    only_report: bool,
    explain: bool,
    findings: Findings,
    summary: Summary,
    out: W,
}

impl<W: Write> Job<W> {
    fn input(&mut self, bytes: Vec<u8>, path: Option<&Path>) -> std::io::Result<()> {
        let name = path.map_or_else(
            || "standard input".to_owned(),
            |path| path.display().to_string(),
        );
        let input = input::read(bytes, path)
            .map_err(|error| std::io::Error::other(format!("{name}: {error}")))?;
        if let Some(line) = input.odd_line {
            output::note(format_args!(
                "{name}: line {line} is neither a row nor OTLP; it and its like are read as text"
            ));
        }
        for piece in input.pieces {
            match piece {
                Piece::Row(row) => self.row(&row)?,
                Piece::Otlp(telemetry) => self.telemetry(*telemetry)?,
                Piece::Text(text) => self.text(&text)?,
            }
        }
        Ok(())
    }

    fn row(&mut self, row: &Value) -> std::io::Result<()> {
        let member = |name: &str| row.get(name).and_then(Value::as_str);
        let (text, tenant) = (member("text"), member("tenant"));
        let (text, tenant) = (text.unwrap_or_default(), tenant.unwrap_or_default());
        let treated = self
            .rehearsal
            .text(member("key"), tenant, text, &mut self.findings);
        let scanner = self.rehearsal.scanner();
        self.summary.read(text);
        self.summary.add(scanner, &self.findings);
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
            let (text, dropped) = told(treated);
            answer["text_redacted"] = text.into();
            if let Some(what) = dropped {
                answer["dropped"] = what.into();
            }
        }
        writeln!(self.out, "{answer}")
    }

    fn telemetry(&mut self, telemetry: Telemetry) -> std::io::Result<()> {
        self.summary.items += telemetry.items() as u64;
        let (passed, seen) = self.rehearsal.telemetry(telemetry);
        let scanner = self.rehearsal.scanner();
        for seen in &seen {
            self.summary.add(scanner, &seen.findings);
            if self.explain {
                writeln!(self.out, "{}", seen.place)?;
                explain::write(&seen.text, &seen.findings, scanner, &mut self.out)?;
            }
        }
        match passed {
            Some(passed) if !self.explain => writeln!(self.out, "{}", passed.to_json()),
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> std::io::Result<()> {
        let treated = self.rehearsal.text(None, "", text, &mut self.findings);
        let scanner = self.rehearsal.scanner();
        self.summary.read(text);
        self.summary.add(scanner, &self.findings);
        if self.explain {
            return explain::write(text, &self.findings, scanner, &mut self.out);
        }
        let (redacted, _) = told(treated);
        let shown = if self.only_report {
            Some(text)
        } else {
            redacted.as_deref()
        };
        self.out.write_all(shown.unwrap_or_default().as_bytes())
    }
}

/// What is left of a text, and what was dropped with it.
fn told(treated: Treated) -> (Option<String>, Option<&'static str>) {
    match treated {
        Treated::Passed(text) => (Some(text), None),
        Treated::AttributeDropped => (None, Some("attribute")),
        Treated::ItemDropped => (None, Some("item")),
    }
}
