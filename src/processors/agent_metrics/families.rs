//! What is counted of the traffic: every family, its labels and its older spellings, in one table.

use crate::meter::{Counter, Definition, Histogram, Meter, MeterError, Scale, Series, Take, View};

/// Buckets of `gen_ai.client.operation.duration` (semantic conventions, generative AI metrics).
const MODEL_SECONDS: &[f64] = &[
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/// Buckets of `mcp.client.operation.duration` (semantic conventions, MCP metrics), with those of
/// the older `mcp_tool_call_duration_seconds` among them.
const TOOL_SECONDS: &[f64] = &[
    0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
];

/// Buckets of `gen_ai.client.token.usage` (semantic conventions, generative AI metrics).
const TOKENS: &[f64] = &[
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Buckets of the older dashboards.
const LEGACY_SECONDS: &[f64] = &[0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Buckets of the cost of one trace, in dollars.
const DOLLARS: &[f64] = &[
    0.000_1, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 100.0,
];

/// Labels of everything that is told of one model call; values in this order.
pub(super) const MODEL: [&str; 6] = [
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "gen_ai.agent.name",
    "tenant.id",
    "project.id",
];

/// Labels of everything that is told of one tool call; values in this order.
pub(super) const TOOL: [&str; 6] = [
    "gen_ai.tool.name",
    "mcp.method.name",
    "mcp.server.name",
    "gen_ai.agent.name",
    "tenant.id",
    "project.id",
];

/// Labels of failures; values in this order.
const ERROR: [&str; 4] = [
    "tollgate.error.layer",
    "tollgate.error.class",
    "tenant.id",
    "project.id",
];

/// Labels of whole traces; values in this order.
const TRACE: [&str; 3] = ["gen_ai.agent.name", "tenant.id", "project.id"];

/// One worker's handles on all families.
pub(super) struct Families {
    pub(super) model_calls: Series<Counter>,
    pub(super) model_seconds: Series<Histogram>,
    pub(super) first_chunk_seconds: Series<Histogram>,
    pub(super) tokens: Series<Counter>,
    pub(super) token_usage: Series<Histogram>,
    pub(super) cost: Series<Counter>,
    pub(super) unpriced: Series<Counter>,
    pub(super) tool_calls: Series<Counter>,
    pub(super) tool_seconds: Series<Histogram>,
    pub(super) tool_cost: Series<Counter>,
    pub(super) errors: Series<Counter>,
    pub(super) wasted: Series<Counter>,
    pub(super) traces: Series<Counter>,
    pub(super) trace_cost: Series<Histogram>,
}

fn with(labels: &[&str], more: &[&str]) -> Vec<String> {
    labels.iter().chain(more).map(ToString::to_string).collect()
}

impl Families {
    /// Registers everything; the same families for every worker.
    pub(super) fn register(meter: &Meter) -> Result<Self, MeterError> {
        Ok(Families {
            model_calls: meter.counter(model_calls())?,
            model_seconds: meter.histogram(model_seconds())?,
            first_chunk_seconds: meter.histogram(first_chunk_seconds())?,
            tokens: meter.counter(tokens())?,
            token_usage: meter.histogram(token_usage())?,
            cost: meter.counter(cost())?,
            unpriced: meter.counter(unpriced())?,
            tool_calls: meter.counter(tool_calls())?,
            tool_seconds: meter.histogram(tool_seconds())?,
            tool_cost: meter.counter(tool_cost())?,
            errors: meter.counter(errors())?,
            wasted: meter.counter(wasted())?,
            traces: meter.counter(traces())?,
            trace_cost: meter.histogram(trace_cost())?,
        })
    }
}

fn model_calls() -> Definition {
    Definition::new(
        "tollgate.model.calls",
        "{call}",
        "Model calls, each counted once.",
    )
    .labels(with(&MODEL, &["gen_ai.operation.name", "error.type"]))
}

fn model_seconds() -> Definition {
    Definition::new(
        "gen_ai.client.operation.duration",
        "s",
        "Duration of model calls.",
    )
    .labels(with(&MODEL, &["gen_ai.operation.name", "error.type"]))
    .scale(Scale::Nano)
    .bounds(MODEL_SECONDS)
}

fn first_chunk_seconds() -> Definition {
    let help = "Time from a model call's request to the first chunk of its answer.";
    Definition::new("gen_ai.client.operation.time_to_first_chunk", "s", help)
        .labels(with(&MODEL, &[]))
        .scale(Scale::Nano)
        .bounds(MODEL_SECONDS)
}

fn unpriced() -> Definition {
    let help = "Model calls without an amount, by the reason.";
    Definition::new("tollgate.cost.unpriced_calls", "{call}", help)
        .labels(with(&MODEL, &["tollgate.cost.status"]))
}

fn errors() -> Definition {
    Definition::new(
        "tollgate.errors",
        "{error}",
        "Failed calls, by layer and class.",
    )
    .labels(ERROR)
}

fn wasted() -> Definition {
    let help = "What failed calls and their repetitions cost, by layer and class.";
    Definition::new("tollgate.errors.cost", "USD", help)
        .labels(ERROR)
        .scale(Scale::Nano)
}

fn traces() -> Definition {
    Definition::new(
        "tollgate.traces",
        "{trace}",
        "Traces whose account was settled.",
    )
    .labels(TRACE)
}

fn trace_cost() -> Definition {
    Definition::new("tollgate.trace.cost", "USD", "What one trace cost.")
        .labels(TRACE)
        .scale(Scale::Nano)
        .bounds(DOLLARS)
}

/// Token classes are disjoint here, so that their sum is the total: `input` is what was neither
/// read from nor written to a cache, `output` what was not reasoning.
fn tokens() -> Definition {
    Definition::new(
        "tollgate.tokens",
        "{token}",
        "Tokens of model calls, by disjoint class.",
    )
    .labels(with(&MODEL, &["gen_ai.token.type"]))
    .view(
        View::new("openai_tokens_total")
            .label("gen_ai.response.model", "model")
            .legacy(),
    )
}

/// The conventions' own view: how many tokens a call took, all of its input and all of its output.
fn token_usage() -> Definition {
    Definition::new(
        "gen_ai.client.token.usage",
        "{token}",
        "Tokens of one model call, `input` and `output`, each with all their classes.",
    )
    .labels(with(
        &MODEL,
        &["gen_ai.operation.name", "gen_ai.token.type"],
    ))
    .bounds(TOKENS)
}

fn cost() -> Definition {
    Definition::new(
        "tollgate.cost",
        "USD",
        "What model calls cost; each call is counted once.",
    )
    .labels(with(&MODEL, &["tollgate.cost.source"]))
    .scale(Scale::Nano)
    .view(View::new("openai_token_cost_total").legacy())
    .view(
        View::new("openai_token_cost_by_model_total")
            .label("gen_ai.response.model", "model")
            .legacy(),
    )
}

fn tool_calls() -> Definition {
    Definition::new(
        "tollgate.tool.calls",
        "{call}",
        "Tool calls, each counted once.",
    )
    .labels(with(&TOOL, &["error.type"]))
    .view(
        View::new("mcp_tool_calls_total")
            .label("gen_ai.tool.name", "tool")
            .label("mcp.method.name", "method")
            .legacy(),
    )
}

fn tool_seconds() -> Definition {
    Definition::new(
        "mcp.client.operation.duration",
        "s",
        "Duration of tool calls.",
    )
    .labels(with(&TOOL, &["error.type"]))
    .scale(Scale::Nano)
    .bounds(TOOL_SECONDS)
    .view(
        View::new("mcp_tool_call_duration_seconds")
            .label("gen_ai.tool.name", "tool")
            .label("mcp.method.name", "method")
            .bounds(LEGACY_SECONDS)
            .take(Take::Whole)
            .legacy(),
    )
}

/// `direct` is what model calls inside the tool cost, `induced` what its result and its calls made
/// later model calls cost; the two never overlap.
fn tool_cost() -> Definition {
    Definition::new(
        "tollgate.tool.cost",
        "USD",
        "What tools caused, direct and induced.",
    )
    .labels(with(&TOOL, &["tollgate.cost.kind"]))
    .scale(Scale::Nano)
    .view(
        View::new("openai_token_cost_by_tool_total")
            .label("gen_ai.tool.name", "tool")
            .legacy(),
    )
    .view(
        View::new("llm_token_cost_total")
            .label("gen_ai.tool.name", "tool")
            .legacy(),
    )
}
