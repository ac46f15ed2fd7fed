//! Odd and broken payloads, each with what a receiver may answer.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value as Json;

use crate::otlp::{Limits, ParseError, Parsed, Signal, Telemetry};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/hostile/cases")
}

struct Case {
    id: String,
    signal: Signal,
    json: bool,
    items: u64,
    body: Vec<u8>,
    /// `must`, `should` or `project`.
    level: String,
    preferred: String,
    allowed: Vec<String>,
}

/// The cases whose payload alone decides: those about HTTP and compression are tried elsewhere.
fn cases() -> Vec<Case> {
    let index = std::fs::read(folder().join("index.json")).unwrap();
    let index: Json = serde_json::from_slice(&index).unwrap();
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let mut cases = Vec::new();
    for case in index["cases"].as_array().unwrap() {
        let file = text(&case["file"]);
        if case["http"].is_object() || file.is_empty() {
            continue;
        }
        let expect = &case["expect"];
        cases.push(Case {
            id: text(&case["id"]),
            signal: Signal::ALL
                .into_iter()
                .find(|s| s.name() == text(&case["signal"]))
                .unwrap(),
            json: case["encoding"] == "json",
            items: case["items"].as_u64().unwrap_or_default(),
            body: std::fs::read(folder().join(file.trim_start_matches("cases/"))).unwrap(),
            level: text(&expect["level"]),
            preferred: text(&expect["preferred"]),
            allowed: expect["allowed"]
                .as_array()
                .unwrap()
                .iter()
                .map(text)
                .collect(),
        });
    }
    cases
}

fn parse(case: &Case) -> Result<Parsed, ParseError> {
    let limits = Limits::default();
    if case.json {
        return Telemetry::parse_json(case.signal, &case.body, &limits);
    }
    Telemetry::parse(case.signal, Bytes::from(case.body.clone()), &limits)
}

fn verdict(answer: &Result<Parsed, ParseError>) -> &'static str {
    match answer {
        Ok(parsed) if parsed.rejected.items == 0 => "ACCEPT",
        Ok(_) => "PARTIAL",
        Err(ParseError::TooManyItems { .. }) => "TOOLARGE",
        Err(_) => "BADDATA",
    }
}

#[test]
fn every_payload_meets_an_allowed_answer() {
    let mut wrong = Vec::new();
    let mut unusual = Vec::new();
    for case in cases() {
        let answer = parse(&case);
        let verdict = verdict(&answer);
        let line = format!(
            "{} {}: {verdict}, preferred {} {answer:?}",
            case.level, case.id, case.preferred
        );
        if !case.allowed.iter().any(|allowed| allowed == verdict) {
            wrong.push(line);
        } else if case.preferred != verdict {
            unusual.push(line);
        }
    }
    println!("{}", unusual.join("\n"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_item_is_lost_or_invented() {
    for case in cases() {
        let Ok(parsed) = parse(&case) else { continue };
        // Points of a kind this version does not know travel uncounted.
        if case.id == "unknown-metric-type" {
            assert!(!parsed.telemetry.is_empty());
            continue;
        }
        let items = parsed.telemetry.items() as u64 + parsed.rejected.items;
        if case.preferred == "ACCEPT" || case.preferred == "PARTIAL" {
            assert_eq!(items, case.items, "{}", case.id);
        }
    }
}

#[test]
fn what_was_accepted_is_emitted_so_that_a_strict_reader_takes_it() {
    for case in cases() {
        let Ok(parsed) = parse(&case) else { continue };
        let mut bytes = Vec::new();
        parsed.telemetry.encode(&mut bytes);
        assert_eq!(bytes.len(), parsed.telemetry.encoded_len(), "{}", case.id);
        let again = Telemetry::parse(case.signal, bytes.into(), &Limits::default()).unwrap();
        assert_eq!(again.rejected.items, 0, "{}", case.id);
        assert_eq!(
            again.telemetry.items(),
            parsed.telemetry.items(),
            "{}",
            case.id
        );
    }
}
