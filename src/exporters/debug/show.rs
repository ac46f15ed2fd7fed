//! Telemetry as lines of text in which no value can pretend to be anything else.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::component::Request;
use crate::otlp::{Attributes, Data, LogRecord, Metric, Span, Telemetry, Value};

/// Longest value shown, in characters.
const VALUE_MAX: usize = 120;

/// A summary line, and a line for each of the first `max_items` records.
pub(super) fn request(request: &Request, max_items: usize) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    _ = writeln!(text, "{}", summary(request));
    let mut lines = request
        .parts
        .iter()
        .flat_map(|part| records(&part.telemetry));
    for line in lines.by_ref().take(max_items) {
        _ = writeln!(text, "  {line}");
    }
    let rest = lines.count();
    if max_items > 0 && rest > 0 {
        _ = writeln!(text, "  … and {rest} more");
    }
    text
}

fn summary(request: &Request) -> String {
    let mut services = BTreeSet::new();
    let mut details = Details::default();
    for part in &request.parts {
        match &part.telemetry {
            Telemetry::Traces(batch) => batch.for_each(|scope, span| {
                services.insert(service(scope.resource().attributes()));
                details.traces.insert(span.trace_id());
                details.errors += usize::from(span.status().is_error());
            }),
            Telemetry::Metrics(batch) => batch.for_each(|scope, _| {
                services.insert(service(scope.resource().attributes()));
                details.metrics += 1;
            }),
            Telemetry::Logs(batch) => batch.for_each(|scope, _| {
                services.insert(service(scope.resource().attributes()));
            }),
        }
    }
    let (signal, items, bytes) = (request.signal, request.items(), request.encoded_len());
    let services: Vec<_> = services.into_iter().take(5).collect();
    format!(
        "{signal}: {items} items{}, {bytes} bytes, from {}",
        details.text(),
        services.join(", ")
    )
}

#[derive(Default)]
struct Details {
    traces: BTreeSet<crate::otlp::TraceId>,
    errors: usize,
    metrics: usize,
}

impl Details {
    fn text(&self) -> String {
        match (self.traces.len(), self.metrics) {
            (0, 0) => String::new(),
            (0, metrics) => format!(" of {metrics} metrics"),
            (traces, _) => format!(" of {traces} traces, {} with errors", self.errors),
        }
    }
}

fn service(attributes: Attributes<'_>) -> String {
    attributes
        .get("service.name")
        .map_or_else(|| "an unnamed service".into(), value)
}

fn records(telemetry: &Telemetry) -> Box<dyn Iterator<Item = String> + '_> {
    match telemetry {
        Telemetry::Traces(batch) => Box::new(batch.records().map(span)),
        Telemetry::Metrics(batch) => Box::new(batch.records().map(metric)),
        Telemetry::Logs(batch) => Box::new(batch.records().map(log)),
    }
}

fn span(span: &Span) -> String {
    let status = match span.status() {
        status if status.is_error() => format!(" error {:?}", short(status.message)),
        _ => String::new(),
    };
    let millis = span.duration_nano() as f64 / 1e6;
    let parent = span
        .parent_span_id()
        .map(|parent| format!(" under {parent}"))
        .unwrap_or_default();
    format!(
        "{}/{}{parent} {:?} {millis:.3} ms{status}{}",
        span.trace_id(),
        span.span_id(),
        short(span.name()),
        pairs(span.attributes())
    )
}

fn metric(metric: &Metric) -> String {
    let kind = match metric.data() {
        Data::Gauge(_) => "gauge",
        Data::Sum { .. } => "sum",
        Data::Histogram { .. } => "histogram",
        Data::ExpHistogram { .. } => "exponential histogram",
        Data::Summary(_) => "summary",
        Data::Unknown => "unknown",
    };
    let (name, unit) = (short(metric.name()), short(metric.unit()));
    format!("{kind} {name:?} in {unit:?}, {} points", metric.items())
}

fn log(log: &LogRecord) -> String {
    let body = log.body().map(value).unwrap_or_default();
    format!(
        "{} {body}{}",
        short(log.severity_text()).escape_debug(),
        pairs(log.attributes())
    )
}

fn pairs(attributes: Attributes<'_>) -> String {
    attributes
        .iter()
        .fold(String::new(), |mut text, (key, content)| {
            _ = write!(text, " {}={}", short(key).escape_debug(), value(content));
            text
        })
}

fn value(content: Value<'_>) -> String {
    match content {
        Value::Str(text) => format!("{:?}", short(text)),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::Array(array) => format!("[{} values]", array.iter().count()),
        Value::Map(map) => format!("{{{} values}}", map.len()),
        Value::Empty => "nothing".into(),
    }
}

fn short(text: &str) -> &str {
    let end = text
        .char_indices()
        .nth(VALUE_MAX)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}
