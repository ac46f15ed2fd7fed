//! `adaptive_tail_sampling`: rules, the first that holds decides, and samplers that learn.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed, Shape};
use super::super::settings::{How, Row, convert, number, scalar_text, written};
use super::super::write::{Table, Value};
use super::Component;
use super::conditions::condition_of;
use super::processors::percent;
use crate::otlp::Signal;
use crate::units::go_duration;

const ROWS: &[Row] = &[
    ("trace_timeout", How::Own(|_, _, _| {})),
    ("decision_delay", How::Duration("after_root")),
    ("num_traces", How::Number("limits.traces")),
    ("span_limit", How::Number("span_limit")),
    (
        "decision_cache.sampled_cache_size",
        How::Number("memory.kept"),
    ),
    (
        "decision_cache.non_sampled_cache_size",
        How::Number("memory.dropped"),
    ),
    ("root_span_condition", How::Own(root)),
    ("eviction", How::Own(eviction)),
    (
        "record_fingerprint",
        How::Own(|draft, at, _| match at.text() {
            Some("none") | None => draft.unneeded(at, "the default"),
            _ => draft.missing(
                at,
                "`sampling.policy` on the root names the rule, not the key",
            ),
        }),
    ),
    ("rules", How::Own(|_, _, _| {})),
];

/// What is so unless the configuration says otherwise.
const DEFAULTS: &[(&str, &str)] = &[
    ("mode", "\"fixed\""),
    ("wait", "\"32s\""),
    ("after_root", "\"2s\""),
    ("early", "false"),
    ("span_limit", "10000"),
    ("limits.traces", "50000"),
    ("evaluate", "\"rules\""),
    ("default", "\"drop\""),
];

/// Samplers: type and algorithm of theirs, type of ours, and what is so for all of that type.
const SAMPLERS: &[(&str, &str, &str, &[(&str, &str)])] = &[
    ("always_sample", "", "always", &[]),
    ("probabilistic", "", "probability", &[]),
    (
        "adaptive_percentage",
        "ema",
        "ema_dynamic",
        &[("count_spans", "true")],
    ),
    (
        "adaptive_throughput",
        "ema",
        "ema_throughput",
        &[("count_spans", "true")],
    ),
    (
        "adaptive_throughput",
        "windowed",
        "windowed_throughput",
        &[("count_spans", "true")],
    ),
];

const SAMPLER: &[Row] = &[
    ("type", How::Own(|_, _, _| {})),
    ("algorithm", How::Own(|_, _, _| {})),
    ("sampling_percentage", How::Own(percent)),
    ("goal_percentage", How::Number("percent")),
    ("goal_throughput", How::Number("per_second")),
    ("fingerprint_attributes", How::Own(fields)),
    ("max_keys", How::Own(max_keys)),
    ("adjustment_interval", How::Duration("interval")),
    ("update_frequency", How::Duration("interval")),
    ("lookback_frequency", How::Duration("lookback")),
    ("weight", How::Own(weight)),
    (
        "initial_sampling_percentage",
        How::Number("initial_percent"),
    ),
];

pub(super) fn adaptive(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, at) = (draft.mark(), &component.at);
    let mut own = Table::default();
    convert(draft, at, ROWS, &mut own);
    wait(draft, at, &mut own);
    let rules = at.get("rules").map(|at| at.items()).unwrap_or_default();
    let rules: Vec<_> = rules.iter().filter_map(|at| rule(draft, at)).collect();
    if rules.is_empty() {
        draft.missing(at, "left out: it has no rule that can be had");
        return Vec::new();
    }
    let mut table = Table::default();
    for (key, value) in DEFAULTS {
        table.set(key, Value::Raw((*value).to_owned()));
    }
    table.merge(own);
    table.put("policies", Value::List(rules));
    draft.converted(at, "tail_sampling");
    vec![component.becomes(draft, "tail_sampling", mark, table, &[Signal::Traces])]
}

/// The timeout is followed by the same delay as the root.
fn wait(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let length = |key: &str| go_duration(at.get(key)?.text()?);
    let Some(timeout) = at.get("trace_timeout") else {
        return;
    };
    let delay = length("decision_delay").unwrap_or(std::time::Duration::from_secs(2));
    match length("trace_timeout") {
        Some(wait) => {
            out.set("wait", written(wait + delay));
            draft.converted(&timeout, "wait");
        }
        None => draft.missing(&timeout, "its value cannot be read; set `wait` by hand"),
    }
}

fn root(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    if let Some(value) = condition_of(draft, at) {
        out.put("root", value);
    }
}

fn eviction(draft: &mut Draft, at: &Cursor<'_>, _: &mut Table) {
    match at.get("policy").and_then(|at| at.text()) {
        Some("evaluate") | None => draft.converted(at, "limits.overflow"),
        _ => draft.approximated(at, "who makes room is decided by the rules"),
    }
}

fn rule(draft: &mut Draft, at: &Cursor<'_>) -> Option<Value> {
    let sampler = at.get("sampler");
    let word = |key: &str| sampler.as_ref().and_then(|at| at.get(key)?.text());
    let kind = word("type").unwrap_or_default();
    let algorithm = if kind.starts_with("adaptive") {
        word("algorithm").unwrap_or("ema")
    } else {
        ""
    };
    let row = SAMPLERS
        .iter()
        .find(|(own, how, ..)| *own == kind && *how == algorithm);
    let Some((_, _, ours, always)) = row else {
        draft.missing(
            at,
            format!("no sampler is of type `{kind}` and algorithm `{algorithm}`"),
        );
        return None;
    };
    let mut table = Table::default();
    if let Some(name) = at.get("name") {
        table.put("name", scalar_text(draft, &name, Shape::Text)?);
    }
    table.put("type", Value::word(ours));
    if let Some(conditions) = at.get("conditions") {
        let conditions = conditions.texts();
        let own: Option<Vec<_>> = conditions
            .iter()
            .map(|at| condition_of(draft, at))
            .collect();
        let Some(own) = own else {
            draft.missing(
                at,
                "left out whole, since a condition has no equivalent; later rules see its traces",
            );
            return None;
        };
        table.put("when", Value::List(own));
    }
    if let Some(matching) = at.get("match") {
        table.put("match", scalar_text(draft, &matching, Shape::Text)?);
    }
    for (key, value) in *always {
        table.put(key, Value::Raw((*value).to_owned()));
    }
    convert(draft, &sampler?, SAMPLER, &mut table);
    draft.converted(at, ours);
    Some(Value::Table(table))
}

/// Keys by name; where they stand is not told apart.
fn fields(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let mut names = Vec::new();
    for field in at.texts() {
        let text = field.text().unwrap_or_default();
        let name = text.split_once("[\"").and_then(|(scope, rest)| {
            scope
                .ends_with("attributes")
                .then_some(rest.strip_suffix("\"]")?)
        });
        match name {
            Some(name) => names.push(Value::word(name)),
            None if !text.contains(['[', '"']) => names.push(Value::word(text)),
            None => draft.missing(&field, "name an attribute"),
        }
    }
    out.put("fields", Value::List(names));
    draft.converted(at, "fields");
}

fn max_keys(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    match at.int() {
        Some(0) => {
            out.put("max_keys", Value::Raw("10000".to_owned()));
            draft.approximated(at, "keys are always bounded; 10000 of them");
        }
        _ => {
            if let Some(value) = number(draft, at) {
                out.put("max_keys", value);
                draft.converted(at, "max_keys");
            }
        }
    }
}

fn weight(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    if at.int() == Some(0) {
        return draft.unneeded(at, "the default");
    }
    if let Some(value) = number(draft, at) {
        out.put("weight", value);
        draft.converted(at, "weight");
    }
}
