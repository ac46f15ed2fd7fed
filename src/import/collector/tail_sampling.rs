//! `tail_sampling`: when traces are decided, how much is held, and the list of policies.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed};
use super::super::settings::{How, Row, convert};
use super::super::write::{Table, Value};
use super::Component;
use super::policies::policies;
use crate::otlp::Signal;

const ROWS: &[Row] = &[
    ("decision_wait", How::Duration("wait")),
    (
        "decision_wait_after_root_received",
        How::Duration("after_root"),
    ),
    ("num_traces", How::Number("limits.traces")),
    ("block_on_overflow", How::Own(overflow)),
    (
        "maximum_trace_size_bytes",
        How::Unit("limits.trace_bytes", "B"),
    ),
    (
        "expected_new_traces_per_sec",
        How::Unneeded("tables grow as they are needed"),
    ),
    (
        "decision_cache.sampled_cache_size",
        How::Number("memory.kept"),
    ),
    (
        "decision_cache.non_sampled_cache_size",
        How::Number("memory.dropped"),
    ),
    ("sample_on_first_match", How::Own(first_match)),
    ("drop_pending_traces_on_shutdown", How::Bool("drop_pending")),
    ("sampling_strategy", How::Own(strategy)),
    ("num_shards", How::Unneeded("one for each worker")),
    (
        "tail_storage",
        How::Missing("`spill = { folder = \"…\" }` keeps the bytes of idle traces on disk"),
    ),
    ("policies", How::Own(|_, _, _| {})),
];

/// What is so unless the configuration says otherwise: decide once, a fixed time after the first
/// span, on all policies.
const DEFAULTS: &[(&str, &str)] = &[
    ("mode", "\"fixed\""),
    ("wait", "\"30s\""),
    ("after_root", "\"0s\""),
    ("early", "false"),
    ("limits.traces", "50000"),
];

pub(super) fn tail_sampling(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, at) = (draft.mark(), &component.at);
    let mut own = Table::default();
    convert(draft, at, ROWS, &mut own);
    let policies = policies(draft, at.get("policies").as_ref());
    if policies.is_empty() {
        draft.missing(at, "left out: it has no policy that can be had");
        return Vec::new();
    }
    let mut table = Table::default();
    for (key, value) in DEFAULTS {
        table.set(key, Value::Raw((*value).to_owned()));
    }
    table.merge(own);
    table.put("policies", Value::List(policies));
    draft.converted(at, "tail_sampling");
    vec![component.becomes(draft, "tail_sampling", mark, table, &[Signal::Traces])]
}

fn overflow(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    if at.bool() == Some(true) {
        out.set("limits.overflow", Value::word("block"));
    }
    draft.converted(at, "limits.overflow");
}

fn first_match(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    if at.bool() == Some(true) {
        out.set("evaluate", Value::word("first_sampled"));
    }
    draft.converted(at, "evaluate");
}

fn strategy(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    match at.text() {
        Some("trace-complete") => draft.converted(at, "early"),
        Some("span-ingest") => {
            out.set("early", Value::Raw("true".to_owned()));
            draft.converted(at, "early");
        }
        _ => draft.missing(
            at,
            "traces are decided at their end, or as soon as a keep is certain",
        ),
    }
}
