//! What is worked out from a trace's spans once somebody has to know exactly.
//!
//! Policies ask whether a sum has come to some amount or a tool was called more than so many times.
//! Most traces stay so far below that what roll-ups hide, or how calls are told apart, makes no
//! difference: until it does, a trace only notes what these come to at most, and its spans wait on
//! the shelf. Once they are read again, every later span is taken in as it comes.

use std::sync::Arc;

use super::plan::Plan;
use super::shelf::Shelf;
use super::trace::Trace;
use super::walk;
use crate::otlp::Span;
use crate::sampling::expression::Reading;
use crate::sampling::loops::Calls;
use crate::sampling::rollup::Rollup;

/// Sums and calls of one trace.
#[derive(Clone)]
pub(super) struct Exact {
    pub sums: Rollup,
    /// One for each loop policy.
    calls: Box<[Calls]>,
}

impl Exact {
    /// Traces of so many spans are worked out in any case: reading them again later would take long.
    pub(super) const FROM: u32 = 256;

    /// Of a trace without spans.
    pub(super) fn new(plan: &Plan) -> Self {
        Exact {
            sums: Rollup::default(),
            calls: { plan.loops.iter() }
                .map(|spec| Calls::new(spec.shape))
                .collect(),
        }
    }

    /// Of a trace whose spans are all on the shelf.
    pub(super) fn of(trace: &Trace, shelf: &Shelf) -> Self {
        let plan = &*trace.rules.plan;
        let mut exact = Exact::new(plan);
        let (bytes, mut spans) = (trace.spans.copy(shelf), Vec::new());
        let parse = |bytes| Some(Span::of_parts(bytes));
        trace.spans.read(&trace.id, &bytes, parse, &mut spans);
        for group in spans.chunk_by(|(scope, _), (next, _)| Arc::ptr_eq(scope, next)) {
            let Some((scope, _)) = group.first() else {
                continue;
            };
            let origin = walk::origin(plan, scope);
            for (_, span) in group {
                walk::read(plan, span, &origin, |reading| {
                    // Its answers are asked for; its bits are known.
                    let mut mask = trace.mask;
                    plan.bits.mark(reading, &origin.passed, &mut mask);
                    exact.add(plan, reading);
                });
            }
        }
        exact
    }

    /// Takes in a span that was asked its questions.
    pub(super) fn add(&mut self, plan: &Plan, span: &Reading<'_>) {
        if let Some(slots) = &plan.sums {
            let figures = slots.figures(span.own_slots());
            self.sums.add(span.id, span.parent, &figures);
        }
        for (spec, calls) in plan.loops.iter().zip(&mut self.calls) {
            if plan.counted.passes(spec.place, span) {
                calls.add(span.start(), spec.key(&plan.call_keys, span));
            }
        }
    }

    /// What a loop policy has found.
    pub(super) fn most_calls(&self, index: usize) -> u32 {
        self.calls.get(index).map_or(0, Calls::most)
    }

    /// Bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let calls: usize = self.calls.iter().map(Calls::bytes).sum();
        size_of::<Exact>() + self.sums.bytes() + size_of_val(&*self.calls) + calls
    }
}
