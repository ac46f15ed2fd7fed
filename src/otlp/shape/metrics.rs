//! The messages of metrics.

use super::common::{INSTRUMENTATION_SCOPE, KEY_VALUE, RESOURCE};
use super::{Kind, Row, Shape, Site, attributes, either, many, maybe, row, text};

pub(in crate::otlp) static METRICS_DATA: Shape = Shape::new(
    "MetricsData",
    &[many(
        1,
        "resource_metrics",
        Kind::Message(&RESOURCE_METRICS),
    )],
);

pub(in crate::otlp) static RESOURCE_METRICS: Shape = Shape::new(
    "ResourceMetrics",
    &[
        row(1, "resource", Kind::Message(&RESOURCE)),
        many(2, "scope_metrics", Kind::Message(&SCOPE_METRICS)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(in crate::otlp) static SCOPE_METRICS: Shape = Shape::new(
    "ScopeMetrics",
    &[
        row(1, "scope", Kind::Message(&INSTRUMENTATION_SCOPE)),
        many(2, "metrics", Kind::Message(&METRIC)),
        text(3, "schema_url", Site::SchemaUrl),
    ],
);

pub(in crate::otlp) static METRIC: Shape = Shape::new(
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

pub(in crate::otlp) static GAUGE: Shape = Shape::new(
    "Gauge",
    &[many(1, "data_points", Kind::Message(&NUMBER_DATA_POINT))],
);

pub(in crate::otlp) static SUM: Shape = Shape::new(
    "Sum",
    &[
        many(1, "data_points", Kind::Message(&NUMBER_DATA_POINT)),
        row(2, "aggregation_temporality", Kind::Enum),
        row(3, "is_monotonic", Kind::Bool),
    ],
);

pub(in crate::otlp) static HISTOGRAM: Shape = Shape::new(
    "Histogram",
    &[
        many(1, "data_points", Kind::Message(&HISTOGRAM_DATA_POINT)),
        row(2, "aggregation_temporality", Kind::Enum),
    ],
);

pub(in crate::otlp) static EXPONENTIAL_HISTOGRAM: Shape = Shape::new(
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

pub(in crate::otlp) static SUMMARY: Shape = Shape::new(
    "Summary",
    &[many(1, "data_points", Kind::Message(&SUMMARY_DATA_POINT))],
);

pub(in crate::otlp) static NUMBER_DATA_POINT: Shape = Shape::new(
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

pub(in crate::otlp) static HISTOGRAM_DATA_POINT: Shape = Shape::new(
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

pub(in crate::otlp) static EXPONENTIAL_HISTOGRAM_DATA_POINT: Shape = Shape::new(
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

pub(in crate::otlp) static BUCKETS: Shape = Shape::new(
    "ExponentialHistogramDataPoint.Buckets",
    &[
        row(1, "offset", Kind::Sint32),
        many(2, "bucket_counts", Kind::Uint64),
    ],
);

pub(in crate::otlp) static SUMMARY_DATA_POINT: Shape = Shape::new(
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

pub(in crate::otlp) static VALUE_AT_QUANTILE: Shape = Shape::new(
    "SummaryDataPoint.ValueAtQuantile",
    &[
        row(1, "quantile", Kind::Double),
        row(2, "value", Kind::Double),
    ],
);

pub(in crate::otlp) static EXEMPLAR: Shape = Shape::new(
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
