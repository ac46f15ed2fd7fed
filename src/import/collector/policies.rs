//! The policies of `tail_sampling`: one row for each type, one for each of its settings.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Shape};
use super::super::settings::{How, Row, convert, number, scalar_text};
use super::super::text::said;
use super::super::write::{Table, Value};
use super::super::yaml::Kind;
use super::conditions::{event_conditions, span_conditions};
use super::processors::percent;
use crate::sampling::expression::regex;

/// What a policy is made of.
#[derive(Clone, Copy)]
enum Made {
    /// Settings.
    Of(&'static [Row]),
    /// Other policies, under this key; all of them are needed.
    OfAll(&'static str),
    /// One other policy, under this key.
    OfOne(&'static str),
    /// Other policies in an order, with shares.
    Shares,
}

/// A type of theirs, ours, and what it is made of.
const TYPES: &[(&str, &str, Made)] = &[
    ("always_sample", "always", Made::Of(&[])),
    (
        "latency",
        "latency",
        Made::Of(&[
            ("threshold_ms", How::Number("min_ms")),
            ("upper_threshold_ms", How::Number("max_ms")),
        ]),
    ),
    (
        "numeric_attribute",
        "numeric",
        Made::Of(&[
            ("key", KEY),
            (
                "min_value",
                How::Own(|draft, at, out| bound(draft, at, out, "min")),
            ),
            (
                "max_value",
                How::Own(|draft, at, out| bound(draft, at, out, "max")),
            ),
            ("invert_match", INVERT),
        ]),
    ),
    (
        "probabilistic",
        "probability",
        Made::Of(&[
            ("sampling_percentage", How::Own(percent)),
            ("hash_salt", How::Text("salt", Shape::Text)),
        ]),
    ),
    (
        "status_code",
        "status",
        Made::Of(&[("status_codes", How::Own(codes))]),
    ),
    (
        "string_attribute",
        "string",
        Made::Of(&[
            ("key", KEY),
            ("values", How::Texts("values")),
            ("enabled_regex_matching", How::Bool("regex")),
            ("cache_max_size", How::Unneeded("matching needs no cache")),
            ("invert_match", INVERT),
        ]),
    ),
    (
        "boolean_attribute",
        "bool",
        Made::Of(&[
            ("key", KEY),
            ("value", How::Bool("value")),
            ("invert_match", INVERT),
        ]),
    ),
    (
        "trace_state",
        "trace_state",
        Made::Of(&[("key", KEY), ("values", How::Texts("values"))]),
    ),
    ("trace_flags", "trace_flags", Made::Of(&[])),
    (
        "rate_limiting",
        "rate_spans",
        Made::Of(&[
            ("spans_per_second", How::Number("per_second")),
            ("burst_capacity", How::Own(burst)),
        ]),
    ),
    (
        "bytes_limiting",
        "rate_bytes",
        Made::Of(&[
            ("bytes_per_second", How::Number("per_second")),
            ("burst_capacity", How::Own(burst)),
        ]),
    ),
    (
        "span_count",
        "span_count",
        Made::Of(&[
            ("min_spans", How::Number("min")),
            ("max_spans", How::Number("max")),
        ]),
    ),
    (
        "ottl_condition",
        "condition",
        Made::Of(&[
            (
                "error_mode",
                How::Unneeded("a condition that does not apply does not hold"),
            ),
            ("span", How::Own(span_conditions)),
            ("spanevent", How::Own(event_conditions)),
        ]),
    ),
    ("and", "and", Made::OfAll("and_sub_policy")),
    ("drop", "drop", Made::OfAll("drop_sub_policy")),
    ("not", "not", Made::OfOne("not_sub_policy")),
    ("composite", "composite", Made::Shares),
];

const KEY: How = How::Text("key", Shape::Text);
const INVERT: How = How::Bool("invert");

/// What a policy has to have to mean anything.
const NEEDED: &[(&str, &[&str])] = &[
    ("latency", &["min_ms"]),
    ("numeric", &["key"]),
    ("string", &["key", "values"]),
    ("bool", &["key", "value"]),
    ("probability", &["percent"]),
    ("status", &["codes"]),
    ("condition", &["conditions"]),
    ("rate_spans", &["per_second"]),
    ("rate_bytes", &["per_second"]),
    ("trace_state", &["key", "values"]),
];

/// Converts a list of policies; those that cannot be had are reported and left out.
pub(super) fn policies(draft: &mut Draft, list: Option<&Cursor<'_>>) -> Vec<Value> {
    let items = list.map(Cursor::items).unwrap_or_default();
    let converted = items.iter().filter_map(|at| policy(draft, at));
    converted.map(Value::Table).collect()
}

/// Converts one policy.
fn policy(draft: &mut Draft, at: &Cursor<'_>) -> Option<Table> {
    let kind = at.get("type").and_then(|at| at.text()).unwrap_or_default();
    let Some((theirs, ours, made)) = TYPES.iter().find(|(theirs, ..)| *theirs == kind) else {
        draft.missing(
            at,
            format!(
                "no policy is of type `{kind}`; `tollgate components tail_sampling` lists them"
            ),
        );
        return None;
    };
    let mut table = Table::default();
    if let Some(name) = at.get("name") {
        table.put("name", scalar_text(draft, &name, Shape::Text)?);
    }
    table.put("type", Value::word(ours));
    let settings = at.get(theirs);
    match made {
        Made::Of(rows) => {
            if let Some(at) = &settings {
                convert(draft, at, rows, &mut table);
            }
            finish(draft, ours, at, &mut table)?;
        }
        Made::OfAll(key) => {
            let parts = settings.and_then(|at| at.get(key));
            let parts = parts.map(|at| at.items()).unwrap_or_default();
            let own: Option<Vec<_>> = parts.iter().map(|part| policy(draft, part)).collect();
            let own = whole(draft, at, own.filter(|own| !own.is_empty()))?;
            table.put(
                "of",
                Value::List(own.into_iter().map(Value::Table).collect()),
            );
        }
        Made::OfOne(key) => {
            let part = settings.and_then(|at| at.get(key));
            let own = part.and_then(|part| policy(draft, &part));
            table.put("of", Value::Table(whole(draft, at, own)?));
        }
        Made::Shares => composite(draft, at, &settings?, &mut table)?,
    }
    draft.converted(at, ours);
    Some(table)
}

/// What a policy made of others says when one of them cannot be had: a part less would change what
/// it means.
fn whole<T>(draft: &mut Draft, at: &Cursor<'_>, parts: Option<T>) -> Option<T> {
    if parts.is_none() {
        draft.missing(at, "left out whole, since a part of it has no equivalent");
    }
    parts
}

/// What the Collector does without being told, and what a policy cannot do without.
fn finish(draft: &mut Draft, ours: &str, at: &Cursor<'_>, table: &mut Table) -> Option<()> {
    if ours == "probability" {
        table.put("mode", Value::word("fnv1a"));
    }
    let needed = NEEDED.iter().find(|(own, _)| *own == ours);
    let absent = needed.and_then(|(_, keys)| keys.iter().find(|key| table.get(key).is_none()));
    if let Some(key) = absent {
        draft.missing(at, format!("left out: it has no `{key}`"));
        return None;
    }
    if let Some((Value::Raw(regular), Value::List(values))) =
        table.get("regex").zip(table.get("values"))
        && regular == "true"
    {
        return regular_expressions(draft, at, values);
    }
    Some(())
}

fn regular_expressions(draft: &mut Draft, at: &Cursor<'_>, values: &[Value]) -> Option<()> {
    let texts = at.get("string_attribute.values");
    let texts = texts.map(|at| at.texts()).unwrap_or_default();
    let fault = texts
        .iter()
        .filter(|_| !values.is_empty())
        .find_map(|text| regex(&said(text.text()?)).err());
    match fault {
        Some(why) => {
            draft.missing(at, format!("left out: {why}"));
            None
        }
        None => Some(()),
    }
}

/// A bound of 0 is none there, and a bound like any other here.
fn bound(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table, key: &str) {
    if at.int() == Some(0) {
        return draft.unneeded(at, "0 means no bound there");
    }
    match number(draft, at) {
        Some(value) => {
            out.put(key, value);
            draft.converted(at, key);
        }
        None => draft.missing(at, format!("its value cannot be read; set `{key}` by hand")),
    }
}

fn burst(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    if at.int() == Some(0) {
        return draft.unneeded(at, "twice the rate unless set");
    }
    bound(draft, at, out, "burst");
}

fn codes(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let codes: Vec<_> = at
        .texts()
        .iter()
        .filter_map(|at| at.text())
        .map(str::to_ascii_uppercase)
        .collect();
    out.put("codes", Value::words(codes.iter().map(String::as_str)));
    draft.converted(at, "codes");
}

/// Any of these conditions on any span keeps the trace.
fn composite(
    draft: &mut Draft,
    at: &Cursor<'_>,
    settings: &Cursor<'_>,
    table: &mut Table,
) -> Option<()> {
    let total = settings.get("max_total_spans_per_second");
    let total = total.and_then(|at| number(draft, &at));
    table.put("total_per_second", whole(draft, at, total)?);
    let parts = settings
        .get("composite_sub_policy")
        .map(|at| at.items())
        .unwrap_or_default();
    let shares = settings
        .get("rate_allocation")
        .map(|at| at.items())
        .unwrap_or_default();
    let order = settings
        .get("policy_order")
        .map(|at| at.items())
        .unwrap_or_default();
    let mut of = Vec::new();
    for name in order.iter().filter_map(|at| at.text()) {
        let named = |key: &str, list: &[Cursor<'_>]| {
            let mut list = list.iter();
            list.position(|at| at.get(key).and_then(|at| at.text()) == Some(name))
        };
        let part = named("name", &parts).and_then(|index| parts.get(index));
        let part = part.and_then(|part| policy(draft, part));
        let mut share = Table::default();
        share.put("policy", Value::Table(whole(draft, at, part)?));
        let percent = named("policy", &shares).and_then(|index| shares.get(index)?.get("percent"));
        if let Some(percent) = percent.and_then(|at| number(draft, &at)) {
            share.put("percent", percent);
        }
        of.push(Value::Table(share));
    }
    if of.is_empty() || matches!(settings.kind(), Kind::Null) {
        return whole(draft, at, None);
    }
    table.put("of", Value::List(of));
    Some(())
}
