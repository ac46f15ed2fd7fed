//! The register of policies: a file and a row each.

mod adaptive;
mod always;
mod and;
mod anomaly;
mod boolean;
mod composite;
mod condition;
mod cost;
mod deterministic;
mod drop;
mod drop_rule;
mod dynamic;
mod ema_dynamic;
mod ema_throughput;
mod eval_score;
mod fair_share;
mod latency;
mod limiter;
mod loops;
mod matching;
mod model;
mod not;
mod numeric;
mod ottl_condition;
mod parts;
mod pii;
mod probability;
mod rate_bytes;
mod rate_spans;
mod span_count;
mod status;
mod string;
mod tokens;
mod tool_error;
mod trace_flags;
mod trace_state;
mod windowed_throughput;

use super::row::{Row, row};

/// Every type of policy.
pub(super) const ALL: &[Row] = &[
    row::<always::Config>(
        "always",
        &["always_sample"],
        "Keeps every trace, with certainty.",
    ),
    row::<latency::Config>(
        "latency",
        &[],
        "Keeps traces that took long: from the earliest start to the latest end.",
    ),
    row::<numeric::Config>(
        "numeric",
        &["numeric_attribute"],
        "Keeps traces with a number between two bounds; zero is a bound like any other.",
    ),
    row::<string::Config>(
        "string",
        &["string_attribute"],
        "Keeps traces with one of some texts in an attribute.",
    ),
    row::<boolean::Config>(
        "bool",
        &["boolean", "boolean_attribute"],
        "Keeps traces with a truth value in an attribute; other types never match.",
    ),
    row::<status::Config>(
        "status",
        &["status_code"],
        "Keeps traces with a span of some status.",
    ),
    row::<trace_flags::Config>(
        "trace_flags",
        &[],
        "Keeps traces whose sender had sampled them: flag bit 0x01 on a span.",
    ),
    row::<trace_state::Config>(
        "trace_state",
        &[],
        "Keeps traces with one of some values of a `tracestate` member.",
    ),
    row::<probability::Config>(
        "probability",
        &["probabilistic"],
        "Keeps a share of all traces, consistently: by randomness and threshold, or by the older hash.",
    ),
    row::<rate_spans::Config>(
        "rate_spans",
        &["rate_limiting"],
        "Keeps so many spans per second, whole traces only.",
    ),
    row::<rate_bytes::Config>(
        "rate_bytes",
        &["bytes_limiting"],
        "Keeps so many bytes per second, whole traces only.",
    ),
    row::<span_count::Config>("span_count", &[], "Keeps traces by their number of spans."),
    row::<condition::Config>(
        "condition",
        &[],
        "Keeps traces that meet typed conditions on spans, the root or the whole trace.",
    ),
    row::<ottl_condition::Config>(
        "ottl_condition",
        &[],
        "Keeps traces with a span that meets one of some conditions in the Collector's language.",
    ),
    row::<and::Config>("and", &[], "Keeps traces that all of its parts keep."),
    row::<not::Config>("not", &[], "Keeps what its part would not."),
    row::<drop::Config>(
        "drop",
        &[],
        "Drops traces that all of its parts match; asked before every other policy.",
    ),
    row::<drop_rule::Config>(
        "drop_rule",
        &[],
        "With `evaluate = \"rules\"`: drops what its conditions match.",
    ),
    row::<composite::Config>(
        "composite",
        &[],
        "Splits a number of spans per second over its parts, by calendar second.",
    ),
    row::<cost::Config>(
        "cost",
        &[],
        "Keeps traces that cost at least so many US dollars, roll-ups not counted twice.",
    ),
    row::<tokens::Config>(
        "tokens",
        &[],
        "Keeps traces that used at least so many tokens, roll-ups not counted twice.",
    ),
    row::<tool_error::Config>("tool_error", &[], "Keeps traces in which tools failed."),
    row::<model::Config>(
        "model",
        &[],
        "Keeps traces that asked for, or were served by, one of some models.",
    ),
    row::<loops::Config>(
        "loop",
        &[],
        "Keeps traces in which an agent goes round in circles.",
    ),
    row::<anomaly::Config>(
        "anomaly",
        &[],
        "Keeps traces whose cost, tokens or spans are far above what is usual for their key.",
    ),
    row::<pii::Config>(
        "pii",
        &[],
        "Keeps, or inside `drop` vetoes, traces in which personal data was found upstream.",
    ),
    row::<eval_score::Config>(
        "eval_score",
        &[],
        "Keeps traces with an evaluation below a score, on a span or on one of its events.",
    ),
    row::<deterministic::Config>(
        "deterministic",
        &[],
        "Keeps one trace in so many, the same on every instance.",
    ),
    row::<dynamic::Config>(
        "dynamic",
        &[],
        "Keeps one in so many traces, rare keys more often: by what the last interval held.",
    ),
    row::<ema_dynamic::Config>(
        "ema_dynamic",
        &["adaptive_percentage"],
        "Keeps one in so many traces, rare keys more often: by a moving average.",
    ),
    row::<ema_throughput::Config>(
        "ema_throughput",
        &["adaptive_throughput"],
        "Keeps so much per second, shared fairly over keys: by a moving average.",
    ),
    row::<windowed_throughput::Config>(
        "windowed_throughput",
        &[],
        "Keeps so much per second, shared fairly over keys: by a sliding window.",
    ),
    row::<fair_share::Config>(
        "fair_share",
        &[],
        "Keeps so many spans per second, split over tenants so that none gets more than asked and a loud one pays.",
    ),
];

/// The row of a type, by its name or an alias.
pub(super) fn find(kind: &str) -> Option<&'static Row> {
    ALL.iter()
        .find(|row| row.name == kind || row.aliases.contains(&kind))
}
