//! The accounts of one worker: every span that came in is kept, dropped, lost or still here.

use std::sync::Arc;

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use crate::sampling::verdict::{Decision, Trigger, Verdict};

/// Counters since the start, and the metrics that show them.
pub(super) struct Books {
    instance: String,
    /// Spans that came in.
    pub spans_in: u64,
    /// Spans forwarded.
    pub spans_kept: u64,
    /// Spans discarded by a decision.
    pub spans_dropped: u64,
    /// Spans discarded without one.
    pub spans_lost: u64,
    seen: [Counter; 4],
    shown: [u64; 4],
    late: [Counter; 2],
    decisions: Vec<Decisions>,
    open: [Gauge; 6],
    lag: Histogram,
    age: Histogram,
    tick_lag: Histogram,
    tick_left: Histogram,
}

/// A counter that is at hand: to look one up costs more than the decision it counts.
struct Decisions {
    decision: Decision,
    trigger: Trigger,
    by: Option<Arc<str>>,
    counter: Counter,
}

impl Decisions {
    fn counts(&self, verdict: &Verdict) -> bool {
        let how = (self.decision, self.trigger) == (verdict.decision, verdict.trigger);
        how && self.by == verdict.by
    }
}

/// What is here at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Holding {
    /// Open traces.
    pub traces: u64,
    /// Spans of open, quarantined and waiting traces.
    pub spans: u64,
    /// Their bytes in memory.
    pub bytes: u64,
    /// Spilled bytes on disk.
    pub spilled: u64,
    /// Bytes of what a restart would bring back.
    pub pending: u64,
    /// Keys remembered by policies.
    pub keys: u64,
}

impl Books {
    /// Empty books of an instance's worker.
    pub(super) fn new(instance: &str, worker: usize) -> Self {
        let spans = |fate: &'static str| counter!("tollgate_tail_sampling_spans_total", "processor" => instance.to_owned(), "fate" => fate);
        let late = |fate: &'static str| counter!("tollgate_tail_sampling_late_spans_total", "processor" => instance.to_owned(), "fate" => fate);
        let open = |what: &'static str| {
            gauge!("tollgate_tail_sampling_held", "processor" => instance.to_owned(),
                "worker" => worker.to_string(), "what" => what)
        };
        let spread = |name: &'static str| histogram!(name, "processor" => instance.to_owned());
        Books {
            instance: instance.to_owned(),
            spans_in: 0,
            spans_kept: 0,
            spans_dropped: 0,
            spans_lost: 0,
            shown: [0; 4],
            seen: ["in", "kept", "dropped", "lost"].map(spans),
            late: ["kept", "dropped"].map(late),
            decisions: Vec::new(),
            open: [
                "traces",
                "spans",
                "bytes",
                "spilled_bytes",
                "pending_bytes",
                "policy_keys",
            ]
            .map(open),
            lag: spread("tollgate_tail_sampling_decision_lag_seconds"),
            age: spread("tollgate_tail_sampling_decision_age_seconds"),
            tick_lag: spread("tollgate_tail_sampling_tick_lag_seconds"),
            tick_left: spread("tollgate_tail_sampling_tick_left_over"),
        }
    }

    /// A span's trace was decided before it came.
    pub(super) fn late(&self, kept: bool) {
        let [of_kept, of_dropped] = &self.late;
        if kept {
            of_kept.increment(1);
        } else {
            of_dropped.increment(1);
        }
    }

    /// A verdict fell `lag_ms` after it was due.
    pub(super) fn decided(&mut self, verdict: &Verdict, lag_ms: u64) {
        self.counter(verdict).increment(1);
        self.lag.record(lag_ms as f64 / 1000.0);
        if verdict.decision != Decision::Lost {
            self.age.record(verdict.age_ms as f64 / 1000.0);
        }
    }

    /// A tick came `lag_ms` after its time and left so many due timers for the next.
    pub(super) fn ticked(&self, lag_ms: u64, left_over: u64) {
        self.tick_lag.record(lag_ms as f64 / 1000.0);
        self.tick_left.record(left_over as f64);
    }

    fn counter(&mut self, verdict: &Verdict) -> Counter {
        let known = self.decisions.iter().find(|row| row.counts(verdict));
        if let Some(row) = known {
            return row.counter.clone();
        }
        let by = verdict.by.as_deref().unwrap_or("none").to_owned();
        let counter = counter!("tollgate_tail_sampling_decisions_total", "processor" => self.instance.clone(),
            "decision" => verdict.decision.label(), "trigger" => verdict.trigger.label(), "policy" => by);
        self.decisions.push(Decisions {
            decision: verdict.decision,
            trigger: verdict.trigger,
            by: verdict.by.clone(),
            counter: counter.clone(),
        });
        counter
    }

    /// Shows the books.
    pub(super) fn show(&mut self, holding: Holding) {
        let totals = [
            self.spans_in,
            self.spans_kept,
            self.spans_dropped,
            self.spans_lost,
        ];
        for ((counter, shown), total) in self.seen.iter().zip(&mut self.shown).zip(totals) {
            // Workers share the counters, so each adds what is new.
            counter.increment(total.saturating_sub(*shown));
            *shown = total;
        }
        let Holding {
            traces,
            spans,
            bytes,
            spilled,
            pending,
            keys,
        } = holding;
        for (gauge, now) in self
            .open
            .iter()
            .zip([traces, spans, bytes, spilled, pending, keys])
        {
            gauge.set(now as f64);
        }
    }
}
