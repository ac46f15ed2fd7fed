//! Planted values appear in nothing that the running binary writes, says or serves.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::http::post;
use crate::harness::{Collector, eventually, get};
use crate::redaction::CANARIES;

const PASSWORD: &str = "hunter2-Canary-99";

/// Everything that writes is on: files, debug output in full, Prometheus, the spend ledger, the
/// memory of tail sampling, the audit file.
const CONFIG: &str = r#"
[admin]
listen = "127.0.0.1:{admin}"

[receivers.otlp]
grpc = "127.0.0.1:{grpc}"
http = "127.0.0.1:{http}"

[processors.redact]
scan_keys = true
audit_file = "audit.jsonl"
{mode}

[processors.tail_sampling]
decision_wait = "1s"

[exporters.file]
path = "telemetry.jsonl"

[exporters.debug]
detail = "detailed"

[exporters.prometheus]
listen = "127.0.0.1:{prometheus}"

[pipelines.traces]
receivers = ["otlp"]
processors = ["normalize", "redact", "cost", "agent_metrics", "tail_sampling", "attribution"]
exporters = ["file", "debug"]

[pipelines.metrics]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["prometheus", "file", "debug"]

[pipelines.logs]
receivers = ["otlp"]
processors = ["redact"]
exporters = ["file", "debug"]
"#;

fn text() -> String {
    format!("{}; password: {PASSWORD}", CANARIES.join("; "))
}

fn attribute(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn traces() -> Value {
    let text = text();
    let names = [
        "tenant.id",
        "user.id",
        "session.id",
        "gen_ai.agent.name",
        "project.id",
    ];
    let mut attributes: Vec<Value> = names.map(|key| attribute(key, CANARIES[0])).into();
    attributes.extend([
        attribute("gen_ai.operation.name", "chat"),
        attribute("gen_ai.provider.name", "openai"),
        attribute("gen_ai.request.model", &format!("gpt-4o {}", CANARIES[0])),
        attribute("gen_ai.tool.name", &format!("look up {}", CANARIES[2])),
        attribute(&format!("of {}", CANARIES[0]), "a key"),
        attribute(
            "gen_ai.input.messages",
            &json!([{"role": "user", "content": text}]).to_string(),
        ),
        json!({"key": "gen_ai.usage.input_tokens", "value": {"intValue": "12"}}),
        json!({"key": "card_number", "value": {"intValue": "4111111111111111"}}),
    ]);
    let event = json!({"name": text, "timeUnixNano": "1",
        "attributes": [attribute("exception.stacktrace", &text)]});
    let link = json!({"traceId": "0102030405060708090a0b0c0d0e0f11", "spanId": "0102030405060709",
        "attributes": [attribute("why", &text)]});
    let span = json!({
        "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "name": text,
        "startTimeUnixNano": "1790000000000000000", "endTimeUnixNano": "1790000001000000000",
        "attributes": attributes, "events": [event], "links": [link],
        "status": {"code": 2, "message": text},
    });
    let scope = json!({"name": text, "attributes": [attribute("owner", &text)]});
    let resource =
        json!({"attributes": [attribute("service.name", &format!("of {}", CANARIES[0]))]});
    json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": [span]}]}]})
}

fn logs() -> Value {
    let log = json!({"timeUnixNano": "1", "severityText": text(), "eventName": text(),
        "body": {"kvlistValue": {"values": [attribute("message", &text())]}}});
    json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]})
}

fn metrics() -> Value {
    let point = json!({"asDouble": 1, "timeUnixNano": "1790000000000000000",
        "attributes": [attribute("label", &text())],
        "exemplars": [{"asDouble": 1, "timeUnixNano": "1790000000000000000",
            "filteredAttributes": [attribute("who", &text())]}]});
    let metric =
        json!({"name": "answers", "description": text(), "gauge": {"dataPoints": [point]}});
    json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]})
}

/// Requests that are refused; what is said of them must not quote them.
fn faulty() -> [(&'static str, String); 3] {
    let text = text();
    let span = json!({"traceId": text, "spanId": text, "name": text});
    let log = json!({"timeUnixNano": text});
    [
        (
            "traces",
            json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).to_string(),
        ),
        (
            "logs",
            json!({"resourceLogs": [{"scopeLogs": [{"logRecords": [log]}]}]}).to_string(),
        ),
        ("metrics", format!("{{\"resourceMetrics\": {text}")),
    ]
}

/// All that came out: each under the name of where.
fn outputs(mode: &str) -> Vec<(String, Vec<u8>)> {
    let collector = Collector::start(&CONFIG.replace("{mode}", mode));
    let mut outputs = Vec::new();
    let sent = [
        ("traces", traces().to_string()),
        ("logs", logs().to_string()),
        ("metrics", metrics().to_string()),
    ];
    for (signal, body) in sent.into_iter().chain(faulty()) {
        let (_, answer) = post(collector.http, &format!("/v1/{signal}"), &body).unwrap();
        outputs.push((format!("answer to {signal}"), answer.into_bytes()));
    }
    let file = collector.folder().join("telemetry.jsonl");
    eventually(|| {
        let written = fs::read_to_string(&file).unwrap_or_default();
        let all = ["resourceSpans", "resourceLogs", "\"answers\""];
        all.iter()
            .all(|part| written.contains(part))
            .then_some(())
            .ok_or(written)
    });
    let index = collector.admin_page("/");
    for page in index.lines() {
        outputs.push((
            page.to_owned(),
            get(collector.admin, page).unwrap().1.into_bytes(),
        ));
    }
    outputs.push(("prometheus".to_owned(), collector.scrape().into_bytes()));
    let folder = collector.folder().to_owned();
    collector.signal(rustix::process::Signal::TERM);
    eventually(|| {
        collector
            .said()
            .contains("tollgate stopped")
            .then_some(())
            .ok_or_else(|| collector.said())
    });
    files(&folder, &mut outputs);
    outputs
}

fn files(folder: &Path, outputs: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, outputs);
        } else {
            outputs.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

fn leaks(outputs: &[(String, Vec<u8>)]) -> Vec<String> {
    let planted = CANARIES
        .iter()
        .copied()
        .chain([PASSWORD, "4111111111111111"]);
    let holds =
        |bytes: &[u8], canary: &str| memchr::memmem::find(bytes, canary.as_bytes()).is_some();
    planted
        .flat_map(|canary| {
            let found = outputs
                .iter()
                .filter(move |(_, bytes)| holds(bytes, canary));
            found.map(move |(place, _)| format!("{canary} in {place}"))
        })
        .collect()
}

#[test]
fn no_canary_appears_in_a_file_log_line_metric_page_or_error() {
    assert_eq!(Vec::<String>::new(), leaks(&outputs("")));
}

#[test]
fn a_canary_that_is_only_reported_would_be_noticed() {
    let leaks = leaks(&outputs("mode = \"report\""));
    for place in ["telemetry.jsonl", "said", "prometheus", ".redb"] {
        assert!(
            leaks.iter().any(|leak| leak.ends_with(place)),
            "{place}: {leaks:?}"
        );
    }
    let kept = |leak: &&String| leak.contains("audit.jsonl") || leak.contains("answer to");
    assert_eq!(
        Vec::<&String>::new(),
        leaks.iter().filter(kept).collect::<Vec<_>>()
    );
}
