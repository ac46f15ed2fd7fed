//! What a trace comes to: its calls, its tool calls, its amounts, and the fate of every span.

use std::collections::BTreeMap;

use super::kept::{Owned, Who};
use crate::genai::errors::Verdict;
use crate::genai::facts::{Class, Identity};
use crate::genai::pricing::{PicoUsd, Priced};
use crate::genai::usage::Usage;
use crate::otlp::{SpanId, TraceId};

/// A settled trace.
#[derive(Clone, Debug, Default)]
pub struct Settlement {
    /// The trace; all zero for what belongs to none.
    pub trace: TraceId,
    /// Every model call, once, by start.
    pub calls: Vec<ModelCall>,
    /// Every tool call, once, by start.
    pub tools: Vec<ToolCall>,
    /// What became of every span that said something.
    pub fates: Vec<(SpanId, Fate)>,
    /// Protocol requests that are no tool calls (`initialize`, `tools/list`), by spans.
    pub n_requests: u64,
    /// The span the totals belong to: the earliest without a parent.
    pub root: Option<SpanId>,
    /// Whose the trace was.
    pub(super) who: Who,
    /// All of it.
    pub totals: Totals,
}

/// What became of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its numbers are those of the call with this index.
    Call(usize),
    /// It is part of the tool call with this index.
    Tool(usize),
    /// It is not counted, and why; with the span counted instead, if there is one.
    Aside(Reason, Option<SpanId>),
    /// It carries a call, or is a protocol request, or noise; it had nothing to count.
    Uncounted(Class),
}

/// Why a span's numbers are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It repeats what its descendants used.
    SumOfCalls,
    /// It is another view of a call nested in it or around it.
    Nested,
    /// Another span has the same response id.
    SameResponse,
    /// Its usage came on a later span.
    LateUsage,
    /// A span tells of the same call.
    RepeatedInLog,
    /// Another trace has the same response id.
    OtherTrace,
    /// Another instrumentation tells of the same call, in this trace or in another.
    Twin,
}

impl Reason {
    /// The word in attributes and reports.
    pub fn name(self) -> &'static str {
        match self {
            Reason::SumOfCalls => "aggregate",
            Reason::Nested => "nested",
            Reason::SameResponse => "same_response_id",
            Reason::LateUsage => "usage_on_later_span",
            Reason::RepeatedInLog => "repeated_in_log",
            Reason::OtherTrace => "same_response_id_in_other_trace",
            Reason::Twin => "other_instrumentation",
        }
    }

    /// Whether the span is a second view of a call, rather than a sum of several.
    pub fn is_duplicate(self) -> bool {
        self != Reason::SumOfCalls
    }
}

/// A classified failure with the words it came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its layer and class.
    pub verdict: Verdict,
    /// `error.type` or the exception's.
    pub kind: Owned,
    /// What it said, clipped.
    pub message: Owned,
}

/// One call of a model.
#[derive(Clone, Debug)]
pub struct ModelCall {
    /// The span whose numbers count.
    pub span: SpanId,
    /// The outermost span that tells of it: where it stands in the trace.
    pub outermost: SpanId,
    /// How many spans told of it.
    pub n_views: usize,
    /// Generating or embedding; an aggregate if estimated from one.
    pub class: Class,
    /// Taken from the sum of an aggregate, as no call below it arrived.
    pub estimated: bool,
    /// Dialect of the span whose numbers count.
    pub dialect: Box<str>,
    /// `service.name`
    pub service: Box<str>,
    /// Canonical provider.
    pub provider: Owned,
    /// The model asked for.
    pub request_model: Owned,
    /// The model that answered.
    pub response_model: Owned,
    /// The provider's id of the answer.
    pub response_id: Owned,
    /// Inclusive counts; `None` if no view said anything.
    pub usage: Option<Usage>,
    /// What it cost.
    pub priced: Option<Priced>,
    /// The span that tells what it cost: another view than `span` where that has no price, or no
    /// bill.
    pub priced_by: SpanId,
    /// Start of the outermost view.
    pub start_unix_nano: u64,
    /// End of the outermost view.
    pub end_unix_nano: u64,
    /// From start to first chunk.
    pub first_chunk_nanos: Option<u64>,
    /// How it failed.
    pub fault: Option<Fault>,
    /// The tool call it happened inside of: all of its cost is that tool's, directly.
    pub inside: Option<usize>,
    /// Where its cost went.
    pub attributed: Attributed,
    pub(super) who: Who,
    /// Index of the outermost view among the account's spans.
    pub(super) at: usize,
}

/// Where the cost of one call went; the three add up to the call's amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attributed {
    /// To the tool it happened inside of.
    pub direct: PicoUsd,
    /// To tools whose results it read or whose calls it wrote; an estimate.
    pub induced: PicoUsd,
    /// To the agent itself.
    pub own: PicoUsd,
}

/// One call of a tool.
#[derive(Clone, Debug, Default)]
pub struct ToolCall {
    /// The tool's own name, as the innermost span has it.
    pub name: Box<str>,
    /// The name the agent knows it by, where a gateway renamed it.
    pub called_as: Owned,
    /// The MCP server, innermost.
    pub server: Owned,
    /// Whether it went over the Model Context Protocol.
    pub is_mcp: bool,
    /// The model's id of the call.
    pub call_id: Owned,
    /// Every span that told of it, the outermost first.
    pub spans: Vec<SpanId>,
    /// Start of the outermost span.
    pub start_unix_nano: u64,
    /// End of the outermost span.
    pub end_unix_nano: u64,
    /// The worst failure along the chain.
    pub fault: Option<Fault>,
    /// Bytes of its arguments.
    pub arguments_bytes: Option<u64>,
    /// Bytes of its result.
    pub result_bytes: Option<u64>,
    /// A hash of its arguments: equal for a repeated call.
    pub arguments_hash: Option<u64>,
    /// The tool call it happened inside of.
    pub inside: Option<usize>,
    /// Cost of the model calls inside of it (and not inside a tool call within it).
    pub direct: PicoUsd,
    /// Model calls inside of it.
    pub n_direct_calls: u64,
    /// Cost of reading its result, in every later call that carried it. An estimate.
    pub induced_input: PicoUsd,
    /// Cost of writing the call. An estimate.
    pub induced_output: PicoUsd,
    /// Tokens its result put into the next prompt. An estimate.
    pub result_tokens: u64,
    pub(super) who: Who,
    pub(super) at: usize,
}

/// Money spent for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wasted {
    /// On model calls that failed.
    pub failed_calls: PicoUsd,
    /// On tool calls that failed: what they cost directly and induced.
    pub failed_tools: PicoUsd,
    /// On tool calls that repeated one that had failed, with equal arguments.
    pub retried_tools: PicoUsd,
}

impl Wasted {
    /// All of it.
    pub fn total(&self) -> PicoUsd {
        self.failed_calls + self.failed_tools + self.retried_tools
    }
}

/// The sums of a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Model calls.
    pub n_calls: u64,
    /// Of those, failed.
    pub n_calls_failed: u64,
    /// Of those, with usage and without a price.
    pub n_calls_unpriced: u64,
    /// Of those, without usage though they did not fail.
    pub n_calls_without_usage: u64,
    /// Of those, estimated from an aggregate.
    pub n_calls_estimated: u64,
    /// Tool calls.
    pub n_tools: u64,
    /// Of those, failed.
    pub n_tools_failed: u64,
    /// Of the tool calls, over MCP.
    pub n_tools_mcp: u64,
    /// Second views of calls that were set aside.
    pub n_duplicates: u64,
    /// Sums of calls that were set aside.
    pub n_aggregates: u64,
    /// All input tokens, cached ones included.
    pub input_total: u64,
    /// Of those, read from a cache.
    pub cache_read: u64,
    /// Of those, written to a cache.
    pub cache_write: u64,
    /// All output tokens, reasoning included.
    pub output_total: u64,
    /// Of those, reasoning.
    pub reasoning: u64,
    /// What all calls with a price cost: direct, induced and own together.
    pub cost: PicoUsd,
    /// Of the cost: where it went.
    pub attributed: Attributed,
    /// Of the cost: spent for nothing.
    pub wasted: Wasted,
    /// Failures by layer and class, with their number.
    pub faults: Vec<(Verdict, u64)>,
}

impl Totals {
    /// Input and output tokens.
    pub fn tokens(&self) -> u64 {
        self.input_total.saturating_add(self.output_total)
    }
}

impl Settlement {
    /// Whose the trace was, as far as one answer holds for all of it.
    pub fn identity(&self) -> Identity<'_> {
        self.who.view()
    }

    /// The tool call that cost most, directly and induced.
    pub fn dearest_tool(&self) -> Option<&ToolCall> {
        self.tools
            .iter()
            .filter(|tool| tool.cost() > PicoUsd::ZERO)
            .max_by_key(|tool| tool.cost())
    }

    /// The model that cost most, over all its calls, with its cost.
    pub fn dearest_model(&self) -> Option<(&str, PicoUsd)> {
        let mut by_model: BTreeMap<&str, PicoUsd> = BTreeMap::new();
        for call in &self.calls {
            if let (Some(model), Some(amount)) = (call.model(), call.amount()) {
                *by_model.entry(model).or_default() += amount;
            }
        }
        by_model
            .into_iter()
            .filter(|(_, cost)| *cost > PicoUsd::ZERO)
            .max_by_key(|(_, cost)| *cost)
    }
}

impl ModelCall {
    /// The model to report: the one that answered, else the one asked for.
    pub fn model(&self) -> Option<&str> {
        self.response_model
            .as_deref()
            .or(self.request_model.as_deref())
    }

    /// What it cost, if it has a price.
    pub fn amount(&self) -> Option<PicoUsd> {
        self.priced.as_ref()?.amount()
    }

    /// Whose it was.
    pub fn identity(&self) -> Identity<'_> {
        self.who.view()
    }
}

impl ToolCall {
    /// What it cost: directly and induced.
    pub fn cost(&self) -> PicoUsd {
        self.direct + self.induced()
    }

    /// What model calls cost on its account without happening inside of it.
    pub fn induced(&self) -> PicoUsd {
        self.induced_input + self.induced_output
    }

    /// Whose it was.
    pub fn identity(&self) -> Identity<'_> {
        self.who.view()
    }
}
