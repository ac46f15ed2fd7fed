//! The account as text, for people.

use super::{Seen, json::dollars, output};
use crate::genai::account::{Fate, Fault, ModelCall, Settlement, ToolCall, Totals};
use crate::genai::facts::Identity;
use crate::genai::usage::Usage;

/// Prints every trace that says something, then all of them together.
pub(super) fn print(settled: &[Settlement], seen: &Seen) {
    let mut totals = Totals::default();
    let mut n_traces = 0;
    for settlement in settled {
        totals.add(&settlement.totals);
        if settlement.calls.is_empty() && settlement.tools.is_empty() {
            continue;
        }
        n_traces += 1;
        trace(settlement);
    }
    output::line(format_args!(
        "read: {} spans, {} log records, {} metric points (metrics repeat what spans say and are \
         not added)",
        seen.spans, seen.log_records, seen.metric_points
    ));
    output::line(format_args!("total of {n_traces} traces with calls"));
    sums(&totals);
}

fn trace(settlement: &Settlement) {
    output::line(format_args!(
        "trace {}{}",
        settlement.trace,
        whose(settlement.identity())
    ));
    for call in &settlement.calls {
        output::line(format_args!("  call  {}", call_line(call)));
    }
    for tool in &settlement.tools {
        output::line(format_args!("  tool  {}", tool_line(tool)));
    }
    for (span, fate) in &settlement.fates {
        if let Fate::Aside(reason, _) = fate {
            output::line(format_args!("  aside {} {}", span, reason.name()));
        }
    }
    sums(&settlement.totals);
    output::line("");
}

fn call_line(call: &ModelCall) -> String {
    let model = call.model().unwrap_or("(no model)");
    let provider = call.provider.as_deref().unwrap_or("?");
    let usage = call
        .usage
        .as_ref()
        .map_or_else(|| "no usage".to_owned(), tokens);
    let cost = match (call.amount(), call.priced) {
        (Some(amount), _) => dollars(amount),
        (None, Some(priced)) => priced.status.as_str().to_owned(),
        (None, None) => "no usage".to_owned(),
    };
    let estimated = if call.estimated {
        " (estimated from an aggregate)"
    } else {
        ""
    };
    format!(
        "{provider} {model}: {usage}, {cost}{estimated}{}",
        failed(call.fault.as_ref())
    )
}

fn tokens(usage: &Usage) -> String {
    let part = |name: &str, count: Option<u64>| match count {
        Some(count) if count > 0 => format!(", {name} {count}"),
        _ => String::new(),
    };
    format!(
        "in {}{}{}, out {}{}",
        usage.input.unwrap_or(0),
        part("cache read", usage.cache_read),
        part("cache write", usage.cache_write),
        usage.output.unwrap_or(0),
        part("reasoning", usage.reasoning),
    )
}

fn tool_line(tool: &ToolCall) -> String {
    let server = tool
        .server
        .as_deref()
        .map_or_else(String::new, |server| format!(" @ {server}"));
    let kind = if tool.is_mcp { " (MCP)" } else { "" };
    format!(
        "{}{server}{kind}: {} spans, direct {}, induced ~{}{}",
        tool.name,
        tool.spans.len(),
        dollars(tool.direct),
        dollars(tool.induced()),
        failed(tool.fault.as_ref()),
    )
}

fn failed(fault: Option<&Fault>) -> String {
    fault.map_or_else(String::new, |fault| {
        let kind = fault
            .kind
            .as_deref()
            .map_or_else(String::new, |kind| format!(" ({kind})"));
        format!(
            ", FAILED {}.{}{kind}",
            fault.verdict.layer.name(),
            fault.verdict.class
        )
    })
}

fn whose(identity: Identity<'_>) -> String {
    let parts = [
        ("tenant", identity.tenant),
        ("project", identity.project),
        ("user", identity.user),
        ("session", identity.session),
        ("agent", identity.agent),
    ];
    let said = parts
        .into_iter()
        .filter_map(|(name, part)| Some(format!(" {name}={}", part?)));
    said.collect()
}

fn sums(totals: &Totals) {
    output::line(format_args!(
        "  = {} calls ({} failed, {} without usage, {} unpriced, {} estimated), {} tool calls ({} \
         failed), {} duplicates and {} aggregates set aside",
        totals.n_calls,
        totals.n_calls_failed,
        totals.n_calls_without_usage,
        totals.n_calls_unpriced,
        totals.n_calls_estimated,
        totals.n_tools,
        totals.n_tools_failed,
        totals.n_duplicates,
        totals.n_aggregates,
    ));
    output::line(format_args!(
        "  = in {} (cache read {}, cache write {}), out {} (reasoning {}), {} tokens",
        totals.input_total,
        totals.cache_read,
        totals.cache_write,
        totals.output_total,
        totals.reasoning,
        totals.tokens(),
    ));
    output::line(format_args!(
        "  = {} = direct {} + induced ~{} + own {}; wasted {}",
        dollars(totals.cost),
        dollars(totals.attributed.direct),
        dollars(totals.attributed.induced),
        dollars(totals.attributed.own),
        dollars(totals.wasted.total()),
    ));
}
