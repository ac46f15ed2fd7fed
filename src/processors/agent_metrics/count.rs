//! Counts a settled trace; a trace that settles again is corrected, never counted twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::claims::Claims;
use super::families::Families;
use super::open::Entry;
use super::spend;
use crate::genai::account::{Fault, ModelCall, Settlement, ToolCall};
use crate::genai::facts::Identity;
use crate::genai::pricing::{PicoUsd, Status};
use crate::meter::{Counter, Exemplar, Series};
use crate::otlp::{SpanId, TraceId};
use crate::spend::{Amount, Entry as Line, Mailbox};

/// The counters, by name of what they count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Sum {
    ModelCalls,
    Tokens,
    Cost,
    Unpriced,
    ToolCalls,
    ToolCost,
    Errors,
    Wasted,
    Traces,
}

/// One counter's series.
type Key = (Sum, Vec<Box<str>>);

/// What was counted of one trace so far.
#[derive(Default)]
pub(super) struct Counted {
    sums: BTreeMap<Key, u64>,
    observed: BTreeSet<SpanId>,
    claimed: BTreeSet<Box<str>>,
    spent: HashMap<Line, Amount>,
}

/// One worker's counting.
pub(super) struct Counts {
    families: Families,
    claims: Arc<Claims>,
    /// What later spans showed to be too much; the next additions pay it off, because a counter
    /// cannot go back.
    debts: HashMap<Key, u64>,
    /// Where the spend ledger picks up what was spent; `None` where there is no ledger.
    mailbox: Option<Mailbox>,
}

impl Counts {
    pub(super) fn new(families: Families, claims: Arc<Claims>, mailbox: Option<Mailbox>) -> Self {
        Counts {
            families,
            claims,
            debts: HashMap::new(),
            mailbox,
        }
    }

    /// Hands in what was spent, if the last letter was collected.
    pub(super) fn post(&mut self) {
        if let Some(mailbox) = &mut self.mailbox {
            mailbox.post();
        }
    }

    /// Counts a trace, or what has changed of it since it was counted.
    pub(super) fn settle(&mut self, trace: TraceId, entry: &mut Entry) {
        let settlement = entry.account.settle(trace);
        let mut sums = BTreeMap::new();
        let mut spent = HashMap::new();
        for call in &settlement.calls {
            if self.is_ours(call, &mut entry.counted) {
                self.call(trace, call, &mut entry.counted, &mut sums);
                spend::call(call, &mut spent);
            }
        }
        settlement
            .tools
            .iter()
            .for_each(|tool| spend::tool(tool, &mut spent));
        for (index, tool) in settlement.tools.iter().enumerate() {
            self.tool(trace, tool, &mut entry.counted, &mut sums);
            let repeated = settlement.repeated_failure(index);
            if let Some(fault) = repeated.filter(|_| tool.fault.is_none()) {
                count_waste(&mut sums, fault, &tool.identity(), tool.cost());
            }
        }
        self.trace(trace, &settlement, &mut entry.counted, &mut sums);
        self.correct(&mut entry.counted.sums, sums);
        if let Some(mailbox) = &mut self.mailbox {
            spend::correct(&mut entry.counted.spent, spent, mailbox);
        }
    }

    /// Whether this trace is the one that counts the call.
    fn is_ours(&self, call: &ModelCall, counted: &mut Counted) -> bool {
        let Some(id) = call.response_id.as_deref().filter(|id| !id.is_empty()) else {
            return true;
        };
        if counted.claimed.contains(id) {
            return true;
        }
        let ours = self.claims.claim(id);
        if ours {
            counted.claimed.insert(id.into());
        }
        ours
    }

    fn call(&mut self, trace: TraceId, call: &ModelCall, counted: &mut Counted, sums: &mut Sums) {
        let who = call.identity();
        let model = model_labels(call, &who);
        let error = error(call.fault.as_ref());
        let operation = if call.class == crate::genai::facts::Class::Embedding {
            "embeddings"
        } else {
            "chat"
        };
        add(sums, Sum::ModelCalls, &model, &[operation, error], 1);
        for (class, tokens) in token_classes(call) {
            add(sums, Sum::Tokens, &model, &[class], tokens);
        }
        match call.priced.filter(|priced| priced.status.has_amount()) {
            Some(priced) => {
                let source = priced.source.map_or("", |source| source.as_str());
                add(sums, Sum::Cost, &model, &[source], nanos(priced.bill.total));
            }
            None if call.fault.is_none() => {
                let status = call
                    .priced
                    .map_or(Status::NoUsage.as_str(), |priced| priced.status.as_str());
                add(sums, Sum::Unpriced, &model, &[status], 1);
            }
            None => {}
        }
        count_fault(
            sums,
            call.fault.as_ref(),
            &who,
            call.amount().filter(|_| call.fault.is_some()),
        );
        if counted.observed.insert(call.outermost) {
            self.observe(trace, call, &model, [operation, error]);
        }
    }

    /// How long a call took and how many tokens: once, as a distribution cannot be corrected.
    fn observe(
        &mut self,
        trace: TraceId,
        call: &ModelCall,
        model: &[&str; 6],
        [operation, error]: [&str; 2],
    ) {
        let all = &mut self.families;
        let span = call.outermost;
        let took = call.end_unix_nano.saturating_sub(call.start_unix_nano);
        let seconds = all.model_seconds.of(&joined(model, &[operation, error]));
        seconds.record_with(&exemplar(trace, span, took, call.end_unix_nano));
        if let Some(first) = call.first_chunk_nanos {
            let at = call.start_unix_nano.saturating_add(first);
            let seconds = all.first_chunk_seconds.of(&joined(model, &[]));
            seconds.record_with(&exemplar(trace, span, first, at));
        }
        let usage = call.usage.unwrap_or_default();
        for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
            if let Some(tokens) = tokens {
                let labels = joined(model, &[operation, kind]);
                all.token_usage.of(&labels).record(tokens);
            }
        }
    }

    fn tool(&mut self, trace: TraceId, tool: &ToolCall, counted: &mut Counted, sums: &mut Sums) {
        let who = tool.identity();
        let labels = tool_labels(tool, &who);
        let error = error(tool.fault.as_ref());
        add(sums, Sum::ToolCalls, &labels, &[error], 1);
        add(
            sums,
            Sum::ToolCost,
            &labels,
            &["direct"],
            nanos(tool.direct),
        );
        add(
            sums,
            Sum::ToolCost,
            &labels,
            &["induced"],
            nanos(tool.induced()),
        );
        count_fault(
            sums,
            tool.fault.as_ref(),
            &who,
            tool.fault.as_ref().map(|_| tool.cost()),
        );
        let Some(span) = tool.spans.first().copied() else {
            return;
        };
        if counted.observed.insert(span) {
            let took = tool.end_unix_nano.saturating_sub(tool.start_unix_nano);
            let exemplar = exemplar(trace, span, took, tool.end_unix_nano);
            self.families
                .tool_seconds
                .of(&joined(&labels, &[error]))
                .record_with(&exemplar);
        }
    }

    fn trace(
        &mut self,
        trace: TraceId,
        settlement: &Settlement,
        counted: &mut Counted,
        sums: &mut Sums,
    ) {
        let who = settlement.identity();
        let labels = [who.agent, who.tenant, who.project].map(Option::unwrap_or_default);
        add(sums, Sum::Traces, &labels, &[], 1);
        // The zero id cannot be a span's, so it stands for the trace itself.
        let first = counted.observed.insert(SpanId([0; 8]));
        if first && settlement.totals.cost > PicoUsd::ZERO {
            let cost = nanos(settlement.totals.cost);
            let root = settlement.root.unwrap_or(SpanId([0; 8]));
            let end = settlement
                .calls
                .iter()
                .map(|call| call.end_unix_nano)
                .max()
                .unwrap_or(0);
            self.families
                .trace_cost
                .of(&labels)
                .record_with(&exemplar(trace, root, cost, end));
        }
    }

    /// Adds what is new and remembers as a debt what was too much.
    fn correct(&mut self, before: &mut BTreeMap<Key, u64>, after: Sums) {
        for (key, units) in &after {
            let known = before.get(key).copied().unwrap_or(0);
            self.add(key, units.saturating_sub(known));
        }
        for (key, known) in std::mem::take(before) {
            let too_much = known.saturating_sub(after.get(&key).copied().unwrap_or(0));
            if too_much > 0 {
                *self.debts.entry(key).or_default() += too_much;
            }
        }
        *before = after;
    }

    fn add(&mut self, key: &Key, units: u64) {
        let mut units = units;
        if let Some(debt) = self.debts.get_mut(key) {
            let paid = units.min(*debt);
            *debt -= paid;
            units -= paid;
            if *debt == 0 {
                self.debts.remove(key);
            }
        }
        if units > 0 {
            let labels = key.1.iter().map(|value| &**value).collect::<Vec<_>>();
            self.series(key.0).of(&labels).add(units);
        }
    }

    fn series(&mut self, sum: Sum) -> &mut Series<Counter> {
        let all = &mut self.families;
        match sum {
            Sum::ModelCalls => &mut all.model_calls,
            Sum::Tokens => &mut all.tokens,
            Sum::Cost => &mut all.cost,
            Sum::Unpriced => &mut all.unpriced,
            Sum::ToolCalls => &mut all.tool_calls,
            Sum::ToolCost => &mut all.tool_cost,
            Sum::Errors => &mut all.errors,
            Sum::Wasted => &mut all.wasted,
            Sum::Traces => &mut all.traces,
        }
    }
}

type Sums = BTreeMap<Key, u64>;

fn add(sums: &mut Sums, sum: Sum, labels: &[&str], more: &[&str], units: u64) {
    if units > 0 {
        let key = labels
            .iter()
            .chain(more)
            .map(|value| Box::from(*value))
            .collect();
        *sums.entry((sum, key)).or_default() += units;
    }
}

fn count_fault(sums: &mut Sums, fault: Option<&Fault>, who: &Identity<'_>, lost: Option<PicoUsd>) {
    let Some(fault) = fault else { return };
    let (kind, identity) = error_labels(fault, who);
    add(sums, Sum::Errors, &kind, &identity, 1);
    count_waste(sums, fault, who, lost.unwrap_or_default());
}

/// Money spent because of a failure: on the call that failed, or on doing it again.
fn count_waste(sums: &mut Sums, fault: &Fault, who: &Identity<'_>, lost: PicoUsd) {
    let (kind, identity) = error_labels(fault, who);
    add(sums, Sum::Wasted, &kind, &identity, nanos(lost));
}

fn error_labels<'a>(fault: &Fault, who: &Identity<'a>) -> ([&'static str; 2], [&'a str; 2]) {
    let kind = [fault.verdict.layer.name(), fault.verdict.class];
    (
        kind,
        [who.tenant, who.project].map(Option::unwrap_or_default),
    )
}

fn joined<'a>(labels: &[&'a str; 6], more: &[&'a str]) -> Vec<&'a str> {
    labels.iter().chain(more).copied().collect()
}

fn model_labels<'a>(call: &'a ModelCall, who: &Identity<'a>) -> [&'a str; 6] {
    [
        call.provider.as_deref(),
        call.request_model.as_deref(),
        call.model(),
        who.agent,
        who.tenant,
        who.project,
    ]
    .map(Option::unwrap_or_default)
}

fn tool_labels<'a>(tool: &'a ToolCall, who: &Identity<'a>) -> [&'a str; 6] {
    let method = if tool.is_mcp { "tools/call" } else { "" };
    let server = tool.server.as_deref().unwrap_or_default();
    let [agent, tenant, project] =
        [who.agent, who.tenant, who.project].map(Option::unwrap_or_default);
    [&tool.name, method, server, agent, tenant, project]
}

fn error(fault: Option<&Fault>) -> &'static str {
    fault.map_or("", |fault| fault.verdict.class)
}

/// Disjoint classes, so that they add up to the total.
fn token_classes(call: &ModelCall) -> [(&'static str, u64); 5] {
    let usage = call.usage.unwrap_or_default();
    let count = |class: Option<u64>| class.unwrap_or(0);
    let (read, write) = (count(usage.cache_read), count(usage.cache_write));
    let reasoning = count(usage.reasoning);
    [
        (
            "input",
            count(usage.input)
                .saturating_sub(read)
                .saturating_sub(write),
        ),
        ("cache_read", read),
        ("cache_write", write),
        ("output", count(usage.output).saturating_sub(reasoning)),
        ("reasoning", reasoning),
    ]
}

fn nanos(amount: PicoUsd) -> u64 {
    u64::try_from(amount.nanos()).unwrap_or(0)
}

fn exemplar(trace: TraceId, span: SpanId, units: u64, unix_nanos: u64) -> Exemplar {
    Exemplar {
        trace_id: trace.0,
        span_id: span.0,
        units,
        unix_nanos,
    }
}
