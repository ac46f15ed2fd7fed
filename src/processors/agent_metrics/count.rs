//! Counts a settled trace; a trace that settles again is corrected, never counted twice.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::families::{Families, MODEL};
use super::open::Entry;
use super::spend;
use crate::genai::account::{Claims, Extent, Fault, ModelCall, Settlement, ToolCall};
use crate::genai::facts::Identity;
use crate::genai::pricing::{PicoUsd, Status};
use crate::meter::{Counter, Exemplar, Series};
use crate::otlp::{SpanId, TraceId};
use crate::spend::{Amount, Entry as Line, Mailbox};

/// Units by the series they are counted in.
#[derive(Default)]
struct Sums(BTreeMap<CellId, (Arc<Counter>, u64)>);

/// A series by the address of its cell, which is kept alive beside it.
type CellId = usize;

impl Sums {
    fn add(&mut self, cell: Arc<Counter>, units: u64) {
        let sum = self.0.entry(Arc::as_ptr(&cell).addr());
        sum.or_insert((cell, 0)).1 += units;
    }

    fn of(&self, id: CellId) -> u64 {
        self.0.get(&id).map_or(0, |(_, units)| *units)
    }
}

/// What was counted of one trace so far.
#[derive(Default)]
pub(super) struct Counted {
    sums: Sums,
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
    debts: Sums,
    /// Where the spend ledger picks up what was spent; `None` where there is no ledger.
    mailbox: Option<Mailbox>,
}

impl Counts {
    pub(super) fn new(families: Families, claims: Arc<Claims>, mailbox: Option<Mailbox>) -> Self {
        Counts {
            families,
            claims,
            debts: Sums::default(),
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
        let Entry {
            account, counted, ..
        } = entry;
        let settlement = account.settle_ours(trace, Extent::Whole, |id| self.is_ours(id, counted));
        let mut sums = Sums::default();
        let mut spent = HashMap::new();
        for call in &settlement.calls {
            self.call(trace, call, counted, &mut sums);
            spend::call(call, &mut spent);
        }
        settlement
            .tools
            .iter()
            .for_each(|tool| spend::tool(tool, &mut spent));
        for (index, tool) in settlement.tools.iter().enumerate() {
            self.tool(trace, tool, counted, &mut sums);
            let repeated = settlement.repeated_failure(index);
            if let Some(fault) = repeated.filter(|_| tool.fault.is_none()) {
                self.waste(&mut sums, fault, &tool.identity(), tool.cost());
            }
        }
        self.trace(trace, &settlement, counted, &mut sums);
        self.correct(&mut counted.sums, sums);
        if let Some(mailbox) = &mut self.mailbox {
            spend::correct(&mut counted.spent, spent, mailbox);
        }
    }

    /// Whether this trace is the one that counts the call of this response id.
    fn is_ours(&self, id: &str, counted: &mut Counted) -> bool {
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
        let all = &mut self.families;
        add(
            sums,
            &mut all.model_calls,
            joined(&model, &[operation, error]),
            1,
        );
        for (class, tokens) in token_classes(call) {
            add(sums, &mut all.tokens, joined(&model, &[class]), tokens);
        }
        match call.priced.filter(|priced| priced.status.has_amount()) {
            Some(priced) => {
                let source = priced.source.map_or("", |source| source.as_str());
                let units = nanos(priced.bill.total);
                add(sums, &mut all.cost, joined(&model, &[source]), units);
            }
            None if call.fault.is_none() => {
                let status = call
                    .priced
                    .map_or(Status::NoUsage.as_str(), |priced| priced.status.as_str());
                add(sums, &mut all.unpriced, joined(&model, &[status]), 1);
            }
            None => {}
        }
        self.fault(sums, call.fault.as_ref(), &who, call.amount());
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
        let all = &mut self.families;
        add(sums, &mut all.tool_calls, joined(&labels, &[error]), 1);
        for (kind, cost) in [("direct", tool.direct), ("induced", tool.induced())] {
            let labels = joined(&labels, &[kind]);
            add(sums, &mut all.tool_cost, labels, nanos(cost));
        }
        self.fault(sums, tool.fault.as_ref(), &who, Some(tool.cost()));
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
        add(sums, &mut self.families.traces, joined(&labels, &[]), 1);
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

    /// A failed call; what it cost was wasted.
    fn fault(
        &mut self,
        sums: &mut Sums,
        fault: Option<&Fault>,
        who: &Identity<'_>,
        cost: Option<PicoUsd>,
    ) {
        let Some(fault) = fault else { return };
        add(sums, &mut self.families.errors, error_labels(fault, who), 1);
        self.waste(sums, fault, who, cost.unwrap_or_default());
    }

    /// Money spent because of a failure: on the call that failed, or on doing it again.
    fn waste(&mut self, sums: &mut Sums, fault: &Fault, who: &Identity<'_>, lost: PicoUsd) {
        let labels = error_labels(fault, who);
        add(sums, &mut self.families.wasted, labels, nanos(lost));
    }

    /// Adds what is new and remembers as a debt what was too much.
    fn correct(&mut self, before: &mut Sums, after: Sums) {
        for (id, (cell, units)) in &after.0 {
            let new = units.saturating_sub(before.of(*id));
            cell.add(new - self.pay(*id, new));
        }
        for (id, (cell, known)) in std::mem::take(&mut before.0) {
            let too_much = known.saturating_sub(after.of(id));
            if too_much > 0 {
                self.debts.add(cell, too_much);
            }
        }
        *before = after;
    }

    /// How much of what is new pays for what was too much before.
    fn pay(&mut self, id: CellId, units: u64) -> u64 {
        let Some((_, debt)) = self.debts.0.get_mut(&id) else {
            return 0;
        };
        let paid = units.min(*debt);
        *debt -= paid;
        if *debt == 0 {
            self.debts.0.remove(&id);
        }
        paid
    }
}

/// Counts units, if there are any, towards the series of these labels.
fn add(sums: &mut Sums, family: &mut Series<Counter>, labels: [&str; LABELS_MAX], units: u64) {
    if units > 0 {
        sums.add(family.of(&labels), units);
    }
}

/// No family has more labels; a family leaves out those behind its own.
const LABELS_MAX: usize = MODEL.len() + 2;

fn error_labels<'a>(fault: &Fault, who: &Identity<'a>) -> [&'a str; LABELS_MAX] {
    let [tenant, project] = [who.tenant, who.project].map(Option::unwrap_or_default);
    let kind = [fault.verdict.layer.name(), fault.verdict.class];
    joined(&kind, &[tenant, project])
}

fn joined<'a>(labels: &[&'a str], more: &[&'a str]) -> [&'a str; LABELS_MAX] {
    let mut joined = [""; LABELS_MAX];
    for (place, label) in joined.iter_mut().zip(labels.iter().chain(more)) {
        *place = label;
    }
    joined
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
