//! The account as one JSON object, for scripts and audits.

use serde_json::{Map, Value, json};

use super::Seen;
use crate::genai::account::{Fate, Fault, ModelCall, Settlement, ToolCall, Totals};
use crate::genai::facts::Identity;
use crate::genai::pricing::{PicoUsd, Source};
use crate::genai::usage::Usage;

/// `totals`, and `traces` by id, each with token counts under the names of the captures' manifest.
pub(super) fn of(settled: &[Settlement], seen: &Seen) -> Value {
    let mut totals = Totals::default();
    let mut traces = Map::new();
    for settlement in settled {
        totals.add(&settlement.totals);
        let says_something = !settlement.fates.is_empty() || !settlement.calls.is_empty();
        if says_something {
            traces.insert(settlement.trace.to_string(), trace(settlement));
        }
    }
    let mut all = sums(&totals);
    put(&mut all, "n_traces", json!(traces.len()));
    let read = json!({
        "spans": seen.spans,
        "log_records": seen.log_records,
        "metric_points": seen.metric_points,
    });
    json!({ "totals": all, "traces": traces, "read": read })
}

fn trace(settlement: &Settlement) -> Value {
    let mut value = sums(&settlement.totals);
    let calls: Vec<Value> = settlement.calls.iter().map(call).collect();
    let tools: Vec<Value> = settlement.tools.iter().map(tool).collect();
    put(&mut value, "identity", identity(settlement.identity()));
    put(&mut value, "calls", Value::Array(calls));
    put(&mut value, "tools", Value::Array(tools));
    put(&mut value, "aside", aside(settlement));
    put(&mut value, "mcp_requests", json!(settlement.n_requests));
    put(
        &mut value,
        "root",
        json!(settlement.root.map(|span| span.to_string())),
    );
    value
}

fn sums(totals: &Totals) -> Value {
    let faults: Map<String, Value> = totals
        .faults
        .iter()
        .map(|(verdict, n)| {
            (
                format!("{}.{}", verdict.layer.name(), verdict.class),
                json!(n),
            )
        })
        .collect();
    json!({
        "input_total": totals.input_total,
        "cache_read": totals.cache_read,
        "cache_write": totals.cache_write,
        "output_total": totals.output_total,
        "reasoning": totals.reasoning,
        "total": totals.tokens(),
        "n_calls": totals.n_calls,
        "n_calls_failed": totals.n_calls_failed,
        "n_calls_unpriced": totals.n_calls_unpriced,
        "n_calls_without_usage": totals.n_calls_without_usage,
        "n_calls_estimated": totals.n_calls_estimated,
        "n_tools": totals.n_tools,
        "n_tools_failed": totals.n_tools_failed,
        "n_tools_mcp": totals.n_tools_mcp,
        "n_duplicates": totals.n_duplicates,
        "n_aggregates": totals.n_aggregates,
        "cost": {
            "currency": "USD",
            "total": totals.cost,
            "direct": totals.attributed.direct,
            "induced": totals.attributed.induced,
            "own": totals.attributed.own,
            "wasted": {
                "total": totals.wasted.total(),
                "failed_calls": totals.wasted.failed_calls,
                "failed_tools": totals.wasted.failed_tools,
                "retried_tools": totals.wasted.retried_tools,
            },
        },
        "faults": faults,
    })
}

fn call(call: &ModelCall) -> Value {
    let status = call
        .priced
        .map_or("no_usage", |priced| priced.status.as_str());
    let source = call
        .priced
        .and_then(|priced| priced.source)
        .map(Source::as_str);
    let mut value = counts(call.usage.as_ref());
    for (name, part) in [
        ("span", json!(call.span.to_string())),
        ("outermost_span", json!(call.outermost.to_string())),
        ("n_spans", json!(call.n_views)),
        ("class", json!(call.class.name())),
        ("estimated", json!(call.estimated)),
        ("dialect", json!(call.dialect)),
        ("service", json!(call.service)),
        ("provider", json!(call.provider)),
        ("request_model", json!(call.request_model)),
        ("response_model", json!(call.response_model)),
        ("response_id", json!(call.response_id)),
        ("start_unix_nano", json!(call.start_unix_nano)),
        ("duration_ms", ms(call.start_unix_nano, call.end_unix_nano)),
        (
            "first_chunk_ms",
            json!(call.first_chunk_nanos.map(|nanos| nanos as f64 / 1e6)),
        ),
        ("error", fault(call.fault.as_ref())),
        ("inside_tool", json!(call.inside)),
        ("identity", identity(call.identity())),
        (
            "cost",
            json!({
                "status": status,
                "source": source,
                "amount": call.amount(),
                "direct": call.attributed.direct,
                "induced": call.attributed.induced,
                "own": call.attributed.own,
            }),
        ),
    ] {
        put(&mut value, name, part);
    }
    value
}

/// Counts under the manifest's names; null where no view of the call said anything.
fn counts(usage: Option<&Usage>) -> Value {
    let part = |read: fn(&Usage) -> Option<u64>| usage.and_then(read);
    json!({
        "input_total": part(|usage| usage.input),
        "cache_read": part(|usage| usage.cache_read),
        "cache_write": part(|usage| usage.cache_write),
        "output_total": part(|usage| usage.output),
        "reasoning": part(|usage| usage.reasoning),
        "total": usage.map(Usage::sum),
    })
}

fn tool(tool: &ToolCall) -> Value {
    json!({
        "name": tool.name,
        "called_as": tool.called_as,
        "server": tool.server,
        "mcp": tool.is_mcp,
        "call_id": tool.call_id,
        "n_spans": tool.spans.len(),
        "spans": tool.spans.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "duration_ms": ms(tool.start_unix_nano, tool.end_unix_nano),
        "ok": tool.fault.is_none(),
        "error": fault(tool.fault.as_ref()),
        "arguments_bytes": tool.arguments_bytes,
        "result_bytes": tool.result_bytes,
        "inside_tool": tool.inside,
        "n_direct_calls": tool.n_direct_calls,
        "identity": identity(tool.identity()),
        "cost": {
            "direct": tool.direct,
            "induced": tool.induced(),
            "induced_input": tool.induced_input,
            "induced_output": tool.induced_output,
            "induced_is_estimate": true,
            "result_tokens": tool.result_tokens,
        },
    })
}

fn aside(settlement: &Settlement) -> Value {
    let spans = settlement
        .fates
        .iter()
        .filter_map(|(span, fate)| match fate {
            Fate::Aside(reason, instead) => Some(json!({
                "span": span.to_string(),
                "reason": reason.name(),
                "duplicate": reason.is_duplicate(),
                "counted_as": instead.map(|span| span.to_string()),
            })),
            _ => None,
        });
    Value::Array(spans.collect())
}

fn fault(fault: Option<&Fault>) -> Value {
    fault.map_or(Value::Null, |fault| {
        json!({
            "layer": fault.verdict.layer.name(),
            "class": fault.verdict.class,
            "type": fault.kind,
            "message": fault.message,
        })
    })
}

fn identity(identity: Identity<'_>) -> Value {
    json!({
        "tenant": identity.tenant,
        "project": identity.project,
        "user": identity.user,
        "session": identity.session,
        "agent": identity.agent,
        "conversation": identity.conversation,
    })
}

fn ms(start: u64, end: u64) -> Value {
    json!(end.saturating_sub(start) as f64 / 1e6)
}

fn put(value: &mut Value, name: &str, part: Value) {
    if let Value::Object(fields) = value {
        fields.insert(name.to_owned(), part);
    }
}

/// The exact amount, for people and scripts alike.
pub(in crate::cli) fn dollars(amount: PicoUsd) -> String {
    format!("${amount}")
}
