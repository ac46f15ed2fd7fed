//! A trace before the judge: what is known of it, and what can be worked out from its spans.

use std::cell::OnceCell;

use super::exact::Exact;
use super::learnt::Learnt;
use super::shelf::Shelf;
use super::trace::Trace;
use crate::sampling::decimal::Decimal;
use crate::sampling::expression::{Mask, Scalar, TraceField, TraceFigures};
use crate::sampling::randomness::Randomness;
use crate::sampling::rollup::Figure;
use crate::sampling::sums::Bar;

/// What a policy is asked about.
pub(super) struct Case<'a> {
    /// The trace, as far as it is known.
    pub trace: &'a Trace,
    /// Its randomness, once somebody has asked.
    randomness: OnceCell<Randomness>,
    /// The time, in milliseconds since 1970.
    pub now_ms: u64,
    /// What this worker's policies have learnt.
    pub learnt: &'a Learnt,
    /// Where its spans are.
    shelf: &'a Shelf,
}

impl<'a> Case<'a> {
    /// A trace at a time, before this worker.
    pub(super) fn of(trace: &'a Trace, now_ms: u64, learnt: &'a Learnt, shelf: &'a Shelf) -> Self {
        Case {
            trace,
            randomness: OnceCell::new(),
            now_ms,
            learnt,
            shelf,
        }
    }

    /// What the trace is judged by.
    pub(super) fn randomness(&self) -> Randomness {
        *self.randomness.get_or_init(|| self.trace.randomness().0)
    }

    /// Some figures together, each summed without its own roll-ups.
    pub(super) fn sum(&self, figures: &[Figure]) -> Decimal {
        let each = |exact: &Exact| figures.iter().map(|figure| exact.sums.sum(*figure)).sum();
        self.exact().map_or(Decimal::ZERO, each)
    }

    /// Whether they come to an amount.
    pub(super) fn reaches(&self, figures: &[Figure], bar: &Bar) -> bool {
        bar.is_within(self.trace.at_most(figures)) && bar.is_reached(self.sum(figures))
    }

    /// Whether a loop policy finds more calls, or repetitions, than this.
    pub(super) fn calls_exceed(&self, index: usize, max: u32) -> bool {
        // Nothing is found more often than there are calls.
        let exceeds = |exact: &Exact| exact.most_calls(index) > max;
        self.trace.n_calls(index) > max && self.exact().is_some_and(exceeds)
    }

    fn exact(&self) -> Option<&'a Exact> {
        self.trace.settle(self.shelf)
    }
}

/// The figures that a field of a trace is the sum of; none if it is no such sum.
pub(super) fn figures_of(field: TraceField) -> &'static [Figure] {
    match field {
        TraceField::CostUsd => &[Figure::Cost],
        TraceField::Tokens => &[Figure::Input, Figure::Output],
        _ => &[],
    }
}

impl TraceFigures for Case<'_> {
    fn mask(&self) -> &Mask {
        &self.trace.mask
    }

    fn figure(&self, field: TraceField) -> Scalar<'_> {
        let trace = self.trace;
        let int = |n: u64| Scalar::Int(i64::try_from(n).unwrap_or(i64::MAX));
        match field {
            TraceField::DurationMs => match trace.duration_nanos() {
                Some(nanos) => Scalar::Double(nanos as f64 / 1e6),
                None => Scalar::Absent,
            },
            TraceField::Spans => int(u64::from(trace.n_spans)),
            TraceField::Errors => int(u64::from(trace.n_errors)),
            TraceField::Bytes => int(trace.bytes),
            TraceField::CostUsd | TraceField::Tokens => {
                Scalar::Double(self.sum(figures_of(field)).as_f64())
            }
            TraceField::HasRoot => Scalar::Bool(trace.has_root()),
        }
    }

    fn at_most(&self, field: TraceField) -> f64 {
        match figures_of(field) {
            [] => f64::INFINITY,
            figures => self.trace.at_most(figures),
        }
    }
}
