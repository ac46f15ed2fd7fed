//! Conversations that are sent again with every turn leave as if each turn were the first.

use std::sync::Arc;

use bytes::Bytes;
use tollgate::otlp::{Batch, Group, Limits, Span, Telemetry};

use crate::harness::captures;
use crate::redaction::{CANARIES, clean, holds, planted, redact};

/// What people, models and tools said in the captures: the longer texts, each once.
fn contents() -> Vec<String> {
    let mut contents = Vec::new();
    for capture in captures() {
        let body = Bytes::from(capture.body);
        let parsed = Telemetry::parse(capture.signal, body, &Limits::default());
        let Ok(Telemetry::Traces(mut spans)) = parsed.map(|parsed| parsed.telemetry) else {
            continue;
        };
        spans.for_each_mut(|_, span| {
            span.redact_with(|_, text| {
                if text.len() > 200 {
                    contents.push(text.to_owned());
                }
                None
            });
        });
    }
    contents.sort();
    contents.dedup();
    contents
}

/// The messages up to each turn, as an attribute holds them; a canary is planted in every third.
fn turns() -> Vec<String> {
    let mut messages = Vec::new();
    let mut turns = Vec::new();
    for (turn, content) in contents().into_iter().take(42).enumerate() {
        let content = if turn % 3 == 1 {
            planted(&content)
        } else {
            content
        };
        messages.push(serde_json::json!({"role": "user", "content": content}));
        turns.push(serde_json::to_string(&messages).unwrap());
    }
    turns
}

fn request(messages: &str) -> Telemetry {
    let span = Span::build().trace_id([1; 16]).span_id([1; 8]);
    let span = span
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.input.messages", messages)
        .attribute("input.value", messages)
        .finish();
    let group = Group {
        scope: Arc::default(),
        records: vec![span],
    };
    Telemetry::Traces(Batch::new(vec![group]))
}

#[test]
fn a_conversation_leaves_as_if_each_turn_were_the_first() {
    let turns = turns();
    assert!(turns.last().is_some_and(|last| last.len() > 24_000));
    for table in [
        "",
        "mode = \"report\"",
        "max_content_length = 30000\nallow = [\"jane.canary@leak.example\"]\n\
        exceptions = [{ detector = \"US_SSN\", key = \"input.value\" }]",
        "mask_patterns = { 'hello|agent' = \"[WORD]\" }",
    ] {
        let mut old = redact(table);
        for (turn, messages) in turns.iter().enumerate() {
            let left = clean(old.as_mut(), request(messages));
            if turn % 8 == 7 {
                let fresh = clean(redact(table).as_mut(), request(messages));
                assert!(left == fresh, "turn {turn}, {table}");
            }
            let leaks = CANARIES.iter().any(|canary| holds(&left, canary));
            assert!(!table.is_empty() || !leaks, "turn {turn}");
        }
    }
}
