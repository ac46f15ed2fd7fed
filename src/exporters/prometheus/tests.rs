//! What scrapers see: right names, right numbers, valid text whatever was sent, and bounded.

mod names;
mod own;
mod strict;

use std::time::Duration as Time;

use http::HeaderMap;
use strict::Sample;

use super::reading::Spread;
use super::text::Format;
use super::*;
use crate::component::{Batch, Reason};
use crate::otlp::{Limits as Door, Signal};

fn desk(limits: Limits) -> Desk {
    let meter = Arc::new(Meter::default());
    Desk {
        extras: Extras {
            scope_labels: true,
            target_info: true,
            resource_labels: Vec::new(),
            shown_meter: Some(meter.instance().to_owned()),
        },
        legacy_names: true,
        meter: Some(meter),
        expiry: Duration::from_secs(300),
        clock: Clock::start(),
        store: Mutex::new(Store::new(limits)),
    }
}

fn roomy() -> Desk {
    desk(Limits {
        per_family: 1_000,
        total: 10_000,
    })
}

fn request(json: &str) -> Request {
    let parsed = Telemetry::parse_json(Signal::Metrics, json.as_bytes(), &Door::default());
    let batch = Batch::unpaid(parsed.expect("valid OTLP/JSON").telemetry);
    Request {
        signal: Signal::Metrics,
        parts: vec![Arc::new(batch)],
    }
}

/// A request of one scope with these metrics.
fn metrics(metrics: &str) -> Request {
    request(&format!(
        r#"{{"resourceMetrics":[{{"resource":{{"attributes":[
            {{"key":"service.name","value":{{"stringValue":"shop"}}}}]}},
            "scopeMetrics":[{{"metrics":[{metrics}]}}]}}]}}"#
    ))
}

fn sum(name: &str, temporality: u8, monotonic: bool, points: &str) -> Request {
    metrics(&format!(
        r#"{{"name":"{name}","sum":{{"aggregationTemporality":{temporality},"isMonotonic":{monotonic},"dataPoints":[{points}]}}}}"#
    ))
}

fn at(time: u64, value: i64, attributes: &[(&str, &str)]) -> String {
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(key, value)| {
            let (key, value) = (
                serde_json::Value::from(*key),
                serde_json::Value::from(*value),
            );
            format!(r#"{{"key":{key},"value":{{"stringValue":{value}}}}}"#)
        })
        .collect();
    format!(
        r#"{{"timeUnixNano":"{time}","asInt":"{value}","attributes":[{}]}}"#,
        attributes.join(",")
    )
}

/// Both formats must be valid; the samples of the older one.
#[track_caller]
fn samples(desk: &Desk) -> Vec<Sample> {
    strict::read(&page::write(desk, Format::OpenMetrics), Format::OpenMetrics);
    strict::read(&page::write(desk, Format::Prometheus), Format::Prometheus)
}

#[track_caller]
fn value(desk: &Desk, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let found: Vec<_> = samples(desk)
        .into_iter()
        .filter(|sample| sample.name == name)
        .filter(|sample| {
            labels
                .iter()
                .all(|(key, value)| sample.labels.get(*key).map(String::as_str) == Some(value))
        })
        .collect();
    assert!(found.len() <= 1, "{found:?}");
    found.first().map(|sample| sample.value)
}

fn lost(fates: &Fates) -> Vec<(Fate, u64)> {
    fates
        .iter()
        .filter(|(fate, _)| **fate != Fate::Taken)
        .map(|(fate, n)| (*fate, *n))
        .collect()
}

#[test]
fn cumulative_sums_are_counters_or_gauges() {
    let desk = roomy();
    desk.take(&sum("requests", 2, true, &at(1, 7, &[("route", "/a")])));
    desk.take(&sum("depth", 2, false, &at(1, -3, &[])));
    assert_eq!(
        Some(7.0),
        value(&desk, "requests_total", &[("route", "/a"), ("job", "shop")])
    );
    assert_eq!(Some(-3.0), value(&desk, "depth", &[("job", "shop")]));
    desk.take(&sum("requests", 2, true, &at(2, 2, &[("route", "/a")])));
    assert_eq!(
        Some(2.0),
        value(&desk, "requests_total", &[]),
        "a restart is for rate() to see"
    );
}

#[test]
fn deltas_become_cumulative_and_falling_ones_are_refused() {
    let desk = roomy();
    for time in 1..=3 {
        assert_eq!(
            0,
            lost(&desk.take(&sum("requests", 1, true, &at(time, 5, &[])))).len()
        );
    }
    assert_eq!(Some(15.0), value(&desk, "requests_total", &[]));
    let fates = desk.take(&sum("depth", 1, false, &at(1, -3, &[])));
    assert_eq!(vec![(Fate::Unsupported, 1)], lost(&fates));
}

#[test]
fn late_points_and_repeated_deltas_are_dropped_and_counted() {
    let desk = roomy();
    let check = |temporality: u8, name: &str, time: u64, amount: i64, late: bool| {
        let fates = desk.take(&sum(name, temporality, true, &at(time, amount, &[])));
        let expected = if late {
            vec![(Fate::OutOfOrder, 1)]
        } else {
            vec![]
        };
        assert_eq!(expected, lost(&fates), "{name} at {time}");
    };
    check(1, "delta", 10, 5, false);
    check(1, "delta", 10, 1, true);
    check(1, "delta", 9, 1, true);
    check(2, "whole", 10, 5, false);
    check(2, "whole", 9, 1, true);
    check(2, "whole", 10, 6, false);
    assert_eq!(Some(5.0), value(&desk, "delta_total", &[]));
    assert_eq!(Some(6.0), value(&desk, "whole_total", &[]));
}

#[test]
fn large_counts_stay_exact() {
    let desk = roomy();
    desk.take(&sum("big", 1, true, &at(1, 9_007_199_254_740_993, &[])));
    desk.take(&sum("big", 1, true, &at(2, i64::MAX, &[])));
    let text = page::write(&desk, Format::Prometheus);
    assert!(text.contains(&format!(" {}\n", i64::MAX)), "{text}");
    let fates = desk.take(&sum("fall", 2, true, &at(1, -1, &[])));
    assert_eq!(
        vec![(Fate::Invalid, 1)],
        lost(&fates),
        "a counter is never negative"
    );
}

#[test]
fn strange_doubles_are_spelled() {
    let check = |number: f64, text: &str| {
        assert_eq!(text, reading::double(number));
        if number.is_finite() {
            assert_eq!(Ok(number), reading::double(number).parse());
        }
    };
    check(f64::NAN, "NaN");
    check(f64::INFINITY, "+Inf");
    check(f64::NEG_INFINITY, "-Inf");
    check(0.1, "0.1");
    check(1.0, "1");
    check(-0.0, "-0");
    check(1e300, "1e300");
    check(5e-324, "5e-324");
    check(1e15, "1000000000000000");
}

const SPREAD: &str = r#"{"name":"lat","unit":"ms","description":"d","histogram":{"aggregationTemporality":TEMP,"dataPoints":[
  {"timeUnixNano":"TIME","count":"6","sum":21.5,"bucketCounts":["1","2","3"],"explicitBounds":[5,10],
   "exemplars":[{"timeUnixNano":"1700000000123000000","asDouble":7.5,"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331"},
                {"timeUnixNano":"5","asDouble":1.0}]}]}}"#;

fn spread(temporality: u8, time: u64) -> Request {
    metrics(
        &SPREAD
            .replace("TEMP", &temporality.to_string())
            .replace("TIME", &time.to_string()),
    )
}

#[test]
fn histograms_have_cumulative_buckets() {
    let desk = roomy();
    desk.take(&spread(2, 1));
    let bucket = |le: &str| {
        value(
            &desk,
            "lat_milliseconds_bucket",
            &[("le", le), ("job", "shop")],
        )
    };
    assert_eq!(
        [Some(1.0), Some(3.0), Some(6.0)],
        [bucket("5"), bucket("10"), bucket("+Inf")]
    );
    assert_eq!(Some(21.5), value(&desk, "lat_milliseconds_sum", &[]));
    assert_eq!(Some(6.0), value(&desk, "lat_milliseconds_count", &[]));
}

#[test]
fn delta_histograms_add_up() {
    let desk = roomy();
    for time in 1..=3 {
        desk.take(&spread(1, time));
    }
    assert_eq!(
        Some(9.0),
        value(&desk, "lat_milliseconds_bucket", &[("le", "10")])
    );
    assert_eq!(Some(64.5), value(&desk, "lat_milliseconds_sum", &[]));
}

#[test]
fn exemplars_are_shown_to_those_who_can_read_them() {
    let desk = roomy();
    desk.take(&spread(2, 1));
    let open = strict::read(
        &page::write(&desk, Format::OpenMetrics),
        Format::OpenMetrics,
    );
    let shown: Vec<_> = open
        .iter()
        .filter_map(|sample| sample.exemplar.as_deref())
        .collect();
    let expected = r#"{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 7.5 1700000000.123"#;
    assert_eq!(vec![expected], shown);
    desk.take(&metrics(
        r#"{"name":"lat","unit":"ms","histogram":{"aggregationTemporality":2,"dataPoints":[
        {"timeUnixNano":"9","count":"7","sum":1,"bucketCounts":["1","3","3"],"explicitBounds":[5,10]}]}}"#,
    ));
    assert!(
        page::write(&desk, Format::OpenMetrics).contains(expected),
        "kept until a newer one comes"
    );
    assert!(!page::write(&desk, Format::Prometheus).contains("trace_id"));
}

#[test]
fn broken_histograms_are_refused() {
    let check = |bounds: &[f64], counts: &[u64], fine: bool| {
        let spread = Spread::checked(bounds.to_vec(), counts.to_vec(), 3, None);
        assert_eq!(fine, spread.is_some(), "{bounds:?} {counts:?}");
    };
    check(&[1.0, 2.0], &[1, 1, 1], true);
    check(&[1.0, f64::INFINITY], &[1, 1, 1], true);
    check(&[], &[3], true);
    check(&[], &[], true);
    check(&[1.0], &[], true);
    check(&[1.0, 2.0], &[1, 2], false);
    check(&[2.0, 1.0], &[1, 1, 1], false);
    check(&[1.0, 1.0], &[1, 1, 1], false);
    check(&[f64::NAN], &[1, 1], false);
    check(&[f64::NEG_INFINITY], &[1, 1], false);
}

const EXPONENTIAL: &str = r#"{"name":"e","unit":"s","exponentialHistogram":{"aggregationTemporality":TEMP,"dataPoints":[
  {"timeUnixNano":"TIME","count":"COUNT","sum":10,"scale":SCALE,"zeroCount":"2",
   "positive":{"offset":POS},"negative":{"offset":0,"bucketCounts":["1"]}}]}}"#;

fn exponential(temporality: u8, time: u64, scale: i32, positive: &str) -> Request {
    let json = EXPONENTIAL
        .replace("TEMP", &temporality.to_string())
        .replace("TIME", &time.to_string());
    metrics(
        &json
            .replace("SCALE", &scale.to_string())
            .replace("COUNT", "9")
            .replace("POS", positive),
    )
}

#[test]
fn exponential_histograms_are_shown_as_buckets() {
    let desk = roomy();
    // Base 2: (1,2] holds 1, (2,4] 2, (4,8] 3.
    desk.take(&exponential(2, 1, 0, r#"0,"bucketCounts":["1","2","3"]"#));
    let bucket = |le: &str| value(&desk, "e_seconds_bucket", &[("le", le)]);
    let shown = ["-2", "-1", "0", "1", "2", "4", "8", "+Inf"].map(bucket);
    assert_eq!([0.0, 1.0, 3.0, 3.0, 4.0, 6.0, 9.0, 9.0].map(Some), shown);
    assert_eq!(Some(9.0), value(&desk, "e_seconds_count", &[]));
}

#[test]
fn exponential_deltas_meet_at_the_coarser_scale() {
    let desk = roomy();
    desk.take(&exponential(1, 1, 1, r#"0,"bucketCounts":["1","2","3"]"#));
    desk.take(&exponential(1, 2, 0, r#"0,"bucketCounts":["10"]"#));
    // At scale 0 the first becomes (1,2] 3, (2,4] 3.
    let bucket = |le: &str| value(&desk, "e_seconds_bucket", &[("le", le)]);
    assert_eq!(
        [Some(6.0), Some(19.0), Some(22.0)],
        [bucket("1"), bucket("2"), bucket("4")]
    );
    // A finer report later does not bring finer boundaries back.
    desk.take(&exponential(2, 3, 3, r#"0,"bucketCounts":["1"]"#));
    assert_eq!(Some(4.0), bucket("2"));
}

#[test]
fn extreme_exponential_histograms_stay_small_and_valid() {
    let desk = roomy();
    let wide = format!(
        r#"-2147483648,"bucketCounts":[{}]"#,
        vec!["\"1\""; 500].join(",")
    );
    for (time, scale, positive) in [
        (1, 20, r#"2147483000,"bucketCounts":["1","1"]"#),
        (2, -10, r#"2147483000,"bucketCounts":["1","1"]"#),
        (3, 20, wide.as_str()),
        (4, -10, wide.as_str()),
    ] {
        let fates = desk.take(&exponential(1, time, scale, positive));
        assert_eq!(0, lost(&fates).len(), "scale {scale}");
        let buckets = samples(&desk)
            .iter()
            .filter(|sample| sample.name == "e_seconds_bucket")
            .count();
        assert!(buckets < 90, "{buckets} buckets");
    }
    let fates = desk.take(&exponential(
        1,
        9,
        2_000_000_000,
        r#"0,"bucketCounts":["1"]"#,
    ));
    assert_eq!(vec![(Fate::Invalid, 1)], lost(&fates));
}

#[test]
fn summaries_show_their_quantiles() {
    let desk = roomy();
    desk.take(&metrics(
        r#"{"name":"s","summary":{"dataPoints":[{"timeUnixNano":"1","count":"4","sum":8.5,
        "quantileValues":[{"quantile":0.99,"value":3},{"quantile":0.5,"value":2},{"quantile":0.5,"value":7}],
        "attributes":[{"key":"quantile","value":{"stringValue":"mine"}}]}]}}"#,
    ));
    assert_eq!(
        Some(2.0),
        value(
            &desk,
            "s",
            &[("quantile", "0.5"), ("exported_quantile", "mine")]
        )
    );
    assert_eq!(Some(4.0), value(&desk, "s_count", &[]));
}

#[test]
fn hostile_names_and_values_stay_inside_their_quotes() {
    let desk = roomy();
    let evil = "x\"} 1\nfake_metric{a=\"\\\n# TYPE fake counter\nfake 1\r\u{0}\u{1b}[2J";
    desk.take(&sum(
        "a",
        2,
        true,
        &at(
            1,
            1,
            &[
                (evil, evil),
                ("le", evil),
                ("__name__", evil),
                ("job", "forged"),
            ],
        ),
    ));
    let named = serde_json::Value::from(evil);
    desk.take(&metrics(&format!(
        r#"{{"name":{named},"unit":{named},"description":{named},"gauge":{{"dataPoints":[{}]}}}}"#,
        at(1, 1, &[("k", "v")])
    )));
    desk.take(&request(&format!(
        r#"{{"resourceMetrics":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":{named}}}}},
        {{"key":{named},"value":{{"stringValue":{named}}}}}]}},
        "scopeMetrics":[{{"scope":{{"name":{named},"version":{named},"attributes":[{{"key":{named},"value":{{"stringValue":{named}}}}},
        {{"key":"name","value":{{"stringValue":"forged"}}}}]}},"metrics":[{{"name":"b","gauge":{{"dataPoints":[{}]}}}}]}}]}}]}}"#,
        at(1, 1, &[])
    )));
    let samples = samples(&desk);
    assert!(
        samples
            .iter()
            .all(|sample| !sample.name.starts_with("fake")),
        "{samples:?}"
    );
    let counter = samples
        .iter()
        .find(|sample| sample.name == "a_total")
        .expect("shown");
    assert_eq!(Some("shop"), counter.labels.get("job").map(String::as_str));
    assert_eq!(
        Some("forged"),
        counter.labels.get("exported_job").map(String::as_str)
    );
    assert_eq!(
        Some(evil),
        counter.labels.get("le").map(String::as_str),
        "escaped and whole"
    );
    let scoped = samples
        .iter()
        .find(|sample| sample.name == "b")
        .expect("shown");
    assert_eq!(
        Some(evil),
        scoped.labels.get("otel_scope_name").map(String::as_str)
    );
}

#[test]
fn keys_that_become_one_label_join_their_values() {
    let desk = roomy();
    desk.take(&sum("c", 2, true, &at(1, 1, &[("a_b", "2"), ("a.b", "1")])));
    assert_eq!(Some(1.0), value(&desk, "c_total", &[("a_b", "1;2")]));
}

#[test]
fn values_that_are_not_text_are_written_as_json() {
    let desk = roomy();
    desk.take(&metrics(
        r#"{"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"1","asDouble":0.5,"attributes":[
        {"key":"b","value":{"boolValue":true}},{"key":"i","value":{"intValue":"-3"}},{"key":"d","value":{"doubleValue":0.5}},
        {"key":"y","value":{"bytesValue":"AQI="}},{"key":"empty","value":{}},
        {"key":"l","value":{"arrayValue":{"values":[{"stringValue":"q\"q"},{"intValue":"1"}]}}},
        {"key":"m","value":{"kvlistValue":{"values":[{"key":"k","value":{"boolValue":false}}]}}}]}]}}"#,
    ));
    let labels = &samples(&desk)
        .iter()
        .find(|sample| sample.name == "g")
        .expect("shown")
        .labels
        .clone();
    let shown: Vec<_> = ["b", "i", "d", "y", "l", "m"]
        .iter()
        .map(|key| labels[*key].as_str())
        .collect();
    assert_eq!(
        vec![
            "true",
            "-3",
            "0.5",
            "AQI=",
            r#"["q\"q",1]"#,
            r#"{"k":false}"#
        ],
        shown
    );
    assert!(!labels.contains_key("empty"));
}

#[test]
fn one_name_means_one_thing() {
    let desk = roomy();
    desk.take(&sum("x", 2, true, &at(1, 1, &[])));
    let check = |clash: Request, what: &str| {
        assert_eq!(
            vec![(Fate::Conflict, 1)],
            lost(&desk.take(&clash)),
            "{what}"
        );
        samples(&desk);
    };
    check(
        sum("x", 2, false, &at(2, 1, &[])),
        "a gauge of the counter's name",
    );
    check(
        sum("x_total", 2, false, &at(2, 1, &[])),
        "a gauge that spells the counter's sample",
    );
    desk.take(&spread(2, 1));
    let gauge = |name: &str| sum(name, 2, false, &at(2, 1, &[]));
    check(
        gauge("lat_milliseconds_bucket"),
        "a gauge that spells a bucket",
    );
    check(
        gauge("lat_milliseconds.count"),
        "a gauge that spells a count",
    );
    desk.take(&sum("x.", 2, true, &at(3, 9, &[("other", "spelling")])));
    assert_eq!(
        Some(9.0),
        value(&desk, "x_total", &[("other", "spelling")]),
        "same kind, same family"
    );
}

#[test]
fn targets_are_described_once_with_the_latest_words() {
    let desk = roomy();
    let of = |version: &str, time: u64| {
        request(&format!(
            r#"{{"resourceMetrics":[{{"resource":{{"attributes":[
            {{"key":"service.name","value":{{"stringValue":"shop"}}}},{{"key":"service.namespace","value":{{"stringValue":"eu"}}}},
            {{"key":"service.instance.id","value":{{"stringValue":"i1"}}}},{{"key":"service.version","value":{{"stringValue":"{version}"}}}}]}},
            "scopeMetrics":[{{"scope":{{"name":"lib","version":"2"}},"metrics":[{{"name":"g","gauge":{{"dataPoints":[{}]}}}}]}}]}}]}}"#,
            at(time, 1, &[])
        ))
    };
    desk.take(&of("1.0", 1));
    desk.take(&of("1.1", 2));
    let who = [("job", "eu/shop"), ("instance", "i1")];
    assert_eq!(Some(1.0), value(&desk, "target_info", &who));
    assert_eq!(
        Some(1.0),
        value(&desk, "target_info", &[("service_version", "1.1")])
    );
    assert_eq!(
        Some(1.0),
        value(
            &desk,
            "g",
            &[
                who[0],
                who[1],
                ("otel_scope_name", "lib"),
                ("otel_scope_version", "2")
            ]
        )
    );
}

#[test]
fn series_are_bounded_and_the_rest_is_summed_up() {
    let desk = desk(Limits {
        per_family: 10,
        total: 1_000,
    });
    for time in 1..=2 {
        for stream in 0..50 {
            let name = stream.to_string();
            let label = [("s", name.as_str())];
            desk.take(&sum("c", 2, true, &at(time, 10 * time as i64, &label)));
            desk.take(&sum("d", 1, true, &at(time, 1, &label)));
            let fates = desk.take(&sum("g", 2, false, &at(time, 1, &label)));
            assert!(lost(&fates).iter().all(|(fate, _)| *fate == Fate::Crowded));
        }
    }
    let overflow = [("otel_metric_overflow", "true")];
    assert_eq!(
        Some(40.0 * 20.0),
        value(&desk, "c_total", &overflow),
        "their growth, not their sum twice"
    );
    assert_eq!(Some(40.0 * 2.0), value(&desk, "d_total", &overflow));
    assert_eq!(
        None,
        value(&desk, "g", &overflow),
        "a sum of gauges means nothing"
    );
    assert_eq!(10 + 1 + 10 + 1 + 10, desk.store(|store| store.len()));
}

#[tokio::test]
async fn what_is_not_shown_is_told_with_its_reason() {
    let desk = Arc::new(desk(Limits {
        per_family: 1,
        total: 1_000,
    }));
    let exporter = Prometheus(Arc::clone(&desk));
    let point = |time, name| at(time, 1, &[("s", name)]);
    let gauges = sum("g", 2, false, &[point(1, "a"), point(1, "b")].join(","));
    let told = exporter
        .export(Arc::new(gauges))
        .await
        .map(|told| told.rejected);
    assert_eq!(Ok(vec![(Reason::Cardinality, 1)]), told);
    desk.take(&sum("old", 2, true, &point(2, "a")));
    let old = sum("old", 2, true, &point(1, "a"));
    let told = exporter
        .export(Arc::new(old))
        .await
        .map(|told| told.rejected);
    assert_eq!(Ok(vec![(Reason::PartialSuccess, 1)]), told);
}

#[test]
fn series_are_bounded_over_all_metrics_as_well() {
    let desk = desk(Limits {
        per_family: 10,
        total: 25,
    });
    for name in 0..100 {
        let name = format!("c{name}");
        for stream in 0..5 {
            desk.take(&sum(
                &name,
                2,
                true,
                &at(1, 1, &[("s", &stream.to_string())]),
            ));
        }
    }
    // A family that is met when all is full shows its overflow series; families are bounded too.
    assert_eq!(25 + 20, desk.store(|store| store.len()));
    samples(&desk);
}

#[test]
fn what_nobody_reports_is_forgotten_and_its_name_is_free() {
    let mut store = Store::new(Limits {
        per_family: 10,
        total: 10,
    });
    let extras = Extras {
        target_info: true,
        ..Extras::default()
    };
    let take = |store: &mut Store, request: &Request, now: u64| {
        let Telemetry::Metrics(batch) = &request.parts[0].telemetry else {
            panic!("metrics")
        };
        intake::take(store, batch, &extras, Time::from_secs(now))
    };
    take(
        &mut store,
        &sum("x", 2, true, &at(1, 1, &[("s", "old")])),
        0,
    );
    take(
        &mut store,
        &sum("x", 2, true, &at(2, 1, &[("s", "new")])),
        60,
    );
    store.expire(Time::from_secs(30));
    assert_eq!((1, 1), (store.len(), store.targets().count()));
    store.expire(Time::from_secs(61));
    assert_eq!(
        (0, 0, 0),
        (
            store.len(),
            store.families().count(),
            store.targets().count()
        )
    );
    let fates = take(&mut store, &sum("x_total", 2, false, &at(3, 1, &[])), 62);
    assert_eq!(Some(&1), fates.get(&Fate::Taken));
}

#[test]
fn a_stream_that_says_it_ended_is_gone_at_once() {
    let desk = roomy();
    desk.take(&sum("x", 2, true, &at(1, 1, &[("s", "a")])));
    desk.take(&sum(
        "x",
        2,
        true,
        r#"{"timeUnixNano":"2","flags":1,"attributes":[{"key":"s","value":{"stringValue":"a"}}]}"#,
    ));
    assert_eq!(None, value(&desk, "x_total", &[]));
}

#[test]
fn scrapers_get_the_format_they_like_best() {
    let check = |accept: &str, format: Format| {
        let headers: HeaderMap = [(http::header::ACCEPT, accept.parse().expect("a header"))]
            .into_iter()
            .collect();
        assert_eq!(format, server::negotiate(&headers), "{accept}");
    };
    check("*/*", Format::Prometheus);
    check("text/plain", Format::Prometheus);
    check(
        "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
        Format::OpenMetrics,
    );
    check(
        "application/openmetrics-text; version=1.0.0; q=0.5, text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        Format::OpenMetrics,
    );
    check(
        "application/openmetrics-text;q=0.1, text/plain;q=0.3",
        Format::Prometheus,
    );
    check("application/openmetrics-text;q=0", Format::Prometheus);
    check("nonsense;;q=x,", Format::Prometheus);
}
