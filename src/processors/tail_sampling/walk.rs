//! Reads one span once: fills the slots that a plan asks about.

use super::plan::Plan;
use crate::otlp::{Outline, Scope, Span};
use crate::sampling::expression::{Evaluation, Passed, Reading, Scalar, Slot, Slots};

/// What a plan finds on a scope's resource.
pub(super) struct Origin<'a> {
    scope: &'a Scope,
    slots: Slots<'a>,
    /// What all its spans pass by it.
    pub(super) passed: Passed,
}

/// Reads a span and shows what was found to `see`.
#[inline]
pub(super) fn read<T>(
    plan: &Plan,
    span: &Span,
    origin: &Origin<'_>,
    see: impl FnOnce(&mut Reading<'_>) -> T,
) -> T {
    let mut own = Slots::new(plan.keys.len());
    let outline = plan.keys.read(span, &mut own);
    let mut reading = Reading::of(&outline, &own, &origin.slots, origin.scope);
    let Some(keys) = plan.evaluations else {
        return see(&mut reading);
    };
    let evaluations = evaluations(keys, &outline, &own);
    reading.evaluations = &evaluations;
    see(&mut reading)
}

/// Whether a plan takes a span for a root.
pub(super) fn is_root(plan: &Plan, scope: &Scope, span: &Span) -> bool {
    let Some(root) = &plan.root else {
        return span.parent_span_id().is_none();
    };
    let origin = origin(plan, scope);
    read(plan, span, &origin, |reading| root.holds(reading))
}

/// Reads the resource of a scope.
pub(super) fn origin<'a>(plan: &Plan, scope: &'a Scope) -> Origin<'a> {
    let slots = plan.keys.fill(scope.resource().attributes());
    Origin {
        scope,
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
