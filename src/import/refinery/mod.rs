//! The rules of Honeycomb's Refinery: samplers by environment, and rules of which the first decides.

mod conditions;
mod samplers;

use super::cursor::Cursor;
use super::draft::{Draft, Shape};
use super::settings::scalar_text;
use super::write::{Table, Value};
use conditions::condition;
use samplers::{SAMPLERS, sampler};

/// The environment that stands for all others.
const DEFAULT: &str = "__default__";

/// What Refinery does unless its other file says otherwise.
const TIMES: &[(&str, &str)] = &[
    ("mode", "\"fixed\""),
    ("wait", "\"60s\""),
    ("after_root", "\"2s\""),
    ("early", "false"),
    ("span_limit", "32000"),
    ("evaluate", "\"rules\""),
    ("default", "\"keep\""),
];

/// Converts a file of rules.
pub(super) fn convert(draft: &mut Draft, root: &Cursor<'_>) {
    let environments = root
        .get("Samplers")
        .map(|at| at.entries())
        .unwrap_or_default();
    let wanted = environments
        .iter()
        .position(|(name, _)| *name == DEFAULT)
        .unwrap_or(0);
    let mut used = None;
    for (index, (name, at)) in environments.iter().enumerate() {
        let mark = draft.mark();
        let policies = policies(draft, at);
        if policies.is_empty() {
            draft.missing(at, "left out: it has no rule that can be had");
            continue;
        }
        let mut table = Table::default();
        for (key, value) in TIMES {
            table.set(key, Value::Raw((*value).to_owned()));
        }
        table.put("policies", Value::List(policies));
        let theirs = match *name {
            DEFAULT => "tail_sampling".to_owned(),
            name => format!("tail_sampling/{name}"),
        };
        let ours = draft.name("processors", "tail_sampling", &theirs);
        if index == wanted {
            draft.converted(at, "tail_sampling");
            used = Some(ours.clone());
        } else {
            let note =
                format!("environments are not told apart; name `{ours}` in a pipeline of its own");
            draft.approximated(at, note);
        }
        draft.section("processors", &ours, mark, table);
    }
    around(draft, root, used);
}

/// What stands around the sampler, which Refinery has in another file.
fn around(draft: &mut Draft, root: &Cursor<'_>, sampler: Option<String>) {
    let mark = draft.mark();
    draft.approximated(
        root,
        "only the rules are read; times, addresses and limits are Refinery's defaults, keys are yours",
    );
    draft.section("receivers", "otlp", mark, Table::default());
    let mut exporter = Table::default();
    exporter.put("endpoint", Value::word("https://api.honeycomb.io:443"));
    let key = draft.text("${env:HONEYCOMB_API_KEY}", Shape::Text);
    exporter.put_at(&["headers", "x-honeycomb-team"], key);
    draft.section("exporters", "otlp", draft.mark(), exporter);
    let mut pipeline = Table::default();
    pipeline.put("receivers", Value::words(["otlp"]));
    if let Some(sampler) = &sampler {
        pipeline.put("processors", Value::words([sampler.as_str()]));
    }
    pipeline.put("exporters", Value::words(["otlp"]));
    draft.section("pipelines", "traces", draft.mark(), pipeline);
}

/// The policies of an environment: its rules, or its one sampler.
fn policies(draft: &mut Draft, environment: &Cursor<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    for (kind, at) in environment.entries() {
        if kind == "RulesBasedSampler" {
            if let Some(nested) = at.get("CheckNestedFields") {
                draft.missing(&nested, "fields inside of JSON texts are not looked into");
            }
            let rules = at.get("Rules").map(|at| at.items()).unwrap_or_default();
            found.extend(rules.iter().filter_map(|at| rule(draft, at)));
        } else if SAMPLERS.iter().any(|(theirs, ..)| *theirs == kind) {
            let mut table = Table::default();
            table.put("name", Value::word("all"));
            if sampler(draft, kind, &at, &mut table).is_some() {
                found.push(table);
            }
        } else {
            draft.missing(&at, "Tollgate has no such sampler");
        }
    }
    found.into_iter().map(Value::Table).collect()
}

fn rule(draft: &mut Draft, at: &Cursor<'_>) -> Option<Table> {
    let mut table = Table::default();
    if let Some(name) = at.get("Name") {
        table.put("name", scalar_text(draft, &name, Shape::Text)?);
    }
    let downstream = at
        .get("Sampler")
        .and_then(|at| at.entries().into_iter().next());
    let rate = at.get("SampleRate").and_then(|at| at.int()).unwrap_or(1);
    if at.get("Drop").and_then(|at| at.bool()) == Some(true) {
        table.put("type", Value::word("drop_rule"));
    } else if let Some((kind, settings)) = downstream {
        sampler(draft, kind, &settings, &mut table)?;
    } else if rate > 1 {
        table.put("type", Value::word("deterministic"));
        table.put("rate", Value::Raw(rate.to_string()));
    } else {
        table.put("type", Value::word("always"));
    }
    let conditions = at
        .get("Conditions")
        .map(|at| at.items())
        .unwrap_or_default();
    if !conditions.is_empty() {
        let own: Option<Vec<_>> = conditions.iter().map(|at| condition(draft, at)).collect();
        let Some(own) = own else {
            draft.missing(
                at,
                "left out whole, since a condition has no equivalent; later rules see its traces",
            );
            return None;
        };
        table.put(
            "when",
            Value::List(own.into_iter().map(Value::Table).collect()),
        );
        if at.get("Scope").and_then(|at| at.text()) == Some("span") {
            table.put("match", Value::word("same_span"));
        }
    }
    draft.converted(at, "policies");
    Some(table)
}
