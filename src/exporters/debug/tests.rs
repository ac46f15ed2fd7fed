//! What is printed is short, complete and cannot be forged.

use super::*;
use crate::component::{Batch, Built};
use crate::config::Table;
use crate::otlp::{Limits, Signal, Telemetry};

fn json(signal: Signal, text: &str) -> Request {
    let parsed = Telemetry::parse_json(signal, text.as_bytes(), &Limits::default()).expect("valid");
    Request {
        signal,
        parts: vec![Arc::new(Batch::unpaid(parsed.telemetry))],
    }
}

const TRACES: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
 "scopeSpans":[{"spans":[
 {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"call\u001b[2J\nfake line","startTimeUnixNano":"1000000","endTimeUnixNano":"3500000",
  "status":{"code":2,"message":"no"},"attributes":[{"key":"gen_ai.request.model","value":{"stringValue":"m"}},{"key":"n","value":{"intValue":"3"}}]},
 {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203332","parentSpanId":"b7ad6b7169203331","name":"child","startTimeUnixNano":"1","endTimeUnixNano":"1"}]}]}]}"#;

#[test]
fn a_summary_is_one_line() {
    let text = show::request(&json(Signal::Traces, TRACES), 0);
    assert!(
        text.starts_with("traces: 2 items of 1 traces, 1 with errors, "),
        "{text}"
    );
    assert!(text.ends_with("bytes, from \"shop\"\n"), "{text}");
    assert_eq!(1, text.lines().count());
}

#[test]
fn details_are_one_line_per_item_and_bounded() {
    let text = show::request(&json(Signal::Traces, TRACES), 1);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(3, lines.len(), "{text}");
    let expected = r#"  0af7651916cd43dd8448eb211c80319c/b7ad6b7169203331 "call\u{1b}[2J\nfake line" 2.500 ms error "no" gen_ai.request.model="m" n=3"#;
    assert_eq!((expected, "  … and 1 more"), (lines[1], lines[2]));
}

#[test]
fn metrics_and_logs_have_lines_too() {
    let metrics = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","unit":"s","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"3"}]}}]}]}]}"#;
    let text = show::request(&json(Signal::Metrics, metrics), 9);
    assert!(
        text.contains("from an unnamed service\n  gauge \"m\" in \"s\", 1 points\n"),
        "{text}"
    );
    let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1","severityText":"INFO","body":{"stringValue":"hi"}}]}]}]}"#;
    let text = show::request(&json(Signal::Logs, logs), 9);
    assert!(text.ends_with("\n  INFO \"hi\"\n"), "{text}");
}

#[tokio::test]
async fn the_example_builds_and_prints() {
    let Ok(Built::Exporter(make, _)) = (ENTRY.read)(&Table::of(ENTRY.example)) else {
        panic!()
    };
    let exporter = make(&mut Context::bare("debug")).expect("buildable");
    let sent = exporter
        .export(Arc::new(json(Signal::Traces, TRACES)))
        .await;
    assert_eq!(Ok(Delivered::default()), sent);
}
