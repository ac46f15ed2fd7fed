//! What it costs to redact a conversation that is sent again with every turn.
//!
//! Each request is one span with all messages so far, as agents send them: some sixty turns of a
//! kilobyte and a half, then another conversation begins. `turns` are those; `apart` are the same, but
//! each request's messages begin a conversation of their own, so that none was read before.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tollgate::clock::Now;
use tollgate::component::{Account, Batch, Next, Processor, Shelf};
use tollgate::otlp::{Batch as Spans, Group, Limits, Scope, Signal, Span, Telemetry};

use super::processor::build;
use super::processor_time;
use super::texts::{Row, corpus};

/// A conversation ends with its messages as long as this.
const LONGEST: usize = 96 << 10;
/// Bytes of a message, at least.
const MESSAGE: usize = 1500;
/// Of so many texts in messages one has something to be found in it.
const FINDINGS: usize = 50;

/// Turns that are measured.
const TURNS: usize = 1500;

/// Prints megabytes of messages a second of processor time, with the processor and without any.
pub(super) fn run() {
    let messages = messages();
    for chain in ["none", "redact"] {
        for way in ["turns", "apart"] {
            let (bytes, took) = pass(chain, way == "apart", &messages);
            let rate = bytes as f64 / took.as_secs_f64() / 1e6;
            eprintln!("{chain:<8} {way:<8} {bytes:>10} B  {rate:>8.0} MB/s");
        }
    }
}

/// Passes so many turns through the chain; answers bytes of messages, and processor time.
fn pass(chain: &str, is_apart: bool, messages: &[String]) -> (usize, Duration) {
    let mut chain: Vec<Box<dyn Processor>> = match chain {
        "none" => Vec::new(),
        name => vec![build(name, &Shelf::default())],
    };
    let account = Account::default();
    let (mut out, mut bytes, mut took) = (Vec::new(), 0, Duration::ZERO);
    let (mut text, mut conversation) = (String::new(), 0);
    for (turn, message) in messages.iter().cycle().take(TURNS).enumerate() {
        if text.len() > LONGEST {
            text.clear();
            conversation += 1;
        }
        if text.is_empty() {
            text =
                format!("[{{\"role\":\"system\",\"content\":\"conversation {conversation:08x}\"}}");
        }
        text = format!("{text},{message}");
        let mut sent = format!("{text}]");
        if is_apart {
            sent = sent.replacen(&format!("{conversation:08x}"), &format!("{turn:08x}"), 1);
        }
        bytes += sent.len();
        let request = request(&sent);
        let start = processor_time();
        let parsed = Telemetry::parse(Signal::Traces, request, &Limits::default());
        let Ok(parsed) = parsed else { continue };
        let mut take = |batch: Batch| {
            out.clear();
            batch.telemetry.encode(&mut out);
        };
        let now = Now::at_ms(turn as u64);
        let mut next = Next::new(&mut chain, &mut take, &account, now, 0.0);
        next.send(Batch::unpaid(parsed.telemetry));
        took += processor_time().saturating_sub(start);
    }
    (bytes, took)
}

/// Messages of the corpus' clean texts, with one text that is not here and there.
fn messages() -> Vec<String> {
    let is_clean = |row: &Row| row.entities.is_empty();
    let (clean, others): (Vec<Row>, Vec<Row>) = corpus().into_iter().partition(is_clean);
    let mut others = others.iter();
    let (mut messages, mut content) = (Vec::new(), String::new());
    for (index, row) in clean.iter().enumerate() {
        let other = others.next().filter(|_| index % FINDINGS == 0);
        for row in std::iter::once(row).chain(other) {
            content.push_str(&row.text);
            content.push('\n');
        }
        if content.len() > MESSAGE {
            let role = if messages.len() % 2 == 0 {
                "user"
            } else {
                "assistant"
            };
            messages.push(json!({"role": role, "content": content}).to_string());
            content.clear();
        }
    }
    messages
}

fn request(messages: &str) -> Bytes {
    let span = Span::build()
        .trace_id([1; 16])
        .span_id([2; 8])
        .name("chat gpt-4o")
        .times(1_000, 9_000)
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.input.messages", messages)
        .finish();
    let group = Group {
        scope: Arc::new(Scope::new("agent", "1", Arc::default())),
        records: vec![span],
    };
    let mut out = Vec::new();
    Telemetry::Traces(Spans::new(vec![group])).encode(&mut out);
    Bytes::from(out)
}
