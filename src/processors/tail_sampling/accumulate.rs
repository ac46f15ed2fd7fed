//! Takes a span into what is known of its trace.

use std::borrow::Cow;

use super::plan::Plan;
use super::policy::Basis;
use super::trace::{Extra, Trace};
use crate::otlp::{Encoded, Status};
use crate::sampling::expression::{Passed, Reading, Scalar, Slot};
use crate::sampling::loops::Calls;
use crate::sampling::rollup::{Amount, Figures};
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
        let tracestate = span.tracestate();
        if !tracestate.is_empty() {
            let ot = Ot::read(tracestate);
            if ot.randomness.is_some() || ot.threshold.is_some() {
                let rare = self.rare_mut();
                rare.randomness = rare.randomness.or(ot.randomness);
                rare.incoming = rare.incoming.or(ot.threshold);
            }
        }
        // Tests of whole traces may ask for what a first span does not change.
        self.changed = if self.n_spans == 1 {
            Basis::ANYTHING
        } else {
            Basis::SPANS
        };
        let news = plan.bits.mark(span, passed, &mut self.mask);
        self.changed.add(Basis::BITS, news);
        if plan.gathers() {
            let extra = self.extra.get_or_insert_default();
            extra.accumulate(plan, span, &mut self.changed);
        }
        self.note_values(plan, span);
        self.note_session(plan, span);
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
        if let Some(slots) = &plan.sums {
            let number = |slot: &Slot| amount(span.own_slots().find(*slot));
            let mut costs = slots.cost.iter().map(number);
            let cost = costs.find(|cost| cost.exists()).unwrap_or_default();
            let figures: Figures = [cost, number(&slots.input), number(&slots.output)];
            let adds = self.sums.add(span.id, span.parent, &figures);
            changed.add(Basis::SUMS, adds);
        }
        for (counter, test) in plan.counters.iter().enumerate() {
            if test.holds(span) {
                self.count_up(counter, plan.counters.len());
                changed.add(Basis::COUNTS, true);
            }
        }
        self.accumulate_calls(plan, span, changed);
    }

    fn accumulate_calls(&mut self, plan: &Plan, span: &Reading<'_>, changed: &mut Basis) {
        for (index, spec) in plan.loops.iter().enumerate() {
            if !spec.is_call.holds(span) {
                continue;
            }
            // Many traces have no call at all.
            if self.calls.is_empty() {
                let fresh = plan.loops.iter().map(|spec| Calls::new(spec.shape));
                self.calls = fresh.collect();
            }
            let tool = span.own(spec.tool).as_str().unwrap_or_default();
            let arguments = spec.arguments.and_then(|slot| match span.own(slot) {
                Scalar::Str(text) => Some(Cow::Borrowed(text)),
                // Structured arguments cannot be compared here: such calls are never the same.
                Scalar::Other => Some(Cow::Owned(span.id.to_string())),
                _ => None,
            });
            let key = plan.call_keys.of(tool, arguments.as_deref());
            if let Some(calls) = self.calls.get_mut(index) {
                calls.add(span.start(), key);
            }
            changed.add(Basis::CALLS, true);
        }
    }
}

/// A span's number.
#[inline]
fn amount(value: Option<Encoded<'_>>) -> Amount {
    let Some(value) = value else {
        return Amount::Absent;
    };
    if let Some(n) = value.whole() {
        return Amount::Whole(n);
    }
    match Scalar::of(value) {
        Scalar::Int(n) => Amount::Whole(n),
        Scalar::Double(x) if x.is_finite() => Amount::Double(x),
        _ => Amount::Absent,
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
