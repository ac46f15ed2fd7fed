//! Builders of records, for tests and for telemetry of our own.

use bytes::Bytes;

use super::log::LogRecord;
use super::metric::Metric;
use super::new_value::{NewValue, put_key_value};
use super::points::Number;
use super::put::{put_bytes, put_fixed32, put_fixed64, put_message, put_uint};
use super::record::{Kind, Record};
use super::span::Span;
use super::{SpanId, TraceId};

fn put_text(out: &mut Vec<u8>, number: u32, text: &str) {
    if !text.is_empty() {
        put_bytes(out, number, text.as_bytes());
    }
}

fn finish<K: Kind>(message: Vec<u8>) -> Record<K> {
    Record::from_checked(Bytes::from(message))
}

/// A span in the making. Every part may be left out, but give each field only once.
#[derive(Clone, Debug, Default)]
pub struct SpanBuilder {
    message: Vec<u8>,
}

impl SpanBuilder {
    /// The trace it belongs to.
    #[must_use]
    pub fn trace_id(mut self, id: impl Into<TraceId>) -> Self {
        put_bytes(&mut self.message, 1, &id.into().0);
        self
    }

    /// Its own id.
    #[must_use]
    pub fn span_id(mut self, id: impl Into<SpanId>) -> Self {
        put_bytes(&mut self.message, 2, &id.into().0);
        self
    }

    /// The span it stands under.
    #[must_use]
    pub fn parent_span_id(mut self, id: impl Into<SpanId>) -> Self {
        put_bytes(&mut self.message, 4, &id.into().0);
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        put_text(&mut self.message, 5, name);
        self
    }

    /// Its W3C trace state.
    #[must_use]
    pub fn trace_state(mut self, state: &str) -> Self {
        put_text(&mut self.message, 3, state);
        self
    }

    /// 1 internal, 2 server, 3 client, 4 producer, 5 consumer.
    #[must_use]
    pub fn kind(mut self, kind: i32) -> Self {
        put_uint(&mut self.message, 6, i64::from(kind) as u64);
        self
    }

    /// When it began and ended, in nanoseconds since 1970.
    #[must_use]
    pub fn times(mut self, start_unix_nano: u64, end_unix_nano: u64) -> Self {
        put_fixed64(&mut self.message, 7, start_unix_nano);
        put_fixed64(&mut self.message, 8, end_unix_nano);
        self
    }

    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, key: &str, value: impl Into<NewValue>) -> Self {
        put_key_value(&mut self.message, 9, key, &value.into());
        self
    }

    /// One more event.
    #[must_use]
    pub fn event(
        mut self,
        name: &str,
        time_unix_nano: u64,
        attributes: &[(&str, NewValue)],
    ) -> Self {
        put_message(&mut self.message, 11, |out| {
            put_fixed64(out, 1, time_unix_nano);
            put_text(out, 2, name);
            for (key, value) in attributes {
                put_key_value(out, 3, key, value);
            }
        });
        self
    }

    /// One more link.
    #[must_use]
    pub fn link(
        mut self,
        trace: impl Into<TraceId>,
        span: impl Into<SpanId>,
        attributes: &[(&str, NewValue)],
    ) -> Self {
        let (trace, span) = (trace.into(), span.into());
        put_message(&mut self.message, 13, |out| {
            put_bytes(out, 1, &trace.0);
            put_bytes(out, 2, &span.0);
            for (key, value) in attributes {
                put_key_value(out, 4, key, value);
            }
        });
        self
    }

    /// How it ended: 0 unset, 1 ok, 2 error.
    #[must_use]
    pub fn status(mut self, code: i32, message: &str) -> Self {
        put_message(&mut self.message, 15, |out| {
            put_text(out, 2, message);
            put_uint(out, 3, i64::from(code) as u64);
        });
        self
    }

    /// Its W3C flags.
    #[must_use]
    pub fn flags(mut self, flags: u32) -> Self {
        put_fixed32(&mut self.message, 16, flags);
        self
    }

    /// The span.
    pub fn finish(self) -> Span {
        finish(self.message)
    }
}

/// A log record in the making.
#[derive(Clone, Debug, Default)]
pub struct LogBuilder {
    message: Vec<u8>,
}

impl LogBuilder {
    /// When it happened and was noticed, in nanoseconds since 1970.
    #[must_use]
    pub fn times(mut self, time_unix_nano: u64, observed_unix_nano: u64) -> Self {
        put_fixed64(&mut self.message, 1, time_unix_nano);
        put_fixed64(&mut self.message, 11, observed_unix_nano);
        self
    }

    /// How severe, as a number from 1 to 24 and in a word.
    #[must_use]
    pub fn severity(mut self, number: i32, text: &str) -> Self {
        put_uint(&mut self.message, 2, i64::from(number) as u64);
        put_text(&mut self.message, 3, text);
        self
    }

    /// What it says.
    #[must_use]
    pub fn body(mut self, body: impl Into<NewValue>) -> Self {
        let body = body.into();
        put_message(&mut self.message, 5, |out| body.encode(out));
        self
    }

    /// One more attribute.
    #[must_use]
    pub fn attribute(mut self, key: &str, value: impl Into<NewValue>) -> Self {
        put_key_value(&mut self.message, 6, key, &value.into());
        self
    }

    /// The span it belongs to.
    #[must_use]
    pub fn span(mut self, trace: impl Into<TraceId>, span: impl Into<SpanId>) -> Self {
        put_bytes(&mut self.message, 9, &trace.into().0);
        put_bytes(&mut self.message, 10, &span.into().0);
        self
    }

    /// The name of the event it is.
    #[must_use]
    pub fn event_name(mut self, name: &str) -> Self {
        put_text(&mut self.message, 12, name);
        self
    }

    /// The log record.
    pub fn finish(self) -> LogRecord {
        finish(self.message)
    }
}

/// A gauge or sum in the making; other kinds come from elsewhere.
#[derive(Clone, Debug)]
pub struct MetricBuilder {
    message: Vec<u8>,
    points: Vec<u8>,
}

impl MetricBuilder {
    pub(super) fn new(name: &str) -> Self {
        let mut message = Vec::new();
        put_text(&mut message, 1, name);
        MetricBuilder {
            message,
            points: Vec::new(),
        }
    }

    /// What it measures, in words.
    #[must_use]
    pub fn description(mut self, description: &str) -> Self {
        put_text(&mut self.message, 2, description);
        self
    }

    /// The unit, in UCUM.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        put_text(&mut self.message, 3, unit);
        self
    }

    /// One more point, with its times in nanoseconds since 1970.
    #[must_use]
    pub fn point(
        mut self,
        start_unix_nano: u64,
        time_unix_nano: u64,
        value: Number,
        attributes: &[(&str, NewValue)],
    ) -> Self {
        put_message(&mut self.points, 1, |out| {
            put_fixed64(out, 2, start_unix_nano);
            put_fixed64(out, 3, time_unix_nano);
            match value {
                Number::Double(number) => put_fixed64(out, 4, number.to_bits()),
                Number::Int(number) => put_fixed64(out, 6, number as u64),
            }
            for (key, value) in attributes {
                put_key_value(out, 7, key, value);
            }
        });
        self
    }

    /// The metric, as a gauge.
    pub fn gauge(mut self) -> Metric {
        put_bytes(&mut self.message, 5, &self.points);
        finish(self.message)
    }

    /// The metric, as a cumulative sum.
    pub fn sum(self, monotonic: bool) -> Metric {
        self.sum_over(2, monotonic)
    }

    /// The metric, as a sum since the last report.
    pub fn delta_sum(self, monotonic: bool) -> Metric {
        self.sum_over(1, monotonic)
    }

    fn sum_over(mut self, temporality: u64, monotonic: bool) -> Metric {
        put_message(&mut self.message, 7, |out| {
            out.extend_from_slice(&self.points);
            put_uint(out, 2, temporality);
            put_uint(out, 3, u64::from(monotonic));
        });
        finish(self.message)
    }
}
