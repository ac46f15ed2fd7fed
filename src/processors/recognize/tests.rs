//! Answers, their absence, and what is left of the texts; against a recogniser that is a channel.

use std::sync::Arc;

use prost::Message;
use serde_json::json;

use super::*;
use crate::clock::Now;
use crate::component::Account;
use crate::otlp::{self, Scope, Span, Telemetry};

/// A processor without a client, and the questions that it asks.
fn build(change: impl FnOnce(&mut Config)) -> (Recognize, mpsc::Receiver<Job>) {
    let mut config = Config {
        endpoint: "http://localhost/x".into(),
        keys: vec!["note*".into()],
        max_waiting: 2,
        ..Config::default()
    };
    change(&mut config);
    assert!(config.check().is_empty());
    let (jobs, questions) = mpsc::channel(8);
    let processor = Recognize {
        choice: config.choice(),
        closed: config.on_failure == OnFailure::Closed,
        timeout: config.timeout.get(),
        waiting_max: config.max_waiting,
        jobs,
        waiting: VecDeque::new(),
        books: Books::open(&Context::bare("recognize")).unwrap(),
    };
    (processor, questions)
}

/// A span with a note, and something else that nobody is asked about.
fn batch(note: &str) -> Batch {
    let span = Span::build()
        .trace_id([1; 16])
        .span_id([2; 8])
        .attribute("note.text", note)
        .attribute("other", "Jane Roe");
    let group = otlp::Group {
        scope: Arc::new(Scope::default()),
        records: vec![span.finish()],
    };
    Batch::unpaid(Telemetry::Traces(otlp::Batch::new(vec![group])))
}

/// Calls the processor at a time; the notes that leave it.
fn at(ms: u64, call: impl FnOnce(&mut Next<'_>)) -> Vec<String> {
    let account = Account::default();
    let mut notes = Vec::new();
    let mut out = |batch: Batch| {
        let Telemetry::Traces(spans) = &batch.telemetry else {
            return;
        };
        spans.for_each(|_, span| {
            let text = |key| span.attribute(key).and_then(|value| value.as_str());
            assert_eq!(text("other"), Some("Jane Roe"));
            notes.push(text("note.text").unwrap_or_default().to_owned());
        });
    };
    call(&mut Next::new(
        &mut [],
        &mut out,
        &account,
        Now::at_ms(ms),
        0.0,
    ));
    notes
}

fn reply(job: Job, findings: serde_json::Value) {
    let answer: Answer = serde_json::from_value(json!({"findings": findings})).unwrap();
    assert!(Choice::accepts(&answer, &job.question));
    job.answer.send(Ok(answer)).ok().unwrap();
}

#[test]
fn what_is_found_is_hidden_by_its_characters() {
    let (mut processor, mut questions) = build(|_| {});
    let none = at(0, |next| {
        processor.process(batch("Zoë met Jane Roe."), next)
    });
    assert_eq!((none.len(), processor.held()), (0, 1));
    let job = questions.try_recv().unwrap();
    let asked = serde_json::to_value(&job.question).unwrap();
    let text = json!({"key": "note.text", "text": "Zoë met Jane Roe."});
    assert_eq!(asked, json!({"texts": [text]}));
    reply(
        job,
        json!([[
            {"type": "PERSON", "start": 0, "end": 3, "score": 0.9},
            {"type": "PERSON", "start": 8, "end": 16},
            {"type": "FIRST", "start": 8, "end": 12},
            {"type": "<b>", "start": 16, "end": 17},
            {"type": "DATE", "start": 4, "end": 7, "score": 0.1},
        ]]),
    );
    let notes = at(10, |next| processor.tick(next));
    assert_eq!(notes, ["[PERSON] met [PERSON][PERSONAL]"]);
    assert_eq!(processor.held(), 0);
}

#[test]
fn json_stays_json_when_a_number_in_it_is_hidden() {
    let (mut processor, mut questions) = build(|_| {});
    let text = r#"{"who": "Zoë", "call": [4155552671]}"#;
    at(0, |next| processor.process(batch(text), next));
    reply(
        questions.try_recv().unwrap(),
        json!([[
            {"type": "PERSON", "start": 9, "end": 12},
            {"type": "PHONE", "start": 24, "end": 34},
        ]]),
    );
    let notes = at(10, |next| processor.tick(next));
    assert_eq!(notes, [r#"{"who": "[PERSON]", "call": ["[PHONE]"]}"#]);
}

#[test]
fn texts_without_an_answer_are_hidden_or_pass_as_configured() {
    for (on_failure, left) in [
        (OnFailure::Closed, "[UNCHECKED]"),
        (OnFailure::Open, "Jane Roe"),
    ] {
        let (mut processor, questions) = build(|config| config.on_failure = on_failure);
        let send = |processor: &mut Recognize, ms| {
            at(ms, |next| processor.process(batch("Jane Roe"), next))
        };
        assert_eq!(send(&mut processor, 0), [""; 0]);
        assert_eq!(send(&mut processor, 1), [""; 0]);
        // Two wait already, which is all that may.
        assert_eq!(send(&mut processor, 2), [left]);
        assert_eq!(at(1999, |next| processor.tick(next)), [""; 0]);
        // The first is overdue; the second leaves with the chain.
        assert_eq!(at(2000, |next| processor.tick(next)), [left]);
        assert_eq!(at(2000, |next| processor.drain(next)), [left]);
        // Nobody listens any more.
        drop(questions);
        assert_eq!(send(&mut processor, 3000), [left]);
        assert_eq!(processor.held(), 0);
    }
}

#[test]
fn what_is_too_long_to_send_counts_as_unanswered() {
    let (mut processor, mut questions) = build(|config| config.max_request_size = units::Size(10));
    let notes = at(0, |next| {
        processor.process(batch("Jane Roe, Jane Roe"), next)
    });
    assert_eq!(notes, ["[UNCHECKED]"]);
    assert!(questions.try_recv().is_err());
}

#[test]
fn answers_about_other_texts_are_none() {
    let (mut processor, mut questions) = build(|_| {});
    at(0, |next| processor.process(batch("Jane"), next));
    let job = questions.try_recv().unwrap();
    for findings in [
        json!([]),
        json!([[], []]),
        json!([[{"type": "PERSON", "start": 0, "end": 5}]]),
        json!([[{"type": "PERSON", "start": 3, "end": 2}]]),
    ] {
        let answer: Answer = serde_json::from_value(json!({"findings": findings})).unwrap();
        assert!(!Choice::accepts(&answer, &job.question), "{answer:?}");
    }
    // What JSON cannot say: one finding from 0 to 1, certain to a degree that is no number.
    let score = [&[0x21][..], &f64::NAN.to_le_bytes()].concat();
    let finding = [&[0x0a, 0x01, b'X', 0x18, 0x01][..], &score].concat();
    let findings = [&[0x0a, finding.len() as u8][..], &finding].concat();
    let answer = [&[0x0a, findings.len() as u8][..], &findings].concat();
    let answer = Answer::decode(&*answer).unwrap();
    assert!(!Choice::accepts(&answer, &job.question), "{answer:?}");
}

#[test]
fn who_leaves_waits_for_what_was_asked_but_not_longer_than_each_may_take() {
    let (mut processor, mut questions) = build(|config| {
        config.on_failure = OnFailure::Open;
        config.timeout = units::Duration::from_millis(300);
    });
    at(0, |next| processor.process(batch("Jane"), next));
    at(0, |next| processor.process(batch("Jane"), next));
    let answering = std::thread::spawn(move || {
        let first = questions.blocking_recv().unwrap();
        reply(first, json!([[{"type": "PERSON", "start": 0, "end": 4}]]));
        // The second is never answered, and never given up.
        questions.blocking_recv().unwrap()
    });
    let notes = at(100, |next| processor.drain(next));
    assert_eq!(notes, ["[PERSON]", "Jane"]);
    drop(answering.join().unwrap());
}

#[test]
fn a_grpc_recogniser_has_no_path() {
    let faults = |endpoint: &str| {
        let text = format!("endpoint = \"{endpoint}\"\nprotocol = \"grpc\"");
        let config: Config = toml::from_str(&text).unwrap();
        config.check().len()
    };
    assert_eq!(0, faults("https://localhost:5003"));
    assert_eq!(0, faults("http://localhost:5003/"));
    assert_eq!(1, faults("http://localhost:5003/recognize"));
}

#[test]
fn certificates_that_cannot_be_used_are_told_at_their_key() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/tls");
    let fault = |tls: &str| {
        let text = format!("endpoint = \"https://localhost/x\"\ntls = {tls}");
        let config: Config = toml::from_str(&text).unwrap();
        let mut faults = config.check();
        let mut context = Context::bare("recognize");
        context.folder.clone_from(&folder);
        faults.extend(config.build(&mut context).err());
        faults
            .into_iter()
            .map(|fault| fault.key)
            .collect::<Vec<_>>()
    };
    assert_eq!([""; 0], *fault(r#"{ ca = "ca.pem" }"#));
    assert_eq!(["tls.ca"], *fault(r#"{ ca = "client.key" }"#));
    assert_eq!(["tls.ca"], *fault(r#"{ ca = "nowhere.pem" }"#));
    assert_eq!(["tls"], *fault(r#"{ cert = "client.pem" }"#));
}
