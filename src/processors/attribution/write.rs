//! The attributes a settled trace leaves on its spans.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::genai::account::{Fate, Fault, Settlement, ToolCall};
use crate::genai::facts::Identity;
use crate::genai::pricing::{PicoUsd, Priced};
use crate::otlp::{NewValue, Span, SpanId, TraceId};

/// Declares the attributes once: the key in the configuration, the default name, what it means.
macro_rules! names {
    ($($(#[doc = $doc:literal])+ $key:ident = $name:literal,)+) => {
        /// Names of the attributes; an empty one is not written.
        #[derive(Clone, Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct Names { $($(#[doc = $doc])+ $key: String,)+ }

        impl Default for Names {
            fn default() -> Self {
                Names { $($key: $name.to_owned(),)+ }
            }
        }
    };
}

names! {
    /// On a tool's outermost span: dollars of the model calls inside of it.
    tool_direct = "tollgate.tool.cost.direct",
    /// On a tool's outermost span: dollars other calls cost on its account, an estimate.
    tool_induced = "tollgate.tool.cost.induced",
    /// Of that: reading its result, in every call that carried it.
    tool_induced_input = "tollgate.tool.cost.induced_input",
    /// Of that: writing the call.
    tool_induced_output = "tollgate.tool.cost.induced_output",
    /// On a tool's outermost span: model calls inside of it.
    tool_calls = "tollgate.tool.model_calls",
    /// On a tool's outermost span: tokens its result put into the next prompt, an estimate.
    tool_result_tokens = "tollgate.tool.result_tokens",
    /// On a tool's outermost span: spans that told of this one call.
    tool_spans = "tollgate.tool.spans",
    /// On failed model and tool calls: the layer (`model`, `tool`, `context`, `coordination`).
    error_layer = "tollgate.error.layer",
    /// On failed model and tool calls: the class within the layer (`rate_limit`, `timeout`).
    error_class = "tollgate.error.class",
    /// What `cost` calls its amount: it goes from spans that turn out not to count, and comes to
    /// those that do.
    cost_amount = "tollgate.cost.amount",
    /// What `cost` calls its status: becomes `duplicate`, `aggregate` or `estimated`.
    cost_status = "tollgate.cost.status",
    /// What `cost` calls its currency.
    cost_currency = "tollgate.cost.currency",
    /// What `cost` calls its source.
    cost_source = "tollgate.cost.source",
    /// What `cost` calls the reason why there is no price; goes where another span has one.
    cost_why = "tollgate.cost.why",
    /// What `cost` calls its entry; goes where another span's price is the call's.
    cost_entry = "tollgate.cost.entry",
    /// What `cost` calls its catalogue; goes where another span's price is the call's.
    cost_catalogue = "tollgate.cost.catalogue",
    /// On spans that do not count: the span that counts instead.
    counted_as = "tollgate.cost.counted_as",
    /// On the root: dollars of the whole trace.
    trace_cost = "tollgate.trace.cost",
    /// On the root: of that, inside of tools.
    trace_direct = "tollgate.trace.cost.direct",
    /// On the root: of that, induced by tools, an estimate.
    trace_induced = "tollgate.trace.cost.induced",
    /// On the root: of that, the agent's own.
    trace_own = "tollgate.trace.cost.own",
    /// On the root: of that, spent on failed and repeated calls.
    trace_wasted = "tollgate.trace.cost.wasted",
    /// On the root: input tokens, cached ones included.
    trace_input = "tollgate.trace.usage.input_tokens",
    /// On the root: output tokens, reasoning included.
    trace_output = "tollgate.trace.usage.output_tokens",
    /// On the root: input tokens read from a cache.
    trace_cache_read = "tollgate.trace.usage.cache_read.input_tokens",
    /// On the root: input tokens written to a cache.
    trace_cache_write = "tollgate.trace.usage.cache_write.input_tokens",
    /// On the root: output tokens spent on reasoning.
    trace_reasoning = "tollgate.trace.usage.reasoning.output_tokens",
    /// On the root: model calls.
    trace_calls = "tollgate.trace.model_calls",
    /// On the root: model calls with usage and without a price.
    trace_unpriced = "tollgate.trace.model_calls.unpriced",
    /// On the root: tool calls.
    trace_tools = "tollgate.trace.tool_calls",
    /// On the root: failed model and tool calls.
    trace_errors = "tollgate.trace.errors",
    /// On the root: the tool that cost most, directly and induced.
    dearest_tool = "tollgate.trace.dearest_tool",
    /// On the root: the model that cost most.
    dearest_model = "tollgate.trace.dearest_model",
}

/// Which attribute, by its place in the configuration.
type Name = fn(&Names) -> &String;

/// What `cost` says of a price that is not the call's.
const UNPRICED: &[Name] = &[
    |names| &names.cost_why,
    |names| &names.cost_entry,
    |names| &names.cost_catalogue,
];

/// What is to be written, by span.
pub(super) type Edits = HashMap<(TraceId, SpanId), Edit>;

/// What is to be written on one span.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    set: Vec<(Name, NewValue)>,
    /// Identity, written only where the span has none of its own.
    fill: Vec<(&'static str, String)>,
    /// What `cost` wrote that does not hold.
    unset: &'static [Name],
}

impl Edit {
    /// What a settled trace writes on its calls and tools.
    pub(super) fn of_trace(settlement: &Settlement, identity: bool, edits: &mut Edits) {
        let trace = settlement.trace;
        for call in &settlement.calls {
            let edit = edits.entry((trace, call.span)).or_default();
            edit.fault(call.fault.as_ref());
            if call.estimated {
                edit.priced("estimated", call.priced);
            } else if let Some(priced) = call.priced.filter(|_| call.priced_by != call.span) {
                // The span that counts carries the amount, and no other.
                edit.unset = UNPRICED;
                edit.priced(priced.status.as_str(), Some(priced));
            }
            if identity {
                edit.identity(call.identity());
            }
        }
        for tool in &settlement.tools {
            let Some(outermost) = tool.spans.first() else {
                continue;
            };
            edits.entry((trace, *outermost)).or_default().tool(tool);
            for span in tool.spans.iter().filter(|_| identity) {
                edits
                    .entry((trace, *span))
                    .or_default()
                    .identity(tool.identity());
            }
        }
        for (span, fate) in &settlement.fates {
            let Fate::Aside(reason, instead) = fate else {
                continue;
            };
            let status = if reason.is_duplicate() {
                "duplicate"
            } else {
                "aggregate"
            };
            edits
                .entry((trace, *span))
                .or_default()
                .aside(status, *instead);
        }
    }

    /// The sums of a settled trace, on its root.
    pub(super) fn of_root(settlement: &Settlement, edits: &mut Edits) {
        let counts = !settlement.calls.is_empty() || !settlement.tools.is_empty();
        if let Some(root) = settlement.root.filter(|_| counts) {
            let edit = edits.entry((settlement.trace, root)).or_default();
            edit.totals(settlement);
        }
    }

    /// Makes the changes on the span.
    pub(super) fn apply(&self, names: &Names, span: &mut Span) {
        let unset = self.unset.iter().map(|name| name(names));
        for name in unset.filter(|name| !name.is_empty()) {
            span.remove_attribute(name);
        }
        let named = self
            .set
            .iter()
            .map(|(name, value)| (name(names).as_str(), value));
        let named = named.filter(|(name, _)| !name.is_empty());
        let set: Vec<_> = named.map(|(name, value)| (name, value.clone())).collect();
        span.set_attributes(&set);
        for (name, value) in &self.fill {
            if span.attribute(name).is_none() {
                span.set_attribute(name, value.as_str());
            }
        }
    }

    fn tool(&mut self, tool: &ToolCall) {
        self.dollars(|names| &names.tool_direct, tool.direct);
        self.dollars(|names| &names.tool_induced, tool.induced());
        self.dollars(|names| &names.tool_induced_input, tool.induced_input);
        self.dollars(|names| &names.tool_induced_output, tool.induced_output);
        self.count(|names| &names.tool_calls, tool.n_direct_calls);
        self.count(|names| &names.tool_result_tokens, tool.result_tokens);
        self.count(|names| &names.tool_spans, tool.spans.len() as u64);
        self.fault(tool.fault.as_ref());
    }

    fn totals(&mut self, settlement: &Settlement) {
        let totals = &settlement.totals;
        self.dollars(|names| &names.trace_cost, totals.cost);
        self.dollars(|names| &names.trace_direct, totals.attributed.direct);
        self.dollars(|names| &names.trace_induced, totals.attributed.induced);
        self.dollars(|names| &names.trace_own, totals.attributed.own);
        self.dollars(|names| &names.trace_wasted, totals.wasted.total());
        self.count(|names| &names.trace_input, totals.input_total);
        self.count(|names| &names.trace_output, totals.output_total);
        self.count(|names| &names.trace_cache_read, totals.cache_read);
        self.count(|names| &names.trace_cache_write, totals.cache_write);
        self.count(|names| &names.trace_reasoning, totals.reasoning);
        self.count(|names| &names.trace_calls, totals.n_calls);
        self.count(|names| &names.trace_unpriced, totals.n_calls_unpriced);
        self.count(|names| &names.trace_tools, totals.n_tools);
        self.count(
            |names| &names.trace_errors,
            totals.n_calls_failed + totals.n_tools_failed,
        );
        if let Some(tool) = settlement.dearest_tool() {
            self.set(|names| &names.dearest_tool, tool.name.to_string());
        }
        if let Some((model, _)) = settlement.dearest_model() {
            self.set(|names| &names.dearest_model, model.to_owned());
        }
    }

    fn aside(&mut self, status: &'static str, instead: Option<SpanId>) {
        self.unset = &[|names| &names.cost_amount];
        self.set(|names| &names.cost_status, status.to_owned());
        if let Some(span) = instead {
            self.set(|names| &names.counted_as, format!("{span}"));
        }
    }

    fn priced(&mut self, status: &'static str, priced: Option<Priced>) {
        self.set(|names| &names.cost_status, status.to_owned());
        let Some(priced) = priced else { return };
        if let (Some(amount), Some(source)) = (priced.amount(), priced.source) {
            self.dollars(|names| &names.cost_amount, amount);
            self.set(|names| &names.cost_currency, "USD".to_owned());
            self.set(|names| &names.cost_source, source.as_str().to_owned());
        }
    }

    fn fault(&mut self, fault: Option<&Fault>) {
        if let Some(fault) = fault {
            self.set(
                |names| &names.error_layer,
                fault.verdict.layer.name().to_owned(),
            );
            self.set(|names| &names.error_class, fault.verdict.class.to_owned());
        }
    }

    fn identity(&mut self, identity: Identity<'_>) {
        let parts = [
            ("tenant.id", identity.tenant),
            ("project.id", identity.project),
            ("user.id", identity.user),
            ("session.id", identity.session),
        ];
        let said = parts
            .into_iter()
            .filter_map(|(name, part)| Some((name, part?.to_owned())));
        self.fill.extend(said);
    }

    fn dollars(&mut self, name: Name, amount: PicoUsd) {
        self.set(name, amount.as_f64());
    }

    fn count(&mut self, name: Name, count: u64) {
        self.set(name, i64::try_from(count).unwrap_or(i64::MAX));
    }

    fn set(&mut self, name: Name, value: impl Into<NewValue>) {
        self.set.push((name, value.into()));
    }
}
