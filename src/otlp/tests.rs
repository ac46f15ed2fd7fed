//! What the rest of the house relies on.

mod amplification;
mod generate;
mod golden;
mod hostile;
mod json;
mod oracle;
mod property;
mod proto;

use std::sync::Arc;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::*;

fn span(n: u64) -> Span {
    Span::build()
        .trace_id(n)
        .span_id(n)
        .name("chat gpt-4o")
        .kind(3)
        .times(5, 9)
        .attribute("gen_ai.system", "openai")
        .attribute("tokens", 12)
        .event("said", 6, &[("text", "mail a@b.example".into())])
        .status(2, "boom")
        .finish()
}

fn batch(n: u64) -> Batch<Span> {
    let resource = Arc::new(Resource::new(&[("service.name", "agent")]));
    let scope = Arc::new(Scope::new("lib", "1.0", resource));
    Batch::new(vec![Group {
        scope,
        records: (1..=n).map(span).collect(),
    }])
}

fn encoded(telemetry: &Telemetry) -> Bytes {
    let mut out = Vec::new();
    telemetry.encode(&mut out);
    assert_eq!(out.len(), telemetry.encoded_len());
    out.into()
}

#[test]
fn a_batch_is_what_prost_reads_and_comes_back_as_it_was() {
    let bytes = encoded(&Telemetry::Traces(batch(3)));
    let theirs = ExportTraceServiceRequest::decode(bytes.clone()).unwrap();
    assert_eq!(
        theirs.resource_spans[0].scope_spans[0].spans[2].name,
        "chat gpt-4o"
    );
    assert_eq!(theirs.encode_to_vec().len(), bytes.len());
    let parsed = Telemetry::parse(Signal::Traces, bytes.clone(), &Limits::default()).unwrap();
    assert_eq!(parsed.rejected, Rejected::default());
    assert_eq!(parsed.telemetry.items(), 3);
    assert_eq!(encoded(&parsed.telemetry), bytes);
}

#[test]
fn a_span_reads_as_it_was_built() {
    let span = span(7);
    assert_eq!(span.trace_id(), TraceId::from(7));
    assert_eq!(span.parent_span_id(), None);
    assert_eq!(
        (span.name(), span.kind(), span.duration_nano()),
        ("chat gpt-4o", 3, 4)
    );
    assert_eq!(
        span.status(),
        Status {
            code: 2,
            message: "boom"
        }
    );
    assert_eq!(span.attribute("tokens"), Some(Value::Int(12)));
    assert_eq!(span.attributes().len(), 2);
    let event = span.events().next().unwrap();
    assert_eq!((event.name(), event.time_unix_nano()), ("said", 6));
}

#[test]
fn attributes_are_set_removed_and_renamed() {
    let mut span = span(1);
    span.set_attribute("new", 1.5);
    span.set_attribute("tokens", "many");
    assert_eq!(span.attribute("tokens"), Some(Value::Str("many")));
    assert_eq!(span.attribute("new"), Some(Value::Double(1.5)));
    assert!(span.rename_attribute("tokens", "gen_ai.system"));
    assert_eq!(span.attribute("gen_ai.system"), Some(Value::Str("many")));
    assert_eq!(span.attributes().len(), 2);
    assert!(span.remove_attribute("new"));
    assert!(!span.remove_attribute("new"));
    span.set_name("other");
    span.set_status(1, "");
    assert_eq!(
        (span.name(), span.status().code, span.status().message),
        ("other", 1, "")
    );
    span.detach();
    assert_eq!(Span::parse(span.message.clone()).unwrap(), span);
}

#[test]
fn redaction_reaches_every_text() {
    let mut span = span(1);
    let mut seen = Vec::new();
    let changed = span.redact_with(|place, text| {
        seen.push(format!("{place:?} {text}"));
        (text.contains('@') || place == Place::SpanName).then(|| "[gone]".to_owned())
    });
    assert!(changed);
    assert!(
        seen.contains(
            &r#"EventAttribute { key: "text", top: "text" } mail a@b.example"#.to_owned()
        )
    );
    assert!(seen.contains(&"StatusMessage boom".to_owned()));
    assert_eq!(span.name(), "[gone]");
    let event = span.events().next().unwrap();
    assert_eq!(event.attributes().get("text"), Some(Value::Str("[gone]")));
    assert_eq!(span.status().message, "boom");
    assert!(!span.redact_with(|_, _| None));
}

#[test]
fn resources_are_edited_once_and_only_here() {
    let mut mine = batch(2);
    let theirs = mine.clone();
    let mut calls = 0;
    mine.edit_resources(|resource| {
        calls += 1;
        resource.set_attribute("tenant", "t1");
        resource.set_attribute("service.name", "other");
    });
    assert_eq!(calls, 1);
    let resource = mine.groups[0].scope.resource();
    assert_eq!(resource.attribute("tenant"), Some(Value::Str("t1")));
    assert_eq!(
        resource.attribute("service.name"),
        Some(Value::Str("other"))
    );
    let old = theirs.groups[0].scope.resource();
    assert_eq!(old.attribute("tenant"), None);
    assert_eq!(mine.groups[0].scope.name(), "lib");
}

#[test]
fn a_batch_splits_and_filters() {
    let mut parts = batch(10).split_by(|_, span| span.trace_id().0[15] as usize, 3);
    assert_eq!(
        parts.iter().map(Batch::items).collect::<Vec<_>>(),
        [3, 4, 3]
    );
    let removed = parts[1].retain(|_, span| span.trace_id() == TraceId::from(1));
    assert_eq!((removed, parts[1].items()), (3, 1));
}

#[test]
fn spans_without_ids_are_taken_out_and_counted() {
    let mut batch = batch(1);
    let scope = Arc::clone(&batch.groups[0].scope);
    batch.push(&scope, Span::build().span_id(1).name("no trace").finish());
    let bytes = encoded(&Telemetry::Traces(batch));
    let parsed = Telemetry::parse(Signal::Traces, bytes, &Limits::default()).unwrap();
    assert_eq!(parsed.telemetry.items(), 1);
    assert_eq!(parsed.rejected.by, [(RejectReason::InvalidId, 1)]);
    assert!(parsed.rejected.message.contains("trace id"));
}

#[test]
fn more_items_than_allowed_are_refused() {
    let bytes = encoded(&Telemetry::Traces(batch(11)));
    let limits = Limits {
        max_items: 10,
        ..Limits::default()
    };
    let refused = Telemetry::parse(Signal::Traces, bytes, &limits).unwrap_err();
    assert_eq!(
        refused,
        ParseError::TooManyItems {
            what: "items",
            max: 10
        }
    );
}

#[test]
fn a_detached_span_costs_its_bytes_and_80_more() {
    assert_eq!(size_of::<Span>(), 80);
    let mut span = span(1);
    span.set_attribute("added", "later");
    let encoded = span.encoded_len();
    span.leave_note(Note::Found(Arc::new(7)));
    span.detach();
    assert!(matches!(span.note(), Note::Unread));
    assert_eq!((span.message.len(), span.tail.capacity()), (encoded, 0));
    assert!(span.message.is_unique(), "nothing else is kept alive");
}

#[test]
fn a_note_is_wiped_by_every_change_but_what_is_added_aside() {
    let changes: [(&str, fn(&mut Span)); 11] = [
        ("set", |span| span.set_attribute("new", 1)),
        ("set again", |span| span.set_attribute("n", 1)),
        ("set several", |span| {
            span.set_attributes(&[("new", NewValue::from(1))])
        }),
        ("remove", |span| assert!(span.remove_attribute("n"))),
        ("rename", |span| assert!(span.rename_attribute("n", "m"))),
        ("retain", |span| span.retain_attributes(|_, _| false)),
        ("redact", |span| {
            assert!(span.redact_with(|_, _| Some("x".to_owned())))
        }),
        ("name", |span| span.set_name("other")),
        ("status", |span| span.set_status(2, "why")),
        ("add", |span| span.add_attributes(added())),
        ("put", |span| span.put_attributes(added())),
    ];
    for (change, apply) in changes {
        let mut span = Span::build().name("s").attribute("n", "v").finish();
        span.leave_note(Note::Nothing);
        apply(&mut span);
        assert!(matches!(span.note(), Note::Unread), "{change}");
    }
    let mut span = Span::build().attribute("n", "v").finish();
    span.leave_note(Note::Nothing);
    span.add_aside(added());
    assert!(matches!(span.note(), Note::Nothing));
    assert_eq!(Some(Value::Str("1")), span.attribute("added"));
}

fn added() -> Additions<Spans> {
    let mut add = Additions::default();
    add.text("added", &["1"]);
    add
}

#[test]
fn a_heading_says_what_the_fields_say() {
    let child = span(1);
    let root = Span::build().trace_id([7; 16]).span_id([8; 8]).finish();
    for span in [child, root] {
        let heading = Heading {
            trace_id: span.trace_id(),
            span_id: span.span_id(),
            parent_span_id: span.parent_span_id(),
            start_unix_nano: span.start_unix_nano(),
            end_unix_nano: span.end_unix_nano(),
        };
        assert_eq!(heading, span.heading());
    }
}
