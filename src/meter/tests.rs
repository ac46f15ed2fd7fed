//! The meter counts exactly, stays within its limits and reads the same under every spelling.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use prost::Message;

use super::*;

fn calls() -> Definition {
    Definition::new("mcp.calls", "{call}", "Calls.").labels(["tool", "method"])
}

fn seconds() -> Definition {
    Definition::new("mcp.duration", "s", "Durations.")
        .labels(["tool"])
        .scale(Scale::Nano)
        .bounds(&[0.005, 0.01, 0.1, 1.0])
}

fn of(values: &[&str]) -> Labels {
    Labels::Of(values.iter().map(|value| Box::from(*value)).collect())
}

fn limited(per_family: usize, total: usize) -> Meter {
    Meter::new(7, SeriesLimits { per_family, total })
}

fn only(meter: &Meter) -> Vec<(Labels, Value)> {
    let family = meter.read().remove(0);
    family
        .series
        .into_iter()
        .map(|series| (series.labels, series.value))
        .collect()
}

#[test]
fn counters_of_several_workers_add_up() {
    let meter = Meter::default();
    let first = meter.counter(calls()).expect("new");
    let second = meter.counter(calls()).expect("the same definition again");
    std::thread::scope(|scope| {
        for series in [&first, &second] {
            let mut series = series.clone();
            scope.spawn(move || {
                (0..1_000).for_each(|_| series.of(&["search", "tools/call"]).add(2));
            });
        }
    });
    assert_eq!(
        vec![(of(&["search", "tools/call"]), Value::Counter(4_000))],
        only(&meter)
    );
}

#[test]
fn a_name_means_one_thing() {
    let meter = Meter::default();
    meter.counter(calls()).expect("new");
    let conflict = MeterError::Conflict("mcp.calls".into());
    assert_eq!(Some(conflict.clone()), meter.gauge(calls()).err());
    assert_eq!(
        Some(conflict),
        meter.counter(calls().labels(["tool"])).err()
    );
}

#[test]
fn boundaries_and_views_are_checked() {
    let meter = Meter::default();
    let check = |definition: Definition, fault: MeterError| {
        assert_eq!(Some(fault), meter.histogram(definition).err());
    };
    check(
        seconds().bounds(&[1.0, 1.0]),
        MeterError::Bounds("mcp.duration".into()),
    );
    check(
        seconds().bounds(&[f64::NAN]),
        MeterError::Bounds("mcp.duration".into()),
    );
    check(
        seconds().view(View::new("x").bounds(&[3.0])),
        MeterError::View("mcp.duration".into()),
    );
    check(
        seconds().view(View::new("x").label("model", "m")),
        MeterError::View("mcp.duration".into()),
    );
}

#[test]
fn series_over_the_family_limit_share_the_overflow_series() {
    let meter = limited(2, 100);
    let mut one = meter.counter(calls()).expect("new");
    let mut other = one.clone();
    for tool in ["a", "b", "c", "d"] {
        one.of(&[tool, ""]).add(1);
    }
    // Another worker, whose cache is cold, meets the same fate and still finds the living.
    for tool in ["d", "b", "a", "e"] {
        other.of(&[tool, ""]).add(10);
    }
    let expected = vec![
        (of(&["a", ""]), Value::Counter(11)),
        (of(&["b", ""]), Value::Counter(11)),
        (Labels::Overflow, Value::Counter(22)),
    ];
    assert_eq!(expected, only(&meter));
}

#[test]
fn the_total_limit_holds_over_all_families() {
    let meter = limited(10, 3);
    let mut calls = meter.counter(calls()).expect("new");
    let mut times = meter.histogram(seconds()).expect("new");
    for tool in ["a", "b"] {
        calls.of(&[tool]).add(1);
        times.of(&[tool]).record(1);
    }
    let series: Vec<usize> = meter
        .read()
        .iter()
        .map(|family| family.series.len())
        .collect();
    assert_eq!(
        vec![2, 2],
        series,
        "two counters, one histogram, one overflow"
    );
}

#[test]
fn missing_labels_are_empty_and_long_values_are_cut() {
    let meter = Meter::default();
    let mut series = meter.counter(calls()).expect("new");
    let long = "ä".repeat(LABEL_VALUE_MAX);
    series.of(&["a"]).add(1);
    series.of(&["a", ""]).add(1);
    series.of(&["a", "", "surplus"]).add(1);
    series.of(&[&long]).add(5);
    series.of(&[&long]).add(5);
    let cut = "ä".repeat(LABEL_VALUE_MAX / 2);
    let expected = vec![
        (of(&["a", ""]), Value::Counter(3)),
        (of(&[&cut, ""]), Value::Counter(10)),
    ];
    assert_eq!(expected, only(&meter));
}

#[test]
fn a_value_on_a_boundary_belongs_below_it() {
    let meter = Meter::default();
    let mut times = meter.histogram(seconds()).expect("new");
    for nanos in [5_000_000, 5_000_001, 1_000_000_000, 1_000_000_001, 0] {
        times.of(&["t"]).record(nanos);
    }
    let Value::Histogram {
        buckets,
        sum,
        exemplars,
    } = only(&meter).remove(0).1
    else {
        panic!()
    };
    assert_eq!(vec![2, 1, 0, 1, 1], buckets);
    assert_eq!(2_010_000_002, sum);
    assert!(exemplars.is_empty());
}

#[test]
fn each_bucket_keeps_its_latest_exemplar() {
    let meter = Meter::default();
    let mut times = meter.histogram(seconds()).expect("new");
    let at = |units, span| Exemplar {
        trace_id: [9; 16],
        span_id: [span; 8],
        units,
        unix_nanos: 3,
    };
    for exemplar in [at(1, 1), at(2, 2), at(2_000_000_000, 3)] {
        times.of(&["t"]).record_with(&exemplar);
    }
    let Value::Histogram { exemplars, .. } = only(&meter).remove(0).1 else {
        panic!()
    };
    let expected = vec![Some(at(2, 2)), None, None, None, Some(at(2_000_000_000, 3))];
    assert_eq!(expected, exemplars);
}

#[test]
fn a_view_adds_up_what_it_does_not_tell_apart() {
    let meter = Meter::default();
    let view = View::new("mcp_tool_calls_total").label("tool", "name");
    let mut series = meter.counter(calls().view(view.clone())).expect("new");
    series.of(&["a", "x"]).add(1);
    series.of(&["a", "y"]).add(2);
    series.of(&["b", "x"]).add(4);
    let read = meter.read().remove(0).through(&view);
    let expected = [(of(&["a"]), 3), (of(&["b"]), 4)].map(|(labels, count)| SeriesReading {
        labels,
        value: Value::Counter(count),
    });
    assert_eq!(expected.to_vec(), read);
}

#[test]
fn a_view_may_have_fewer_buckets_or_only_the_sum() {
    let meter = Meter::default();
    let mut times = meter.histogram(seconds()).expect("new");
    for nanos in [1, 6_000_000, 50_000_000, 2_000_000_000] {
        times.of(&["t"]).record(nanos);
    }
    let family = meter.read().remove(0);
    let through = |view: View| family.through(&view).remove(0).value;
    let Value::Histogram { buckets, .. } = through(View::new("few").bounds(&[0.01, 1.0])) else {
        panic!()
    };
    assert_eq!(vec![2, 1, 1], buckets);
    assert_eq!(
        Value::Counter(2_056_000_001),
        through(View::new("sum").take(Take::Sum))
    );
    assert_eq!(
        Value::Counter(4),
        through(View::new("count").take(Take::Count))
    );
}

#[test]
fn money_is_written_exactly() {
    let check = |units, text: &str| assert_eq!(text, exact(units, Scale::Nano));
    check(60_000_000, "0.06");
    check(1, "0.000000001");
    check(2_000_000_000, "2");
    check(0, "0");
    check(u64::MAX, "18446744073.709551615");
    assert_eq!("18446744073709551615", exact(u64::MAX, Scale::One));
}

#[test]
fn gauges_go_up_and_down() {
    let meter = Meter::default();
    let mut gauge = meter.gauge(Definition::new("held", "", "")).expect("new");
    gauge.of(&[]).set(3.5);
    gauge.of(&[]).add(-1.0);
    assert_eq!(vec![(of(&[]), Value::Gauge(2.5))], only(&meter));
}

#[test]
fn the_otlp_request_is_cumulative_and_complete() {
    let meter = limited(1, 10);
    let mut series = meter.counter(calls()).expect("new");
    series.of(&["a", ""]).add(3);
    series.of(&["b", ""]).add(4);
    let mut times = meter.histogram(seconds()).expect("new");
    times.of(&["t"]).record(1_500_000_000);
    let bytes = meter.to_otlp(99, &[("service.name", "tollgate")]);
    let request = ExportMetricsServiceRequest::decode(&*bytes).expect("valid OTLP");
    let metrics = &request.resource_metrics[0].scope_metrics[0].metrics;
    let Some(Data::Sum(sum)) = &metrics[0].data else {
        panic!("{metrics:?}")
    };
    assert!(sum.is_monotonic);
    assert_eq!(2, sum.aggregation_temporality);
    assert_eq!(
        (7, 99),
        (
            sum.data_points[0].start_time_unix_nano,
            sum.data_points[0].time_unix_nano
        )
    );
    assert_eq!(
        1,
        sum.data_points[0].attributes.len(),
        "an empty label is absent"
    );
    assert_eq!("otel.metric.overflow", sum.data_points[1].attributes[0].key);
    let Some(Data::Histogram(spread)) = &metrics[1].data else {
        panic!("{metrics:?}")
    };
    assert_eq!(Some(1.5), spread.data_points[0].sum);
    assert_eq!(vec![0, 0, 0, 0, 1], spread.data_points[0].bucket_counts);
    assert_eq!(
        Vec::<u8>::new(),
        Meter::default().to_otlp(99, &[]),
        "nothing to say is no request"
    );
}
