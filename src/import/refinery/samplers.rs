//! Refinery's samplers, and what each of their settings is called here.

use super::super::cursor::Cursor;
use super::super::draft::Draft;
use super::super::settings::{How, Row, convert};
use super::super::write::{Table, Value};

const DYNSAMPLER: &str = "rates settle by themselves";

const SETTINGS: &[Row] = &[
    ("SampleRate", How::Number("rate")),
    ("GoalSampleRate", How::Number("rate")),
    ("GoalThroughputPerSec", How::Number("per_second")),
    ("InitialSampleRate", How::Own(initial)),
    ("ClearFrequency", How::Duration("interval")),
    ("AdjustmentInterval", How::Duration("interval")),
    ("UpdateFrequency", How::Duration("interval")),
    ("LookbackFrequency", How::Duration("lookback")),
    ("Weight", How::Number("weight")),
    ("FieldList", How::Own(fields)),
    ("MaxKeys", How::Number("max_keys")),
    ("UseTraceLength", How::Bool("trace_length")),
    (
        "UseClusterSize",
        How::Missing("goals are for each process; divide them by the number of processes"),
    ),
    ("AgeOutValue", How::Unneeded(DYNSAMPLER)),
    ("BurstMultiple", How::Unneeded(DYNSAMPLER)),
    ("BurstDetectionDelay", How::Unneeded(DYNSAMPLER)),
];

/// Samplers: theirs, ours, and whether what is counted is spans.
pub(super) const SAMPLERS: &[(&str, &str, bool)] = &[
    ("DeterministicSampler", "deterministic", false),
    ("DynamicSampler", "dynamic", true),
    ("EMADynamicSampler", "ema_dynamic", true),
    ("EMAThroughputSampler", "ema_throughput", true),
    ("WindowedThroughputSampler", "windowed_throughput", true),
    ("TotalThroughputSampler", "ema_throughput", true),
];

/// Adds a sampler's settings to a policy.
pub(super) fn sampler(
    draft: &mut Draft,
    kind: &str,
    at: &Cursor<'_>,
    table: &mut Table,
) -> Option<()> {
    let Some((_, ours, by_spans)) = SAMPLERS.iter().find(|(theirs, ..)| *theirs == kind) else {
        draft.missing(at, "Tollgate has no such sampler");
        return None;
    };
    table.put("type", Value::word(ours));
    if *by_spans {
        table.put("count_spans", Value::Raw("true".to_owned()));
    }
    convert(draft, at, SETTINGS, table);
    if kind == "TotalThroughputSampler" {
        draft.approximated(at, "a moving average instead of one interval alone");
    }
    Some(())
}

fn initial(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    match at.int().filter(|rate| *rate > 0) {
        Some(rate) => {
            out.put(
                "initial_percent",
                Value::Raw((100.0 / rate as f64).to_string()),
            );
            draft.converted(at, "initial_percent");
        }
        None => draft.missing(
            at,
            "its value cannot be read; set `initial_percent` by hand",
        ),
    }
}

fn fields(draft: &mut Draft, at: &Cursor<'_>, out: &mut Table) {
    let mut names = Vec::new();
    for field in at.texts() {
        let name = field.text().unwrap_or_default();
        match name.strip_prefix("root.") {
            Some(bare) => {
                names.push(Value::word(bare));
                draft.approximated(&field, "a key is made of all spans, not of the root alone");
            }
            None => names.push(Value::word(name)),
        }
    }
    out.put("fields", Value::List(names));
    draft.converted(at, "fields");
}
