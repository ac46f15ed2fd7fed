//! What `normalize` leaves for later readers changes nothing that they find.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use flate2::read::GzDecoder;

use super::super::testing::pass;
use crate::component::{Built, Context, Processor};
use crate::config::Table;
use crate::genai::dialect::Dialects;
use crate::otlp::{Batch as Spans, Group, Limits, Note, Scope, Signal, Span, Telemetry};

fn build(name: &str) -> Box<dyn Processor> {
    configured(name, "")
}

fn configured(name: &str, table: &str) -> Box<dyn Processor> {
    let entry = super::super::ALL.iter().find(|entry| entry.name == name);
    let built =
        (entry.unwrap().read)(&Table::of(table)).unwrap_or_else(|faults| panic!("{faults:?}"));
    let Built::Processor(make, _) = built else {
        panic!("not a processor")
    };
    make(&mut Context::bare(name)).unwrap()(0)
}

fn encoded(telemetry: &Telemetry) -> Bytes {
    let mut out = Vec::new();
    telemetry.encode(&mut out);
    Bytes::from(out)
}

fn parse(body: Bytes) -> Option<Telemetry> {
    let parsed = Telemetry::parse(Signal::Traces, body, &Limits::default());
    parsed.ok().map(|parsed| parsed.telemetry)
}

/// Every captured request of traces.
fn captures(folder: &Path, found: &mut Vec<Telemetry>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            captures(&path, found);
        } else if path.to_string_lossy().contains("traces") {
            let bytes = fs::read(&path).unwrap();
            let mut plain = Vec::new();
            let body = match GzDecoder::new(&*bytes).read_to_end(&mut plain) {
                Ok(_) => plain,
                Err(_) => bytes,
            };
            found.extend(parse(Bytes::from(body)));
        }
    }
}

fn all_captures() -> Vec<Telemetry> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/integration-tests/fixtures/captures"
    );
    let mut requests = Vec::new();
    captures(Path::new(folder), &mut requests);
    let spans: usize = requests.iter().map(Telemetry::items).sum();
    assert!(spans > 300, "the captures are there: {spans} spans");
    requests
}

fn spans(telemetry: Telemetry) -> Spans<Span> {
    let Telemetry::Traces(spans) = telemetry else {
        panic!("not traces")
    };
    spans
}

#[test]
fn a_price_is_the_same_with_the_notes_on_the_spans_and_without() {
    let (mut normalize, mut cost) = (build("normalize"), build("cost"));
    for request in all_captures() {
        let noted = pass(normalize.as_mut(), request);
        // Whoever reads a span anew finds no note on it.
        let plain = parse(encoded(&noted)).unwrap();
        let [noted, plain] = [noted, plain].map(|spans| encoded(&pass(cost.as_mut(), spans)));
        assert!(noted == plain, "the notes changed what was written");
    }
}

#[test]
fn what_is_remembered_of_a_span_is_what_would_be_read_anew() {
    let dialects = Dialects::builtin();
    for originals in ["keep", "remove"] {
        let mut normalize = configured("normalize", &format!("originals = \"{originals}\""));
        for request in all_captures() {
            let noted = pass(normalize.as_mut(), request);
            let plain = spans(parse(encoded(&noted)).unwrap());
            let noted = spans(noted);
            let all = noted.groups.iter().zip(&plain.groups);
            for (noted, plain) in all.map(|(one, other)| (&one.records, other)) {
                for (noted, other) in noted.iter().zip(&plain.records) {
                    assert!(!matches!(noted.note(), Note::Unread));
                    assert!(matches!(other.note(), Note::Unread));
                    let [noted, mut anew] =
                        [noted, other].map(|span| dialects.read(&plain.scope, span));
                    // A failed call whose one name for the model was the one asked for.
                    if let (Some(noted), Some(anew)) = (&noted, &mut anew)
                        && noted.failure.is_some()
                        && noted.response_model.is_none()
                        && anew.response_model == anew.request_model
                    {
                        anew.response_model = None;
                    }
                    assert_eq!(anew, noted, "originals = {originals}");
                }
            }
        }
    }
}

#[test]
fn counts_that_a_source_tells_apart_stay_added_up_for_whoever_reads_them_anew() {
    let custom = "[[dialects]]\nname = \"acme\"\nscopes = [\"acme.llm\"]\n\
        input_excludes_cache = true\noperations = { ask = \"chat\" }\n\
        [dialects.aliases]\n\"acme.in\" = \"gen_ai.usage.input_tokens\"\n\
        \"acme.out\" = \"gen_ai.usage.output_tokens\"\n\
        \"acme.cached\" = \"gen_ai.usage.cache_read.input_tokens\"\n\
        \"acme.what\" = \"gen_ai.operation.name\"\n\"acme.model\" = \"gen_ai.request.model\"";
    type Case = (
        &'static str,
        &'static str,
        &'static [(&'static str, i64)],
        [u64; 2],
    );
    let cases: [Case; 3] = [
        (
            "com.anthropic.claude_code.tracing",
            "claude_code.llm_request",
            &[
                ("input_tokens", 10),
                ("output_tokens", 20),
                ("cache_read_tokens", 400),
                ("cache_creation_tokens", 3000),
            ],
            [3410, 20],
        ),
        (
            "gemini-cli",
            "llm_call",
            &[
                ("input_token_count", 100),
                ("output_token_count", 20),
                ("thoughts_token_count", 50),
            ],
            [100, 70],
        ),
        (
            "acme.llm",
            "ask",
            &[("acme.in", 1000), ("acme.out", 100), ("acme.cached", 400)],
            [1400, 100],
        ),
    ];
    for (scope, name, counts, wanted) in cases {
        let mut span = Span::build().trace_id([1; 16]).span_id([1; 8]).name(name);
        for (key, count) in counts {
            span = span.attribute(key, *count);
        }
        let span = span
            .attribute("gen_ai.operation.name", "chat")
            .attribute("acme.what", "ask")
            .attribute("model", "m")
            .attribute("acme.model", "m")
            .finish();
        let scope = Arc::new(Scope::new(scope, "", Arc::default()));
        let records = vec![span];
        let batch = Telemetry::Traces(Spans::new(vec![Group { scope, records }]));
        let mut normalize = configured("normalize", custom);
        let noted = pass(normalize.as_mut(), batch);
        let once = spans(parse(encoded(&noted)).unwrap());
        // A second Tollgate, which does not know the user's dialect.
        let twice = pass(build("normalize").as_mut(), Telemetry::Traces(once.clone()));
        for read in [spans(noted), once, spans(parse(encoded(&twice)).unwrap())] {
            let (scope, span) = (&read.groups[0].scope, &read.groups[0].records[0]);
            let usage = Dialects::builtin()
                .read(scope, span)
                .unwrap()
                .usage
                .unwrap();
            let [input, output] = [usage.input, usage.output].map(Option::unwrap);
            assert_eq!(wanted, [input, output], "{name}");
        }
    }
}

#[test]
fn what_was_masked_is_not_remembered() {
    let mut redact = configured("redact", "");
    let mut cost = build("cost");
    let span = Span::build()
        .trace_id([1; 16])
        .span_id([1; 8])
        .attribute("gen_ai.operation.name", "chat")
        .attribute("gen_ai.request.model", "jane.doe@example.org")
        .attribute("user.id", "jane.doe@example.org")
        .attribute("gen_ai.usage.input_tokens", 10)
        .finish();
    let scope = Arc::new(Scope::new("test", "", Arc::default()));
    let records = vec![span];
    let batch = Telemetry::Traces(Spans::new(vec![Group { scope, records }]));
    let noted = pass(build("normalize").as_mut(), batch);
    let masked = spans(pass(cost.as_mut(), pass(redact.as_mut(), noted)));
    let span = &masked.groups[0].records[0];
    let dialects = Dialects::builtin();
    let facts = dialects.read(&masked.groups[0].scope, span).unwrap();
    assert!(matches!(span.note(), Note::Found(_)), "read anew by cost");
    assert!(!format!("{facts:?}").contains("jane"), "{facts:?}");
    assert_eq!(Some(10), facts.usage.and_then(|usage| usage.input));
}

#[test]
fn two_pricings_in_one_chain_write_each_attribute_once() {
    for request in all_captures() {
        let mut telemetry = pass(build("normalize").as_mut(), request);
        for _ in 0..2 {
            telemetry = pass(build("cost").as_mut(), telemetry);
        }
        for span in spans(telemetry).records() {
            let names = span.attributes().iter().map(|(name, _)| name);
            assert!(names.filter(|name| *name == "tollgate.cost.status").count() <= 1);
        }
    }
}
