//! The messages of logs.

use super::common::{ANY_VALUE, INSTRUMENTATION_SCOPE, RESOURCE};
use super::{Kind, Row, Shape, Site, attributes, many, row, text};

pub(in crate::otlp) static LOGS_DATA: Shape = Shape::new(
    "LogsData",
    &[many(1, "resource_logs", Kind::Message(&RESOURCE_LOGS))],
);

pub(in crate::otlp) static RESOURCE_LOGS: Shape = Shape::new(
    "ResourceLogs",
    &[
        row(1, "resource", Kind::Message(&RESOURCE)),
        many(2, "scope_logs", Kind::Message(&SCOPE_LOGS)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(in crate::otlp) static SCOPE_LOGS: Shape = Shape::new(
    "ScopeLogs",
    &[
        row(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE)),
        many(2, "log_records", Kind::Message(&LOG_RECORD)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(in crate::otlp) static LOG_RECORD: Shape = Shape::new(
    "LogRecord",
    &[
        row(1, "time_unix_nano", Kind::Fixed64),
        row(2, "severity_number", Kind::Enum),
        text(3, "severity_text", Site::SeverityText),
        Row {
            site: Site::Body,
            ..row(5, "body", Kind::Message(&ANY_VALUE))
        },
        attributes(6, Site::Attribute),
        row(7, "dropped_attributes_count", Kind::Uint32),
        row(8, "flags", Kind::Fixed32),
        row(9, "trace_id", Kind::Ref(16)),
        row(10, "span_id", Kind::Ref(8)),
        row(11, "observed_time_unix_nano", Kind::Fixed64),
        text(12, "event_name", Site::LogEventName),
    ],
);
