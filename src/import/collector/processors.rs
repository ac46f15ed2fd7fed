//! Processors: what each of theirs becomes.

use super::super::cursor::Cursor;
use super::super::draft::{Draft, Placed};
use super::super::settings::{How, Row, convert, number, written};
use super::super::write::{Table, Value};
use super::{Becomes, Component, Kin};
use super::{adaptive, attributes, filter, redaction, tail_sampling, transform};
use crate::otlp::Signal;

pub(super) const ALL: &[Kin] = &[
    (&["batch"], Becomes::One("batch", BATCH)),
    (&["memory_limiter"], Becomes::Own(memory_limiter)),
    (&["attributes"], Becomes::Own(attributes::attributes)),
    (&["resource"], Becomes::Own(attributes::resource)),
    (&["filter"], Becomes::Own(filter::filter)),
    (&["transform"], Becomes::Own(transform::transform)),
    (&["redaction"], Becomes::Own(redaction::redaction)),
    (
        &["tail_sampling"],
        Becomes::Own(tail_sampling::tail_sampling),
    ),
    (
        &["adaptive_tail_sampling"],
        Becomes::Own(adaptive::adaptive),
    ),
    (
        &["probabilistic_sampler"],
        Becomes::Own(probabilistic_sampler),
    ),
    (
        &["groupbytrace"],
        Becomes::Unneeded(
            "`tail_sampling` gathers traces itself; nothing else here needs whole ones",
        ),
    ),
];

const BATCH: &[Row] = &[
    ("timeout", How::Duration("timeout")),
    ("send_batch_size", How::Number("send_batch_size")),
    (
        "send_batch_max_size",
        How::Unneeded("exporters split: `queue.batch_items` and `queue.batch_bytes`"),
    ),
    (
        "metadata_keys",
        How::Missing("batches do not depend on request metadata"),
    ),
    (
        "metadata_cardinality_limit",
        How::Missing("batches do not depend on request metadata"),
    ),
];

/// The limit belongs to the whole process here and is held at the door, before a body is read.
fn memory_limiter(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    const ROWS: &[Row] = &[
        ("limit_mib", How::Unit("memory", "MiB")),
        (
            "limit_percentage",
            How::Missing(
                "set `[service] memory` to a size: telemetry admitted and not yet exported",
            ),
        ),
        ("check_interval", How::Unneeded("checked for every request")),
        (
            "spike_limit_mib",
            How::Unneeded("every request is admitted by its size"),
        ),
        (
            "spike_limit_percentage",
            How::Unneeded("every request is admitted by its size"),
        ),
        (
            "min_gc_interval_when_soft_limited",
            How::Unneeded("there is no garbage collector"),
        ),
        (
            "min_gc_interval_when_hard_limited",
            How::Unneeded("there is no garbage collector"),
        ),
    ];
    let mut table = Table::default();
    convert(draft, &component.at, ROWS, &mut table);
    for (key, value) in table.0 {
        draft.service.put(&key, value);
        draft.approximated(
            &component.at,
            "`[service] memory` counts telemetry admitted and not yet exported, not the whole \
             process, and holds for all pipelines",
        );
    }
    Vec::new()
}

/// A share of all traces, through a sampler that hardly waits.
fn probabilistic_sampler(draft: &mut Draft, component: &Component<'_>) -> Vec<Placed> {
    let (mark, at) = (draft.mark(), &component.at);
    let mut policy = Table::default();
    policy.set("name", Value::word("share"));
    policy.set("type", Value::word("probability"));
    convert(draft, at, SHARE, &mut policy);
    if policy.get("percent").is_none() {
        draft.missing(at, "it names no `sampling_percentage`");
        return Vec::new();
    }
    let mode = if at.get("mode").and_then(|at| at.text()) == Some("equalizing") {
        "equalize"
    } else {
        "proportional"
    };
    policy.set("mode", Value::word(mode));
    let mut table = Table::default();
    table.set("mode", Value::word("fixed"));
    table.set("wait", written(std::time::Duration::from_secs(1)));
    table.set("after_root", Value::word("0s"));
    table.set("policies", Value::List(vec![Value::Table(policy)]));
    draft.approximated(
        at,
        "whole traces are held for a second and the same share of them is kept; which ones may \
         differ. If a `tail_sampling` follows, add a `probability` policy there instead",
    );
    vec![component.becomes(draft, "tail_sampling", mark, table, &[Signal::Traces])]
}

const SHARE: &[Row] = &[
    ("sampling_percentage", How::Own(percent)),
    (
        "mode",
        How::Own(|draft, at, _| match at.text() {
            Some("hash_seed") => {
                draft.approximated(
                    at,
                    "randomness comes from the trace id, not from a hash of ours",
                );
            }
            _ => draft.converted(at, "mode"),
        }),
    ),
    (
        "hash_seed",
        How::Own(|draft, at, _| {
            let note = "randomness comes from the trace id, the same on every instance";
            draft.approximated(at, note);
        }),
    ),
    (
        "fail_closed",
        How::Unneeded("spans without a trace id are refused at the door"),
    ),
    (
        "sampling_precision",
        How::Unneeded("thresholds have all their digits"),
    ),
    (
        "attribute_source",
        How::Missing("randomness comes from the trace id"),
    ),
    (
        "from_attribute",
        How::Missing("randomness comes from the trace id"),
    ),
    (
        "sampling_priority",
        How::Missing("nothing overrides the share; add a policy"),
    ),
];

/// A share of a hundred.
pub(super) fn percent(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    match number(draft, at) {
        Some(value) => {
            out.set("percent", value);
            draft.converted(at, "percent");
        }
        None => draft.missing(at, "its value cannot be read; set `percent` by hand"),
    }
}
