//! The meter's families as scrapers see them.

use super::*;
use crate::meter::{Definition, Exemplar, Scale, Take, View};

#[test]
fn the_meter_is_shown_under_every_spelling() {
    let desk = roomy();
    let meter = desk.meter.as_ref().expect("there");
    let duration = Definition::new("mcp.client.operation.duration", "s", "How long.")
        .labels(["gen_ai.tool.name", "mcp.method.name"])
        .scale(Scale::Nano)
        .bounds(&[0.005, 0.01, 0.02, 1.0])
        .view(
            View::new("mcp_tool_calls_total")
                .label("gen_ai.tool.name", "tool")
                .take(Take::Count)
                .legacy(),
        )
        .view(
            View::new("mcp_tool_call_duration_seconds")
                .label("gen_ai.tool.name", "tool")
                .bounds(&[0.005, 1.0])
                .legacy(),
        );
    let mut duration = meter.histogram(duration).expect("new");
    let at = |units| Exemplar {
        trace_id: [1; 16],
        span_id: [2; 8],
        units,
        unix_nanos: 1_500_000_000,
    };
    duration.of(&["search", "a"]).record_with(&at(15_000_000));
    duration.of(&["search", "b"]).record_with(&at(2_000_000));
    let cost = Definition::new("gen_ai.client.cost", "USD", "Spent.")
        .labels(["m"])
        .scale(Scale::Nano);
    meter
        .counter(cost)
        .expect("new")
        .of(&["m1"])
        .add(60_000_000);
    let check = |name: &str, labels: &[(&str, &str)], expected: f64| {
        assert_eq!(Some(expected), value(&desk, name, labels), "{name}");
    };
    let whole = [("gen_ai_tool_name", "search"), ("mcp_method_name", "a")];
    check("mcp_client_operation_duration_seconds_sum", &whole, 0.015);
    check(
        "mcp_client_operation_duration_seconds_bucket",
        &[whole[0], whole[1], ("le", "0.02")],
        1.0,
    );
    check("mcp_tool_calls_total", &[("tool", "search")], 2.0);
    check(
        "mcp_tool_call_duration_seconds_bucket",
        &[("tool", "search"), ("le", "0.005")],
        1.0,
    );
    check(
        "mcp_tool_call_duration_seconds_bucket",
        &[("tool", "search"), ("le", "1")],
        2.0,
    );
    check(
        "mcp_tool_call_duration_seconds_count",
        &[("tool", "search")],
        2.0,
    );
    check("gen_ai_client_cost_USD_total", &[("m", "m1")], 0.06);
    assert!(page::write(&desk, Format::OpenMetrics).contains("# {trace_id=\"01010101"));
    let modern = Desk {
        legacy_names: false,
        meter: desk.meter.clone(),
        ..roomy()
    };
    assert_eq!(None, value(&modern, "mcp_tool_calls_total", &[]));
}

#[test]
fn what_a_pipeline_brings_of_the_shown_meter_is_not_counted_twice() {
    let desk = roomy();
    let meter = desk.meter.as_ref().expect("there");
    let mut calls = meter
        .counter(Definition::new("calls", "", "Ours."))
        .expect("new");
    calls.of(&[]).add(3);
    for from in [&**meter, &Meter::default()] {
        let mut calls = from
            .counter(Definition::new("calls", "", "Ours."))
            .expect("known or new");
        calls.of(&[]).add(1);
        let bytes = from.to_otlp(9, &[("service.name", "tollgate")]);
        let parsed = Telemetry::parse(Signal::Metrics, bytes.into(), &Door::default());
        let batch = Batch::unpaid(parsed.expect("valid").telemetry);
        desk.take(&Request {
            signal: Signal::Metrics,
            parts: vec![Arc::new(batch)],
        });
    }
    let shown: Vec<_> = samples(&desk)
        .iter()
        .filter(|sample| sample.name == "calls_total")
        .map(|sample| sample.value)
        .collect();
    assert_eq!(vec![4.0, 1.0], shown, "ours once, and another house's");
}

#[test]
fn a_received_metric_of_the_meters_name_stands_beside_it() {
    let desk = roomy();
    let meter = desk.meter.as_ref().expect("there");
    meter
        .counter(Definition::new("calls", "", "Ours."))
        .expect("new")
        .of(&[])
        .add(1);
    desk.take(&sum("calls", 2, true, &at(1, 7, &[])));
    desk.take(&sum("calls_total_", 2, false, &at(1, 7, &[])));
    let all: Vec<_> = samples(&desk)
        .iter()
        .filter(|sample| sample.name == "calls_total")
        .map(|sample| sample.value)
        .collect();
    assert_eq!(vec![1.0, 7.0], all);
}
