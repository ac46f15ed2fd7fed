//! The rules of OTLP/JSON, one by one.

use crate::otlp::{Data, Limits, ParseError, Parsed, Signal, Span, Telemetry, Value};

fn read(json: &str) -> Result<Parsed, ParseError> {
    Telemetry::parse_json(Signal::Traces, json.as_bytes(), &Limits::default())
}

/// A request of one span with these members beside its ids.
fn with(members: &str) -> String {
    let ids = r#""traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"eee19b7ec3c1b174""#;
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{ids}{comma}{members}}}]}}]}}]}}"#)
}

#[track_caller]
fn span(members: &str) -> Span {
    let Telemetry::Traces(mut batch) = read(&with(members)).unwrap().telemetry else {
        panic!()
    };
    batch.groups.remove(0).records.remove(0)
}

#[track_caller]
fn refused(members: &str, why: &str) {
    let error = read(&with(members)).unwrap_err().to_string();
    assert!(error.contains(why), "{error}");
}

#[track_caller]
fn attribute(value: &str, check: impl FnOnce(Value<'_>)) {
    let span = span(&format!(r#""attributes":[{{"key":"k","value":{value}}}]"#));
    check(span.attribute("k").unwrap());
}

#[test]
fn ids_are_hexadecimal_of_either_case() {
    let span = span(r#""parentSpanId":"","links":[{"traceId":"zz","spanId":"EEE19B7EC3C1B174"}]"#);
    assert_eq!(
        span.trace_id().to_string(),
        "5b8efff798038103d269b633813fc60c"
    );
    assert_eq!(span.parent_span_id(), None);
    let link = span.links().next().unwrap();
    assert_eq!(
        (link.trace_id(), link.span_id()),
        (None, Some(span.span_id()))
    );
    refused(
        r#""parentSpanId":"7uGbfsPBsXQ=""#,
        "parent_span_id is not 16 hexadecimal digits",
    );
    refused(r#""parentSpanId":"eee19b7ec3c1b1""#, "hexadecimal");
    refused(r#""parentSpanId":5"#, "hexadecimal");
}

#[test]
fn integers_are_strings_or_numbers_and_exact() {
    let ints = [
        ("\"9223372036854775807\"", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("9007199254740993", 9_007_199_254_740_993),
        ("0", 0),
    ];
    for (text, number) in ints {
        attribute(&format!(r#"{{"intValue":{text}}}"#), |value| {
            assert_eq!(value, Value::Int(number));
        });
    }
    for wrong in [
        "9223372036854775808",
        "\"12x\"",
        "\"+5\"",
        "\" 5\"",
        "\"\"",
        "1.0",
        "1e3",
        "true",
        "{}",
        "[]",
    ] {
        let value = format!(r#""attributes":[{{"key":"k","value":{{"intValue":{wrong}}}}}]"#);
        assert!(read(&with(&value)).is_err(), "{wrong}");
    }
    assert_eq!(
        span(r#""endTimeUnixNano":18446744073709551615"#).end_unix_nano(),
        u64::MAX
    );
    refused(
        r#""endTimeUnixNano":"18446744073709551616""#,
        "end_time_unix_nano is not an unsigned 64-bit",
    );
    refused(r#""endTimeUnixNano":-1"#, "unsigned");
    refused(
        r#""flags":4294967296"#,
        "flags is not an unsigned 32-bit integer",
    );
}

#[test]
fn enums_are_numbers_and_open() {
    assert_eq!(span(r#""kind":99"#).kind(), 99);
    assert_eq!(span(r#""kind":-1"#).kind(), -1);
    refused(
        r#""kind":"SPAN_KIND_SERVER""#,
        "kind is not an enum's number",
    );
    refused(r#""kind":{}"#, "kind is not an object");
}

#[test]
fn doubles_are_numbers_or_words() {
    let doubles = [
        ("1", 1.0),
        ("1.5e3", 1500.0),
        ("\"2.5\"", 2.5),
        ("\"-Infinity\"", f64::NEG_INFINITY),
        ("-0.0", -0.0),
        ("2.2250738585072011e-308", 2.225_073_858_507_201e-308),
    ];
    for (text, number) in doubles {
        attribute(&format!(r#"{{"doubleValue":{text}}}"#), |value| {
            assert_eq!(
                value.as_f64().unwrap().to_bits(),
                f64::to_bits(number),
                "{text}"
            );
        });
    }
    attribute(r#"{"doubleValue":"NaN"}"#, |value| {
        assert!(value.as_f64().unwrap().is_nan());
    });
    for wrong in [
        "\"inf\"",
        "\"nan\"",
        "\"+1\"",
        "\".5\"",
        "\"\"",
        "NaN",
        "1e999",
        "\"1e999\"",
        "01",
        "1.",
        "true",
    ] {
        let value = format!(r#""attributes":[{{"key":"k","value":{{"doubleValue":{wrong}}}}}]"#);
        assert!(read(&with(&value)).is_err(), "{wrong}");
    }
}

#[test]
fn bytes_are_base64_of_either_alphabet() {
    for text in ["+/8=", "+/8", "-_8=", "-_8"] {
        attribute(&format!(r#"{{"bytesValue":"{text}"}}"#), |value| {
            assert_eq!(value, Value::Bytes(&[0xfb, 0xff]));
        });
    }
    refused(
        r#""attributes":[{"key":"k","value":{"bytesValue":"a"}}]"#,
        "bytes_value is not base64",
    );
}

#[test]
fn null_is_the_default_everywhere_but_in_arrays() {
    let span = span(
        r#""name":null,"kind":null,"attributes":null,"events":null,"status":null,"flags":null"#,
    );
    assert_eq!(
        (span.name(), span.kind(), span.attributes().len()),
        ("", 0, 0)
    );
    assert!(
        read(r#"{"resourceSpans":null}"#)
            .unwrap()
            .telemetry
            .is_empty()
    );
    refused(r#""attributes":[null]"#, "null");
    attribute("null", |value| assert_eq!(value, Value::Empty));
    attribute("{}", |value| assert_eq!(value, Value::Empty));
    attribute(r#"{"stringValue":null,"intValue":"5"}"#, |value| {
        assert_eq!(value, Value::Int(5));
    });
}

#[test]
fn unknown_names_are_ignored_at_every_level() {
    let deep = "[".repeat(5000) + &"]".repeat(5000);
    let span = span(&format!(
        r#""start_time_unix_nano":"5","__proto__":{{"name":"x"}},"x":{deep},"name":"n""#
    ));
    assert_eq!((span.name(), span.start_unix_nano()), ("n", 0));
    let snake = r#"{"resource_spans":[{"scopeSpans":[]}],"extra":1.5e9}"#;
    assert!(read(snake).unwrap().telemetry.is_empty());
}

#[test]
fn of_several_members_with_one_name_the_last_counts() {
    let span = span(
        r#""name":"a","attributes":[{"key":"x"}],"name":"b","status":{"message":"m","code":2},
           "attributes":[{"key":"y"},{"key":"z"}],"status":{"code":1},"kind":3,"kind":null"#,
    );
    assert_eq!((span.name(), span.kind()), ("b", 0));
    assert_eq!(
        span.attributes()
            .iter()
            .map(|(key, _)| key)
            .collect::<Vec<_>>(),
        ["y", "z"]
    );
    assert_eq!((span.status().code, span.status().message), (1, ""));
    attribute(r#"{"intValue":"5","intValue":"6"}"#, |value| {
        assert_eq!(value, Value::Int(6));
    });
    refused(
        r#""attributes":[{"key":"k","value":{"intValue":"5","stringValue":"x"}}]"#,
        "AnyValue holds two of the values",
    );
}

#[test]
fn what_is_not_json_or_not_text_is_refused() {
    let good = with("");
    for bad in [
        "",
        " ",
        "null",
        "[]",
        "3",
        "true",
        "\"x\"",
        "{",
        "{}{}",
        "{},",
        "\u{feff}{}",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert!(read(&format!("{good}x")).is_err());
    for name in [r"\ud800", r"\udc00\ud800", "\u{1}"] {
        assert!(
            read(&with(&format!(r#""name":"{name}""#))).is_err(),
            "{name}"
        );
    }
    assert_eq!(span(r#""name":"\ud83e\udd80 \u00e9""#).name(), "🦀 é");
    let invalid = Telemetry::parse_json(Signal::Logs, b"{\"x\":\"\xff\"}", &Limits::default());
    assert!(invalid.unwrap_err().to_string().contains("at byte 6"));
}

#[test]
fn a_refusal_never_repeats_what_was_sent() {
    for members in [
        r#""status":"hunter2""#,
        r#""kind":"hunter2""#,
        r#""attributes":"hunter2""#,
        r#""attributes":["hunter2"]"#,
        r#""attributes":[{"key":"k","value":{"boolValue":"hunter2"}}]"#,
        r#""attributes":[{"key":"k","value":{"doubleValue":"hunter2"}}]"#,
        r#""parentSpanId":"hunter2""#,
        r#""links":[{"flags":"hunter2"}]"#,
    ] {
        let error = read(&with(members)).unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn values_nest_as_deeply_as_on_the_wire() {
    let nested = |depth: usize| {
        let open = r#"{"arrayValue":{"values":["#.repeat(depth);
        let close = "]}}".repeat(depth);
        with(&format!(
            r#""attributes":[{{"key":"k","value":{open}{{"intValue":"1"}}{close}}}]"#
        ))
    };
    let parsed = read(&nested(64)).unwrap().telemetry;
    assert_eq!(read(&parsed.to_json()).unwrap().telemetry.items(), 1);
    assert_eq!(read(&nested(65)).unwrap_err(), ParseError::TooDeep);
    assert_eq!(read(&nested(20_000)).unwrap_err(), ParseError::TooDeep);
}

#[test]
fn the_writer_spells_everything_canonically() {
    let json = with(
        r#""traceState":"a=b","flags":257,"name":"n\"\\\n","kind":1,"startTimeUnixNano":"18446744073709551615","attributes":[{"key":"s","value":{"stringValue":""}},{"key":"b","value":{"boolValue":false}},{"key":"i","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":"NaN"}},{"key":"e","value":{"doubleValue":1e300}},{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"},{}]}}},{"key":"m","value":{"kvlistValue":{"values":[{"key":"x","value":{"bytesValue":"+/8="}}]}}},{"key":"n"}],"events":[{"timeUnixNano":"5","name":"e"}],"status":{"code":2}"#,
    );
    let written = read(&json).unwrap().telemetry.to_json();
    assert_eq!(
        written,
        json.replace(
            "5B8EFFF798038103D269B633813FC60C",
            "5b8efff798038103d269b633813fc60c"
        )
    );
}

#[test]
fn every_kind_of_metric_survives() {
    let exemplar = r#"{"timeUnixNano":"7","asInt":"-3","spanId":"eee19b7ec3c1b174","traceId":"5b8efff798038103d269b633813fc60c","filteredAttributes":[{"key":"k","value":{"stringValue":"v"}}]}"#;
    let json = format!(
        r#"{{"resourceMetrics":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s"}}}}]}},"scopeMetrics":[{{"scope":{{"name":"l","version":"1"}},"metrics":[{{"name":"g","unit":"s","gauge":{{"dataPoints":[{{"timeUnixNano":"9","asDouble":0.0,"exemplars":[{exemplar}]}}]}}}},{{"name":"c","sum":{{"dataPoints":[{{"attributes":[{{"key":"k","value":{{"intValue":"1"}}}}],"startTimeUnixNano":"1","timeUnixNano":"9","asInt":"-9223372036854775808"}}],"aggregationTemporality":2,"isMonotonic":true}}}},{{"name":"h","histogram":{{"dataPoints":[{{"timeUnixNano":"9","count":"3","sum":4.5,"bucketCounts":["1","2"],"explicitBounds":[0.5],"min":0.0,"max":3.0}}],"aggregationTemporality":1}}}},{{"name":"x","exponentialHistogram":{{"dataPoints":[{{"timeUnixNano":"9","count":"6","scale":-2,"zeroCount":"1","positive":{{"offset":-3,"bucketCounts":["2","3"]}},"negative":{{}},"zeroThreshold":0.25}}],"aggregationTemporality":2}}}},{{"name":"q","summary":{{"dataPoints":[{{"timeUnixNano":"9","count":"2","sum":3.0,"quantileValues":[{{"quantile":0.5,"value":1.5}}]}}]}}}}]}}]}}]}}"#
    );
    let read = |json: &str| {
        Telemetry::parse_json(Signal::Metrics, json.as_bytes(), &Limits::default()).unwrap()
    };
    let parsed = read(&json);
    assert_eq!((parsed.telemetry.items(), parsed.rejected.items), (5, 0));
    // Members come in the order of the wire, which the order above follows.
    assert_eq!(parsed.telemetry.to_json(), json);
    let Telemetry::Metrics(batch) = parsed.telemetry else {
        panic!()
    };
    let metrics = &batch.groups[0].records;
    let Data::Histogram { points, .. } = metrics[2].data() else {
        panic!()
    };
    let point = points.iter().next().unwrap();
    assert_eq!(
        (point.bucket_counts(), point.explicit_bounds()),
        (vec![1, 2], vec![0.5])
    );
    assert_eq!(
        (point.count(), point.sum(), point.min(), point.max()),
        (3, Some(4.5), Some(0.0), Some(3.0))
    );
    let Data::ExpHistogram { points, .. } = metrics[3].data() else {
        panic!()
    };
    let point = points.iter().next().unwrap();
    assert_eq!(
        (
            point.scale(),
            point.positive().offset(),
            point.positive().counts()
        ),
        (-2, -3, vec![2, 3])
    );
    let Data::Summary(points) = metrics[4].data() else {
        panic!()
    };
    assert_eq!(points.iter().next().unwrap().quantiles(), [(0.5, 1.5)]);
}
