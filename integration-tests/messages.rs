//! Messages of every recorded call come to the conventions' form, whoever wrote them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tollgate::genai::dialect::{Dialects, Originals};
use tollgate::otlp::{Limits, Signal, Span, Telemetry};

/// Every recorded payload of traces.
fn payloads() -> Vec<PathBuf> {
    let captures =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/captures");
    let (mut folders, mut files) = (vec![captures], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with("traces.pb") || name.ends_with("traces.json") {
                files.push(path);
            }
        }
    }
    files
}

fn telemetry(path: &Path) -> Telemetry {
    let body = std::fs::read(path).expect("a payload");
    let limits = Limits::default();
    let parsed = if path.extension().is_some_and(|end| end == "json") {
        Telemetry::parse_json(Signal::Traces, &body, &limits)
    } else {
        Telemetry::parse(Signal::Traces, body.into(), &limits)
    };
    parsed.expect("OTLP").telemetry
}

fn messages(span: &Span, name: &str) -> Option<Vec<Value>> {
    let value = span.attribute(name)?;
    serde_json::from_str(value.as_str()?).ok()
}

/// A role of the conventions, and parts that say what they are.
fn is_well_formed(message: &Value) -> bool {
    let role = message["role"].as_str().unwrap_or_default();
    let parts = message["parts"].as_array().map_or(&[][..], Vec::as_slice);
    ["system", "developer", "user", "assistant", "tool"].contains(&role)
        && !parts.is_empty()
        && parts.iter().all(|part| part["type"].is_string())
}

#[test]
fn every_recorded_call_that_keeps_content_keeps_it_in_the_conventions_form() {
    let dialects = Dialects::builtin();
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for path in payloads() {
        let Telemetry::Traces(mut spans) = telemetry(&path) else {
            panic!("{} holds no traces", path.display());
        };
        spans.for_each_mut(|scope, span| {
            let Some(edits) = dialects.messages(scope, span, Originals::Keep) else {
                return;
            };
            edits.apply(span);
            for side in ["gen_ai.input.messages", "gen_ai.output.messages"] {
                for message in messages(span, side).into_iter().flatten() {
                    assert!(is_well_formed(&message), "{} {message}", path.display());
                    found
                        .entry(scope.name().to_owned())
                        .or_default()
                        .insert(side);
                }
            }
        });
    }
    for scope in [
        "ai",
        "genkit-tracer",
        "langfuse-sdk",
        "openinference.instrumentation.openai",
        "opentelemetry.instrumentation.anthropic",
        "@arizeai/openinference-instrumentation-langchain",
    ] {
        let sides = found.get(scope).map_or(0, BTreeSet::len);
        assert_eq!(sides, 2, "{scope} of {found:#?}");
    }
}
