//! OTLP's schema as static tables, for all three signals; a test holds them against `proto/`.

/// A message type.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its name in the `.proto` file, with its parents': `Span.Event`.
    pub(super) name: &'static str,
    pub(super) fields: &'static [Row],
    /// From a field's number to its place in `fields`, counted from one; zero is unknown.
    slots: [u8; SLOTS],
}

/// One more than the highest field number of OTLP.
pub(super) const SLOTS: usize = 17;

/// A field of a message type.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u32,
    /// Its name in the `.proto` file.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) label: Label,
    pub(super) site: Site,
}

/// How often a field may appear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// At most once; the default value is not sent.
    One,
    /// At most once; sent even when it is the default (`optional`).
    Maybe,
    /// At most one of the message's `Either` fields.
    Either,
    /// Any number of times.
    Many,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Str,
    Bytes,
    /// A span's own id of that many bytes: a wrong one makes the span invalid.
    OwnId(u8),
    /// An id of that many bytes that points elsewhere: a wrong one is cleared.
    Ref(u8),
    Bool,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Enum,
    Fixed32,
    Fixed64,
    Sfixed64,
    Double,
    Message(&'static Shape),
}

/// Where a text stands, for whoever redacts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// Said by the rows around it.
    Inner,
    SpanName,
    StatusMessage,
    TraceState,
    EventName,
    SeverityText,
    LogEventName,
    Body,
    MetricName,
    MetricDescription,
    MetricUnit,
    ScopeName,
    ScopeVersion,
    SchemaUrl,
    EntityRef,
    Attribute,
    EventAttribute,
    LinkAttribute,
    ResourceAttribute,
    ScopeAttribute,
    PointAttribute,
    ExemplarAttribute,
    MetricMetadata,
}

impl Shape {
    const fn new(name: &'static str, fields: &'static [Row]) -> Self {
        let mut slots = [0; SLOTS];
        let mut index = 0;
        while index < fields.len() {
            slots[fields[index].number as usize] = index as u8 + 1;
            index += 1;
        }
        Shape {
            name,
            fields,
            slots,
        }
    }

    /// The row of a field number with its index; `None` if this version does not know it.
    #[inline]
    pub(super) fn row(&self, number: u32) -> Option<(usize, &'static Row)> {
        let slot = *self.slots.get(number as usize)?;
        let index = usize::from(slot).checked_sub(1)?;
        self.fields.get(index).map(|row| (index, row))
    }
}

impl Kind {
    /// The wire type an unpacked value has.
    pub(super) const fn wire_type(self) -> u32 {
        use super::wire::{FIXED32, FIXED64, LEN, VARINT};
        match self {
            Kind::Str | Kind::Bytes | Kind::OwnId(_) | Kind::Ref(_) | Kind::Message(_) => LEN,
            Kind::Fixed64 | Kind::Sfixed64 | Kind::Double => FIXED64,
            Kind::Fixed32 => FIXED32,
            _ => VARINT,
        }
    }
}

const fn row(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::One,
        site: Site::Inner,
    }
}

const fn text(number: u32, name: &'static str, site: Site) -> Row {
    Row {
        number,
        name,
        kind: Kind::Str,
        label: Label::One,
        site,
    }
}

const fn maybe(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::Maybe,
        site: Site::Inner,
    }
}

const fn either(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::Either,
        site: Site::Inner,
    }
}

const fn many(number: u32, name: &'static str, kind: Kind) -> Row {
    Row {
        number,
        name,
        kind,
        label: Label::Many,
        site: Site::Inner,
    }
}

const fn attributes(number: u32, site: Site) -> Row {
    Row {
        number,
        name: "attributes",
        kind: Kind::Message(&KEY_VALUE),
        label: Label::Many,
        site,
    }
}

pub(super) static ANY_VALUE: Shape = Shape::new(
    "AnyValue",
    &[
        either(1, "string_value", Kind::Str),
        either(2, "bool_value", Kind::Bool),
        either(3, "int_value", Kind::Int64),
        either(4, "double_value", Kind::Double),
        either(5, "array_value", Kind::Message(&ARRAY_VALUE)),
        either(6, "kvlist_value", Kind::Message(&KEY_VALUE_LIST)),
        either(7, "bytes_value", Kind::Bytes),
        either(8, "string_value_strindex", Kind::Int32),
    ],
);

pub(super) static ARRAY_VALUE: Shape = Shape::new(
    "ArrayValue",
    &[many(1, "values", Kind::Message(&ANY_VALUE))],
);

pub(super) static KEY_VALUE_LIST: Shape = Shape::new(
    "KeyValueList",
    &[many(1, "values", Kind::Message(&KEY_VALUE))],
);

pub(super) static KEY_VALUE: Shape = Shape::new(
    "KeyValue",
    &[
        row(1, "key", Kind::Str),
        row(2, "value", Kind::Message(&ANY_VALUE)),
        row(3, "key_strindex", Kind::Int32),
    ],
);

pub(super) static INSTRUMENTATION_SCOPE: Shape = Shape::new(
    "InstrumentationScope",
    &[
        text(1, "name", Site::ScopeName),
        text(2, "version", Site::ScopeVersion),
        attributes(3, Site::ScopeAttribute),
        row(4, "dropped_attributes_count", Kind::Uint32),
    ],
);

pub(super) static ENTITY_REF: Shape = Shape::new(
    "EntityRef",
    &[
        text(1, "schema_url", Site::EntityRef),
        text(2, "type", Site::EntityRef),
        Row {
            site: Site::EntityRef,
            ..many(3, "id_keys", Kind::Str)
        },
        Row {
            site: Site::EntityRef,
            ..many(4, "description_keys", Kind::Str)
        },
    ],
);

pub(super) static RESOURCE: Shape = Shape::new(
    "Resource",
    &[
        attributes(1, Site::ResourceAttribute),
        row(2, "dropped_attributes_count", Kind::Uint32),
        many(3, "entity_refs", Kind::Message(&ENTITY_REF)),
    ],
);

pub(super) static TRACES_DATA: Shape = Shape::new(
    "TracesData",
    &[many(1, "resource_spans", Kind::Message(&RESOURCE_SPANS))],
);

pub(super) static RESOURCE_SPANS: Shape = Shape::new(
    "ResourceSpans",
    &[
        row(1, "resource", Kind::Message(&RESOURCE)),
        many(2, "scope_spans", Kind::Message(&SCOPE_SPANS)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(super) static SCOPE_SPANS: Shape = Shape::new(
    "ScopeSpans",
    &[
        row(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE)),
        many(2, "spans", Kind::Message(&SPAN)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(super) static SPAN: Shape = Shape::new(
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

pub(super) static EVENT: Shape = Shape::new(
    "Span.Event",
    &[
        row(1, "time_unix_nano", Kind::Fixed64),
        text(2, "name", Site::EventName),
        attributes(3, Site::EventAttribute),
        row(4, "dropped_attributes_count", Kind::Uint32),
    ],
);

pub(super) static LINK: Shape = Shape::new(
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

pub(super) static STATUS: Shape = Shape::new(
    "Status",
    &[
        text(2, "message", Site::StatusMessage),
        row(3, "code", Kind::Enum),
    ],
);

pub(super) static LOGS_DATA: Shape = Shape::new(
    "LogsData",
    &[many(1, "resource_logs", Kind::Message(&RESOURCE_LOGS))],
);

pub(super) static RESOURCE_LOGS: Shape = Shape::new(
    "ResourceLogs",
    &[
        row(1, "resource", Kind::Message(&RESOURCE)),
        many(2, "scope_logs", Kind::Message(&SCOPE_LOGS)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(super) static SCOPE_LOGS: Shape = Shape::new(
    "ScopeLogs",
    &[
        row(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE)),
        many(2, "log_records", Kind::Message(&LOG_RECORD)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(super) static LOG_RECORD: Shape = Shape::new(
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

pub(super) static METRICS_DATA: Shape = Shape::new(
    "MetricsData",
    &[many(
        1,
        "resource_metrics",
        Kind::Message(&RESOURCE_METRICS),
    )],
);

pub(super) static RESOURCE_METRICS: Shape = Shape::new(
    "ResourceMetrics",
    &[
        row(1, "resource", Kind::Message(&RESOURCE)),
        many(2, "scope_metrics", Kind::Message(&SCOPE_METRICS)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(super) static SCOPE_METRICS: Shape = Shape::new(
    "ScopeMetrics",
    &[
        row(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE)),
        many(2, "metrics", Kind::Message(&METRIC)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(super) static METRIC: Shape = Shape::new(
    "Metric",
    &[
        text(1, "name", Site::MetricName),
        text(2, "description", Site::MetricDescription),
        text(3, "unit", Site::MetricUnit),
        either(5, "gauge", Kind::Message(&GAUGE)),
        either(7, "sum", Kind::Message(&SUM)),
        either(9, "histogram", Kind::Message(&HISTOGRAM)),
        either(
            10,
            "exponential_histogram",
            Kind::Message(&EXPONENTIAL_HISTOGRAM),
        ),
        either(11, "summary", Kind::Message(&SUMMARY)),
        Row {
            site: Site::MetricMetadata,
            ..many(12, "metadata", Kind::Message(&KEY_VALUE))
        },
    ],
);

pub(super) static GAUGE: Shape = Shape::new(
    "Gauge",
    &[many(1, "data_points", Kind::Message(&NUMBER_DATA_POINT))],
);

pub(super) static SUM: Shape = Shape::new(
    "Sum",
    &[
        many(1, "data_points", Kind::Message(&NUMBER_DATA_POINT)),
        row(2, "aggregation_temporality", Kind::Enum),
        row(3, "is_monotonic", Kind::Bool),
    ],
);

pub(super) static HISTOGRAM: Shape = Shape::new(
    "Histogram",
    &[
        many(1, "data_points", Kind::Message(&HISTOGRAM_DATA_POINT)),
        row(2, "aggregation_temporality", Kind::Enum),
    ],
);

pub(super) static EXPONENTIAL_HISTOGRAM: Shape = Shape::new(
    "ExponentialHistogram",
    &[
        many(
            1,
            "data_points",
            Kind::Message(&EXPONENTIAL_HISTOGRAM_DATA_POINT),
        ),
        row(2, "aggregation_temporality", Kind::Enum),
    ],
);

pub(super) static SUMMARY: Shape = Shape::new(
    "Summary",
    &[many(1, "data_points", Kind::Message(&SUMMARY_DATA_POINT))],
);

pub(super) static NUMBER_DATA_POINT: Shape = Shape::new(
    "NumberDataPoint",
    &[
        row(2, "start_time_unix_nano", Kind::Fixed64),
        row(3, "time_unix_nano", Kind::Fixed64),
        either(4, "as_double", Kind::Double),
        many(5, "exemplars", Kind::Message(&EXEMPLAR)),
        either(6, "as_int", Kind::Sfixed64),
        attributes(7, Site::PointAttribute),
        row(8, "flags", Kind::Uint32),
    ],
);

pub(super) static HISTOGRAM_DATA_POINT: Shape = Shape::new(
    "HistogramDataPoint",
    &[
        row(2, "start_time_unix_nano", Kind::Fixed64),
        row(3, "time_unix_nano", Kind::Fixed64),
        row(4, "count", Kind::Fixed64),
        maybe(5, "sum", Kind::Double),
        many(6, "bucket_counts", Kind::Fixed64),
        many(7, "explicit_bounds", Kind::Double),
        many(8, "exemplars", Kind::Message(&EXEMPLAR)),
        attributes(9, Site::PointAttribute),
        row(10, "flags", Kind::Uint32),
        maybe(11, "min", Kind::Double),
        maybe(12, "max", Kind::Double),
    ],
);

pub(super) static EXPONENTIAL_HISTOGRAM_DATA_POINT: Shape = Shape::new(
    "ExponentialHistogramDataPoint",
    &[
        attributes(1, Site::PointAttribute),
        row(2, "start_time_unix_nano", Kind::Fixed64),
        row(3, "time_unix_nano", Kind::Fixed64),
        row(4, "count", Kind::Fixed64),
        maybe(5, "sum", Kind::Double),
        row(6, "scale", Kind::Sint32),
        row(7, "zero_count", Kind::Fixed64),
        row(8, "positive", Kind::Message(&BUCKETS)),
        row(9, "negative", Kind::Message(&BUCKETS)),
        row(10, "flags", Kind::Uint32),
        many(11, "exemplars", Kind::Message(&EXEMPLAR)),
        maybe(12, "min", Kind::Double),
        maybe(13, "max", Kind::Double),
        row(14, "zero_threshold", Kind::Double),
    ],
);

pub(super) static BUCKETS: Shape = Shape::new(
    "ExponentialHistogramDataPoint.Buckets",
    &[
        row(1, "offset", Kind::Sint32),
        many(2, "bucket_counts", Kind::Uint64),
    ],
);

pub(super) static SUMMARY_DATA_POINT: Shape = Shape::new(
    "SummaryDataPoint",
    &[
        row(2, "start_time_unix_nano", Kind::Fixed64),
        row(3, "time_unix_nano", Kind::Fixed64),
        row(4, "count", Kind::Fixed64),
        row(5, "sum", Kind::Double),
        many(6, "quantile_values", Kind::Message(&VALUE_AT_QUANTILE)),
        attributes(7, Site::PointAttribute),
        row(8, "flags", Kind::Uint32),
    ],
);

pub(super) static VALUE_AT_QUANTILE: Shape = Shape::new(
    "SummaryDataPoint.ValueAtQuantile",
    &[
        row(1, "quantile", Kind::Double),
        row(2, "value", Kind::Double),
    ],
);

pub(super) static EXEMPLAR: Shape = Shape::new(
    "Exemplar",
    &[
        row(2, "time_unix_nano", Kind::Fixed64),
        either(3, "as_double", Kind::Double),
        row(4, "span_id", Kind::Ref(8)),
        row(5, "trace_id", Kind::Ref(16)),
        either(6, "as_int", Kind::Sfixed64),
        Row {
            name: "filtered_attributes",
            ..attributes(7, Site::ExemplarAttribute)
        },
    ],
);
