//! Any request, as protobuf, JSON or lines of attributes, through the embedded chains: nothing panics,
//! nothing is lost without a reason, and what comes out can be sent.
#![no_main]

use std::cell::RefCell;
use std::path::Path;

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValueKind;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;
use tollgate::config::Document;
use tollgate::otlp::{Limits, Signal, Telemetry};
use tollgate::service::{EMBEDDED, Rehearsal};

/// Spans wait longer than this for their trace's end only if others of it come.
const LATER_MS: u64 = 120_000;

/// A chain, and how late it is there.
struct Bench {
    chain: Rehearsal,
    now_ms: u64,
}

thread_local! {
    /// One for each signal: what a request leaves behind must not harm the next one.
    static BENCHES: [RefCell<Bench>; 3] = Signal::ALL.map(|signal| RefCell::new(bench(signal)));
}

fn bench(signal: Signal) -> Bench {
    let document = Document::parse("embedded", Path::new("."), EMBEDDED.to_owned(), &|_| None);
    let document = document.expect("the defaults are read");
    let chain = Rehearsal::build(&document, signal.name(), &[]).expect("the defaults are built");
    Bench { chain, now_ms: 0 }
}

fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else {
        return;
    };
    let place = usize::from(*first) % 3;
    let signal = Signal::ALL[place];
    let limits = Limits::default();
    let parsed = match first >> 6 {
        0 => Telemetry::parse(signal, Bytes::copy_from_slice(body), &limits),
        1 => Telemetry::parse_json(signal, body, &limits),
        _ => {
            let request = request(&String::from_utf8_lossy(body)).encode_to_vec();
            Telemetry::parse(signal, request.into(), &limits)
        }
    };
    let Ok(parsed) = parsed else { return };
    BENCHES.with(|benches| send(&mut benches[place].borrow_mut(), parsed.telemetry));
});

/// Spans of one trace, one a paragraph: its name, its status and kind as digits, and its attributes,
/// `key value` in each line. Some mutations of what is read so still mean something.
fn request(text: &str) -> ExportTraceServiceRequest {
    let spans = text.split("\n\n").take(16).enumerate().map(span).collect();
    let scope_spans = vec![ScopeSpans {
        spans,
        ..ScopeSpans::default()
    }];
    let resource_spans = vec![ResourceSpans {
        scope_spans,
        ..ResourceSpans::default()
    }];
    ExportTraceServiceRequest { resource_spans }
}

fn span((place, text): (usize, &str)) -> Span {
    let mut lines = text.lines();
    let name = lines.next().unwrap_or_default();
    let digit = |at: usize| i32::from(*name.as_bytes().get(at).unwrap_or(&0) % 8);
    let start = 1_000_000 * place as u64;
    let parent = if place == 0 {
        Vec::new()
    } else {
        vec![digit(2) as u8 + 1; 8]
    };
    Span {
        trace_id: vec![7; 16],
        span_id: vec![place as u8 + 1; 8],
        parent_span_id: parent,
        name: name.to_owned(),
        kind: digit(0),
        start_time_unix_nano: start,
        end_time_unix_nano: start + name.len() as u64,
        status: Some(Status {
            code: digit(1) % 3,
            message: String::new(),
        }),
        attributes: lines.map(attribute).collect(),
        ..Span::default()
    }
}

/// A whole number, a fraction, or else a text.
fn attribute(line: &str) -> KeyValue {
    let (key, text) = line.split_once(' ').unwrap_or((line, ""));
    let whole = text.parse().map(AnyValueKind::IntValue);
    let value = whole.or_else(|_| text.parse().map(AnyValueKind::DoubleValue));
    let value = value.unwrap_or_else(|_| AnyValueKind::StringValue(text.replace("\\n", "\n")));
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

fn send(Bench { chain, now_ms }: &mut Bench, telemetry: Telemetry) {
    let before = chain.tally();
    let items = telemetry.items() as u64;
    chain.send(telemetry);
    *now_ms += LATER_MS;
    chain.until_empty(*now_ms);
    chain.drain();
    let books = chain.tally();
    assert_eq!(books.received - before.received, items);
    assert_eq!(books.held(), 0, "{books:?}");
    let mut passed = 0;
    for telemetry in chain.take_out() {
        passed += telemetry.items() as u64;
        let mut out = Vec::new();
        telemetry.encode(&mut out);
        assert_eq!(out.len(), telemetry.encoded_len());
        let again = Telemetry::parse(telemetry.signal(), out.into(), &Limits::default());
        assert_eq!(
            again.expect("our own bytes").telemetry.items(),
            telemetry.items()
        );
    }
    assert_eq!(books.passed - before.passed, passed);
}
