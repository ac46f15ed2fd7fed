//! The meter's numbers as one OTLP metrics request.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1 as proto;
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;

use super::{Definition, Exemplar, FamilyReading, Labels, Scale, SeriesReading, Value};

/// AGGREGATION_TEMPORALITY_CUMULATIVE.
const CUMULATIVE: i32 = proto::AggregationTemporality::Cumulative as i32;

pub(super) fn encode(
    families: &[FamilyReading],
    start_unix_nanos: u64,
    now_unix_nanos: u64,
    resource: &[(&str, &str)],
) -> Vec<u8> {
    let times = Times {
        start: start_unix_nanos,
        now: now_unix_nanos,
    };
    let metrics: Vec<_> = families
        .iter()
        .filter(|family| !family.series.is_empty())
        .map(|family| metric(family, times))
        .collect();
    if metrics.is_empty() {
        return Vec::new();
    }
    let scope = InstrumentationScope {
        name: env!("CARGO_PKG_NAME").into(),
        version: env!("CARGO_PKG_VERSION").into(),
        ..InstrumentationScope::default()
    };
    let attributes = resource
        .iter()
        .map(|(key, value)| text(key, value))
        .collect();
    ExportMetricsServiceRequest {
        resource_metrics: vec![proto::ResourceMetrics {
            resource: Some(Resource {
                attributes,
                ..Resource::default()
            }),
            scope_metrics: vec![proto::ScopeMetrics {
                scope: Some(scope),
                metrics,
                schema_url: String::new(),
            }],
            schema_url: String::new(),
        }],
    }
    .encode_to_vec()
}

#[derive(Clone, Copy)]
struct Times {
    start: u64,
    now: u64,
}

fn metric(family: &FamilyReading, times: Times) -> proto::Metric {
    let definition = &family.definition;
    proto::Metric {
        name: definition.name.clone(),
        description: definition.help.clone(),
        unit: definition.unit.clone(),
        metadata: Vec::new(),
        data: Some(data(family, times)),
    }
}

fn data(family: &FamilyReading, times: Times) -> proto::metric::Data {
    let definition = &*family.definition;
    let numbers = || {
        family
            .series
            .iter()
            .map(|series| number(definition, series, times))
            .collect()
    };
    match family.series.first().map(|series| &series.value) {
        Some(Value::Histogram { .. }) => proto::metric::Data::Histogram(proto::Histogram {
            data_points: family
                .series
                .iter()
                .map(|series| spread(definition, series, times))
                .collect(),
            aggregation_temporality: CUMULATIVE,
        }),
        Some(Value::Counter(_)) => proto::metric::Data::Sum(proto::Sum {
            data_points: numbers(),
            aggregation_temporality: CUMULATIVE,
            is_monotonic: true,
        }),
        _ => proto::metric::Data::Gauge(proto::Gauge {
            data_points: numbers(),
        }),
    }
}

fn number(definition: &Definition, series: &SeriesReading, times: Times) -> proto::NumberDataPoint {
    let (start, value) = match (&series.value, definition.scale) {
        (Value::Counter(units), Scale::One) => (
            times.start,
            proto::number_data_point::Value::AsInt(i64::try_from(*units).unwrap_or(i64::MAX)),
        ),
        (Value::Counter(units), scale) => (
            times.start,
            proto::number_data_point::Value::AsDouble(scale.value(*units)),
        ),
        (Value::Gauge(value), _) => (0, proto::number_data_point::Value::AsDouble(*value)),
        (Value::Histogram { .. }, _) => (0, proto::number_data_point::Value::AsInt(0)),
    };
    proto::NumberDataPoint {
        attributes: attributes(definition, &series.labels),
        start_time_unix_nano: start,
        time_unix_nano: times.now,
        exemplars: Vec::new(),
        flags: 0,
        value: Some(value),
    }
}

fn spread(
    definition: &Definition,
    series: &SeriesReading,
    times: Times,
) -> proto::HistogramDataPoint {
    let Value::Histogram {
        buckets,
        sum,
        exemplars,
    } = &series.value
    else {
        return proto::HistogramDataPoint::default();
    };
    proto::HistogramDataPoint {
        attributes: attributes(definition, &series.labels),
        start_time_unix_nano: times.start,
        time_unix_nano: times.now,
        count: buckets.iter().sum(),
        sum: Some(definition.scale.value(*sum)),
        bucket_counts: buckets.clone(),
        explicit_bounds: definition.bounds.clone(),
        exemplars: exemplars
            .iter()
            .flatten()
            .map(|one| exemplar(one, definition.scale))
            .collect(),
        flags: 0,
        min: None,
        max: None,
    }
}

fn exemplar(exemplar: &Exemplar, scale: Scale) -> proto::Exemplar {
    proto::Exemplar {
        filtered_attributes: Vec::new(),
        time_unix_nano: exemplar.unix_nanos,
        span_id: exemplar.span_id.to_vec(),
        trace_id: exemplar.trace_id.to_vec(),
        value: Some(proto::exemplar::Value::AsDouble(
            scale.value(exemplar.units),
        )),
    }
}

fn attributes(definition: &Definition, labels: &Labels) -> Vec<KeyValue> {
    match labels {
        Labels::Overflow => vec![KeyValue {
            key: "otel.metric.overflow".into(),
            value: Some(AnyValue {
                value: Some(Any::BoolValue(true)),
            }),
            ..KeyValue::default()
        }],
        Labels::Of(values) => definition
            .labels
            .iter()
            .zip(values.iter())
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| text(key, value))
            .collect(),
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue {
            value: Some(Any::StringValue(value.into())),
        }),
        ..KeyValue::default()
    }
}
