//! `tollgate account`: audit captured OTLP payloads, call by call.

pub(super) mod files;
mod json;
mod report;

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) use json::dollars;

use super::output;
use crate::config::{Document, process_environment};
use crate::genai::account::{Books, Origin, Settlement, SpanFacts};
use crate::genai::call::Reading;
use crate::genai::dialect::Dialects;
use crate::genai::facts::Facts;
use crate::genai::pricing::{Believe, Book, Call, Catalogue, Priced, Pricer};
use crate::otlp::{LogRecord, Scope, Span, SpanId, Telemetry, TraceId};
use crate::service;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Captured OTLP payloads: protobuf or JSON, plain or gzipped, one per file or one per line;
    /// or folders of them. Traces, metrics and logs may be mixed.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// A configuration whose `[identity]` and dialects say how attributes are read.
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A price catalogue in upstream's form instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// Believe costs that instrumentations worked out themselves.
    #[arg(long)]
    believe_reported: bool,
}

pub(super) fn run(args: Args) -> ExitCode {
    let believe = if args.believe_reported {
        Believe::Any
    } else {
        Believe::Provider
    };
    let audit = catalogue(args.catalogue.as_deref()).and_then(|catalogue| {
        let mut audit = Audit::new(catalogue, believe);
        if let Some(path) = &args.config {
            audit.dialects = dialects(path)?;
        }
        files::each(&args.files, |telemetry| audit.add(&telemetry))?;
        audit.add_logs();
        Ok(audit)
    });
    match audit {
        Ok(audit) => {
            let settled = audit.books.settle();
            if args.json {
                output::line(json::of(&settled, &audit.seen));
            } else {
                report::print(&settled, &audit.seen);
            }
            ExitCode::SUCCESS
        }
        Err(fault) => {
            output::note(fault);
            ExitCode::FAILURE
        }
    }
}

/// How the pipelines of a configuration would read attributes.
fn dialects(path: &std::path::Path) -> Result<Dialects, String> {
    let document = Document::open(path, &process_environment);
    let read = document.and_then(|document| service::dialects(&document.root()));
    read.map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("\n")
    })
}

fn catalogue(path: Option<&std::path::Path>) -> Result<Arc<Catalogue>, String> {
    let Some(path) = path else {
        return Ok(Catalogue::embedded());
    };
    let bytes = files::bytes(path)?;
    let name = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let read = Catalogue::parse(&name, &bytes, &[]);
    read.map(Arc::new)
        .map_err(|faults| format!("{}:\n{faults}", path.display()))
}

/// What was read, by signal: metrics repeat what spans say and are only counted.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) spans: u64,
    pub(super) log_records: u64,
    pub(super) metric_points: u64,
}

/// An account in the making.
pub(super) struct Audit {
    dialects: Dialects,
    pricer: Pricer,
    believe: Believe,
    books: Books,
    seen: Seen,
    /// What a record may leave to its span: the model, by the span that named it.
    models: HashMap<(TraceId, SpanId), Box<str>>,
    /// Log records, kept until every span was read.
    logs: Vec<Telemetry>,
}

impl Default for Audit {
    /// With the built-in prices.
    fn default() -> Self {
        Audit::new(Catalogue::embedded(), Believe::Provider)
    }
}

impl Audit {
    /// What it all comes to.
    pub(super) fn settle(mut self) -> Vec<Settlement> {
        self.add_logs();
        self.books.settle()
    }

    fn new(catalogue: Arc<Catalogue>, believe: Believe) -> Self {
        Audit {
            dialects: Dialects::builtin(),
            pricer: Pricer::new(Arc::new(Book {
                catalogue,
                ..Book::default()
            })),
            believe,
            books: Books::default(),
            seen: Seen::default(),
            models: HashMap::new(),
            logs: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, telemetry: &Telemetry) {
        let items = telemetry.items() as u64;
        match telemetry {
            Telemetry::Traces(spans) => {
                self.seen.spans += items;
                spans.for_each(|scope, span| self.add_span(scope, span));
            }
            Telemetry::Logs(_) => {
                self.seen.log_records += items;
                self.logs.push(telemetry.clone());
            }
            Telemetry::Metrics(_) => self.seen.metric_points += items,
        }
    }

    fn add_logs(&mut self) {
        for telemetry in std::mem::take(&mut self.logs) {
            if let Telemetry::Logs(records) = telemetry {
                records.for_each(|scope, record| self.add_log(scope, record));
            }
        }
    }

    fn add_span(&mut self, scope: &Scope, span: &Span) {
        let facts = self.dialects.read(scope, span);
        if let Some(model) = facts.as_ref().and_then(Facts::model) {
            let place = (span.trace_id(), span.span_id());
            self.models.insert(place, model.into());
        }
        let priced = facts
            .as_ref()
            .filter(|facts| facts.tells_price())
            .map(|facts| {
                self.pricer
                    .price(&Reading::of(facts, span, self.believe).call())
            });
        let origin = Origin::of(&self.dialects, scope.resource());
        self.books.add(
            span.trace_id(),
            SpanFacts {
                span: span.span_id(),
                parent: span.parent_span_id(),
                start_unix_nano: span.start_unix_nano(),
                end_unix_nano: span.end_unix_nano(),
                service: origin.service,
                facts: facts.as_ref(),
                resource: origin.identity,
                priced: priced.as_ref(),
                from_log: false,
            },
        );
    }

    fn add_log(&mut self, scope: &Scope, record: &LogRecord) {
        let read = self.dialects.read_log(scope, record);
        let read = read.or_else(|| self.dialects.read_repeated(scope, record));
        let Some(mut logged) = read else { return };
        let (trace, span) = place(record);
        let model = self.models.get(&(trace, span)).cloned();
        if logged.facts.model().is_none() {
            logged.facts.request_model = model.as_deref();
        }
        let end = match record.time_unix_nano() {
            0 => record.observed_time_unix_nano(),
            time => time,
        };
        let lasted = logged
            .duration
            .map_or(0, |time| u64::try_from(time.as_nanos()).unwrap_or(0));
        let start = end.saturating_sub(lasted);
        let priced = self.price_log(&logged.facts, record, start);
        let origin = Origin::of(&self.dialects, scope.resource());
        self.books.add(
            trace,
            SpanFacts {
                span,
                parent: None,
                start_unix_nano: start,
                end_unix_nano: end,
                service: origin.service,
                facts: Some(&logged.facts),
                resource: origin.identity,
                priced: priced.as_ref(),
                from_log: true,
            },
        );
    }

    fn price_log(
        &mut self,
        facts: &Facts<'_>,
        record: &LogRecord,
        start_unix_nanos: u64,
    ) -> Option<Priced> {
        if !facts.tells_price() {
            return None;
        }
        let reading = Reading::of_log(facts, record, self.believe);
        let call = Call {
            start_unix_nanos,
            ..reading.call()
        };
        Some(self.pricer.price(&call))
    }
}

/// Where a record was written; zero ids if it belongs to no trace.
fn place(record: &LogRecord) -> (TraceId, SpanId) {
    let trace = record.trace_id().unwrap_or(TraceId([0; 16]));
    (trace, record.span_id().unwrap_or(SpanId([0; 8])))
}
