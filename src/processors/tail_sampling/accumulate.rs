//! Takes a span into what is known of its trace.

use std::borrow::Cow;

use super::plan::Plan;
use super::policy::Basis;
use super::trace::{Extra, Trace};
use crate::otlp::Status;
use crate::sampling::expression::{Passed, Reading, Scalar};
use crate::sampling::tracestate::Ot;

/// Distinct values remembered per tracked attribute and trace.
const VALUES_MAX: usize = 16;
/// Longest remembered value, in bytes.
const VALUE_MAX: usize = 256;
/// Longest remembered session name, in bytes.
const SESSION_MAX: usize = 4096;

impl Trace {
    /// Takes a span into the aggregates; `passed` is what its resource passes.
    #[inline]
    pub(super) fn accumulate(&mut self, plan: &Plan, span: &mut Reading<'_>, passed: &Passed) {
        self.n_spans = self.n_spans.saturating_add(1);
        self.n_errors += u32::from(span.status == Status::ERROR);
        let (start, end) = (span.start(), span.end());
        if start != 0 && (start < self.start || self.start == 0) {
            self.start = start;
        }
        self.end = self.end.max(end);
        if span.has_tracestate() {
            self.note_tracestate(span.tracestate());
        }
        let mut changed = Basis::SPANS.or_first(self.n_spans == 1);
        let news = plan.bits.mark(span, passed, &mut self.mask);
        changed.add(Basis::BITS, news);
        changed.add(Basis::DURATION, self.lasts_longer_than(plan.durations));
        if plan.gathers {
            let extra = self.extra.get_or_insert_with(|| Box::new(Extra::new(plan)));
            extra.accumulate(plan, span, &mut changed);
        }
        (self.changed, self.ever) = (changed, self.ever.and(changed));
        if plan.notes {
            self.note_values(plan, span);
            self.note_session(plan, span);
        }
    }

    fn note_tracestate(&mut self, tracestate: &str) {
        let ot = Ot::read(tracestate);
        if ot.randomness.is_some() || ot.threshold.is_some() {
            let rare = self.rare_mut();
            rare.randomness = rare.randomness.or(ot.randomness);
            rare.incoming = rare.incoming.or(ot.threshold);
        }
    }

    fn note_values(&mut self, plan: &Plan, span: &Reading<'_>) {
        for (place, slot) in plan.tracked.iter().enumerate() {
            let value = span.either(*slot);
            if value.exists() {
                let tracked = &mut self.rare_mut().tracked;
                tracked.resize(plan.tracked.len(), Vec::new());
                if let Some(values) = tracked.get_mut(place) {
                    note(values, value);
                }
            }
        }
    }

    fn note_session(&mut self, plan: &Plan, span: &Reading<'_>) {
        for (rank, slot) in (0..).zip(&plan.sessions) {
            if self.session_rank().is_some_and(|own| own <= rank) {
                break;
            }
            let name = [span.own(*slot), span.resource(*slot)]
                .into_iter()
                .find_map(|value| value.as_str().filter(|text| !text.is_empty()));
            if let Some(name) = name {
                self.rare_mut().session = Some((rank, cut(name, SESSION_MAX).into()));
                break;
            }
        }
    }
}

impl Extra {
    #[inline]
    fn accumulate(&mut self, plan: &Plan, span: &Reading<'_>, changed: &mut Basis) {
        if let Some(sums) = &plan.sums
            && sums.raise(&mut self.most, span.own_slots())
        {
            changed.add(Basis::SUMS, sums.matter(&self.most));
        }
        if plan.counted.concern(span) {
            for (place, (counted, test)) in plan.counted.iter().enumerate() {
                if test.holds(span) {
                    let count = self.count_up(place, plan.counted.len());
                    changed.add(counted.basis, count > counted.idle);
                }
            }
        }
        if let Some(exact) = self.exact.get_mut() {
            exact.add(plan, span);
        }
    }
}

/// Remembers a value as text.
fn note(values: &mut Vec<Box<str>>, value: Scalar<'_>) {
    let text = match value {
        Scalar::Str(text) => Cow::Borrowed(cut(text, VALUE_MAX)),
        Scalar::Int(n) => n.to_string().into(),
        Scalar::Double(x) => x.to_string().into(),
        Scalar::Bool(b) => b.to_string().into(),
        Scalar::Absent | Scalar::Other => return,
    };
    if values.len() < VALUES_MAX && values.iter().all(|own| **own != *text) {
        values.push(text.into());
    }
}

fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max))
        .unwrap_or_default()
}
