//! `filter`: conditions on what to discard, and the older lists of what to include and exclude.

mod rule;

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed};
use super::super::write::{Table, Value};
use super::super::yaml::Kind;
use super::Component;
use crate::otlp::Signal;
use crate::sampling::ottl;
use rule::{Rule, rules};

/// Lists of conditions on what to discard, and the signal of each.
const CONDITIONS: &[(&str, &str)] = &[
    ("traces.span", "traces"),
    ("metrics.metric", "metrics"),
    ("logs.log_record", "logs"),
    ("trace_conditions", "traces"),
    ("metric_conditions", "metrics"),
    ("log_conditions", "logs"),
];

/// Lists that look inside of what goes or stays as a whole here.
const INSIDE: &[&str] = &[
    "traces.spanevent",
    "metrics.datapoint",
    "profiles",
    "profile_conditions",
];

/// The older lists, and the signal of each.
const LISTS: &[(&str, &str)] = &[
    ("spans", "traces"),
    ("metrics", "metrics"),
    ("logs", "logs"),
];

pub(super) fn filter(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, at) = (draft.mark(), &component.at);
    let mut drop = Vec::new();
    let mut keep = Vec::new();
    for (path, signal) in CONDITIONS {
        for condition in at.get(path).iter().flat_map(flat) {
            convert_condition(draft, &condition, signal, &mut drop);
        }
    }
    for (path, signal) in LISTS {
        older(draft, at, (&format!("{path}.exclude"), *signal), &mut drop);
        older(draft, at, (&format!("{path}.include"), *signal), &mut keep);
    }
    for path in INSIDE {
        if let Some(at) = at.get(path) {
            draft.missing(&at, "spans, log records and metrics go or stay whole");
        }
    }
    if let Some(at) = at.get("error_mode") {
        draft.unneeded(&at, "what a rule asks for and is not there does not match");
    }
    if !keep.is_empty() {
        // `keep` is for all signals; the others must pass.
        let named: Vec<_> = keep.iter().filter_map(|rule: &Rule| rule.signal).collect();
        let others = Signal::ALL.iter().map(|signal| signal.name());
        let others: Vec<_> = others.filter(|name| !named.contains(name)).collect();
        keep.extend(others.into_iter().map(Rule::all));
    }
    if drop.is_empty() && keep.is_empty() {
        draft.missing(at, "left out: nothing of it has an equivalent");
        return Vec::new();
    }
    draft.converted(at, "filter");
    let mut table = Table::default();
    for (key, list) in [("drop", drop), ("keep", keep)] {
        if !list.is_empty() {
            let list = list.into_iter().map(|rule| Value::Table(rule.table()));
            table.put(key, Value::List(list.collect()));
        }
    }
    vec![component.becomes(draft, "filter", mark, table, &Signal::ALL)]
}

/// The conditions of a list; newer ones stand in groups with a context.
fn flat<'a>(list: &Cursor<'a>) -> Vec<Cursor<'a>> {
    let below = |item: &Cursor<'a>| match item.kind() {
        Kind::Map(_) => item
            .get("conditions")
            .map(|at| at.items())
            .unwrap_or_default(),
        _ => vec![item.clone()],
    };
    list.texts().iter().flat_map(below).collect()
}

fn convert_condition(
    draft: &mut Draft,
    at: &Cursor<'_>,
    signal: &'static str,
    out: &mut Vec<Rule>,
) {
    let text = draft.said(at);
    let read = ottl::condition(&text).and_then(|condition| rules(&condition, signal));
    match read {
        Ok(found) => {
            match found.iter().find_map(|rule| rule.approximation) {
                Some(how) => draft.approximated(at, how),
                None => draft.converted(at, "drop"),
            }
            out.extend(found);
        }
        Err(why) => draft.missing(at, format!("`{text}`: {why} has no equivalent in a rule")),
    }
}

/// `include` and `exclude`: names, bodies and attributes, exactly or by regular expression.
fn older(
    draft: &mut Draft,
    at: &Cursor<'_>,
    (path, signal): (&str, &'static str),
    out: &mut Vec<Rule>,
) {
    let Some(at) = at.get(path) else { return };
    let exact = at.get("match_type").and_then(|at| at.text()) != Some("regexp");
    match Rule::older(&at, signal, exact) {
        Ok(found) => {
            draft.converted(&at, "filter");
            out.extend(found);
        }
        Err(why) => draft.missing(&at, why),
    }
}
