//! Real SDKs of five languages send all three signals; what comes out is counted and read back strictly.

use std::collections::BTreeMap;

use crate::harness::strict::{self, Item};
use crate::harness::{Client, Collector, Protocol};

const CONFIG: &str = r#"
[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[exporters.file]
path = "{folder}/out.jsonl"

[pipelines.traces]
receivers = ["otlp"]
processors = ["normalize", "redact", "cost"]
exporters = ["file"]

[pipelines.metrics]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["file"]

[pipelines.logs]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["file"]
"#;

/// Every protocol, plain and compressed.
const WAYS: [(Protocol, &str, &str); 4] = [
    (Protocol::Grpc, "none", "grpc-none"),
    (Protocol::Grpc, "gzip", "grpc-gzip"),
    (Protocol::Http, "none", "http-none"),
    (Protocol::Http, "gzip", "http-gzip"),
];

#[test]
fn python_arrives_whole() {
    check(Client::Python);
}

#[test]
fn javascript_arrives_whole() {
    check(Client::JavaScript);
}

#[test]
fn go_arrives_whole() {
    check(Client::Go);
}

#[test]
fn java_arrives_whole() {
    check(Client::Java);
}

#[test]
fn rust_arrives_whole() {
    check(Client::Rust);
}

/// Sends in every way to one collector; afterwards each way's share is exactly what was sent.
#[track_caller]
fn check(client: Client) {
    let collector = Collector::start(CONFIG);
    for (protocol, compression, marker) in WAYS {
        client.send(&collector, protocol, compression, marker);
    }
    let items = leave(collector);
    for (_, _, marker) in WAYS {
        let mine = |kind: &str| -> Vec<&Item> {
            let scope = |item: &&Item| item.kind == kind && item.scope == "proof";
            items
                .iter()
                .filter(scope)
                .filter(|item| item.resource["proof.marker"] == marker)
                .collect()
        };
        check_spans(&mine("span"));
        check_logs(&mine("log"));
        check_metrics(&mine("metric"));
    }
}

/// Stops the collector and reads its file strictly. Nothing personal may be in it.
#[track_caller]
fn leave(collector: Collector) -> Vec<Item> {
    let farewell = collector.stop();
    assert!(
        farewell.status.success(),
        "{}: {}",
        farewell.status,
        farewell.said
    );
    let text = farewell.read("out.jsonl");
    assert!(!text.contains("jane.doe"), "an address got out");
    assert!(
        !farewell.said.contains("jane.doe"),
        "an address got into the log"
    );
    strict::items(&text)
}

/// Four traces: an agent with a priced model call and a tool call.
#[track_caller]
fn check_spans(spans: &[&Item]) {
    assert_eq!(spans.len(), 12);
    let mut traces: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for span in spans {
        traces.entry(span.text("traceId")).or_default().push(span);
    }
    assert_eq!(traces.len(), 4);
    for spans in traces.values() {
        let named = |name: &str| *spans.iter().find(|span| span.text("name") == name).unwrap();
        let root = named("invoke_agent researcher");
        let chat = named("chat gpt-4o-mini");
        let call = named("tools/call search");
        assert_eq!(root.text("parentSpanId"), "");
        for child in [chat, call] {
            assert_eq!(child.text("parentSpanId"), root.text("spanId"));
            assert_eq!(child.json["kind"], 3);
        }
        assert_eq!(chat.attributes()["gen_ai.usage.input_tokens"], 1000);
        assert_eq!(picodollars(chat), 270_000_000);
        assert!(
            chat.attributes()["gen_ai.input.messages"]
                .as_str()
                .unwrap()
                .contains("write to")
        );
        assert_eq!(call.attributes()["mcp.method.name"], "tools/call");
    }
}

/// What a span says it cost; a span that says nothing costs nothing.
fn picodollars(span: &Item) -> i64 {
    let attributes = span.attributes();
    let dollars = attributes
        .get("tollgate.cost.amount")
        .and_then(serde_json::Value::as_f64);
    (dollars.unwrap_or_default() * 1e12).round() as i64
}

#[track_caller]
fn check_logs(records: &[&Item]) {
    let mut numbers: Vec<_> = records
        .iter()
        .map(|record| record.attributes()["number"].as_i64().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2, 3, 4]);
    for record in records {
        assert_eq!(record.json["severityNumber"], 9);
        assert!(
            record.json["body"]["stringValue"]
                .as_str()
                .unwrap()
                .starts_with("mail from ")
        );
    }
}

#[track_caller]
fn check_metrics(metrics: &[&Item]) {
    let named = |name: &str| {
        *metrics
            .iter()
            .find(|metric| metric.text("name") == name)
            .unwrap()
    };
    assert_eq!(metrics.len(), 3);
    let mut routes: Vec<_> = named("proof.requests")
        .points()
        .iter()
        .map(|point| (strict::attributes(point)["route"].clone(), number(point)))
        .collect();
    routes.sort_by_key(|(route, _)| route.to_string());
    assert_eq!(routes, [("/a".into(), 3.0), ("/b".into(), 4.0)]);
    let [latency] = named("proof.latency").points() else {
        panic!("one point")
    };
    assert_eq!(
        (&latency["count"], &latency["sum"]),
        (&"3".into(), &555.0.into())
    );
    let [depth] = named("proof.depth").points() else {
        panic!("one point")
    };
    assert_eq!(number(depth).to_string(), "42");
}

/// A number point's value, whichever way the SDK wrote it.
fn number(point: &serde_json::Value) -> f64 {
    let long = point["asInt"].as_str().and_then(|text| text.parse().ok());
    long.or(point["asDouble"].as_f64()).unwrap()
}

#[test]
fn an_instrumented_openai_client_is_priced_and_masked() {
    let collector = Collector::start(CONFIG);
    Client::OpenAi.send(&collector, Protocol::Grpc, "gzip", "openai");
    let items = leave(collector);
    let mut tokens: Vec<_> = items
        .iter()
        .filter(|item| item.kind == "span")
        .map(|span| {
            let attributes = span.attributes();
            let tokens = |key: &str| attributes[key].as_i64().unwrap();
            (
                tokens("gen_ai.usage.input_tokens"),
                tokens("gen_ai.usage.output_tokens"),
            )
        })
        .collect();
    tokens.sort_unstable();
    assert_eq!(tokens, [(400, 50), (800, 50), (1200, 50)]);
    let spans = items.iter().filter(|item| item.kind == "span");
    let picodollars: i64 = spans.map(picodollars).sum();
    // 2400 tokens in at 0.15 dollars a million, 150 out at 0.60.
    assert_eq!(picodollars, 450_000_000);
    let metrics: Vec<_> = items.iter().filter(|item| item.kind == "metric").collect();
    assert!(
        metrics
            .iter()
            .any(|metric| metric.text("name") == "gen_ai.client.token.usage")
    );
}

#[test]
fn both_ends_of_an_mcp_connection_meet_in_one_trace() {
    let collector = Collector::start(CONFIG);
    Client::Mcp.send(&collector, Protocol::Http, "gzip", "mcp");
    let items = leave(collector);
    let spans: Vec<_> = items.iter().filter(|item| item.kind == "span").collect();
    // Agent, and six requests seen by client and server.
    assert_eq!(spans.len(), 13);
    assert!(
        spans
            .iter()
            .all(|span| span.text("traceId") == spans[0].text("traceId"))
    );
    let calls = |name: &str| {
        spans
            .iter()
            .filter(|span| span.text("name") == name)
            .count()
    };
    assert_eq!(
        (calls("tools/call search"), calls("tools/call broken")),
        (3, 1)
    );
}
