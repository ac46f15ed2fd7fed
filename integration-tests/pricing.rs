//! Recorded calls come out at their known price: by the verb that audits, and through the chain.

use std::io::Read;
use std::process::Command;
use std::sync::Arc;

use flate2::read::GzDecoder;
use serde_json::Value;
use tollgate::clock::Now;
use tollgate::component::{Account, Batch, Built, Context, Next, Processor};
use tollgate::config::Table;
use tollgate::genai::pricing::PicoUsd;
use tollgate::otlp::{self, Group, NewValue, Resource, Scope, Span, Telemetry};

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/integration-tests/fixtures/pricing"
);

fn check(files: &[&str]) -> (bool, Value) {
    let paths = files.iter().map(|file| format!("{FOLDER}/{file}"));
    let output = Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .args(["prices", "check", "--json"])
        .args(paths)
        .output()
        .unwrap();
    (
        output.status.success(),
        serde_json::from_slice(&output.stdout).unwrap(),
    )
}

#[test]
fn every_recorded_vector_passes_the_audit() {
    let files = [
        "pricing_vectors.jsonl.gz",
        "otel_cost_vectors.jsonl.gz",
        "override_vectors.jsonl",
    ];
    let (success, report) = check(&files);
    assert!(success, "{report}");
    let counts = ["passed", "failed", "skipped"].map(|key| report[key].as_u64().unwrap());
    assert_eq!([25_090 + 2_077 + 240 - 113, 0, 113], counts);
}

/// The processors of the default configuration that a price depends on.
fn chain() -> Vec<Box<dyn Processor>> {
    let build = |name: &str| {
        let entry = tollgate::processors::ALL
            .iter()
            .find(|entry| entry.name == name)
            .unwrap();
        let Ok(Built::Processor(make, _)) = (entry.read)(&Table::of("")) else {
            panic!("{name} does not build")
        };
        make(&mut Context::bare(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))(0)
    };
    ["normalize", "cost"].map(build).into()
}

fn span(row: &Value) -> Telemetry {
    let start: jiff::Timestamp = row["start_time"].as_str().unwrap().parse().unwrap();
    let start = u64::try_from(start.as_nanosecond()).unwrap();
    let mut span = Span::build()
        .trace_id([1; 16])
        .span_id([1; 8])
        .times(start, start + 1);
    for (key, value) in row["attributes"].as_object().unwrap() {
        let value = match value {
            Value::String(text) => NewValue::Str(text.clone()),
            number => number
                .as_i64()
                .map_or_else(|| NewValue::Double(number.as_f64().unwrap()), NewValue::Int),
        };
        span = span.attribute(key, value);
    }
    let scope = Scope::new(
        row["scope"].as_str().unwrap(),
        "",
        Arc::new(Resource::default()),
    );
    let group = Group {
        scope: Arc::new(scope),
        records: vec![span.finish()],
    };
    Telemetry::Traces(otlp::Batch::new(vec![group]))
}

/// What the chain wrote: the amount, else the status; nothing for spans that are no calls.
fn priced(chain: &mut [Box<dyn Processor>], telemetry: Telemetry) -> Option<String> {
    let account = Account::default();
    let mut out = None;
    let mut take = |batch: Batch| out = Some(batch.telemetry);
    Next::new(chain, &mut take, &account, Now::at_ms(1), 0.0).send(Batch::unpaid(telemetry));
    let Some(Telemetry::Traces(spans)) = out else {
        panic!("a span went missing")
    };
    let span = spans.records().next().unwrap();
    let amount = span
        .attribute("tollgate.cost.amount")
        .and_then(|amount| amount.as_f64());
    let status = span
        .attribute("tollgate.cost.status")
        .and_then(|status| status.as_str());
    let amount = amount
        .and_then(PicoUsd::from_f64)
        .map(|amount| amount.to_string());
    amount.or(status.map(str::to_owned))
}

#[test]
fn every_span_vector_leaves_the_chain_with_its_price() {
    let mut text = String::new();
    let file = std::fs::File::open(format!("{FOLDER}/otel_cost_vectors.jsonl.gz")).unwrap();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut chain = chain();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let expected = &row["expected"];
        let found = priced(&mut chain, span(&row));
        let same = match (expected["total_price"].as_str(), expected["skip"].as_str()) {
            (Some(price), _) => {
                let amount = |text: &str| PicoUsd::parse(text);
                let gap = amount(price).zip(found.as_deref().and_then(amount));
                gap.is_some_and(|(expected, found)| (expected - found).0.abs() <= 1)
            }
            (_, Some("aggregate_operation")) => found.is_none(),
            (_, Some(_)) => found.as_deref() == Some("no_usage"),
            _ => found.as_deref() == Some("unpriced"),
        };
        assert!(same, "found {found:?} for {line}");
    }
}
