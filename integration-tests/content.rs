//! Every place in which some dialect keeps content, over real captures with planted personal data.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tollgate::otlp::{Limits, Signal, Telemetry};

use crate::redaction::{CANARIES, clean, planted, redact};

/// Where dialects keep prompts, answers, and what tools were given and answered: one row for each
/// family, and the places it must have been seen at. `N` stands for any number.
const PLACES: &[(&str, &[&str])] = &[
    (
        "messages as JSON on spans",
        &[
            "attribute gen_ai.input.messages",
            "attribute gen_ai.output.messages",
        ],
    ),
    (
        "indexed attributes",
        &[
            "attribute gen_ai.prompt.N.content",
            "attribute gen_ai.completion.N.content",
            "attribute gen_ai.prompt.N.tool_calls.N.arguments",
            "attribute gen_ai.prompt",
            "attribute gen_ai.completion",
        ],
    ),
    (
        "OpenInference",
        &[
            "attribute llm.input_messages.N.message.content",
            "attribute llm.output_messages.N.message.content",
            "attribute llm.output_messages.N.message.tool_calls.N.tool_call.function.arguments",
            "attribute input.value",
            "attribute output.value",
        ],
    ),
    (
        "Vercel AI",
        &[
            "attribute ai.prompt",
            "attribute ai.prompt.messages",
            "attribute ai.response.text",
            "attribute ai.response.object",
            "attribute ai.response.toolCalls",
            "attribute ai.toolCall.args",
            "attribute ai.toolCall.result",
        ],
    ),
    (
        "messages as log records",
        &[
            "body of gen_ai.system.message",
            "body of gen_ai.user.message",
            "body of gen_ai.assistant.message",
            "body of gen_ai.tool.message",
            "body of gen_ai.choice",
        ],
    ),
    (
        "details as a log record",
        &[
            "attribute of gen_ai.client.inference.operation.details: gen_ai.input.messages",
            "attribute of gen_ai.client.inference.operation.details: gen_ai.output.messages",
        ],
    ),
    (
        "messages as span events",
        &[
            "event gen_ai.user.message: content",
            "event gen_ai.assistant.message: content",
            "event gen_ai.tool.message: content",
            "event gen_ai.choice: message",
            "event gen_ai.content.prompt: gen_ai.prompt",
            "event gen_ai.content.completion: gen_ai.completion",
        ],
    ),
    (
        "Pydantic AI and Logfire",
        &[
            "attribute events",
            "attribute all_messages_events",
            "attribute pydantic_ai.all_messages",
            "attribute final_result",
            "attribute tool_arguments",
            "attribute tool_response",
            "attribute request_data",
            "attribute response_data",
        ],
    ),
    (
        "others",
        &[
            "attribute traceloop.entity.input",
            "attribute traceloop.entity.output",
            "attribute langfuse.observation.input",
            "attribute langfuse.observation.output",
            "attribute mlflow.spanInputs",
            "attribute mlflow.spanOutputs",
            "attribute mcp.response.value",
            "attribute gcp.vertex.agent.llm_request",
            "attribute metadata",
            "attribute hidden_params",
        ],
    ),
    (
        "what every signal has",
        &[
            "span name",
            "status message",
            "event exception: exception.message",
            "event exception: exception.stacktrace",
            "resource service.name",
            "scope name",
        ],
    ),
];

/// Places that no capture has: a span and log records with them are made.
const MADE: &[&str] = &[
    "gen_ai.prompt",
    "gen_ai.completion",
    "response_data",
    "gcp.vertex.agent.llm_request",
];
const MADE_LOGS: &[&str] = &["gen_ai.assistant.message", "gen_ai.tool.message"];

fn made() -> Vec<Value> {
    let attributes: Vec<Value> = MADE
        .iter()
        .map(|key| json!({"key": key, "value": {"stringValue": "hello"}}))
        .collect();
    let logs: Vec<Value> = MADE_LOGS
        .iter()
        .map(|name| {
            let content = json!({"key": "content", "value": {"stringValue": "hello"}});
            json!({"timeUnixNano": "1", "eventName": name,
                   "body": {"kvlistValue": {"values": [content]}}})
        })
        .collect();
    let span = json!({
        "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708",
        "name": "made", "startTimeUnixNano": "1", "endTimeUnixNano": "2",
        "attributes": attributes, "status": {"code": 2, "message": "failed"},
    });
    vec![
        json!({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}),
        json!({"resourceLogs": [{"scopeLogs": [{"logRecords": logs}]}]}),
    ]
}

/// Every request below the fixtures, as OTLP/JSON.
fn requests() -> Vec<Value> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures");
    let mut files = Vec::new();
    for folder in ["captures", "recordings"] {
        collect(&fixtures.join(folder), &mut files);
    }
    files.sort();
    let mut requests: Vec<Value> = files.iter().map(|file| read(file)).collect();
    requests.extend(made());
    requests
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "pb") {
            files.push(path);
        }
    }
}

fn read(file: &Path) -> Value {
    let name = file.file_name().unwrap().to_str().unwrap();
    let signal = Signal::ALL
        .iter()
        .find(|signal| name.contains(signal.name()));
    let body = fs::read(file).unwrap().into();
    let parsed = Telemetry::parse(*signal.unwrap(), body, &Limits::default()).unwrap();
    serde_json::from_str(&parsed.telemetry.to_json()).unwrap()
}

fn signal_of(request: &Value) -> Signal {
    let names = ["resourceSpans", "resourceMetrics", "resourceLogs"];
    let signals = [Signal::Traces, Signal::Metrics, Signal::Logs];
    let found = names.iter().position(|name| request.get(name).is_some());
    signals[found.unwrap()]
}

/// Shows every text of a request with the name of its place.
fn walk(request: &mut Value, visit: &mut impl FnMut(&str, &mut String)) {
    for resource in children(
        request,
        &["resourceSpans", "resourceLogs", "resourceMetrics"],
    ) {
        attributes(resource.get_mut("resource"), "resource ", visit);
        for group in children(resource, &["scopeSpans", "scopeLogs", "scopeMetrics"]) {
            text(group.pointer_mut("/scope/name"), "scope name", visit);
            for span in children(group, &["spans"]) {
                text(span.get_mut("name"), "span name", visit);
                text(span.pointer_mut("/status/message"), "status message", visit);
                attributes(Some(span), "attribute ", visit);
                for event in children(span, &["events"]) {
                    let name = event["name"].as_str().unwrap_or_default();
                    let prefix = format!("event {name}: ");
                    attributes(Some(event), &prefix, visit);
                }
            }
            for log in children(group, &["logRecords"]) {
                let name = log_name(log);
                any(log.get_mut("body"), &format!("body of {name}"), visit);
                attributes(Some(log), &format!("attribute of {name}: "), visit);
            }
        }
    }
}

fn children<'v>(parent: &'v mut Value, keys: &[&str]) -> Vec<&'v mut Value> {
    let Some(parent) = parent.as_object_mut() else {
        return Vec::new();
    };
    let named = parent
        .iter_mut()
        .filter(|(key, _)| keys.contains(&key.as_str()));
    let lists = named.filter_map(|(_, list)| list.as_array_mut());
    lists.flatten().collect()
}

fn log_name(log: &Value) -> String {
    let attributes = log["attributes"].as_array();
    let named = attributes
        .into_iter()
        .flatten()
        .find(|attribute| attribute["key"] == "event.name");
    let name = log["eventName"].as_str().filter(|name| !name.is_empty());
    let name = name.or_else(|| named?["value"]["stringValue"].as_str());
    name.unwrap_or_default().to_owned()
}

fn attributes(of: Option<&mut Value>, prefix: &str, visit: &mut impl FnMut(&str, &mut String)) {
    let entries = of.and_then(|of| of.get_mut("attributes"));
    for entry in entries.and_then(Value::as_array_mut).into_iter().flatten() {
        let key = entry["key"].as_str().unwrap_or_default();
        let numbered: Vec<&str> = key
            .split('.')
            .map(|part| {
                if part.parse::<u32>().is_ok() {
                    "N"
                } else {
                    part
                }
            })
            .collect();
        let place = format!("{prefix}{}", numbered.join("."));
        any(entry.get_mut("value"), &place, visit);
    }
}

/// The texts of an `AnyValue`.
fn any(value: Option<&mut Value>, place: &str, visit: &mut impl FnMut(&str, &mut String)) {
    let Some(value) = value.and_then(Value::as_object_mut) else {
        return;
    };
    for (kind, inner) in value.iter_mut() {
        let members = if kind == "kvlistValue" || kind == "arrayValue" {
            inner.get_mut("values").and_then(Value::as_array_mut)
        } else {
            text(Some(inner).filter(|_| kind == "stringValue"), place, visit);
            None
        };
        for member in members.into_iter().flatten() {
            let member = match member.get("key") {
                Some(_) => member.get_mut("value"),
                None => Some(member),
            };
            any(member, place, visit);
        }
    }
}

fn text(value: Option<&mut Value>, place: &str, visit: &mut impl FnMut(&str, &mut String)) {
    if let Some(Value::String(text)) = value {
        visit(place, text);
    }
}

/// Plants into every text, passes all through `redact`, and tells where canaries were seen after it.
fn leaks(toml: &str) -> (BTreeSet<String>, Vec<String>) {
    let mut processor = redact(toml);
    let mut places = BTreeSet::new();
    let mut leaks = Vec::new();
    for mut request in requests() {
        let mut fresh = false;
        walk(&mut request, &mut |place, text| {
            fresh |= places.insert(place.to_owned());
            // By its event's name a log record is known.
            if !place.ends_with(": event.name") {
                *text = planted(text);
            }
        });
        // What shows no new place is left to the test that reads every capture.
        if !fresh {
            continue;
        }
        let signal = signal_of(&request);
        let parsed =
            Telemetry::parse_json(signal, request.to_string().as_bytes(), &Limits::default());
        let bytes = clean(processor.as_mut(), parsed.unwrap().telemetry);
        let passed = Telemetry::parse(signal, bytes.into(), &Limits::default()).unwrap();
        let mut passed: Value = serde_json::from_str(&passed.telemetry.to_json()).unwrap();
        walk(&mut passed, &mut |place, text| {
            let canary = CANARIES.iter().find(|canary| text.contains(**canary));
            leaks.extend(canary.map(|canary| format!("{place}: {canary}")));
        });
    }
    (places, leaks)
}

#[test]
fn no_place_of_any_dialect_lets_planted_data_through() {
    let (places, leaks) = leaks("");
    assert_eq!(Vec::<String>::new(), leaks);
    for (family, wanted) in PLACES {
        for place in *wanted {
            assert!(places.contains(*place), "{family}: no capture has {place}");
        }
    }
}

#[test]
fn the_walk_sees_what_a_redactor_leaves_behind() {
    let (_, leaks) = leaks("mode = \"report\"");
    for place in PLACES.iter().flat_map(|(_, places)| *places) {
        let seen = leaks
            .iter()
            .any(|leak| leak.starts_with(&format!("{place}: ")));
        assert!(seen, "a leak at {place} would not be noticed");
    }
}
