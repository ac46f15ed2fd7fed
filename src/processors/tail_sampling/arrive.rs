//! What happens to one arriving span: it joins an open trace, or meets the fate of a decided one.

use std::sync::Arc;

use super::exact::Exact;
use super::policy::Case;
use super::release::{explain, stamp_span};
use super::room::Waiting;
use super::rules::Rules;
use super::sampler::TailSampling;
use super::table::Slot;
use super::trace::{Id, Trace};
use super::walk::{self, Origin};
use crate::component::{Next, Receipt};
use crate::otlp::{self, Scope, Span};
use crate::sampling::decision_log::Entry;
use crate::sampling::memory::Kept;
use crate::sampling::verdict::Trigger;

/// A span on its way in.
pub(super) struct Arrival<'a> {
    /// The worker's one copy of its scope.
    pub scope: &'a Arc<Scope>,
    /// The rules of the day.
    pub rules: &'a Arc<Rules>,
    /// What they ask of its resource.
    pub resource: &'a Origin<'a>,
    pub receipts: &'a [Arc<Receipt>],
    pub now_ms: u64,
}

impl TailSampling {
    /// Takes in a batch.
    pub(super) fn take_spans(
        &mut self,
        batch: otlp::Batch<Span>,
        receipts: &[Arc<Receipt>],
        now_ms: u64,
        next: &mut Next<'_>,
    ) {
        let rules = Arc::clone(&self.rules);
        for group in batch.groups {
            // The slots borrow from the scope's resource, which lives as long as the group.
            let scope = self.scopes.one(&group.scope);
            let resource = walk::origin(&rules.plan, &scope);
            let arrival = Arrival {
                scope: &scope,
                rules: &rules,
                resource: &resource,
                receipts,
                now_ms,
            };
            for span in group.records {
                self.books.spans_in += 1;
                self.arrive(span, &arrival);
            }
            self.out.flush_if_large(next);
        }
    }

    /// Takes in a span that was counted.
    pub(super) fn arrive(&mut self, span: Span, arrival: &Arrival<'_>) {
        let (id, now_ms) = (span.trace_id().0, arrival.now_ms);
        let open = self.open_at(&id, now_ms);
        self.durable.take();
        if let Some(slot) = open {
            return self.join(slot, &span, arrival);
        }
        if self.quarantine.has(&id, now_ms) {
            return self.join_quarantined(id, &span, arrival);
        }
        if let Some(kept) = self.kept.get(&id) {
            self.log_use(&Entry::Kept(id, kept), self.kept.is_exact());
            return self.follow_kept(span, &kept, arrival);
        }
        if self.dropped.get(&id) {
            self.log_use(&Entry::Dropped(id), self.dropped.is_exact());
            return self.follow_dropped(id, span, arrival);
        }
        if self.must_wait(&id, span.encoded_len()) {
            self.waiting.push_back(Waiting::new(span, arrival));
            return;
        }
        let slot = self.table.open(id, now_ms, &self.rules);
        self.join(slot, &span, arrival);
    }

    /// Has a use survive a restart where it changes who is forgotten next: as if decided again.
    fn log_use(&mut self, entry: &Entry, matters: bool) {
        if matters {
            self.durable.log(entry);
        }
    }

    /// The open trace of an id; one that is overdue is decided first.
    fn open_at(&mut self, id: &Id, now_ms: u64) -> Option<Slot> {
        let slot = self.table.find(id)?;
        let (deadline, trigger) = self.table.get(slot)?.due();
        if deadline > now_ms {
            return Some(slot);
        }
        self.decide(slot, trigger, now_ms);
        None
    }

    fn join(&mut self, slot: Slot, span: &Span, arrival: &Arrival<'_>) {
        let scope = Arc::clone(arrival.scope);
        let (table, room) = (&mut self.table, &mut self.room);
        table.change(slot, |trace| {
            take_in(trace, span, arrival);
            room.store(Some(slot), trace, span, scope);
            if trace.n_spans == Exact::FROM {
                trace.settle(&room.shelf);
            }
        });
        let Some(trace) = self.table.get(slot) else {
            return;
        };
        let (deadline, _) = trace.due();
        let bytes_max = self.rules.config.limits.trace_bytes.0;
        let too_large = bytes_max > 0 && trace.bytes > bytes_max;
        let spans_max = trace.rules.config.span_limit;
        let too_many = spans_max > 0 && trace.n_spans >= spans_max;
        self.table.arm(slot, deadline);
        if too_large {
            self.decide(slot, Trigger::TooLarge, arrival.now_ms);
        } else if too_many {
            self.decide(slot, Trigger::SpanLimit, arrival.now_ms);
        } else {
            self.try_early(slot, arrival.now_ms);
        }
        self.make_room(arrival.now_ms);
    }

    /// A late span of a dropped trace whose spans are still there: it may change the verdict.
    fn join_quarantined(&mut self, id: Id, span: &Span, arrival: &Arrival<'_>) {
        let Some(mut held) = self.quarantine.take(&id) else {
            return;
        };
        // The late span counts as a use of what is remembered.
        if self.dropped.get(&id) {
            self.log_use(&Entry::Dropped(id), self.dropped.is_exact());
        }
        self.durable.settle(&id);
        self.books.late(false);
        let trace = &mut held.trace;
        take_in(trace, span, arrival);
        let scope = Arc::clone(arrival.scope);
        self.room.store(None, trace, span, scope);
        let now_ms = arrival.now_ms;
        let case = Case::of(&held.trace, now_ms, &self.learnt, &self.room.shelf);
        match held.trace.rules.judge.reconsider(&case) {
            Some(ruling) => self.conclude(held.trace, ruling, Trigger::Resurrect, now_ms, 0),
            None => self.quarantine.put_back(held),
        }
    }

    /// A late span of a kept trace goes out at once, stamped like the others.
    fn follow_kept(&mut self, mut span: Span, kept: &Kept, arrival: &Arrival<'_>) {
        self.durable.settle(&span.trace_id().0);
        let config = &self.rules.config;
        if config.stamp {
            stamp_span(&mut span, &kept.stamp());
        }
        if kept.incomplete {
            span.set_attribute("sampling.incomplete", true);
        }
        let plan = &self.rules.plan;
        if config.explain && walk::is_root(plan, arrival.scope, &span) {
            let credit = self.names.credit(kept.policy);
            let by = credit.and_then(|credit| credit.policy.as_deref());
            let version = credit.map_or("", |credit| &credit.version);
            explain(&mut span, by, version, (kept.trigger, kept.certainty));
        }
        self.books.spans_kept += 1;
        self.books.late(true);
        self.out.push(arrival.scope, span);
        self.out.under(arrival.receipts);
    }

    /// A late span of a dropped trace goes too, unless its tail record crosses a bound.
    fn follow_dropped(&mut self, id: Id, span: Span, arrival: &Arrival<'_>) {
        self.durable.settle(&id);
        let Some(mut tail) = self.tails.remove(&id) else {
            self.books.spans_dropped += 1;
            self.books.late(false);
            return self.out.discard_dropped(1);
        };
        take_in(&mut tail, &span, arrival);
        let case = Case::of(&tail, arrival.now_ms, &self.learnt, &self.room.shelf);
        let Some(ruling) = tail.rules.judge.reconsider(&case) else {
            self.tails.insert(id, tail);
            self.books.spans_dropped += 1;
            self.books.late(false);
            return self.out.discard_dropped(1);
        };
        let kept = self.remember_kept(&tail, &ruling, Trigger::Upgrade, true);
        self.announce(&tail, &ruling, Trigger::Upgrade, arrival.now_ms, 0);
        self.follow_kept(span, &kept, arrival);
    }
}

/// Reads a span and takes it into the aggregates.
fn take_in(trace: &mut Trace, span: &Span, arrival: &Arrival<'_>) {
    // A trace of earlier rules asks other things, of its resource too.
    let earlier = !Arc::ptr_eq(&trace.rules, arrival.rules);
    let rules = earlier.then(|| Arc::clone(&trace.rules));
    let plan = &*rules.as_ref().unwrap_or(arrival.rules).plan;
    let own = earlier.then(|| walk::origin(plan, arrival.scope));
    let origin = own.as_ref().unwrap_or(arrival.resource);
    let is_root = walk::read(plan, span, origin, |reading| {
        trace.accumulate(plan, reading, &origin.passed);
        plan.root
            .as_ref()
            .map_or(reading.is_root(), |root| root.holds(reading))
    });
    trace.touch(arrival.now_ms, is_root);
    trace.bytes += span.encoded_len() as u64;
}
