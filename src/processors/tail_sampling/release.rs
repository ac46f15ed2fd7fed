//! The way out: spans are stamped, explained and gathered into batches.

use std::sync::Arc;

use super::judge::Ruling;
use super::sampler::TailSampling;
use super::trace::Trace;
use super::walk;
use crate::component::{Batch, Next, Reason, Receipt};
use crate::otlp::{self, LogRecord, Scope, Span, Telemetry};
use crate::sampling::memory::Kept;
use crate::sampling::tracestate::Stamp;
use crate::sampling::verdict::{Certainty, Trigger};

/// What leaves at the end of this call.
#[derive(Default)]
pub(super) struct Outgoing {
    spans: otlp::Batch<Span>,
    n_spans: usize,
    logs: otlp::Batch<LogRecord>,
    receipts: Vec<Arc<Receipt>>,
    discards: Vec<(Reason, u64)>,
}

/// A batch is sent on when it has this many spans.
const SPANS_MAX: usize = 4096;

impl Outgoing {
    /// Adds a span.
    pub(super) fn push(&mut self, scope: &Arc<Scope>, span: Span) {
        self.spans.push(scope, span);
        self.n_spans += 1;
    }

    /// Adds a log record.
    pub(super) fn push_log(&mut self, scope: &Arc<Scope>, log: LogRecord) {
        self.logs.push(scope, log);
    }

    /// What leaves is still paid for by these.
    pub(super) fn under(&mut self, receipts: &[Arc<Receipt>]) {
        for receipt in receipts {
            if !self.receipts.iter().any(|own| Arc::ptr_eq(own, receipt)) {
                self.receipts.push(Arc::clone(receipt));
            }
        }
    }

    /// Counts items that a decision discards.
    pub(super) fn discard_dropped(&mut self, items: u64) {
        self.discard(items, Reason::SampledOut);
    }

    /// Counts items that are discarded.
    pub(super) fn discard(&mut self, items: u64, reason: Reason) {
        match self.discards.iter_mut().find(|(own, _)| *own == reason) {
            Some((_, n)) => *n += items,
            None => self.discards.push((reason, items)),
        }
    }

    /// Sends on what has gathered, if it is much.
    pub(super) fn flush_if_large(&mut self, next: &mut Next<'_>) {
        if self.n_spans >= SPANS_MAX {
            self.flush(next);
        }
    }

    /// Sends on what has gathered.
    pub(super) fn flush(&mut self, next: &mut Next<'_>) {
        for (reason, items) in self.discards.drain(..) {
            next.discard_items(items, reason);
        }
        let receipts = std::mem::take(&mut self.receipts);
        let logs = std::mem::take(&mut self.logs);
        self.n_spans = 0;
        let spans = std::mem::take(&mut self.spans);
        for telemetry in [Telemetry::Traces(spans), Telemetry::Logs(logs)] {
            if !telemetry.is_empty() {
                next.send(Batch {
                    telemetry,
                    receipts: receipts.clone(),
                });
            }
        }
    }
}

impl TailSampling {
    /// Sends a kept trace out, its root explained.
    pub(super) fn release(&mut self, mut trace: Box<Trace>, kept: &Kept, ruling: &Ruling) {
        let spans = self.room.all_spans(&mut trace);
        let found = spans.len() as u64;
        let rules = Arc::clone(&trace.rules);
        let explained = rules.config.explain.then(|| {
            let mut spans = spans.iter();
            let root = spans.position(|(scope, span)| walk::is_root(&rules.plan, scope, span));
            root.unwrap_or(0)
        });
        let mut stamped = Stamped::with(kept.stamp());
        for (index, (scope, mut span)) in spans.into_iter().enumerate() {
            if rules.config.stamp {
                stamped.stamp(&mut span);
            }
            if explained == Some(index) {
                let by = ruling.by.as_deref();
                explain(
                    &mut span,
                    by,
                    &rules.version,
                    (kept.trigger, ruling.certainty),
                );
                mark(&mut span, &trace, ruling);
            }
            self.out.push(&scope, span);
        }
        // What the disk could not give back is lost, and said to be.
        let missing = u64::from(trace.n_spans).saturating_sub(found);
        self.books.spans_kept += found;
        self.books.spans_lost += missing;
        if missing > 0 {
            self.out.discard(missing, Reason::DropOldest);
        }
    }
}

/// Writes counts, and what policies on trial would have done.
fn mark(span: &mut Span, trace: &Trace, ruling: &Ruling) {
    span.set_attribute("sampling.span_count", i64::from(trace.n_spans));
    span.set_attribute("sampling.error_count", i64::from(trace.n_errors));
    if !ruling.trials.is_empty() {
        let trials: Vec<String> = ruling.trials.iter().map(ToString::to_string).collect();
        span.set_attribute("sampling.dry_run", trials);
    }
    if trace.rules.config.dry_run {
        let would = if ruling.keep { "keep" } else { "drop" };
        span.set_attribute("sampling.dry_run.decision", would);
    }
}

/// Stamps the spans of one trace, most of which came with the same `tracestate`.
struct Stamped {
    stamp: Stamp,
    /// A `tracestate`, and what is written in its place if anything is.
    known: Option<(String, Option<String>)>,
}

impl Stamped {
    fn with(stamp: Stamp) -> Self {
        let known = None;
        Stamped { stamp, known }
    }

    fn stamp(&mut self, span: &mut Span) {
        let came = span.trace_state();
        if self.known.as_ref().is_none_or(|(own, _)| own != came) {
            self.known = Some((came.to_owned(), self.stamp.apply(came)));
        }
        if let Some((_, Some(tracestate))) = &self.known {
            span.set_trace_state(tracestate);
        }
    }
}

/// Writes a decision's threshold and randomness.
pub(super) fn stamp_span(span: &mut Span, stamp: &Stamp) {
    if let Some(tracestate) = stamp.apply(span.trace_state()) {
        span.set_trace_state(&tracestate);
    }
}

/// Writes who decided, under which version of the rules, when and with what probability.
pub(super) fn explain(
    span: &mut Span,
    by: Option<&str>,
    version: &str,
    (trigger, certainty): (Trigger, Certainty),
) {
    if let Some(by) = by {
        span.set_attribute("sampling.policy", by);
    }
    if !version.is_empty() {
        span.set_attribute("sampling.rule_version", version);
    }
    span.set_attribute("sampling.trigger", trigger.label());
    let threshold = certainty.threshold();
    let threshold = threshold.map_or_else(|| "unknown".to_owned(), |th| th.to_string());
    span.set_attribute("sampling.threshold", threshold);
}
