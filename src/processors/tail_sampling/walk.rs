//! Reads one span once: fills the slots that a plan asks about.

use super::plan::Plan;
use crate::otlp::{Outline, Resource, Scope, Span};
use crate::sampling::expression::{Evaluation, Mask, Reading, Scalar, Slot, Slots};

/// Memory that is used again for every span.
#[derive(Default)]
pub(super) struct Scratch {
    own: Slots<'static>,
}

/// What a plan finds on a resource.
pub(super) struct Origin<'a> {
    slots: Slots<'a>,
    /// The tests that all its spans pass by it.
    pub(super) passed: Mask,
}

impl Scratch {
    /// Reads a span and shows what was found to `see`.
    #[inline]
    pub(super) fn read<T>(
        &mut self,
        plan: &Plan,
        span: &Span,
        origin: &Origin<'_>,
        see: impl FnOnce(&Reading<'_>) -> T,
    ) -> T {
        let mut own = std::mem::take(&mut self.own).recycle();
        let outline = plan.keys.read(span, &mut own);
        let mut reading = Reading::of(&outline, &own, &origin.slots);
        let found = match plan.evaluations {
            None => see(&reading),
            Some(keys) => {
                let evaluations = evaluations(keys, &outline, &own);
                reading.evaluations = &evaluations;
                see(&reading)
            }
        };
        self.own = own.recycle();
        found
    }
}

impl Scratch {
    /// Whether a plan takes a span for a root.
    pub(super) fn is_root(&mut self, plan: &Plan, scope: &Scope, span: &Span) -> bool {
        let Some(root) = &plan.root else {
            return span.parent_span_id().is_none();
        };
        let resource = resource(plan, scope.resource());
        self.read(plan, span, &resource, |reading| root.holds(reading))
    }
}

/// Reads a resource.
pub(super) fn resource<'a>(plan: &Plan, resource: &'a Resource) -> Origin<'a> {
    let mut slots = Slots::default();
    plan.keys.fill(resource.attributes(), &mut slots);
    Origin {
        passed: plan.bits.of_resource(&slots),
        slots,
    }
}

/// Evaluations on the span itself and on its events, where name and score sit together.
fn evaluations<'a>(
    (name, score): (Slot, Slot),
    span: &Outline<'a>,
    own: &Slots<'a>,
) -> Vec<Evaluation<'a>> {
    let on_span = evaluation(own.get(name), own.get(score));
    let on_events = span.events().filter_map(|event| {
        let attribute = |key| {
            event
                .attributes()
                .get(key)
                .map_or(Scalar::Absent, |value| Scalar::from(&value))
        };
        evaluation(
            attribute("gen_ai.evaluation.name"),
            attribute("gen_ai.evaluation.score.value"),
        )
    });
    on_span.into_iter().chain(on_events).collect()
}

fn evaluation<'a>(name: Scalar<'a>, score: Scalar<'_>) -> Option<Evaluation<'a>> {
    Some(Evaluation {
        name: name.as_str()?,
        score: score.as_f64()?,
    })
}
