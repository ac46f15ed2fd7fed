//! What follows from a ruling: spans leave, memories and logs learn of it, sessions are pinned.

use std::sync::Arc;

use super::judge::Ruling;
use super::names::Credit;
use super::policy::Case;
use super::sampler::TailSampling;
use super::table::Slot;
use super::trace::{Id, Trace};
use crate::component::Reason;
use crate::sampling::decision_log::Entry;
use crate::sampling::memory::Kept;
use crate::sampling::shared::{Pins, SessionKey};
use crate::sampling::verdict::{Certainty, Decision, Trigger, Verdict};

impl TailSampling {
    /// Carries a ruling out.
    pub(super) fn conclude(
        &mut self,
        trace: Box<Trace>,
        ruling: Ruling,
        trigger: Trigger,
        now_ms: u64,
        lag_ms: u64,
    ) {
        self.announce(&trace, &ruling, trigger, now_ms, lag_ms);
        self.durable.settle(&trace.id);
        if ruling.keep || trace.rules.config.dry_run {
            self.conclude_kept(trace, ruling, trigger, now_ms);
        } else {
            self.conclude_dropped(trace, trigger, now_ms);
        }
    }

    fn conclude_kept(&mut self, trace: Box<Trace>, ruling: Ruling, trigger: Trigger, now_ms: u64) {
        let kept = self.remember_kept(&trace, &ruling, trigger, false);
        let pinned = trace.session().filter(|_| ruling.pins && ruling.keep);
        let session = pinned.map(|session| trace.rules.judge.pin(session, now_ms));
        self.release(trace, &kept, &ruling);
        if let Some(session) = session {
            self.backfill(Pins::heard(session), now_ms);
        }
    }

    fn conclude_dropped(&mut self, trace: Box<Trace>, trigger: Trigger, now_ms: u64) {
        self.dropped.insert(trace.id);
        self.durable.log(&Entry::Dropped(trace.id));
        self.tell_logs(trace.id, false);
        if self.quarantine.is_on() && trigger != Trigger::TooLarge {
            let session = trace
                .session()
                .map(|session| trace.rules.judge.pins().key(session));
            // One of the same id whose time was over, but that nobody had let go of yet.
            if let Some(earlier) = self.quarantine.release(&trace.id) {
                self.forget(earlier, Decision::Drop);
            }
            let mut trace = trace;
            self.room.spill(&mut trace);
            return self.quarantine.hold(trace, session, now_ms);
        }
        let partial = matches!(
            trigger,
            Trigger::MaxAge | Trigger::SpanLimit | Trigger::Evict
        );
        if partial && trace.rules.config.upgrade {
            trace.settle(&self.room.shelf);
            self.tails.insert(trace.id, trace.aggregates());
        }
        self.forget(trace, Decision::Drop);
    }

    /// Loses an open trace without a decision.
    pub(super) fn lose(&mut self, slot: Slot, trigger: Trigger, now_ms: u64) {
        let Some(trace) = self.table.close(slot) else {
            return;
        };
        self.durable.settle(&trace.id);
        let verdict = verdict(&trace, &Ruling::drop(None), trigger, now_ms);
        self.record(
            Verdict {
                decision: Decision::Lost,
                ..verdict
            },
            0,
        );
        self.tell_logs(trace.id, false);
        self.forget(trace, Decision::Lost);
    }

    /// Lets go of a trace's spans.
    pub(super) fn forget(&mut self, mut trace: Box<Trace>, decision: Decision) {
        let n = u64::from(trace.n_spans);
        match decision {
            Decision::Lost => {
                self.books.spans_lost += n;
                self.out.discard(n, Reason::DropOldest);
            }
            Decision::Keep | Decision::Drop => {
                self.books.spans_dropped += n;
                self.out.discard_dropped(n);
            }
        }
        self.room.free(&mut trace);
    }

    /// Remembers a keep, for late spans and across restarts.
    pub(super) fn remember_kept(
        &mut self,
        trace: &Trace,
        ruling: &Ruling,
        trigger: Trigger,
        incomplete: bool,
    ) -> Kept {
        let id = trace.id;
        let credit = Credit {
            policy: ruling.by.clone(),
            version: Arc::clone(&trace.rules.version),
        };
        let (policy, new) = self.names.number(credit.clone());
        if new {
            self.durable.log(&Entry::Name(policy, credit.text()));
        }
        let (randomness, write_rv) = trace.randomness();
        // On trial everything is forwarded, whatever the chance of a keep would have been.
        let certainty = if ruling.keep && !trace.rules.config.dry_run {
            ruling.certainty
        } else {
            Certainty::SURE
        };
        let kept = Kept {
            certainty,
            randomness,
            write_rv,
            incomplete,
            trigger,
            policy,
        };
        self.dropped.remove(&id);
        self.kept.insert(id, kept);
        self.durable.log(&Entry::Kept(id, kept));
        self.tell_logs(id, true);
        kept
    }

    /// Counts a verdict and puts it on the list.
    pub(super) fn announce(
        &mut self,
        trace: &Trace,
        ruling: &Ruling,
        trigger: Trigger,
        now_ms: u64,
        lag_ms: u64,
    ) {
        self.record(verdict(trace, ruling, trigger, now_ms), lag_ms);
    }

    fn record(&mut self, verdict: Verdict, lag_ms: u64) {
        self.books.decided(&verdict, lag_ms);
        self.shared.recent.push(verdict);
    }

    /// Brings the quarantined traces of a pinned session back.
    pub(super) fn backfill(&mut self, session: SessionKey, now_ms: u64) {
        if !self.rules.config.session.backfill {
            return;
        }
        for trace in self.quarantine.of_session(session) {
            let case = Case::of(&trace, now_ms, &self.learnt, &self.room.shelf);
            match trace.rules.judge.backfill(&case) {
                Some(ruling) => {
                    self.conclude(trace, ruling, Trigger::SessionBackfill, now_ms, 0);
                }
                None => self.forget(trace, Decision::Drop),
            }
        }
    }

    /// Lets go of quarantined traces whose time is over.
    pub(super) fn expire_quarantine(&mut self, now_ms: u64) {
        while let Some(trace) = self.quarantine.expired(now_ms) {
            self.forget(trace, Decision::Drop);
        }
    }

    fn tell_logs(&self, id: Id, kept: bool) {
        if self.follower.is_some()
            && let Some(wire) = self.shared.wires.get(self.worker)
        {
            wire.tell(id, kept);
        }
    }
}

/// A ruling as lists and logs show it.
fn verdict(trace: &Trace, ruling: &Ruling, trigger: Trigger, now_ms: u64) -> Verdict {
    Verdict {
        trace: trace.id,
        decision: if ruling.keep {
            Decision::Keep
        } else {
            Decision::Drop
        },
        at_ms: now_ms,
        trigger,
        by: ruling.by.clone(),
        certainty: ruling.certainty,
        spans: u64::from(trace.n_spans),
        bytes: trace.bytes,
        age_ms: now_ms.saturating_sub(trace.first_ms),
        rules: Arc::clone(&trace.rules.version),
        trials: ruling.trials.clone(),
    }
}
