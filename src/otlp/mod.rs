//! OTLP as bytes behind typed views: parse once, edit by copy on write, re-emit by copying.
//!
//! A request is checked once, on the wire, by [`Telemetry::parse`]: framing, wire types, UTF-8,
//! nesting, the number of items, ids. After that no view can fail. Resources, scopes and records
//! stay slices of the request; unknown fields survive byte for byte; a record that nobody changed
//! is re-emitted by copying its slice, and one that has to wait moves into memory of its own
//! ([`Record::detach`]).

mod additions;
mod batch;
mod build;
mod check;
mod encoded;
mod envelope;
mod heading;
mod ids;
mod json;
mod log;
mod metric;
mod new_value;
mod note;
mod outline;
mod parse;
mod place;
mod plain;
mod points;
mod put;
mod record;
mod redact;
mod rewrite;
mod shape;
mod span;
#[cfg(test)]
mod tests;
mod valid;
mod value;
mod wire;

use bytes::Bytes;

pub use additions::Additions;
pub use batch::{Batch, Group, Item};
pub use build::{LogBuilder, MetricBuilder, SpanBuilder};
pub use encoded::{Encoded, Glance};
pub use envelope::{Resource, Scope};
pub use heading::Heading;
pub use ids::{SpanId, TraceId};
pub use log::{LogRecord, LogRecords};
pub use metric::{Data, Metric, Points, Temporality};
pub use new_value::NewValue;
pub use note::Note;
pub use outline::Outline;
pub use parse::{Limits, ParseError, Parsed, RejectReason, Rejected};
pub use place::Place;
pub use points::{
    Buckets, Exemplar, ExpHistogramPoint, HistogramPoint, Number, NumberPoint, SummaryPoint,
};
pub use record::{Kind as RecordKind, Record};
pub use redact::{Redacted, Redactor};
pub use span::{Event, Link, Span, Spans, Status};
pub use value::{Array, Attributes, Value};

/// What kind of telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Metrics; an item is a data point.
    Metrics,
    /// Log records.
    Logs,
}

impl Signal {
    /// Every signal.
    pub const ALL: [Signal; 3] = [Signal::Traces, Signal::Metrics, Signal::Logs];

    /// Its name in configurations, paths and metrics: `traces`, `metrics`, `logs`.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Traces => "traces",
            Signal::Metrics => "metrics",
            Signal::Logs => "logs",
        }
    }
}

impl std::fmt::Display for Signal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Telemetry of one signal.
#[derive(Clone, Debug)]
pub enum Telemetry {
    /// Spans.
    Traces(Batch<Span>),
    /// Metrics.
    Metrics(Batch<Metric>),
    /// Log records.
    Logs(Batch<LogRecord>),
}

/// Does the same to a batch of whichever signal.
macro_rules! each {
    ($telemetry:expr, $batch:ident => $do:expr) => {
        match $telemetry {
            Telemetry::Traces($batch) => $do,
            Telemetry::Metrics($batch) => $do,
            Telemetry::Logs($batch) => $do,
        }
    };
}

impl Telemetry {
    /// Reads an `Export*ServiceRequest`; invalid items are taken out and counted.
    pub fn parse(signal: Signal, body: Bytes, limits: &Limits) -> Result<Parsed, ParseError> {
        parse::parse(signal, body, limits)
    }

    /// Reads a request in OTLP/JSON.
    pub fn parse_json(signal: Signal, body: &[u8], limits: &Limits) -> Result<Parsed, ParseError> {
        parse::parse(signal, json::to_wire(signal, body, limits)?, limits)
    }

    /// Its signal.
    pub fn signal(&self) -> Signal {
        match self {
            Telemetry::Traces(_) => Signal::Traces,
            Telemetry::Metrics(_) => Signal::Metrics,
            Telemetry::Logs(_) => Signal::Logs,
        }
    }

    /// Spans, log records or metric data points in it.
    pub fn items(&self) -> usize {
        each!(self, batch => batch.items())
    }

    /// Whether it holds no record.
    pub fn is_empty(&self) -> bool {
        each!(self, batch => batch.is_empty())
    }

    /// Wipes every note, for whoever waits without reading them.
    pub fn forget_notes(&mut self) {
        each!(self, batch => batch.for_each_mut(|_, record| record.leave_note(Note::Unread)));
    }

    /// Bytes of the protobuf request.
    pub fn encoded_len(&self) -> usize {
        each!(self, batch => batch.encoded_len())
    }

    /// Appends the protobuf request (`Export*ServiceRequest`).
    pub fn encode(&self, out: &mut Vec<u8>) {
        each!(self, batch => batch.encode(out));
    }

    /// The request as one object of OTLP/JSON, without a line break.
    pub fn to_json(&self) -> String {
        let mut out = Vec::new();
        self.write_json(&mut out);
        String::from_utf8(out).unwrap_or_default()
    }

    /// Appends the request as one object of OTLP/JSON, without a line break.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let mut request = Vec::with_capacity(self.encoded_len());
        self.encode(&mut request);
        json::from_wire(self.signal(), &request, out);
    }
}

/// Telemetry of no items, such as a request without records.
impl From<Signal> for Telemetry {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Traces => Telemetry::Traces(Batch::default()),
            Signal::Metrics => Telemetry::Metrics(Batch::default()),
            Signal::Logs => Telemetry::Logs(Batch::default()),
        }
    }
}
