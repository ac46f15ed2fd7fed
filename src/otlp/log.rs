//! A log record's fields.

use super::new_value::NewValue;
use super::put::put_message;
use super::record::{Kind, Record, Table};
use super::value::Value;
use super::wire::Raw;
use super::{Rejected, Signal, SpanId, TraceId, shape};

/// Marks the records of logs.
#[derive(Debug)]
pub enum LogRecords {}

/// One log record.
pub type LogRecord = Record<LogRecords>;

impl Kind for LogRecords {
    const SIGNAL: Signal = Signal::Logs;
    const SHAPE: Table = Table(&shape::LOG_RECORD);
    const ATTRIBUTES: u32 = 6;

    fn items(_: &LogRecord) -> usize {
        1
    }

    /// Every log record counts: one with invalid ids is merely not associated with a span.
    fn admit(_: &mut LogRecord, _: &mut Rejected) -> bool {
        true
    }
}

impl LogRecord {
    /// The trace it belongs to, if the id is valid.
    pub fn trace_id(&self) -> Option<TraceId> {
        self.field(9).map(Raw::bytes).and_then(TraceId::from_slice)
    }

    /// The span it belongs to, if the id is valid.
    pub fn span_id(&self) -> Option<SpanId> {
        self.field(10).map(Raw::bytes).and_then(SpanId::from_slice)
    }

    /// When it happened, in nanoseconds since 1970; 0 if unknown.
    pub fn time_unix_nano(&self) -> u64 {
        self.number(1)
    }

    /// When it was noticed, in nanoseconds since 1970; 0 if unknown.
    pub fn observed_time_unix_nano(&self) -> u64 {
        self.number(11)
    }

    /// 1 to 24 from trace to fatal, 0 unspecified; other numbers are kept as they are.
    pub fn severity_number(&self) -> i32 {
        self.number(2) as i32
    }

    /// The severity in the sender's own word.
    pub fn severity_text(&self) -> &str {
        self.text(3)
    }

    /// What it says.
    pub fn body(&self) -> Option<Value<'_>> {
        self.field(5).map(|body| Value::of(body.bytes()))
    }

    /// The name of the event it is, if it is one.
    pub fn event_name(&self) -> &str {
        self.text(12)
    }

    /// W3C trace flags in the lowest byte; all bits as sent.
    pub fn flags(&self) -> u32 {
        self.number(8) as u32
    }

    /// Attributes its sender left out.
    pub fn dropped_attributes_count(&self) -> u32 {
        self.number(7) as u32
    }

    /// Makes it say something else.
    pub fn set_body(&mut self, body: impl Into<NewValue>) {
        let body = body.into();
        let mut field = Vec::new();
        put_message(&mut field, 5, |out| body.encode(out));
        self.set_field(5, field);
    }

    /// A log record to be made, for tests and for records of our own.
    pub fn build() -> super::LogBuilder {
        super::LogBuilder::default()
    }
}
