//! Privacy, judged from outside: a labelled corpus, planted canaries, the command line.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use bytes::Bytes;
use flate2::read::GzDecoder;
use serde::Deserialize;
use tollgate::clock::Now;
use tollgate::component::{Account, Batch, Built, Context, Next, Processor};
use tollgate::config::Table;
use tollgate::otlp::{Limits, Place, Telemetry};
use tollgate::pii::{Findings, Options, Scanner};
use tollgate::processors;

use crate::harness::captures;

/// One text of the corpus, with what stands in it.
#[derive(Deserialize)]
struct Row {
    key: Option<String>,
    text: String,
    entities: Vec<Entity>,
}

#[derive(Deserialize)]
struct Entity {
    r#type: String,
    start: usize,
    end: usize,
    #[serde(default)]
    optional: bool,
    enc: Option<String>,
    hard: Option<String>,
}

/// Names and addresses in free text are out of reach without a model.
const NEED_A_MODEL: [&str; 2] = ["PERSON", "STREET_ADDRESS"];

/// Types of which none may be missed where they stand in plain text.
const NEVER_MISSED: &[&str] = &[
    "OPENAI_KEY",
    "ANTHROPIC_KEY",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "GITHUB_TOKEN",
    "SLACK_TOKEN",
    "GOOGLE_API_KEY",
    "STRIPE_KEY",
    "OTHER_API_KEY",
    "JWT",
    "PRIVATE_KEY",
    "IBAN",
    "US_SSN",
    "CN_ID",
];

fn corpus() -> Vec<Row> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("integration-tests/fixtures/pii/corpus.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(std::fs::File::open(file).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The figures of `score.py`: shares found, right, touched and removed.
#[derive(Default)]
struct Score {
    wanted: usize,
    covered: usize,
    predicted: usize,
    right: usize,
    clean: usize,
    touched: usize,
    plain_bytes: usize,
    removed_bytes: usize,
    by_encoding: BTreeMap<String, (usize, usize)>,
    missed: Vec<String>,
}

impl Score {
    fn add(&mut self, row: &Row, found: &[(usize, usize)]) {
        let covered = |start: usize, end: usize| -> usize {
            found
                .iter()
                .map(|&(a, b)| b.min(end).saturating_sub(a.max(start)))
                .sum()
        };
        let asked =
            |entity: &&Entity| !entity.optional && !NEED_A_MODEL.contains(&entity.r#type.as_str());
        for entity in row.entities.iter().filter(asked) {
            let hit = covered(entity.start, entity.end) * 10 >= (entity.end - entity.start) * 9;
            let way = entity
                .enc
                .clone()
                .or(entity.hard.clone())
                .unwrap_or_else(|| "plain".into());
            if !hit && (NEVER_MISSED.contains(&entity.r#type.as_str()) && way == "plain") {
                self.missed.push(format!(
                    "{}: {}",
                    entity.r#type,
                    &row.text[entity.start..entity.end]
                ));
            }
            let counts = self.by_encoding.entry(way).or_default();
            counts.0 += usize::from(hit);
            counts.1 += 1;
            self.wanted += 1;
            self.covered += usize::from(hit);
        }
        let overlaps =
            |entity: &Entity, &(a, b): &(usize, usize)| entity.start < b && a < entity.end;
        for span in found {
            let mut hits = row
                .entities
                .iter()
                .filter(|entity| overlaps(entity, span))
                .peekable();
            let hit = row
                .entities
                .iter()
                .filter(asked)
                .any(|entity| overlaps(entity, span));
            if hit || hits.peek().is_none() {
                self.predicted += 1;
                self.right += usize::from(hit);
            }
        }
        let gold: usize = row
            .entities
            .iter()
            .map(|entity| entity.end - entity.start)
            .sum();
        let in_gold: usize = row
            .entities
            .iter()
            .map(|entity| covered(entity.start, entity.end))
            .sum();
        let all: usize = found.iter().map(|(a, b)| b - a).sum();
        self.plain_bytes += row.text.len() - gold.min(row.text.len());
        self.removed_bytes += all.saturating_sub(in_gold);
        if row.entities.is_empty() {
            self.clean += 1;
            self.touched += usize::from(!found.is_empty());
        }
    }
}

#[track_caller]
fn at_least(what: &str, part: usize, whole: usize, least: f64) {
    let share = part as f64 / whole.max(1) as f64;
    assert!(
        share >= least,
        "{what}: {share:.4} of {whole}, at least {least} is asked for"
    );
}

#[test]
fn the_corpus_is_found_and_nothing_else_is_touched() {
    let scanner = Scanner::new(&Options::default()).unwrap();
    let mut findings = Findings::default();
    let mut score = Score::default();
    // Every third row: enough for the thresholds, and soon done without optimisation.
    for row in corpus().iter().step_by(3) {
        scanner.scan(row.key.as_deref(), &row.text, &mut findings);
        let found: Vec<_> = findings
            .iter()
            .map(|found| (found.start, found.end))
            .collect();
        score.add(row, &found);
    }
    assert_eq!(Vec::<String>::new(), score.missed);
    at_least("recall", score.covered, score.wanted, 0.99);
    at_least("precision", score.right, score.predicted, 0.99);
    at_least(
        "clean texts untouched",
        score.clean - score.touched,
        score.clean,
        0.995,
    );
    at_least(
        "plain bytes left",
        score.plain_bytes - score.removed_bytes,
        score.plain_bytes,
        0.999,
    );
    for (way, (hits, all)) in &score.by_encoding {
        at_least(way, *hits, *all, 0.95);
    }
}

/// What is planted: one of each family, in forms that survive inside JSON.
pub(crate) const CANARIES: [&str; 6] = [
    "jane.canary@leak.example",
    "4111 1111 1111 1111",
    "219-09-9999",
    "+49 1512 0776584",
    "sk-proj-Canary1234567890AbCdEfGhIjKlMnOp",
    "GB29 NWBK 6016 1331 9268 19",
];

/// Attributes, bodies and events in which some dialect keeps content (`docs/privacy.md`).
const CONTENT: &[&str] = &[
    "gen_ai.input.messages",
    "gen_ai.output.messages",
    "gen_ai.prompt.0.content",
    "gen_ai.completion.0.content",
    "llm.input_messages.0.message.content",
    "input.value",
    "output.value",
    "ai.prompt",
    "ai.response.text",
    "ai.toolCall.args",
    "ai.toolCall.result",
    "traceloop.entity.input",
    "traceloop.entity.output",
    "langfuse.observation.input",
    "mlflow.spanInputs",
    "mlflow.spanOutputs",
    "mcp.response.value",
    "gcp.vertex.agent.llm_request",
    "metadata",
    "hidden_params",
    "pydantic_ai.all_messages",
    "final_result",
    "tool_arguments",
    "tool_response",
    "request_data",
    "response_data",
    "gen_ai.tool.call.arguments",
    "gen_ai.tool.call.result",
    "gen_ai.content.prompt",
    "events",
    "all_messages_events",
];

/// A text with the canaries in it; JSON stays JSON.
pub(crate) fn planted(text: &str) -> String {
    let all = CANARIES.join(", ");
    match text.strip_prefix('{') {
        Some(rest) if text.ends_with('}') && rest.len() > 1 => {
            format!("{{\"planted\":\"{all}\",{rest}")
        }
        _ => format!("{text} reach {all}"),
    }
}

pub(crate) fn redact(toml: &str) -> Box<dyn Processor> {
    let entry = processors::ALL
        .iter()
        .find(|entry| entry.name == "redact")
        .unwrap();
    let Ok(Built::Processor(build, _)) = (entry.read)(&Table::of(toml)) else {
        panic!("no processor")
    };
    let Ok(maker) = build(&mut Context::bare("redact")) else {
        panic!("does not build")
    };
    maker(0)
}

pub(crate) fn clean(processor: &mut dyn Processor, telemetry: Telemetry) -> Vec<u8> {
    let account = Account::default();
    let mut bytes = Vec::new();
    let mut out = |batch: Batch| batch.telemetry.encode(&mut bytes);
    let mut next = Next::new(&mut [], &mut out, &account, Now::default(), 0.0);
    processor.process(Batch::unpaid(telemetry), &mut next);
    bytes
}

pub(crate) fn holds(bytes: &[u8], canary: &str) -> bool {
    bytes
        .windows(canary.len())
        .any(|window| window == canary.as_bytes())
}

/// Plants into every text of a record that may hold what people wrote.
fn plant(telemetry: &mut Telemetry) -> Vec<String> {
    let mut keys = Vec::new();
    let mut offer = |place: Place<'_>, text: &str| {
        let skipped = matches!(
            place,
            Place::AttributeKey { .. }
                | Place::ScopeVersion
                | Place::SchemaUrl
                | Place::MetricUnit
                | Place::EntityRef
                | Place::BytesValue { .. }
                | Place::Number { .. }
        );
        if skipped {
            return None;
        }
        keys.push(if place.top().is_empty() {
            format!("{place:?}")
        } else {
            place.top().to_owned()
        });
        Some(planted(text))
    };
    match telemetry {
        Telemetry::Traces(spans) => {
            spans.edit_resources(|resource| {
                resource.redact_with(&mut offer);
            });
            spans.edit_scopes(|scope| {
                scope.redact_with(&mut offer);
            });
            spans.for_each_mut(|_, span| {
                span.redact_with(&mut offer);
            });
        }
        Telemetry::Logs(logs) => logs.for_each_mut(|_, log| {
            log.redact_with(&mut offer);
        }),
        Telemetry::Metrics(metrics) => {
            metrics.for_each_mut(|_, metric| {
                metric.redact_with(&mut offer);
            });
        }
    }
    keys
}

#[test]
fn nothing_planted_into_real_captures_leaves() {
    let mut processor = redact("");
    let mut places = std::collections::BTreeSet::new();
    for capture in captures() {
        let parsed = Telemetry::parse(
            capture.signal,
            Bytes::from(capture.body),
            &Limits::default(),
        );
        let mut telemetry = parsed.unwrap().telemetry;
        places.extend(plant(&mut telemetry));
        let bytes = clean(processor.as_mut(), telemetry);
        for canary in CANARIES {
            assert!(!holds(&bytes, canary), "{canary} left in {}", capture.name);
        }
    }
    let dialects = CONTENT.iter().filter(|key| places.contains(**key)).count();
    assert!(
        dialects >= 15,
        "only {dialects} content attributes were seen: {places:?}"
    );
}

#[test]
fn what_is_remembered_as_clean_changes_nothing_that_leaves() {
    // Each with every so many of the requests.
    let tables = [
        ("", 3),
        ("mode = \"report\"", 7),
        (
            "max_attribute_length = 40\nscan_keys = true\n\
            exceptions = [{ detector = \"EMAIL\", key = \"a\" }]",
            5,
        ),
    ];
    let mut requests = Vec::new();
    for capture in captures() {
        let body = Bytes::from(capture.body);
        let parsed = Telemetry::parse(capture.signal, body, &Limits::default());
        let telemetry = parsed.unwrap().telemetry;
        let mut planted = telemetry.clone();
        plant(&mut planted);
        requests.extend([telemetry, planted]);
    }
    for (table, step) in tables {
        let requests: Vec<&Telemetry> = requests.iter().step_by(step).collect();
        let fresh = |one: &&Telemetry| clean(redact(table).as_mut(), (*one).clone());
        let fresh: Vec<Vec<u8>> = requests.iter().map(fresh).collect();
        let mut old = redact(table);
        for round in 0..3 {
            for (index, (request, fresh)) in requests.iter().zip(&fresh).enumerate() {
                let left = clean(old.as_mut(), (*request).clone());
                assert!(left == *fresh, "request {index}, round {round}, {table}");
            }
        }
    }
}

#[test]
fn nothing_planted_under_any_content_key_leaves() {
    let mut processor = redact("");
    for key in CONTENT {
        let span = tollgate::otlp::Span::build()
            .trace_id([1; 16])
            .span_id([1; 8]);
        let nested = format!("{{\"a\":[{{\"b\":{:?}}}]}}", planted("{\"c\":1}"));
        let span = span
            .attribute(key, planted(""))
            .attribute("nested", nested)
            .finish();
        let group = tollgate::otlp::Group {
            scope: std::sync::Arc::default(),
            records: vec![span],
        };
        let batch = tollgate::otlp::Batch::new(vec![group]);
        let bytes = clean(processor.as_mut(), Telemetry::Traces(batch));
        for canary in CANARIES {
            assert!(!holds(&bytes, canary), "{canary} left under {key}");
        }
    }
}

#[test]
fn the_command_line_answers_rows_and_texts() {
    let run = |args: &[&str], input: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tollgate"))
            .arg("redact")
            .args(args)
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let row = "{\"id\":1,\"text\":\"é a@example.org\"}\n{\"id\":2,\"key\":\"db.password\",\"text\":\"x y\"}\n";
    let answers: Vec<serde_json::Value> = run(&[], row)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!("é [EMAIL]", answers[0]["text_redacted"]);
    let span = serde_json::json!({"type": "EMAIL", "start": 3, "end": 16});
    assert_eq!(span, answers[0]["entities"][0]);
    assert_eq!("[PASSWORD]", answers[1]["text_redacted"]);
    assert_eq!("mail [EMAIL]\nbye\n", run(&[], "mail a@example.org\nbye\n"));
    assert!(run(&["--explain"], "mail a@example.org").contains("RFC 5321"));
    let report = run(&["--report"], row);
    assert!(
        !report.contains("text_redacted") && report.contains("EMAIL"),
        "{report}"
    );
    let otlp = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"a@example.org\"}}]}]}]}";
    assert!(run(&[], otlp).contains("[EMAIL]"));
}
