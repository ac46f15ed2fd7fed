//! The messages of traces.

use super::common::{INSTRUMENTATION_SCOPE, RESOURCE};
use super::{Kind, Shape, Site, attributes, many, row, text};

pub(in crate::otlp) static TRACES_DATA: Shape = Shape::new(
    "TracesData",
    &[many(1, "resource_spans", Kind::Message(&RESOURCE_SPANS))],
);

pub(in crate::otlp) static RESOURCE_SPANS: Shape = Shape::new(
    "ResourceSpans",
    &[
        row(1, "resource", Kind::Message(&RESOURCE)),
        many(2, "scope_spans", Kind::Message(&SCOPE_SPANS)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(in crate::otlp) static SCOPE_SPANS: Shape = Shape::new(
    "ScopeSpans",
    &[
        row(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE)),
        many(2, "spans", Kind::Message(&SPAN)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(in crate::otlp) static SPAN: Shape = Shape::new(
    "Span",
    &[
        row(1, "trace_id", Kind::OwnId(16)),
        row(2, "span_id", Kind::OwnId(8)),
        text(3, "trace_state", Site::TraceState),
        row(4, "parent_span_id", Kind::OwnId(8)),
        text(5, "name", Site::SpanName),
        row(6, "kind", Kind::Enum),
        row(7, "start_time_unix_nano", Kind::Fixed64),
        row(8, "end_time_unix_nano", Kind::Fixed64),
        attributes(9, Site::Attribute),
        row(10, "dropped_attributes_count", Kind::Uint32),
        many(11, "events", Kind::Message(&EVENT)),
        row(12, "dropped_events_count", Kind::Uint32),
        many(13, "links", Kind::Message(&LINK)),
        row(14, "dropped_links_count", Kind::Uint32),
        row(15, "status", Kind::Message(&STATUS)),
        row(16, "flags", Kind::Fixed32),
    ],
);

pub(in crate::otlp) static EVENT: Shape = Shape::new(
    "Span.Event",
    &[
        row(1, "time_unix_nano", Kind::Fixed64),
        text(2, "name", Site::EventName),
        attributes(3, Site::EventAttribute),
        row(4, "dropped_attributes_count", Kind::Uint32),
    ],
);

pub(in crate::otlp) static LINK: Shape = Shape::new(
    "Span.Link",
    &[
        row(1, "trace_id", Kind::Ref(16)),
        row(2, "span_id", Kind::Ref(8)),
        text(3, "trace_state", Site::TraceState),
        attributes(4, Site::LinkAttribute),
        row(5, "dropped_attributes_count", Kind::Uint32),
        row(6, "flags", Kind::Fixed32),
    ],
);

pub(in crate::otlp) static STATUS: Shape = Shape::new(
    "Status",
    &[
        text(2, "message", Site::StatusMessage),
        row(3, "code", Kind::Enum),
    ],
);
