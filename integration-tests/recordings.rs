//! Recordings of many Python libraries come to what the model server counted, before and after
//! `normalize`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Value, json};
use tollgate::genai::dialect::{Dialects, Originals};
use tollgate::otlp::{Limits, Signal, Telemetry};

use crate::account::{COUNTS, account_of, counts};

fn recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("integration-tests/fixtures/recordings")
}

fn scenarios() -> Vec<Value> {
    let manifest = fs::read(recordings().join("manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    manifest["scenarios"].as_array().expect("a list").clone()
}

fn name(scenario: &Value) -> &str {
    scenario["name"].as_str().expect("a name")
}

fn file(scenario: &Value) -> PathBuf {
    recordings().join(scenario["file"].as_str().expect("a path"))
}

/// Log records that were sent beside the spans, where there were any.
fn logs(scenario: &Value) -> Option<PathBuf> {
    Some(recordings().join(scenario["logs"].as_str()?))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// What the binary says of a recording; asked once for all tests.
fn account(scenario: &Value) -> &'static Value {
    static ACCOUNTS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| {
        let all = scenarios();
        all.iter()
            .map(|scenario| {
                let files = [file(scenario)].into_iter().chain(logs(scenario));
                (name(scenario).to_owned(), account_of(files))
            })
            .collect()
    });
    &ACCOUNTS[name(scenario)]
}

/// What each trace's spans hold of the server's count.
fn expected_by_trace(scenario: &Value) -> BTreeMap<String, BTreeMap<&'static str, u64>> {
    let mut traces: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
    for call in list(&scenario["calls"]) {
        let mut tokens = call["tokens"].clone();
        for count in COUNTS {
            if let Some(held) = call["lost"].get(count) {
                tokens[count] = held.clone();
            }
        }
        let trace = call["trace"].as_str().expect("an id");
        let sums = traces.entry(trace.to_owned()).or_default();
        for (name, count) in counts(&tokens) {
            *sums.entry(name).or_default() += count;
        }
    }
    traces
}

fn found_by_trace(account: &Value) -> BTreeMap<String, BTreeMap<&'static str, u64>> {
    let traces = account["traces"].as_object().expect("traces by id");
    let counted = traces.iter().map(|(id, trace)| (id.clone(), counts(trace)));
    counted.filter(|(_, counts)| counts["total"] > 0).collect()
}

/// All values of a list that every trace has.
fn all<'a>(account: &'a Value, part: &str) -> Vec<&'a Value> {
    let traces = account["traces"].as_object().expect("traces by id");
    traces
        .values()
        .flat_map(|trace| list(&trace[part]))
        .collect()
}

/// What must hold of a recording, however its attributes are spelled.
fn check(scenario: &Value, account: &Value, how: &str) {
    let name = name(scenario);
    assert_eq!(
        found_by_trace(account),
        expected_by_trace(scenario),
        "{name} {how}"
    );
    let totals = &account["totals"];
    assert_eq!(
        totals["n_calls_failed"], scenario["n_failed"],
        "{name} {how}"
    );
    let calls = list(&scenario["calls"]).len() as u64;
    let others =
        ["n_failed", "n_without_usage"].map(|key| scenario[key].as_u64().expect("a count"));
    let all_calls = calls + others.iter().sum::<u64>();
    assert_eq!(totals["n_calls"], all_calls, "{name} {how}");
    let mut tools: Vec<Value> = all(account, "tools")
        .into_iter()
        .map(|tool| json!([tool["name"], tool["ok"], tool["mcp"]]))
        .collect();
    tools.sort_by_key(Value::to_string);
    let mut expected = list(&scenario["tools"]).to_vec();
    expected.sort_by_key(Value::to_string);
    assert_eq!(tools, expected, "{name} {how}");
}

#[test]
fn every_recording_adds_up_to_what_the_server_counted() {
    for scenario in scenarios() {
        check(&scenario, account(&scenario), "as recorded");
    }
}

#[test]
fn every_call_of_a_recording_is_priced() {
    for scenario in scenarios() {
        for call in all(account(&scenario), "calls") {
            let counted = call["total"].as_u64().unwrap_or(0) > 0;
            assert!(
                !counted || call["cost"]["status"] == "priced",
                "{}: {call}",
                name(&scenario)
            );
        }
    }
}

#[test]
fn what_a_recording_sets_aside_says_why() {
    for scenario in scenarios() {
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        for aside in all(account(&scenario), "aside") {
            let reason = aside["reason"].as_str().expect("a reason");
            *reasons.entry(reason.to_owned()).or_default() += 1;
        }
        assert_eq!(json!(reasons), scenario["aside"], "{}", name(&scenario));
    }
}

/// The recording with canonical names, written below `folder`; and how many spans have them.
fn normalized(scenario: &Value, originals: Originals, folder: &Path) -> (PathBuf, usize) {
    let dialects = Dialects::builtin();
    let body = fs::read(file(scenario)).expect("a recording");
    let parsed = Telemetry::parse(Signal::Traces, body.into(), &Limits::default());
    let mut telemetry = parsed.expect("OTLP").telemetry;
    let mut n_counting = 0;
    let Telemetry::Traces(spans) = &mut telemetry else {
        panic!("traces were asked for");
    };
    spans.for_each_mut(|scope, span| {
        if let Some(edits) = dialects.canonical(scope, span, originals) {
            edits.apply(span);
        }
        let facts = dialects.read(scope, span);
        if let Some(facts) = facts.filter(|facts| facts.class.is_model() && facts.usage.is_some()) {
            let has = |name: &str| span.attributes().get(name).is_some();
            assert!(has("gen_ai.operation.name"), "{}", name(scenario));
            assert!(has("gen_ai.usage.input_tokens"), "{}", name(scenario));
            let modelled = has("gen_ai.request.model") || has("gen_ai.response.model");
            assert!(modelled && facts.model().is_some(), "{}", name(scenario));
            n_counting += 1;
        }
    });
    let mut body = Vec::new();
    telemetry.encode(&mut body);
    let path = folder.join("traces.pb");
    fs::write(&path, body).expect("written");
    (path, n_counting)
}

#[test]
fn canonical_names_say_what_the_librarys_own_names_said() {
    let folder = tempfile::tempdir().expect("a folder");
    for scenario in scenarios() {
        for originals in [Originals::Keep, Originals::Remove] {
            let (path, n_counting) = normalized(&scenario, originals, folder.path());
            let told_in_logs = logs(&scenario).is_some();
            assert!(
                told_in_logs || n_counting >= list(&scenario["calls"]).len(),
                "{}",
                name(&scenario)
            );
            let files = [path].into_iter().chain(logs(&scenario));
            check(&scenario, &account_of(files), &format!("{originals:?}"));
        }
    }
}
