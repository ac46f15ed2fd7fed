//! A strict OTLP/JSON reader: every key known, every value in the one form the specification names.
//!
//! Source: OTLP specification 1.x, "JSON Protobuf Encoding": ids as lowercase hex, enumerations as
//! integers, 64-bit integers as decimal strings, bytes as base64, keys in lowerCamelCase.

use serde_json::{Map, Value};

/// How a field is written.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Flag,
    /// Hex of that many bytes; empty where the field is optional.
    Hex(usize),
    /// A 64-bit integer in a string.
    Long,
    /// A 32-bit integer.
    Int,
    /// A number, or one of the three names JSON has no number for.
    Real,
    /// Base64.
    Bytes,
    One(&'static str),
    Many(&'static Form),
}

use Form::{Bytes, Flag, Hex, Int, Long, Many, One, Real, Text};

const LONGS: Form = Many(&Long);
const REALS: Form = Many(&Real);
const ATTRIBUTES: (&str, Form) = ("attributes", Many(&One("KeyValue")));
const DROPPED: (&str, Form) = ("droppedAttributesCount", Int);
const SCHEMA: (&str, Form) = ("schemaUrl", Text);
const START: (&str, Form) = ("startTimeUnixNano", Long);
const TIME: (&str, Form) = ("timeUnixNano", Long);
const FLAGS: (&str, Form) = ("flags", Int);
const EXEMPLARS: (&str, Form) = ("exemplars", Many(&One("Exemplar")));
const TRACE: (&str, Form) = ("traceId", Hex(16));
const SPAN: (&str, Form) = ("spanId", Hex(8));
const TEMPORALITY: (&str, Form) = ("aggregationTemporality", Int);

/// The messages of OTLP, by name.
const SHAPES: &[(&str, &[(&str, Form)])] = &[
    (
        "TracesData",
        &[("resourceSpans", Many(&One("ResourceSpans")))],
    ),
    ("LogsData", &[("resourceLogs", Many(&One("ResourceLogs")))]),
    (
        "MetricsData",
        &[("resourceMetrics", Many(&One("ResourceMetrics")))],
    ),
    (
        "ResourceSpans",
        &[
            ("resource", One("Resource")),
            ("scopeSpans", Many(&One("ScopeSpans"))),
            SCHEMA,
        ],
    ),
    (
        "ResourceLogs",
        &[
            ("resource", One("Resource")),
            ("scopeLogs", Many(&One("ScopeLogs"))),
            SCHEMA,
        ],
    ),
    (
        "ResourceMetrics",
        &[
            ("resource", One("Resource")),
            ("scopeMetrics", Many(&One("ScopeMetrics"))),
            SCHEMA,
        ],
    ),
    (
        "Resource",
        &[ATTRIBUTES, DROPPED, ("entityRefs", Many(&One("EntityRef")))],
    ),
    (
        "EntityRef",
        &[
            SCHEMA,
            ("type", Text),
            ("idKeys", Many(&Text)),
            ("descriptionKeys", Many(&Text)),
        ],
    ),
    (
        "ScopeSpans",
        &[
            ("scope", One("Scope")),
            ("spans", Many(&One("Span"))),
            SCHEMA,
        ],
    ),
    (
        "ScopeLogs",
        &[
            ("scope", One("Scope")),
            ("logRecords", Many(&One("LogRecord"))),
            SCHEMA,
        ],
    ),
    (
        "ScopeMetrics",
        &[
            ("scope", One("Scope")),
            ("metrics", Many(&One("Metric"))),
            SCHEMA,
        ],
    ),
    (
        "Scope",
        &[("name", Text), ("version", Text), ATTRIBUTES, DROPPED],
    ),
    ("KeyValue", &[("key", Text), ("value", One("AnyValue"))]),
    (
        "AnyValue",
        &[
            ("stringValue", Text),
            ("boolValue", Flag),
            ("intValue", Long),
            ("doubleValue", Real),
            ("bytesValue", Bytes),
            ("arrayValue", One("ArrayValue")),
            ("kvlistValue", One("KeyValueList")),
        ],
    ),
    ("ArrayValue", &[("values", Many(&One("AnyValue")))]),
    ("KeyValueList", &[("values", Many(&One("KeyValue")))]),
    (
        "Span",
        &[
            TRACE,
            SPAN,
            ("traceState", Text),
            ("parentSpanId", Hex(8)),
            FLAGS,
            ("name", Text),
            ("kind", Int),
            START,
            ("endTimeUnixNano", Long),
            ATTRIBUTES,
            DROPPED,
            ("events", Many(&One("Event"))),
            ("droppedEventsCount", Int),
            ("links", Many(&One("Link"))),
            ("droppedLinksCount", Int),
            ("status", One("Status")),
        ],
    ),
    ("Event", &[TIME, ("name", Text), ATTRIBUTES, DROPPED]),
    (
        "Link",
        &[
            TRACE,
            SPAN,
            ("traceState", Text),
            ATTRIBUTES,
            DROPPED,
            FLAGS,
        ],
    ),
    ("Status", &[("message", Text), ("code", Int)]),
    (
        "LogRecord",
        &[
            TIME,
            ("observedTimeUnixNano", Long),
            ("severityNumber", Int),
            ("severityText", Text),
            ("body", One("AnyValue")),
            ATTRIBUTES,
            DROPPED,
            FLAGS,
            TRACE,
            SPAN,
            ("eventName", Text),
        ],
    ),
    (
        "Metric",
        &[
            ("name", Text),
            ("description", Text),
            ("unit", Text),
            ("gauge", One("Gauge")),
            ("sum", One("Sum")),
            ("histogram", One("Histogram")),
            ("exponentialHistogram", One("ExponentialHistogram")),
            ("summary", One("Summary")),
            ("metadata", Many(&One("KeyValue"))),
        ],
    ),
    ("Gauge", &[("dataPoints", Many(&One("NumberPoint")))]),
    (
        "Sum",
        &[
            ("dataPoints", Many(&One("NumberPoint"))),
            TEMPORALITY,
            ("isMonotonic", Flag),
        ],
    ),
    (
        "Histogram",
        &[("dataPoints", Many(&One("HistogramPoint"))), TEMPORALITY],
    ),
    (
        "ExponentialHistogram",
        &[("dataPoints", Many(&One("ExponentialPoint"))), TEMPORALITY],
    ),
    ("Summary", &[("dataPoints", Many(&One("SummaryPoint")))]),
    (
        "NumberPoint",
        &[
            ATTRIBUTES,
            START,
            TIME,
            ("asDouble", Real),
            ("asInt", Long),
            EXEMPLARS,
            FLAGS,
        ],
    ),
    (
        "HistogramPoint",
        &[
            ATTRIBUTES,
            START,
            TIME,
            ("count", Long),
            ("sum", Real),
            ("bucketCounts", LONGS),
            ("explicitBounds", REALS),
            EXEMPLARS,
            FLAGS,
            ("min", Real),
            ("max", Real),
        ],
    ),
    (
        "ExponentialPoint",
        &[
            ATTRIBUTES,
            START,
            TIME,
            ("count", Long),
            ("sum", Real),
            ("scale", Int),
            ("zeroCount", Long),
            ("positive", One("Buckets")),
            ("negative", One("Buckets")),
            FLAGS,
            EXEMPLARS,
            ("min", Real),
            ("max", Real),
            ("zeroThreshold", Real),
        ],
    ),
    ("Buckets", &[("offset", Int), ("bucketCounts", LONGS)]),
    (
        "SummaryPoint",
        &[
            ATTRIBUTES,
            START,
            TIME,
            ("count", Long),
            ("sum", Real),
            ("quantileValues", Many(&One("Quantile"))),
            FLAGS,
        ],
    ),
    ("Quantile", &[("quantile", Real), ("value", Real)]),
    (
        "Exemplar",
        &[
            ("filteredAttributes", Many(&One("KeyValue"))),
            TIME,
            ("asDouble", Real),
            ("asInt", Long),
            SPAN,
            TRACE,
        ],
    ),
];

/// An item of the file: a span, log record or metric with what stands around it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// `span`, `log` or `metric`.
    pub(crate) kind: &'static str,
    /// The item as JSON.
    pub(crate) json: Value,
    /// Attributes of its resource.
    pub(crate) resource: Map<String, Value>,
    /// Name of its scope.
    pub(crate) scope: String,
}

/// Items of a file of OTLP/JSON lines, each line read strictly.
#[track_caller]
pub(crate) fn items(text: &str) -> Vec<Item> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let json: Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("line {} is not JSON: {error}", index + 1));
        let request = LINES.iter().find(|(_, key, ..)| json.get(key).is_some());
        let (message, key, scopes, records, kind) = *request
            .unwrap_or_else(|| panic!("line {} is no OTLP request: {line:.200}", index + 1));
        if let Err(fault) = read(&json, One(message), message) {
            panic!("line {}: {fault}", index + 1);
        }
        for group in list(&json[key]) {
            for scope in list(&group[scopes]) {
                found.extend(list(&scope[records]).iter().map(|json| {
                    Item {
                        kind,
                        json: json.clone(),
                        resource: attributes(&group["resource"]),
                        scope: scope["scope"]["name"]
                            .as_str()
                            .unwrap_or_default()
                            .to_owned(),
                    }
                }));
            }
        }
    }
    found
}

/// The message of a line, its first key, the keys below it, and what its items are.
const LINES: &[(&str, &str, &str, &str, &str)] = &[
    ("TracesData", "resourceSpans", "scopeSpans", "spans", "span"),
    ("LogsData", "resourceLogs", "scopeLogs", "logRecords", "log"),
    (
        "MetricsData",
        "resourceMetrics",
        "scopeMetrics",
        "metrics",
        "metric",
    ),
];

impl Item {
    /// Its own attributes, plain: text as text, integers as numbers.
    pub(crate) fn attributes(&self) -> Map<String, Value> {
        attributes(&self.json)
    }

    /// A text field, or "".
    pub(crate) fn text(&self, key: &str) -> &str {
        self.json[key].as_str().unwrap_or_default()
    }

    /// Data points of a metric.
    pub(crate) fn points(&self) -> &[Value] {
        let kinds = [
            "gauge",
            "sum",
            "histogram",
            "exponentialHistogram",
            "summary",
        ];
        kinds
            .iter()
            .find_map(|kind| self.json.get(kind))
            .map_or(&[], |data| list(&data["dataPoints"]))
    }
}

/// Attributes of a message, plain: text as text, integers as numbers.
pub(crate) fn attributes(message: &Value) -> Map<String, Value> {
    let plain = |value: &Value| match value.as_object().and_then(|value| value.iter().next()) {
        Some((form, long)) if form == "intValue" => long
            .as_str()
            .and_then(|text| text.parse::<i64>().ok())
            .into(),
        Some((_, value)) => value.clone(),
        None => Value::Null,
    };
    let pairs = list(&message["attributes"]).iter();
    pairs
        .map(|pair| {
            (
                pair["key"].as_str().unwrap_or_default().to_owned(),
                plain(&pair["value"]),
            )
        })
        .collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn read(json: &Value, form: Form, at: &str) -> Result<(), String> {
    let fits = match form {
        Text => json.is_string(),
        Flag => json.is_boolean(),
        Hex(bytes) => json.as_str().is_some_and(|text| is_hex(text, bytes)),
        Long => json
            .as_str()
            .is_some_and(|text| text.parse::<i128>().is_ok()),
        Int => json
            .as_i64()
            .is_some_and(|n| i32::try_from(n).is_ok() || u32::try_from(n).is_ok()),
        Real => json.is_number() || matches!(json.as_str(), Some("NaN" | "Infinity" | "-Infinity")),
        Bytes => json.as_str().is_some_and(is_base64),
        One(message) => return read_message(json, message, at),
        Many(form) => {
            let Some(values) = json.as_array() else {
                return Err(format!("{at}: not a list"));
            };
            return values
                .iter()
                .enumerate()
                .try_for_each(|(n, v)| read(v, *form, &format!("{at}[{n}]")));
        }
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{at}: {json} is in the wrong form"))
    }
}

fn read_message(json: &Value, message: &str, at: &str) -> Result<(), String> {
    let Some(fields) = json.as_object() else {
        return Err(format!("{at}: not an object"));
    };
    let (_, shape) = SHAPES
        .iter()
        .find(|(name, _)| *name == message)
        .ok_or("no such shape")?;
    if message == "AnyValue" && fields.len() > 1 {
        return Err(format!("{at}: a value of two kinds: {json}"));
    }
    for (key, value) in fields {
        let Some((_, form)) = shape.iter().find(|(name, _)| name == key) else {
            return Err(format!("{at}.{key}: {message} has no such field"));
        };
        read(value, *form, &format!("{at}.{key}"))?;
    }
    Ok(())
}

fn is_hex(text: &str, bytes: usize) -> bool {
    let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    digits && (text.is_empty() || text.len() == 2 * bytes)
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

#[test]
fn what_is_not_strict_is_refused() {
    let check = |json: &str, fault: &str| {
        let json = serde_json::from_str(json).unwrap();
        let said = read(&json, One("TracesData"), "").err().unwrap_or_default();
        assert!(
            said.contains(fault) && said.is_empty() == fault.is_empty(),
            "{json}: {said}"
        );
    };
    let span = |field: &str| {
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{field}}}]}}]}}]}}"#)
    };
    check(
        &span(r#""traceId":"0af7651916cd43dd8448eb211c80319c","kind":3,"startTimeUnixNano":"17""#),
        "",
    );
    check(
        &span(r#""traceId":"0AF7651916CD43DD8448EB211C80319C""#),
        "traceId",
    );
    check(&span(r#""spanId":"b7ad""#), "spanId");
    check(&span(r#""kind":"SPAN_KIND_CLIENT""#), "kind");
    check(&span(r#""startTimeUnixNano":17"#), "startTimeUnixNano");
    check(&span(r#""start_time_unix_nano":"17""#), "no such field");
    check(
        &span(r#""attributes":[{"key":"a","value":{"intValue":7}}]"#),
        "intValue",
    );
    check(
        &span(r#""attributes":[{"key":"a","value":{"intValue":"7","boolValue":true}}]"#),
        "two kinds",
    );
}
